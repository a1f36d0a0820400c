"""Every way in which a text is split into words, each named by its purpose.

>>> WORD.findall("It's a well-known 1.5 mg dose")            # signals: a word of prose, with its marks inside
["It's", 'a', 'well-known', '1', '5', 'mg', 'dose']
>>> term_pattern("c++ costs 1.5 mg").findall("c++ costs 1.5 mg")      # comparison: numbers and operators are whole
['c++', 'costs', '1.5', 'mg']
>>> answer_words("The well-known Café!")                     # SQuAD's normalisation, for the metrics over words
('wellknown', 'café')
>>> rouge_words("The well-known café")                       # Lin's script
['the', 'well', 'known', 'caf']
>>> PIECE.findall("1.5 mg!")                                 # display: nothing is lost
['1.5', ' ', 'mg', '!']

A word is letters, marks and digits, as Unicode classes them: a vowel sign belongs to its letter. Scripts that put no
spaces between words (Thai, Lao, Burmese, Khmer, Han, kana) give a word per letter with its marks, since to find words
in them takes a dictionary for each language; in prose a run of them is one.
"""

from __future__ import annotations

import re
import string
import unicodedata
from functools import lru_cache

import regex

from winnow.text.characters import latin_digits

# Thai and Lao, Burmese, Khmer, the Tai scripts, Balinese and Javanese, kana, Han with its extensions: for a class of
# characters
_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u1950-\u19df\u1a20-\u1aad\u1b00-\u1b7f\ua980-\ua9ff\uaa60-\uaadf"
    "\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
)
UNSPACED = re.compile(f"[{_UNSPACED}]")

# letters and digits, with marks inside
WORD = re.compile(r"[^\W_]+(?:['’\-][^\W_]+)*")

_BEHIND = r"(?:\+\+|\#(?!\w))?"  # C++, C#


def _terms(letter: str, end: str, signs: str) -> str:
    """Write the pattern of numbers, words, operators and signs, for a class of letters and what ends a unit."""
    return (
        rf"\d+(?:\.\d+)+|\d+(?=(?:st|nd|rd|th|mg|kg|g|ml|l|cm|mm|km|m|gb|mb|am|pm){end})"
        rf"|{letter}+{_BEHIND}"
        r"|(?<![\w)])-(?=[.\d$])|(?<=\d\s)-(?=\s\d)"  # a minus sign, no hyphen
        r"|(?<=[\w)])[<>=+*/^]+(?=[\w(])|(?<=[\w)]\s)[<>=+*/^]+(?=\s[\w(])"  # operators between operands
        rf"|[{signs}]"
    )


# a letter with its marks, in Khmer and Burmese with the letters written below it too
_CLUSTER = rf"(?=[{_UNSPACED}])[\p{{L}}\p{{N}}]\p{{M}}*(?:(?<=[\u1039\u17d2])\p{{L}}\p{{M}}*)*"
_UNSPACED_LETTER = regex.compile(_CLUSTER)
_TERM = regex.compile(
    rf"{_CLUSTER}|" + _terms(rf"(?:(?![{_UNSPACED}])[\p{{L}}\p{{M}}\p{{N}}])", r"(?![a-z\d_])", "%$€£¥₹₽₩₪₺₫฿₴₸₦°")
)
# the same, several times as fast, of scripts whose letters take no marks, and of ASCII
_MARKED = re.compile("[\u0300-\u036f\u0483-\u0489\u0530-\u1dff\u2c00-\U0010ffff]")
_PLAIN_TERM = re.compile(_terms(r"[^\W_]", r"(?![a-z\d_])", "%$€£¥₹₽₩₪₺₫฿₴₸₦°"))
_ASCII_TERM = re.compile(rf"[a-z][a-z0-9]*{_BEHIND}|" + _terms("[a-z0-9]", r"\b", "%$"), re.A)

# numbers with their marks, words, blanks, and all else one by one
PIECE = re.compile(r"\d+(?:[.,]\d+)*|\w+|\s+|.", re.DOTALL)

SENTENCE_ENDS = (".", "!", "?", "…", "。", "！", "？", "؟", "۔", "।", "॥", "።", "។", "။", "։")

ARTICLES = frozenset({"a", "an", "the"})
_NO_PUNCTUATION = str.maketrans("", "", string.punctuation)
_ROUGE = re.compile("[a-z0-9]+")


def term_pattern(text: str) -> re.Pattern[str] | regex.Pattern[str]:
    """Give the pattern that finds words, whole numbers, operators and signs of value in a text in lower case."""
    if text.isascii():
        return _ASCII_TERM
    return _TERM if _MARKED.search(text) else _PLAIN_TERM


def rouge_words(text: str) -> list[str]:
    """Split into runs of a-z and 0-9, in lower case."""
    return _ROUGE.findall(text.lower())


@lru_cache(maxsize=4096)
def answer_words(text: str) -> tuple[str, ...]:
    """Split into lower-case words without punctuation and articles; articles alone (the option "A") stay."""
    plain = text.lower().translate(_NO_PUNCTUATION) if text.isascii() else _plain(text)
    tokens = plain.split()
    return tuple([token for token in tokens if token not in ARTICLES]) or tuple(tokens)


def _plain(text: str) -> str:
    folded = latin_digits(unicodedata.normalize("NFKC", text)).lower()
    kept = "".join(map(_kept, folded.translate(_NO_PUNCTUATION)))
    return str(_UNSPACED_LETTER.sub(r" \g<0> ", kept))


@lru_cache(maxsize=65536)
def _kept(character: str) -> str:
    """Drop punctuation as SQuAD does; a dash or bar between words becomes a space."""
    category = unicodedata.category(character)
    if category == "Pd":
        return " "
    return "" if category[0] == "P" else character


SENTENCE_END = re.compile(r"(?<=[.!?])[\"'”’)\]]*\s+(?=[\"'“‘(\[]*[^\W\d_a-z]|\d|-)|(?<=[。！？])|\n+")


def straight(text: str) -> str:
    """Give a text in lower case, with straight apostrophes."""
    return text.lower().replace("’", "'")


def excerpt(text: str, start: int = 0, end: int | None = None, limit: int = 120) -> str:
    """Cut the matched stretch out of a text, shortened to `limit` characters."""
    piece = text[start:end].strip()
    return piece if len(piece) <= limit else piece[: limit - 1] + "…"


def any_of(*alternatives: str, flags: int = 0) -> re.Pattern[str]:
    """Compile a pattern that matches any of the alternatives."""
    return re.compile("|".join(alternatives), flags)


def word_set(text: str) -> frozenset[str]:
    """Split an inventory of words."""
    return frozenset(text.split())


# the words of grammar, which no text is about
FUNCTION_WORDS = word_set("""
    a an the and or but of to in on at by for from with as is are was were be been it its this that these those you
    your we our us i me my they their he she not no do does did can could will would should may might must has have
    had if then so than there here any all some what which who how when where why about into out up only also just
    very if one get go got make made take see know let need want during after before between while over under again
    once each every other than more most many much such own same too now
""")


ENDING = re.compile(r"(?:ing|ed|es|e|s)$")


def stem(word: str) -> str:
    """Cut the ending of a word off, where one can be."""
    return ENDING.sub("", word) if len(word) > 3 else word
