"""Say what differs between two texts that are near, in terms a person understands.

comparison = compare(lexicon, Passage("Take 5 mg daily."), Passage("Take 50 mg each day."))
[(d.kind, d.one, d.other) for d in comparison.differences]      # [(Change.NUMBER, "5", "50"), …]
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property
from itertools import pairwise

from rapidfuzz.distance import OSA, Indel

from curation.lexicon import Lexicon
from curation.plain_text import breaks
from curation.wording import Kind, denies, kind, opposite, same_number, same_root, same_stem


class Change(Enum):
    """A kind of difference, from those that change nothing to those that can't both hold."""

    TYPO = "typo"
    SPACING = "words joined or split"
    SMALL = "small words"
    FORM = "word form"
    MOVED = "words moved"
    WRAPPED = "words around the text"
    CUT = "cut off"
    FULLER = "more said"
    SLIP = "one letter"  # a typo only where other evidence says so: both are words, or neither is
    REWORDED = "another word for it"
    AKIN = "a related word"  # another word for it where the whole text is reworded, else another word
    ADDED = "words added"
    QUESTION = "question word"
    NUMBER = "number"
    UNIT = "unit"
    NEGATION = "negation"
    OPPOSITE = "opposite"
    NAME = "name"
    WORD = "other word"
    UNRELATED = "other text"

    @property
    def rank(self) -> int:
        """Return how much it changes: what comes later in this list changes more."""
        return list(Change).index(self)


HARMLESS = frozenset(
    (Change.TYPO, Change.SPACING, Change.SMALL, Change.FORM, Change.MOVED, Change.WRAPPED, Change.CUT, Change.FULLER)
)
CONFLICTING = frozenset(
    (Change.NUMBER, Change.UNIT, Change.NEGATION, Change.OPPOSITE, Change.NAME, Change.WORD, Change.AKIN)
)
LONGEST_REPLACEMENT = 12  # words on either side that are paired one by one
LONGEST_WRAPPER = 20  # words before a text that are taken for a wrapper without having been learned
CLAUSE = 4  # words from which an addition says something of its own
SYNONYM = 0.62  # cosine of two word vectors from which one may stand for the other
AKIN = 0.35  # likewise, where the rest of the text is reworded too
RELATED = 0.55  # share of the shorter text below which two texts are other texts


@dataclass(frozen=True, slots=True)
class Difference:
    """Words of one text against words of the other; the side that was damaged is -1 (one), 1 (other) or 0."""

    kind: Change
    one: str
    other: str
    damaged: int = 0


@dataclass(frozen=True)
class Passage:
    """A coded text with what it was coded from; `skipped` words before it belong to a wrapper."""

    coded: str
    raw: str = ""
    skipped: int = 0

    @cached_property
    def _breaks(self) -> tuple[set[int], set[int]]:
        return breaks(self.raw)

    @cached_property
    def clauses(self) -> set[int]:
        """Return the places among the words at which a clause begins or ends."""
        return {place - self.skipped for place in self._breaks[0]} | {0, len(self.coded)}

    @cached_property
    def sentences(self) -> list[str]:
        """Return the coded sentences, sorted."""
        places = {place - self.skipped for place in self._breaks[1]} | {0, len(self.coded)}
        ends = sorted(place for place in places if 0 <= place <= len(self.coded))
        return sorted(self.coded[start:end] for start, end in pairwise(ends))


@dataclass(frozen=True)
class Comparison:
    """What two texts share and how they differ; `matched` counts words."""

    one: int
    other: int
    matched: int
    differences: tuple[Difference, ...] = ()
    kinds: frozenset[Change] = field(default_factory=frozenset)

    @property
    def agreement(self) -> float:
        """Return the share of the shorter text that the longer one has too, 0 to 1."""
        return self.matched / max(1, min(self.one, self.other))


@dataclass(slots=True)
class _Gap:
    """What stands between two matches: words of one text, words of the other, and where."""

    one: str
    other: str
    start_one: int
    start_other: int
    first: bool
    last: bool


