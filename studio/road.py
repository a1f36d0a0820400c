"""The road: every stage of a study once, in its order; run, overview, help and the README's figure come from here.

ROAD[0].name, ROAD[0].verb                  # "curate", "winnow curate FILE"
ROAD[0].standing(study).stale               # what changed since it was made: ("sources:faq.jsonl",)
figure()                                    # raw pairs ─ curate ─ label ─ split ─ plan ─ …
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any

from studio.standing import (
    answered_by,
    curated_rows,
    finished_run,
    plan_name,
    preserved_rows,
    review_state,
    split_counts,
    waiting_rows,
)
from winnow.errors import WinnowError

if TYPE_CHECKING:
    from studio.study import Study
    from winnow.study.stage import Stage
    from winnow.study.workspace import Workspace

BEFORE = "raw pairs"


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a stage is: whether its output is there, what it is in a few words, what changed since it was made."""

    made: bool
    summary: str = ""
    stale: tuple[str, ...] = ()

    @property
    def done(self) -> bool:
        """Tell whether the output is there and still holds."""
        return self.made and not self.stale


@dataclass(frozen=True)
class RoadStage:
    """One stage of the road.

    `made` looks whether its `outputs`, paths below the study's folder, are there and says what they are; `stages`
    declares what they are made from; `changed` names what else no longer holds. Without `run` people do it.
    """

    name: str
    room: str
    verb: str
    does: str
    outputs: tuple[str, ...]
    made: Callable[[Workspace], tuple[bool, str]]
    stages: Callable[[Study], list[Stage[Any]]] = lambda _: []
    changed: Callable[[Study], list[str]] = lambda _: []
    run: Callable[[Study], Mapping[str, object]] | None = None
    optional: bool = False

    @property
    def by_people(self) -> bool:
        """Tell whether people do this, where a command can't."""
        return self.run is None

    def standing(self, study: Study) -> Standing:
        """Say how far the stage is; what keeps it from being looked at, such as a changed plan, is a reason too."""
        made, summary = self.made(study.workspace)
        if not made:
            return Standing(False)
        try:
            changed = [reason for stage in self.stages(study) for reason in stage.stale()] + self.changed(study)
        except WinnowError as error:
            changed = [str(error)]
        return Standing(True, summary, tuple(dict.fromkeys(changed)))

    def inputs(self, study: Study) -> list[str]:
        """Name what the stage reads, as its manifest does; settings are sections of winnow.yaml."""
        names = [
            name
            for stage in self.stages(study)
            for name in (*stage.inputs.named(), *(f"settings {type(s).__name__}" for s in stage.settings))
        ]
        return list(dict.fromkeys(names))


def _curate_stages(study: Study) -> list[Stage[Any]]:
    from curation.stage import curate_stage

    sources = study.sources  # a study may have been curated from files that it doesn't list
    return [curate_stage(sources, study.workspace.curated, study.config)] if sources else []


def _curate(study: Study) -> Mapping[str, object]:
    from curation.stage import curate_sources, require_kept

    report = curate_sources(study.sources, study.workspace.curated, study.config, (), study.progress)
    require_kept(report, study.workspace.curated)
    return report


def _split_stages(study: Study) -> list[Stage[Any]]:
    from curation.split.stage import split_stage

    return [split_stage(study.workspace.curated, study.workspace.split, study.config)]


def _split(study: Study) -> Mapping[str, object]:
    from curation.split.stage import split_curated

    return split_curated(study.workspace.curated, study.workspace.split, study.config)


def _plan_changed(study: Study) -> list[str]:
    from winnow.study.plan_fields import frozen_plan

    frozen_plan(study.workspace, study.config)
    return []


def _freeze(study: Study) -> Mapping[str, object]:
    from studio.plan import freeze_plan

    return freeze_plan(study)


def _preserve_stages(study: Study) -> list[Stage[Any]]:
    from curation.preservation.stage import preserve_stage

    written = (study.workspace.preservation / "manifest.json").exists()
    return [preserve_stage(study.workspace, study.config)] if written else []


def _preserve(study: Study) -> Mapping[str, object]:
    from curation.preservation.stage import preserve_workspace

    return preserve_workspace(study.workspace, study.config, study.progress)


