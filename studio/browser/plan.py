"""Plan: what will count as better, in one sentence; what this many pairs can show; freeze, or see what was changed."""

from __future__ import annotations

import streamlit as st

from evaluation.comparison.power import power_table
from studio.browser import header, parts, people, runs
from studio.browser.texts import text_colour
from studio.charts import power_chart
from studio.jobs import start
from studio.plan_words import in_one_sentence, what_can_be_shown
from studio.standing import count_rows
from studio.stations import Station
from winnow.errors import InputError, PlanChanged
from winnow.study.workspace import Workspace

MAX_WHY = 500  # characters
SIZES = (10, 20, 30, 40, 50, 75, 100, 150, 200)  # pairs, for the curve


@parts.explained
def page() -> None:
    """Show the plan, or what it would be."""
    place = parts.workspace()
    station = next(one for one in header.looked(place) if one.name == "plan")
    try:
        frozen = parts.frozen_plan(place)
    except PlanChanged as error:
        st.error(
            f"The plan was edited after it was frozen, so nothing rests on it any more. {error}",
            icon=":material/gpp_bad:",
        )
        return
    held_out = count_rows(place.split / "held_out.jsonl")
    st.markdown(f"#### {in_one_sentence(place.config().plan, held_out)}")
    if frozen is not None:
        st.markdown(f"Frozen {frozen.created_at[:16].replace('T', ' ')}, number `{frozen.hash[:12]}`.")
        for amendment in frozen.amendments:
            what = f"{amendment.at[:16]}: {', '.join(amendment.changed)}. {amendment.why}"
            st.warning(f"Amended after data could have been seen, {parts.inert(what)}", icon=":material/edit_note:")
        if station.standing.stale:
            st.error(
                f"The study isn't the planned one any more: {parts.inert('; '.join(station.why))}",
                icon=":material/gpp_bad:",
            )
            _amend(place)
    elif held_out and not people.needs_name("a run is kept under it"):
        with st.container(horizontal=True, vertical_alignment="center"):
            if st.button("Freeze the plan", type="primary", icon=":material/lock:"):
                _freeze(place, station)
            st.markdown("After that a change needs a reason, which every report shows.")
    elif not held_out:
        st.info("There is nothing to freeze yet: the rows are split first, on the page Study or with: `winnow split`",
                icon=":material/hourglass_empty:")  # fmt: skip
    runs.follow(place)
    if frozen is not None:
        st.page_link("studio/browser/review.py", label="The link for reviewers, without the menu",
                     icon=":material/link:", query_params={"own": "1"})  # fmt: skip
    if held_out:
        _power(held_out)


@st.dialog("Freeze the plan")
def _freeze(place: Workspace, station: Station) -> None:
    st.markdown(
        "From then on every change of what is compared needs a reason, and every report shows that it was made."
    )
    if st.button("Freeze it", type="primary"):
        runs.run(place, station)
        st.rerun()


def _amend(place: Workspace) -> None:
    """Let the plan be replaced by the study as it stands now, for a reason that every report shows from then on."""
    if people.needs_name("an amendment says who made it"):
        return
    with st.form("amend", border=False):
        st.text_area("Why is the plan amended?", max_chars=MAX_WHY, key="why",
                     help="what was learned, and when; it stands in every later report")  # fmt: skip
        st.form_submit_button("Amend the plan", icon=":material/edit_note:", on_click=_start_amending, args=(place,))
    st.caption(
        "The same by command: `winnow plan amend --why …`. Answers and votes of the plan as it was count no more."
    )


@parts.reported
def _start_amending(place: Workspace) -> str:
    why = " ".join(str(st.session_state["why"]).split())
    if not why:
        raise InputError("Nothing was amended: say why, for those who read the report")
    start(place, "plan", ["winnow", "plan", "amend", "--why", f"{people.reviewer()}: {why}"], people.reviewer())
    return "The plan is being amended"


def _power(held_out: int) -> None:
    st.subheader("What this many pairs can show", anchor=False)
    st.markdown(what_can_be_shown(held_out))
    chart = power_chart(power_table(sorted({*SIZES, held_out})), held_out, text_colour())
    st.altair_chart(chart, alt="Share of studies that find a true win rate, by number of pairs")


page()
