"""Signal of a question that points to something it doesn't name: "How is it treated?", "as shown above".

>>> dangling_reference(Row("How is it treated?", "With antibiotics."), Corpus()).matched
'it'
>>> dangling_reference(Row("Is it safe to fly with a cold?", "Mostly."), Corpus()).value
0.0
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from curation.signals.corpus import Corpus
from curation.signals.reference.pointers import ELSEWHERE
from curation.signals.rows import NOTHING, STEM, Finding, Row
from winnow.text.words import FUNCTION_WORDS, WORD, any_of, word_set

BRIEF = 14  # words of a question in which a pronoun has nothing to stand for
LONG = 25  # words of a question that may well describe what it calls "the table"

POINTER = re.compile(r"\b(?:it|its|they|them|their|this|that|these|those|he|him|his|she|her|hers|itself|themselves)\b")
DEMONSTRATIVE = word_set("this that these those")
# what "this …" can be called without being named
GENERIC = word_set("""
    condition disease disorder problem illness issue thing things one ones product service drug medicine medication
    treatment procedure method process option options case situation matter infection syndrome virus company
    organization law rule feature app device person man woman place country city event results result study claim
    statement question answer mean happen happening work book author
""")
# the same, where no other word names anything: "Where do I send this form?"
PAGE = word_set("""
    form section line step letter email message page field box button link part paragraph table picture photo figure
    graph chart diagram file document clause word words phrase sentence text passage poem story speech code script error
    warning decision request requirement rule rules list example argument approach reason point topic item items note
    object equation formula exercise quote dialogue conversation scene image screenshot attachment title tone theme mood
    moral character characters ending mistake mistakes paper essay report chapter verse lyrics clip video cases
    instruction instructions choice choices pair group sort kind type effect position number statements answers term
    things symptoms questions numbers letters math maths outcome verdict conclusion plot asterisk arrow footnote symbol
""")
IMPERSONAL = any_of(
    r"\b(?:is|was|would|will|can|could|may|might|does|has|should|that|if|makes?|finds?|how \w+ (?:is|was|will|does|did"
    r"|would|can)) it (?!like that)(?:be |been |ever |still |really |always )?(?:(?:takes?|costs?)(?! *\??$)|matter"
    r"|means? (?:to|when|if|that|for)\b|feel|rain|snow|(?:\w+ly )?(?:safe|possible|true|ok|okay|necessary|important"
    r"|normal|better"
    r"|best|legal|illegal|worth|common|easy|hard|difficult|good|bad|wrong|right|like|time|too late|advisable"
    r"|recommended|required|dangerous|harmful|enough|likely|mandatory|compulsory|free|healthy|fair|ethical|the case"
    r"|a problem|an? \w+ to|allowed|permitted|bad luck) (?:to|for|that|if|when|in|on|at|as|outside|today|now))",
    r"\bit(?:'s| is| was) (?:safe|possible|true|ok|necessary|important)|\bwhat time is it\b|\b(?:how|why) is it that\b"
    r"|\bso that\b",
    r"\b(?!is that|was that|does that|why that)\w+ that (?:is|are|was|were|can|have|has|do|does|may|i|you|we|they|a|an"
    r"|the|my|your|our|their)\b",
    r"\bthis (?:year|month|week|morning|afternoon|evening|time|way)\b|\b(?:this|that|these|those) (?:kinds?|sorts?"
    r"|types?) of (?!thing)|\b(?:those|these|that|this) (?:who|with(?! the"
    r" same| my| an?\b)|of|which)\b",
)
COPULA = re.compile(r"\b(?:is|are|was|were|isn't|aren't) $", re.IGNORECASE)
PARTICIPLE = re.compile(r"..[^e]ed$")
# a verb after its subject or "to" names nothing: "how do I cancel it", "who pays for that"
VERB = re.compile(
    r"\b(?:i|we|you|one|they|he|she|to|who|please|let's) (?:(?:also|still|ever|really|just|not|best) )?[a-z]+\b", re.I
)
NOT = re.compile("(?:n't|'m|'re|'ve|'ll|'d)$")
TALK = word_set("""
    else happen happens happened happening next tell explain say said mean means meant show please him her his she them
    hers he someone go into again detail details further information info point points explanation question questions
    mind repeat continue proceed possibly no not yes thing things way option options answer bit little thanks thank both
    either neither other others another rest alternative alternatives here there instead otherwise back same such told
    first last previous second third final latter former right wrong correct true false okay ok sure mine yours ours
    theirs far exactly different difference similar better worse best maybe sorry matter matters well anyway opposite
    reverse contrary stuff total altogether eventually finally apart besides
