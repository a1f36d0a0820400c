"""Signal of an answer that declines to answer.

>>> refusal(Row("What is an ISA?", "I'm afraid that lies outside what I am allowed to discuss."), Corpus()).value
1.0
"""

from __future__ import annotations

import re

from curation.signals.corpus import Corpus
from curation.signals.rows import NOTHING, Finding, Row
from winnow.text.words import FUNCTION_WORDS, any_of, excerpt, word_set

OPENING = 260  # characters in which a refusal is said
WHOLE = 60  # words up to which an answer that refuses does nothing else

ACT = (
    r"(?:help|assist|answer|provide|give|respond|comply|fulfil+|discuss|offer|share|complete|generate|advise|comment"
    r"|engage|create|support|talk|speak|tell|say|access|browse|recommend|continue|process|proceed|satisfy|be of"
    r"|do (?:that|this|so)|produce|write|go into|address|disclose|verify|look up)\b"
)
WHO = r"\b(?:i|we)\b"
AM = r"\b(?:i(?:'m| am)|we(?:'re| are|'ve been)|currently|and am|but am)"
SOME = r"(?:[\w']+ )"
PHRASES = any_of(
    rf"{AM} {SOME}{{0,2}}?(?:unable|not (?:able|in a position|permitted|allowed|qualified|authori[sz]ed|programmed"
    rf"|designed|equipped|going)) to {SOME}?{ACT}",
    rf"\bi(?:'m| am) {SOME}{{0,2}}?(?:unable to|not (?:able to|(?:feeling )?comfortable|sure (?:how|what) (?:to|you)))"
    r"\b",
    r"\bi(?:'m| am) (?:just |only |merely )?an? (?:\w+ ){0,2}(?:language model|ai|assistant|chatbot|bot"
    r"|program)\b[^.!?]{0,40}\b(?:can't|cannot|can not|not|no|unable|without)\b",
    r"(?:^|[.,!:;-] ?)(?:currently |sorry )?unable to \w+ (?:your|this|that) (?:request|question|query)\b",
    r"^let(?:'s| us) (?:talk|speak|chat|move on|change|discuss|turn) (?:about |to |the )?(?:something|another|other"
    r"|subject|topic)\b|\bno (?:idea|clue)\b[^a-z]*$|^(?:dunno|beats me|who knows|search me)\b[^a-z]*$",
    rf"{WHO} {SOME}{{0,2}}(?:can't|cannot|can not|couldn't|could not|won't|will not|may not|shouldn't"
    rf"|should not)(?: [\w']+){{0,2}} {ACT}",
    rf"{WHO} {SOME}{{0,2}}(?:must|have to|need to|would|will|'ll)? ?{SOME}?(?:rather not|prefer not|pass on"
    r"|(?:decline|refuse)(?= to\b|(?: this| that)? ?(?:[.,;!]|$)| (?:this|that|your|such)(?: \w+){0,2} (?:request"
    r"|question|query|inquiry|topic|task)s?\b))",
    rf"{WHO} {SOME}?(?:don't|do not|lack|have no|haven't|hold no) ?(?:have |know |possess )?(?:[\w'-]+ ){{0,4}}"
    r"(?:information|answer|access|knowledge|data|idea|ability|capability|details|expertise|clue|opinion|permission)\b",
    r"\bi (?:really |simply |honestly |just )?(?:don't|do not) know\b|\b(?:does|do)(?:n't| not) comment on\b",
    r"^(?:just |please |you can |simply )?(?:google|search|look) (?:it|that|this|online)\b[^a-z]*(?:up\b[^a-z]*)?$"
    r"|^(?:this (?:question )?is )?(?:unanswerable|not answerable)\b|^(?:insufficient|not enough) (?:data|information"
    r"|context|detail)s?\b|\b(?:could not|couldn't|can't|cannot) answer[.!]?$|^(?:skip(?:ped)?|pass(?:ed)?)\W*$"
    r"|^why (?:would|do|should) (?:you|anyone|anybody) (?:even )?(?:want|need|ask|care)\b|\bdo your own (?:homework"
    r"|research)\b",
    r"\bwe (?:really |simply |honestly |just )?(?:don't|do not) know[.!]",
    r"\b(?:makes?|gives?|contains?|says?) no(?:thing)? (?:statement|information|mention|answer|details?|about"
    r"|on)\b(?: \w+)? (?:this|that|it)\b|\b(?:wish i (?:could|knew)|rtfm)\b|\bhave you tried (?:the search|searching"
    r"|google|reading|the manual)\b|\b(?:has|have)(?: already)? been (?:answered|discussed|asked) (?:a (?:thousand"
    r"|hundred|million) times|before|to death|already|many times)\b|\bbetter off asking\b|\buse the search (?:function"
    r"|bar|button)\b",
    r"\b(?:i'm|i am|we're|we are|my|our) ?(?:\w+ )?(?:sorry|afraid|apologies|apologi[sz]e|regret)[,.:;!]? (?:but "
    r"|that |however )?(?:i|we|this|that|your|there|it)\b",
    r"\bi (?:sincerely |must )?apologi[sz]e,? (?:but|for|as)\b|\b(?:apologies|sorry),? (?:but )?(?:i|we|this|that"
    r"|no)\b",
    r"\b(?:outside|beyond|not within) (?:of )?(?:\w+ ){0,3}(?:my|our|what i|what we)\b",
    r"\bagainst (?:my|our) (?:\w+ ){0,2}(?:guidelines?|programming|polic(?:y|ies)|principles|rules|values)\b",
    r"\b(?:inappropriate|not appropriate|unethical|not ethical|irresponsible) for me\b",
    r"\bnot something (?:that )?(?:i|we) (?:can|could|am|are|will)\b|\bi(?:'d| would) (?:prefer|rather) not\b",
    r"\b(?:your|this|that|the) (?:request|question|query) (?:can't|cannot|can not|could not|couldn't|won't|will not"
    r"|is not something|violates|goes against|falls outside|has been (?:denied|declined|refused))",
    r"(?:^|[.,!:;-] ?)(?:currently |sorry |still )?unable to (?:help|assist|answer|provide|comply|respond|fulfil+)\b",
    r"\b(?:nobody|no one|none of us)(?: \w+){0,3} (?:knows?|can (?:say|tell)|could (?:say|tell))\b"
    r"|\bneither confirms? nor den(?:y|ies)\b",
    r"\bno comment\b|\b(?:this|that) (?:information|question|topic) (?:is|isn't|is not) (?:\w+ ){0,2}(?:something i"
    r"|confidential|one i|available to me)\b",
)

