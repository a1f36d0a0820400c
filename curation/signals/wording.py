"""Signals from what an answer says: a refusal, a prompt's leftovers, a placeholder, stock phrases, a stale date.

Wordings are matched by their grammar (who can't do what), not as a list of sentences; texts are lower case.
"""

from __future__ import annotations

import re

from curation.signals.corpus import Corpus, answer_key
from curation.signals.residue import ABOUT_CODE
from curation.signals.rows import NOT_APPLICABLE, NOTHING, WORD, Finding, Row, excerpt

OPENING = 260  # characters in which a refusal is said

_WHO = r"\b(?:i|we)\b"
_STATE = r"\b(?:i(?:'m| am)|we(?:'re| are|'ve been)|currently|and am|but am)"
_ACT = (
    r"(?:help|assist|answer|provide|give|respond|comply|fulfil+|discuss|offer|share|complete|generate|advise|comment|engage|create|support|talk"
    r"|speak|tell|say|access|browse|recommend|continue|process|proceed|satisfy|be of|do (?:that|this|so)|produce|write|go into|address|disclose|verify|look up)"
)
REFUSAL = re.compile(
    rf"{_STATE} (?:[\w']+ ){{0,2}}?(?:unable|not (?:able|in a position|permitted|allowed|qualified|authori[sz]ed|programmed|designed|equipped|going)) to (?:[\w']+ )?{_ACT}\b"
    r"|\bi(?:'m| am) (?:[\w']+ ){0,2}?(?:unable to|not (?:able to|comfortable|sure (?:how|what) (?:to|you)))\b"
    rf"|{_WHO} (?:[\w']+ ){{0,2}}(?:can't|cannot|can not|couldn't|could not|won't|will not|may not|shouldn't|should not)(?: [\w']+){{0,2}} {_ACT}\b"
    rf"|{_WHO} (?:[\w']+ ){{0,2}}(?:must|have to|need to|would|will|'ll)? ?(?:[\w']+ )?(?:decline|refuse|rather not|prefer not|pass on)\b"
    rf"|{_WHO} (?:[\w']+ )?(?:don't|do not|lack|have no|haven't|hold no) ?(?:have |know |possess )?(?:[\w'-]+ ){{0,4}}(?:information|answer|access|knowledge|data|idea|ability|capability|details|expertise|clue|opinion|permission)\b"
    r"|\bi (?:really |simply |honestly |just )?(?:don't|do not) know\b|\bwe (?:really |simply |honestly |just )?(?:don't|do not) know[.!]"
    r"|\b(?:i'm|i am|we're|we are|my|our) ?(?:\w+ )?(?:sorry|afraid|apologies|apologi[sz]e|regret)[,.:;!]? (?:but |that |however )?(?:i|we|this|that|your|there|it)\b"
    r"|\bi (?:sincerely |must )?apologi[sz]e,? (?:but|for|as)\b|\bapologies,? but\b|\bsorry,? (?:but )?(?:i|we|this|that|no)\b"
    r"|\b(?:outside|beyond|not within) (?:of )?(?:\w+ ){0,3}(?:my|our|what i|what we)\b"
    r"|\bagainst (?:my|our) (?:\w+ ){0,2}(?:guidelines?|programming|polic(?:y|ies)|principles|rules|values)\b"
    r"|\b(?:inappropriate|not appropriate|unethical|not ethical|irresponsible) for me\b|\bnot something (?:that )?(?:i|we) (?:can|could|am|are|will)\b"
    r"|\b(?:your|this|that|the) (?:request|question|query) (?:can't|cannot|can not|could not|couldn't|won't|will not|is not something|violates|goes against|falls outside|has been (?:denied|declined|refused))"
    r"|\bno comment\b|\bi(?:'d| would) (?:prefer|rather) not\b|(?:^|[.,!:;-] ?)(?:currently |sorry |still )?unable to (?:help|assist|answer|provide|comply|respond|fulfil+)\b"
    r"|\b(?:this|that) (?:information|question|topic) (?:is|isn't|is not) (?:\w+ ){0,2}(?:something i|confidential|one i|available to me)\b"
)

