"""Copies: the rows that judged pairs name, as numbers, with what ranks them at any cut.

copies = Copies.of(pairs, table, config.duplicates, faults)     # made once, and settled at each move of a cut
copies.accepted(config.duplicates)                              # a mask of copies.pairs: duplicates at these cuts
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Self

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from curation.pairs.verdict import CONTRADICTING, SAMENESS, Relation
from winnow.config import DuplicatesConfig

SENTENCE_ENDS = (".", "!", "?", "…", "。", "！", "？", "؟")  # of a sentence
NO_FAULTS: Mapping[str, int] = {}
STORED_DIGITS = 6  # behind the point, that 32 bits keep of a score
Ints = NDArray[np.int64]
Scores = NDArray[np.float64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Copies:
    """The rows that a judged pair names, each a number in the order of their ids, and what ranks them at any cut.

    `policy` and `faults` [rows] number what the policy puts first and count a row's faults; `form` [rows, 3] says how
    many texts end with a mark, negated, how long the question is, and how much the row says, negated. Least is best.
    """

    pairs: pa.Table
    settings: DuplicatesConfig
    ids: pa.Array
    one: Ints
    other: Ints
    is_there: Mask
    policy: Ints
    faults: Ints
    form: Ints

    @classmethod
    def of(
        cls, pairs: pa.Table, table: pa.Table, settings: DuplicatesConfig, faults: Mapping[str, int] = NO_FAULTS
    ) -> Self:
        """Number the rows of the pairs that may say the same or contradict; what the table lacks isn't there."""
        pairs = pairs.filter(_is_any_of(pairs, {*SAMENESS, Relation.PARAPHRASE, *CONTRADICTING}))
        ids = pc.unique(pa.chunked_array([*pairs["id_a"].chunks, *pairs["id_b"].chunks], pa.string()))
        ids = ids.take(pc.sort_indices(ids))
        rows = table.filter(pc.is_in(table["id"], ids))
        at, number = _places(rows["id"], ids), len(ids)
        is_there, policy, of_row = np.zeros(number, bool), np.zeros(number, np.int64), np.zeros(number, np.int64)
        form = np.zeros((number, 3), np.int64)
        is_there[at], policy[at] = True, _policy(rows, settings)
        of_row[at] = [faults.get(id_, 0) for id_ in rows["id"].to_pylist()]
        form[at] = np.array([*_form(rows)], np.int64).reshape(-1, 3)
        one, other = (_places(pairs[name], ids) for name in ("id_a", "id_b"))
        return cls(pairs, settings, ids, one, other, is_there, policy, of_row, form)

    def accepted(self, settings: DuplicatesConfig) -> Mask:
        """Mask the pairs that are duplicates at the given thresholds."""
        return (self.wording >= settings.lexical) | (self.meaning >= settings.semantic)

    def looks(self, rows: Ints, damage: Ints) -> tuple[Ints, ...]:
        """Give the keys, the least important first, that order equally good rows by their texts."""
        return rows, self.form[rows, 2], self.form[rows, 1], self.form[rows, 0], damage[rows]

    def harm_of(self, pairs: Ints) -> tuple[Ints, Ints]:
        """Say of each row the most that these pairs know of its damage, and of words that it lacks."""
        damage, missing = np.zeros((2, len(self.ids)), np.int64)
        for ends, side in ((self.one[pairs], "a"), (self.other[pairs], "b")):
            for most, name in ((damage, "damage"), (missing, "missing")):
                np.maximum.at(most, ends, self.harm[f"{name}_{side}"][pairs])
        return damage, missing

    @cached_property
    def harm(self) -> dict[str, Ints]:
        """The columns of the pairs that count what is damaged or missing on either side."""
        names = ("damage_a", "damage_b", "missing_a", "missing_b")
        return {name: self.pairs[name].to_numpy().astype(np.int64) for name in names}

    @cached_property
    def is_exact(self) -> Mask:
        """Mask the pairs of rows with the same words."""
        return _mask(_is_any_of(self.pairs, (Relation.EXACT,)))

    @cached_property
    def wording(self) -> Scores:
        """The share of words that agree in each pair that it can make duplicates, NaN for the others."""
        return np.where(_mask(_is_any_of(self.pairs, SAMENESS)), scores_of(self.pairs["lexical"]), np.nan)

    @cached_property
    def meaning(self) -> Scores:
        """The likeness of the questions of each paraphrase, NaN for the other pairs."""
        return np.where(
            _mask(_is_any_of(self.pairs, (Relation.PARAPHRASE,))), scores_of(self.pairs["semantic"]), np.nan
        )

    @cached_property
    def scores(self) -> Scores:
        """The similarity of each pair: that of meaning for paraphrases, that of wording for the others."""
        return np.fmax(self.meaning, self.wording)

    @cached_property
    def against(self) -> dict[int, set[int]]:
        """The rows that each row contradicts."""
        against: dict[int, set[int]] = defaultdict(set)
        for pair in np.flatnonzero(_mask(_is_any_of(self.pairs, CONTRADICTING))).tolist():
            one, other = int(self.one[pair]), int(self.other[pair])
            against[one].add(other)
            against[other].add(one)
        return dict(against)


def scores_of(column: pa.ChunkedArray) -> Scores:
    """Read a column of scores as they were before they were stored: .9 in 32 bits, .89999998, is .9 again."""
    return np.asarray(np.round(column.to_numpy().astype(np.float64), STORED_DIGITS))


def _places(ids: pa.ChunkedArray, among: pa.Array) -> Ints:
    return np.asarray(pc.index_in(ids, among).to_numpy(), np.int64)


def _is_any_of(pairs: pa.Table, relations: Collection[Relation]) -> pa.ChunkedArray:
    return pc.is_in(pairs["verdict"], pa.array(sorted(map(str, relations)), pa.string()))


def _mask(values: pa.ChunkedArray) -> Mask:
    return np.asarray(values.to_numpy(), bool)


def _policy(rows: pa.Table, settings: DuplicatesConfig) -> list[int]:
    """Number the rows by what the policy (`best_source`, `newest`, `first`) puts first; all alike under the others."""
    wanted: list[Any]
    if settings.keep == "best_source":
        place = {source: number for number, source in enumerate(settings.sources)}
        wanted = [place.get(source, len(place)) for source in rows["source"].to_pylist()]
    elif settings.keep == "newest":
        dates = (json.loads(one).get(settings.date_column, "") for one in rows["metadata"].to_pylist())
        wanted = [_descending(str(date)) for date in dates]
    elif settings.keep == "first":
        wanted = [*zip(rows["source"].to_pylist(), rows["line"].to_pylist(), strict=True)]
    else:
        return [0] * len(rows)
    number = {value: number for number, value in enumerate(sorted(set(wanted)))}
    return [number[value] for value in wanted]


def _descending(text: str) -> tuple[int, ...]:
    """Build a key that sorts texts in reverse, so that the latest ISO date comes first and a missing one last."""
    return (*(-ord(char) for char in text), 1)


def _form(rows: pa.Table) -> Iterator[tuple[int, int, int]]:
    """Count the texts of each row that end with a mark, negated, the question's words, and its characters, negated."""
    for texts in zip(rows["question"].to_pylist(), rows["answer"].to_pylist(), strict=True):
        question, answer = (text.split() for text in texts)
        ended = sum(text.rstrip().endswith(SENTENCE_ENDS) for text in texts)
        yield -ended, len(question), -sum(map(len, question)) - sum(map(len, answer))
