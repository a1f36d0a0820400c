"""Signals from the form of an answer: missing, too short or long, an echo, cut off, repeating itself.

Every function takes a row and the corpus and returns a finding; the rule for its value is in `curation.steps.quality`.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Sequence
from operator import eq

from curation.signals.corpus import Corpus
from curation.signals.rows import NOT_APPLICABLE, NOTHING, Finding, Row
from winnow.text.words import FUNCTION_WORDS, UNSPACED, excerpt, word_set

# grammar words of English that no finished sentence ends with
UNFINISHED = word_set("""
    a an the and or but nor of to from with by at into onto than that which who whose whom if because while although
    though unless whereas is are was were be been being has have had will would shall should can could may might
    must my your his her its our their this these those very such every each both either neither as in for on
    between among during within without about under over through against toward towards upon via per including i we
    they he she not when where how what why does do did so also more most some any
""")
# … of which these do end a fragment or a phrasal verb often enough to be only a hint
SOFT = word_set("""
    in on for about over under through within without so also more most some any not do did does when where how what
    why this that these those which both each i as at
""")
CLOSED = re.compile(r"[.!?…。！？؟।:;][\"'”’»)\]}*_`]*$|[\"”»)\]}>|/%°*`_#=+~$€£]$")
OPEN_END = re.compile(r"[,(\[{“«‘&–—]$|\b\w+-$")
ITEM = re.compile(r"^\s*(?:[-*•·–+>|#]|\(?\w{1,3}[.)]\s)|\s[-•·–|]\s|\t|\s\|\s|^[^.!?]{0,60}:\s")
ADDRESS_END = re.compile(r"(?:https?:|www\.|[\w-]+\.(?:com|org|gov|net|edu|int)\b|[#@/\\])\S*$")
TAIL = 120  # characters in which the end is looked at
LAST_WORD = re.compile(r"([^\W\d_]+)$")
YES_NO = re.compile(r"^(?:is|are|was|were|do|does|did|can|could|will|would|should|has|have|had|may|must|am|shall)\b")
EXPLAIN = re.compile(
    r"\b(?:why|how (?!many|much|long|often|old|far|big|large|tall|high|fast|soon|deep|late|early|heavy|likely)|explain"
    r"|describe|what (?:causes?|are the (?:treatments?|symptoms?|causes?|effects?|benefits?|risks?|steps?"
    r"|differences?))|what (?:should|can|could) (?:i|you|we|one) do|what happens|tell me about|give an overview"
    r"|in detail|what is the (?:purpose|difference|role|outlook)|discuss|outline|elaborate)\b"
)
# what no number answers
MECHANISM = re.compile(
    r"why (?!not\b)|how (?:do|can|should|could|would|must) (?:i|you|we|one|people|they)\b|what (?:causes|happens)\b"
    r"|what (?:are|is) the (?:symptoms|causes?|treatments?|steps|reasons?|purpose|side effects)\b"
)
SENTENCE = 10  # words; answers that are usually longer than this aren't facts
FILLER = word_set("""
    yes no yeah yep nope ok okay sure maybe perhaps possibly well thanks thank you of course it depends depend good
    great nice interesting question indeed right exactly correct not really see above below read hello hi hm hmm uh
    fine cool absolutely certainly definitely true false so i think guess idea done welcome always never sometimes
    usually often this that is the a
""")
# words about the asking itself, which add nothing to a question said again
ASKING = word_set("""
    question questions asked ask asking know want wanted wonder wondering would like you i we that is the what well
    query here this your my our me tell please about answer regarding re so now do does a an hi hello ok okay good
    great interesting to be was it if in of on and as repeat again