ROLE = re.compile(
    r"(?:^|\n)\s*(?:#{1,6}\s*)?(?:\*\*|\[)?(?:(?:human|user|assistant|system|bot|ai|chatgpt|gpt|customer|agent|chatbot)(?:\*\*|\])?\s*:(?!//)"
    r"|(?:q|question|a|answer|instruction|input|output|response|prompt|context|completion|query)(?:\*\*|\])?\s*:\s)",
    re.IGNORECASE,
)
SPECIAL = re.compile(
    r"<\|[a-z_0-9/ ]{2,30}\|>|\[/?inst\]|<</?sys>>|</?s>|<(?:bos|eos|pad|unk|sep|cls|mask|endoftext|start_of_turn|end_of_turn)>|\[(?:sep|cls|pad|eos|bos|end|unk)\]"
    r"|<\uff5c[^\uff5c>]{2,40}\uff5c>|</?(?:think|thinking|reasoning|tool_call|assistant|user|system|human|instruction|response|answer|output|prompt)>",
    re.IGNORECASE,
)
# what may stand before a text that is one turn; "A:" alone could be an option of a list
LEADING_MARK = {
    "question": re.compile(r"^\s*(?:#{1,6}\s*)?(?:\*\*)?(?:question|q|user|human|customer|instruction|prompt|query)(?:\*\*)?\s*:(?:\*\*)?\s*", re.IGNORECASE),
    "answer": re.compile(r"^\s*(?:#{1,6}\s*)?(?:\*\*)?(?:answer|a|assistant|ai|bot|chatbot|response|gpt|chatgpt)(?:\*\*)?\s*:(?:\*\*)?\s*", re.IGNORECASE),
}
HEADING = re.compile(
    r"(?:^|\n|\s)#{2,6}\s*(?:instructions?|response|input|output|answer|question|user|assistant|human|system|context|prompt|task|end|explanation|completion|example)\b\s*:?",
    re.IGNORECASE,
)
PREAMBLE = re.compile(
    r"below is an instruction\b|write a response that (?:appropriately|adequately)|you are (?:a|an) (?:\w+ ){0,4}(?:assistant|chatbot|language model|ai)\b"
    r"|\b(?:answer|complete|follow|respond to) the (?:following|above|given) (?:question|instruction|prompt|request|task)s?\b|\b(?:use|based on) the (?:following|provided|given) (?:context|passage|document)s?\b"
    r"|\b(?:end of|begin(?:ning of)?) (?:prompt|response|answer|conversation|instruction)\b|\bresponse to the (?:prompt|instruction)\b"
)
SELF = re.compile(
    r"\b(?:as|being|i'm|i am|since i'm|because i'm) (?:just |only |simply )?an? (?:\w+[ -]){0,3}(?:ai|a\.i\.|artificial intelligence|language model|llm|chatbot|virtual assistant|text-based assistant|machine learning model)\b"
    r"|\b(?:my (?:knowledge cut-?off|training (?:data|cut-?off)|last (?:knowledge )?update)|knowledge cut-?off)\b"
    r"|\b(?:chatgpt|openai|anthropic|i was (?:trained|developed|created) by)\b.{0,40}\b(?:trained|model|assistant|by)\b"
)

NO_ANSWER = re.compile(
    r"n\.?/?\s?a\.?|not (?:applicable|available|provided|specified|answered)|no answer(?: (?:yet|given|provided|available))?|null|nil|nan|none|undefined|todo\b.{0,60}|tb[dcax]\b.{0,40}|fixme\b.{0,60}|tk+"
    r"|to be (?:determined|added|completed|done|defined|written|filled(?: in)?|confirmed|announced|decided|updated)\b.{0,30}|(?:coming|check back) soon|pending(?: review)?|(?:this |page |answer )?(?:is )?under construction"
    r"|x{3,}|[?_.\-*=~#…\s]+|(?:test|testing|dummy|sample|placeholder|example|default|blank|empty|unknown|deleted|removed|redacted)(?: (?:test|text|answer|data|value|content|entry|response))?(?: (?:here|goes here))?"
    r"|(?:answer|text|content|response|description|string)(?: (?:here|goes here|to follow|pending|missing|text))|(?:blah|bla|foo|bar|baz|asdf|qwerty)(?:[ ,]+(?:blah|bla|foo|bar|baz|asdf|qwerty))*"
    r"|(?:see|refer to) (?:above|below|attached|attachment|previous|next)|same as (?:above|before|previous)|ditto|idem|error(?: \d+)?|#(?:n/a|ref!?|value!?|name\??|null!?|div/0!?)"
)
LOREM = re.compile(r"\blorem ipsum\b|\bdolor sit amet\b|\bconsectetur adipiscing\b")
SLOT = re.compile(
    r"\{\{\s*[\w .\-]{1,40}\s*\}\}|\$\{[\w.]{1,40}\}|%\([a-z_]+\)s|<%=?[^%]{1,60}%>"
    r"|[\[<{]\s*(?:insert|your|enter|add|fill in|put|type|write|provide|replace|placeholder|todo|tbd|tbc|xx+|answer|name|date|company|link|url|number|amount|phone|email|city|address|text|description|product)"
    r"(?:[ _\-][\w' _\-]{1,40})?\s*(?:here)?\s*[\])}>]|\((?:insert|enter|fill in|your|todo|tbd|tbc|placeholder)\b[^()]{0,40}\)|\b(?:insert|enter|add|put|write|type) (?:your |the |an? )?(?:\w+ ){0,2}(?:answer|text|response|content|description|details|information|explanation) here\b"
    r"|\b(?:todo|fixme|tbd|tbc)\b\s*[:\-–]|\b(?:answer|text|content|response|this section|description|details) (?:to be|will be) (?:added|written|provided|completed|filled(?: in)?|determined|inserted|supplied)\b"
    r"|\bplaceholder (?:text|answer|content|for)\b|\bx{4,}\b|_{5,}"
)

