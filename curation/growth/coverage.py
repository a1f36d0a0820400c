"""Topics that came with new rows and that no held-out question covers: a comparison says nothing about them.

uncovered(new, earlier, held_out)       # [Uncovered("mortgages", 41)]: 41 new rows speak of mortgages
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from winnow.text.words import FUNCTION_WORDS, WORD, stem

MIN_ROWS = 3  # new rows with a word from which it is what a topic is called
MIN_SHARE = 0.02  # of the new rows, likewise
MIN_LIFT = 4.0  # times as often in new questions as in earlier ones, from which a word has come with the new rows
MAX_TOPICS = 5
MIN_LETTERS = 4


@dataclass(frozen=True, slots=True)
class Uncovered:
    """A word that came with the new rows, how many of them ask with it, and no held-out question does."""

    word: str
    rows: int

    def in_words(self) -> str:
        """Say it in a line for people."""
        return f"{self.rows} new rows speak of “{self.word}”; no held-out question does"


def uncovered(new: Sequence[str], earlier: Sequence[str], held_out: Iterable[str]) -> list[Uncovered]:
    """Name topics of new questions by their commonest word that hardly any earlier question and no held-out one has.

    A row counts for one topic alone, that of its commonest such word.
    """
    forms: defaultdict[str, Counter[str]] = defaultdict(Counter)
    asked = [_stems(question, forms) for question in new]
    before = Counter(word for question in earlier for word in _stems(question))
    planned = {word for question in held_out for word in _stems(question)}
    found: list[Uncovered] = []
    while len(found) < MAX_TOPICS:
        counts = Counter(word for words in asked for word in words - planned)
        usual = {word: MIN_LIFT * before[word] / max(1, len(earlier)) for word in counts}
        told = [word for word, rows in counts.items()
                if rows >= max(MIN_ROWS, MIN_SHARE * len(new)) and rows / len(new) >= usual[word]]  # fmt: skip
        if not told:
            break
        word = min(told, key=lambda word: (-counts[word], word))
        found.append(Uncovered(forms[word].most_common(1)[0][0], counts[word]))
        asked = [words if word not in words else frozenset() for words in asked]
    return found


def _stems(question: str, forms: defaultdict[str, Counter[str]] | None = None) -> frozenset[str]:
    words = [w for w in WORD.findall(question.lower()) if len(w) >= MIN_LETTERS and w not in FUNCTION_WORDS]
    stems = [stem(word) for word in words if not word.isdigit()]
    if forms is not None:
        for of_word, word in zip(stems, (word for word in words if not word.isdigit()), strict=True):
            forms[of_word][word] += 1
    return frozenset(stems)
