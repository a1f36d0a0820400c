"""Cuts, on the page Rows: move the cut between duplicates and different rows, and see at once what would change."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import streamlit as st

from curation.publish.browse import place_of
from curation.publish.catalogue import Catalogue
from curation.steps.copies import Copies, Mask
from curation.steps.thresholds import ScoredPair, Threshold, around, moved, removed_at, scored, scores
from studio.browser import parts, people, texts
from winnow.config import DuplicatesConfig
from winnow.data.files import read_table
from winnow.data.stamps import Stamp, stamp
from winnow.study.workspace import Workspace

TITLES: dict[Threshold, str] = {"semantic": "Meaning: paraphrases", "lexical": "Wording: near copies"}
MEANINGS: dict[Threshold, str] = {
    "semantic": "Both rows give the same answer; their questions are one if their embeddings are at least this alike.",
    "lexical": "Both rows were judged to say the same; they count as copies if at least this share of words agrees.",
}
BINS = 40
KNOWN = "removed-at"  # of a visit: the cut last asked about, and what leaves at it
STEP = 0.01  # by which a cut is moved
CHANGED_SHOWN = 8  # rows that a moved cut would remove or bring back
TEMPLATES = Path(__file__).parents[1] / "templates"
HTML = """<section class="cut">
<div class="plot"><div class="bars" aria-hidden="true"></div><div class="now"></div>
<div class="line"><span class="value"></span></div><input type="range"></div>
<div class="ticks" aria-hidden="true"></div>
<p>Similarity of a pair; a bar's height is the logarithm of its pairs. Striped: different rows. Dotted: the cut in
use.</p>
</section>"""
_cut = st.components.v2.component(
    "winnow-cut",
    html=HTML,
    css=(TEMPLATES / "cut.css").read_text(encoding="utf-8"),
    js=(TEMPLATES / "cut.js").read_text(encoding="utf-8"),
    isolate_styles=False,
)


def show(place: Workspace) -> None:
    """Show the two thresholds on duplicates."""
    if not place.curated.pairs_file.exists():
        parts.missing("The scored pairs aren't there.", "winnow curate FILE")
    threshold = st.segmented_control(
        "Threshold",
        list(TITLES),
        default="semantic",
        required=True,
        format_func=TITLES.__getitem__,
        key="threshold",
        bind="query-params",
        label_visibility="collapsed",
    )
    st.caption(MEANINGS[threshold])
    _threshold(place, threshold)


@st.fragment
@parts.explained
def _threshold(place: Workspace, threshold: Threshold) -> None:
    from curation.stage import settings_of

    settings = settings_of(place.curated).duplicates
    mine = _scored(place.curated.pairs_file, stamp(place.curated.pairs_file), threshold)
    if not mine.num_rows:
        st.info("No pair depends on this threshold.", icon=":material/check:")
        return
    now = float(getattr(settings, threshold))
    left, right = st.columns([3, 2], gap="large")
    with left:
        cut = _moved(scores(mine, threshold), threshold, now)
    with right:
        _effect(place, mine, settings, threshold, now, cut)
    if cut != now:
        _changed(place, settings, threshold, now, cut)
    above, below = around(mine, threshold, cut)
    for column, title, pairs in zip(
        st.columns(2, gap="large"),
        ("Just above: duplicates", "Just below: different rows"),
        (above, below),
        strict=True,
    ):
        with column:
            st.markdown(f"**{title}**")
            for pair in pairs:
                _pair(place, pair)
            if not pairs:
                st.caption("No pair on this side.")


@st.cache_resource(max_entries=4, show_spinner=False)
def _scored(path: Path, state: Stamp, threshold: Threshold) -> pa.Table:
    return scored(_pairs(path, state), threshold)


@st.cache_resource(max_entries=2, show_spinner="Reading the pairs…")
def _pairs(path: Path, state: Stamp) -> pa.Table:
    return read_table(path)


def _moved(values: np.ndarray, threshold: Threshold, now: float) -> float:
    """Draw the histogram with the cut on its axis; return where the cut was moved to."""
    low = float(np.floor(min(values.min(), now) * 20) / 20)
    counts, edges = np.histogram(values, bins=BINS, range=(low, 1.0))
    key = f"cut-{threshold}"
    cut = float((st.session_state.get(key) or {}).get("cut") or now)
    bars = [{"from": a, "to": b, "count": int(n)} for a, b, n in zip(edges, edges[1:], counts, strict=False)]
    data = {"bars": bars, "low": low, "high": 1.0, "step": STEP, "now": now, "cut": cut, "unit": "pairs",
            "label": "Lowest similarity of a duplicate"}  # fmt: skip
    _cut(data=data, key=key, default={"cut": now}, on_cut_change=lambda: None)
    return round(cut, 2)


def _effect(
    place: Workspace, mine: pa.Table, settings: DuplicatesConfig, threshold: Threshold, now: float, cut: float
) -> None:
    before, after = _before_and_after(place, settings, threshold, now, cut)
    duplicate = int((scores(mine, threshold) >= cut).sum())
    a, b = st.columns(2)
    a.metric("Pairs at or above the cut", f"{duplicate:,}", help=f"of {mine.num_rows:,} that this threshold decides")
    removed, more = int(after.sum()), int(after.sum() - before.sum())
    b.metric("Rows removed as duplicates", f"{removed:,}", delta=f"{more:+,}" if more else None,
             delta_color="off", help="with exact copies, which no cut touches")  # fmt: skip
    if cut == now:
        st.caption(f"The threshold stands at {now:.2f}. Move it to see what would change; nothing is written yet.")
        return
    if people.needs_name("moving a threshold is a decision"):
        return
    st.button(
        f"Move it from {now:.2f} to {cut:.2f}",
        type="primary",
        on_click=_move,
        args=(place, threshold, cut),
        help="Decides again from the stored pairs; nothing is embedded anew, and people's decisions stay",
    )
    st.caption(f"The same by command: `winnow rethreshold duplicates.{threshold}={cut:.2f}`")


def _before_and_after(
    place: Workspace, settings: DuplicatesConfig, threshold: Threshold, now: float, cut: float
) -> tuple[Mask, Mask]:
    """Mask the rows that leave now and those that would, these from what would have at the cut before."""
    state = (parts.curated_stamp(place), settings.model_dump_json(), threshold)
    before = _removed(place, *state, now, None)
    asked, known = st.session_state.get(KNOWN, (None, None))
    after = _removed(place, *state, cut, known if asked == state else (now, before))
    st.session_state[KNOWN] = state, (cut, after)
    return before, after


@st.cache_resource(max_entries=200, show_spinner=False)
def _removed(
    _place: Workspace, state: Stamp, settings: str, threshold: Threshold, cut: float, _known: tuple[float, Mask] | None
) -> Mask:
    copies = _copies(_place, state)
    return moved(copies, threshold, _known, cut) if _known else removed_at(copies, threshold, cut)


@st.cache_resource(max_entries=2, show_spinner=False)
def _copies(_place: Workspace, state: Stamp) -> Copies:
    from curation.stage import copies_of

    return copies_of(_place.curated)


def _changed(place: Workspace, settings: DuplicatesConfig, threshold: Threshold, now: float, cut: float) -> None:
    """List the rows that the moved cut would remove, and those that it would bring back."""
    before, after = _before_and_after(place, settings, threshold, now, cut)
    catalogue, ids = parts.catalogue(place), _copies(place, parts.curated_stamp(place)).ids
    for title, rows in (("Would leave", after & ~before), ("Would come back", before & ~after)):
        if many := int(rows.sum()):
            st.markdown(f"**{title}: {many:,} row{'s' if many > 1 else ''}**")
            _rows(catalogue, sorted(catalogue.places[id_] for id_ in ids.filter(pa.array(rows)).to_pylist()))
    if np.array_equal(before, after) and cut != now:
        st.markdown("**No row would change**: other pairs or decisions hold each where it is.")


def _rows(catalogue: Catalogue, places: list[int]) -> None:
    rows = catalogue.rows(places[:CHANGED_SHOWN])
    st.dataframe(
        [{"Question": row.question, "Answer": row.answer, "From": row.place} for row in rows],
        hide_index=True,
        height=texts.table_height(len(rows)),
        column_config={"Question": st.column_config.TextColumn(width="medium")},
    )
    if len(places) > CHANGED_SHOWN:
        st.caption(f"and {len(places) - CHANGED_SHOWN:,} more")


@parts.reported
def _move(place: Workspace, threshold: Threshold, cut: float) -> str:
    from curation.cuts import move_cuts

    report = move_cuts(place, [f"duplicates.{threshold}={cut:.2f}"], people.reviewer())
    return f"{report['kept']} rows are kept, {report['removed']} removed; the study's settings say so from now on"


def _pair(place: Workspace, pair: ScoredPair) -> None:
    one, other = parts.record(place, pair.one), parts.record(place, pair.other)
    if one is None or other is None:
        return
    with st.container(border=True):
        st.caption(f"**{pair.score:.3f}** · differs: {pair.differs}")
        places = (place_of(one.source, one.line), place_of(other.source, other.line))
        texts.two_besides(one, other, places)
        texts.two_texts(one.question, other.question, places)
        texts.two_texts(one.answer, other.answer, ("Answer", "Answer"))
