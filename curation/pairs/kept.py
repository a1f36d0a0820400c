"""What pairs of texts were found to differ in, kept from run to run: a file that grows compares only what is new.

kept = KeptComparisons.of(rows, folder)
kept.doubts(asked, work)          # of each pair of questions, from the last run or from `work`
kept.read(pairs, work)            # of each pair of rows, likewise
kept.write()

A pair is known by both of its texts. What it was found to differ in rests on what the corpus tells of the words that
differ: which are known, which are names, and of a few how many texts have them. Where that has moved for one of them,
the pair is compared again; all else that moves, such as habits, is judged anew in every run.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import blake2b
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from curation.pairs.differences.changes import Change, Difference
from curation.pairs.differences.compare import Comparison
from curation.pairs.differences.habits import Key, Seen
from curation.pairs.proposals.lexical import Hashes, Pairs, mixed
from curation.pairs.texts.coded_rows import CodedRows
from curation.pairs.texts.lexicon import Lexicon, flat_codes
from curation.pairs.texts.passages import Passage, Passages
from winnow.parallel.kept_table import KEY, KeptTable, keys_of

RESTS_ON = pa.field(
    "rests_on", pa.list_(pa.field("element", pa.uint64()))
)  # hashes of words with what is known of them
DOUBTS = pa.schema([KEY, ("doubts", pa.list_(pa.field("element", pa.uint32()))), RESTS_ON])
COMPARED = pa.schema([KEY, ("found", pa.large_string()), RESTS_ON])
MAX_KEPT = 5_000_000  # pairs that are kept: of more, a run compares all anew
TEXTS_A_BLOCK = 20_000
_SALTS = np.array([0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F], np.uint64)  # of the two halves of a key


@dataclass(frozen=True, slots=True)
class RestsOn:
    """The coded words whose standing a comparison rests on, and those whose number of texts it does."""

    words: str
    counts: str


Doubted = tuple[tuple[int, ...] | None, RestsOn]  # what was found of a pair of questions
Found = tuple[str | None, RestsOn]  # and of a pair of rows
Work = Callable[[list[int]], Sequence[Doubted | Found]]  # of pairs at some places


@dataclass
class KeptComparisons:
    """The comparisons of one corpus: those of the last run by their keys, and those that this run used."""

    lexicon: Lexicon
    asked: Hashes  # of each question, [questions, 2]
    told: Hashes  # of each answer
    nodes: Pairs
    questions: KeptTable
    rows: KeptTable
    _used: dict[str, pa.Table] = field(default_factory=dict)

    @classmethod
    def of(cls, rows: CodedRows, folder: Path | None = None, made_of: str = "") -> KeptComparisons:
        """Hash the texts of coded rows; `made_of` names what else a comparison is made of: the code and the encoder."""
        asked, told = (digests(rows.lexicon, texts) for texts in (rows.questions, rows.answers))
        files = [folder / f"{name}-{made_of}.parquet" if folder else None for name in ("doubts", "compared")]
        return cls(rows.lexicon, asked, told, rows.nodes, KeptTable(files[0], DOUBTS), KeptTable(files[1], COMPARED))

    def oriented(self, pairs: Pairs) -> Pairs:
        """Put the sides of each pair of nodes in an order of their texts alone, which no other row changes."""
        one, other = self.nodes[pairs[:, 0]], self.nodes[pairs[:, 1]]
        asked, beside = self.asked[one[:, 0], 0], self.asked[other[:, 0], 0]
        turned = (asked > beside) | ((asked == beside) & (self.told[one[:, 1], 0] > self.told[other[:, 1], 0]))
        return np.where(turned[:, None], pairs[:, ::-1], pairs)

    def doubts(self, pairs: Pairs, work: Work) -> pa.ListArray:
        """Give what is doubtful of each pair of questions, null where nothing could make them one."""
        keys = keys_of(_of_pairs(self.asked[pairs[:, 0]], self.asked[pairs[:, 1]]))
        return self._once("doubts", self.questions, keys, work)

    def read(self, pairs: Pairs, work: Work) -> pa.LargeStringArray:
        """Give what was found of each pair of nodes, as `encoded`; null where the questions can't be one."""
        one, other = self.nodes[pairs[:, 0]], self.nodes[pairs[:, 1]]
        sides = [mixed(self.asked[node[:, 0]]) ^ self.told[node[:, 1]] for node in (one, other)]
        return self._once("found", self.rows, keys_of(_of_pairs(*sides)), work)

    def _once(self, column: str, kept: KeptTable, keys: pa.Array, work: Work) -> Any:
        places = kept.places(keys)
        places[places >= 0] = self._that_hold(kept, places[places >= 0])
        new = np.flatnonzero(places < 0)
        found = work(new.tolist())
        fresh = pa.table(
            [keys.take(pa.array(new)), [value for value, _ in found], [self._known(words) for _, words in found]],
            schema=kept.schema,
        )
        both = pa.concat_tables([kept.table.take(pa.array(places[places >= 0])), fresh])
        order = np.argsort(np.concatenate([np.flatnonzero(places >= 0), new]), kind="stable")
        self._used[column] = both
        return both[column].combine_chunks().take(pa.array(order))

    def _that_hold(self, kept: KeptTable, places: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """Put -1 in place of lines that rest on a word of which something else is known now."""
        rests_on = kept.table["rests_on"].combine_chunks().take(pa.array(places))
        of_line = np.repeat(np.arange(len(places)), np.asarray(pc.list_value_length(rests_on), np.int64))
        moved = ~np.isin(np.asarray(rests_on.flatten(), np.uint64), self.knowledge)
        return np.where(np.bincount(of_line[moved], minlength=len(places)) > 0, -1, places)

    @cached_property
    def _standing(self) -> dict[str, int]:
        return {code: _hash(self.lexicon.standing(code)) for code in self.lexicon.codes()}

    @cached_property
    def _counts(self) -> dict[str, int]:
        return {code: _hash(f"{self.lexicon.word(code)}\0{self.lexicon.rank(code)}") for code in self.lexicon.codes()}

    @cached_property
    def knowledge(self) -> Hashes:
        """Hash all that the corpus tells of each of its words, in order."""
        every = [*self._standing.values(), *self._counts.values()]
        return np.sort(np.array(every, np.uint64))

    def _known(self, found: RestsOn) -> list[int]:
        return [self._standing[code] for code in {*found.words}] + [self._counts[code] for code in {*found.counts}]

    def write(self) -> None:
        """Keep what this run used, unless there is too much of it."""
        for column, kept in (("doubts", self.questions), ("found", self.rows)):
            if (used := self._used.get(column)) is not None and len(used) <= MAX_KEPT:
                kept.write(used)


def digests(lexicon: Lexicon, texts: Passages) -> Hashes:
    """Hash each text with its wrappers, and whether its words can be read; [texts, 2]."""
    hashes = lexicon.hashes()
    out = np.zeros((len(texts), 2), np.uint64)
    for start in range(0, len(texts), TEXTS_A_BLOCK):
        some = [texts[place] for place in range(start, min(start + TEXTS_A_BLOCK, len(texts)))]
        words = _in_order(hashes, some)
        own = [blake2b(_beside(lexicon, text), digest_size=16).digest() for text in some]
        out[start : start + len(some)] = mixed(np.frombuffer(b"".join(own), np.uint64).reshape(-1, 2) ^ words)
    return out


def _beside(lexicon: Lexicon, text: Passage) -> bytes:
    """Write what is compared beside the words: the text, its bounds, and whether its words can be read."""
    parts = {text.coded, text.before + text.coded, text.coded + text.after, text.before + text.coded + text.after}
    read = "".join(str(int(lexicon.reads(part))) for part in sorted(parts, key=len))
    return f"{len(text.before)},{len(text.after)},{read}\0{text.raw}".encode("utf-8", "surrogatepass")


def _in_order(words: Hashes, texts: Sequence[Passage]) -> Hashes:
    """Sum the hashes of each text's words and places; [texts, 2]."""
    flat, offsets = flat_codes([f"{text.before}{text.coded}{text.after}" for text in texts])
    hashes = words[flat]
    place = (np.arange(len(flat)) - np.repeat(offsets[:-1], np.diff(offsets))).astype(np.uint64)
    sums = np.zeros((len(texts), 2), np.uint64)
    filled = np.flatnonzero(np.diff(offsets))
    for half, salt in enumerate(_SALTS):
        terms = mixed(hashes ^ mixed((place + np.uint64(1)) * salt))
        if len(filled):
            sums[filled, half] = np.add.reduceat(terms, offsets[:-1][filled])
    return sums


def _hash(text: str) -> int:
    return int.from_bytes(blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big")


def _of_pairs(one: Hashes, other: Hashes) -> Hashes:
    """Hash pairs, in which it counts which side is which."""
    return mixed(mixed(one * _SALTS[0]) ^ other)


def rests_on(*fields: Comparison) -> RestsOn:
    """Join what several comparisons rest on."""
    return RestsOn("".join(one.rests_on for one in fields), "".join(one.counts for one in fields))


def encoded(compared: tuple[Comparison, Comparison] | None, seen: Seen | None) -> str:
    """Write what was found of a pair of rows: the comparisons of both fields, unless it is settled, and evidence."""
    fields = None if compared is None else [_plain(one) for one in compared]
    evidence = None if seen is None else [sorted(seen.differences), seen.swaps, seen.same_answer]
    return json.dumps([fields, evidence], separators=(",", ":"))


def decoded(found: str) -> tuple[tuple[Comparison, Comparison] | None, Seen | None]:
    """Read what `encoded` wrote."""
    fields, evidence = json.loads(found)
    compared = None if fields is None else (_comparison(fields[0]), _comparison(fields[1]))
    return compared, None if evidence is None else _seen(*evidence)


def _plain(found: Comparison) -> list[Any]:
    return [found.one, found.other, found.matched, [[_PLACES[d.kind], *d[1:]] for d in found.differences]]


_CHANGES = list(Change)
_PLACES = {change: place for place, change in enumerate(_CHANGES)}


def _comparison(found: list[Any]) -> Comparison:
    one, other, matched, rows = found
    differences = tuple(Difference(_CHANGES[rank], *sides) for rank, *sides in rows)
    return Comparison(one, other, matched, differences, frozenset(d.kind for d in differences))


def _seen(differences: list[list[str]], swaps: list[list[str]], same_answer: bool) -> Seen:
    keys: frozenset[Key] = frozenset(map(tuple, differences))
    return Seen((0, 0), keys, tuple(map(tuple, swaps)), same_answer)