""")
# what points wherever it stands in a question that names nothing
POINTING = re.compile(
    r"\b(?:this|these|those|such|it|they|them|he|him|his|she|her|both|either|neither|another one|former|latter"
    r"|the (?:same|following|others?|rest|alternative|opposite|(?:first|second|third|last|next|other) (?:one|two)))\b"
    r"|\b(?:here"
    r"|there|so|ours|theirs|instead|otherwise)(?=\??$)|\bthere(?= (?:in|at|on|then|after|first|now)\b)|\bmine\b"
    # otherwise it begins a clause: "a budget that I'll keep"
    r"|\bthat(?=[?.,]|$| (?:for|with|in|on|to|at|by|from|off|up|down|out|back|over|too|as|again|instead|one|case|way"
    r"|point|myself|yourself)\b)"
)
TEXT = (
    r"(?:passage|text|paragraph|article|table|figure|image|picture|photo|diagram|chart|graph|snippet|script|example"
    r"|statement|sentence|question|answer|section|excerpt|poem|story|speech|lecture|dialogue|conversation|scene|line"
    r"|equation|formula|exercise|quote|screenshot|attachment|clip|request|letter|outcome|verdict|conclusion|decision"
    r"|reason|ending|moral|plot|asterisk|arrow|footnote|symbol)"
)
THE_TEXT = re.compile(rf"\b(?:the|which) (?:\w+ )?{TEXT}s?\b(?! (?:[Ii]|we|you|for|of)\b)")
# words that may stand before a pronoun without giving it anything to stand for
NAMELESS = word_set("""
    what whats what's which who whom whose when where why how is are was were am do does did can could will would shall
    should may might must has have had be been being and or but so if then ok okay the a an of to in on at by for from
    with as about i me my we us our you your one someone anyone people person there tell explain describe list give show
    say please know let get got many much long often far old likely common serious bad good best main some any other
    others more most all kind kinds type types sort symptoms signs causes cause caused treatment treatments treat
    treated prevent prevented prevention diagnosed diagnose diagnosis cure cured affect affects affected happen happens
    happened work works use used uses using made make makes come comes came differ difference differences different
    between mean means meant called name names risk risks factors side effects effect benefits advantages disadvantages
    cost costs price need needed take taken inherited genetic outlook complications stages tests test purpose role
    function functions meaning definition examples example steps part parts genes changes related research done idea
    capital find found buy sell start started stop stopped open close see saw seen hear heard keep kept put try tried
    turn turned change changed fix fixed solve solved handle handled send sent pay paid apply applied choose chose
    decide decided become became grow grew look looks looked feel feels felt last lasts spread spreads end ended begin
    began after before again still also ever really actually exactly usually always never now today first next else too
    just only even up down out off over under famous important useful doing going dangerous safe possible normal better
    worse right wrong hurt hurts help helps helped contact reach speak spoke ask asked answer answered born die died
    live lived says said think thought believe argue argued suggest discover discovered invent invented write wrote
    written create created build built worried concerned afraid aware sure named win won lose lost elaborate clarify
    expand summarize summarise myself yourself himself herself itself ourselves themselves instead either both neither
    each such same another here nothing nobody case cases way ways around rid without against near behind inside outside
    through until within per via go goes went gone fill filled hand hands file filed sign signed submit submitted return
    returned cancel cancelled undo undone remove removed delete deleted replace replaced refuse refused accept accepted
    deny denied reject rejected approve approved request requested receive received bring order ordered check checked
    cover covered covers depend deal cope rely stick stay complete completed compare compared calculate calculated
    measure measured count counts allow allowed forbid forbidden permit permitted require required requires requirement
    requirements condition conditions rule rules limit limits exception exceptions alternative alternatives reason
    reasons consequence consequences prerequisite prerequisites point points problem problems issue issues catch trick
    answers option options opinion thoughts legal illegal expensive cheap cheaper free true false correct contagious
    mandatory optional necessary urgent valid available similar opposite faster easier recommend recommended recommends
    mention mentioned refer referred listed shown given mistake mistakes error errors add added print printed save saved
    install installed taking changing getting making leave left learn learned understand understood interpret read
    reading follow followed follows enter entered click clicked select selected prove proved proven rewrite rephrase
    translate improve improved supposed contain contains claim claims switch wait waiting late early soon already yet
    later previous following statement statements place number big large small heavy tall high deep wide fast strong
    differently
