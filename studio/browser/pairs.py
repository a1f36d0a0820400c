"""The pairs, on the page Results: base beside tuned with the verdicts of people, after the reveal."""

from __future__ import annotations

import json

import altair as alt
import streamlit as st

from evaluation.comparison.slices import MODES, ORDERS, JudgedPair, judged_pairs, slices, slicings
from evaluation.people.review import Review
from evaluation.people.vote_log import Judgment, export
from evaluation.people.win_rate import tally, to_votes
from studio.browser import parts, texts
from winnow.statistics import Interval
from winnow.study.held_out import held_out_groups
from winnow.study.plan import Plan
from winnow.study.plan_fields import held_out_rows
from winnow.study.workspace import Workspace

COLOURS = {"base": "#E69F00", "tuned": "#0072B2", "tie": "#8A8F98", "both bad": "#CC79A7", "unjudged": "#C9CDD2"}


def show(place: Workspace, frozen: Plan, review: Review) -> None:
    """Show the judged pairs, with charts and slices."""
    paired, judgments = parts.paired(place, frozen), review.counted
    pairs = judged_pairs(paired, judgments)
    if paired.lone_text:
        st.markdown(f"Answers without counterpart aren't shown: {parts.inert(paired.lone_text)}")
    _headline(place, pairs, judgments)
    left, right = st.columns([7, 4], gap="medium")
    with right:
        _charts(pairs)
        _slices(place, pairs)
    with left:
        _pairs(pairs)


def _headline(place: Workspace, pairs: list[JudgedPair], judgments: list[Judgment]) -> None:
    votes = export(judgments)
    said = tally(to_votes(votes), groups=held_out_groups(held_out_rows(place)))
    unjudged = sum(pair.outcome == "unjudged" for pair in pairs)
    text, button = st.columns([5, 1], vertical_alignment="center")
    text.markdown(
        f"Tuned better **{said.wins}** · base better **{said.losses}** · tie **{said.ties}** · "
        f"both bad **{said.both_bad}** · reviewers disagree **{said.disagreements}** · not judged **{unjudged}**  \n"
        f"Tuned wins among decided pairs: **{_figure(said.win_rate)}**, 95 % interval; "
        f"exact test p = {said.p:.3f}"
    )
    text.caption(
        f"Left side chosen: {_figure(said.side_bias)}. "
        f"Same verdict when shown again with sides swapped: {_figure(said.self_consistency)}."
    )
    button.download_button(
        "Votes",
        "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in votes),
        "judgments.jsonl",
        icon=":material/download:",
        help="JSON lines for winnow compare --judgments",
    )


def _figure(interval: Interval) -> str:
    if not interval.is_known:
        return f"can't tell (n = {interval.n})"
    return f"{interval.estimate:.2f} ({interval.low:.2f} to {interval.high:.2f}, n = {interval.n})"


def _pairs(pairs: list[JudgedPair]) -> None:
    mode = st.pills(
        "Show",
        list(MODES),
        default="All",
        required=True,
        key="mode",
        bind="query-params",
    )
    order = st.segmented_control(
        "Order", list(ORDERS), default="As asked", required=True, key="order", bind="query-params"
    )
    shown = ORDERS[order]([pair for pair in pairs if MODES[mode](pair)])
    if not shown:
        st.info("No pair is of this kind.", icon=":material/search_off:")
        return
    table = [
        {
            "#": place,
            "Question": pair.answers.question,
            "Verdict": pair.outcome.replace("_", " "),
            "Words more": pair.answers.words_longer,
        }
        for place, pair in enumerate(shown, start=1)
    ]
    state = st.dataframe(
        table,
        height=texts.table_height(len(table)),
        hide_index=True,
        on_select="rerun",
        selection_mode="single-row",
        selection_default={"selection": {"rows": [0]}},
        key=f"pairs-{mode}-{order}",
        column_config={
            "Question": st.column_config.TextColumn(width="large"),
            "Words more": st.column_config.NumberColumn(help="tuned minus base", width="small"),
        },
    )
    for place in state["selection"]["rows"][:1]:
        _pair(shown[place])


def _pair(pair: JudgedPair) -> None:
    with st.container(border=True):
        texts.beside(pair.answers.around)
        texts.one_text(pair.answers.question, "Question", prominent=True)
        texts.one_text(pair.answers.reference, "Reference answer")
        differences = st.toggle("Mark the differences", key="explore-differences")
        texts.two_texts(pair.answers.base.text, pair.answers.tuned.text, ("Base", "Tuned"), differences)
        for who, verdict in pair.verdicts.items():
            note = f": {pair.notes[who]}" if who in pair.notes else ""
            st.text(f"{who} · {verdict.replace('_', ' ')}{note}")
        for side, answer in pair.answers.sides.items():
            if answer.passages:
                with st.expander(f"Passages given to {side}"):
                    for passage in answer.passages:
                        texts.one_text(json.dumps(passage, ensure_ascii=False))


def _charts(pairs: list[JudgedPair]) -> None:
    words = [
        {"system": side, "words": len(answer.text.split())}
        for pair in pairs
        for side, answer in pair.answers.sides.items()
    ]
    lengths = alt.Chart(alt.Data(values=words)).mark_bar(opacity=0.75)
    lengths = lengths.encode(
        x=alt.X("words:Q", bin=alt.Bin(maxbins=20), title="words of the answer", axis=alt.Axis(format="d")),
        y=alt.Y("count():Q", stack=None, title="answers"),
        color=_colour("system", ["base", "tuned"]),
    )
    st.altair_chart(lengths.properties(height=220), alt="Histograms of answer length for base and tuned")
    values = [{"verdict": pair.outcome.replace("_", " "), "longer": pair.answers.words_longer} for pair in pairs]
    verdicts = alt.Chart(alt.Data(values=values)).mark_bar()
    verdicts = verdicts.encode(
        x=alt.X("longer:Q", bin=alt.Bin(maxbins=15), title="words that tuned is longer", axis=alt.Axis(format="d")),
        y=alt.Y("count():Q", title="pairs"),
        color=_colour("verdict", list(COLOURS)),
    )
    st.altair_chart(verdicts.properties(height=240), alt="Verdicts by difference in length")


def _colour(field: str, names: list[str]) -> alt.Color:
    scale = alt.Scale(domain=names, range=[COLOURS[name] for name in names])
    return alt.Color(f"{field}:N", scale=scale, legend=alt.Legend(title=None, orient="top"))


def _slices(place: Workspace, pairs: list[JudgedPair]) -> None:
    ways = slicings(pairs, parts.rows(place.split / "held_out.jsonl"))
    way = st.selectbox("Slice by", list(ways), key="slice", bind="query-params")
    table = [
        {
            "Slice": s.name,
            "n": s.n,
            "Base": s.base,
            "Tuned": s.tuned,
            "Tuned wins": _figure(s.win_rate) if s.win_rate else "",
        }
        for s in slices(pairs, ways[way])
    ]
    st.dataframe(table, hide_index=True, height=texts.table_height(len(table)))
    st.caption("Slices are exploratory and carry no test; below 10 decided pairs only counts are shown.")
