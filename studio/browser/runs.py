"""Jobs on the pages: the button that starts a stage, and how the newest one fares."""

from __future__ import annotations

import streamlit as st

from studio.browser import parts, people
from studio.jobs import Job, jobs, start
from studio.stations import Station
from winnow.study.workspace import Workspace

HOW = {"running": "is running", "failed": "ended with an error", "stopped": "was stopped", "done": "is done"}


@parts.reported
def run(place: Workspace, station: Station) -> str:
    """Start a stage as a job."""
    start(place, station.name, station.command, people.reviewer())
    return f"{station.name} is running; you can close this page"


@st.fragment(run_every="2s")
def follow(place: Workspace) -> None:
    """Show the job that runs, or how the last one ended where it didn't end well."""
    newest = next(iter(jobs(place)), None)
    if newest is None:
        return
    seen, state = st.session_state.get("job-seen"), newest.state
    st.session_state["job-seen"] = (newest.id, state)
    if seen == (newest.id, "running") and state != "running":
        st.rerun()  # what the page says of the stages changed
    if state == "done":
        return
    with st.container(border=True):
        code = f" (code {newest.code})" if state == "failed" else ""
        who = f"started by {parts.inert(newest.by)} · {newest.seconds / 60:.1f} min"
        st.markdown(f"**{newest.stage}** {HOW[state]}{code} · {who}")
        if tail := newest.log_tail():
            st.code(tail, language=None)
        if state == "running":
            st.button("Stop", icon=":material/stop:", on_click=_stop, args=(newest,))
        elif not people.needs_name("a run is kept under it"):
            st.button("Go on with it", icon=":material/play_arrow:", on_click=_again, args=(place, newest))


@parts.reported
def _stop(job: Job) -> str:
    job.stop()
    return f"{job.stage} is stopped; what it has on disk stays"


@parts.reported
def _again(place: Workspace, job: Job) -> str:
    unfinished = any(not (folder / "manifest.json").exists() for folder in place.runs.glob("*"))
    resume = ["--resume"] if job.stage == "train" and unfinished and "--resume" not in job.command else []
    start(place, job.stage, [*job.command, *resume], people.reviewer())
    return f"{job.stage} goes on"
