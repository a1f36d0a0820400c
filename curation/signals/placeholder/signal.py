"""Signal of a placeholder: the answer, or a part of it, stands for one that was never written.

>>> placeholder(Row("What is an ISA?", "TODO: ask Ben"), Corpus()).value
1.0
"""

from __future__ import annotations

import re

from curation.signals.corpus import Corpus
from curation.signals.page.markup import ABOUT_CODE
from curation.signals.placeholder.slots import find_slot
from curation.signals.rows import NOTHING, Finding, Row
from curation.signals.seen import has_words, is_seen
from curation.signals.wordings import Wording, Wordings
from winnow.text.words import FUNCTION_WORDS, any_of, excerpt, word_set

ALONE = 80  # characters up to which an answer can be a placeholder and nothing else

NO_ANSWER = any_of(
    r"n\.?/?\s?a\.?|not (?:applicable|available|provided|specified|answered)|no (?:answer|response|text|content"
    r"|data)(?: (?:yet|given|provided|available))?|null|nil|nan|none|undefined|#(?:n/a|ref!?|value!?|name\??|null!?"
    r"|div/0!?)",
    r"todo\b.{0,60}|t\.?b\.?[dcax]\.?\b.{0,40}|fixme\b.{0,60}|tk+|(?:coming|check back) soon|pending(?: review)?",
    r"(?:to be|will be) (?:determined|added|completed|done|defined|written|filled(?: in)?|confirmed|announced|decided"
    r"|updated|provided|supplied)\b.{0,30}|(?:this |page |answer )?(?:is )?under construction",
    r"x{3,}|[?_.\-*=~#…\s]+|error(?: \d+)?|(?:see|refer to) (?:above|below|attached|attachment|previous|next)",
    r"(?:test|testing|dummy|sample|placeholder|example|default|blank|empty|unknown|deleted|removed"
    r"|redacted)(?: (?:test|text|answer|data|value|content|entry|response))?(?: (?:here|goes here|\d+))?",
    r"(?:answer|text|content|response|description|string) (?:here|goes here|to follow|pending|missing|text)",
    r"(?:blah|bla|foo|bar|baz|asdf|qwerty)(?:[ ,]+(?:blah|bla|foo|bar|baz|asdf|qwerty))*",
    r"(?:add|insert|enter|your) (?:text|answer|content|response)(?: here)?|insert here|none (?:given|provided)",
    r"same as (?:above|before|previous)|ditto|idem",
    r"#(?:nv|num|spill|calc|error|wert|bezug|zahl|valeur|nombre|getting_data)[!?]?|err:\d{3}|platzhalter|(?:filler"
    r"|dummy|mock|stub|blind|muster|beispiel|platzhalter)[ \-]?(?:text|answer|reply|response|entry|data|record|copy)",
    r"(?:intentionally )?left (?:blank|empty)(?: on purpose)?|this \w+ (?:is |was )?intentionally left blank",
    r"(?:illegible|inaudible|unreadable|unintelligible|unclear|cut|missing|no text)|.{0,30}\bto be (?:added|written"
    r"|completed|inserted|supplied|provided)\b.{0,10}",
    r"(?:double[- ]?)?(?:click|tap)(?: or tap)?(?: here)? to (?:enter|add|edit|insert|type)(?: \w+){0,3}",
)
# what can be the answer to "which of these …?" or "what is its state?"
DOUBTFUL = any_of(
    r"none|unknown|nil|missing|n\.?n|blank|empty|default|deleted|removed|error|example|sample|(?:\w+ ){1,3}(?:coming"
    r"|check back) soon|(\w+)(?: \1){2,}",
    r"(?:first |rough |early )?draft\b.{0,40}|(?:reserved|meant) for (?:future|later) \w+",
    r"(?:see|refer to) (?:the )?(?:ticket|thread|issue|file|sheet|page|tab|link)\b[\w #.:\-]{0,20}",
)
# keys struck in passing: some word of it, and beside it only the like and numbers
MASH = re.compile(
    r"(?:test\d+|asdf\w{0,6}|sdf\w{1,6}|qwert?[yz]?(?:u\w*)?\d*|hjkl\w?|zxcv\w{0,3}|foo(?:bar)?|bla+h*|test(?:ing)?"
    r"|dummy|lorem)+"
)
MASHED = re.compile(r"bar|baz|asd|jkl|xyz|aaa+|\d+")
MASH_GAPS = re.compile(r"[\s,.;:!_/\-]+")
# whole answers that are rarely meant
LIKELY = any_of(
    r"(?:please )?(?:see|refer to|cf\.?|same as|as (?:in|for)|copy (?:from|of)) (?:the )?(?:same )?(?:answer|reply"
    r"|text|entry|question|item|row|line|cell|faq|pdf|attachment)s?\b[\w #.:\-–]{0,40}|same (?:answer|reply"
    r"|text) as .{1,30}",
    r"(?:the |sample |test |model )?(?:answer|reply|response|answer text|antwort|réponse|respuesta)(?: ?(?:no\.?|nr\.?"
    r"|number|n°))? ?#?\d+(?:\s*[(\-–].{0,40}| (?:for|of|to|here)\b.{0,40})?",
    r"(?:this is )?(?:only |just )?a test\b.{0,30}|hello,? world|(?P<letter>[a-z])(?P=letter){3,}",
    r"(?:test|dummy|sample|filler|mock)\b.{0,40}\b(?:ignore|replace|delete)\b.{0,30}|(?:dummy|filler|mock)\b.{1,40}",
    r"placeholder\b.{1,40}|(?P<keys>[bcdfghjklqsvwx]{2,4})(?P=keys)+|x{3,} .{1,50} x{3,}",
    r"wip|stub\b.{0,20}|(?:still |work )?in progress\b.{0,40}|under (?:review|revision|development)|untitled",
    r"(?:still )?to come|(?:\w+ )?(?:not|never)(?: yet| been)? (?:written|answered|filled(?: in)?|populated|set"
    r"|drafted|supplied)(?: yet)?|coming (?:in q\d|next \w+|(?:in|with) the (?:next|new) .{1,20})",
    r"(?:content|text|answer|body|image|screenshot|table|video|attachment|description|this (?:\w+ )?has been)(?: was"
    r"| is)? (?:removed|deleted|omitted|stripped|lost|empty|blank)\b.{0,20}",
    r"(?:obsolete|outdated|old version)\W.{0,40}|do not (?:use|publish)\b.{0,40}",
    r"(?:please )?(?:delete|remove|replace|overwrite|ignore) (?:this|me|row|entry|line|before|record)\b.{0,40}",
    r"(?:body|filler|some|sample|your) (?:text|copy|answer)(?: (?:here|goes here))?|new (?:entry|text|answer)",
    r"(?:heading|title|image|link|body|text|copy|reply) goes here|(?:still )?to[ -]?do\b\s*[:(\-–].{0,60}",
    r"translation[ _]missing\b.{0,40}|missing[: ]\s?(?:[\w.]+[._][\w.]+|translation\b.{0,30})",
    r"no (?:\w+ )?(?:recorded|entered|supplied|on file)(?: yet)?|no (?:answer|text|content|description) .{0,12}",
    r"(?:text|antwort|inhalt)? ?(?:folgt|volgt)\b.{0,20}|platzhalter\b.{0,30}|wird (?:noch )?(?:ergänzt|nachgereicht)",
    r"noch (?:offen|zu ergänzen)|keine (?:angabe|antwort)|k\.? ?a|(?:texte |réponse )?à (?:compléter|venir|définir)",
    r"(?:\w+ )?(?:will|to) follow(?: soon| shortly| later)?|follows|more (?:soon|later|to come)"
    r"|(?:question )?still open\b.{0,30}",
    r"(?:same )?as (?:per )?(?:discussed|agreed|above|before|last year)|(?:like|identical to|same as) (?:question|item"
    r"|q)\W?\d+",
    r"(?:see|cf\.?|copy|take|use) .{0,30}\b(?:attached|attachment|document|handbook|manual|intranet|version"
    r"|old faq)\b.{0,30}",
    r"(?:\w+ )?needs? (?:an answer|translation|translating|rewriting|(?:a )?review|editing|updating|checking|work)"
    r"|untranslated",
    r"(?:answer|text|wording|content)(?: to be \w+\b.{0,40}|: (?:see|by|from|to) .{1,30})|(?:entry|record"
    r"|row) deleted\b.{0,20}",
    r"open question|te?mp|temporary (?:text|answer)|test(?:antwort|text|eintrag)|test (?:entry|record|row|answer"
    r"|question)\b.{0,30}",
    r"this is (?:the|an?) (?:\w+ )?(?:answer|reply|text)\b.{0,60}|an? (?:sample|dummy|test) (?:answer|reply"
    r"|text)\b.{0,60}|example answer\b.{0,20}",
    r"(?:hier|ici|aqu[ií]|qui)\b.{0,20}\b(?:text\w?|testo|antwort|réponse|respuesta)\b.{0,20}|insér\w+ (?:le "
    r"|un )?texte\b.{0,20}",
    r"object (?:object|html\w+|null|undefined|promise)|nonetype|system\.\w+\W*|java\.[\w.]+|=[a-z]+\(.*"
    r"|#[a-z]+[!?].{0,40}|[\w\-]+\.(?:docx?|pdf|xlsx?|jpe?g|png|gif|txt)",
    r"(?:por|a) (?:definir|completar|confirmar)|pendiente\b.{0,20}|da (?:completare|definire|inserire)|待定|未定",
)
MARKS = re.compile(r"[!-/:-@\[-`{-~–—…•●○★☆□■·\s]{2,}")
SAID_AGAIN = re.compile(r"(.{2,40}?)(?:[\s,.;:|/\-]+\1)+")
LOREM = Wording.of(
    "ipsum|dolor|consectetur|adipiscing|eiusmod|vestibulum|pellentesque|nostrud|nonumy",
    r"\b(?:lorem ipsum|ipsum dolor|dolore? magna|consectetur|adipiscing elit|eiusmod tempor|dolor sit amet"
    r"|vestibulum ante|pellentesque|quis nostrud|sed diam nonumy)\b",
)
# the name of a text in its place: YOUR_ANSWER_HERE, KB_12_BODY, answer_12, faq.reply.long
KEY = re.compile(
    r"(?=.{7})[A-Z]{2,}[A-Z0-9]*(?:_[A-Z0-9]+)+|[A-Za-z]\w*_\w*_\w+|([%@#$:_]{1,2})[a-z_]{3,}\1"
    r"|[a-z]+(?:-[a-z]+)*-(?:answer|reply|body|text)-\d+|[$:]?(?=(?:.*[._$:])?(?:answer|reply|response|body"
    r"|placeholder)s?(?:[._]|$))(?:[a-z]\w*[._]\w[\w.]*|(?<=[$:])\w+)|\$[A-Z_]{3,}"
)
ABOUT_NAMES = re.compile(
    r"\b(?:variable|constant|flag|macro|environment|enum|parameter|option|command|name|code|key)s?\b"
)
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
# words of those who make a file, and of nothing that is asked
EDITING = (
    word_set("""
    ask asked check checked checking look verify verified clarify clarified confirm confirmed answered unanswered open
    question note self editor editors author authors expert experts sme reviewer reviewers legal marketing hr team
    temporary temp old new version draft drafts translate translated translation untranslated needs need rewrite
    rewritten rewriting update updated being still working work in-progress field record deleted removed moved imported
    import migrated migration error truncated load loaded failed unable retrieve retrieved database empty blank required
    copied sample example dummy test layout replace replaced sentence sentences words short max brief explain
    describe paragraph paragraphs someone somebody anyone who knows sure idea feedback approval approved approve
    please supply default value filler stub todo wip here step steps process don't isn't hasn't haven't lookup found
    keep friendly response finalise finalize final incomplete outstanding template snippet
""")
    | TEXT
    | UNWRITTEN
)
# of them, the words that a few words on any matter have
COMMON = word_set("""
    new old record field open legal team sure found work working final version question error load loaded words
    short value section page article box entry needs need step steps needed added input material information details
    look answered
""")
EDITED = 0.8  # share of such words in a note
_TEXT = (
    r"(?:macro|template|snippet|shortcode|translation|include|widget|attachment|body|text|content|answer|entry|article"
    r"|description|copy)"
)
_THING = r"(?:key|variable|resource|module|record|field|string|file|node|value|cell|error|warning)"
_LOST = (
    r"(?:(?:not|never) (?:be )?(?:found|loaded|migrated|imported|set|filled|populated|supplied|defined|resolved"
    r"|written|recorded)|does not exist|missing|empty|blank|undefined|null)"
)
_ORDER = r"(?:please )?(?:explain|describe|write|list|state|summari[sz]e|answer|add|insert|enter|type|put|paste|fill)"
_MEASURE = r"(?:sentences?|words|paragraphs?|bullet points|lines|characters)"
_WRITERS = r"(?:sme|experts?|legal|editors?|authors?|reviewers?|compliance|marketing|editorial)"
# other notes on a text: that it went lost, how to write it, who is to
NOTES = any_of(
    rf"\b{_TEXT}\b[^.!?]{{0,40}}\b{_LOST}\b|^{_THING}\b.{{0,40}}\b{_LOST}\b|\b{_TEXT} (?:was |got )?lost\b",
    rf"\b(?:missing|empty|undefined|lost|corrupt(?:ed)?) {_TEXT}\b|\bwithout (?:body|text|content)\b",
    r"\bcontent to be (?:migrated|moved|copied)\b|^here (?:you|we|the author|one) (?:should )?(?:write|explain"
    r"|describe|put|insert|give)s?\b|^here (?:goes|comes|follows) (?:the |an? )?(?:\w+ )?(?:text|answer|copy"
    r"|explanation|description)\b",
    rf"^{_ORDER}(?: in| out)? (?:here|below|the answer|your answer|this (?:box|field|part))\b",
    rf"^{_ORDER}\b.{{0,40}}\b(?:\d+|one|two|three|four|five|a few|some|max\w*)\b[\w .,\-–]{{0,20}}{_MEASURE}\b",
    rf"\b(?:answer|text|copy|reply)\W.{{0,20}}\b(?:max\w*\.?|up to|at most|about) \d+ {_MEASURE}\b",
    r"<-+ ?(?:finish|complete|fill|add|write|check|insert|todo|replace|edit|change|expand)",
    r"\b(?:ask|check|clarify|confirm|get|need|waiting|awaiting|change|fix|find)\b.{0,40}\b(?:wording|phrasing"
    r"|final text)\b",
    r"\b(?:wording|phrasing) (?:with|from|by)\b|\bneeds? copy\b|\b(?:what|how) (?:do )?we say (?:here|this)\b|^@\w+\b",
    rf"^{_WRITERS} to (?:\w+ )?(?:complete|write|fill|supply|provide|draft|confirm|add|answer|rewrite|review|check)\b",
    rf"^needs? (?:{_WRITERS}|review|input)\b|\b(?:pending|awaiting) {_WRITERS} (?:input|review|check|approval"
    r"|sign-?off)\b",
    r"^(?:still )?(?:waiting for|waiting on|awaiting) .*\b(?:input|answer|copy|text|approval|sign-?off|reply|from)\b",
    r"\b(?:written|replaced?|updated?|filled|reviewed|edited) (?:\w+ ){0,3}before (?:launch|publishing|go[- ]live)",
    r"^(?:(?:i|we) will|(?:i|we)'ll|will) (?:fill|add|write|update|complete|finish) (?:this|it|that|in|the (?:text"
    r"|answer))\b",
    r"^who (?:can|could|will|should) (?:please )?(?:answer|write|fill|take)\b",
    r"\b(?:nobody|no one|noone) has (?:yet )?(?:answered|written|filled)|\b(?:unknown|unclear"
    r"|missing)\W+(?:please )?ask \w+",
)
# a whole answer in brackets that tells its writer what belongs there
IN_BRACKETS = re.compile(r"([\[<{(])+\s*([^\[\]<>{}()\"=]+?)\s*[\])}>]+[.!]*")
ORDER = re.compile(
    r"(?:please )?(?:describe|explain|summari[sz]e|list|give|state|mention|outline|specify|provide|add|insert|write"
    r"|enter|fill|put|include|choose|select|use|link|copy|paste|attach|ask|check|replace|update|translate|rewrite|cite"
    r"|quote|answer|reply|tell|say|name|show|refer)\b"
)
MEASURES = word_set("sentence sentences paragraph paragraphs words characters bullet bullets")
PICTURES = word_set("entry value image screenshot photo picture table figure diagram video chart link attachment")
PROMISE_HINTS = (
    "todo|fixme|tbd|tbc| here|placeholder|xxxx|be added|be written|be provided|be filled|be completed|be determined"
    "|be inserted|be supplied"
)
PROMISE = Wording.of(PROMISE_HINTS, any_of(
    r"\b(?:insert|enter|add|put|write|type) (?:your |the |an? )?(?:\w+ ){0,2}(?:answer|text|response|content"
    r"|description|details|information|explanation) here\b|\b(?:todo|fixme|tbd|tbc)\b\s*[:\-–]|\bplaceholder (?:text"
    r"|answer|content|for)\b",
    r"\b(?:answer|text|content|response|this section|description|details) (?:to be|will be) (?:added|written|provided"
    r"|completed|filled(?: in)?|determined|inserted|supplied)\b|\bx{4,}\b",
))  # fmt: skip
WITHIN = Wordings([LOREM, PROMISE])


