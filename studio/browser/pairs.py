"""The pairs, on the page Results: charts that narrow each other, a table, and a pair in full, after the reveal."""

from __future__ import annotations

import json
from typing import Any

import pyarrow as pa
import streamlit as st

from evaluation.comparison.explorer import VERDICTS, Filters, ScoredPair, orders, scored
from evaluation.comparison.slices import JudgedPair, judged_pairs, slices, slicings
from evaluation.metrics import LEXICAL, METRICS
from evaluation.people.review import Review
from evaluation.people.vote_log import export
from studio.browser import parts, texts
from studio.charts import SELECTIONS, cross_filter
from studio.showing import with_marks
from winnow.data.stamps import Stamp, stamp
from winnow.statistics import Interval
from winnow.study.plan import Plan
from winnow.study.workspace import Workspace

TABLE_PIXELS = 380


def show(place: Workspace, frozen: Plan, review: Review) -> None:
    """Show the judged pairs, the charts that narrow them, and the votes to take along."""
    paired = parts.paired(place, frozen)
    found = judged_pairs(paired, review.counted)
    text, button = st.columns([5, 1], vertical_alignment="center")
    text.subheader("Every pair", anchor=False)
    rows = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in export(review.counted))
    button.download_button("Votes", rows, "judgments.jsonl", icon=":material/download:",
                           help="JSON lines for winnow compare --judgments")  # fmt: skip
    if paired.lone_text:
        st.markdown(f"Answers without counterpart aren't shown: {parts.inert(paired.lone_text)}")
    _explorer(place, found)


@st.fragment
@parts.explained
def _explorer(place: Workspace, found: list[JudgedPair]) -> None:
    names = list(dict.fromkeys([*place.config().metrics.names, *LEXICAL]))
    ways = slicings(found, parts.rows(place.split / "held_out.jsonl"))
    chosen, sliced, order, verdict = st.columns([3, 2, 2, 3], vertical_alignment="bottom")
    name = chosen.selectbox("Metric", names, format_func=lambda name: METRICS[name].title, key="pairs-metric")
    way = sliced.selectbox("Slice by", list(ways), key="pairs-slice")
    metric = METRICS[name]
    by = order.selectbox("First", list(orders(metric)), key="pairs-order")
    only = verdict.multiselect("Verdicts", list(VERDICTS), format_func=VERDICTS.__getitem__, key="pairs-verdicts")
    rows = _scored(place, found, name, ways[way])
    left, right = st.columns([7, 4], gap="medium")
    with right:
        key = f"linked-{name}-{way}-{only}-{st.session_state.get('pairs-cleared', 0)}"
        drawn = Filters(verdicts=frozenset(only)).of(rows)
        spec = _spec(name, way, tuple(only), _stamp(place), drawn)
        state = st.vega_lite_chart(
            spec, on_select="rerun", selection_mode=list(SELECTIONS), key=key,
            alt=f"Histograms of {metric.title} for base, tuned and the difference; pairs by verdict and slice",
        )  # fmt: skip
    filters = _filters(state["selection"], only)
    with left:
        shown = orders(metric)[by](filters.of(rows))
        _counted(filters, metric.title, len(shown), len(rows))
        _table(shown, f"{key}-{by}")
    with st.expander("The slices in figures", icon=":material/pie_chart:"):
        _slices([row.pair for row in shown], ways[way])


def _scored(place: Workspace, found: list[JudgedPair], name: str, slice_of: dict[str, str]) -> list[ScoredPair]:
    """Score the pairs by a metric, once for each state of the answers and the votes."""
    values = _values(name, _stamp(place), found)
    return [
        ScoredPair(pair, one, other, slice_of.get(pair.answers.id, "none"))
        for pair, (one, other) in zip(found, values, strict=True)
    ]


def _stamp(place: Workspace) -> Stamp:
    """Identify the answers and the votes as they are now."""
    return stamp(place.answers / "base.jsonl", place.answers / "tuned.jsonl", place.judgments_file)


@st.cache_data(max_entries=8, show_spinner=False)
def _spec(name: str, way: str, only: tuple[str, ...], state: Stamp, _rows: list[ScoredPair]) -> dict[str, object]:
    """Write the charts as Vega-Lite, once: that takes longer than a filter may."""
    spec: dict[str, object] = cross_filter(_rows, METRICS[name].title).to_dict()
    return spec