STOCK = frozenset(
    "contact contacting support team customer customers service services representative representatives agent agents department helpdesk desk visit visiting"
    " website websites site page pages webpage homepage click clicking link links button below subscribe subscribing subscription newsletter newsletters email e-mail mail inbox"
    " mailing feedback thank thanks thankyou appreciate appreciated pleased happy glad assist assistance hesitate free reach reaching call calling phone telephone hotline"
    " hours monday friday online faq faqs form submit inquiry inquiries enquiry enquiries question questions query queries further information info more details learn read"
    " here login log sign signin signup register registered account password cookie cookies privacy policy policies terms conditions use rights reserved copyright copyrights"
    " follow facebook twitter instagram linkedin youtube share sharing social media download app menu search home navigation advertisement sponsored back top print"
    " update updates latest stay tuned reading published article blog post posted author comments comment reply welcome valued business days respond response"
    " refer refers please kindly resources dedicated available assisting member staff chat live consent accept continue browsing browser settings disclaimer purposes"
    " enter address receive offers news trademark trademarks shopping cart checkout shipping guaranteed satisfaction checking interest choosing soon back touch".split()
)
PLAIN = frozenset(
    "a an the and or but of to in on at by for from with as is are was were be been it its this that these those you your we our us i me my they their he she not no do does did"
    " can could will would should may might must have has had if then so than there here any all some what which who how when where why about into out up only also just very"
    " if one get got go make made take see know let need want".split()
)

