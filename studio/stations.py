"""The road as a person sees it: how each stage stands in words, what makes it out of date, and what comes next.

found = stations(study)
found[2].state, found[2].why            # "stale", ("rows were kept, removed or corrected since",)
primary(found).name                     # "split": what the one button of the page does next
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from studio.jobs import Job, jobs
from studio.road import ROAD, RoadStage, Standing
from studio.study import Study

State = Literal["done", "stale", "running", "waits for you", "not yet"]

# What a stage reads, as manifests name it, and what a change of it means to a person.
CHANGES = {
    "view": "rows were kept, removed or corrected since",
    "people": "people decided about rows since",
    "votes": "people voted or ended their review since",
    "winnow's own code": "Winnow itself is another version",
    "sources": "a source file is another one",
    "held_out": "the held-out rows are others",
    "pairs": "the rows were compared anew",
    "topics": "the topics were found anew",
    "answers": "there are other answers",
    "answer_manifests": "there are other answers",
    "curation": "the rows were curated anew",
    "split": "the rows were split anew",
    "run": "there is another training run",
    "losses": "there is another training run",
    "templates": "the report's form is another one",
    "output": "a file that it wrote was changed or is gone",
    "dataset_card": "the rows' description is another one",
    "adapter": "there is another trained model",
}


@dataclass(frozen=True)
class Station:
    """A stage with its state, why it is out of date, and the newest job that ran it."""

    stage: RoadStage
    standing: Standing
    state: State
    why: tuple[str, ...] = ()
    job: Job | None = None

    @property
    def name(self) -> str:
        """The stage's name."""
        return self.stage.name

    @property
    def command(self) -> list[str]:
        """The command that does it in a study's folder, where the sources stand in the settings."""
        return [word for word in self.stage.verb.split() if word.islower()]


def stations(study: Study) -> list[Station]:
    """Look at every stage; one that rests on a stage out of date is out of date too, and names it."""
    found: list[Station] = []
    newest: dict[str, Job] = {}
    for job in jobs(study.workspace):
        newest.setdefault(job.stage, job)
    for stage in ROAD:
        station = _station(stage, stage.standing(study), found)
        found.append(_with_job(station, newest.get(stage.name)))
    return found


def _station(stage: RoadStage, standing: Standing, before: Sequence[Station]) -> Station:
    broken = next((one for one in before if one.state in ("stale", "running") and not one.stage.optional), None)
    lacking = any(one.state in ("not yet", "waits for you") and not one.stage.optional for one in before)
    if standing.made:
        why = tuple(dict.fromkeys(in_words(reason) for reason in standing.stale))
        if broken and not why:
            why = (f"it rests on “{broken.name}”, which is out of date",)
        return Station(stage, standing, "stale" if why else "done", why)
    if stage.by_people and not lacking and not broken:
        return Station(stage, standing, "waits for you")
    return Station(stage, standing, "not yet")


def _with_job(station: Station, job: Job | None) -> Station:
    if job is None:
        return station
    return replace(station, job=job, state="running" if job.state == "running" else station.state)


def in_words(reason: str) -> str:
    """Say what a change of an input means: "votes" → "people voted or ended their review since"."""
    if reason.startswith("settings "):
        return f"a setting was changed: {reason.removeprefix('settings ').replace('Config.', ' → ').casefold()}"
    kind, _, name = (
        reason.replace(" ", ":", 1).partition(":") if reason.startswith("output ") else reason.partition(":")
    )
    if kind not in CHANGES:
        return reason
    return f"{CHANGES[kind]} ({name.rsplit('/', 1)[-1]})" if name else CHANGES[kind]


def primary(found: Iterable[Station]) -> Station | None:
    """Give the stage that is to be done next; None when all are done, or one runs."""
    waiting = [one for one in found if not one.stage.optional]
    if any(one.state == "running" for one in waiting):
        return None
    return next((one for one in waiting if one.state != "done"), None)
