"""Signals of an answer that isn't about its question: a placeholder, stock phrases, one text for everything.

>>> placeholder(Row("What is an ISA?", "TODO: ask Ben"), Corpus()).value
1.0
"""

from __future__ import annotations

import re

from curation.signals.corpus import Corpus, answer_key
from curation.signals.residue import ABOUT_CODE, ELEMENTS
from curation.signals.rows import FUNCTION_WORDS, NOT_APPLICABLE, NOTHING, Finding, Row, any_of, excerpt, word_set

ALONE = 80  # characters up to which an answer can be a placeholder and nothing else
SHORT = 150  # words up to which an answer can be boilerplate

NO_ANSWER = any_of(
    r"n\.?/?\s?a\.?|not (?:applicable|available|provided|specified|answered)|no (?:answer|response|text|content|data)"
    r"(?: (?:yet|given|provided|available))?|null|nil|nan|none|undefined|#(?:n/a|ref!?|value!?|name\??|null!?"
    r"|div/0!?)",
    r"todo\b.{0,60}|t\.?b\.?[dcax]\.?\b.{0,40}|fixme\b.{0,60}|tk+|(?:coming|check back) soon|pending(?: review)?",
    r"(?:to be|will be) (?:determined|added|completed|done|defined|written|filled(?: in)?|confirmed|announced|decided"
    r"|updated|provided|supplied)\b.{0,30}|(?:this |page |answer )?(?:is )?under construction",
    r"x{3,}|[?_.\-*=~#…\s]+|error(?: \d+)?|(?:see|refer to) (?:above|below|attached|attachment|previous|next)",
    r"(?:test|testing|dummy|sample|placeholder|example|default|blank|empty|unknown|deleted|removed|redacted)"
    r"(?: (?:test|text|answer|data|value|content|entry|response))?(?: (?:here|goes here|\d+))?",
    r"(?:answer|text|content|response|description|string) (?:here|goes here|to follow|pending|missing|text)",
    r"(?:blah|bla|foo|bar|baz|asdf|qwerty)(?:[ ,]+(?:blah|bla|foo|bar|baz|asdf|qwerty))*",
    r"(?:add|insert|enter|your) (?:text|answer|content|response)(?: here)?|insert here|none (?:given|provided)",
    r"same as (?:above|before|previous)|ditto|idem",
)
# what can be the answer to "which of these …?" or "what is its state?"
DOUBTFUL = any_of(
    r"none|unknown|nil|missing|n\.?n|(?:\w+ ){1,3}(?:coming|check back) soon|(\w+)(?: \1){2,}",
    r"(?:first |rough |early )?draft\b.{0,40}|(?:reserved|meant) for (?:future|later) \w+",
    r"(?:see|refer to) (?:the )?(?:ticket|thread|issue|file|sheet|page|tab|link)\b[\w #.:\-]{0,20}",
)
LOREM = re.compile(r"\b(?:lorem ipsum|ipsum dolor|dolore? magna|consectetur|adipiscing elit|eiusmod tempor)\b")
FILL_IN = (
    r"(?:insert|your|enter|add|fill in|put|type|write|provide|replace|placeholder|todo|tbd|tbc|xx+|answer|name"
    r"|date|company"
    r"|link|url|number|amount|phone|email|city|address|text|description|product)(?:[ _\-:][\w' _\-]{1,40})?"
)
SLOT = any_of(
    r"\{\{\s*[\w .\-]{1,40}\s*\}\}|\$\{[\w.]{1,40}\}|%\([a-z_]+\)s|<%=?[^%]{1,60}%>|_{5,}",
    r"_{3,}[^_]+_{3,}",
    rf"[\[<{{]\s*{FILL_IN}\s*[\])}}>]|\((?:insert|enter|fill in|your|todo|tbd|tbc|placeholder)\b[^()]{{0,40}}\)",
)
# a variable by its shape: %%NAME%%, $NAME$, [CLIENT NAME], <host_name>, {first_name}
VARIABLE = re.compile(
    r"(?P<mark>%{1,2}|\$|@{1,2}|#{1,2}|_{2})[A-Z][A-Z0-9]*(?:[_ -][A-Z0-9]+)*(?P=mark)(?!\w)"
    r"|\[[A-Z]{3,}(?:[ _/-][A-Z]+){0,4}\](?!\()|(?<![\w\\${])\{[a-z]+(?:[_.][a-z]+)+\}"
    rf"|(?<![\w>])<(?!(?:{ELEMENTS})>|think|response|answer|assistant|user|mask)[a-z]{{3,}}(?:[_-][a-z]+)*>(?!.*</)"
)
CONSTANT = re.compile(r"[A-Z]{2,}(?:_[A-Z]{2,})+")  # YOUR_ANSWER_HERE
# a note to its writer: short, of a text and its writing, and that it isn't there yet
TEXT = word_set("""
    answer text content copy section entry page article draft field box response reply paragraph wording description
    details info input material
""")
UNWRITTEN = word_set("""
    pending awaiting awaits follow follows soon yet later missing tba tbc tbd write written fill filled complete
    completed add added provide provided insert inserted supplied supply pasted paste finish finished draft publish
    unfinished unwritten needed review
""")
NOTE = 14  # words up to which a note to its writer goes
PROMISE_HINTS = (
    "todo", "fixme", "tbd", "tbc", " here", "placeholder", "xxxx", "be added", "be written", "be provided", "be filled",
    "be completed", "be determined", "be inserted", "be supplied",
)  # fmt: skip
PROMISE = any_of(
    r"\b(?:insert|enter|add|put|write|type) (?:your |the |an? )?(?:\w+ ){0,2}(?:answer|text|response|content"
    r"|description"
    r"|details|information|explanation) here\b|\b(?:todo|fixme|tbd|tbc)\b\s*[:\-–]|\bplaceholder (?:text|answer"
    r"|content|for)\b",
    r"\b(?:answer|text|content|response|this section|description|details) (?:to be|will be) (?:added|written|provided"
    r"|completed|filled(?: in)?|determined|inserted|supplied)\b|\bx{4,}\b",
)

