"""The marks of a transcript, a chat's record, a worksheet or a pipeline: who speaks, fields, what was noted beside.

>>> turns(Row("What is an ISA?", "gpt-output: A savings account."))
['gpt-output:']
"""

from __future__ import annotations

import re

from curation.signals.requests import asks_for_form, asks_for_tale
from curation.signals.rows import STEM, Row
from curation.signals.wordings import Wording, Wordings
from winnow.text.words import FUNCTION_WORDS, WORD, any_of

ROLE = re.compile(
    r"(?:^|\n)\s*(?:#{1,6}\s*)?(?:\*\*|\[)?(?:(?:human|user|assistant|system|bot|ai|chatgpt|gpt|gpt-\d\S*|claude|llama"
    r"|gemini|model|llm|customer|agent|chatbot)(?: \([^)\n]{1,20}\))?(?:\*\*|\])?\s*[:>→](?!//)|(?:q|question|a"
    r"|(?:final |short )?answer|instruction|input|output|response|prompt|context|completion"
    r"|query)(?: \([^)\n]{1,30}\))?(?:\*\*|\])?\s*:(?:\s|$))",
    re.IGNORECASE,
)
# what may stand before a text that is one turn
BEFORE = r"^\s*(?:#{{1,6}}\s*)?(?:\*\*)?(?:{})(?:\*\*)?\s*:(?:\*\*)?\s*"
LEADING_MARK = {
    "question": re.compile(BEFORE.format("question|q|user|human|customer|instruction|prompt|query"), re.IGNORECASE),
    "answer": re.compile(BEFORE.format("answer|a|assistant|ai|bot|chatbot|response|gpt|chatgpt"), re.IGNORECASE),
}
# who speaks, at the beginning of a line
SPEAKER = re.compile(r"(?:^|\n)[ \t]*([A-Z][A-Za-z]{1,14})(?: ?\([^)\n]{1,20}\))?(?::|>)[ \t]+(?=\S)")
ABOUT_TALK = re.compile(r"\b(?:dialog\w*|conversation\w*|script|scene|chat|transcript|interview|play|story|joke)\b")
LINE = re.compile(r"(?:^|\n)[ \t]*\S")
PERSON = (
    r"(?:assistant|dr|user|system|human|bot|chatbot|model|interviewer|interviewee|guest|host|moderator|mod|admin"
    r"|operator|caller|patient|doctor|nurse|student|teacher|tutor|professor|lawyer|attorney|client|customer|agent"
    r"|adviser|advisor|clerk|op|poster|narrator|speaker \d+|employee|manager|technician|pharmacist|expert|trainer)"
)
# how a transcript, a chat's record or a worksheet begins: a role, a person or a time before what is said
BEGINS = any_of(
    rf"\s*(?:\*\*|\[|<)?{PERSON}(?![a-z])[\w #-]{{0,12}}(?: ?\([^)\n]{{1,20}}\))?(?:\*\*|\]|>)?\s*"
    r"(?:\n|:|>>|→|–|—| - |(?<=\]) )",
    r"\s*(?:dr|mr|mrs|ms|prof)\.? [\w.\-]+(?: [\w\-]+)?\s*(?::|>>)",
    r"\s*[\[(<]?\d{1,2}[:h]\d{2}(?::\d{2})?(?: ?[ap]m)?[\])>]?[ \t]*[-–|]?[ \t]*[\w .\-]{1,30}(?:>|:)",
    r"\s*(?:```\w*\s*)?\{?\s*[\"'](?:answer|response|output|completion|content|text|value|message)[\"']\s*:\s*[\"']",
    r"\s*\w+_\w+=[^;\s]{1,30};|\s*(?:score|rating|grade|label|quality)\s*:\s*\S+\s+(?=\S)",
    r"\s*(?:question|q|item|row|sample|entry|record|prompt|turn) ?(?:no\. ?|#)?\d+\b[^.\n:]{0,24}[.:)]",
    r"\s*(?:todo|fixme|draft|wip|hit|worker|annotator|labell?er|rater|batch)\b[^.:\n]{0,40}(?: [-–—]|:)\s",
    r"\s*[QA]\d{1,3}\s*[:.)]\s|\s*\w+_\w+\s*[=:]\s|\s*\w{3,}=[^\s;,&|]{1,40}[;,&|]\s|\s*[a-z][a-z ]{2,20} ?>{2,}\s"
    r"|\s*([*=\-#~])\1{2,}\s*\w[^\n*=#~]{2,40}\1{3,}",
    r"\s*(?:(?:answer key|model answer|best answer|accepted answer|top answer|sample answer|expected answer"
    r"|correct answer|gold|reference|candidate|variant|ground truth)(?: (?:answer|response|reply|[a-z]"
    r"|\d+))?)\b(?: ?[(\[][^)\]\n]{1,60}[)\]]| - [^\n]{1,40})?\s*(?::|\n)",
    r"\s*(?:(?:auto(?:matically)?|machine)[- ])?(?:transcribed|translated|generated|summari[sz]ed|paraphrased"
    r"|extracted|scraped) (?:by|with|using|from)\b|[^\n]{0,40}\b(?:type|write) your (?:reply|answer) above\b"
    r"|[^\n.]{0,20}\btyping\.\.\.",
    r"\s*\S*\w_\w\S*(?:\t| ?\| ?)",
    rf"\s*page \d+ (?:of|/) \d+\b|\s*(?-i:(?:nan|NaN|null|undefined)\s(?=[A-Z]))"
    rf"|\s*{PERSON} ?[(\[][a-z ]{{3,20}}[)\]]\s",
    r"\s*answer key\b[^\n]{0,60} - ",
    r"\s*(?:macro|template|snippet|canned (?:response|reply)|text ?(?:module|block)|boilerplate"
    r"|autotext)\b[^\n]{0,60}\b(?:applied|inserted|used|loaded|selected|pasted)\b",
    r"\s*\[(?:chat|agent|visitor|customer|bot|call|session|system|user|operator)\b[^\]\n]{4,60}\]\s*\n",
    r"\s*[A-Z]\w+ ?>>\s|(?:assistant|analysis|user|system)(?:final|analysis|commentary)?(?-i:(?=[A-Z][a-z]))",
    # fields of a record, or what a pipeline notes in brackets
    r"\s*[\[({<]{1,2}\s*\w+_\w+\s*[=:]\s*[^\])}>\n]{1,80}[\])}>]{1,2}",
    r"\s*(?:reasoning|rationale|thoughts?|chain of thought|scratchpad|analysis|verdict|draft|attempt)(?: \d+)?\s*:\s",
    # who said what comes, into what it was put, what was asked for
    r"\s*(?:you|user|human|assistant|chatgpt|gpt-?\d\S*|claude|gemini|copilot|llama|(?:the )?(?:bot|model|ai)) (?:said"
    r"|says|wrote|writes|replied|answered)\s*:",
    r"\s*(?:gpt|llm|ai|model|raw|bot)[-_ ](?:output|response|answer|reply|completion|text)\s*[:=]",
    r"\s*(?:\w{3,}=[^\s;,&|]{1,40}[;,&|]){2,8}\w{2,}=|\s*[\[{<]\w{3,20} ?[=:] ?[\w./-]{1,16}[\]}>]",
    r"\s*(?:row|item|sample|record|entry|line) ?#?\d+ ?[\t|]|\s*(?:pred|hyp|ref|tgt|gt|prediction|hypothesis|resp)\s*:"
    r"|\s*here(?:'s| is) an? (?:\w+ )?(?:version|take|draft|rewrite|rephrasing|attempt)\b[^\n]{0,80}:\s|\s*(?:option"
    r"|version|variant|alternative|choice) \w \([a-z ]{3,20}\):",
    r"\s*(?:completion|generation|output|response|answer|sample) ?#?\d+ ?[.:)]\s",
    r"\s*\[(?:mt|machine|reviewed|approved|checked|verified|draft|final|auto)\b[^\]\n]{0,40}\]",
    r"\s*(?:award|accept|allow|give) (?:\w+ )?(?:marks?|credit|points?)\b[^\n:]{0,40}:",
    r"\s*(?:here(?:'s| is) (?:the|a|an|my|your) (?:\w+ ){0,3})?(?:back-?)?(?:translat(?:ion|ed)|paraphras(?:e"
    r"|ed))\b[^\n:.]{0,60}:\s",
    r"\s*here are \w+ (?:\w+ )?(?:question[-/ ](?:and[- ])?answer|q&a|q/a|qa)\b[^\n]{0,80}?[:.]\s",
    r"\s*```(?:json|ya?ml|xml|csv)\s*\n(?=[A-Z][a-z]+ [a-z]+ )",
    flags=re.IGNORECASE,
)
# how one ends: the next question, fields of a record
ENDS = any_of(
    r"[\[({<]{1,2}\s*\w+_\w+\s*[=:]\s*[^\])}>\n]{1,80}[\])}>]{1,2}\s*$",
    r"[\n(\[]\s*(?:last )?(?:edited|modified|moderated|locked|moved|merged) (?:by|on|at|to)\b[^\n]{0,80}\s*$",
    r"[\[(](?:ticket|case|status|thread|chat|conversation|call|session|agent|user|visitor)\b[^\])\n]{6,80}[\])]\s*$",
    r"[;|\t] ?\w+ ?= ?[^\s;=]{1,40}(?:[;,&|\t] ?\w+ ?= ?[^\s;=]{1,40})*;?\s*$|\t(?:nan|null|none|n/a|\d+)\s*$",
    r"(?-i:\b(?:TODO|FIXME)) ?(?:\(\w+\))?:",
    r"[\[(]\s*note\s*:[^\])]{0,120}\b(?:i|passage|prompt|context|source|document|model|instructions?|user|annotator)\b",
    r"[\[({<](?:(?:agent|operator|author|editor|writer|clerk|todo|note|staff)s?\s*:)? ?(?:please )?(?:insert|add|enter"
    r"|fill in|replace|attach|delete|remove|personali[sz]e|adapt)\b[^\])}>\n]{0,80}[\])}>]",
    r"[\n|]\s*(?:label|annotator|rater|labell?er|grader|judge|reviewer|worker|verdict|quality|rating|score"
    r"|split)(?:[_ #-]?\d+)?\s*[:=]\s*[^\n]{1,40}\s*$",
    r"\n\s*(?:next )?(?:question|q|item|example|prompt|user|human|next)\s*#?\d*\s*[:.]?\s*$|\s#{3,}\s*$",
    r"[\[{<]\w{3,20} ?[=:] ?[\w./-]{1,16}[\]}>]\s*$|[\[(]\w+: ?\d[\d./]*(?:[,;] ?\w+: ?\d[\d./]*){1,6}[\])]\s*$",
    r"\[(?:correct|incorrect|wrong|ok|accepted|approved|verified|done|unverified|needs \w+|(?:truncated|cut|continued"
    r"|snip|snipped|redacted|omitted)\b[^\]\n]{0,40})\]\s*$|[.!?] (?-i:NaN|None|null|undefined|nan)\s*$",
    r"(?:\n|[.!?] )\s*(?:rating|score|grade|quality|overall)\s*[:=]\s*\d[^\n]{0,100}$"
    r"|\n\s*\w+_\w+ ?[:=] ?\S{1,30}(?:\s+\w+ ?[:=] ?\S{1,30}){0,4}\s*$|\|{3} ?\S[^\n]{0,60}$",
    r"(?:\n|[.!?] )\s*(?:grader|annotator|reviewer|rater|judge|editor|checker)(?:'s)? (?:comment|note|feedback|verdict"
    r"|remark)s?\s*:[^\n]*$",
    r"[\[(]\s*(?:award|give|allow|accept|deduct|max(?:imum)?|mark|\d)\b[^\])\n]{0,120}\b(?:marks?|points?"
    r"|credit)\b[^\])\n]{0,80}[\])]\s*$",
    r"[\[({]\s*(?:total tokens?|tokens? used|finish_reason|stop_reason|usage)\b[^\])}\n]{0,60}[\])}]\s*$",
    # fields of a record: "Status: accepted | Worker: 12"
    r"(?:^|\n)\s*\w[\w ]{0,20}: [^|\n]{1,40}(?: \| [^|\n]{1,40}){1,6}\s*$",
    r"(?:^|[\n(\[])\s*(?:confidence|score|rating|tokens?|(?:word|token|character) count|difficulty|temperature"
    r"|source_id|chunk(?:_?id)?|model)(?: \w+)?\s*[:=]\s*[\w.%/ -]{1,24}[)\]]?\s*$",
    flags=re.IGNORECASE,
)
ENDING = 160  # characters in which it does
ENDED = re.compile(r"[\n\t\[({<#|;:]")  # each has one of these
# the same within a text, each with letters of which it must have some
INSIDE = Wordings(Wording.of(hints, re.compile(pattern, re.IGNORECASE)) for hints, pattern in (
    (": ", rf"[.?!]\s+{PERSON}\s*:\s"),
    ("\"assistant|'assistant|\"user|'user|\"system|'system|\"human|'human|\"gpt|'gpt|\"model|'model|\"bot|'bot",
     r"[\"']?\b(?:role|author|speaker|from)[\"']?\s*[=:]\s*[\"'](?:assistant|user|system|human|gpt|model|bot)[\"']"),
    ("note to|note for|Note to|Note for", r"[\[(]\s*note (?:to|for) (?:self|the|my|our|reviewer|editor)"),
    ("HIT|hit|worker|Worker|batch|Batch", r"\[\s*(?:hit|worker|batch|assignment)\b[^\]\n]{0,80}\]"),
    ("joined the |left the |entered the ",
     r"\bhas (?:joined|left|entered) the (?:chat|conversation|room|channel|call)\b"),
    ("note|comment|otator|eviewer|rater|rader|abeler|abeller|anslator|oderator|ditor|aluator",
     r"[\[(]\s*(?:annotator|reviewer|editor|rater|grader|labell?er|translator|moderator|evaluator)s?(?:['’]s?)?"
     r"(?: ?#?\d+)?(?: (?:note|comment)|\s*:)"),
    ("[doc|[Doc|[source|[Source|†", r"\[(?:doc(?:ument)?|source)[ _#-]?\d+\]|\[\d+(?::\d+)?†[^\]\n]{0,40}\]"),
    ("id that |id this ", r"\bdid (?:that|this) (?:answer|help|solve)\b"),
    ("helpful?", r"\bwas this (?:\w+ )?helpful\?"),
    ("[|(|<", r"[\[(<](?:end|start|begin|beginning)(?: of)?(?: the)? \w+[\])>]"),
))  # fmt: skip
OPENING = 300  # characters in which it begins


