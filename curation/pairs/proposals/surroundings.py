"""Which surroundings of rows are the same: contexts, system prompts and histories, near-equal ones compared in words.

alike = Alike.of(rows)
alike.labels                # a number a node; nodes with unlike numbers stand in other surroundings
alike.only(pairs)           # the pairs of nodes in the same surroundings, field by field
alike.between(3, 7)         # what differs between the surroundings of two such nodes
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
from rapidfuzz import process
from rapidfuzz.distance import LCSseq

from curation.pairs.differences.changes import HARMLESS, Change
from curation.pairs.differences.compare import Comparer, Comparison
from curation.pairs.differences.habits import NEVER_IDLE
from curation.pairs.proposals.lexical import Labels, Pairs, distinct_pairs, shared_runs, similar_texts
from curation.pairs.texts.coded_rows import Around, CodedRows
from curation.pairs.texts.lexicon import Lexicon
from curation.pairs.texts.passages import Passage, Passages
from curation.pairs.verdict import slips_are_typos, told_by_accents
from winnow.parallel.engine import spread

MIN_SHARED_WORDS = 0.7  # share of the longer text's words, in order, from which two texts may be one
MAX_SHORT_WORDS = 8  # words up to which only slips may differ, since each word tells
PAIRS_A_BLOCK = 20_000  # pairs of texts whose common words are counted at once
MIN_PAIRS_A_PROCESS = 500  # pairs of long texts from which comparing them is worth more than one process
SENTENCE_ENDS = (".", "!", "?", "…", "。", "！", "？", "؟", "।", ":", '"', "”", "»")  # of a text that wasn't cut off
TURNS = ("system", "history")  # fields in which an added word is another order, or another turn
DECISIVE = NEVER_IDLE - {Change.SLIP}
SLIPS = frozenset((Change.TYPO, Change.SPACING, Change.SLIP))
OTHER_TURNS = frozenset((Change.CUT, Change.FULLER, Change.WRAPPED, Change.MOVED))

InField = tuple[str, Comparison]  # a field, and what differs in it


@dataclass(frozen=True)
class Alike:
    """The surroundings that are the same though their words aren't.

    `same` holds what differs between texts that say the same, by field and by their places.
    """

    rows: CodedRows
    labels: Labels | None = None  # of each node; None where all stand in the same surroundings
    same: dict[str, dict[tuple[int, int], Comparison]] = field(default_factory=dict)

    @classmethod
    def of(cls, rows: CodedRows) -> Alike:
        """Compare the near contexts, system prompts and histories of coded rows."""
        if rows.around is None:
            return cls(rows)
        same = {name: same_texts(name, texts, rows.around.lexicon) for name, texts in rows.around.fields.items()}
        parts = [
            joined(len(texts), places_of(same[name]))[rows.around.texts[:, column]]
            for column, (name, texts) in enumerate(rows.around.fields.items())
        ]
        labels = np.unique(np.column_stack(parts), axis=0, return_inverse=True)[1].reshape(-1)
        return cls(rows, labels[rows.around_of], same)

    def only(self, pairs: Pairs) -> Pairs:
        """Keep the pairs whose surroundings are the same in every field: equal, or verified to say the same."""
        around, of = self.rows.around, self.rows.around_of
        if around is None:
            return pairs
        kept = (of[pairs[:, 0]] == of[pairs[:, 1]]).tolist()
        for place, (one, other) in enumerate(pairs.tolist()):
            kept[place] = kept[place] or all(
                a == b or (min(a, b), max(a, b)) in self.same[name] for name, a, b in self._texts(around, one, other)
            )
        return np.asarray(pairs[np.array(kept, bool)], np.int64)

    def between(self, one: int, other: int) -> tuple[InField, ...]:
        """Give the fields in which the surroundings of two nodes differ, with their differences; () where none do."""
        around = self.rows.around
        if around is None or self.rows.around_of[one] == self.rows.around_of[other]:
            return ()
        return tuple(
            (name, self.same[name][min(a, b), max(a, b)] if a < b else _turned(self.same[name][b, a]))
            for name, a, b in self._texts(around, one, other)
            if a != b
        )

    def _texts(self, around: Around, one: int, other: int) -> list[tuple[str, int, int]]:
        ours, theirs = (around.texts[self.rows.around_of[node]].tolist() for node in (one, other))
        return list(zip(around.fields, ours, theirs, strict=True))


def same_texts(name: str, texts: Passages, lexicon: Lexicon) -> dict[tuple[int, int], Comparison]:
    """Find the texts of one field that say the same in other words, with what differs, by their places.

    "Notice is 30 days." and "Notce is 30 days." are one; "Notice is 60 days." is another.
    """
    coded = [texts.coded(place) for place in range(len(texts))]
    runs, counts = shared_runs(coded, words=lexicon.hashes())
    near = distinct_pairs([similar_texts([lexicon.text(text) for text in coded]), runs[counts >= 2]])
    near = np.concatenate([_gate(coded, near[start : start + PAIRS_A_BLOCK])
                           for start in range(0, max(1, len(near)), PAIRS_A_BLOCK)])  # fmt: skip
    compare = Comparer(lexicon)
    found = spread(
        lambda part: [_compared(name, texts[one], texts[other], compare) for one, other in part],
        list(map(tuple, near.tolist())),
        MIN_PAIRS_A_PROCESS,
    )
    return {(int(one), int(other)): same for (one, other), same in zip(near.tolist(), found, strict=True) if same}


def places_of(same: Iterable[tuple[int, int]]) -> Pairs:
    """Build the array of pairs of places."""
    return np.array(list(same), np.int64).reshape(-1, 2)


def joined(size: int, pairs: Pairs) -> Labels:
    """Number the connected components of pairs of places; a place in no pair is a component of its own."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    graph = coo_array((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), shape=(size, size))
    return np.asarray(connected_components(graph, directed=False)[1], np.int64)