""")
# words that announce an answer, thank for a question or speak of who asks, and so say nothing themselves
TALKING = word_set("""
    common commonly frequent frequently often body title topic find found out text faq subject heading understand
    understood follows following section happy glad everything explain look looking many people someone everybody
    receive receives received reply reading reads below above repeat restate restating sure summary user customer
    reader readers caller client member today deals dealing covered covers cover article entry entries page post
    posting posted message concern reported enquiry enquiries inquiry task response responses thread typed type problem
    interesting important regard area answered answering answers wonders wondered got say says said always see read
    hear heard let's let think thinking thought hmm hm ah oh well then thank thanks detail details discuss discussed
    discussing consider come comes came brings bring turn address addressed addressing request requested issue matter
    exactly indeed nice yes end summarize summarise reference noted note number ticket case right place information
    next moment minute quick guide overview introduction part provided provide given here's there's that's it's i'd
    you'd we'd i'll we'll you're we're i'm i've we've what's precisely being wrote write writes customers clients
    something patients means meaning give giving hope helps rightly raise raising raised point talk talking must isn't
    different users via web form email e-mail phone chat first one has have asker submitted practice lot together alone
    sum replies views marks order wondering stated list correct just in asks solve correctly going category general
    forwarded forward themselves faqs help centre center contacted matters mean meant website site online team desk
    service services saying phrase phrased phrasing rephrase reword ways reach reaching love loved hearing dear sir
    madam confirm confirmed created successfully opened closed priority normal high low urgent status pending sub
    search searched results result seems seem appears trying try need needs somebody piece related similar curious
    currently logged recorded acknowledge assigned called calling kindly appreciate interest interested clarify
    clarification restated repeated exact wording words version simply other another one's else really actually er um
    yeah same thing things show shows shown string field value respond responds responding evidently types engine every
    day get gets counter exam dive input recognised recognized q explained reason fully brought tell pose poses posed
    state states repeats once more again audience viewer concerns learn myself namely stands stand wish wishes wanting
    person here anyone click expand button open description resolution respondent interview aloud helpful contents
    taken original translated translation short long brief copy paste pasted quote quoted entered press enter continue
    bump because put per shortly recently follow pupil pupils
""")
ANSWERING = word_set("""
    yes no not never always sometimes usually often maybe perhaps possibly depends depend definitely certainly true
    false absolutely nope yeah yep all none both neither each more most
""")
# … and of which one may be the answer: "What is its state? Pending."
STATES = word_set("""
    high low normal urgent pending open opened closed short long brief string text field value general online same today
    every day nobody someone somebody person another other original main free current body email e-mail phone web chat
