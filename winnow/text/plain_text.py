"""Normalisation of a text to its words: without markup, entities, encoding damage and capitals.

>>> words("<p>It <b>isn&#39;t</b> 1,200 mg!</p>")
['it', 'is', 'not', '1200', 'mg']
>>> words("ＡＢＣ, SCHÖN ५ कि॰ग्रा॰")
['abc', 'schön', '5', 'कि', 'ग्रा']

Accents stay, for they tell words apart (`winnow.text.accents`). What only shapes a text goes: its normal form and
width, a tatweel, joiners. A zero-width non-joiner is a matter of spelling in Persian and of display in the scripts of
India. The digits of a script are the digits.
"""

from __future__ import annotations

import html
import re
import unicodedata
from bisect import bisect_left
from typing import NamedTuple

from winnow.text.characters import PERHAPS_MOJIBAKE, UNSEEN, latin_digits
from winnow.text.markup import ELEMENTS
from winnow.text.words import term_pattern

_TAG = re.compile(rf"<!--.*?-->|</?(?:{ELEMENTS})(?:\s[^<>]{{0,300}}|/)?/?>", re.S | re.I)
_XML = re.compile(
    r"<!\[cdata\[|\]\]>|</?[a-z]\w*:[a-z]\w*(?:\s[^<>]{0,300})?/?>|</?ref\b[^<>]{0,300}>"
    r"|<[a-z][\w-]*(?:\s+[\w:-]+=\"[^\"<>]*\")+\s*/?>|</[a-z][\w-]*\s*>",
    re.I,
)
_ROLE = re.compile(r":[a-z]+:`([^`\n]+)`")
_BRACKETS = re.compile(r"</?|>")
_PAGE = re.compile(
    r"\s*(?:```\w*\s*)?<!doctype html", re.I
)  # an answer that is itself a page: its tags are what it says
_BBCODE = re.compile(
    r"\[/?(?:b|i|u|s|code|color|font|h\d|img|li|list|ol|quote|size|ul|url)(?:=[^\[\]\n]{0,300})?\]", re.I
)
_ENTITY = re.compile(r"&(?:[a-zA-Z]{2,10}|#\d{1,6}|#[xX][0-9a-fA-F]{1,5});")
_TYPESET = re.compile(r"\\(?:text(?:bf|it|tt|sc|sf|rm)?|emph|underline|mbox)\{([^{}]*)\}")  # LaTeX
_ESCAPE = re.compile(r"\\u([0-9a-fA-F]{4})|\\[nrt](?![a-z]{2})")
_LINK = re.compile(r"!?\[([^\[\]\n]{0,300})\]\((?:[^()\s]|\([^()\s]*\)){1,500}\)")
_FENCE = re.compile(r"```[a-zA-Z]*\n?")
_LINE_START = re.compile(r"^[ \t]*(?:#{1,6}[ \t]+|>[ \t]+|[-*+•◦▪][ \t]+)", re.M)
_LIST_NUMBER = re.compile(r"(?:^[ \t]*|(?<=[.!?:;*>] ))(\d{1,2})[.)]\s", re.M)
_HEADING = re.compile(r"^[ \t]*(?:#{1,6}|>)[ \t]", re.M)
_EMPHASIS = re.compile(r"(?<!\w)([*_]{1,3})(?=\S)([^*_\n]*?\S)\1(?!\w)")
_BLANKS = re.compile(r"[^\S\n]{2,}|[^\S\n ]")  # all that isn't one blank already
_ODD_BLANKS = ("  ", "\t", "\r")  # in ASCII
_CONTRACTION = re.compile(r"\b(ca|wo|sha|[a-z]+)n't\b|([a-z])'(s|re|m|ll|ve|d)\b|\bcannot\b")
_FULL = {"ca": "can", "wo": "will", "sha": "shall"}
_ENDING = {"re": " are", "m": " am", "ll": " will", "ve": " have", "d": "", "s": ""}
_THOUSANDS = re.compile(r"(?<![\d.,])(\d{1,3})((?:,\d{3})+)(?![\d,])")
_SOME_THOUSANDS = re.compile(r",\d{3}")
_RUN = re.compile(r"[ \t]{2,}|\n{3,}|[!?]{2,}")
_RUNS = ("  ", "\t", "\n\n\n", "!!", "??", "!?", "?!")  # one of which each has
_STOPS = ".!?;\n。！？；।॥؟۔؛።፧៖។៕၊။՞։"  # of many scripts; the Greek question mark is a semicolon
_CLAUSE_END = re.compile(f'[{_STOPS}:,()\\[\\]–—|>"“”…©®™§、，：،፣፤\u2600-\u27bf\U0001f300-\U0001faff]| - ')
_SENTENCE_END = re.compile(f"[{_STOPS}]")
_ASCII_ENDS = re.compile('[.!?;:,\n()\\[\\]|>"]| - '), re.compile(r"[.!?;\n]")  # the same, faster
_SYMBOLS = {"%": "percent", "°": "degrees"}
_TURKIC = re.compile("[ıİğĞəƏ]")
MAX_LETTERS_A_TURKIC_ONE = 30  # characters of a text for each such letter: names in other languages have them too