def compare(lexicon: Lexicon, one: Passage, other: Passage, strict: bool = False) -> Comparison:
    """Align two texts by their longest common sequence of words and classify what doesn't match.

    `strict` is for questions: words around or within one change what is asked, unless they are a clause of their own.
    """
    a, b = one.coded, other.coded
    if a == b:
        return Comparison(len(a), len(b), len(a))
    gaps, matched = _gaps(a, b)
    least = min(len(a), len(b))
    if least > LONGEST_REPLACEMENT and matched < RELATED * least:
        return Comparison(
            len(a), len(b), matched, (Difference(Change.UNRELATED, "", ""),), frozenset({Change.UNRELATED})
        )
    found = _Differences(lexicon, one, other, strict)
    if len(a) == len(b) and len(gaps) > 1 and sorted(a) == sorted(b) and one.sentences == other.sentences:
        found.moved("".join(gap.one for gap in gaps))
        gaps = []
    _take_moved_clauses(gaps, found)
    for gap in gaps:
        found.classify(gap)
    matched = matched + found.explained
    if matched < RELATED * least / 2:
        found.all = [Difference(Change.UNRELATED, "", "")]
    return Comparison(len(a), len(b), matched, tuple(found.all), frozenset(d.kind for d in found.all))


def _gaps(a: str, b: str) -> tuple[list[_Gap], int]:
    gaps: list[_Gap] = []
    matched = end_a = end_b = 0
    blocks = [(m.a, m.b, m.size) for m in Indel.opcodes(a, b).as_matching_blocks()]
    for at_a, at_b, size in blocks:
        if at_a > end_a or at_b > end_b:
            first, last = end_a == end_b == 0, at_a == len(a) and at_b == len(b)
            gaps.append(_Gap(a[end_a:at_a], b[end_b:at_b], end_a, end_b, first, last))
        matched += size
        end_a, end_b = at_a + size, at_b + size
    return gaps, matched


def _take_moved_clauses(gaps: list[_Gap], found: _Differences) -> None:
    """Take clauses out of the gaps that stand elsewhere in the other text's gaps, then single words likewise."""
    for gap in gaps:
        for source in gaps:
            if source is gap:
                continue
            if len(gap.one) >= CLAUSE and gap.one in source.other:
                found.moved(gap.one)
                source.other, gap.one = source.other.replace(gap.one, "", 1), ""
            elif len(gap.other) >= CLAUSE and gap.other in source.one:
                found.moved(gap.other)
                source.one, gap.other = source.one.replace(gap.other, "", 1), ""
    _take_moved_words(gaps, found)


def _take_moved_words(gaps: list[_Gap], found: _Differences) -> None:
    """Take content words out of the gaps of both texts, the same ones first, then forms of one word."""
    lost = Counter("".join(gap.one for gap in gaps)) & Counter("".join(gap.other for gap in gaps))
    for code in [code for code in lost if kind(found.lexicon.word(code)) is Kind.CONTENT]:
        for gap in gaps:
            gap.one, gap.other = gap.one.replace(code, ""), gap.other.replace(code, "")
        found.moved(code)
    ours, theirs = ("".join(getattr(gap, side) for gap in gaps) for side in ("one", "other"))
    if len(gaps) < 2 or max(len(ours), len(theirs)) > LONGEST_REPLACEMENT:
        return
    for code in ours:
        for twin in theirs:
            if code != twin and found.are_forms(code, twin):
                theirs = theirs.replace(twin, "", 1)
                _take_pair(gaps, code, twin)
                found.add(Change.FORM, code, twin)
                found.explained += 1
                break


def _take_pair(gaps: list[_Gap], code: str, twin: str) -> None:
    for gap in gaps:
        if code in gap.one:
            gap.one = gap.one.replace(code, "", 1)
            break
    for gap in gaps:
        if twin in gap.other:
            gap.other = gap.other.replace(twin, "", 1)
            break


def _digits(word: str) -> str:
    return "" if word.isalpha() else "".join(char for char in word if not char.isalpha())


