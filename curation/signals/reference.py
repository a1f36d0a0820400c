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
from curation.signals.rows import FUNCTION_WORDS, NOTHING, WORD, Finding, Row, any_of, word_set

BRIEF = 14  # words of a question in which a pronoun has nothing to stand for
LONG = 25  # words of a question that may well describe what it calls "the table"

THING = (
    r"(?:passage|text|paragraph|article|table|figure|image|picture|diagram|chart|graph|code|example|statement"
    r"|question|answer"
    r"|section|document|list|sentence|data|information|case|scenario|condition|method|options?|mentioned)"
)
SEEN = (
    r"(?:passage|text|paragraph|article|table|figure|image|picture|diagram|chart|excerpt|snippet|attachment"
    r"|screenshot)"
)
ELSEWHERE = any_of(
    r"\bthe (?:above|aforementioned|aforesaid|foregoing)[- ][a-z]+|\bsame (?:question|thing|problem|issue)\b(?! as)",
    rf"\b(?:the )?(?:previous(?:ly)? mentioned|preceding|previous)[- ](?:\w+ ){{0,2}}{THING}\b",
    r"\b(?:mentioned|described|shown|listed|discussed|stated|given|referred to|noted|as) (?:above|earlier"
    r"|previously|before)\b",
    rf"\b(?:according to|based on|in|from|per|does|do|of) (?:the|this|that) (?:{SEEN}|context|document)\b",
    rf"\b(?:the|this|that) {SEEN} (?:above|below|says?|describes?|means?|shows?)\b",
    r"\b(?:the|this|that|these) (?:former|latter|first|second|third|last|other|same) (?:one|ones|option|case"
    r"|point|item|part)\b",
    r"\bin the (?:\w+ )?(?:example|figure|paragraph|passage|text|table) (?:above|below)\b|^and then\?",
    r"\bin the (?:first|second|third|fourth|last) (?:paragraph|line|sentence|section|chapter|column|row)\b",
    r"\bthe (?:former|latter)\b|^(?:and |so |but |ok |okay )?(?:what|how) about (?:it|that|this|them|those|these"
    r"|the other)\b",
    r"^and (?:the|that|this|those|these) \w+(?: \w+)?\?|\b(?:as|like) (?:i|we|you) (?:said|mentioned|asked"
    r"|discussed|told)\b",
    r"\b(?:you|he|she|they) (?:just )?(?:said|mentioned|told me)\b|\bdid you mean\b",
    r"^what (?:happen\w*|comes?|came|follow\w*|else) (?:next|then|after (?:that|this)|afterwards)\b",
    # "And for businesses?": half a question, whose other half stood before it
    r"^(?:and|but|or|what about|how about) (?:(?:if|for|in|with|on|at|by|when|without|to|as|what|how) )?(?:\w+ ){0,3}"
    r"\w+\?$",
    r"\bthe [a-z]+ above\b(?! (?:the|a|an|all|average|normal|zero|sea)\b)|\bbetween (?:the two|both|them)\b"
    r"|\bthe two\?$",
    r"\bwhat (?:does|do|did|is) (?:this|that|these|those) (?:\w+ ){1,2}mean(?:t|ing)?\b",
    rf"^(?:please )?(?:explain|describe|summari[sz]e|interpret|discuss|translate) (?:the|this|that) {SEEN}[.?]?$",
)
POINTER = re.compile(r"\b(?:it|its|they|them|their|this|that|these|those|he|him|his|she|her|hers|itself|themselves)\b")
DEMONSTRATIVE = word_set("this that these those")
# what "this …" can be called without being named
GENERIC = word_set("""
    condition disease disorder problem illness issue thing things one ones product service drug medicine medication
    treatment procedure method process option options case situation matter infection syndrome virus company
    organization law rule feature app device person man woman place country city event results result study claim
    statement question answer mean happen happening work book author
""")
IMPERSONAL = any_of(
    r"\b(?:is|was|would|will|can|could|may|might|does|has|should|that|if|makes?|finds?|how \w+ (?:is|was|will"
    r"|does|did|would"
    r"|can)) it (?:be |been |ever |still |really |always )?(?:(?:takes?|costs?)(?! *\??$)|matter|means? (?:to|when|if"
    r"|that|for)\b|feel|rain|snow|(?:\w+ly )?(?:safe|possible|true|ok|okay|necessary|important|normal|better"
    r"|best|legal|illegal|worth"
    r"|common|easy"
    r"|hard|difficult|good|bad|wrong|right|like|time|too late|advisable|recommended|required|dangerous|harmful"
    r"|enough|likely"
    r"|mandatory|compulsory|free|healthy|fair|ethical|the case|a problem|an? \w+ to|allowed|permitted|bad luck)"
    r" (?:to|for|that|if|when|in|on|at|as|outside|today|now))",
    r"\bit(?:'s| is| was) (?:safe|possible|true|ok|necessary|important)|\bwhat time is it\b|\bhow is it that\b"
    r"|\bso that\b",
    r"\b(?!is that|was that|does that|why that)\w+ that (?:is|are|was|were|can|have|has|do|does|may"
    r"|i|you|we|they|a|an|the|my|your|our|their)\b",
    r"\bthis (?:year|month|week|morning|afternoon|evening|time|way)\b|\b(?:those|these|that|this) (?:who|with|of"
    r"|which)\b",
)
COPULA = re.compile(r"\b(?:is|are|was|were|isn't|aren't) $", re.IGNORECASE)
# a verb after its subject or "to" names nothing: "how do I cancel it", "who pays for that"
VERB = re.compile(
    r"\b(?:i|we|you|one|they|he|she|to|who|please|let's) (?:(?:also|still|ever|really|just|not|best) )?[a-z]+\b", re.I
)
NOT = re.compile("n't$")
TALK = word_set("""
    else happen happens happened happening next tell explain say said mean means meant show please him her his she
    them hers he someone go into again detail details further information info point points explanation question
    questions mind repeat continue proceed possibly no not yes thing things way option options answer bit little
    thanks thank
""")
# words that may stand before a pronoun without giving it anything to stand for
NAMELESS = word_set("""
    what whats what's which who whom whose when where why how is are was were am do does did can could will would
    shall should may might must has have had be been being and or but so if then ok okay the a an of to in on at by
    for from with as about i me my we us our you your one someone anyone people person there tell explain describe
    list give show say please know let get got many much long often far old likely common serious bad good best main
    some any other others more most all kind kinds type types sort symptoms signs causes cause caused treatment
    treatments treat treated prevent prevented prevention diagnosed diagnose diagnosis cure cured affect affects
    affected happen happens happened work works use used uses using made make makes come comes came differ
    difference differences different between mean means meant called name names risk risks factors side effects
    effect benefits advantages disadvantages cost costs price need needed take taken inherited genetic outlook
    complications stages tests test purpose role function functions meaning definition examples example steps part
    parts genes changes related research done idea capital find found buy sell start started stop stopped open close
    see saw seen hear heard keep kept put try tried turn turned change changed fix fixed solve solved handle handled
    send sent pay paid apply applied choose chose decide decided become became grow grew look looks looked feel
    feels felt last lasts spread spreads end ended begin began after before again still also ever really actually
    exactly usually always never now today first next else too just only even up down out off over under famous
    important useful doing going dangerous safe possible normal better worse right wrong hurt hurts help helps
    helped contact reach speak spoke ask asked answer answered born die died live lived says said think thought
    believe argue argued suggest discover discovered invent invented write wrote written create created build built
    worried concerned afraid aware sure named win won lose lost elaborate clarify expand summarize summarise
""")