# stems of what help desks, news sites and shops say below anything
STOCK = word_set("""
    contact support team custom customer service representative agent department helpdesk desk visit website web
    site page webpage homepage click link button subscrib subscription unsubscrib newsletter email e-mail mail inbox
    feedback thank thankyou appreciat pleas happy glad assist assistance hesitat free reach call phon telephon
    hotlin hour monday friday onlin faq form submit inquir inquiry enquiry enquir question query quer further
    information info more detail learn read log login sign signin signup register registr account password cooki
    privacy policy polic term condition right reserv copyright follow facebook twitter instagram linkedin youtub
    tiktok shar social media download app menu search navigation advertisement advert ad sponsor back top print
    updat latest stay tun publish articl blog post author comment reply welcom valu business day respond respons
    respon refer resourc dedicat availabl member staff chat live consent accept continu brows browser browsing
    setting disclaimer address receiv offer new trademark shop cart checkout ship guarant satisfaction choos soon
    touch drop friendly always content access friend leav full view fill complet below trust prid user help need
    join communit community profil upgrad premium trial notif step guid tip section footer header expert
    professional promot deal discount deliver order cod talk speak advisor adviser consultant office branch locat
    nearest store request next get started ring lik forget enter creat think tell helpful care agre us check find
    rat vote video catalogu redirect wait blocker disabl excus typo sav percent open time purpos provid name number
    ring people legal advic constitut substitut jurisdict solicitor lawyer attorney qualifi medical educational
    general individual case situation circumstance differ technician engineer assign log record train qualit
    editorial team process kind regard sincer cheer apply applicabl appl subject avail status reproduc reproduction
    written permission prohibit part publisher liabl liabilit accept error omission thread clos mark solution
    member regist forum rule scroll javascript enabl load expert doctor physician provider advertis open line
    purposes message convenien schedul appointment book report abus problem issue accurat accurac warrant
    responsibilit content document material intend inform hope
""")
LABEL = 6  # words that make a sentence
SENTENCE_MARKS = set(".!?…")
FRAMES = 4  # differently framed questions from which a sentence belongs to none
FAMILIAR = 0.25  # added where it speaks to the reader and takes up nothing of the question
ENDING = re.compile(r"(?:ing|ed|es|e|s)$")
FACT = re.compile(r"\d|^(?:[Yy]es|[Nn]o)\b|\b[A-Z]\w*\W+[A-Z]")


