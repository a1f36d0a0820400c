"""Contamination: rows that leak a held-out item are removed, so that training never sees what is tested.

decisions = decide(table, held_out, config.contamination, embedder)

A row leaks if its question equals an item's, wrapped or not, or if it gives an item's answer to an edited form of the
item's question; the context and the history must be the same too, whatever the system prompt. A row from the same
template that asks about something else doesn't leak. Nor need a row be a copy: it leaks too where it holds other turns
of an item's conversation, or asks about an item's passage, unless the settings keep it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from curation.pairs.candidates import Compared, compare_pairs, learn_habits
from curation.pairs.differences.changes import HARMLESS, Change
from curation.pairs.differences.compare import Comparer
from curation.pairs.differences.habits import SUBSTITUTIONS, Habits
from curation.pairs.origins import ORIGINS, without_choices
from curation.pairs.proposals.lexical import Labels, Pairs
from curation.pairs.proposals.near import near_pairs
from curation.pairs.proposals.surroundings import Alike
from curation.pairs.table import differs
from curation.pairs.texts.coded_rows import CodedRows
from curation.pairs.verdict import MIN_TELLING_WORDS, agreement, is_same_answer, slips_are_typos
from winnow.config import ContaminationConfig
from winnow.data.ledger import Decision
from winnow.data.records import RECORDS, turns, with_surroundings
from winnow.models.word_vectors import word_vectors
from winnow.text.words import excerpt

if TYPE_CHECKING:
    from winnow.models.embedder import Embedder

MIN_WHOLE_WORDS = 5  # words of an item's question that stands whole within a row's
MIN_LONG_QUESTION_WORDS = 10  # words from which an edited question is recognised without its answer
SHARED = {  # what a row and an item have in common: the field, and how the leak is called
    "context": ("context", "the same passage"),
    "conversation": ("history", "other turns of its conversation"),
}
Told = Callable[[int, int], bool]  # words of question and answer → whether they are enough to tell an item
ITEM_PREFIX = "item:"  # before the ids of the held-out file, which may be ids of rows too


@dataclass(frozen=True, slots=True)
class _Leak:
    """The item that a row leaks; in `differs` the row's words stand under `a` and the item's under `b`."""

    score: float
    item: str
    kind: str
    differs: list[dict[str, str]]
    matched: str = ""  # the beginning of what both have in common
    setting: str = ""  # by which the row can stay

    @property
    def rank(self) -> tuple[float, str]:
        """Sort by score, then by item, so that the order of rows decides nothing."""
        return self.score, self.item


def decide(
    table: pa.Table, held_out: pa.Table, settings: ContaminationConfig, embedder: Embedder | None = None
) -> list[Decision]:
    """Return a `remove` for each leaking row, sorted by id; the evidence names the held-out item.

    An item without an answer is compared by its question alone.
    """
    if not settings.enabled or not len(held_out) or not len(table):
        return []
    together = _together(table, held_out)
    leaks = _copies(together, settings, embedder)
    for found in (_told_elsewhere(together, settings, embedder), _of_one_origin(together, settings)):
        leaks = found | leaks
    return [_decision(id_, leak) for id_, leak in sorted(leaks.items())]


def _together(table: pa.Table, held_out: pa.Table) -> pa.Table:
    """Concatenate rows and items, so that words, wrappers and boilerplate are learned from both.

    The system prompt is left out: an item is told in whatever manner it is asked.
    """
    names = [name for name in RECORDS.names if name not in ("system", "references", "metadata")]
    rows, items = (with_surroundings(each).select(names) for each in (table, held_out))
    ids = pa.array([ITEM_PREFIX + id_ for id_ in items["id"].to_pylist()], pa.string())
    return pa.concat_tables([rows, items.set_column(0, "id", ids)])


def _copies(
    together: pa.Table, settings: ContaminationConfig, embedder: Embedder | None, told: Told | None = None
) -> dict[str, _Leak]:
    """Find the rows that ask what an item asks, in its surroundings.

    With `told` only those that give its answer too, where the words of question and answer are enough to tell.
    """
    rows = CodedRows.read(together, word_vectors(embedder))
    items, theirs = _by_node(rows)
    leaks: dict[str, _Leak] = {}
    for node in items.keys() & theirs.keys():
        if told is None or told(len(rows.question(node).coded), len(rows.answer(node).coded)):
            leaks |= {id_: _Leak(1.0, items[node], "the same words", []) for id_ in theirs[node]}
    alike = Alike.of(rows)
    near = near_pairs(rows, _between(rows, items, theirs), alike)
    compared = compare_pairs(rows, near)
    habits = learn_habits(rows, compared)
    for pair in compared:
        if (kind := _leaks(pair, habits, settings)) and (told is None or _is_told(pair, habits, told)):
            _note(leaks, pair, kind, items, theirs, alike)
    for pair in _wrapped(rows, near, items):
        if told is None and is_same_answer(pair.answer, habits):
            _note(leaks, pair, "the same question within other words", items, theirs, alike)
    return leaks


def _is_told(pair: Compared, habits: Habits, told: Told) -> bool:
    question, answer = pair.question, pair.answer
    is_enough = told(min(question.one, question.other), min(answer.one, answer.other))
    return is_enough and pair.specific and is_same_answer(answer, habits)


def _told_elsewhere(together: pa.Table, settings: ContaminationConfig, embedder: Embedder | None) -> dict[str, _Leak]:
    """Find the rows that give an item's answer to its question in other surroundings.

    Those with other choices, or none; and where one of both has a passage or a history and the other has none, those
    whose question or answer is long.
    """
    bare = without_choices(together)
    leaks: dict[str, _Leak] = {}
    if not bare["context"].equals(together["context"]):
        leaks |= _copies(bare, settings, embedder, told=lambda question, answer: answer > 0)
    is_bare = pc.and_(pc.equal(bare["context"], ""), pc.equal(bare["history"], ""))
    is_item = pc.starts_with(bare["id"], ITEM_PREFIX)
    nothing = pa.array([""] * len(bare), pa.string())
    for name in ("context", "history"):
        bare = bare.set_column(bare.schema.get_field_index(name), name, nothing)
    for mixed in (pc.equal(is_bare, is_item), pc.invert(pc.equal(is_bare, is_item))):
        part, items = bare.filter(mixed), pc.sum(pc.and_(mixed, is_item)).as_py()
        if 0 < items < len(part):
            leaks = _copies(part, settings, embedder, told=_is_long) | leaks
    return leaks


def _is_long(question: int, answer: int) -> bool:
    return answer >= MIN_TELLING_WORDS or (answer > 0 and question >= MIN_LONG_QUESTION_WORDS)


def _of_one_origin(together: pa.Table, settings: ContaminationConfig) -> dict[str, _Leak]:
    """Find the rows of an item's conversation, and those about an item's passage."""
    leaks: dict[str, _Leak] = {}
    for origin, labels_of in ORIGINS.items():
        if getattr(settings, origin) == "remove":
            leaks = _tied(together, labels_of(together), origin) | leaks
    return leaks


def _tied(together: pa.Table, labels: Labels, origin: str) -> dict[str, _Leak]:
    """Find the rows with an item's label; of several items the first by id is named."""
    field, kind = SHARED[origin]
    items: dict[int, str] = {}
    rows: list[tuple[str, int, str]] = []
    ids, texts = (together[name].to_pylist() for name in ("id", field))
    for id_, label, text in sorted(zip(ids, labels.tolist(), texts, strict=True)):
        if id_.startswith(ITEM_PREFIX):
            items.setdefault(label, id_.removeprefix(ITEM_PREFIX))
        else:
            rows.append((id_, label, turns(text) if field == "history" else text))
    return {
        id_: _Leak(1.0, items[label], kind, [], excerpt(text), origin) for id_, label, text in rows if label in items
    }


