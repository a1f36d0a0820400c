"""How the answers of one file end: with words that many of them share, and with a full stop or without.

>>> endings = Endings(tails=("View more",), going_on=frozenset({"the"}), open_ones=frozenset({ONE}))
>>> endings.finished("Fill in the form View more")
'Fill in the form.'
>>> endings.finished("Ask at a branch")
'Ask at a branch.'
>>> endings.finished("Send us the")                     # "the" ends no sentence of the file: the answer is cut
'Send us the'
>>> endings.finished("Ask us first. Then call a branch")     # only answers of one sentence lack a stop in this file
'Ask us first. Then call a branch'

Answers cut off stop at any word; those that only lack a stop stop at words that end sentences elsewhere too. Values and
names often have none, where answers of several sentences do, so each of the two has a manner of its own.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from math import sqrt

from winnow.text.plain_text import words
from winnow.text.words import SENTENCE_END, SENTENCE_ENDS

MOST_TAIL_WORDS = 4
END_CHARS = 400  # of an answer, in which is learned what its sentences end with
FEWEST_TAILS, TAIL_SHARE = 8, 0.05  # answers that end with the same words, from which these are no row's own
FEWEST_TOLD, OPEN_SHARE = 20, 0.1  # answers without a stop that tell whether they are cut, and of all long ones
ONE, SEVERAL = "one sentence", "several"  # shapes of answers
LONG = 8  # words of an answer that is a sentence
SELDOM_LAST, FEWEST_SEEN = 0.02, 10  # share of its places at which a word ends a sentence; places that tell
CUT_SHARE = 0.5  # of the answers without a stop: where fewer are cut, lacking it is the file's manner


@dataclass(frozen=True)
class Endings:
    """Words that answers of the file share at their ends, longest first, and the words that end no sentence.

    `open_ones` are the shapes of answers, ONE sentence or SEVERAL, whose manner in the file is to have no last stop.
    """

    tails: tuple[str, ...] = ()
    going_on: frozenset[str] = field(default_factory=frozenset)
    open_ones: frozenset[str] = field(default_factory=frozenset)

    def own(self, answer: str) -> str:
        """Give the answer without words that many answers end with."""
        text = answer.rstrip()
        for tail in self.tails:
            if text.endswith(tail) and (own := text[: -len(tail)].rstrip()):
                return own
        return text

    def finished(self, answer: str) -> str:
        """Give the answer as it would end with a stop, where its own end may be one; else as it is."""
        own, text = self.own(answer), answer.rstrip()
        is_whole = own != text or (self.is_without_stop(own) and self._may_end(own))
        if own == text and not is_whole:
            return answer
        return f"{own}." if is_whole and _is_open(own) else own

    def is_without_stop(self, answer: str) -> bool:
        """Say whether answers of this shape have no stop at their end in this file."""
        return shape(answer) in self.open_ones

    def _may_end(self, text: str) -> bool:
        last = words(text)[-1:]
        return bool(last) and last[0] not in self.going_on


def learn_endings(answers: Iterable[str]) -> Endings:
    """Learn from answers; copies count once."""
    different = sorted(set(answers))
    tails = _tails(different)
    alone = Endings(tails)
    said = [words(alone.own(answer)[-END_CHARS:]) for answer in different]
    long = [(alone.own(answer), told) for answer, told in zip(different, said, strict=True) if len(told) >= LONG]
    open_ends = [told[-1] for own, told in long if _is_open(own)]
    # where most answers lack a stop, their ends are all that is known of how sentences end
    going_on = _going_on(different, said, open_ends if len(open_ends) > len(long) / 2 else ())
    open_ones = {
        one for one in (ONE, SEVERAL) if _is_manner([pair for pair in long if shape(pair[0]) == one], said, going_on)
    }
    return Endings(tails, going_on, frozenset(open_ones))


def shape(answer: str) -> str:
    """Say whether an answer is SEVERAL sentences, of which one before the last has a stop, or ONE, as a list is."""
    before = SENTENCE_END.split(answer[-END_CHARS:].rstrip())[:-1]
    return SEVERAL if any(sentence.rstrip().endswith(SENTENCE_ENDS) for sentence in before) else ONE


def _is_manner(
    long: Sequence[tuple[str, Sequence[str]]], said: Sequence[Sequence[str]], going_on: frozenset[str]
) -> bool:
    """Say of answers of one shape, with their words, whether many enough lack a stop, and aren't cut."""
    open_ends = [told[-1] for own, told in long if _is_open(own)]
    return len(open_ends) >= max(FEWEST_TOLD, OPEN_SHARE * len(long)) and _are_whole(open_ends, said, going_on)


def _is_open(text: str) -> bool:
    return text[-1:].isalpha()


def _tails(answers: Sequence[str]) -> tuple[str, ...]:
    """Find the last one to four words that enough answers share behind different words, the longest first."""
    before: defaultdict[str, set[str]] = defaultdict(set)
    for answer in answers:
        split = answer[-END_CHARS:].split()
        for size in range(1, min(MOST_TAIL_WORDS, len(split) - 1) + 1):
            before[" ".join(split[-size:])].add(split[-size - 1])
    least = max(FEWEST_TAILS, TAIL_SHARE * len(answers))
    # a word as such ends many answers; a tail is a stretch, or begins a sentence of its own
    found = [tail for tail, words_before in before.items() if " " in tail and len(words_before) >= sqrt(least)]
    counts = Counter(tail for answer in answers for tail in found if answer.rstrip().endswith(tail))
    return tuple(sorted((tail for tail in found if counts[tail] >= least), key=lambda tail: (-len(tail), tail)))


def _going_on(answers: Sequence[str], said: Sequence[Sequence[str]], ends: Sequence[str]) -> frozenset[str]:
    """Collect the words that are seen often enough and end hardly any sentence."""
    seen = Counter(word for told in said for word in told)
    last = Counter(ends)
    for answer in answers:
        for sentence in SENTENCE_END.split(answer[-END_CHARS:]):
            if sentence.rstrip().endswith(SENTENCE_ENDS) and (found := words(sentence)):
                last[found[-1]] += 1
    return frozenset(w for w, places in seen.items() if places >= FEWEST_SEEN and last[w] < SELDOM_LAST * places)


def _are_whole(open_ends: Sequence[str], said: Sequence[Sequence[str]], going_on: frozenset[str]) -> bool:
    """Tell answers that lack a stop from such as are cut: cut anywhere, as many would end with a word that goes on as
    there are such words in the text.
    """
    usual = sum(word in going_on for told in said for word in told) / max(1, sum(map(len, said)))
    return sum(word in going_on for word in open_ends) < CUT_SHARE * usual * len(open_ends)