def dangling_reference(row: Row, corpus: Corpus) -> Finding:
    """1 where the question points to something that it doesn't name, and that isn't quoted below it."""
    head, _, rest = row.question.strip().replace("’", "'").partition("\n")
    if len(WORD.findall(rest)) > 3:
        return NOTHING
    text = head[:1].lower() + head[1:]  # a capital elsewhere is a name: "His bundle", "IT"
    if found := ELSEWHERE.search(text):
        return Finding(1.0, found.group()) if len(row.question_words) <= LONG and ":" not in text else NOTHING
    if text.endswith("?") and _is_empty(row.question_words):
        return Finding(1.0, head)
    if len(row.question_words) > BRIEF or not (found := POINTER.search(text)) or IMPERSONAL.search(text):
        return NOTHING
    before = VERB.sub(" ", text[: found.start()])
    if any(NOT.sub("", word.lower()) not in NAMELESS for word in WORD.findall(before)):
        return NOTHING
    after = WORD.findall(text[found.end() :])
    ends = found.group() in ("these", "those") and len(after) == 1  # "where do I find these forms?"
    is_named = found.group() in DEMONSTRATIVE and not ends and _names(before, after)
    return NOTHING if is_named else Finding(1.0, found.group())


def _is_empty(words: Sequence[str]) -> bool:
    """Whether a question of some words names nothing at all: "Could you go into more detail?"."""
    return 2 <= len(words) <= BRIEF and all(word in FUNCTION_WORDS or word in TALK for word in words)


def _names(before: str, after: list[str]) -> bool:
    """Whether "this" or "that" stands before its own noun; in "is this dangerous?" it doesn't."""
    if not after or after[0] in GENERIC or after[0] in NAMELESS:
        return False
    return not (len(after) <= 2 and COPULA.search(before))