def plain(text: str) -> str:
    """Remove markup, entities and encoding damage, and fold case and typography; returns the bare text."""
    if "&" in text:
        text = _unescape(text)
    if "<" in text:
        text = _BRACKETS.sub(" ", text) if _PAGE.match(text) else _TAG.sub(" ", _XML.sub(" ", text))
    if "[/" in text:
        text = _BBCODE.sub(" ", text)
    if "\\" in text:
        text = _TYPESET.sub(r" \1", text)
        text = _ESCAPE.sub(lambda found: chr(int(found[1], 16)) if found[1] else " ", text)
    if not text.isascii():
        text = _decode(text)
    text = _strip_markdown(text)
    text = UNSEEN.sub("", text)
    if not text.isascii() or any(map(text.__contains__, _ODD_BLANKS)):
        text = _BLANKS.sub(" ", text)
    text = _fold_case(text)
    if "'" in text or "cannot" in text:
        text = _CONTRACTION.sub(_expand, text)
    return text


def words(text: str) -> list[str]:
    """Split into words, numbers and the signs that bear meaning; a text without any gives its characters."""
    text, word = _splittable(text)
    found = word.findall(text)
    if "%" in text or "°" in text:
        found = [_SYMBOLS.get(sign, sign) for sign in found]
    return found or [char for char in text if not char.isspace()]


def _splittable(text: str) -> tuple[str, re.Pattern[str]]:
    """Return the plain text, numbers without their thousands' marks, and what finds its words."""
    text = plain(text)
    if _SOME_THOUSANDS.search(text):
        text = _THOUSANDS.sub(lambda found: found[1] + found[2].replace(",", ""), text)
    return text, term_pattern(text)


class Layout(NamedTuple):
    """Places among the words of a text."""

    clauses: set[int]  # at which a clause begins or ends
    sentences: set[int]
    list_numbers: set[int]  # of words that number the items of a list


def layout(text: str) -> Layout:
    """Find where the clauses, sentences and list items of a text begin."""
    text, word = _splittable(text)
    numbering = {found.start(1) for found in _LIST_NUMBER.finditer(text)}
    spans = [found.span() for found in word.finditer(text)]
    around = {0, len(spans)}
    ends = _ASCII_ENDS if text.isascii() else (_CLAUSE_END, _SENTENCE_END)
    clauses, sentences = (around | _words_behind(mark, text, spans) for mark in ends)
    return Layout(clauses, sentences, {place for place, (start, _) in enumerate(spans) if start in numbering})


def _words_behind(mark: re.Pattern[str], text: str, spans: list[tuple[int, int]]) -> set[int]:
    """Return the places of the words before which, and behind the words before them, a mark stands."""
    starts, found = [start for start, _ in spans], set()
    for match in mark.finditer(text):
        place = bisect_left(starts, match.end())
        if place < len(spans) and (not place or spans[place - 1][1] <= match.start()):
            found.add(place)
    return found


def damage(text: str) -> int:
    """Count what would have to be cleaned off: tags, entities, marks of wrong decoding, escapes, markdown."""
    count = 0
    if "<" in text:
        count += len(_TAG.findall(text))
    if "[/" in text:
        count += len(_BBCODE.findall(text))
    if "&" in text:
        count += len(_ENTITY.findall(text))
    if not text.isascii():
        count += 2 * len(PERHAPS_MOJIBAKE.findall(text)) + len(UNSEEN.findall(text))
    if "\\" in text:
        count += len(_ESCAPE.findall(text))
    if "*" in text or "_" in text or "#" in text:
        count += len(_EMPHASIS.findall(text)) + len(_HEADING.findall(text))
    return count + (len(_RUN.findall(text)) if any(map(text.__contains__, _RUNS)) else 0)


def _unescape(text: str) -> str:
    """Decode entities that were escaped up to three times."""
    for _ in range(3):
        decoded = html.unescape(text)
        if decoded == text:
            break
        text = decoded
    return text


def _decode(text: str) -> str:
    """Repair wrong decoding, then fold typographic forms, widths and digits."""
    if PERHAPS_MOJIBAKE.search(text):
        import ftfy

        text = ftfy.fix_encoding(text)
    text = text.translate(_TYPOGRAPHY)
    return latin_digits(unicodedata.normalize("NFKC", text))


def _fold_case(text: str) -> str:
    """Write in lower case; in a text of many letters that only Turkic alphabets have, I is the capital of ı."""
    if not text.isascii() and len(_TURKIC.findall(text)) * MAX_LETTERS_A_TURKIC_ONE > len(text):
        text = text.replace("I", "ı")
    return text.replace("İ", "i").casefold()


def _strip_markdown(text: str) -> str:
    if "](" in text:
        text = _LINK.sub(r"\1", text)
    if "`" in text:
        text = _ROLE.sub(r"\1", text)
        text = _FENCE.sub(" ", text).replace("`", "")
    text = _LINE_START.sub(" ", text)
    if "*" in text or "_" in text:
        text = _EMPHASIS.sub(r"\2", _EMPHASIS.sub(r"\2", text))
    return text


def _expand(found: re.Match[str]) -> str:
    if found[1]:
        return f"{_FULL.get(found[1], found[1])} not"
    return found[2] + _ENDING[found[3]] if found[2] else "can not"


_TYPOGRAPHY = str.maketrans(
    {
        "\u2018": "'",
        "\u2019": "'",
        "\u201a": "'",
        "\u02bc": "'",
        "\u2212": "-",
        "\u2010": "-",
        "\u2013": "-",
        "\u2014": "-",
        "\u0640": None,  # tatweel
    }
)