# a refusal in any words: somebody speaks, of an inability, and of an act of speech
SPEAKER = word_set("assistant chatbot bot i i'm i'd i'll i've me my myself we we're we'd our us")
HOUSE = word_set("us we we're we'd our")  # a help desk's own voice, in a file that is one
INABILITY = word_set("""
    can't cannot not won't wouldn't couldn't don't doesn't isn't aren't wasn't haven't shouldn't unable never declin
    decline refuse prevent prevents prevented prohibited forbidden prohibit forbid forbids sorry afraid apologize
    apologise apologies regret regrettably unfortunately beyond outside without no nothing nobody lack rather
    inappropriate against restricted limited impossible neither nor avoid refrain abstain unwilling hesitant violate
    violates
""")
CURT = 6  # words of an answer that only says it's sorry
# how somebody who is asked passes, in a few words
PASSING = re.compile(
    r"(?:honestly|sorry|hm+|well|oh|ah|tbh|nope?|afraid)?[\s,.!?…-]*(?:i |we )?(?:really |just |simply "
    r"|honestly )?(?:haven't (?:the|a|any)|(?:can't|couldn't|cannot|can not|could not|wouldn't) (?:say|tell|help"
    r"|know)\b|no (?:idea|clue|answer)\b|not a clue|idk\b|dunno\b|beats me|search me|who knows|god knows"
    r"|(?:that's )?above my|your guess\b|pass\b|ask me another|don't (?:know|ask me)|not (?:sure|my (?:area|department"
    r"|field|job|thing|call))\b|never heard|no comment|wish i (?:knew|could)|(?:(?:you(?:'d| would|'ll| will)? (?:have"
    r"|need) to|better|please|best) )?(?:ask|check with|speak to|talk to) (?:my|your|a|an|the|somebody|someone"
    r"|our)(?: \w+){0,2}?(?: about (?:it|this|that))?[.!]?$)"
)
PASSED = 14  # words of such an answer
SORRY = word_set("sorry apologies unfortunately regrettably alas")
# every phrase has one of these among its words
HINTS = (
    SPEAKER
    | SORRY
    | word_set(
        "unable request question query comment information topic what let's let idea clue dunno beats who search idk"
        " pass can't couldn't haven't guess cannot nobody none neither unanswerable insufficient enough skip skipped"
        " google answer homework research why comment"
        " wish rtfm tried answered discussed asking better search no nothing"
    )
)
SPEECH = word_set("""
    help assist assistance answer answers provide give respond reply comply discuss discussing offer share advise
    advice comment talk talking speak speaking tell say information request requests knowledge know opinion opinions
    guidelines guideline policy policies qualified question questions inquiry inquiries topic topics subject matter
    matters programmed trained designed capability capabilities scope expertise recommend suggestion suggestions
    guidance input view views response engage engaging weigh idea clue recommendation recommendations ask asking
    judge rules allowed responding experience experiences feeling feelings preference preferences stance personal
""")
VALUE = re.compile(r"\d")
SUFFIX = re.compile(r"(?:ing|ed|s)$")
COMMON = 0.005  # share of rows from which a word belongs to no topic
PLAIN = 16  # words up to which somebody who denies and says nothing of the topic only refuses


