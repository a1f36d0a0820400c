"""Train: what the model learns from, what a run takes, the run as it goes, and the runs there were."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import streamlit as st

from studio.browser import header, parts, people, runs, texts
from studio.charts import curve_spec
from studio.jobs import start
from studio.runs_table import Run, curves, differences, minutes_of, runs_of
from studio.study import Study
from training.preview import Preview
from training.share import TrainingTokens
from winnow.config.edit import change_setting
from winnow.data.stamps import Stamp, stamp
from winnow.study.workspace import CONFIG_NAME, Workspace

CHARTS = {
    "loss": "loss: how surprised the model is by the answers (lower is better)",
    "learning_rate": "learning rate: how large a step it takes",
    "grad_norm": "size of the correction",
    "tokens_per_second": "tokens a second",
    "peak_memory_gb": "memory at the peak, GB",
}
FORMATS = {
    "merged": "one folder of weights (merged)",
    "gguf-q8_0": "GGUF, 8 bits",
    "gguf-f16": "GGUF, 16 bits",
    "ollama": "for Ollama",
}
MAX_SHARE = 0.6


@parts.explained
def page() -> None:
    """Show the data mix, the newest run and all runs."""
    place = parts.workspace()
    _mix(place)
    _cost(place)
    station = next(one for one in header.looked(place) if one.name == "train")
    if station.state == "stale":
        why = parts.inert("; ".join(station.why))
        st.warning(f"The last run is out of date: {why}.", icon=":material/sync_problem:")
    if not place.plan_file.exists():
        st.info("Training begins once the plan is frozen, so that nobody can choose afterwards what counts as better.",
                icon=":material/lock_clock:")  # fmt: skip
        st.page_link("studio/browser/plan.py", label="Go to the plan", icon=":material/arrow_forward:")
    elif station.state in ("stale", "not yet") and not people.needs_name("a run is kept under it"):
        with st.container(horizontal=True, vertical_alignment="center"):
            label = "Train again" if station.state == "stale" else "Train"
            st.button(label, type="primary", icon=":material/play_arrow:", on_click=runs.run, args=(place, station))
            st.markdown("The same by command: `winnow train`")
    runs.follow(place)
    _curves(place)
    _runs(place)


def _dialogue_count(number: int) -> str:
    return f"{number:,} dialogue{'' if number == 1 else 's'}"


def _mix(place: Workspace) -> None:
    train, kept = map(parts.rows, _rows_of(place))
    if not train:
        st.info("Nothing to train on yet: the rows are split first.", icon=":material/hourglass_empty:")
        return
    st.markdown(
        f"#### {len(train):,} of your rows, and {_dialogue_count(len(kept))} that the untouched model wrote itself, "
        "so that it keeps what it could do."
    )
    share, data = place.config().preservation.share, _tokens(place, stamp(*_rows_of(place)))
    wanted = st.slider("Share of self-written dialogues", 0.0, max(MAX_SHARE, share), share, 0.01, format="percent",
                       help="of all trained tokens: more keeps more, and teaches less", key="share")  # fmt: skip
    st.markdown(data.at(wanted).words)
    if wanted != share and not people.needs_name("the setting is kept under it"):
        st.button(f"Set it from {share:.0%} to {wanted:.0%}", on_click=_set_share, args=(place, wanted),
                  help="`preservation.share` in winnow.yaml, with your name and the time")  # fmt: skip
    if kept:
        with st.expander(f"Read what it wrote: {_dialogue_count(len(kept))}", icon=":material/forum:"):
            _dialogues(kept)


@st.cache_resource(max_entries=2, show_spinner=False)
def _tokens(_place: Workspace, state: Stamp) -> TrainingTokens:
    return TrainingTokens.of(*map(parts.rows, _rows_of(_place)))


def _rows_of(place: Workspace) -> tuple[Path, Path]:
    """The files of what a run learns from: the study's rows, and those that the model wrote itself."""
    return place.split / "train.jsonl", place.preservation / "preservation.jsonl"


@parts.reported
def _set_share(place: Workspace, share: float) -> str:
    note = f"{people.reviewer()}, {datetime.now(UTC):%Y-%m-%d %H:%M}"
    change_setting(place.root / CONFIG_NAME, "preservation.share", round(share, 2), note)
    return f"The share is {share:.0%} from the next run on"