def placeholder(row: Row, corpus: Corpus) -> Finding:
    """1 where the answer only stands for one that was never written, .5 where such a slot is within the answer."""
    bare = row.lower.strip().strip("()[]{}<>\"'!.@-– ")
    if bare and len(bare) < ALONE and (match := DOUBTFUL.fullmatch(bare) or NO_ANSWER.fullmatch(bare)):
        return Finding(0.7 if match.re is DOUBTFUL else 1.0, excerpt(row.answer))
    if found := LOREM.search(row.lower):
        return Finding(0.5 if ABOUT_CODE.search(row.question_lower) else 1.0, found.group())
    if CONSTANT.fullmatch(row.answer.strip()) or (2 <= len(row.words) <= NOTE and _is_note(row)):
        return Finding(0.7, excerpt(row.answer))
    slot = SLOT.search(row.lower) or VARIABLE.search(row.answer)
    if slot and ABOUT_CODE.search(row.question_lower):
        slot = None
    if slot is None and any(hint in row.lower for hint in PROMISE_HINTS):
        slot = PROMISE.search(row.lower)
    if slot is None:
        return NOTHING
    is_all = len(slot.group()) > 0.5 * len(row.lower.strip()) and "_" not in slot.group()
    return Finding(1.0 if is_all else 0.5, excerpt(row.answer, *slot.span()))


def _is_note(row: Row) -> bool:
    """Whether the answer speaks of a text that isn't written yet, and of nothing that was asked."""
    words = set(row.words)
    return bool(words & TEXT and words & UNWRITTEN) and not words & (set(row.question_words) - FUNCTION_WORDS)


def boilerplate(row: Row, corpus: Corpus) -> Finding:
    """Share of a short answer's own words that are a site's or a help desk's, less where it takes up the question."""
    if len(row.words) > SHORT:
        return NOTHING
    content = [word for word in row.words if word not in FUNCTION_WORDS]
    if len(content) < 3 or _is_label(row, corpus):
        return NOTHING
    asked = {_stem(word) for word in row.question_words}
    stems = [_stem(word) for word in content]
    share = sum(stem in STOCK and stem not in asked for stem in stems) / len(content)
    answers = any(stem in asked and stem not in STOCK for stem in stems)
    if answers:
        share *= 0.6
    elif share and row.is_brief and row.speaks_to_reader and not corpus.is_addressing:
        share = min(1.0, share + FAMILIAR)
    share = max(share, _said_elsewhere(row, corpus))
    return Finding(share, excerpt(row.answer)) if share else NOTHING


def _said_elsewhere(row: Row, corpus: Corpus) -> float:
    """Share of the answer's words in sentences that stand below differently framed questions all over the file."""
    shared = [sentence for sentence in row.sentences if corpus.sentences.get(answer_key(sentence), 0.0) >= FRAMES]
    return sum(len(sentence.split()) for sentence in shared) / max(1, len(row.answer.split()))


def _is_label(row: Row, corpus: Corpus) -> bool:
    """Whether the answer is a few words and no sentence: a category's name, a choice, a value."""
    is_few = len(row.words) < LABEL or (corpus.is_of_labels and len(row.words) < 2 * LABEL)
    return is_few and row.answer.rstrip()[-1:] not in SENTENCE_MARKS


def _stem(word: str) -> str:
    return ENDING.sub("", word) if len(word) > 3 else word


def near_constant(row: Row, corpus: Corpus) -> Finding:
    """Number of differently framed questions that have this answer; values, names and yes or no may recur."""
    if len(row.words) < 3 or _is_label(row, corpus) or (len(row.words) < LABEL and FACT.search(row.answer)):
        return NOT_APPLICABLE
    return Finding(float(corpus.answers.get(answer_key(row.answer), 1)))
