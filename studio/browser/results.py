"""Results: the verdict in a sentence, the figures on named axes, who read, and below it every pair."""

from __future__ import annotations

from typing import Any

import streamlit as st

from evaluation.figures import figure, notices
from evaluation.people.queue import SYSTEMS
from evaluation.people.review import Review
from evaluation.people.reviewers import faults, marked, reviewer_figures
from evaluation.report import tables
from evaluation.report.forest import Forest, forests
from evaluation.report.sentence import verdict_sentence
from studio.browser import blind, header, pairs, parts, people, runs, talk
from studio.browser.texts import text_colour
from studio.charts import count_chart, forest_chart, forest_words
from studio.showing import plain
from studio.standing import report_differs
from winnow.data.files import read_json
from winnow.data.stamps import Stamp, stamp
from winnow.errors import PlanChanged
from winnow.study.workspace import Workspace

TABS = ("People", "Metrics", "Forgetting", "Speed and costs", "Files")
PAPER = "paper"  # in the address: /results?paper
KINDS = {"html": "text/html", "md": "text/markdown", "json": "application/json"}
MAX_PASSAGES = 12  # pairs whose marked passages are listed; all stand in their pairs
# On paper: no menu, no buttons, nothing cut at a screen's height.
PRINT = """<style>@media print {
  [data-testid="stHeader"], [data-testid="stToolbar"], .stButton, .stDownloadButton, .stPopover, .screen-only,
  .stElementContainer:has(.screen-only), .stPageLink, .st-key-pairs-of-answers, [role="tablist"] {
    display: none !important; }
  [data-testid="stAppViewContainer"], [data-testid="stMain"], .stApp, body, html, #root {
    position: static !important; height: auto !important; overflow: visible !important; }
  .stVegaLiteChart, .stTable, tr { break-inside: avoid; }
}</style>"""


@parts.explained
def page() -> None:
    """Show the results once the blind review is over."""
    place = parts.workspace()
    try:
        frozen = parts.frozen_plan(place)
    except PlanChanged as error:
        st.error(f"Not shown: {error}", icon=":material/block:")
        return
    if frozen is None:
        parts.missing("No plan is frozen yet, and results belong to a plan.", "winnow plan freeze")
    if not (_has_answers(place) or _report(place)):
        parts.missing("There is nothing to compare yet: no held-out question was answered.", "winnow answer")
    review = blind.require_reveal(place, frozen)
    st.html(PRINT)
    if difference := report_differs(place, frozen.hash):
        st.error(f"Not shown: {difference}", icon=":material/block:")
    elif report := _report(place):
        _verdict(place, report)
        _figures(place, report, review)
    else:
        st.markdown("#### There is no report yet.")
        _make(place)
    if not _is_paper():
        with st.container(key="pairs-of-answers"):
            pairs.show(place, frozen, review)
            talk.show(place)


def _has_answers(place: Workspace) -> bool:
    return any((place.answers / f"{name}.jsonl").exists() for name in SYSTEMS)


def _is_paper() -> bool:
    return PAPER in st.query_params


def _report(place: Workspace) -> dict[str, Any] | None:
    path = place.report / "report.json"
    return _read(str(path), stamp(path)) if path.exists() else None


@st.cache_resource(max_entries=2, show_spinner=False)
def _read(path: str, state: Stamp) -> dict[str, Any]:
    from pathlib import Path

    found: dict[str, Any] = read_json(Path(path))
    return found


def _verdict(place: Workspace, report: dict[str, Any]) -> None:
    verdict = header.verdict(place)
    st.markdown(f"#### {parts.inert(verdict.sentence)}")
    if not verdict.is_current:
        st.markdown(f"It said: {parts.inert(verdict_sentence(report, _made(place)))}")
    _make(place)
    for notice in notices(report):
        st.markdown(parts.inert(notice))


def _made(place: Workspace) -> str:
    return str(read_json(place.report / "manifest.json")["at"])


