"""Words that contradict each other: a closed list, and prefixes that turn a word into its contrary.

>>> opposite("increases", "decreases"), opposite("known", "unknown"), opposite("big", "large")
(True, True, False)

Vectors of words can't tell: opposites stand in the same sentences.
"""

from __future__ import annotations

from functools import lru_cache

from winnow.text.calendar import SEASONS

_OPPOSITES = (
    "increase decrease|rise fall|grow shrink|raise lower|up down|high low|higher lower|highest lowest|more less|"
    "more fewer|most least|maximum minimum|many few|all some|all none|every no|always never|often rarely|"
    "often seldom|usually rarely|frequently rarely|common rare|commonly rarely|before after|earlier later|early late|"
    "first last|begin end|start stop|start end|open close|left right|inside outside|internal external|inner outer|"
    "above below|over under|upper lower|with without|true false|correct wrong|right wrong|yes no|good bad|"
    "better worse|best worst|positive negative|safe dangerous|safe unsafe|allow forbid|allowed prohibited|"
    "allow prevent|permit prohibit|accept reject|accept refuse|approve deny|include exclude|add remove|add subtract|"
    "multiply divide|gain lose|gain loss|profit loss|win lose|buy sell|lend borrow|give take|send receive|push pull|"
    "enter exit|arrive leave|import export|hot cold|warm cool|wet dry|hard soft|heavy light|light dark|fast slow|"
    "quick slow|strong weak|thick thin|wide narrow|long short|large small|big small|big little|large little|"
    "tall short|deep shallow|near far|old new|old young|rich poor|full empty|cheap expensive|easy difficult|"
    "easy hard|simple complex|male female|men women|man woman|boy girl|boys girls|father mother|paternal maternal|"
    "husband wife|son daughter|brother sister|he she|him her|his her|dominant recessive|acute chronic|"
    "benign malignant|mild severe|congenital acquired|active inactive|acidic alkaline|acid base|oral intravenous|"
    "public private|domestic foreign|natural artificial|north south|east west|northern southern|eastern western|"
    "day night|summer winter|present absent|present past|presence absence|alive dead|life death|birth death|"
    "love hate|like dislike|agree disagree|connect disconnect|enable disable|on off|in out|success failure|"
    "succeed fail|pass fail|credit debit|asset liability|assets liabilities|revenue expense|income expense|gross net|"
    "ascending descending|horizontal vertical|convex concave|odd even|prime composite|single multiple|single married|"
    "must may|mandatory optional|required optional|necessary unnecessary|likely unlikely|possible impossible|"
    "sufficient insufficient|same different|similar different|cause prevent|causes prevents|help harm|improve worsen|"
    "recommended discouraged|both neither|either neither|only also|partial complete|partly fully|temporary permanent|"
    "child adult|children adults|men children|infants adults|arteries veins|artery vein|bacteria viruses|"
    "bacterial viral|anterior posterior|proximal distal|systolic diastolic|liquid solid|surplus deficit|"
    "supply demand|employer employee|buyer seller|teacher student|cold flu|democrat republican|plaintiff defendant|"
    "guilty innocent|legal illegal|permit forbid|permit ban|allow ban|allow deny|allow block|grant deny|grant refuse|"
    "grant revoke|voluntary mandatory|voluntary compulsory|optional compulsory|optional obligatory|open closed|"
    "attach detach|ascend descend|expand contract|expand shrink|strengthen weaken|stronger weaker|arrive depart|"
    "arrival departure|deposit withdraw|deposit withdrawal|deduct add|exempt liable|exterior interior|former latter|"
    "front back|front rear|frequent rare|frequently seldom|future past|healthy sick|healthy ill|hire fire|huge tiny|"
    "include omit|inflate deflate|inflation deflation|inhale exhale|join leave|junior senior|lead follow|"
    "lengthen shorten|lenient strict|loose tight|loosen tighten|loud quiet|major minor|majority minority|"
    "manual automatic|melt freeze|minimize maximize|minimise maximise|minimal maximal|narrow broad|nobody everybody|"
    "nobody everyone|nothing everything|offline online|outdoor indoor|outdoors indoors|outgoing incoming|"
    "outward inward|peace war|plural singular|polite rude|promote demote|promote inhibit|quickly slowly|"
    "rapidly slowly|rapid slow|raise reduce|reduce increase|relieve worsen|relieve aggravate|remember forget|"
    "rough smooth|rural urban|happy sad|safe risky|same opposite|separate together|sharp blunt|sink float|sour sweet|"
    "sunrise sunset|top bottom|upstairs downstairs|vacant occupied|victory defeat|wealth poverty|agonist antagonist|"
    "activate inhibit|stimulate inhibit|stimulate suppress|afferent efferent|flexion extension|dilate constrict|"
    "dilation constriction|contraction relaxation|contract relax|sympathetic parasympathetic|medial lateral|"
    "ventral dorsal|superior inferior|sensory motor|aerobic anaerobic|creditor debtor|lender borrower|"
    "landlord tenant|payer payee|payable receivable|fixed variable|nominal real|wholesale retail|premium discount|"
    "input output|read write|sender receiver|sender recipient|accelerate decelerate|heat cool|oxidation reduction|"
    "anion cation|anode cathode|attract repel|converge diverge|predecessor successor|ancestor descendant"
)
_SETS = (
    "red blue green yellow black white brown orange purple pink grey gray",
    "mother father parent sister brother son daughter aunt uncle grandmother grandfather wife husband cousin",
    "north south east west",
    " ".join(SEASONS),
    "morning noon afternoon evening night midnight",
    "first second third last next previous",
)
_SET_OF = {word: number for number, group in enumerate(_SETS) for word in group.split()}
_OF: dict[str, set[str]] = {}
for _pair in map(str.split, _OPPOSITES.split("|")):
    for _one, _other in (_pair, _pair[::-1]):
        _OF.setdefault(_one, set()).add(_other)
