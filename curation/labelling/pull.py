"""Bring people's answers back as decisions: `winnow label pull` and `winnow label status`.

result = pull(rows(study))
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from curation.labelling.connection import Connection, connect
from curation.labelling.dataset import Dataset
from curation.labelling.definition import Answer, Consequence, Fault, LabellingTask
from curation.labelling.push import push
from curation.labelling.rooms import names_by_id
from winnow.data.ledger import Decision, Ledger
from winnow.errors import InputError


@dataclass
class PullResult:
    """New labels, new decisions by verdict, items in conflict and items waiting for more people.

    `faults` says of each answer that can't be used which it is and why; it stays where it was given. `urls` are
    where they were given.
    """

    labels: int = 0
    decided: dict[str, int] = field(default_factory=dict)
    conflicts: int = 0
    waiting: int = 0
    faults: list[str] = field(default_factory=list)
    adjudication_url: str = ""
    urls: dict[str, str] = field(default_factory=dict)


def pull(task: LabellingTask[Any]) -> PullResult:
    """Read every response, settle what can be settled, and send disagreements to those who decide them.

    Again without new answers it changes nothing. Raises InputError where nothing was pushed.
    """
    require_begun(task)
    connection = connect(task.study.config, task.study.home)
    said = words_there(connection, task)
    if not said.urls:
        raise InputError(f"{task.study.home}: {task.begin}")
    result = take_in(task.study.curated.ledger, said.words, task.says, task.follow)
    result.faults, result.urls = said.faults, said.urls
    if task.escalation and result.conflicts:
        result.adjudication_url = next(iter(push(task.escalation).urls.values()))
    return result


def require_begun(task: LabellingTask[Any]) -> None:
    """Raise InputError where the task asked nobody yet."""
    if not task.asked():
        raise InputError(f"{task.study.home}: {task.begin}")


@dataclass(frozen=True)
class Said:
    """Answers as the ledger's lines, what is wrong with those that are none, and where they were given."""

    words: list[Decision]
    faults: list[str]
    urls: dict[str, str] = field(default_factory=dict)


def words_there(connection: Connection, task: LabellingTask[Any]) -> Said:
    """Read what was said on the server so far, in the escalation's dataset too; one that isn't there is empty."""
    datasets = [Dataset.find(connection, room.workspace, room.dataset) for room in task.rooms]
    found = [dataset for dataset in datasets if dataset is not None]
    said = judged(task, _answers(connection, found))
    urls = {dataset.name: dataset.url for dataset in found}
    if task.escalation is None:
        return Said(said.words, said.faults, urls)
    more = words_there(connection, task.escalation)
    return Said(said.words + more.words, said.faults + more.faults, urls)


def judged(task: LabellingTask[Any], answers: Iterable[Answer]) -> Said:
    """Turn answers into the ledger's lines, and name those that can't be used."""
    asked = task.asked()
    words: list[Decision] = []
    faults: list[str] = []
    for answer in answers:
        try:
            words.append(task.judge(asked.get(answer.id), answer))
        except Fault as fault:
            faults.append(f"{answer.place}: {fault}")
    return Said(words, faults)


def take_in(
    ledger: Ledger,
    words: Sequence[Decision],
    says: Callable[[Decision], object],
    follow: Callable[[Sequence[Decision]], Consequence],
) -> PullResult:
    """Add the words that the ledger doesn't have, and the decisions that follow from all of them.

    A word that carries its time is known by it; one without a time is known where the person's last one says the same.
    """
    people = ledger.people_decisions()
    known = {(*_whose(word), word.at) for word in people if word.action == "label"}
    last = {_whose(word): says(word) for word in sorted(_labels(people, words), key=lambda word: word.at)}
    now = datetime.now(UTC).isoformat()
    new = [
        word if word.at else replace(word, at=now)
        for word in words
        if ((*_whose(word), word.at) not in known if word.at else last.get(_whose(word)) != says(word))
    ]
    found = follow([*people, *new])
    if new or found.decisions:
        ledger.append(*new, *found.decisions)
    verdicts = Counter(str(decision.evidence["verdict"]) for decision in found.decisions)
    return PullResult(len(new), dict(verdicts), found.conflicts, found.waiting)


def _labels(people: Sequence[Decision], words: Sequence[Decision]) -> list[Decision]:
    """List the ledger's labels of the steps that the words are of."""
    steps = {word.step for word in words}
    return [word for word in people if word.action == "label" and word.step in steps]


def _whose(word: Decision) -> tuple[str, str, str, bool]:
    return word.step, word.id, word.by, bool(word.evidence.get("adjudication"))


def _answers(connection: Connection, datasets: Sequence[Dataset]) -> Iterator[Answer]:
    names = names_by_id(connection)
    for dataset in datasets:
        for record in dataset.records():
            for response in record.responses:
                if response.status == "submitted":
                    by = names.get(response.user_id, response.user_id)
                    place = f"{dataset.name}: row {record.id}, {by}"
                    at, began = _utc(response.updated_at), _utc(response.inserted_at)
                    yield Answer(record.id, by, response.values, place, record.fields, at, began)


def _utc(moment: str) -> str:
    """Write the server's time, UTC without saying so, with its zone."""
    found = datetime.fromisoformat(moment)
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).isoformat()