@st.cache_resource(max_entries=8, show_spinner="Scoring the answers…")
def _values(name: str, state: Stamp, _pairs: list[JudgedPair]) -> list[tuple[float | None, float | None]]:
    return [(row.base, row.tuned) for row in scored(_pairs, METRICS[name])]


def _filters(selection: Any, only: list[str]) -> Filters:
    """Read what was drawn and pressed on the charts, and the verdicts chosen by keyboard."""
    ranges = {
        side: (min(drawn), max(drawn))
        for side in ("base", "tuned", "gain")
        if (drawn := (selection.get(side) or {}).get(side))
    }
    pressed = {name: {row[name] for row in selection.get(name) or []} for name in ("verdict", "slice")}
    return Filters(ranges, frozenset(pressed["verdict"] or only), frozenset(pressed["slice"]))


def _counted(filters: Filters, metric: str, shown: int, total: int) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"**{shown:,} of {total:,} pairs**", width="content")
        for chip in filters.chips(metric):
            st.badge(parts.inert(chip), icon=":material/filter_alt:", color="gray")
        if filters != Filters():
            st.button("Clear", icon=":material/close:", type="tertiary", on_click=_clear)


def _clear() -> None:
    st.session_state["pairs-cleared"] = st.session_state.get("pairs-cleared", 0) + 1
    st.session_state["pairs-verdicts"] = []


def _table(shown: list[ScoredPair], key: str) -> None:
    if not shown:
        st.info("No pair is of this kind.", icon=":material/search_off:")
        return
    table = pa.table(
        {
            "Question": [row.pair.answers.question for row in shown],
            "Base": pa.array([row.base for row in shown], pa.float64()),
            "Tuned": pa.array([row.tuned for row in shown], pa.float64()),
            "Gained": pa.array([row.gain for row in shown], pa.float64()),
            "Verdict": [VERDICTS[row.pair.outcome] for row in shown],
            "Words more": [row.pair.answers.words_longer for row in shown],
        }
    )
    number = st.column_config.NumberColumn(format="%.2f", width="small")
    state = st.dataframe(
        table, height=TABLE_PIXELS, hide_index=True, on_select="rerun", selection_mode="single-row", key=f"table-{key}",
        selection_default={"selection": {"rows": [0]}},
        column_config={
            "Question": st.column_config.TextColumn(width="large"), "Base": number, "Tuned": number, "Gained": number,
            "Words more": st.column_config.NumberColumn(help="tuned minus base", width="small"),
        },
    )  # fmt: skip
    for place in state["selection"]["rows"][:1]:
        if place < len(shown):
            _pair(shown[place].pair)


def _pair(pair: JudgedPair) -> None:
    with st.container(border=True):
        texts.beside(pair.answers.around)
        texts.one_text(pair.answers.question, "Question", prominent=True)
        texts.one_text(pair.answers.reference, "Reference answer")
        marks = [mark for own in pair.marks.values() for mark in own]
        if marks:
            sides = [with_marks(pair.answers.sides[side].text, side, marks) for side in ("base", "tuned")]
            texts.two_marked(sides, ("Base", "Tuned"))
        else:
            differences = st.toggle("Mark the differences", key="explore-differences")
            texts.two_texts(pair.answers.base.text, pair.answers.tuned.text, ("Base", "Tuned"), differences)
        for who, verdict in pair.verdicts.items():
            why = f" ({', '.join(pair.reasons[who])})" if pair.reasons.get(who) else ""
            note = f": {pair.notes[who]}" if who in pair.notes else ""
            st.text(f"{who} · {VERDICTS.get(verdict, verdict)}{why}{note}")
        for side, answer in pair.answers.sides.items():
            if answer.passages:
                with st.expander(f"Passages given to {side}"):
                    for passage in answer.passages:
                        texts.one_text(json.dumps(passage, ensure_ascii=False))


def _slices(pairs: list[JudgedPair], slice_of: dict[str, str]) -> None:
    st.table(
        [
            {"Slice": one.name, "Pairs": one.n, "Base better": one.base, "Tuned better": one.tuned,
             "Tuned wins of the decided": _figure(one.win_rate) if one.win_rate else "too few"}
            for one in slices(pairs, slice_of)
        ]
    )  # fmt: skip
    st.markdown("Slices are exploratory and carry no test; below 10 decided pairs only counts are shown.")


def _figure(interval: Interval) -> str:
    return f"{interval.estimate:.2f} ({interval.low:.2f} to {interval.high:.2f}, n = {interval.n})"