def placeholder(row: Row, corpus: Corpus) -> Finding:
    """1 where the answer only stands for one that was never written, .5 where such a slot is within the answer.

    Whether "NA" or "#" is the answer depends on the question: no value here is certain, people look at all of them.
    """
    for text in (row.answer, row.question):
        if is_seen(text) and not has_words(text):
            return Finding(1.0, excerpt(text))
    if sure := _stands_for_text(row):
        return Finding(sure, excerpt(row.answer))
    within = dict(WITHIN.find(row.lower))
    if found := within.get(LOREM):
        return Finding(0.5 if ABOUT_CODE.search(row.question_lower) else 1.0, found.group())
    if _is_note(row):
        return Finding(0.7, excerpt(row.answer))
    slot = find_slot(row) or within.get(PROMISE)
    if slot is None:
        return NOTHING
    is_all = len(slot.group()) > 0.5 * len(row.lower.strip()) and "_" not in slot.group()
    return Finding(1.0 if is_all else 0.5, excerpt(row.answer, *slot.span()))


def _stands_for_text(row: Row) -> float:
    """Give 1 where the whole answer says that there is none, .7 where it could also be one, else 0."""
    bare = row.lower.strip().strip("()[]{}<>\"'!.@-–—*=~ ")
    again = SAID_AGAIN.fullmatch(bare[: 3 * ALONE])
    texts = [text for text in (bare, again[1] if again else "") if 0 < len(text) < ALONE]
    if any(NO_ANSWER.fullmatch(text) and not DOUBTFUL.fullmatch(text) for text in texts):
        return 1.0
    if MARKS.fullmatch(row.answer.strip()):
        return 0.7
    return 0.7 if any(DOUBTFUL.fullmatch(text) or LIKELY.fullmatch(text) or _is_mash(text) for text in texts) else 0.0