def _make(place: Workspace) -> None:
    """Offer to write the report where there is none, or one that doesn't hold any more; the header says why."""
    station = next(one for one in header.looked(place) if one.name == "report")
    if station.state == "running":
        st.info("The report is being written anew.", icon=":material/autorenew:")
    elif station.state != "done" and not people.needs_name("a run is kept under it"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.button("Make the report anew" if station.why else "Make the report", type="primary",
                      icon=":material/play_arrow:", on_click=runs.run, args=(place, station))  # fmt: skip
            st.html("<span class='screen-only'>The same by command: <code>winnow report</code></span>")
    runs.follow(place)


def _figures(place: Workspace, report: dict[str, Any], review: Review) -> None:
    for forest in forests(report["comparison"]):
        _forest(forest)
    st.markdown(
        "■ on a thick line: the data show a difference. ○ on a dashed line: they can't tell. Lines are 95 % intervals; "
        f"plan {report['plan']['hash'][:8]}, {report['comparison']['pairs']} held-out questions."
    )
    # A tab that isn't open isn't in the document: on paper the parts stand below each other.
    told, metrics, kept, costs, files = [st.container() for _ in TABS] if _is_paper() else st.tabs(TABS)
    with told:
        _people(report, review)
    with metrics:
        _heading("Metrics")
        st.table(tables.metric_rows(report))
    with kept:
        _retention(report)
    with costs:
        _heading("Speed and costs")
        st.table(tables.cost_rows(report))
        prices = report["systems"]["base"]["costs"]["prices"]
        st.markdown(
            f"At {prices['hour']} {prices['currency']} an hour of this machine, and {prices['api_input']} and "
            f"{prices['api_output']} a million tokens read and written; set “costs” in the study's settings."
        )
    with files:
        _files(place)


def _heading(words: str) -> None:
    st.subheader(words, anchor=False)


def _forest(forest: Forest) -> None:
    st.altair_chart(forest_chart(forest, text_colour()), alt=forest_words(forest))


def _people(report: dict[str, Any], review: Review) -> None:
    _heading("What people said, blind")
    if votes := report["comparison"]["judgments"]:
        rows = tables.outcome_rows(votes)
        words = "; ".join(f"{row['verdict']} {row['pairs']}" for row in rows)
        st.altair_chart(count_chart(rows, "verdict", "pairs", text_colour()), alt=words)
        if agreement := votes["reviewers"]["krippendorff_alpha"]:
            st.markdown(f"Agreement of the reviewers (Krippendorff's α; 1 is full, 0 is chance): {figure(agreement)}")
    if reviewers := reviewer_figures(review):
        st.table(tables.reviewer_rows(reviewers))
    if found := tables.fault_rows(faults(review.counted)):
        _heading("What they found wrong")
        st.table(found)
    if passages := marked(review.counted):
        _heading("Passages that were marked as wrong")
        items = [
            f"<li>“{plain(mark.text)}” in {plain(mark.system)}'s answer, by {plain(who)}</li>"
            for marks in list(passages.values())[:MAX_PASSAGES]
            for who, mark in marks
        ]
        st.html(f"<ul>{''.join(items)}</ul>")
        st.markdown(f"In {len(passages)} pairs; each stands in its pair below.")


def _retention(report: dict[str, Any]) -> None:
    _heading("What the model still can")
    if not report["retention"]:
        st.markdown("Not measured yet; the same by command: `winnow retain`")
    for line in tables.retention_words(report):
        st.markdown(parts.inert(line))
    if forest := tables.retention_forest(report):
        _forest(forest)


def _files(place: Workspace) -> None:
    _heading("Files")
    found = {kind: path for kind in KINDS if (path := place.report / f"report.{kind}").exists()}
    with st.container(horizontal=True, vertical_alignment="center"):
        for kind, path in found.items():
            st.download_button(f"report.{kind}", path.read_bytes(), path.name, KINDS[kind], icon=":material/download:")
    st.markdown(f"They stand in {parts.inert(str(place.report))}. ")
    if not _is_paper():
        st.page_link("studio/browser/results.py", label="For paper or PDF: all parts below each other, then print",
                     icon=":material/print:", query_params={PAPER: "1"})  # fmt: skip


page()