_NEGATING_PREFIXES = ("un", "in", "im", "il", "ir", "non", "dis", "anti", "mis", "de")
_OPPOSITE_PREFIXES = (
    ("hyper", "hypo"), ("over", "under"), ("pre", "post"), ("inter", "intra"), ("macro", "micro"), ("in", "ex"),
    ("mono", "poly"), ("extra", "intra"), ("tachy", "brady"), ("endo", "exo"), ("max", "min"), ("ante", "post"),
    ("homo", "hetero"), ("pro", "anti"), ("pro", "contra"), ("up", "down"), ("out", "in"), ("bi", "uni"), ("bi", "tri"),
    ("intro", "extro"), ("mega", "micro"), ("multi", "mono"), ("ab", "ad"), ("alpha", "beta"), ("en", "dis"),
)  # fmt: skip


@lru_cache(maxsize=1_000_000)
def opposite(one: str, other: str) -> bool:
    """Tell whether two words contradict each other: antonyms of the closed list, or a negating prefix."""
    if not one or not other:
        return False
    if other in _OF.get(one, ()) or _stem(other) in _OF.get(_stem(one), ()):
        return True
    if one != other and _SET_OF.get(one, -1) == _SET_OF.get(other, -2):
        return True
    shorter, longer = (one, other) if len(one) <= len(other) else (other, one)
    if len(shorter) >= 4 and longer.endswith(shorter) and longer[: -len(shorter)] in _NEGATING_PREFIXES:
        return True
    if len(shorter) >= 6 and longer == "a" + shorter:  # typical, atypical
        return True
    if one[-3:] == other[-3:] and any(_exchanged(one, other, *prefixes) for prefixes in _OPPOSITE_PREFIXES):
        return True
    return one[:4] == other[:4] and one.endswith("less") != other.endswith("less")


def _exchanged(one: str, other: str, first: str, second: str) -> bool:
    """Tell whether two words differ in having one prefix or the other: hyperactive, hypoactive."""
    for a, b in ((one, other), (other, one)):
        rest = a.removeprefix(first)
        if a != rest and len(rest) >= 3 and b == second + rest:
            return True
    return False


@lru_cache(maxsize=1_000_000)
def _stem(word: str) -> str:
    for ending in ("ing", "ed", "es", "s"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            stem = word[: -len(ending)]
            if stem[-1] == stem[-2] and stem[:-1] in _OF:  # permitted
                return stem[:-1]
            return stem + "e" if f"{stem}e" in _OF else stem
    return word
