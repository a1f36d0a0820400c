"""Lexicon: each word of a corpus is coded as one character, so that string algorithms in C compare texts by words.

lexicon = Lexicon()
coded = lexicon.encode("What is an ISA?")      # four characters
lexicon.count([coded], [capitalised("What is an ISA?")])
lexicon.rows_with(coded[3])                    # how many of the texts counted say "isa"
lexicon.reads(coded)                           # whether its words are of the language whose words are known
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import cache
from hashlib import blake2b
from itertools import chain
from math import log2
from pathlib import Path

import numpy as np
import numpy.typing as npt

from winnow.errors import InputError
from winnow.models.names import resolve_embedder
from winnow.text.accents import bare
from winnow.text.plain_text import words
from winnow.text.word_classes import ENGLISH_GRAMMAR, GRAMMAR_ELSEWHERE

WordVectors = Callable[[Sequence[str]], npt.NDArray[np.float32]]

MAX_COMPARED_WORDS = 20_000  # two texts that agree that far are told apart by their length alone
MAX_READ_CHARS = 20_000  # characters of a text in which capitals are looked for
MIN_KNOWN_SHARE = 0.6  # share of a text's words that are general English, from which its words can be read
MAX_JUDGED_WORDS = 40  # words of a text by which that is told
MAX_REMEMBERED_TEXTS = 20_000  # of which it is remembered
WORDS_OF_THE_FILE = 4  # words with the share of the whole file that a text's own are joined by: few words say little
_FIRST, _SURROGATES, _LAST = 1, range(0xD800, 0xE000), 0x10FFFF
_CODES = _LAST - _FIRST - len(_SURROGATES)
_CAPITALISED = re.compile(r"(?<=[a-z,] )[A-Z][a-z]{2,}")


def _code(number: int) -> str:
    """Return the character of word number n; after about a million words the characters repeat."""
    point = _FIRST + number % _CODES
    return chr(point if point < _SURROGATES.start else point + len(_SURROGATES))


class Lexicon:
    """The codes of a corpus's words, with document frequencies, capitalisation and word vectors."""

    def __init__(self, vectors: WordVectors | None = None) -> None:
        self._vectors = vectors
        self._known_vectors: dict[str, npt.NDArray[np.float32]] = {}
        self._codes: dict[str, str] = {}
        self._words: dict[str, str] = {}
        self.texts = 0
        self._rows: Counter[str] = Counter()
        self._capitalised: Counter[str] = Counter()
        self._weights = _Weights(self._words)
        self._known_share: float | None = None
        self._reads: dict[str, bool] = {}

    def count(self, coded: Sequence[str], capitalised: Sequence[Collection[str]]) -> None:
        """Count in how many texts each word stands, and in how many it is capitalised within a sentence."""
        self.texts += len(coded)
        self._known_share = None
        self._reads.clear()
        flat, offsets = flat_codes(coded)
        keys = np.repeat(np.arange(len(coded), dtype=np.uint64) << np.uint64(32), np.diff(offsets)) | flat
        keys.sort()  # np.unique alone takes ten times as long
        once = keys[np.diff(keys, prepend=~keys[:1]) != 0]
        codes, rows = np.unique(once & np.uint64(0xFFFFFFFF), return_counts=True)
        self._rows.update(dict(zip(map(chr, codes.tolist()), rows.tolist(), strict=True)))
        self._capitalised.update(chain.from_iterable(capitalised))

    def encode(self, text: str) -> str:
        """Code a text, one character a word; a new word gets the next code."""
        return self.encode_words(words(text))

    def encode_words(self, found: Sequence[str]) -> str:
        """Code a list of words, one character each."""
        codes = self._codes
        found = found[:MAX_COMPARED_WORDS]
        try:
            return "".join([codes[word] for word in found])
        except KeyError:
            return "".join([self._learn(word) for word in found])

    def _learn(self, word: str) -> str:
        code = self._codes.get(word)
        if code is None:
            code = self._codes[word] = _code(len(self._codes))
            self._words.setdefault(code, word)
        return code

    def word(self, code: str) -> str:
        """Return the word of one code."""
        return self._words[code]

    def words(self, coded: str) -> list[str]:
        """Return the words of a coded text."""
        return [self._words[code] for code in coded]

    def text(self, coded: str) -> str:
        """Return the words of a coded text with blanks between them."""
        return " ".join(self.words(coded))

    def rows_with(self, code: str) -> int:
        """Return the document frequency of a word."""
        return self._rows[code]

    def is_name(self, code: str) -> bool:
        """Tell whether a word is a name: capitalised within sentences in most of its texts."""
        return 2 * self._capitalised.get(self._words[code], 0) > self._rows[code]

    def likeness(self, one: str, other: str) -> float:
        """Return the cosine of two words' vectors; 0 for names, words outside general English, or without vectors."""
        if self.is_name(one) or self.is_name(other) or not (self.is_general(one) and self.is_general(other)):
            return 0.0
        return float(self._vector(one) @ self._vector(other))

    def know_vectors(self) -> None:
        """Look up the vectors of all words of general English in one batch, before any likeness is asked for."""
        if self._vectors is not None:
            codes = [code for code, word in self._words.items() if word in general_words()]
            self._known_vectors.update(zip(codes, self.vectors(codes), strict=True))

    def _vector(self, code: str) -> npt.NDArray[np.float32]:
        known = self._known_vectors.get(code)
        if known is None:
            known = self._known_vectors[code] = self.vectors([code])[0]
        return known

    @property
    def has_vectors(self) -> bool:
        """Tell whether word vectors were given."""
        return self._vectors is not None

    def vectors(self, codes: Sequence[str]) -> npt.NDArray[np.float32]:
        """Return the vectors of words, float32 [codes, dimensions]; zeros of one dimension without vectors."""
        if self._vectors is None:
            return np.zeros((len(codes), 1), np.float32)
        return self._vectors([self._words[code] for code in codes])

    def is_general(self, code: str) -> bool:
        """Tell whether a word is among the 23,000 frequent words of English."""
        return self._words[code] in general_words()

    def reads(self, coded: str) -> bool:
        """Tell whether a text is in the language whose words are known: 60 % of its words are general English.

        What a word is, a number, a negation, a form or a slip of another one, is known of these texts alone. Words of
        grammar and letters beyond a to z count twice. Short texts follow the file: its share counts as four words.
        """
        head = coded[:MAX_JUDGED_WORDS]
        if head not in self._reads:
            if len(self._reads) >= MAX_REMEMBERED_TEXTS:
                self._reads.clear()
            self._reads[head] = self._is_english(head)
        return self._reads[head]

    def _is_english(self, coded: str) -> bool:
        if self._known_share is None:
            known, all_of_file = self._evidence("".join(self._words), self._rows)
            self._known_share = known / max(1, all_of_file)
        known, all_words = self._evidence(coded)
        expected = MIN_KNOWN_SHARE * (all_words + WORDS_OF_THE_FILE)
        return known + WORDS_OF_THE_FILE * self._known_share >= expected

    def _evidence(self, coded: str, times: Mapping[str, int] | None = None) -> tuple[float, float]:
        """Sum the weights of the words that are English, and those of all; a word counts as often as `times` says."""
        weights: Iterable[int] = map(self._weights.__getitem__, coded)
        if times is not None:
            weights = (weight * (times.get(code) or 1) for code, weight in zip(coded, weights, strict=True))
        held = list(weights)
        every = sum(map(abs, held))
        return (every + sum(held)) / 2, every

    def bare_text(self, coded: str) -> str:
        """Return the words of a coded text without accents and vowel points, with blanks between them."""
        return bare(self.text(coded))

    def is_known(self, code: str) -> bool:
        """Tell whether a word is spelled right: it is general English, or stands in at least three texts."""
        return self._rows[code] >= 3 or self.is_general(code)

    def codes(self) -> Iterable[str]:
        """Name the codes of all words."""
        return self._words

    def hashes(self) -> npt.NDArray[np.uint64]:
        """Hash each word, by its code: the same in every corpus."""
        out = np.zeros(max(map(ord, self._words), default=0) + 1, np.uint64)
        for code, word in self._words.items():
            digest = blake2b(word.encode("utf-8", "surrogatepass"), digest_size=8).digest()
            out[ord(code)] = int.from_bytes(digest, "big")
        return out

    def rank(self, code: str) -> int:
        """Tell how frequent a word is, in half doublings: 0 in one text, 2 in two, 20 in 1,024.

        Where one more text has a word its rank mostly stays, and with it all that was made of it.
        """
        return int(2 * log2(max(1, self._rows[code])))

    def standing(self, code: str) -> str:
        """Name a word with what the corpus tells of it beside its frequency: whether it is known, and a name."""
        return f"{self._words[code]}\0{self.is_known(code)}\0{self.is_name(code)}"