def _is_mash(bare: str) -> bool:
    pieces = [piece for piece in MASH_GAPS.split(bare) if piece]
    struck = [MASH.fullmatch(piece) is not None for piece in pieces]
    return any(struck) and all(
        is_mash or MASHED.fullmatch(piece) for piece, is_mash in zip(pieces, struck, strict=True)
    )


def _is_note(row: Row) -> bool:
    """Whether the answer speaks to its writer: of a text that isn't there yet, not of what was asked."""
    if len(row.words) > 2 * NOTE:
        return False
    answer = row.answer.strip()
    if KEY.fullmatch(answer):
        return not ABOUT_NAMES.search(row.question_lower) and not ABOUT_CODE.search(row.question_lower)
    words = set(row.words)
    if inside := IN_BRACKETS.fullmatch(answer):
        is_order = len(words) > 1 and (ORDER.match(inside[2].lower()) or words & MEASURES)
        return bool(is_order) or (inside[1] != "(" and bool(words & (TEXT | PICTURES) or _is_remark(inside[2])))
    if not 2 <= len(row.words) <= NOTE or words & (set(row.question_words) - FUNCTION_WORDS):
        return False
    own = [word for word in row.words if word not in FUNCTION_WORDS]
    is_editing = (
        len(own) > 1 and not COMMON.issuperset(own) and sum(word in EDITING for word in own) >= EDITED * len(own)
    )
    return is_editing or bool(words & TEXT and words & UNWRITTEN) or NOTES.search(row.lower.strip()) is not None


def _is_remark(inside: str) -> bool:
    """Whether what stands in brackets is said in words, and is no list."""
    return len(inside.split()) > 2 and inside.count(",") < 2 and not any(letter.isdigit() for letter in inside)