OPEN_REFERENCE = re.compile(
    r"\b(?:the )?(?:above|aforementioned|previous(?:ly)? mentioned|preceding|foregoing|following)[- ](?:\w+ ){0,2}(?:passage|text|paragraph|article|table|figure|image|picture|diagram|chart|graph|code|example|statement"
    r"|question|answer|section|document|list|sentence|data|information|case|scenario|condition|method|options?|mentioned)\b"
    r"|\b(?:mentioned|described|shown|listed|discussed|stated|given|referred to|noted|as) (?:above|earlier|previously|before)\b"
    r"|\b(?:according to|based on|in|from|per|does|do|of) (?:the|this|that) (?:passage|text|paragraph|article|table|figure|image|picture|diagram|chart|excerpt|snippet|attachment|screenshot|context|document)\b"
    r"|\b(?:the|this|that) (?:passage|paragraph|excerpt|attached \w+|attachment|screenshot|image|picture|diagram) (?:above|below|say|says|describe|describes|mean|show|shows)\b"
    r"|\b(?:the|this|that|these) (?:former|latter|first|second|third|last|other|same) (?:one|ones|option|case|point|item|question|part)\b|\bthe (?:former|latter)\b"
    r"|^(?:and |so |but |ok |okay )?(?:what|how) about (?:it|that|this|them|those|these|the other|the second|the latter)\b"
    r"|\b(?:as|like) (?:i|we|you) (?:said|mentioned|asked|discussed|described|told)\b|\b(?:you|he|she|they) (?:just )?(?:said|mentioned|told me|described)\b"
)
POINTER = re.compile(r"\b(?:it|its|they|them|their|this|that|these|those|he|him|his|she|her|hers|itself|themselves)\b")
GENERIC = frozenset(
    "condition disease disorder problem illness issue thing things one ones product service drug medicine medication treatment procedure method process option options case situation matter"
    " infection syndrome virus company organization law rule feature app device person man woman place event results result study claim statement question answer happen happening mean work".split()
)
IMPERSONAL = re.compile(
    r"\b(?:is|was|would|will|can|could|may|might|does|has|should|that|if|make|makes|find|how \w+ (?:is|was|will|does|did|would|can)) it (?:be |been |ever |still |really |always |take|takes|cost|mean|means|matter|feel|rain|snow|"
    r"(?:\w+ly )?(?:safe|possible|true|ok|okay|necessary|important|normal|better|best|legal|illegal|worth|common|easy|hard|difficult|good|bad|wrong|right|like|time|too late|advisable|recommended|required|dangerous|harmful|enough|likely"
    r"|mandatory|compulsory|free|healthy|fair|ethical|a good|the case|a problem|an? \w+ to|allowed|permitted|bad luck|correct|accurate))"
    r"|\bit(?:'s| is| was) (?:safe|possible|true|ok|necessary|important)|\bwhat time is it\b|\bso that\b|\bthat (?:is|are|was|were|can|have|has|do|does|may|i|you|we|the)\b"
    r"|\bthis (?:year|month|week|morning|afternoon|evening|time|way)\b|\b(?:those|these|that|this) (?:who|with|of|which)\b"
)
LEADING = frozenset(
    "what whats what's which who whom whose when where why how is are was were am do does did can could will would shall should may might must has have had be been being and or but so if then ok okay"
    " the a an of to in on at by for from with as about i me my we us our you your one someone anyone people person there tell explain describe list give show say please know let get got"
    " many much long often far old likely common serious bad good best main some any other others more most all kind kinds type types sort symptoms signs causes cause caused treatment treatments treat"
    " treated prevent prevented prevention diagnosed diagnose diagnosis cure cured affect affects affected happen happens happened work works use used uses using made make makes come comes came"
    " differ difference differences different between mean means meant called name names risk risks factors side effects effect benefits advantages disadvantages cost costs price need needed take taken"
    " inherited genetic outlook complications stages tests test purpose role function functions meaning definition examples example steps part parts genes changes related research done being".split()
)

STALE = re.compile(
    r"\bas of (?:this writing|now|today|yesterday|this (?:week|month|year)|(?:early |late |mid-?)?(?:(?:january|february|march|april|may|june|july|august|september|october|november|december|spring|summer|fall|autumn|winter)[ ,]*)?(?:\d{1,2},? )?(?:of )?(?:19|20)\d\d)"
    r"|\b(?:at the time of|when) (?:this )?(?:writing|publication|this (?:was|article was|page was) (?:written|published))\b|\b(?:at )?(?:the )?time this (?:\w+ )?(?:was|is) (?:written|being written|published)"
    r"|\b(?:last|recently) (?:updated|reviewed|revised|modified)\b(?: on)?:?(?= |$)|\b(?:the )?(?:upcoming|forthcoming|soon-to-be-released) (?:\w+ ){0,3}(?:version|release|edition|season|election|update|(?:19|20)\d\d)\b"
    r"|\b(?:will|is going to|is expected to|are expected to|is scheduled to|is set to|is due to|is planned to|is slated to|is to) (?:[\w']+ ){0,5}(?:in|by|on|for|during|until|from)(?: (?:early|late|mid|spring|summer|fall|autumn|winter|january|february|march|april|may|june|july|august|september|october|november|december|the|\d{1,2}),?)* ?(?:19|20)\d\d\b"
    r"|\b(?:earlier|later|late|early) this (?:year|month|decade)\b|\b(?:this|last|next) (?:year|month|week|spring|summer|fall|autumn|winter)(?:'s)?\b"
    r"|\b(?:the )?(?:current|present|incumbent|newly elected) (?:president|prime minister|chancellor|governor|mayor|ceo|champion|record holder|monarch|secretary)\b"
    r"|\b(?:currently|presently|now|at present|at the moment|right now)[, ](?:[\w']+ ){0,8}(?:19|20)\d\d\b|\b(?:in|since) the (?:past|last) (?:few|couple(?: of)?|two|three|several) (?:days|weeks|months)\b"
    r"|\b(?:has|have) (?:just |only just |newly )(?:been )?(?:announced|released|launched|introduced|approved|published)\b|\bcoming (?:soon|weeks|months)\b"
)


