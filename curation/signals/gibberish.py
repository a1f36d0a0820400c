"""Signal of letters that make no words: keyboard noise, scrambled words, random codes and symbols.

>>> gibberish(Row("What is an ISA?", "sdkjfh qwlkr zxcvm kjhgf wqpoiu"), Corpus()).value > 0.6
True
>>> gibberish(Row("What treats it?", "Idarucizumab reverses dabigatran; tocilizumab doesn't."), Corpus()).value
0.0
"""

from __future__ import annotations

import re

import numpy as np
from numpy.typing import NDArray

from curation.corpus.corpus import Corpus
from curation.corpus.rows import NOTHING, Finding, Row
from winnow.text.language import language_of
from winnow.text.words import excerpt

# what may follow each letter: the bigrams that cover 99.7 % of English running text. Names of drugs, genes and
# diseases keep to them as well: the rare ones are at most a tenth of a technical answer, and half of keyboard noise.
FOLLOWERS = {
    "a": "bcdefgijklmnprstuvwxy", "b": "adeilnorsuy", "c": "acdehiklorstuy", "d": "adeghilnorsuvy",
    "e": "abcdefghiklmnopqrstuvwxy", "f": "aefilortuy", "g": "aeghilmnorstuy", "h": "adeilmnoprstuy",
    "i": "abcdefghiklmnopqrstuvxz", "j": "aeou", "k": "aeilnosy", "l": "abcdefgiklmnopstuvy", "m": "abefilmnoprsuy",
    "n": "acdefghijklmnostuvxyz", "o": "abcdefghiklmnoprstuvwxy", "p": "adehilmnoprstuy", "q": "u",
    "r": "abcdefghiklmnoprstuvwy", "s": "acefhiklmnoprstuwy", "t": "abcehilmnoprstuwy", "u": "abcdefgiklmnprstv",
    "v": "aeio", "w": "aehilnorst", "x": "aceipty", "y": "acdegilmnoprst", "z": "aeiuy",
}  # fmt: skip
HEAD = 600  # characters looked at
ENOUGH = 12  # bigrams below which a share says nothing
NOISE = 0.25  # share of rare bigrams that only noise reaches
ODD = 0.035  # … that scrambled words reach, and technical prose seldom does
SYMBOLS = re.compile(r"[^\w\s.,;:'\"()\-–—’“”‘/|*+=<>%°•`#≤≥±×→]")
FORMULA = re.compile(r"\\[A-Za-z]{2,}|(?<=\w)[{}]+|[{}]+(?=\w)")  # LaTeX's words and braces: "\frac{16}{3}"
NO_LANGUAGE = ("", "zxx")  # not sure of any, and ISO 639-2's code for none
CODE = re.compile(r"\b(?=\w*[a-z])(?=\w*[A-Z])(?=\w*\d)\w{6,}\b|\b[a-z]+[A-Z]+[a-z]+[A-Z]\w*\b")


def _rare_table() -> NDArray[np.bool_]:
    table = np.zeros((128, 128), dtype=bool)
    table[97:123, 97:123] = True
    for first, seconds in FOLLOWERS.items():
        table[ord(first), [ord(second) for second in seconds]] = False
    return table


RARE = _rare_table()


def gibberish(row: Row, corpus: Corpus) -> Finding:
    """How much of the answer is no language, between 0 and 1; capitals, digits and other alphabets don't count."""
    text = row.answer[:HEAD]
    plain = FORMULA.sub("", text) if "\\" in text else text
    symbols = len(SYMBOLS.findall(plain)) if text.isascii() else 0
    if symbols > 0.3 * len(text) and len(text) >= 10:
        return Finding(min(1.0, 2 * symbols / len(text)), excerpt(text))
    pieces = text.split()
    if len(pieces) >= 3 and sum(CODE.search(piece) is not None for piece in pieces[:8]) > 0.6 * len(pieces[:8]):
        return Finding(1.0, excerpt(text))
    share = _rare_share(text if not text.isupper() else text.lower())
    if share < ODD or language_of(text).code not in NO_LANGUAGE:  # Polish has other letter pairs than English
        return NOTHING
    return Finding(max(min(share / NOISE, 1.0) * 0.8, _unknown_share(row, corpus)), excerpt(text))


def _rare_share(text: str) -> float:
    """Share of the letter pairs within words that English hardly has; ligatures of other scripts are skipped."""
    codes = np.frombuffer(text.encode("utf-16-le", "ignore"), dtype="<u2")
    codes = np.where(codes < 128, codes, 0)
    lower = (codes >= 97) & (codes <= 122)
    pairs = lower[:-1] & lower[1:]
    if (total := int(pairs.sum())) < ENOUGH:
        return 0.0
    return float(RARE[codes[:-1], codes[1:]].sum()) / total


def _unknown_share(row: Row, corpus: Corpus) -> float:
    """Share of the answer's longer words that no other row has, where the file is large enough to know."""
    words = [word for word in row.words if len(word) > 3 and word.isalpha()]
    if corpus.size < 200 or len(words) < 4:
        return 0.0
    return sum(corpus.words.get(word, 0) <= 1 for word in words) / len(words)