@st.fragment
def _dialogues(kept: list[dict[str, object]]) -> None:
    table = [{"Question": row["question"], "Answer": row["answer"], "Tokens": row.get("tokens")} for row in kept]
    state = st.dataframe(
        table, height=texts.table_height(len(table)), hide_index=True, on_select="rerun", selection_mode="single-row",
        selection_default={"selection": {"rows": [0]}}, key="dialogues",
    )  # fmt: skip
    for number in state["selection"]["rows"][:1]:
        texts.one_text(str(kept[number]["question"]), "What the model asked itself", prominent=True)
        texts.one_text(str(kept[number]["answer"]), "What it answered")


def _cost(place: Workspace) -> None:
    """Say on request what a run would take: tokenising the rows and building the model's shapes takes seconds."""
    if not (place.split / "train.jsonl").exists():
        return
    if not st.button("What would a run take?", icon=":material/timer:", help="`winnow train --preview`"):
        return
    found = _preview(str(place.root), stamp(place.root / CONFIG_NAME, place.split / "train.jsonl"))
    fits = found.memory_total_gb <= found.memory_free_gb
    minutes = minutes_of(found.steps, _newest(place))
    time = f"about {minutes:.0f} min, by the last run's pace" if minutes is not None else "no run yet to go by for time"
    st.markdown(
        f"**{found.training_rows:,} rows, {found.trained_tokens:,} trained tokens, {found.steps:,} steps**: {time}. "
        f"Memory: about {found.memory_total_gb:.1f} GB of {found.memory_free_gb:.1f} GB that are free"
        + ("." if fits else f"; to fit, {parts.inert(found.remedy)}.")
    )


@st.cache_resource(max_entries=2, show_spinner="Counting tokens and memory…")
def _preview(root: str, state: Stamp) -> Preview:
    from training.preview import preview_run
    from training.stage import training_data

    place = Workspace(Path(root))
    study = Study(place, place.config())
    return preview_run(training_data(study.workspace, study.config), study.config)


def _newest(place: Workspace) -> Path | None:
    return next(iter(sorted(place.runs.glob("*/metrics.jsonl"), reverse=True)), None)


@st.fragment(run_every="5s")
def _curves(place: Workspace) -> None:
    """Draw the newest run as it goes."""
    newest = _newest(place)
    found = _drawn(newest, stamp(newest)) if newest else {}
    if not newest or "loss" not in found:
        return
    st.subheader(f"Run {newest.parent.name}", anchor=False)
    st.markdown("Points are single steps, the line what they come to; diamonds on a dashed line are validation rows.")
    shown = {name: title for name, title in CHARTS.items() if name in found}
    for column, (name, title) in zip(st.columns(3) * 2, shown.items(), strict=False):
        with column:
            st.markdown(title[0].upper() + title[1:])
            st.vega_lite_chart(spec=found[name], alt=title)


@st.cache_data(max_entries=2, show_spinner=False)
def _drawn(path: Path, state: Stamp) -> dict[str, dict[str, Any]]:
    """Write each curve as Vega-Lite, once for a state of the file: Altair checks five in most of the page's time."""
    return {name: curve_spec(points) for name, points in curves(path).items() if points}


def _runs(place: Workspace) -> None:
    found: list[Run] = runs_of(place)
    if not found:
        return
    st.subheader("Runs", anchor=False)
    only = st.toggle("Only what differs", value=len(found) > 1, key="only-differences")
    st.dataframe(differences(found) if only and len(found) > 1 else [run.as_row() for run in found], hide_index=True)
    if not people.needs_name("a run is kept under it"):
        _export(place, found)


def _export(place: Workspace, found: list[Run]) -> None:
    """Offer to write a run for other tools, and to compare its answers there with the trained model's."""
    st.subheader("Take it elsewhere", anchor=False)
    which, form, press = st.columns([2, 2, 2], vertical_alignment="bottom")
    run = which.selectbox("Run", [one.name for one in found], key="export-run")
    name = form.selectbox("As", list(FORMATS), format_func=FORMATS.__getitem__, key="export-format")
    command = ["winnow", "export", name, "--run", run]
    press.button("Export, and compare the answers", icon=":material/ios_share:", on_click=_start_export,
                 args=(place, command), help=f"`{' '.join(command)}`")  # fmt: skip


@parts.reported
def _start_export(place: Workspace, command: list[str]) -> str:
    start(place, "export", command, people.reviewer())
    return "The export is running; its log says in how many answers it differs"


page()