FACT = re.compile(r"\d|^(?:[Yy]es|[Nn]o)\b|\b[A-Z]\w*\W+[A-Z]")


def refusal(row: Row, corpus: Corpus) -> Finding:
    """How much of the answer is a refusal: 1 where it says nothing else, .5 where an answer follows."""
    found = REFUSAL.search(row.lower, 0, OPENING)
    if not found:
        return NOTHING
    return Finding(1.0 if len(row.words) <= 60 else 0.5, excerpt(row.answer, *found.span()))


def prompt_residue(row: Row, corpus: Corpus) -> Finding:
    """Number of a prompt's marks in the answer, and special tokens in the question; a model's word about itself is one."""
    found = [m.group().strip() for m in SPECIAL.finditer(f"{row.question}\n{row.answer}")]
    if "#" in row.answer:
        found += [m.group().strip() for m in HEADING.finditer(row.answer)]
    if ":" in row.answer:
        found += [m.group().strip() for m in ROLE.finditer(row.answer)]
    found += [m.group() for pattern in (PREAMBLE, SELF) if (m := pattern.search(row.lower))]
    return Finding(float(len(found)), excerpt(" ".join(found))) if found else NOTHING


def placeholder(row: Row, corpus: Corpus) -> Finding:
    """1 where the answer only stands for one that was never written, .5 where such a slot is within the answer."""
    bare = row.lower.strip().strip("()[]{}<>\"'!. ")
    if bare and len(bare) < 80 and NO_ANSWER.fullmatch(bare):
        return Finding(0.7 if bare in {"none", "unknown", "nil"} else 1.0, excerpt(row.answer))
    if found := LOREM.search(row.lower):
        return Finding(0.5 if ABOUT_CODE.search(row.question_lower) else 1.0, found.group())
    if found := SLOT.search(row.lower):
        alone = len(found.group()) > 0.5 * len(row.lower.strip()) and "_" not in found.group()
        return Finding(1.0 if alone else 0.5, excerpt(row.answer, *found.span()))
    return NOTHING


def boilerplate(row: Row, corpus: Corpus) -> Finding:
    """Share of the answer that would stand below any question: a site's or a help desk's phrases, or stock sentences of this file."""
    content = [word for word in row.words if word not in PLAIN]
    if len(content) < 3 or len(row.words) > 150:
        return NOTHING
    asked = set(row.question_words)
    stock = sum(word in STOCK and word not in asked for word in content) / len(content)
    answered = any(word in asked and word not in STOCK for word in content)
    return Finding(stock * (0.6 if answered else 1.0), excerpt(row.answer)) if stock else NOTHING


def near_constant(row: Row, corpus: Corpus) -> Finding:
    """Number of differently framed questions that have this answer; values, names and yes or no may recur."""
    if len(row.words) < 3 or len(row.words) < 6 and FACT.search(row.answer):
        return NOT_APPLICABLE
    return Finding(float(corpus.answers.get(answer_key(row.answer), 1)))


def dangling_reference(row: Row, corpus: Corpus) -> Finding:
    """1 where the question points to something that it doesn't name."""
    text = row.question.strip().replace("’", "'")
    head, _, rest = text.partition("\n")
    if len(WORD.findall(rest)) > 3:
        return NOTHING  # what it points to is quoted below
    text = head[:1].lower() + head[1:]  # a capital elsewhere is a name: "His bundle", "IT"
    if found := OPEN_REFERENCE.search(text):
        return Finding(1.0, found.group()) if len(row.question_words) <= 25 and ":" not in text else NOTHING
    if len(row.question_words) > 14 or not (found := POINTER.search(text)) or IMPERSONAL.search(text):
        return NOTHING
    before = [word for word in WORD.findall(text[: found.start()]) if word.lower() not in LEADING]
    after = WORD.findall(text[found.end() :])
    names_it = found.group() in {"this", "that", "these", "those"} and after and after[0] not in GENERIC | LEADING
    return NOTHING if before or names_it else Finding(1.0, found.group())


def out_of_date(row: Row, corpus: Corpus) -> Finding:
    """Number of wordings that were true on some day only, where the question names no date itself."""
    found = [m.group() for m in STALE.finditer(row.lower)]
    found = [text for text in found if text not in row.question_lower]
    return Finding(float(len(found)), excerpt("; ".join(found))) if found else NOTHING
