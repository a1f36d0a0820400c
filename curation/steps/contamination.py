"""Contamination: rows that leak a held-out item are removed, so that training never sees what is tested.

decisions = decide(table, held_out, config.contamination, embedder)

A row leaks if its question equals an item's, wrapped or not, or if it gives an item's answer to an edited form of the
item's question. A row from the same template that asks about something else doesn't leak.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from curation.pairs.candidates import Compared, compare_pairs, learn_habits
from curation.pairs.differences.changes import HARMLESS, Change
from curation.pairs.differences.compare import Comparer
from curation.pairs.differences.habits import SUBSTITUTIONS, Habits
from curation.pairs.proposals.lexical import Pairs
from curation.pairs.proposals.near import near_pairs
from curation.pairs.table import differs
from curation.pairs.texts.coded_rows import CodedRows
from curation.pairs.verdict import MIN_TELLING_WORDS, agreement, is_same_answer, slips_are_typos
from winnow.config import ContaminationConfig
from winnow.data.ledger import Decision
from winnow.models.word_vectors import word_vectors

if TYPE_CHECKING:
    from winnow.models.embedder import Embedder

MIN_WHOLE_WORDS = 5  # words of an item's question that stands whole within a row's
MIN_LONG_QUESTION_WORDS = 10  # words from which an edited question is recognised without its answer
ITEM_PREFIX = "item:"  # before the ids of the held-out file, which may be ids of rows too


@dataclass(frozen=True, slots=True)
class _Leak:
    """The item that a row leaks; in `differs` the row's words stand under `a` and the item's under `b`."""

    score: float
    item: str
    kind: str
    differs: list[dict[str, str]]

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
    rows = CodedRows.read(_together(table, held_out), word_vectors(embedder))
    items, theirs = _by_node(rows)
    leaks: dict[str, _Leak] = {}
    for node in items.keys() & theirs.keys():
        for id_ in theirs[node]:
            leaks[id_] = _Leak(1.0, items[node], "the same words", [])
    near = near_pairs(rows, between=_between(rows, items, theirs))
    compared = compare_pairs(rows, near)
    habits = learn_habits(rows, compared)
    for pair in compared:
        if kind := _leaks(pair, habits, settings):
            _note(leaks, pair, kind, items, theirs)
    for pair in _wrapped(rows, near, items):
        if is_same_answer(pair.answer, habits):
            _note(leaks, pair, "the same question within other words", items, theirs)
    return [_decision(id_, leak) for id_, leak in sorted(leaks.items())]


def _together(table: pa.Table, held_out: pa.Table) -> pa.Table:
    """Concatenate rows and items, so that words, wrappers and boilerplate are learned from both."""
    names = ["id", "question", "answer"]
    items = held_out.select(names)
    ids = pa.array([ITEM_PREFIX + id_ for id_ in items["id"].to_pylist()], pa.string())
    return pa.concat_tables([table.select(names), items.set_column(0, "id", ids)])


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
    leaks: dict[str, _Leak], pair: Compared, kind: str, items: dict[int, str], theirs: dict[int, list[str]]
) -> None:
    turned = pair.one in items
    item, node = (pair.one, pair.other) if turned else (pair.other, pair.one)
    score = min(agreement(pair.question), agreement(pair.answer)) if items[item] else agreement(pair.question)
    leak = _Leak(round(score, 3), items[item], kind, differs(pair.question, pair.answer, turned))
    for id_ in theirs[node]:
        if id_ not in leaks or leaks[id_].rank < leak.rank:
            leaks[id_] = leak


def _decision(id_: str, leak: _Leak) -> Decision:
    evidence: dict[str, object] = {"twin": leak.item, "score": leak.score, "kind": leak.kind, "differs": leak.differs}
    return Decision(id_, "contamination", "remove", f"leaks a held-out item: {leak.kind}", evidence)