""")
VALUE = re.compile(r"\d|[$€£%]")
IDLE = (FUNCTION_WORDS | ASKING | TALKING) - ANSWERING
COUNTED = re.compile(
    r"\b(?:(?:faqs?|q|question|item|topic|entry|no|nr|number|views|replies|answers|votes|marks|likes|page|ticket|case"
    r"|problem|exercise|query|request|incident|ref|reference|row|record|item|asked in) ){1,4}\d+(?: \d+){0,4}\b"
    r"|\b\d+ (?:marks?|points?|pts|votes?|views?|replies|answers?|likes?)\b|^1 (?=also|same|for this|me|to this|i have"
    r"|interested|looking|as well)|\b(?:learn|find out|read|see|know|hear) more\b|\bno problem\b"
    r"|\bmost (?=(?:frequently|commonly|often) )|\bget back to you\b|\bof (?:the )?\d{1,2}(?:st|nd|rd|th)\b"
    r"|\bnot (?:alone|the only one)\b|\b(?:often|sometimes|always|usually) (?=(?:get |be |been )?(?:ask|wonder|hear))"
)
ANNOUNCING = 25  # words that may stand before a question said again, or behind
ASKS = re.compile(
    r"(?:ask|wonder|question|quer(?:y|ies)|[ei]nquir|determin|thread|topic|solv|find|problem|phras|rephras|reword"
    r"|search|ticket|subject|receiv|reach|regard|repeat|heading|title|look|curious|confirm|request|clarif|sa(?:y|id)"
    r"|log)\w*$"
)
TELLS = word_set("asked asks wondered wonders inquired enquired wrote writes")
TELLER = 4  # words in which it is said who does
FEW_OTHERS = 0.4  # share of the words around it that may speak of something else
SELDOM = 0.005  # share of rows up to which a word isn't what the file is about
YES_NO_WORD = re.compile(r"(?:yes|no|yeah|nope|true|false|\d.*)$")
NUMBER = re.compile(r"\d")
SHINGLE = 8  # words; shorter repeats are the vocabulary of lists


def too_short(row: Row, corpus: Corpus) -> Finding:
    """Words of an answer whose question asks for more than a fact; not applicable to values, names, labels, yes or no.

    A question asks for more where it says so (why, how, explain), or where nine of ten answers of this file to
    questions that begin so have ten words and more. A filler ("good question!") answers nothing but yes or no. An
    answer that stands in its context isn't too short where that is the file's manner.
    """
    if row.context and corpus.is_extractive and row.is_extract:
        return NOT_APPLICABLE
    if not row.is_spaced or corpus.is_of_labels or corpus.is_label(row.answer):
        return NOT_APPLICABLE
    if (VALUE.search(row.answer) or not row.words) and not MECHANISM.match(row.question_lower):
        return NOT_APPLICABLE
    is_open = EXPLAIN.search(row.question_lower) or corpus.usual_length(row.question_words) >= SENTENCE
    fills = not YES_NO.search(row.question_lower) and all(word in FILLER for word in row.words)
    return Finding(float(len(row.words)), excerpt(row.answer, 0, 60)) if is_open or fills else NOT_APPLICABLE


def too_long(row: Row, corpus: Corpus) -> Finding:
    """Words of the answer; a character counts as half a word where the script has no spaces."""
    unspaced = 0 if row.is_spaced else len(UNSPACED.findall(row.answer))
    return Finding(len(row.words) + unspaced / 2)


def echo(row: Row, corpus: Corpus) -> Finding:
    """How far the answer only says the question again: 1 is a copy, 0 shares nothing or adds enough.

    The share of the question's words that the answer repeats, times the share of the answer that is repeated; words
    about asking don't count as added. A choice that the question offers ("is it A or B?") covers too little of it.
    """
    question, answer = row.question_words, row.words
    if len(question) < 3 or not answer or len(answer) > 4 * len(question) + 2 * ANNOUNCING:
        return NOTHING
    if YES_NO.match(row.question_lower) and YES_NO_WORD.match(answer[0]):
        return NOTHING  # "Is it free?" "Yes, it is free."
    asked, said = set(question), set(answer)
    if len(answer) <= len(question) + 2 * ANNOUNCING and _announces(row, corpus):
        return Finding(1.0, excerpt(row.answer))
    rest = {*answer[len(question) :]} - asked if answer[: len(question)] == question else ()
    if any(word not in IDLE or word in STATES for word in rest):
        return NOTHING  # "What is its state? Pending."
    added = sum(word not in asked for word in answer)
    if any(word[0].isdigit() and word not in asked for word in _uncounted(answer[1:])):
        return NOTHING  # "How many are there? 17"
    if len(answer) >= len(question) and asked <= said and all(word in asked or word in ASKING for word in answer):
        return Finding(1.0, excerpt(row.answer))
    value = len(asked & said) / len(asked) * (1 - added / len(answer))
    return Finding(value, excerpt(row.answer)) if value > 0 else NOTHING


def _announces(row: Row, corpus: Corpus) -> bool:
    """Whether the answer says the question word by word, and ends with it or has little else than words of asking."""
    question, answer = row.question_words, row.words
    if (at := _find(question, answer, ANNOUNCING)) < 0:
        return False
    before, behind = answer[:at], answer[at + len(question) :]
    while (at := _find(question, behind, len(behind))) >= 0:
        behind = behind[:at] + behind[at + len(question) :]
    if (not behind and before and before[-1] in TELLS) or (len(behind) <= TELLER and behind and behind[0] in TELLS):
        return True  # "On 4 May a member wrote: …", "… asked the patient."
    before, behind = _uncounted(before), _uncounted(behind)
    told = NUMBER if not YES_NO.match(row.question_lower) else YES_NO_WORD
    return not any(map(told.match, before + behind)) and (not behind or _asks(before + behind, corpus))


def _find(piece: list[str], words: list[str], last: int) -> int:
    """Find where a piece begins in words, at `last` at the latest; -1 where it doesn't."""
    starts = range(min(len(words) - len(piece), last) + 1)
    return next((at for at in starts if words[at : at + len(piece)] == piece), -1)