def _by_node(rows: CodedRows) -> tuple[dict[int, str], dict[int, list[str]]]:
    """Return two maps: from node to held-out item, and from node to the ids of its rows."""
    items: dict[int, str] = {}
    theirs: dict[int, list[str]] = defaultdict(list)
    for id_, node in zip(rows.ids, rows.node_of_row.tolist(), strict=True):
        if id_.startswith(ITEM_PREFIX):
            items.setdefault(node, id_.removeprefix(ITEM_PREFIX))
        else:
            theirs[node].append(id_)
    return items, theirs


def _between(rows: CodedRows, items: dict[int, str], theirs: dict[int, list[str]]) -> npt.NDArray[np.int8]:
    """Give each node a side: -1 for items alone, 1 for rows alone, 0 for both."""
    sides = np.zeros(len(rows.nodes), np.int8)
    sides[list(items)] -= 1
    sides[list(theirs)] += 1
    return sides


def _leaks(pair: Compared, habits: Habits, settings: ContaminationConfig) -> str:
    """Name the way in which a row leaks an item; "" where it doesn't."""
    question, answer = pair.question, pair.answer
    doubts = question.kinds - HARMLESS
    if not doubts or (doubts == {Change.SLIP} and slips_are_typos(question, answer)):
        return "the same question"
    if pair.specific and habits.idle_question(question):
        return "the same question in other words"
    tells = pair.specific and min(answer.one, answer.other) >= MIN_TELLING_WORDS
    if tells and is_same_answer(answer, habits) and agreement(question) >= settings.question_with_answer:
        return "an edited question with the same answer"
    long = min(question.one, question.other) >= MIN_LONG_QUESTION_WORDS and not doubts & SUBSTITUTIONS
    return "an edited question" if long and agreement(question) >= settings.question_alone else ""


def _wrapped(rows: CodedRows, near: Pairs, items: dict[int, str]) -> Iterator[Compared]:
    """Compare the pairs whose row contains the item's question as whole clauses: after a prompt, before a date."""
    compare = Comparer(rows.lexicon)
    for one, other in near.tolist():
        item, row = (one, other) if one in items else (other, one)
        asked, question = rows.question(item), rows.question(row)
        at = question.coded.find(asked.coded)
        if len(asked.coded) >= MIN_WHOLE_WORDS and at >= 0 and question.is_clause(at, len(asked.coded)):
            questions = compare(rows.question(one), rows.question(other), strict=True)
            yield Compared(one, other, questions, compare(rows.answer(one), rows.answer(other)), False)


def _note(
    leaks: dict[str, _Leak],
    pair: Compared,
    kind: str,
    items: dict[int, str],
    theirs: dict[int, list[str]],
    alike: Alike,
) -> None:
    turned = pair.one in items
    item, node = (pair.one, pair.other) if turned else (pair.other, pair.one)
    score = min(agreement(pair.question), agreement(pair.answer)) if items[item] else agreement(pair.question)
    around = alike.between(pair.one, pair.other)
    leak = _Leak(round(score, 3), items[item], kind, differs(pair.question, pair.answer, around, turned))
    for id_ in theirs[node]:
        if id_ not in leaks or leaks[id_].rank < leak.rank:
            leaks[id_] = leak


def _decision(id_: str, leak: _Leak) -> Decision:
    evidence: dict[str, object] = {"twin": leak.item, "score": leak.score, "kind": leak.kind, "differs": leak.differs}
    if leak.matched:
        evidence["matched"] = leak.matched
    hint = f" (contamination.{leak.setting}: keep lets it stay)" if leak.setting else ""
    return Decision(id_, "contamination", "remove", f"leaks a held-out item: {leak.kind}{hint}", evidence)