""")
EVERY = word_set("both either neither such")  # "can both parents claim?"
VAGUE = FUNCTION_WORDS | TALK | NAMELESS | GENERIC | PAGE
OF_PERSONS = word_set("he him his she her hers")
PERSONS = word_set("man woman person people someone anyone author character characters who one company")
LIFELESS = VAGUE - PERSONS  # "what would the result be if she …": no result is a she
ASKING = re.compile(r"[^.!?]*\?$|(?:what|who|whom|when|where|why|how|which|is|are|can|does|do|did)\b[^.!?]*$")
NAME = re.compile(r"[^.?!] (?!(?:I|NOT|EXCEPT|LEAST|MOST|BEST|TRUE|FALSE|CORRECT|INCORRECT)\b)[A-Z]|\d{3}|[\"“”‘]")
JOINED = re.compile(r"[,;]| (?:and|but|or|when|if|because) ")
FEW = 2  # words of which a question may be in part
SENTENCE = 6  # words of an answer that would take up what was asked


def dangling_reference(row: Row, corpus: Corpus) -> Finding:
    """1 where the question points to something that it doesn't name, and that isn't quoted below it.

    What a context or earlier turns stand before may point to those.
    """
    if row.context or row.history:
        return NOTHING
    head, _, rest = row.question.strip().replace("’", "'").partition("\n")
    if any(word not in TALK for word in WORD.findall(rest.lower())):
        return NOTHING
    text = head[:1].lower() + head[1:]  # a capital elsewhere is a name: "His bundle", "IT"
    if len(row.question_words) > LONG:
        return NOTHING
    if found := list(ELSEWHERE.finditer(text)):
        is_quoted = ":" in text.rstrip(": ")[found[-1].end() :]
        return NOTHING if is_quoted else Finding(1.0, found[0].group())
    if _is_empty(text, row.question_words):
        return Finding(1.0, head)
    if len(row.question_words) > BRIEF or ":" in text:
        return NOTHING
    if IMPERSONAL.search(text):
        matched = _unnamed(IMPERSONAL.sub(" ", text))
    else:
        matched = _pointer(text) or _unnamed(text) or _pointer_elsewhere(text, row)
    return Finding(1.0, matched) if matched else NOTHING


def names_something(row: Row) -> bool:
    """Whether some word of the question is about a matter: not so in "What does the table show?"."""
    return any(NOT.sub("", word) not in VAGUE for word in row.question_words)


def _pointer(text: str) -> str:
    """Find a pronoun before which nothing is named that it could stand for."""
    if not (found := POINTER.search(text)):
        return ""
    nameless = LIFELESS if found.group() in OF_PERSONS else NAMELESS
    before = VERB.sub(" ", text[: found.start()])
    if any(NOT.sub("", word.lower()) not in nameless and not word.isdigit() for word in WORD.findall(before)):
        return ""
    after = WORD.findall(text[found.end() :])
    ends = found.group() in ("these", "those") and len(after) == 1  # "where do I find these forms?"
    is_named = found.group() in DEMONSTRATIVE and not ends and _names(before, after)
    return "" if is_named else found.group()


def _unnamed(text: str) -> str:
    """Find the pointing words of a question in which no word names anything: "Which answer is correct?"."""
    found = POINTING.search(text) or THE_TEXT.search(text)
    if not found or NAME.search(text):
        return ""
    if any(word in GENERIC for word in WORD.findall(text[: found.start()].lower())):  # "can the app do it?"
        return ""
    return found.group() if all(NOT.sub("", word) in VAGUE for word in WORD.findall(text.lower())) else ""


def _pointer_elsewhere(text: str, row: Row) -> str:
    """Find a pronoun in a question of few words that the row's own answer doesn't speak of at all."""
    asked = {word[:STEM] for word in row.question_words if len(word) > 3 and word not in VAGUE}
    found = POINTING.search(text)
    if not found or found.group() in EVERY or not ASKING.match(text) or NAME.search(text):
        return ""
    if JOINED.search(text[: found.start()]):  # "can I use my phone abroad, and what does it cost?"
        return ""
    is_told = len(asked) <= FEW and len(row.words) >= SENTENCE
    return found.group() if is_told and not asked & {word[:STEM] for word in row.words} else ""


def _is_empty(text: str, words: Sequence[str]) -> bool:
    """Whether a question names nothing at all: "Could you go into more detail?"."""
    if not (text.endswith("?") or words[:1] == ["continue"]) or not 1 <= len(words) <= BRIEF:
        return False
    return all(NOT.sub("", word) in FUNCTION_WORDS or word in TALK for word in words)


def _names(before: str, after: list[str]) -> bool:
    """Whether "this" or "that" stands before its own noun; in "is this dangerous?" it doesn't."""
    if not after or after[0] in GENERIC or after[0] in NAMELESS:
        return False
    if after[0] in PAGE:
        return any(word not in VAGUE for word in after[1:])
    if PARTICIPLE.search(after[0]) and COPULA.search(before):  # "is that included in the price?"
        return False
    return not (len(after) <= 2 and COPULA.search(before))