class _Weights(dict[str, int]):
    """The weight of each word as evidence: 1 or 2 for English, -1 or -2 for another language, 0 without a letter."""

    def __init__(self, words: Mapping[str, str]) -> None:
        self._words = words

    def __missing__(self, code: str) -> int:
        word = self._words[code]
        if word in general_words() and word not in GRAMMAR_ELSEWHERE:
            weight = 2 if word in ENGLISH_GRAMMAR else 1
        elif word.isascii():
            weight = -int(word.isalpha())
        else:
            weight = -2 * any(map(str.isalpha, word))
        self[code] = weight
        return weight


def capitalised(text: str) -> set[str]:
    """Return the capitalised words that don't begin a sentence, in lower case: "isa" of "What is an ISA?"."""
    return {word.lower() for word in _CAPITALISED.findall(text[:MAX_READ_CHARS])}


@cache
def general_words() -> frozenset[str]:
    """Read 23,000 frequent words of English from the packaged embedder's vocabulary; empty without the package."""
    try:
        path = Path(resolve_embedder("all-minilm-l6-v2")) / "vocab.txt"
    except InputError:
        return frozenset()
    return frozenset(filter(str.isalpha, filter(str.isascii, path.read_text(encoding="utf-8").split("\n"))))


def flat_codes(coded: Sequence[str]) -> tuple[npt.NDArray[np.uint32], npt.NDArray[np.int64]]:
    """Concatenate coded texts; returns the code points, and each text's offset with the total length at the end."""
    lengths = np.fromiter(map(len, coded), np.int64, len(coded))
    offsets = np.concatenate([[0], np.cumsum(lengths)])
    joined = "".join(coded).encode("utf-32-le")
    return np.frombuffer(joined, np.uint32), offsets
