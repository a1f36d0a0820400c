"""The story of one row, beside the list: what it was, what it is, who decided what, and the buttons to decide."""

from __future__ import annotations

import streamlit as st

from curation.publish.catalogue import Catalogue
from evaluation.people.queue import SYSTEMS
from evaluation.people.review import review_of
from evaluation.people.vote_log import JudgmentLog
from studio.browser import parts, people, texts
from studio.desk import WORDS
from studio.row_story import RowStory, Used, story_of
from winnow.data.ledger import Entry
from winnow.errors import WinnowError
from winnow.study.workspace import Workspace

COMPARED = 3  # rows of a group that are shown beside this one; the others are named


def show(place: Workspace, catalogue: Catalogue, at: int) -> None:
    """Tell the story of the row at a place of the catalogue."""
    told = story_of(catalogue, at, place.curated.ledger.history(), _used(place))
    row, known = told.row, people.seen(place)
    with st.container(border=True):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"**{parts.inert(row.place)}** · {told.status}", width="stretch")
            if told.part:
                st.badge(told.part, color="blue")
        if told.hint:
            st.warning(told.hint, icon=":material/lock_clock:")
        texts.one_text(row.question, "Question")
        texts.one_text(row.answer, "Answer")
        texts.beside(row.around)
        _decide(place, told, known)
        if row.decisions:
            st.markdown("**Judged**")
            texts.reasons(row)
            _compared(told)
        _changed(told)
        _by_people(place, told)
        _used_for(told)
        texts.evidence(row)


def _used(place: Workspace) -> Used:
    """Say what the study does with rows; answers only to a person who may see which system wrote what."""
    runs = len(list(place.runs.glob("*/manifest.json")))
    try:
        frozen = parts.frozen_plan(place)
    except WinnowError:  # other pages say what is wrong with the plan
        frozen = None
    if frozen is None:
        return Used(runs=runs)
    planned = parts.planned(place)
    if not review_of(frozen, JudgmentLog(place.judgments_file)).shows_systems(people.reviewer()):
        return Used(planned, runs)
    found = {name: parts.rows(place.answers / f"{name}.jsonl") for name in SYSTEMS}
    return Used(planned, runs, {name: {row["id"]: row["prediction"] for row in rows} for name, rows in found.items()})


def _decide(place: Workspace, told: RowStory, known: int) -> None:
    if people.needs_name("a decision says who made it"):
        return
    ids = [told.row.id]
    with st.container(horizontal=True):
        if told.status == "removed":
            st.button("Restore", key="restore-one", type="primary", icon=":material/undo:", on_click=people.decide,
                      args=(place, ids, "restore", "wrongly removed", known))  # fmt: skip
        else:
            st.button("Keep as it is", key="keep-one", icon=":material/check:", on_click=people.decide,
                      disabled=told.status == "kept", args=(place, ids, "restore", "checked: fine", known))  # fmt: skip
            st.button("Remove", key="remove-one", icon=":material/delete:", on_click=people.decide,
                      args=(place, ids, "remove", "removed in the list of rows", known))  # fmt: skip
    texts.correction(place, told.row, known)


def _compared(told: RowStory) -> None:
    here = f"{told.row.place}, {told.status}"
    for other in told.others[:COMPARED]:
        st.markdown(f"**Compared with {parts.inert(other.title)}**")
        texts.two_besides(told.came_in, other.record, (here, other.title))
        texts.two_texts(told.row.question, other.record.question, (f"{here}: question", f"{other.title}: question"))
        texts.two_texts(told.row.answer, other.record.answer, ("Answer", "Answer"))
    if more := told.others[COMPARED:]:
        st.caption("and with " + parts.inert(", ".join(other.title for other in more)))


def _changed(told: RowStory) -> None:
    texts.repairs(told.came_in, told.row)


def _by_people(place: Workspace, told: RowStory) -> None:
    if not told.people:
        return
    st.markdown("**Decided by people**")
    for entry in told.people:
        _entry(place, entry)


def _entry(place: Workspace, entry: Entry) -> None:
    decision = entry.decision
    if decision.action == "undo":
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        did = WORDS.get(decision.action, decision.action)
        said = f"**{parts.inert(decision.by)}** {did}: {parts.inert(decision.reason)}"
        said += f" · {decision.at[:16].replace('T', ' ')}"
        st.markdown(said if entry.counts else f"~~{said}~~ · taken back", width="stretch")
        if entry.counts and people.reviewer():
            st.button("Undo", key=f"undo-entry-{entry.number}", type="tertiary", icon=":material/undo:",
                      on_click=_take_back, args=(place, entry))  # fmt: skip


@parts.reported
def _take_back(place: Workspace, entry: Entry) -> str:
    place.curated.ledger.undo([entry.number], by=people.reviewer())
    people.publish_if_small(place)
    return "Taken back"


def _used_for(told: RowStory) -> None:
    if told.trained:
        st.caption(f"In the rows to train on; {told.trained}.")
    if told.answers:
        names = tuple(told.answers)
        st.markdown("**What the models answered**")
        if len(names) == 2:
            left, right = told.answers.values()
            texts.two_texts(left, right, (names[0], names[1]))
        else:
            texts.one_text(next(iter(told.answers.values())), names[0])
