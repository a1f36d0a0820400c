"""Classify the differences of two near texts: typo, moved words, another number, a negation, and so on.

compare = Comparer(lexicon)
comparison = compare(Passage(coded, "Take 5 mg daily."), Passage(other, "Take 50 mg daily."))
[(d.kind, d.one, d.other) for d in comparison.differences]      # [(Change.NUMBER, "5", "50")]
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from curation.pairs.differences.alignment import (
    MAX_PAIRED_WORDS,
    align,
    align_cut,
)
from curation.pairs.differences.changes import Change, Difference
from curation.pairs.differences.classify import Differences
from curation.pairs.differences.relations import WordRelations
from curation.pairs.texts.lexicon import Lexicon
from curation.pairs.texts.passages import Passage, whole
from winnow.text.accents import bare

YES_AND_NO = {("yes", "no"), ("ja", "nein"), ("oui", "non"), ("sí", "no"), ("si", "no")}  # of an answer's first word
MIN_RELATED_SHARE = 0.55  # share of the shorter text below which two texts are other texts


@dataclass(frozen=True)
class Comparison:
    """The differences of two texts, with their lengths and the number of matched words.

    It rests on what the corpus tells of some coded words: whether those of `rests_on` are known, and names, and how
    many texts have those of `counts`. As long as that stays, the comparison holds.
    """

    one: int
    other: int
    matched: int
    differences: tuple[Difference, ...] = ()
    kinds: frozenset[Change] = field(default_factory=frozenset)
    rests_on: str = field(default="", compare=False, repr=False)
    counts: str = field(default="", compare=False, repr=False)

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
        if accents := self._accents(one, other):
            return Comparison(len(a), len(b), len(a), accents, frozenset(d.kind for d in accents))
        if _only_reordered(one, other):
            moved = Difference(Change.MOVED, "", "")
            return Comparison(len(a), len(b), len(a), (moved,), frozenset({Change.MOVED}))
        cut = None if strict else align_cut(a, b, self._lexicon)
        gaps, matched = cut or align(a, b)
        least = min(len(a), len(b))
        if least > MAX_PAIRED_WORDS and matched < MIN_RELATED_SHARE * least:
            return _unrelated(one, other, matched)
        asked = "".join({*"".join(gap.one + gap.other for gap in gaps)})
        self._relations.counted.clear()
        found = Differences.of(self._relations, one, other, strict)
        found.explain(gaps, decisive)
        counted = "".join(self._relations.counted)
        matched += found.explained
        if matched < MIN_RELATED_SHARE * least / 2:
            return replace(_unrelated(one, other, matched), rests_on=asked, counts=counted)
        return Comparison(len(a), len(b), matched, tuple(found.all), frozenset(found.kinds), asked, counted)

    def _accents(self, one: Passage, other: Passage) -> tuple[Difference, ...]:
        """Return the words of two texts that are one but for accents, of which one text has none or is in capitals.

        () for other texts, as for two that have accents and differ in one.
        """
        if len(one.coded) != len(other.coded):
            return ()
        word = self._lexicon.word
        differing = [pair for pair in zip(one.coded, other.coded, strict=True) if pair[0] != pair[1]]
        for a, b in differing:
            if (word(a).isascii() and word(b).isascii()) or bare(word(a)) != bare(word(b)):
                return ()
        for side, passage in ((-1, one), (1, other)):
            if passage.raw.isupper() or all(bare(word(code)) == word(code) for code in passage.coded):
                return tuple(Difference(Change.ACCENT, word(a), word(b), side) for a, b in dict.fromkeys(differing))
        return ()


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
