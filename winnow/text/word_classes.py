"""Closed classes of words: what linguistics knows without a corpus, for English and in part for its neighbours.

>>> kind("seven"), kind("never"), kind("nerve")
(<Kind.NUMBER: 'number'>, <Kind.NEGATION: 'negation'>, <Kind.CONTENT: 'content word'>)
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from functools import lru_cache
from itertools import groupby

from winnow.text.calendar import MONTHS, WEEKDAYS
from winnow.text.units import NUMBER_WORDS, UNIT_WORDS


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_NEGATIONS_HERE = _words(
    "not no never neither nor none nobody nothing nowhere without hardly scarcely barely lacks lacking false untrue "
    "incorrect wrong myth unable cease ceases fails fail absent"
)
_NEGATIONS_ELSEWHERE = _words(
    "nicht kein keine keinen keinem keiner nie niemals ohne weder ne pas jamais aucun aucune sans ni ningún ninguna "
    "nunca jamás tampoco niet geen nooit zonder non nessun nessuno senza neanche 不 没 沒 無 无 未 非"
)
NEGATIONS = _NEGATIONS_HERE | _NEGATIONS_ELSEWHERE
DENIALS = _words(  # clauses that deny what they introduce
    "false untrue incorrect wrong myth mistaken contrary falsch faux falso nein"
)
# what an end speaks of that takes back what was said, and nothing else: "None of the above is true."
TAKING_BACK = DENIALS | _words("opposite reverse lie lies hoax nonsense bogus fiction invented joke joking kidding")
_SAID = _words(
    "true correct right case so above foregoing preceding statement statements claim claims claimed said answer "
    "answers information holds hold applies apply valid fact facts truth believe sort"
)
_QUESTION_WORDS_HERE = _words("who whom whose what which when where why how")
_QUESTION_WORDS_ELSEWHERE = _words(
    "wer wann warum wie welche welcher welches quoi quel quelle quand où pourquoi que qué cual cuál cuando cuándo "
    "donde dónde porque quien quién che quale quando dove perché chi wat waarom hoe wanneer waar welk 什 何 谁 誰 哪"
)
QUESTION_WORDS = _QUESTION_WORDS_HERE | _QUESTION_WORDS_ELSEWHERE
_SMALL_HERE = _words(
    "a an the this that these those there here it its they them their theirs he him his she her hers we us our ours "
    "you your yours i me my mine myself yourself itself themselves one ones be is are am was were been being do "
    "does did done doing have has had having will would shall should can could may might of to in on at by for with "
    "from as into onto about regarding concerning and or but so if then than also too just very quite rather really "
    "actually exactly currently please kindly well even still yet some any such own same other each per via upon "
    "within among between through during while because since though although however therefore thus hence etc ie eg "
    "whether like yes ok s d l i e"
)
_SMALL_ELSEWHERE = _words(
    "der die das den dem des ein eine einen einem einer und oder ist sind war von zu im am auf mit für ich sie es "
    "bitte le la les un une des du de et est sont dans pour avec au aux je vous il elle en ce cette el los las y es "
    "son con por para su lo al del una il lo gli di da per sono nel della het een van op te zijn"
)
SMALL_WORDS = (_SMALL_HERE | _SMALL_ELSEWHERE) - NEGATIONS
_GRAMMAR_HERE = _NEGATIONS_HERE | _QUESTION_WORDS_HERE | _SMALL_HERE
_GRAMMAR_ELSEWHERE = _NEGATIONS_ELSEWHERE | _QUESTION_WORDS_ELSEWHERE | _SMALL_ELSEWHERE
# by which a text shows that it is English, and that it is in a language of which little more is known
ENGLISH_GRAMMAR = frozenset(word for word in _GRAMMAR_HERE - _GRAMMAR_ELSEWHERE if len(word) > 1)
GRAMMAR_ELSEWHERE = _GRAMMAR_ELSEWHERE - _GRAMMAR_HERE - _words("die war son con pas non")  # which are English too
_AFFIRMED = frozenset(("true", "correct", "right", "case", "so"))  # denied where a negation stands before them
QUANTITIES = _words(
    "hundred hundreds thousand thousands million millions billion billions trillion dozen half third quarter double "
    "twice triple once first second fourth fifth sixth seventh eighth ninth tenth twentieth zwei drei vier fünf sechs "
    "sieben acht neun zehn deux trois quatre cinq sept huit neuf dix tres cuatro cinco seis siete ocho nueve diez"
) | {*NUMBER_WORDS, *WEEKDAYS, *MONTHS} - {"may"}
UNITS = UNIT_WORDS | _words(  # with the symbols and the names of scales that are nothing else
    "degrees $ € £ ¥ mg kg g ml l cm mm km m mcg celsius fahrenheit gb mb kb tb am pm volt volts watt watts calorie "
    "calories"
)
ROMAN = _words("ii iii iv v vi vii viii ix x xi xii xiii xiv xv")
_SUFFIXES = ("s", "es", "ed", "d", "ing", "ies", "ied", "y", "e", "ly", "er", "al", "en", "n")
_DERIVATIONS = frozenset(
    {"", "e", "is", "ment", "ments", "ion", "ions", "ation", "ations", "able", "ance", "ive", "ure", *_SUFFIXES}
)
_CONSONANTS = {
    letter: number
    for number, letters in zip("123456", ("bfpv", "cgjkqsxz", "dt", "l", "mn", "r"), strict=True)
    for letter in letters
}


class Kind(StrEnum):  # whose hash, unlike that of a plain Enum, is no call of a function
    """What a word does in a sentence."""

    NUMBER = "number"
    UNIT = "unit"
    NEGATION = "negation"
    QUESTION = "question word"
    SMALL = "small word"
    CONTENT = "content word"


@lru_cache(maxsize=1_000_000)
def kind(word: str) -> Kind:
    """Classify a word; letters that stand alone and Roman numerals label things, as numbers do."""
    if word in NEGATIONS:
        return Kind.NEGATION
    if word in QUESTION_WORDS:
        return Kind.QUESTION
    if word in SMALL_WORDS:
        return Kind.SMALL
    if word in UNITS:
        return Kind.UNIT
    label = len(word) == 1 and word.isascii()
    if label or word in ROMAN or word in QUANTITIES or any(map(str.isnumeric, word)):  # as 四 is
        return Kind.NUMBER
    return Kind.CONTENT


def denies(words: Sequence[str]) -> bool:
    """Tell whether an added clause denies what follows it: "No, …", "The contrary is true: …"."""
    if not words or words[0] in NEGATIONS or any(word in DENIALS for word in words):
        return bool(words)
    return any(word in NEGATIONS and _AFFIRMED & set(words[place:]) for place, word in enumerate(words))


def takes_back(words: Sequence[str]) -> bool:
    """Tell whether a clause denies what was said before it, and says nothing else: "None of the above is true."."""
    own = {word for word in words if word not in SMALL_WORDS}
    return bool(own & (NEGATIONS | TAKING_BACK)) and own <= NEGATIONS | TAKING_BACK | _SAID


@lru_cache(maxsize=1_000_000)
def same_stem(one: str, other: str) -> bool:
    """Tell whether two words are forms of one: treat, treats, treated, treating."""
    if one == other:
        return True
    shared = _shared_prefix(one, other)
    if shared < 3 or shared < 0.55 * min(len(one), len(other)):
        return False
    rests = {one[shared:], other[shared:]}
    if rests == {"s", "ing"} or rests <= {"", *_SUFFIXES}:
        return True
    doubled = one[shared - 1]  # plan, planned, planning
    return rests <= {"", "s", doubled + "ed", doubled + "ing"}


@lru_cache(maxsize=1_000_000)
def same_root(one: str, other: str) -> bool:
    """Tell whether two words derive from one: treatment and treated, diagnosis and diagnose."""
    shared = _shared_prefix(one, other)
    rests = {one[shared:], other[shared:]}
    return shared >= 4 and shared >= 0.5 * max(len(one), len(other)) and rests <= _DERIVATIONS


@lru_cache(maxsize=1_000_000)
def sound(word: str) -> str:
    """Return the first letter and the classes of the consonants behind it, as in Soundex: check and cheque are one."""
    classes = ("" if char in "hw" else _CONSONANTS.get(char, " ") for char in word)
    runs = "".join(key for key, _ in groupby("".join(classes)))
    return word[:1] + runs[1:].replace(" ", "")


def _shared_prefix(one: str, other: str) -> int:
    count = 0
    for a, b in zip(one, other, strict=False):
        if a != b:
            break
        count += 1
    return count