def _gate(coded: Sequence[str], pairs: Pairs) -> Pairs:
    """Keep the pairs of texts of which 70 % of the longer one stands in the shorter one in order."""
    if not len(pairs):
        return pairs
    one, other = ([coded[place] for place in side.tolist()] for side in pairs.T)
    longer: npt.NDArray[np.int64] = np.maximum(list(map(len, one)), list(map(len, other)))
    shorter = np.minimum(list(map(len, one)), list(map(len, other)))
    kept = shorter >= MIN_SHARED_WORDS * longer
    one, other = ([text for text, near in zip(side, kept, strict=True) if near] for side in (one, other))
    if not one:
        return pairs[:0]
    common = process.cpdist(one, other, scorer=LCSseq.similarity, dtype=np.float64, workers=1)
    return pairs[kept][common >= MIN_SHARED_WORDS * longer[kept]]


def _compared(name: str, one: Passage, other: Passage, compare: Comparer) -> Comparison | None:
    """Compare two texts; None where they aren't the same."""
    compared = compare(one, other, strict=name in TURNS, decisive=DECISIVE)
    found, _ = told_by_accents(compared, compared)
    return found if _is_same(name, found, one, other) else None


def _is_same(name: str, found: Comparison, one: Passage, other: Passage) -> bool:
    """Tell whether only what changes no meaning differs: slips, small words, forms; in a context a cut-off end too."""
    if name in TURNS and found.kinds & OTHER_TURNS:
        return False
    if Change.CUT in found.kinds and (one if found.one < found.other else other).raw.rstrip().endswith(SENTENCE_ENDS):
        return False  # it ends where a sentence does: a shorter text, and none that was cut off
    if Change.FULLER in found.kinds or any(len(d.one) == len(d.other) == 1 for d in found.differences):
        return False  # a letter for a letter is a label, as those of contracts A and D
    if min(found.one, found.other) <= MAX_SHORT_WORDS and not found.kinds <= SLIPS | {Change.SMALL, Change.WRITTEN}:
        return False
    return found.kinds <= HARMLESS | {Change.SLIP} and slips_are_typos(found)


def _turned(found: Comparison) -> Comparison:
    """Swap the sides of a comparison."""
    differences = tuple(d._replace(one=d.other, other=d.one, damaged=-d.damaged) for d in found.differences)
    return Comparison(found.other, found.one, found.matched, differences, found.kinds)
