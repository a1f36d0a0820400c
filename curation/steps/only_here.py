"""What only one of two texts has, in its own spelling.

>>> only_here("It costs 5 pounds. Ask Ada on 07700 900123.", "It costs 5 pounds.")
['Ask Ada on 07700 900123.']
"""

from __future__ import annotations

from rapidfuzz.distance import Levenshtein

MAX_WORDS = 5_000  # of a text that is compared word by word


def only_here(text: str, other: str) -> list[str]:
    """List the stretches of a text whose words the other hasn't there, nor in this order anywhere else.

    Case and punctuation don't count. A text of more than 5,000 words is named as a whole.
    """
    if text == other:
        return []
    own, theirs = text.split(), other.split()
    if max(len(own), len(theirs)) > MAX_WORDS:
        return [text]
    words, others = list(map(_bare, own)), list(map(_bare, theirs))
    elsewhere = f" {' '.join(filter(None, others))} "
    pieces: list[str] = []
    for change in Levenshtein.opcodes(words, others):
        said = " ".join(filter(None, words[change.src_start : change.src_end]))
        if change.tag != "equal" and said and f" {said} " not in elsewhere:
            pieces.append(" ".join(own[change.src_start : change.src_end]))
    return pieces


def _bare(word: str) -> str:
    """Give a word in lower case without the marks around it; a mark alone is no word."""
    inner = word.casefold()
    start = next((at for at, letter in enumerate(inner) if letter.isalnum()), len(inner))
    end = next((at for at in range(len(inner), start, -1) if inner[at - 1].isalnum()), start)
    return inner[start:end]
