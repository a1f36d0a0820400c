"""Lineage of one row: the record as it came in, each decision about it in order, and its state now.

print(story_text(story(curated, "3f9a1c02d4e5f607")))
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from typing import Any, NotRequired, TypedDict

import pyarrow as pa
import pyarrow.compute as pc

from curation.growth.left import Left
from winnow.data.ledger import Decision, settle
from winnow.data.outputs import RowJson, kept_row
from winnow.data.records import Record, to_records
from winnow.data.surroundings import texts_around
from winnow.errors import InputError
from winnow.study.workspace import Curated


def find_id(curated: Curated, name: str) -> str:
    """Find a record by its id, the beginning of it, or FILE:LINE; raises InputError naming near ids."""
    records = curated.records()
    source, colon, line = name.rpartition(":")
    if colon and line.isdigit():
        here = pc.and_(pc.ends_with(records["source"], source), pc.equal(records["line"], int(line)))
        found = records.filter(here)["id"].to_pylist()
    else:
        ids = records["id"]
        found = ids.filter(pc.equal(ids, name)).to_pylist() or ids.filter(pc.starts_with(ids, name)).to_pylist()
    if len(found) == 1:
        return str(found[0])
    if found:
        raise InputError(f"{name}: {len(found)} records fit; name one of {', '.join(found[:4])}")
    if Left.of(curated).row(name):
        return name
    near = difflib.get_close_matches(name, records["id"].slice(0, 50_000).to_pylist(), n=1)
    raise InputError(f"{name}: no such record in {curated.root}" + (f"; did you mean {near[0]}?" if near else ""))


class Told(TypedDict):
    """The JSON of a story: the record as it came in, its texts now, and the rows that its decisions name.

    `around` is what stands around the question, as text, of the record and of the rows named, by their ids.
    """

    record: RowJson
    standing: str
    now: dict[str, str]
    decisions: list[dict[str, Any]]
    twins: dict[str, RowJson]
    around: dict[str, dict[str, str]]
    earlier: NotRequired[list[EarlierForm]]  # of a row that its source reworded
    left: NotRequired[str]  # when and, where another row took its place, for which


class EarlierForm(TypedDict):
    """What a row said before its source changed it, and what people decided about that."""

    record: RowJson
    decisions: list[dict[str, Any]]


def story(curated: Curated, name: str) -> Told:
    """Collect a record, the decisions of steps and then of people, and whether it is kept, flagged or removed."""
    id_ = find_id(curated, name)
    records, left = curated.records(), Left.of(curated)
    here = to_records(records.filter(pc.equal(records["id"], id_)))
    steps, people = curated.ledger.step_decisions(), curated.ledger.people_decisions()
    if not here:
        return _story_of_left(id_, left, people)
    record = here[0]
    view = settle(records, steps, people)
    texts = {field: text for (i, field), text in view.texts.items() if i == id_}
    twins = _twins(records, [d for d in steps if d.id == id_])
    standing = "removed" if id_ in view.removed else "flagged" if id_ in view.flags else "kept"
    told: Told = {
        "record": kept_row(record),
        "standing": standing,
        "now": {"question": record.question, "answer": record.answer} | texts,
        "decisions": _of(id_, [*steps, *people]),
        "twins": {twin.id: kept_row(twin) for twin in twins},
        "around": {row.id: found for row in (record, *twins) if (found := texts_around(row))},
    }
    if forms := left.forms_of(id_):
        told["earlier"] = [{"record": kept_row(form), "decisions": _of(form.id, people)} for form in forms]
    return told


def _story_of_left(id_: str, left: Left, people: list[Decision]) -> Told:
    """Tell of a row that its source no longer has; what people decided about it waits for it to come back."""
    found = left.row(id_)
    assert found, "find_id() knows it"
    record, at, became = found
    return {
        "record": kept_row(record),
        "standing": "left its source",
        "now": {},
        "decisions": _of(id_, people),
        "twins": {},
        "around": {id_: texts_around(record)},
        "left": f"{at}, for {became}" if became else at,
    }


def _of(id_: str, decisions: list[Decision]) -> list[dict[str, Any]]:
    return [_plain_decision(decision) for decision in decisions if decision.id == id_]


def _plain_decision(decision: Decision) -> dict[str, Any]:
    return {name: getattr(decision, name) for name in Decision.__slots__ if getattr(decision, name) not in ("", None)}


def _twins(records: pa.Table, decisions: list[Decision]) -> list[Record]:
    """Read the rows that the decisions name, so that the story can be judged without another look-up."""
    wanted = {d.evidence.get("twin") for d in decisions} | {i for d in decisions for i in d.evidence.get("group", ())}
    found = records.filter(
        pc.is_in(records["id"], pa.array(sorted(i for i in wanted if isinstance(i, str)), pa.string()))
    )
    return to_records(found)


def story_text(told: Told) -> str:
    """Write a story for the terminal."""
    record = told["record"]
    lines = [
        f"{record['id']}  {record['source']}:{record['line']}  {told['standing']}",
        f"  question  {_short(record['question'])}",
        f"  answer    {_short(record['answer'])}",
    ]
    lines += [
        f"  {name.replace('_', ' '):<9} {_short(text)}" for name, text in told["around"].get(record["id"], {}).items()
    ]
    came_in: Mapping[str, object] = record
    lines += [f"  now       {name}: {_short(text)}" for name, text in told["now"].items() if came_in.get(name) != text]
    if left := told.get("left"):
        lines.append(f"  left its source on {left}")
    lines += map(_in_words, told["decisions"])
    for form in told.get("earlier", []):
        was = form["record"]
        lines.append(f"  earlier form {was['id']}: {_short(was['question'])} → {_short(was['answer'])}")
        lines += [f"  {_in_words(decision)}" for decision in form["decisions"]]
    for id_, twin in told["twins"].items():
        lines.append(f"  twin {id_}: {_short(twin['question'])} → {_short(twin['answer'])}")
        lines += [f"    {name:<9} {_short(text)}" for name, text in told["around"].get(id_, {}).items()]
    return "\n".join(lines)


def _in_words(decision: Mapping[str, Any]) -> str:
    evidence = ", ".join(f"{key} {_short(str(value), 60)}" for key, value in decision["evidence"].items())
    return f"  {decision['by']} · {decision['action']}: {decision['reason']}" + (f" ({evidence})" if evidence else "")


def _short(text: str, limit: int = 160) -> str:
    text = " ".join(text.split())
    return text if len(text) <= limit else f"{text[: limit - 1]}…"
