"""Relations of two words: typo, word form, synonym or opposite.

relations = WordRelations(lexicon)
relations.of(lexicon.encode("heart"), lexicon.encode("haert"))      # (Change.TYPO, 1): the second was mistyped

That a word is a slip, a form or a synonym of another one is known of English. In other languages one letter is an
ending, a tone or a negation, and only letters that changed places are a slip.
"""

from __future__ import annotations

from rapidfuzz.distance import OSA

from curation.pairs.differences.changes import Change
from curation.pairs.texts.lexicon import Lexicon
from winnow.text.accents import bare
from winnow.text.opposites import opposite
from winnow.text.word_classes import Kind, kind, same_root, same_stem, sound

MIN_SYNONYM_COSINE = 0.62  # cosine of two word vectors from which one may stand for the other
MAX_REMEMBERED_PAIRS = 500_000  # pairs of words that are remembered, some 100 MB
MAX_BY_EAR_LETTERS = 8  # letters of a word that is written as it sounds
MIN_SWAPPED_LETTERS = 6  # letters of a word in which two that changed places make no other word
MIN_SLIP_RANKS = 9  # half doublings by which more texts have a word than a slip of it: 16 to 32 times as many

WORDY = frozenset((Kind.CONTENT, Kind.SMALL, Kind.QUESTION))

WordRelation = tuple[Change, int]  # the change, and the damaged side: -1, 1, or 0 for none


class WordRelations:
    """Classifies pairs of coded words by edit distance, stem, word vectors and opposites; results are cached.

    `counted` collects the words of which it mattered how many texts have them, until somebody empties it.
    """

    def __init__(self, lexicon: Lexicon) -> None:
        self.lexicon = lexicon
        self.counted: set[str] = set()
        self._known: dict[str, tuple[WordRelation | None, bool]] = {}

    def of(self, a: str, b: str) -> WordRelation | None:
        """Return the kind of change between two coded words and the mistyped side; None for unrelated words."""
        key = a + b
        if key not in self._known:
            if len(self._known) >= MAX_REMEMBERED_PAIRS:
                self._known.clear()
            before, self.counted = self.counted, set()
            self._known[key] = self._relation(a, b), bool(self.counted)
            self.counted = before
        found, is_counted = self._known[key]
        if is_counted:
            self.counted |= {a, b}
        return found

    def of_unread(self, a: str, b: str) -> WordRelation | None:
        """Return the same for words of any language: a slip is two neighbouring letters of a long word exchanged.

        One of both words must be known; no inflection exchanges letters.
        """
        known = [self.lexicon.is_known(code) for code in (a, b)]
        if known[0] == known[1] or not _swapped(self.lexicon.word(a), self.lexicon.word(b)):
            return None
        return Change.TYPO, -1 if known[1] else 1

    def is_content(self, code: str) -> bool:
        """Tell whether a coded word is a content word: "card" is, "the" and "20" aren't."""
        return kind(self.lexicon.word(code)) is Kind.CONTENT

    def are_forms(self, a: str, b: str) -> bool:
        """Tell whether two coded words are forms of one root, such as "pay" and "payment", and no opposites."""
        one, other = self.lexicon.word(a), self.lexicon.word(b)
        if one[:1] != other[:1]:  # most words: what has no beginning in common has no root in common
            return False
        return kind(one) is kind(other) is Kind.CONTENT and same_root(one, other) and not opposite(one, other)

    def sound_alike(self, a: str, b: str) -> bool:
        """Tell whether two short content words share a phonetic code, as "paid" and "payed" do; names don't count."""
        one, other = self.lexicon.word(a), self.lexicon.word(b)
        if sound(one) != sound(other) or max(len(one), len(other)) > MAX_BY_EAR_LETTERS:
            return False
        is_content = kind(one) is kind(other) is Kind.CONTENT
        return is_content and not (self.lexicon.is_name(a) or self.lexicon.is_name(b))

    def slipped(self, a: str, b: str) -> int:
        """Return the mistyped side: the unknown word, else the one in some 20 times fewer texts, else 0."""
        known = [self.lexicon.is_known(code) for code in (a, b)]
        if known[0] != known[1]:
            return -1 if known[1] else 1
        self.counted |= {a, b}
        above = self.lexicon.rank(b) - self.lexicon.rank(a)
        return 0 if abs(above) < MIN_SLIP_RANKS else -1 if above > 0 else 1

    def misspaced(self, one: str, other: str) -> int:
        """Return the side with wrong spacing: the split one if the joined word is known, as "online" is."""
        self.counted |= {*one, *other}
        joined, side = (one, -1) if len(one) < len(other) else (other, 1)
        is_usual = all(self.lexicon.is_known(code) or self.lexicon.rows_with(code) > 1 for code in joined)
        return -side if is_usual else side

    def _relation(self, a: str, b: str) -> WordRelation | None:
        one, other = self.lexicon.word(a), self.lexicon.word(b)
        if not (one.isascii() and other.isascii()) and bare(one) == bare(other):  # café, cafe
            return Change.TYPO, -1 if one == bare(one) else 1
        kinds = {kind(one), kind(other)}
        if not kinds <= WORDY:
            if same_stem(one, other) and len(kinds) == 1:
                return Change.SMALL, 0
            slip = self._slip(a, b, one, other) if Kind.CONTENT in kinds or one[-1:].isdigit() else None
            return slip if slip and slip[0] is Change.TYPO else None
        if opposite(one, other):
            return Change.OPPOSITE, 0
        if kinds == {Kind.SMALL}:
            return (Change.NAME if _are_labels(one, other) else Change.SMALL), 0
        slip = self._slip(a, b, one, other)
        if slip and slip[0] is Change.TYPO:
            return slip
        if same_stem(one, other):
            return Change.FORM, 0
        return (Change.REWORDED, 0) if self.lexicon.likeness(a, b) >= MIN_SYNONYM_COSINE else slip

    def _slip(self, a: str, b: str, one: str, other: str) -> WordRelation | None:
        shorter, longest = sorted((len(one), len(other)))
        limit = 1 if longest <= 7 else 2 if longest <= 12 else 3
        if shorter < 2 or longest < 3 or longest - shorter > limit:
            return None
        if (digits := _digits(one)) != _digits(other) or (digits and longest < 5):
            return None
        distance = OSA.distance(one, other, score_cutoff=limit)
        if distance > limit or (distance > 1 and one[0] != other[0]):  # another prefix is another word
            return None
        known, side = [self.lexicon.is_known(code) for code in (a, b)], self.slipped(a, b)
        if known[0] != known[1] or (side and not self.lexicon.is_general(a if side < 0 else b)):
            return Change.TYPO, side
        return (Change.SLIP, side) if distance == 1 or not any(known) else None


def _are_labels(one: str, other: str) -> bool:
    """Tell whether two words are letters, which where one stands for the other name things: vitamin A, vitamin D."""
    return len(one) == len(other) == 1 and one.isascii() and other.isascii() and one.isalpha() and other.isalpha()


def _swapped(one: str, other: str) -> bool:
    """Tell whether two words are one but for two neighbouring letters within it: people, poeple."""
    if len(one) != len(other) or len(one) < MIN_SWAPPED_LETTERS or not (one.isalpha() and one[0] == other[0]):
        return False
    differing = [place for place, (a, b) in enumerate(zip(one, other, strict=True)) if a != b]
    if len(differing) != 2 or differing[1] - differing[0] != 1:
        return False
    first = differing[0]
    return one[first : first + 2] == other[first : first + 2][::-1]


def _digits(word: str) -> str:
    return "" if word.isalpha() else "".join(char for char in word if not char.isalpha())