def _asks(words: list[str], corpus: Corpus) -> bool:
    """Whether words around a question speak of asking it, and of little else: of nothing that the file is about."""
    others = [word for word in words if word not in IDLE]
    if not any(map(ASKS.match, words)):
        return not others and STATES.isdisjoint(words)
    usual = SELDOM * corpus.size
    return len(others) <= FEW_OTHERS * len(words) and all(corpus.words.get(word, 0) <= usual for word in others)


def _uncounted(words: list[str]) -> list[str]:
    """Leave out numbers that count or name entries, with their words, and that others ask so too."""
    return COUNTED.sub(" ", " ".join(words)).split()


def cut_off(row: Row, corpus: Corpus) -> Finding:
    """How sure it is that the answer stops in mid-sentence or mid-word, between 0 and 1.

    Values, names, list items, tables and fragments in the corpus' own habit aren't cut.
    """
    text = corpus.endings.finished(row.answer).rstrip()
    if len(row.words) < 4 or not row.is_spaced:
        return NOTHING
    end = text[-TAIL:]
    if ADDRESS_END.search(end):
        return NOTHING
    if OPEN_END.search(end):
        return Finding(0.95, excerpt(text, -40))
    if _is_closed(text) or not (last := LAST_WORD.search(end)):
        return NOTHING
    word = last.group(1)
    confidence = _unfinished(word, text, row, corpus)
    if ITEM.search(row.sentences[-1]) and word not in UNFINISHED:
        confidence -= 0.3
    return Finding(max(confidence, 0.0), excerpt(text, -40))


def _is_closed(sentence: str) -> bool:
    return CLOSED.search(sentence[-8:]) is not None


def _unfinished(word: str, text: str, row: Row, corpus: Corpus) -> float:
    hints = [0.2]
    if word in UNFINISHED:
        hints.append(0.6 if word in SOFT else 0.95)
    if word.islower() and corpus.words.get(word, 0) <= 1 and corpus.continues(word):
        hints.append(0.9)
    earlier = row.sentences[:-1]
    if word.islower() and earlier:
        ended = sum(map(_is_closed, earlier))
        hints.append(0.8 if ended >= 0.7 * len(earlier) else 0.3)
    return max(hints)


def repetition(row: Row, corpus: Corpus) -> Finding:
    """Share of the answer's words that stand in a stretch said before: loops, doubled sentences, doubled answers."""
    if not row.is_spaced:
        return _unspaced_repetition(row.answer)
    words = row.words
    if len(words) < 6:
        return NOTHING
    loop, at = _find_loop(words)
    if loop:
        return Finding(max(loop / len(words), 0.5), excerpt(" ".join(words[at : at + 12])))
    if len(words) < 2 * SHINGLE:
        return NOTHING
    return repeated(words, SHINGLE)


def _find_loop(words: list[str]) -> tuple[int, int]:
    """Find a word or phrase of up to four words said at once three more times; return its extent and start."""
    for period in range(1, 5):
        again = bytes(map(eq, words, words[period:]))  # 1 where a word stands again one period on
        at = again.find(b"\1" * (3 * period))
        if at >= 0 and not words[at].isdigit():
            end = again.find(b"\0", at)
            return (len(again) if end < 0 else end) - at + period, at
    return 0, 0


def repeated(words: Sequence[str], size: int) -> Finding:
    """Share of the words that stand in stretches of `size` words said before."""
    shingles = list(zip(*(words[i:] for i in range(size)), strict=False))
    if len(set(shingles)) == len(shingles):
        return NOTHING
    seen: set[tuple[str, ...]] = set()
    again, covered, first = 0, -1, -1
    for i, shingle in enumerate(shingles):
        if shingle in seen:
            first = i if first < 0 else first
            again += min(size, i + size - 1 - covered)
            covered = i + size - 1
        seen.add(shingle)
    return Finding(again / len(words), excerpt(" ".join(words[first : first + size])))


def _unspaced_repetition(text: str) -> Finding:
    data = text.encode("utf-8", "ignore")
    if len(data) < 120:
        return NOTHING
    ratio = len(zlib.compress(data, 6)) / len(data)
    return Finding(max(0.0, 1 - 4 * ratio), excerpt(text, 0, 40)) if ratio < 0.25 else NOTHING
