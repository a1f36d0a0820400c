"""Classify the differences of two near texts: typo, moved words, another number, a negation, and so on.

compare = Comparer(lexicon)
comparison = compare(Passage(coded, "Take 5 mg daily."), Passage(other, "Take 50 mg daily."))
[(d.kind, d.one, d.other) for d in comparison.differences]      # [(Change.NUMBER, "5", "50")]
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from curation.pairs.differences.alignment import (
    MAX_PAIRED_WORDS,
    MIN_CLAUSE_WORDS,
    Gap,
    align,
    align_cut,
    take_equal_quantities,
    take_moved,
)
from curation.pairs.differences.changes import CONFLICTING, Change, Difference
from curation.pairs.differences.relations import WordRelation, WordRelations
from curation.pairs.texts.lexicon import Lexicon
from curation.pairs.texts.passages import Passage, whole
from winnow.text.opposites import opposite
from winnow.text.word_classes import Kind, denies, kind, takes_back

MAX_UNLEARNED_WRAPPER_WORDS = 20  # words before a text that are taken for a wrapper without having been learned
MIN_AKIN_COSINE = 0.35  # cosine of two words from which one may stand for the other where the rest is reworded too
YES_AND_NO = {("yes", "no"), ("ja", "nein"), ("oui", "non"), ("sí", "no"), ("si", "no")}  # of an answer's first word
MIN_RELATED_SHARE = 0.55  # share of the shorter text below which two texts are other texts


@dataclass(frozen=True)
class Comparison:
    """The differences of two texts, with their lengths and the number of matched words."""

    one: int
    other: int
    matched: int
    differences: tuple[Difference, ...] = ()
    kinds: frozenset[Change] = field(default_factory=frozenset)

    @property
    def agreement(self) -> float:
        """Divide the matched words by the shorter text's length: 3 / 4 for "Take 5 mg daily", "Take 50 mg daily"."""
        return self.matched / max(1, min(self.one, self.other))


class Comparer:
    """Compares passages that one lexicon coded; caches how two words are related."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self._relations = WordRelations(lexicon)

    def __call__(
        self, one: Passage, other: Passage, strict: bool = False, decisive: frozenset[Change] = frozenset()
    ) -> Comparison:
        """Align two texts by their longest common subsequence of words and classify each gap.

        `strict` is for questions: additional words change what is asked, unless they are a clause of their own.
        The first difference of a `decisive` kind ends the comparison.
        """
        one, other = whole(one, other)
        found = self._align(one, other, strict, decisive)
        yes, no = (self._lexicon.text(passage.coded[:1]) for passage in (one, other))
        if strict or not {(yes, no), (no, yes)} & YES_AND_NO:
            return found
        if not (one.is_clause(0, 1) and other.is_clause(0, 1)):  # "No treatment is known" doesn't say no
            return found
        polarity = Difference(Change.POLARITY, yes, no)
        return replace(found, differences=(polarity, *found.differences), kinds=found.kinds | {Change.POLARITY})

    def _align(self, one: Passage, other: Passage, strict: bool, decisive: frozenset[Change]) -> Comparison:
        a, b = one.coded, other.coded
        if a == b:
            return Comparison(len(a), len(b), len(a))
        if _only_reordered(one, other):
            moved = Difference(Change.MOVED, "", "")
            return Comparison(len(a), len(b), len(a), (moved,), frozenset({Change.MOVED}))
        cut = None if strict else align_cut(a, b, self._lexicon)
        gaps, matched = cut or align(a, b)
        least = min(len(a), len(b))
        if least > MAX_PAIRED_WORDS and matched < MIN_RELATED_SHARE * least:
            return _unrelated(one, other, matched)
        found = _Differences(self._relations, self._lexicon, one, other, strict)
        found.explain(gaps, decisive)
        matched += found.explained
        if matched < MIN_RELATED_SHARE * least / 2:
            return _unrelated(one, other, matched)
        return Comparison(len(a), len(b), matched, tuple(found.all), frozenset(found.kinds))


def _only_reordered(one: Passage, other: Passage) -> bool:
    """Tell whether one text is the other with its sentences in another order, as "Pay. Wait." and "Wait. Pay." are."""
    if len(one.coded) != len(other.coded) or sorted(one.coded) != sorted(other.coded):
        return False
    return any(
        all(sentence in there.coded for sentence in here.sentences) for here, there in ((one, other), (other, one))
    )


def _unrelated(one: Passage, other: Passage, matched: int) -> Comparison:
    difference = Difference(Change.UNRELATED, "", "")
    return Comparison(len(one.coded), len(other.coded), matched, (difference,), frozenset({Change.UNRELATED}))


class _Differences:
    """The differences of one pair as they are found; `explained` counts unmatched words that say the same."""

    def __init__(self, relations: WordRelations, lexicon: Lexicon, one: Passage, other: Passage, strict: bool) -> None:
        self.relations, self.lexicon, self.one, self.other, self.strict = relations, lexicon, one, other, strict
        self.all: list[Difference] = []
        self.kinds: set[Change] = set()
        self.explained = 0

    def add(self, change: Change, one: str, other: str, damaged: int = 0) -> None:
        self.all.append(Difference(change, self.lexicon.text(one), self.lexicon.text(other), damaged))
        self.kinds.add(change)

    def moved(self, codes: str) -> None:
        self.explained += len(codes)
        self.add(Change.MOVED, codes, codes)

    def explain(self, gaps: list[Gap], decisive: frozenset[Change]) -> None:
        """Record equal quantities and moved words, then classify gap by gap until a decisive difference is found."""
        for ours, theirs in take_equal_quantities(gaps, self.one.coded, self.other.coded, self.lexicon):
            self.add(Change.WRITTEN, ours, theirs)
            self.explained += min(len(ours), len(theirs)) or 1
        moved, forms = take_moved(gaps, self.lexicon, self.relations)
        for codes in moved:
            self.moved(codes)
        for code, twin in forms:
            self.add(Change.FORM, code, twin)
            self.explained += 1
        for gap in gaps:
            self._classify(gap)
            if not decisive.isdisjoint(self.kinds):
                return

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
