"""Choose the rows that people should judge, and who judges which.

tasks = choose(records, ledger.step_decisions(), ledger.people_decisions(), config.labelling, seed=0)
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Literal, get_args

import pyarrow as pa
import pyarrow.compute as pc

from winnow.config import LabellingConfig
from winnow.data.columns import find_columns
from winnow.data.files import read_jsonl, write_jsonl
from winnow.data.ledger import Decision, settle
from winnow.data.readers import column_names, whole_rows
from winnow.data.records import content_hash, to_records
from winnow.data.surroundings import as_texts
from winnow.errors import InputError

Role = Literal["flagged", "audit", "learned", "random", "gold"]
LabelChoice = Literal["keep", "fix", "remove"]
LABEL_CHOICES: tuple[LabelChoice, ...] = get_args(LabelChoice)


@dataclass(frozen=True, slots=True)
class Task:
    """One row as it is put before people; `annotators` is empty where anyone may take it.

    `other_answers` are those of rows it conflicts with. `verdict` is the known one of a gold row. `beside` is what
    stands around the question (context, earlier turns, system prompt), by the names of `winnow.data.surroundings`.
    """

    id: str
    role: Role
    question: str
    answer: str
    other_answers: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    signals: tuple[str, ...] = ()
    score: float | None = None
    source: str = ""
    annotators: tuple[str, ...] = ()
    verdict: str = ""
    beside: Mapping[str, str] = field(default_factory=dict)

    def as_json(self) -> dict[str, object]:
        """Return a plain object that `from_json` reads."""
        return asdict(self)

    @classmethod
    def from_json(cls, row: Mapping[str, Any]) -> Task:
        """Read what `as_json` wrote."""
        lists: dict[str, object] = {key: tuple(found) for key, found in row.items() if isinstance(found, list)}
        return cls(**{**row, **lists})


def choose(
    records: pa.Table,
    steps: Sequence[Decision],
    people: Sequence[Decision],
    config: LabellingConfig,
    seed: int,
    ranking: Sequence[str] = (),
) -> list[Task]:
    """Choose flagged rows that no person has decided, an audit sample of unflagged ones, and ranked ones.

    `ranking` are ids of unlabelled rows, the most suspicious first. The samples are the rows with the smallest
    hashes, so that the same call chooses the same rows and one after a new curation keeps the ones it can.
    """
    before = settle(records, steps)
    decided = {d.id for d in people if d.action in ("remove", "restore", "correct")}
    roles: dict[str, Role] = {id_: "flagged" for id_ in before.flags if id_ not in decided}
    unflagged = [id_ for id_ in records["id"].to_pylist() if id_ not in before.flags and id_ not in before.removed]
    for id_ in draw(unflagged, config.audit, f"audit {seed}"):
        roles.setdefault(id_, "audit")
    drawn = round(config.learned * config.random_share)
    ranked = [id_ for id_ in ranking if id_ not in before.removed]
    top = ranked[: config.learned - drawn]
    for id_ in top:
        roles.setdefault(id_, "learned")
    for id_ in draw(ranked[len(top) :], drawn, f"random {seed}"):
        roles.setdefault(id_, "random")
    kept = settle(records, steps, people).kept_table
    return _described(kept, roles, before.flags)


def draw(ids: Iterable[str], count: int, salt: str) -> list[str]:
    """Draw ids at random, the same ones for the same salt."""
    return sorted(ids, key=lambda id_: content_hash(salt, id_))[:count]


def _described(kept: pa.Table, roles: Mapping[str, Role], flags: Mapping[str, list[Decision]]) -> list[Task]:
    answers = dict(zip(kept["id"].to_pylist(), kept["answer"].to_pylist(), strict=True))
    tasks = []
    for record in to_records(kept.filter(pc.is_in(kept["id"], pa.array(list(roles), pa.string())))):
        found = flags.get(record.id, [])
        others = {answers[other] for d in found for other in _conflicting_ids(d) if other in answers} - {record.answer}
        numbers = [value for d in found if isinstance(value := d.evidence.get("value", d.evidence.get("score")), float)]
        tasks.append(
            Task(
                id=record.id,
                role=roles[record.id],
                question=record.question,
                answer=record.answer,
                other_answers=tuple(sorted(others)),
                reasons=tuple(_in_words(d) for d in found),
                signals=tuple(sorted({str(d.evidence.get("signal", d.step)) for d in found})),
                score=max(numbers, default=None),
                source=f"{record.source}:{record.line}" if record.source else "",
                beside=as_texts(record.context, record.system, record.history),
            )
        )
    return tasks


def _conflicting_ids(decision: Decision) -> list[str]:
    group = decision.evidence.get("group", [])
    return [*(group if isinstance(group, list) else []), str(decision.evidence.get("twin", ""))]


def _in_words(decision: Decision) -> str:
    evidence = decision.evidence
    figures = [f"{key} {evidence[key]}" for key in ("value", "limit", "score") if evidence.get(key) is not None]
    return decision.reason + (f" ({', '.join(figures)})" if figures else "")


def read_gold(path: Path) -> list[Task]:
    """Read known cases of any format: rows of `question`, `answer`, `verdict` (keep, fix, remove), perhaps `context`.

    Raises InputError that names the line of the first row that isn't one.
    """
    rows = whole_rows(str(path), why="no known case may be left out")
    found = find_columns(column_names(rows), ("question", "answer", "verdict", "context"), source=str(path))
    return [_gold(row.place, found.cells(row.values)) for row in rows]


def _gold(place: str, cells: Mapping[str, object]) -> Task:
    question, answer, verdict = (str(cells.get(key) or "").strip() for key in ("question", "answer", "verdict"))
    if not question or not answer:
        raise InputError(f"{place}: a gold row needs question and answer; fill both")
    if verdict not in LABEL_CHOICES:
        raise InputError(f'{place}: verdict is "{verdict}"; write one of {", ".join(LABEL_CHOICES)}')
    beside = as_texts(context=str(cells.get("context") or ""))
    id_ = content_hash("gold", question, answer, *beside.values())[:16]
    return Task(id_, "gold", question, answer, verdict=verdict, beside=beside)


def assign(tasks: Sequence[Task], names: Sequence[str], overlap: int, known: Mapping[str, Task]) -> list[Task]:
    """Give each task to `overlap` of the named people, and gold rows to all; nobody gets more than others.

    What was assigned before stays. Raises InputError when there are fewer people than the overlap.
    """
    if len(names) < overlap:
        raise InputError(
            f"labelling.overlap is {overlap}, but labelling.annotators names {len(names)}; name more people"
        )
    load = Counter(dict.fromkeys(names, 0))
    assigned = []
    for task in sorted(tasks, key=lambda task: content_hash("assign", task.id)):
        before = known[task.id].annotators if task.id in known else ()
        if task.role == "gold":
            people = tuple(names)
        else:
            # Among the least loaded the hash decides, so that each pair of people meets on some rows.
            free = sorted(set(names) - set(before), key=lambda name: (load[name], content_hash(task.id, name)))
            people = (*before, *free[: max(0, overlap - len(before))])
        load.update(people)
        assigned.append(replace(task, annotators=people))
    return assigned


def read_tasks(home: Path, dataset: str) -> dict[str, Task]:
    """Read the tasks that were put before people in one dataset so far, by id."""
    path = _tasks_file(home, dataset)
    return {row["id"]: Task.from_json(row) for row in read_jsonl(path)} if path.exists() else {}


def write_tasks(home: Path, dataset: str, tasks: Iterable[Task]) -> None:
    """Keep the tasks as people see them."""
    write_jsonl(_tasks_file(home, dataset), (task.as_json() for task in tasks))


def _tasks_file(home: Path, dataset: str) -> Path:
    return home / f"tasks-{dataset}.jsonl"
