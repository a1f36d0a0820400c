"""Name what stands in the gaps between two aligned texts: a typo, moved words, another number, a negation, and so on.

found = Differences.of(relations, lexicon, one, other, strict=True)
found.explain(gaps, decisive=frozenset())
found.all                     # [Difference(Change.NUMBER, "5", "50"), …]

What a word does is known of English, and of its neighbours' negations. In a text of another language any word may be a
number, a name or a negation: there a difference is a number, a negation that is known, or UNREAD.
"""

from __future__ import annotations

from itertools import pairwise

from curation.pairs.differences.alignment import (
    MAX_PAIRED_WORDS,
    MIN_CLAUSE_WORDS,
    Gap,
    take_equal_quantities,
    take_moved,
)
from curation.pairs.differences.changes import CONFLICTING, Change, Difference
from curation.pairs.differences.relations import WordRelation, WordRelations
from curation.pairs.texts.lexicon import Lexicon
from curation.pairs.texts.passages import Passage
from winnow.text.opposites import opposite
from winnow.text.word_classes import Kind, denies, kind, takes_back
from winnow.text.words import SENTENCE_ENDS

MAX_UNLEARNED_WRAPPER_WORDS = 20  # words before a text that are taken for a wrapper without having been learned
MIN_AKIN_COSINE = 0.35  # cosine of two words from which one may stand for the other where the rest is reworded too
MIN_UNREAD_CUT_WORDS = 12  # words of an end from which its lack is no lack of one last word, such as "not"
MAX_DECIMALS = 2  # digits up to which a number of two parts is no number with a blank in it: 1,5 is not 15


