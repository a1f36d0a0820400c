"""Templates of phrases: sequences of slots over closed classes of words, compiled to one regular expression each.

>>> classes = {"i": ("ich", "wir"), "cannot": ("kann", "können"), "say": ("sagen", "beantwort*")}
>>> phrase = compile_phrase("{cannot} {i} ..4 nicht|nichts {say}", classes)
>>> phrase.pattern.search("leider kann ich ihnen dazu nichts sagen.").group()
'kann ich ihnen dazu nichts sagen'
>>> phrase.hints                                # a text with none of these letters needs no look
('nicht', 'nichts')

A template is slots with blanks between them:

    {class}  a|b       a word of a class, one of some words; {class}|b has both
    beantwort*         a word that begins so; *hilfe one that ends so
    zur_zeit           words that belong together
    {class}?           a slot that may be missing
    ..4                up to four more words of the sentence
    #   #year          a number, a year from 1900 on
    ^   $              the beginning and the end of a sentence or a line; $|in is its end or "in"
    ^^  $$             those of the whole text
    ~                  a sentence may end between its neighbours
    !{class}|b         none of these may follow; as the first slot, none may stand before

Of a language without spaces between words `..4` is four characters, and words need no boundary. Texts are in lower
case with straight apostrophes (`winnow.text.words.straight`).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain

Classes = Mapping[str, Sequence[str]]

ANCHORS = {
    "^": r"(?:^|(?<=[.!?;:\n。！？；：])|(?<=[.!?;:,\n–-] )|(?<=[\"„“«»¿¡(\[*，]))",
    "$": r"(?=[\"”“»)\]*_ ]*(?:$|[.!?;:…\n。！？；：]))",
    "^^": r"\A\W*",
    "$$": r"(?=\W*\Z)",
}
NUMBERS = {"#": r"(?<!\d)\d+(?:[.,]\d+)*", "#year": r"(?<!\d)(?:19|20)\d\d(?![\da-z])"}
CENTURIES = ("19", "20")  # digits that a year begins with
GAP = re.compile(r"\.\.(\d+)")
SLOT = re.compile(r"\{(\w+)\}")
END, COMMON = "$", "function"  # the class of words that nearly every text has
ANY_MARKS, MARKS_APART, NOT = "~", r"\W{1,6}", "!"
WORDS_APART = r"(?:[^\w.!?\n]|(?<=\d)\.){1,4}"  # between the words of a phrase, which no sentence's end interrupts
SIGNS_APART = r"[\s,，、:：“”\"'（）()]{0,2}"
ANY_WORD, ANY_SIGN = r"\w[\w'-]*", r"[^。！？!?\n]"


class TemplateError(ValueError):
    """A template that says nothing: an unknown class, or an end that may be missing."""


@dataclass(frozen=True, eq=False)
class Phrase:
    """What a template finds, and letters of which a text must have some; few are ever compiled."""

    hints: tuple[str, ...]
    source: str

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """Compile the regular expression."""
        return re.compile(self.source)


def compile_phrase(template: str, classes: Classes, is_spaced: bool = True) -> Phrase:
    """Compile a template; raises TemplateError where it can't match anything of its own."""
    pattern, hints = "", list[tuple[str, ...]]()
    usual = apart = WORDS_APART if is_spaced else SIGNS_APART
    for slot in template.split():
        if slot in ANCHORS:
            pattern += ANCHORS[slot]
        elif slot == ANY_MARKS:
            apart = MARKS_APART
        elif gap := GAP.fullmatch(slot):
            pattern += _gap(int(gap[1]), bool(hints), is_spaced)
        elif slot.startswith(NOT):
            pattern += _not(_words(slot[1:], classes), apart if pattern else "", is_spaced)
        else:
            words = _words(slot.removesuffix("?"), classes)
            written = _any_of([word for word in words if word != END], is_spaced)
            stands = apart + written if hints else written
            if END in words:
                pattern += f"(?:{ANCHORS[END]}|{stands})"
            elif not slot.endswith("?"):
                pattern += stands
                hints.append(_letters(words))
            else:
                pattern += f"(?:{stands})?" if hints else f"(?:{stands}{apart})?"
            apart = usual
    if not any(hints):
        raise TemplateError(f'"{template}" has no word that it needs')
    common = frozenset(classes.get(COMMON, ()))
    return Phrase(max(filter(None, hints), key=lambda letters: _worth(letters, common)), pattern)


def _not(words: Sequence[str], apart: str, is_spaced: bool) -> str:
    """Write that no word, or ending of one ("'s"), follows; or, where nothing is before, that none precedes."""
    if not apart:
        return "".join(rf"(?<!\b{re.escape(word)}\s)" for word in words)
    endings = [re.escape(word) for word in words if word.startswith("'")]
    others = [word for word in words if not word.startswith("'")]
    return f"(?!{'|'.join([*endings, *([apart + _any_of(others, is_spaced)] if others else [])])})"


def _gap(words: int, is_within: bool, is_spaced: bool) -> str:
    """Write up to so many words, with what stands between them and what came before, or before what comes."""
    if not is_spaced:
        return f"{ANY_SIGN}{{0,{words}}}?"
    return f"(?:{WORDS_APART}{ANY_WORD}){{0,{words}}}?" if is_within else f"(?:{ANY_WORD}{WORDS_APART}){{0,{words}}}?"


def _words(slot: str, classes: Classes) -> tuple[str, ...]:
    """List the words that fill a slot; a number stands for itself."""
    found: list[str] = []
    for choice in slot.split("|"):
        if named := SLOT.fullmatch(choice):
            if not classes.get(named[1]):
                raise TemplateError(f"there is no class {named[1]}")
            found += classes[named[1]]
        else:
            found.append(choice.replace("_", " "))
    if not all(word.strip("*") for word in found):
        raise TemplateError(f'"{slot}" has an empty word')
    return tuple(dict.fromkeys(found))


def _any_of(words: Sequence[str], is_spaced: bool) -> str:
    """Write an alternation, the longest words first, so that "im_letzten" is tried before "im"."""
    longest = sorted(words, key=lambda word: (-len(word), word))
    return "(?:" + "|".join(_one(word, is_spaced) for word in longest) + ")"


def _one(word: str, is_spaced: bool) -> str:
    if word in NUMBERS:
        return NUMBERS[word]
    written = re.escape(word.strip("*")).replace(r"\ ", r"\s+")
    if not is_spaced:
        return written
    before = r"(?<!\w)\w*" if word.startswith("*") else r"(?<!\w)"
    return before + written + (r"\w*" if word.endswith("*") else r"(?!\w)")


def _letters(words: Sequence[str]) -> tuple[str, ...]:
    """Give the letters of which a text must have some: of "zur zeit" the longest piece; none where a number will do."""
    if "#" in words:
        return ()
    pieces = (CENTURIES if word == "#year" else [max(word.strip("*").split(), key=len)] for word in words)
    return tuple(dict.fromkeys(chain.from_iterable(pieces)))


def _worth(hints: Sequence[str], common: Collection[str]) -> tuple[bool, int, int]:
    """Rank the hints of a slot: no words of grammar, long ones, which are rare, and few, quickly looked for."""
    return not any(hint in common for hint in hints), min(map(len, hints)), -len(hints)
