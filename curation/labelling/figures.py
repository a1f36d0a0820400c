"""What the labels say about the labelling: progress, agreement, accuracy on gold rows, pace, missed bad rows.

print("\\n".join(status(study).lines()))
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import combinations, pairwise
from statistics import median
from typing import Any

from curation.labelling.argilla.server import running
from curation.labelling.connection import connect
from curation.labelling.definition import LabelledStudy
from curation.labelling.labels import RATINGS, Label, labels_in, latest
from curation.labelling.merge import Outcome, is_bad, merge
from curation.labelling.pull import require_begun, words_there
from curation.labelling.rows import rows
from curation.labelling.tasks import Task
from curation.labelling.worth import Worth, worth_of_rater
from winnow.config import LabellingConfig
from winnow.statistics import Interval, cohen_kappa, krippendorff_alpha, wilson

BREAK_SECONDS = 900  # a longer gap between two rows is a break, not work


@dataclass(frozen=True)
class Person:
    """One annotator's share: rows judged of those assigned (None: any), accuracy on gold rows, median pace."""

    labelled: int
    assigned: int | None
    gold: Interval
    seconds: float | None


@dataclass(frozen=True)
class Status:
    """The state of the labelling; `alpha` by question, `kappa` by pair, `missed` the share of bad unflagged rows."""

    rows: int
    settled: int
    conflicts: int
    waiting: int
    people: dict[str, Person]
    alpha: dict[str, Interval]
    kappa: dict[str, Interval]
    missed: Interval
    rater: Worth | None = None  # where rows were rated and judged

    def as_dict(self) -> dict[str, object]:
        """Give the JSON form: each figure with its interval, unknown numbers as null."""
        people = {name: {**vars(person), "gold": person.gold.as_dict()} for name, person in self.people.items()}
        figures = {
            name: {k: found.as_dict() for k, found in getattr(self, name).items()} for name in ("alpha", "kappa")
        }
        told = {**vars(self), **figures, "people": people, "missed": self.missed.as_dict()}
        return told | {"rater": self.rater.as_dict() if self.rater else None}

    def lines(self) -> list[str]:
        """Say it in a few lines for people."""
        done = f"{self.settled} of {self.rows} rows settled, {self.conflicts} in conflict, {self.waiting} waiting"
        lines = [f"{done} for more people"]
        for name, person in self.people.items():
            share = f"{person.labelled} rows" + (f" of {person.assigned}" if person.assigned is not None else "")
            pace = f", {person.seconds:.0f} s a row (median)" if person.seconds is not None else ""
            lines.append(f"  {name}: {share}{pace}; right on gold rows: {person.gold}")
        lines += [f"agreement on {name} (Krippendorff's alpha): {found}" for name, found in self.alpha.items()]
        lines += [f"agreement of {pair} (Cohen's kappa): {found}" for pair, found in self.kappa.items()]
        lines.append(f"bad rows among the unflagged, from the audit sample: {self.missed}")
        return lines + (self.rater.lines() if self.rater else [])


def status(study: LabelledStudy) -> Status:
    """Measure the labelling as it stands on the server now, together with what was pulled or imported before.

    Where only sheets are used and no server runs, the latter is all there is.
    """
    task, config = rows(study), study.config
    require_begun(task)
    words = study.curated.ledger.people_decisions()
    if config.url or running(study.home):
        words = words + words_there(connect(config, study.home), task).words
    found = measure(labels_in(words), task.asked(), config)
    return replace(found, rater=worth_of_rater(study.curated))  # on what was pulled: merged, not as on the server now


def measure(labels: Iterable[Label], tasks: Mapping[str, Task], config: LabellingConfig) -> Status:
    """Compute every figure from the labels alone; adjudicators' words count as verdicts, not as agreement."""
    found = [label for label in latest(labels) if label.id in tasks]
    outcome = merge(found, tasks, config)
    own = [label for label in found if not label.adjudication]
    by_person: defaultdict[str, list[Label]] = defaultdict(list)
    for label in own:
        by_person[label.by].append(label)
    for name in config.annotators:
        by_person.setdefault(name, [])
    return Status(
        rows=sum(task.role != "gold" for task in tasks.values()),
        settled=len(outcome.settled),
        conflicts=len(outcome.conflicts),
        waiting=len(outcome.waiting),
        people={name: _person(name, by_person[name], tasks, config) for name in sorted(by_person)},
        alpha=_alpha(own),
        kappa=_kappa(own),
        missed=_missed(outcome, tasks),
    )


def _person(name: str, labels: Sequence[Label], tasks: Mapping[str, Task], config: LabellingConfig) -> Person:
    gold = [label.verdict == tasks[label.id].verdict for label in labels if label.role == "gold"]
    given = sum(name in task.annotators for task in tasks.values()) if config.assignment == "assigned" else None
    return Person(len(labels), given, wilson(sum(gold), len(gold)), seconds_a_row(labels))


def seconds_a_row(labels: Sequence[Label]) -> float | None:
    """Give the median seconds between one row and the next; a long gap is a break. None of a single row."""
    moments = sorted(datetime.fromisoformat(label.began) for label in labels if label.began)
    gaps = [(later - earlier).total_seconds() for earlier, later in pairwise(moments)]
    work = [gap for gap in gaps if gap <= BREAK_SECONDS]
    return median(work) if work else None


def _alpha(labels: Sequence[Label]) -> dict[str, Interval]:
    """Measure agreement on each question; gold rows would flatter it and are left out."""
    rows: defaultdict[str, list[Label]] = defaultdict(list)
    for label in labels:
        if label.role != "gold":
            rows[label.id].append(label)
    values: dict[str, list[list[Any]]] = {
        "verdict": [[label.verdict for label in row] for row in rows.values()],
        **{name: [[label.ratings.get(name) for label in row] for row in rows.values()] for name in RATINGS},
        "reasons": [["; ".join(sorted(label.reasons)) for label in row] for row in rows.values()],
    }
    return {
        name: krippendorff_alpha(ratings, "ordinal" if name in RATINGS else "nominal")
        for name, ratings in values.items()
    }


def _kappa(labels: Sequence[Label]) -> dict[str, Interval]:
    verdicts: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for label in labels:
        if label.role != "gold":
            verdicts[label.by][label.id] = label.verdict
    found = {}
    for first, second in combinations(sorted(verdicts), 2):
        if common := sorted(verdicts[first].keys() & verdicts[second].keys()):
            pair = [[verdicts[name][id_] for id_ in common] for name in (first, second)]
            found[f"{first} and {second}"] = cohen_kappa(*pair)
    return found


def _missed(outcome: Outcome, tasks: Mapping[str, Task]) -> Interval:
    audited = [is_bad(found.verdict) for id_, found in outcome.settled.items() if tasks[id_].role == "audit"]
    return wilson(sum(audited), len(audited))