class Differences:
    """The differences of one pair as they are found; `explained` counts unmatched words that say the same."""

    def __init__(self, relations: WordRelations, lexicon: Lexicon, one: Passage, other: Passage, strict: bool) -> None:
        self.relations, self.lexicon, self.one, self.other, self.strict = relations, lexicon, one, other, strict
        self.all: list[Difference] = []
        self.kinds: set[Change] = set()
        self.explained = 0

    @classmethod
    def of(cls, relations: WordRelations, one: Passage, other: Passage, strict: bool) -> Differences:
        """Choose how two texts are compared: by what is known of their words, or without."""
        lexicon = relations.lexicon
        reads = lexicon.reads(one.coded) and lexicon.reads(other.coded)
        return (Differences if reads else UnreadDifferences)(relations, lexicon, one, other, strict)

    def add(self, change: Change, one: str, other: str, damaged: int = 0) -> None:
        """Record a difference of coded words."""
        self.all.append(Difference(change, self.lexicon.text(one), self.lexicon.text(other), damaged))
        self.kinds.add(change)

    def explain(self, gaps: list[Gap], decisive: frozenset[Change]) -> None:
        """Record equal quantities and moved words, then classify gap by gap until a decisive difference is found."""
        for ours, theirs in take_equal_quantities(gaps, self.one.coded, self.other.coded, self.lexicon):
            self.add(Change.WRITTEN, ours, theirs)
            self.explained += min(len(ours), len(theirs)) or 1
        moved, forms = self._moved(gaps)
        for codes in moved:
            self.explained += len(codes)
            self.add(Change.MOVED, codes, codes)
        for code, twin in forms:
            self.add(Change.FORM, code, twin)
            self.explained += 1
        for gap in gaps:
            self._classify(gap)
            if not decisive.isdisjoint(self.kinds):
                return

    def _moved(self, gaps: list[Gap]) -> tuple[list[str], list[tuple[str, str]]]:
        return take_moved(gaps, self.lexicon, self.relations)

    def _classify(self, gap: Gap) -> None:
        if gap.one and gap.other:
            self._replacement(gap)
        elif gap.one:
            self._addition(gap.one, gap.start_one, self.one, gap, -1)
        elif gap.other:
            self._addition(gap.other, gap.start_other, self.other, gap, 1)

    def _replacement(self, gap: Gap) -> None:
        lexicon, one, other = self.lexicon, gap.one, gap.other
        if "".join(lexicon.words(one)) == "".join(lexicon.words(other)):
            if any(map(_has_decimals, (lexicon.words(one), lexicon.words(other)))):
                self.add(Change.NUMBER, one, other)
                return
            self.explained += min(len(one), len(other))
            self.add(Change.SPACING, one, other, self.relations.misspaced(one, other))
            return
        if gap.last and (cut := self._partly_cut(one, other)):
            self.add(Change.CUT, one, other, cut)
            return
        if self._denies_opposite(one, other) or self._denies_opposite(other, one):
            self.explained += 1
            self.add(Change.REWORDED, one, other)
            return
        if max(len(one), len(other)) <= MAX_PAIRED_WORDS:
            one, other = self._pair_words(one, other)
        if one and other:
            self.add(self._replaced(one, other, gap.broken), one, other)
        elif one:
            self._addition(one, gap.start_one, self.one, gap, -1)
        elif other:
            self._addition(other, gap.start_other, self.other, gap, 1)

    def _partly_cut(self, one: str, other: str) -> int:
        """Return the side that breaks off within a word: 1 for "arrive at home" against "arr", 0 where neither does."""
        for side, short, long in ((-1, one, other), (1, other, one)):
            ends_in_word = len(short) == 1 and len(long) > 1
            if ends_in_word and "".join(self.lexicon.words(long[:2])).startswith(self.lexicon.word(short)):
                return side
        return 0

    def _denies_opposite(self, one: str, other: str) -> bool:
        """Tell whether one side negates the opposite of the other: "not allowed" against "prohibited"."""
        words = self.lexicon.words(one)
        return len(words) == 2 and kind(words[0]) is Kind.NEGATION and opposite(words[1], self.lexicon.text(other))

    def _pair_words(self, one: str, other: str) -> tuple[str, str]:
        """Pair related words of both sides in order, as a typo with its word; returns the rest of each side."""
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

    def _relation(self, code: str, twin: str) -> WordRelation | None:
        relation = self.relations.of(code, twin)
        if relation is None and self.strict and self.relations.sound_alike(code, twin):
            return Change.SLIP, self.relations.slipped(code, twin)
        return relation

    def _replaced(self, one: str, other: str, broken: bool) -> Change:
        kinds = [{kind(word) for word in self.lexicon.words(side)} for side in (one, other)]
        either, both = kinds[0] | kinds[1], kinds[0] & kinds[1]
        if Kind.NEGATION in either - both:
            return Change.NEGATION
        if Kind.NUMBER in either:
            return Change.NUMBER
        if Kind.UNIT in either:
            return Change.UNIT
        return self._other_words(one, other, kinds, broken)

    def _other_words(self, one: str, other: str, kinds: list[set[Kind]], broken: bool) -> Change:
        either = kinds[0] | kinds[1]
        if Kind.CONTENT not in either:
            return Change.QUESTION if Kind.QUESTION in either else Change.SMALL
        content = [[code for code in side if kind(self.lexicon.word(code)) is Kind.CONTENT] for side in (one, other)]
        if any(self.lexicon.is_name(code) or not self.lexicon.is_known(code) for side in content for code in side):
            return Change.NAME
        if all(Kind.QUESTION in side for side in kinds) and not all(content):
            return Change.QUESTION
        if not all(content) and broken and not self.strict:
            return Change.ADDED
        words = content if all(content) else (one, other)  # "about" stands for "approximately", "with" for no noun
        likeness = [self.lexicon.likeness(a, b) for a, b in zip(*words, strict=False)]
        return Change.AKIN if len(words[0]) == len(words[1]) and min(likeness) >= MIN_AKIN_COSINE else Change.WORD

    def _addition(self, codes: str, start: int, passage: Passage, gap: Gap, side: int) -> None:
        one, other = (codes, "") if side < 0 else ("", codes)
        words = self.lexicon.words(codes)
        kinds = {kind(word) for word in words}
        if gap.last and words[-1] == "a":  # no article ends a text: a label, as in "hepatitis A"
            kinds.add(Kind.NUMBER)
        fuller = len(codes) >= MIN_CLAUSE_WORDS and not self.strict and not gap.broken
        says_more = kinds & {Kind.NUMBER, Kind.UNIT, Kind.NEGATION} and gap.broken
        denied = Kind.NEGATION in kinds and not self._is_clause(start, len(codes), passage, whole_sentences=True)
        denied = denied and (gap.first or not fuller or (denies(words) and not gap.last))
        if denied or (not self.strict and takes_back(words)):
            self.add(Change.NEGATION, one, other)
        elif kinds <= {Kind.SMALL} or self._numbers_items(words, start, passage):
            self.add(Change.SMALL, one, other)
        elif (gap.first and not gap.last and kinds & {Kind.NUMBER} and len(codes) < MIN_CLAUSE_WORDS) or says_more:
            self.add(Change.NUMBER, one, other)
        elif gap.first != gap.last and (not self.strict or self._asks_nothing(codes, start, kinds, passage)):
            wraps = self.strict or (gap.first and len(codes) <= MAX_UNLEARNED_WRAPPER_WORDS)
            change = Change.WRAPPED if wraps else Change.FULLER if gap.first else Change.CUT
            self.add(change, one, other, side if wraps else -side)
        elif fuller:
            self.add(Change.FULLER, one, other, -side)
        elif kinds & {Kind.NUMBER, Kind.UNIT}:
            self.add(Change.NUMBER, one, other)
        else:
            self.add(Change.QUESTION if Kind.CONTENT not in kinds else Change.ADDED, one, other)

    def _numbers_items(self, words: list[str], start: int, passage: Passage) -> bool:
        return all(map(str.isdigit, words)) and all(map(passage.is_list_number, range(start, start + len(words))))

    def _asks_nothing(self, codes: str, start: int, kinds: set[Kind], passage: Passage) -> bool:
        return kinds <= {Kind.SMALL, Kind.CONTENT} and self._is_clause(start, len(codes), passage)

    def _is_clause(self, start: int, length: int, passage: Passage, whole_sentences: bool = False) -> bool:
        """Tell whether added words are a whole clause, or whole sentences; those don't change the words beside them."""
        added = self.lexicon.words(passage.coded[start : start + length])
        stands = passage.is_sentence if whole_sentences else passage.is_clause
        return not denies(added) and stands(start, length)