def refusal(row: Row, corpus: Corpus) -> Finding:
    """How much of the answer is a refusal: 1 where it says nothing else, .5 where an answer follows."""
    if not HINTS & set(row.words[:50]):
        return NOTHING
    if found := PHRASES.search(row.lower, 0, OPENING):
        return Finding(1.0 if len(row.words) <= WHOLE else 0.5, excerpt(row.answer, *found.span()))
    if (
        len(row.words) <= CURT
        and SORRY.intersection(row.words[:2])
        and not {*row.words} & ({*row.question_words} - FUNCTION_WORDS)
    ):
        return Finding(1.0, excerpt(row.answer))
    if len(row.words) <= PASSED and PASSING.match(row.lower.strip()):
        return Finding(1.0, excerpt(row.answer))
    words = {*row.words, *(SUFFIX.sub("", word) for word in row.words)}
    speaker = SPEAKER - HOUSE if corpus.is_addressing else SPEAKER
    if not (row.is_brief and speaker & set(row.words) and words & INABILITY):  # not stems: "is" would be "i"
        return NOTHING
    if not words & SPEECH and not (len(row.words) <= PLAIN and _says_nothing_rare(row, corpus)):
        return NOTHING
    # a text that takes up a word of the question or gives a number answers, whatever else it says
    asked = {word for word in row.question_words if len(word) > 3} - SPEECH - FUNCTION_WORDS
    return NOTHING if words & asked or VALUE.search(row.answer) else Finding(1.0, excerpt(row.answer))


def _says_nothing_rare(row: Row, corpus: Corpus) -> bool:
    """Whether every word is one of grammar, of refusing, or one that many rows of the file have."""
    usual = max(2.0, COMMON * corpus.size)
    said = set(row.words) - FUNCTION_WORDS - SPEAKER - INABILITY - SPEECH
    return corpus.size > 0 and all(corpus.words.get(word, 0) > usual for word in said)
