"""What one person said about one row, as it stands in the ledger.

label = checked(values, task, config.reasons)          # raises Fault with what is wrong
ledger.append(label.as_decision())
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Required, TypedDict, Unpack

from curation.labelling.definition import Fault
from curation.labelling.tasks import LABEL_CHOICES, Role, Task
from winnow.data.ledger import Decision

STEP = "label"
RATINGS = ("correctness", "clarity")
BEST_RATING = 5


@dataclass(frozen=True, slots=True)
class Label:
    """One person's verdict on one row.

    `at` is when it was last changed and `began` when it was first given, both ISO 8601 in UTC. `answer` is the
    corrected one of a `fix`. `adjudication` marks the word of who decides between others.
    """

    id: str
    by: str
    at: str
    verdict: str
    role: Role
    answer: str = ""
    ratings: dict[str, int] = field(default_factory=dict)
    reasons: tuple[str, ...] = ()
    comment: str = ""
    began: str = ""
    adjudication: bool = False

    def as_decision(self) -> Decision:
        """Return the ledger's line for this label."""
        evidence = {
            "role": self.role,
            "answer": self.answer,
            "ratings": self.ratings,
            "reasons": list(self.reasons),
            "comment": self.comment,
            "began": self.began,
            "adjudication": self.adjudication,
        }
        return Decision(self.id, STEP, "label", self.verdict, evidence, by=self.by, at=self.at)


def labels_in(decisions: Iterable[Decision]) -> list[Label]:
    """Read the labels among people's decisions, in the order in which they came."""
    return [
        Label(
            id=d.id,
            by=d.by,
            at=d.at,
            verdict=d.reason,
            **{**d.evidence, "reasons": tuple(d.evidence["reasons"])},
        )
        for d in decisions
        if d.action == "label" and d.step == STEP
    ]


def latest(labels: Iterable[Label]) -> list[Label]:
    """Keep each person's last word on each row, as annotator and as adjudicator apart."""
    newest: dict[tuple[str, str, bool], Label] = {}
    for label in labels:
        key = (label.id, label.by, label.adjudication)
        if key not in newest or label.at >= newest[key].at:
            newest[key] = label
    return list(newest.values())


class Spoken(TypedDict, total=False):
    """Who said something, and when."""

    by: Required[str]
    at: Required[str]
    began: str
    adjudication: bool


def checked(
    values: Mapping[str, object], task: Task, known_reasons: Sequence[str], **who_and_when: Unpack[Spoken]
) -> Label:
    """Make a label of the answers to the form's questions.

    Raises Fault when the verdict is missing or unknown, contradicts the answer text, or a rating is off its scale.
    """
    verdict = str(values.get("verdict") or "").strip()
    if verdict not in LABEL_CHOICES:
        raise Fault(f'verdict "{verdict}" isn\'t one of {", ".join(LABEL_CHOICES)}; choose one')
    answer = str(values.get("corrected_answer") or "").strip()
    changed = bool(answer) and answer != task.answer.strip()
    if verdict == "fix" and not changed:
        raise Fault("the verdict is fix, but the answer wasn't changed; correct the answer or choose keep or remove")
    if verdict == "keep" and changed:
        raise Fault("the verdict is keep, but the answer was changed; choose fix or put the old answer back")
    ratings = {name: _rating(name, values[name]) for name in RATINGS if values.get(name) not in (None, "")}
    given = values.get("reasons") or ()
    reasons = tuple(map(str, given)) if isinstance(given, Sequence) else ()
    if unknown := sorted(set(reasons) - set(known_reasons)):
        raise Fault(f'reason "{unknown[0]}" isn\'t among {", ".join(known_reasons)}; choose one of them')
    return Label(
        id=task.id,
        verdict=verdict,
        role=task.role,
        answer=answer if verdict == "fix" else "",
        ratings=ratings,
        reasons=reasons,
        comment=str(values.get("comment") or "").strip(),
        **who_and_when,
    )


def _rating(name: str, value: object) -> int:
    try:
        rating = int(str(value).strip())
    except ValueError:
        rating = 0
    if not 1 <= rating <= BEST_RATING:
        raise Fault(f'{name} is "{value}"; rate from 1 to {BEST_RATING}')
    return rating