class _Differences:
    """Collects the differences of one pair; `explained` counts words that match although they're written otherwise."""

    def __init__(self, lexicon: Lexicon, one: Passage, other: Passage, strict: bool) -> None:
        self.lexicon, self.one, self.other, self.strict = lexicon, one, other, strict
        self.all: list[Difference] = []
        self.explained = 0

    def add(self, change: Change, one: str, other: str, damaged: int = 0) -> None:
        self.all.append(Difference(change, self.lexicon.text(one), self.lexicon.text(other), damaged))

    def moved(self, codes: str) -> None:
        self.explained += len(codes)
        self.add(Change.MOVED, codes, codes)

    def are_forms(self, a: str, b: str) -> bool:
        """Tell whether two codes are content words of one stem."""
        one, other = self.lexicon.word(a), self.lexicon.word(b)
        return kind(one) is kind(other) is Kind.CONTENT and same_root(one, other) and not opposite(one, other)

    def classify(self, gap: _Gap) -> None:
        """Add what a gap means."""
        if gap.one and gap.other:
            self._replacement(gap)
        elif gap.one:
            self._addition(gap.one, gap.start_one, self.one, gap, -1)
        elif gap.other:
            self._addition(gap.other, gap.start_other, self.other, gap, 1)

    def _replacement(self, gap: _Gap) -> None:
        lexicon, one, other = self.lexicon, gap.one, gap.other
        if "".join(lexicon.words(one)) == "".join(lexicon.words(other)):
            self.explained += min(len(one), len(other))
            self.add(Change.SPACING, one, other, self._rarer(one, other))
            return
        if gap.last and (cut := self._partly_cut(one, other)):
            self.add(Change.CUT, one, other, cut)
            return
        if max(len(one), len(other)) <= LONGEST_REPLACEMENT:
            one, other = self._pair_words(one, other)
        if one and other:
            self.add(self._replaced(one, other), one, other)
        elif one:
            self._addition(one, gap.start_one, self.one, gap, -1)
        elif other:
            self._addition(other, gap.start_other, self.other, gap, 1)

    def _rarer(self, one: str, other: str) -> int:
        """Return the side whose rarest word is rarer: there the slip is."""
        a, b = (min(map(self.lexicon.rows_with, side)) for side in (one, other))
        return (a > b) - (a < b)

    def _partly_cut(self, one: str, other: str) -> int:
        """Return the side that ends within the word that the other one goes on with."""
        for side, short, long in ((-1, one, other), (1, other, one)):
            ends_in_word = len(short) == 1 and len(long) > 1
            if ends_in_word and self.lexicon.word(long[0]).startswith(self.lexicon.word(short)):
                return side
        return 0

    def _pair_words(self, one: str, other: str) -> tuple[str, str]:
        """Pair words that are written otherwise, in order; return what is left of both sides."""
        rest_one, start = "", 0
        taken: set[int] = set()
        for code in one:
            for place in range(start, len(other)):
                if relation := self._relation(code, other[place]):
                    self.add(relation[0], code, other[place], relation[1])
                    self.explained += relation[0] not in CONFLICTING
                    taken.add(place)
                    start = place + 1
                    break
            else:
                rest_one += code
        return rest_one, "".join(code for place, code in enumerate(other) if place not in taken)

    def _relation(self, a: str, b: str) -> tuple[Change, int] | None:
        one, other = self.lexicon.word(a), self.lexicon.word(b)
        kinds = {kind(one), kind(other)}
        if kinds & {Kind.NUMBER, Kind.NEGATION, Kind.UNIT}:
            if same_number(one, other) or (same_stem(one, other) and len(kinds) == 1):
                return Change.SMALL, 0
            slip = self._slip(a, b, one, other) if Kind.CONTENT in kinds or one[-1:].isdigit() else None
            return slip if slip and slip[0] is Change.TYPO else None
        if opposite(one, other):
            return Change.OPPOSITE, 0
        if kinds == {Kind.SMALL}:
            return Change.SMALL, 0
        slip = self._slip(a, b, one, other)
        if slip and slip[0] is Change.TYPO:
            return slip
        if same_stem(one, other):
            return Change.FORM, 0
        return (Change.REWORDED, 0) if self.lexicon.likeness(a, b) >= SYNONYM else slip

    def _slip(self, a: str, b: str, one: str, other: str) -> tuple[Change, int] | None:
        shorter, longest = sorted((len(one), len(other)))
        if shorter < 2 or longest < 3 or _digits(one) != _digits(other) or (_digits(one) and longest < 5):
            return None
        limit = 1 if longest <= 6 else 2 if longest <= 11 else 3
        distance = OSA.distance(one, other, score_cutoff=limit)
        if distance > limit:
            return None
        known = [self.lexicon.is_known(code) for code in (a, b)]
        rows = [self.lexicon.rows_with(code) for code in (a, b)]
        if known[0] != known[1]:
            return Change.TYPO, -1 if known[1] else 1
        if min(rows) * 20 <= max(rows) and not self.lexicon.is_general(a if rows[0] < rows[1] else b):
            return Change.TYPO, -1 if rows[0] < rows[1] else 1
        return (Change.SLIP, self._rarer(a, b)) if distance == 1 or not any(known) else None

    def _replaced(self, one: str, other: str) -> Change:
        kinds = [{kind(word) for word in self.lexicon.words(side)} for side in (one, other)]
        either, both = kinds[0] | kinds[1], kinds[0] & kinds[1]
        if Kind.NEGATION in either - both:
            return Change.NEGATION
        if Kind.NUMBER in either:
            return Change.NUMBER
        if Kind.UNIT in either:
            return Change.UNIT
        if Kind.CONTENT not in either:
            return Change.QUESTION if Kind.QUESTION in either else Change.SMALL
        content = [[code for code in side if kind(self.lexicon.word(code)) is Kind.CONTENT] for side in (one, other)]
        if any(self.lexicon.is_name(code) or not self.lexicon.is_known(code) for side in content for code in side):
            return Change.NAME
        if all(Kind.QUESTION in side for side in kinds) and not all(content):
            return Change.QUESTION
        if not all(content):
            return Change.WORD if self.strict else Change.ADDED
        likeness = [self.lexicon.likeness(a, b) for a, b in zip(*content, strict=False)]
        return Change.AKIN if len(content[0]) == len(content[1]) and min(likeness) >= AKIN else Change.WORD

    def _addition(self, codes: str, start: int, passage: Passage, gap: _Gap, side: int) -> None:
        one, other = (codes, "") if side < 0 else ("", codes)
        kinds = {kind(word) for word in self.lexicon.words(codes)}
        clause = self._is_clause(start, len(codes), passage)
        fuller = len(codes) >= CLAUSE and not self.strict
        if Kind.NEGATION in kinds and not clause and (gap.first or not fuller):
            self.add(Change.NEGATION, one, other)
        elif kinds <= {Kind.SMALL}:
            self.add(Change.SMALL, one, other)
        elif gap.first and not gap.last and kinds & {Kind.NUMBER} and len(codes) < CLAUSE:
            self.add(Change.NUMBER, one, other)
        elif gap.first != gap.last and (not self.strict or (clause and kinds <= {Kind.SMALL, Kind.CONTENT})):
            wraps = self.strict or (gap.first and len(codes) <= LONGEST_WRAPPER)
            change = Change.WRAPPED if wraps else Change.FULLER if gap.first else Change.CUT
            self.add(change, one, other, side if wraps else -side)
        elif fuller:
            self.add(Change.FULLER, one, other, -side)
        elif kinds & {Kind.NUMBER, Kind.UNIT}:
            self.add(Change.NUMBER, one, other)
        else:
            self.add(Change.QUESTION if Kind.CONTENT not in kinds else Change.ADDED, one, other)

    def _is_clause(self, start: int, length: int, passage: Passage) -> bool:
        """Tell whether added words stand as a clause of their own, so that what they say ends there."""
        added = self.lexicon.words(passage.coded[start : start + length])
        return not denies(added) and {start, start + length} <= passage.clauses