def _untrained(study: Study) -> list[str]:
    from training.stage import is_trained

    return [] if is_trained(study.workspace, study.config) else ["rows, settings or the plan of the last run"]


def _train(study: Study) -> Mapping[str, object]:
    from training.stage import train_workspace

    return train_workspace(study.workspace, study.config, study.progress).as_dict()


def _answer_stages(study: Study) -> list[Stage[Any]]:
    from evaluation.answering.stage import answer_stage

    return [answer_stage(study.workspace, study.config, name) for name in ("base", "tuned")]


def _answer(study: Study) -> Mapping[str, object]:
    from evaluation.answering.stage import answer_held_out

    return {name: answer_held_out(study.workspace, study.config, name, study.progress) for name in ("base", "tuned")}


def _report_stages(study: Study) -> list[Stage[Any]]:
    from evaluation.report.stage import report_stage

    return [report_stage(study.workspace, study.config)]


def _report(study: Study) -> Mapping[str, object]:
    from evaluation.report.stage import write_report

    return write_report(study.workspace, study.config)


ROAD: tuple[RoadStage, ...] = (
    RoadStage(
        "curate",
        "curation/",
        "winnow curate FILE",
        "judge every row: kept, flagged or removed, with its reason",
        ("curated/records.parquet", "curated/kept.jsonl", "curated/removed.jsonl", "curated/flagged.jsonl"),
        curated_rows,
        _curate_stages,
        run=_curate,
    ),
    RoadStage(
        "label",
        "curation/",
        "winnow label serve",
        "let people settle what was flagged",
        ("curated/ledger/people.jsonl",),
        waiting_rows,
        optional=True,
    ),
    RoadStage(
        "split",
        "curation/",
        "winnow split",
        "part the rows into train, validation and held-out",
        ("split/train.jsonl", "split/validation.jsonl", "split/held_out.jsonl"),
        split_counts,
        _split_stages,
        run=_split,
    ),
    RoadStage(
        "plan",
        "",
        "winnow plan freeze",
        "fix what will be compared and what counts as success",
        ("plan.json",),
        lambda workspace: (workspace.plan_file.exists(), plan_name(workspace)),
        changed=_plan_changed,
        run=_freeze,
    ),
    RoadStage(
        "preserve",
        "curation/",
        "winnow preserve",
        "let the base write the rows that keep what it knew",
        ("preservation/preservation.jsonl",),
        preserved_rows,
        _preserve_stages,
        run=_preserve,
    ),
    RoadStage(
        "train",
        "training/",
        "winnow train",
        "tune an adapter by QLoRA",
        ("runs/",),
        finished_run,
        changed=_untrained,
        run=_train,
    ),
    RoadStage(
        "answer",
        "evaluation/",
        "winnow answer",
        "answer the held-out questions with base and tuned",
        ("answers/base.jsonl", "answers/tuned.jsonl"),
        answered_by,
        _answer_stages,
        run=_answer,
    ),
    RoadStage(
        "review",
        "evaluation/",
        "winnow studio",
        "let people read the answers blind",
        ("judgments.sqlite",),
        review_state,
    ),
    RoadStage(
        "report",
        "evaluation/",
        "winnow report",
        "base against tuned, each figure with its interval",
        ("report/report.html", "report/report.md", "report/report.json"),
        lambda workspace: ((workspace.report / "report.json").exists(), "written"),
        _report_stages,
        run=_report,
    ),
)


def next_stage(standings: Iterable[tuple[RoadStage, Standing]]) -> RoadStage | None:
    """Name the first stage that isn't done and that the road doesn't go on without."""
    return next((stage for stage, standing in standings if not standing.done and not stage.optional), None)


def figure() -> str:
    """Draw the road in two lines: the stages in their order, and below them the package in which each one lives."""
    line, below = BEFORE, " " * len(BEFORE)
    for room, members in groupby(ROAD, key=lambda stage: stage.room):
        names = " ─ ".join(stage.name for stage in members)
        line += f" ─ {names}"
        below += "   " + (_bracket(room, len(names)) if room else " " * len(names))
    return f"{line}\n{below.rstrip()}"


def _bracket(room: str, width: int) -> str:
    """└── curation/ ──┘, or the room's name alone where it doesn't fit between the corners."""
    return f" {room} ".center(width - 2, "─").join("└┘") if width >= len(room) + 4 else room.center(width)