def turns(row: Row) -> list[str]:
    """List the marks of a transcript or a worksheet, unless the question asks for such or names what they mark."""
    answer = row.answer
    if ABOUT_TALK.search(row.question_lower) or asks_for_tale(row) or asks_for_form(row):
        return []
    end = answer[-ENDING:]
    marks = [BEGINS.match(answer[:OPENING]), ENDS.search(end) if ENDED.search(end) else None]
    marks += [match for _, match in INSIDE.find(answer)]
    if any(mark in answer for mark in ":>→"):
        marks += ROLE.finditer(answer)
    found = [*(match.group().strip() for match in marks if match), *_speakers(answer)]
    if answer.count("```") % 2 and answer.rstrip().endswith("```"):
        found.append("```")  # closed and never opened
    asked = {word[:STEM] for word in row.question_words if len(word) > 1 and word not in FUNCTION_WORDS}
    return [mark for mark in found if asked.isdisjoint(word[:STEM] for word in WORD.findall(mark.lower()))]


def _speakers(answer: str) -> list[str]:
    """List who speaks in turn, at the beginnings of all lines."""
    speakers = SPEAKER.findall(answer) if "\n" in answer else []
    return speakers if 2 <= len(set(speakers)) <= 3 and len(speakers) == len(LINE.findall(answer)) else []