class UnreadDifferences(Differences):
    """The differences of texts whose words can't be read: numbers, negations that are known, and UNREAD.

    No words only moved, no word is a form of another one or small, and an end is missing only where much of it is and
    its mark: "değil" and 不 deny what stands before and behind them.
    """

    def _moved(self, gaps: list[Gap]) -> tuple[list[str], list[tuple[str, str]]]:
        return [], []

    def _partly_cut(self, one: str, other: str) -> int:
        return super()._partly_cut(one, other) if self._breaks_off(one, other) else 0

    def _breaks_off(self, one: str, other: str) -> bool:
        """Tell whether a text lacks a long end, and the mark at the end that the other one has."""
        short, long = (self.one, self.other) if len(one) < len(other) else (self.other, self.one)
        is_ended = [passage.raw.rstrip().endswith(SENTENCE_ENDS) for passage in (short, long)]
        return abs(len(one) - len(other)) >= MIN_UNREAD_CUT_WORDS and is_ended == [False, True]

    def _relation(self, code: str, twin: str) -> WordRelation | None:
        return self.relations.of_unread(code, twin)

    def _other_words(self, one: str, other: str, kinds: list[set[Kind]], broken: bool) -> Change:
        return Change.UNREAD

    def _addition(self, codes: str, start: int, passage: Passage, gap: Gap, side: int) -> None:
        one, other = (codes, "") if side < 0 else ("", codes)
        words = self.lexicon.words(codes)
        kinds = {kind(word) for word in words}
        if self._numbers_items(words, start, passage):
            self.add(Change.SMALL, one, other)
        elif gap.last and not gap.first and not self.strict and self._breaks_off(one, other):
            self.add(Change.CUT, one, other, -side)
        elif Kind.NEGATION in kinds:
            self.add(Change.NEGATION, one, other)
        else:
            self.add(Change.NUMBER if kinds & {Kind.NUMBER, Kind.UNIT} else Change.UNREAD, one, other)


def _has_decimals(words: list[str]) -> bool:
    """Tell whether words are a number of two parts, of which the second is too short for a group of thousands."""
    numbers = [word for word in words if word.isdigit()]
    beside = any(a.isdigit() and b.isdigit() for a, b in pairwise(words))
    return beside and len(numbers) == 2 and len(numbers[1]) <= MAX_DECIMALS
