"""To decide: what waits for a person, one card at a time, by keyboard."""

from __future__ import annotations

from collections import Counter

import streamlit as st

from curation.activity import meanwhile
from curation.publish.browse import Row
from curation.publish.cases import RIGHTLY_REMOVED, Case, audit_cases, cases
from curation.publish.repairs import KindOfRepair, confirmed, put_back, repairs_to_confirm
from studio.browser import card, parts, people, texts
from studio.desk import DecisionDesk
from winnow.data.ledger import Decision
from winnow.data.stamps import Stamp, stamp
from winnow.study.workspace import Workspace

REPAIRS = "Repairs to confirm"
EXAMPLES = 3  # of a kind of repair, which stand open
MOST_SHOWN = 100  # of a kind of repair
OTHERS_SHOWN = 3  # of what others did meanwhile


@parts.explained
def page() -> None:
    """Show the next case that waits for the named person."""
    _queues(parts.workspace())


@st.fragment
@parts.explained
def _queues(place: Workspace) -> None:
    """Draw queues and card; a press draws these alone anew, and not the header, which looks at all stages."""
    waiting, who = cases(parts.flagged(place)), people.reviewer()
    if not waiting and not who:
        st.success("Nothing waits for a decision.", icon=":material/check:")
        return
    if people.needs_name("a decision says who made it"):
        return
    audit = _audit(place, who)
    kinds = Counter(case.kind for case in (*waiting, *audit))
    repairs = repairs_to_confirm(parts.view(place), parts.steps(place), place.curated.ledger.people_decisions())
    if repairs:
        kinds[REPAIRS] = sum(len(kind.ids) for kind in repairs)
    wanted = None
    if len(kinds) > 1:
        wanted = st.pills("Only", [*kinds], format_func=lambda kind: f"{kind} {kinds[kind]:,}", key="kind",
                          label_visibility="collapsed")  # fmt: skip
    if wanted == REPAIRS:
        _repairs(place, repairs)
    else:
        _cards(place, audit if wanted == RIGHTLY_REMOVED else [c for c in waiting if wanted in (None, c.kind)])


def _audit(place: Workspace, who: str) -> list[Case]:
    config, drawn = place.config(), _drawn(place)
    return audit_cases(parts.view(place), drawn, place.curated.ledger.people_decisions(), config.curation.audit_sample,
                       config.seed, who)  # fmt: skip


def _drawn(place: Workspace) -> dict[str, Decision]:
    """Give the removals that the audit draws, once for each version of what steps decided."""
    config, files = place.config(), sorted(place.curated.ledger.folder.glob("*.parquet"))
    return _sample(place, stamp(*files), config.curation.audit_sample, config.seed)


@st.cache_resource(max_entries=4, show_spinner=False)
def _sample(_place: Workspace, state: Stamp, size: int, seed: int) -> dict[str, Decision]:
    from curation.labelling.audit import draw, removed_by_steps

    return {decision.id: decision for decision in draw(removed_by_steps(parts.steps(_place)), size, seed)}


def _cards(place: Workspace, waiting: list[Case]) -> None:
    state, ledger = st.session_state, place.curated.ledger
    who = people.reviewer()
    began = state.setdefault("decide-began", len(waiting))
    state["decide-began"] = total = max(began, len(waiting))
    later = state.setdefault("later", [])
    seen = people.seen(place)
    desk = DecisionDesk(ledger, parts.view(place), waiting, who, seen, later, parts.planned(place))
    card.show(desk, f"decisions of {who}", _words(waiting), total - len(waiting), total, 0.3)
    people.publish_if_small(place)
    if others := meanwhile(place.curated, state.setdefault("decide-seen", seen), who):
        told = "; ".join(f"{act.by} {act.words}" for act in others[:OTHERS_SHOWN])
        st.info(f"Since you began: {parts.inert(told)}", icon=":material/group:")
    if not waiting:
        return
    first = desk.left()[0]
    if not first.is_removed:
        _correct(place, first)
    for row in first.rows:
        texts.repairs(parts.record(place, row.id), row)
        texts.evidence(row)


def _words(waiting: list[Case]) -> str:
    rows = sum(len(case.rows) for case in waiting)
    if not waiting:
        return "Nothing waits for a decision."
    cards = f", {len(waiting):,} cards" if rows != len(waiting) else ""
    return f"{rows:,} row{'s' if rows > 1 else ''} to decide{cards}"


# Repairs, many at once.


def _repairs(place: Workspace, kinds: list[KindOfRepair]) -> None:
    """Show each kind of repair by examples, to be confirmed or put back as a whole."""
    known = people.seen(place)
    for kind in kinds:
        with st.container(border=True):
            st.markdown(f"**{parts.inert(kind.name.capitalize())}** · {len(kind.ids):,} rows")
            for row in kind.rows[:EXAMPLES]:
                before, now = f"{row.place}: {row.field} as it came in", "As it reads now"
                texts.two_texts(row.before, row.after, (before, now))
            if len(kind.rows) > EXAMPLES:
                with st.expander(f"The other {len(kind.rows) - EXAMPLES:,}"):
                    for row in kind.rows[EXAMPLES:MOST_SHOWN]:
                        texts.two_texts(row.before, row.after, (f"{row.place}: {row.field}", ""))
            many = f"{len(kind.ids):,} repairs" if len(kind.ids) > 1 else "repair"
            with st.container(horizontal=True):
                st.button(f"Right: confirm {many}", key=f"confirm-{kind.name}", type="primary",
                          on_click=_confirm, args=(place, kind, known))  # fmt: skip
                st.button("Wrong: put back as it came in", key=f"back-{kind.name}", on_click=_put_back,
                          args=(place, kind, known))  # fmt: skip


@parts.reported
def _confirm(place: Workspace, kind: KindOfRepair, known: int) -> str:
    place.curated.ledger.append(*confirmed(kind, people.reviewer()), seen=known)
    return f"{len(kind.ids)} repairs confirmed"


@parts.reported
def _put_back(place: Workspace, kind: KindOfRepair, known: int) -> str:
    place.curated.ledger.append(*put_back(kind.rows, people.reviewer()), seen=known)
    people.publish_if_small(place)
    return f"{len(kind.ids)} rows read as they came in; it can be taken back on the page Study"


def _correct(place: Workspace, case: Case) -> None:
    """Let the texts of the case's rows be corrected; a correction keeps the row and settles it."""
    known = people.seen(place)
    with st.expander("Correct the text", icon=":material/edit:"):
        for row in case.rows:
            with st.form(f"correct-{row.id}", border=len(case.rows) > 1):
                left, right = st.columns([2, 3])
                left.text_area("Question", row.question, key=f"question-{row.id}", height=130)
                right.text_area("Answer", row.answer, key=f"answer-{row.id}", height=130)
                where = f" of {row.place}" if len(case.rows) > 1 else ""
                st.form_submit_button(  # a callback: a run that another one breaks off would lose the press
                    f"Save the correction{where}", icon=":material/save:", on_click=_save, args=(place, row, known)
                )


def _save(place: Workspace, row: Row, known: int) -> None:
    typed = {name: st.session_state[f"{name}-{row.id}"] for name in ("question", "answer")}
    changed = {name: text for name, text in typed.items() if text != getattr(row, name)}
    if changed:
        people.correct(place, row.id, changed, known)
    else:
        st.session_state["done"] = "Nothing was changed in the two boxes"


page()
