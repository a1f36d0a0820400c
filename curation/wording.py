"""Closed classes of words: what linguistics knows without a corpus, for English and its neighbours.

>>> opposite("increases", "decreases"), opposite("known", "unknown"), opposite("big", "large")
(True, True, False)
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from functools import lru_cache


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


NEGATIONS = _words(
    "not no never neither nor none nobody nothing nowhere without hardly scarcely barely lacks lacking false untrue "
    "incorrect wrong myth unable cease ceases fails fail absent nicht kein keine keinen keinem keiner nie niemals "
    "ohne weder ne pas jamais aucun aucune sans ni ningun ninguna nunca jamas tampoco niet geen nooit zonder non "
    "nessun nessuno senza neanche 不 没 沒 無 无 未 非"
)
DENIALS = _words(  # clauses that deny what they introduce
    "false untrue incorrect wrong myth mistaken contrary falsch faux falso nein"
)
QUESTION_WORDS = _words(
    "who whom whose what which when where why how wer wann warum wie welche welcher welches quoi quel quelle quand ou "
    "pourquoi que cual cuando donde porque quien che quale quando dove perche chi wat wie waarom hoe wanneer waar "
    "welk 什 何 谁 誰 哪"
)
_SMALL = (
    "a an the this that these those there here it its they them their theirs he him his she her hers we us our ours "
    "you your yours i me my mine myself yourself itself themselves one ones be is are am was were been being do "
    "does did done doing have has had having will would shall should can could may might of to in on at by for with "
    "from as into onto about regarding concerning and or but so if then than also too just very quite rather really "
    "actually exactly currently please kindly well even still yet some any such own same other each per via upon "
    "within among between through during while because since though although however therefore thus hence etc ie eg "
    "whether like yes ok der die das den dem des ein eine einen einem einer und oder ist sind war von zu im am auf "
    "mit fur ich sie es bitte le la les un une des du de et est sont dans pour avec au aux je vous il elle en ce "
    "cette s d l el los las y es son con por para su lo al del una il lo gli i e di da per sono nel della het een "
    "van op te zijn"
)
SMALL_WORDS = _words(_SMALL) - NEGATIONS
_NUMBER_WORDS = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty",
)  # fmt: skip
_AFFIRMED = frozenset(("true", "correct", "right", "case", "so"))  # denied where a negation stands before them
NUMBER_WORDS = {word: number for number, word in enumerate(_NUMBER_WORDS)}
QUANTITIES = _words(
    "thirty forty fifty sixty seventy eighty ninety hundred hundreds thousand thousands million millions billion "
    "billions trillion dozen half third quarter double twice triple once first second fourth fifth sixth seventh "
    "eighth ninth tenth twentieth zwei drei vier funf sechs sieben acht neun zehn deux trois quatre cinq sept huit "
    "neuf dix tres cuatro cinco seis siete ocho nueve diez monday tuesday wednesday thursday friday saturday sunday "
    "january february march april june july august september october november december"
)
UNITS = _words(
    "percent degrees $ € £ ¥ mg kg g ml l cm mm km m mcg gram grams kilogram kilograms milligram milligrams "
    "micrograms pound pounds ounce ounces liter liters litre litres milliliter milliliters inch inches foot feet yard "
    "yards mile miles meter meters metre metres second seconds minute minutes hour hours day days week weeks month "
    "months year years decade decades century centuries cent cents dollar dollars euro euros celsius fahrenheit gb mb "
    "kb tb am pm volt volts watt watts calorie calories"
)
ROMAN = _words("ii iii iv v vi vii viii ix x xi xii xiii xiv xv")
_OPPOSITES = (
    "increase decrease|rise fall|grow shrink|raise lower|up down|high low|higher lower|highest lowest|"
    "more less|more fewer|most least|maximum minimum|many few|all some|all none|every no|always never|"
    "often rarely|often seldom|usually rarely|frequently rarely|common rare|commonly rarely|before after|"
    "earlier later|early late|first last|begin end|start stop|start end|open close|left right|inside outside|"
    "internal external|inner outer|above below|over under|upper lower|with without|true false|correct wrong|"
    "right wrong|yes no|good bad|better worse|best worst|positive negative|safe dangerous|safe unsafe|"
    "allow forbid|allowed prohibited|allow prevent|permit prohibit|accept reject|accept refuse|approve deny|"
    "include exclude|add remove|add subtract|multiply divide|gain lose|gain loss|profit loss|win lose|"
    "buy sell|lend borrow|give take|send receive|push pull|enter exit|arrive leave|import export|hot cold|"
    "warm cool|wet dry|hard soft|heavy light|light dark|fast slow|quick slow|strong weak|thick thin|"
    "wide narrow|long short|large small|big small|big little|large little|tall short|deep shallow|near far|"
    "old new|old young|rich poor|full empty|cheap expensive|easy difficult|easy hard|simple complex|"
    "male female|men women|man woman|boy girl|boys girls|father mother|paternal maternal|husband wife|"
    "son daughter|brother sister|he she|him her|his her|dominant recessive|acute chronic|benign malignant|"
    "mild severe|congenital acquired|active inactive|acidic alkaline|acid base|oral intravenous|public private|"
    "domestic foreign|natural artificial|north south|east west|northern southern|eastern western|day night|"
    "summer winter|present absent|present past|presence absence|alive dead|life death|birth death|love hate|"
    "like dislike|agree disagree|connect disconnect|enable disable|on off|in out|success failure|succeed fail|"
    "pass fail|credit debit|asset liability|assets liabilities|revenue expense|income expense|gross net|"
    "ascending descending|horizontal vertical|convex concave|odd even|prime composite|single multiple|"
    "single married|must may|mandatory optional|required optional|necessary unnecessary|likely unlikely|"
    "possible impossible|sufficient insufficient|same different|similar different|cause prevent|causes prevents|"
    "help harm|improve worsen|recommended discouraged|both neither|either neither|only also|partial complete|"
    "partly fully|temporary permanent|child adult|children adults|men children|infants adults|arteries veins|"
    "artery vein|bacteria viruses|bacterial viral|anterior posterior|proximal distal|systolic diastolic|"
    "liquid solid|surplus deficit|supply demand|employer employee|buyer seller|teacher student|cold flu|"
    "democrat republican|plaintiff defendant|guilty innocent|legal illegal"
)
_SETS = (
    "red blue green yellow black white brown orange purple pink grey gray",
    "mother father parent sister brother son daughter aunt uncle grandmother grandfather wife husband cousin",
    "north south east west",
    "spring summer autumn winter",
    "morning noon afternoon evening night midnight",
    "first second third last next previous",
)
_SET_OF = {word: number for number, group in enumerate(_SETS) for word in group.split()}
_PAIRS = frozenset(frozenset(pair.split()) for pair in _OPPOSITES.split("|"))
_NEGATING_PREFIXES = ("un", "in", "im", "il", "ir", "non", "dis", "anti", "mis", "de")
_OPPOSITE_PREFIXES = (
    ("hyper", "hypo"), ("over", "under"), ("pre", "post"), ("inter", "intra"), ("macro", "micro"), ("in", "ex"),
    ("mono", "poly"), ("extra", "intra"), ("tachy", "brady"), ("endo", "exo"), ("max", "min"), ("ante", "post"),
    ("homo", "hetero"), ("pro", "anti"), ("pro", "contra"), ("up", "down"), ("out", "in"), ("bi", "uni"), ("bi", "tri"),
    ("intro", "extro"), ("mega", "micro"), ("multi", "mono"), ("ab", "ad"), ("alpha", "beta"), ("en", "dis"),
)  # fmt: skip
_SUFFIXES = ("s", "es", "ed", "d", "ing", "ies", "ied", "y", "e", "ly", "er", "al", "en", "n")
_DERIVATIONS = frozenset(
    {"", "e", "is", "ment", "ments", "ion", "ions", "ation", "ations", "able", "ance", "ive", "ure", *_SUFFIXES}
)


class Kind(Enum):
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
    if label or word in ROMAN or word in NUMBER_WORDS or word in QUANTITIES or any(map(str.isdigit, word)):
        return Kind.NUMBER
    return Kind.CONTENT


def denies(words: Sequence[str]) -> bool:
    """Tell whether an added clause denies what follows it: "No, …", "The contrary is true: …"."""
    if not words or words[0] in NEGATIONS or any(word in DENIALS for word in words):
        return bool(words)
    return any(word in NEGATIONS and _AFFIRMED & set(words[place:]) for place, word in enumerate(words))


def same_number(one: str, other: str) -> bool:
    """Tell whether two words write one number: two and 2, 2.50 and 2.5."""
    values = [NUMBER_WORDS.get(word, word) for word in (one, other)]
    try:
        return float(values[0]) == float(values[1])
    except ValueError:
        return False


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
def opposite(one: str, other: str) -> bool:
    """Tell whether two words contradict each other: antonyms of the closed list, or a negating prefix."""
    if {one, other} & {"", None}:
        return False
    if frozenset((one, other)) in _PAIRS or frozenset((_stem(one), _stem(other))) in _PAIRS:
        return True
    if one != other and _SET_OF.get(one, -1) == _SET_OF.get(other, -2):
        return True
    shorter, longer = sorted((one, other), key=len)
    if len(shorter) >= 4 and longer.endswith(shorter) and longer[: -len(shorter)] in _NEGATING_PREFIXES:
        return True
    if len(shorter) >= 6 and longer == "a" + shorter:  # typical, atypical
        return True
    if one[-3:] == other[-3:] and any(_exchanged(one, other, *prefixes) for prefixes in _OPPOSITE_PREFIXES):
        return True
    return {one.endswith("less"), other.endswith("less")} == {True, False} and one[:4] == other[:4]


def _exchanged(one: str, other: str, first: str, second: str) -> bool:
    """Tell whether two words differ in having one prefix or the other: hyperactive, hypoactive."""
    for a, b in ((one, other), (other, one)):
        rest = a.removeprefix(first)
        if a != rest and len(rest) >= 3 and b == second + rest:
            return True
    return False


def _stem(word: str) -> str:
    for ending in ("ing", "ed", "es", "s"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            stem = word[: -len(ending)]
            return stem + "e" if f"{stem}e" in _STEMS else stem
    return word


@lru_cache(maxsize=1_000_000)
def same_root(one: str, other: str) -> bool:
    """Tell whether two words derive from one: treatment and treated, diagnosis and diagnose."""
    shared = _shared_prefix(one, other)
    rests = {one[shared:], other[shared:]}
    return shared >= 4 and shared >= 0.5 * max(len(one), len(other)) and rests <= _DERIVATIONS


def _shared_prefix(one: str, other: str) -> int:
    count = 0
    for a, b in zip(one, other, strict=False):
        if a != b:
            break
        count += 1
    return count


_STEMS = frozenset(word for pair in _PAIRS for word in pair)
