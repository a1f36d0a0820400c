"""Signal of what a prompt or a chat left in a text: special tokens, role marks, instructions, a model's asides.

>>> prompt_residue(Row("What is an ISA?", "A savings account.<|im_end|>"), Corpus()).matched
'<|im_end|>'
"""

from __future__ import annotations

import re

from curation.signals.asides import of_writing
from curation.signals.corpus import Corpus
from curation.signals.requests import asks_for_form, asks_for_tale
from curation.signals.rows import FUNCTION_WORDS, NOTHING, WORD, Finding, Row, any_of, excerpt
from curation.signals.wordings import Wording, Wordings

SPECIAL = any_of(
    r"\u3010[^\u3010\u3011\n]{0,20}\u2020[^\u3010\u3011\n]{0,40}\u3011",
    r":?contentreference\[oaicite:\d+\]",
    r"<\|[a-z_0-9/ ]{2,30}\|>|<\uff5c[^\uff5c>]{2,40}\uff5c>|\[/?inst\]|<</?sys>>|</?s>",
    r"<(?:bos|eos|pad|unk|sep|cls|mask|endoftext|start_of_turn|end_of_turn)>|\[(?:sep|cls|pad|eos|bos|end|unk)\]",
    r"\[/?(?:system|user|assistant|human|prompt|context|instructions?)\](?!\()",
    r"</?(?:think|thinking|reasoning|tool_call|bot|assistant|user|system|human|instruction|response|answer|output"
    r"|prompt)>",
    flags=re.IGNORECASE,
)
# marks of those who work on a text; code has such too
WORKED_ON = re.compile(r"@@[^@\n]{0,80}[a-z]{3}[^@\n]{0,80}@@|%%\w[^%\n]{2,40}%%|(?<!#)##\w[^#\n]{2,80}##(?!#)")
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
HEADING = re.compile(
    r"(?:^|\s)#{2,6}\s*(?:(?:final|model|sample|expected) )?(?:instructions?|response|input|output|answer|question"
    r"|user|assistant|human|system|context|prompt|task|end|explanation|completion|example)\b\s*:?",
    re.IGNORECASE,
)
# a model's word around its answer: what comes is announced, what went is offered again
ASIDE_BEFORE = re.compile(
    r"^\s*(?:(?:sure|certainly|of course|absolutely|okay|ok|great|alright|no problem|as requested|as you (?:asked"
    r"|requested))(?: thing)?[!,.:]+\s*)+(?:here|below|i(?:'ll| will| can|'d| have)|let me|this is|the following)\b"
    r"|^.{0,30}\bas per your (?:guidelines|instructions?|request|prompt|requirements)\b|^\s*(?:here(?:'s| is| are)"
    r"|below (?:is|are)|this is) (?:a|an|the|my|your|one|some|two|three)\b[^.!?\n]{0,60}?\b(?:answer|response|reply"
    r"|version|rewrite|rephras\w+|revision|draft|summary|translation|explanation|text|rewritten|paragraph"
    r"|example)\b[^.!?\n]{0,60}:\s*\n|^[^\n:]{0,90}\bhere(?:'s| is| are) (?:the|a|an|your|my"
    r"|another) (?:[\w-]+ ){0,2}(?:corrected|revised|updated|rewritten|improved|generated|requested|requested|json"
    r"|completed|cleaned|reformatted|final|fixed|regenerated|shorter|longer|simplified|modified"
    r"|polished)\b[^\n:]{0,50}:|^\s*(?:my )?apolog(?:ies|i[sz]e) for (?:the|my|any) (?:\w+ ){0,2}(?:mistake|error"
    r"|confusion|oversight|misunderstanding|inconvenience|previous|earlier)\b",
    re.IGNORECASE,
)
ASIDE_AFTER = re.compile(
    r"\bas (?:requested|instructed|you (?:asked|requested)|per your (?:request|instructions?))[.)\]]*\s*$"
    r"|\b(?:let me know (?:if|whether)|would you like me|do you want me|shall i|should i|if you(?:'d| would) like,? i"
    r"|is there anything (?:\w+ ){0,6}you(?:'d| would)? (?:like|want me)|feel free to (?:ask|adapt|adjust|modify|edit)"
    r"|(?:i )?hope (?:this|that) (?:helps|answers|meets|clarifies|fits)|please (?:confirm|review|advise) (?:if|whether"
    r"|that)|(?:is there )?anything else (?:in the \w+ )?(?:i (?:can|should)|you(?:'d| would)? (?:like|want"
    r"|need)))\b[^.!?\n]{0,120}[.!?]?\s*$|\b(?:do not|don't|never) (?:include|add|output|write|provide|return"
    r"|mention) (?:any |the )?(?:other |extra |additional |further )?(?:explanations?|comments?|preamble|introduction"
    r"|text|markdown|json|notes|disclaimers?|the question)\b[^.\n]{0,80}\.?\s*$|\n\s*[\[(](?:end|start|note|words?"
    r"|word count|tokens?|characters?)\b[^\])\n]{0,40}[\])]\s*$",
    re.IGNORECASE,
)
# an instruction by its shape: a part to play, or what to answer by and how
PART = re.compile(
    r"\b(?:you are|act as|imagine (?:that )?you are|pretend to be|take the role of) (?:an? "
    r"|the )[\w \-]{3,80}?[.:,;]\s+(?:please |always |only |your )?(?:reply|answer|respond|write|explain|give|use|be"
    r"|do not|don't|provide|task)\b|^\s*act as an? \w+|\b(?:given|using|based on|from"
    r"|considering) (?:only )?the (?:following|above|below|given|provided|attached) (?:\w+ )?(?:context|passage|text"
    r"|document|information|excerpt|article|paragraph|snippet|source)s?\b|^\s*(?:please )?(?:answer|explain|respond"
    r"|reply|summari[sz]e|rewrite|write)\b[^.\n]{0,60}\b(?:in (?:an? )?(?:\w+ ){0,4}(?:tone|style|sentences?|words"
    r"|paragraphs?|bullet points?|terms)|for (?:a|an|the) \w+|step by step|briefly|concisely)[.:,]",
    re.IGNORECASE,
)
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
    r"[\[{<]\w{3,20} ?[=:] ?[\w./-]{1,16}[\]}>]\s*$",
    r"\n\s*(?:rating|score|grade|quality|overall)\s*[:=]\s*\d[^\n]{0,100}$",
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
WITHIN = Wordings(Wording.of(hints, re.compile(pattern, re.IGNORECASE)) for hints, pattern in (
    (": ", rf"[.?!]\s+{PERSON}\s*:\s"),
    ("role|author|speaker|from",
     r"[\"']?\b(?:role|author|speaker|from)[\"']?\s*[=:]\s*[\"'](?:assistant|user|system|human|gpt|model|bot)[\"']"),
    ("note to|note for|Note to|Note for", r"[\[(]\s*note (?:to|for) (?:self|the|my|our|reviewer|editor)"),
    ("HIT|hit|worker|Worker|batch|Batch", r"\[\s*(?:hit|worker|batch|assignment)\b[^\]\n]{0,80}\]"),
    ("the c|the r", r"\bhas (?:joined|left|entered) the (?:chat|conversation|room|channel|call)\b"),
    ("note|comment|otator|eviewer|rater|rader|abeler|abeller|anslator|oderator|ditor|aluator",
     r"[\[(]\s*(?:annotator|reviewer|editor|rater|grader|labell?er|translator|moderator|evaluator)s?(?:['’]s?)?"
     r"(?: ?#?\d+)?(?: (?:note|comment)|\s*:)"),
    ("[doc|[Doc|[source|[Source|†", r"\[(?:doc(?:ument)?|source)[ _#-]?\d+\]|\[\d+(?::\d+)?†[^\]\n]{0,40}\]"),
    ("helpful?", r"\bwas this (?:\w+ )?helpful\?"),
    ("[|(|<", r"[\[(<](?:end|start|begin|beginning)(?: of)?(?: the)? \w+[\])>]"),
))  # fmt: skip
# a model that thinks aloud, or that plays its part, in the first words …
THINKS = any_of(
    r"(?:ok(?:ay)?|alright|right|hmm+|well|so),? (?:so )?(?:the|this|they|i|let|we)\b[^.\n]{0,80}\b(?:user|customer"
    r"|caller|client|asker|question|prompt|they(?:'re| are) asking|i (?:should|need to|must|have to|will)|let me)\b",
    r"(?:first,? )?let(?:'s| me| us) (?:think|break|work|reason|analy[sz]e|recall|consider|start by"
    r"|see)\b[^.\n]{0,60}(?:step|this|down|through|question|[.:])",
    r"you(?:'re| are) (?:absolutely |quite |totally )?right[,!.] (?:i'm |i am |my )?(?:\w+ )?(?:sorry|apolog\w+"
    r"|mistake|bad|thanks?)\b",
    r"(?:certainly|absolutely|of course|sure(?: thing)?|gladly|(?:great|good|excellent|interesting) question|(?:happy"
    r"|glad) to help|no problem|thanks? (?:you )?for (?:asking|your question))!\s+(?=\S)",
    r"(?:(?:ok(?:ay)?|alright|right|hmm+|well|so|now|wait|first),? )*(?:so )?(?:i (?:need|have|must|should|will|am|'m"
    r"|want)|i'll|i'm|let me|let's|we (?:need|should|have to|must)|my (?:task|job|goal"
    r"|role) is)(?: \w+){0,3} (?:answer|respond|reply|stay|write|produce|provide|generate|output|keep|follow|avoid"
    r"|pretend|act|role-?play|explain|summari[sz]e|rephrase|rewrite|translate|make sure|remember|check|be (?:careful"
    r"|concise|brief|helpful|polite))\b",
)
# … or in the first sentences
ALOUD = Wordings(Wording.of(hints, pattern) for hints, pattern in (
    ("the user|asker|questioner|person asking",
     r"\bthe (?:user|asker|questioner|person asking) (?:is asking|asks? (?:about|for|me|whether|how|what|why)|has asked"
     r"|asked|wants (?:me|to know|an?)|seems (?:to|confused)|is looking for)\b"),
    ("step", r"\bthink(?:ing)? (?:this through |about this )?step[- ]by[- ]step\b"
     r"|\bstep \d+[:,.]? (?:\w+ ){0,4}(?:answer|question|intent|reply|response)\b"),
    ("wait", r"(?:^|[.!?] )wait,? (?:no|actually)\b"),
    ("as a", r"\bas an? (?:\w+ ){0,3}(?:assistant|bot|chatbot|agent|representative|expert|advis[eo]r),?"
     r" i(?:'d| would|'ll| will| can)? \w+"),
    ("backtick|delimit|rubric|persona|system message|few-shot",
     r"\b(?:between|inside|within|in) (?:the )?(?:triple |double )?(?:backticks|delimiters)|\bdelimited by\b"
     r"|\bthe (?:rubric|persona|system message|few-shot)\b"),
    ("context|passage|excerpt|snippet|document|prompt|instruction|text|article|paragraph|search results",
     r"\b(?:based (?:only |solely |strictly |purely )?on|according to|using|per|from) (?:only )?(?:the|this"
     r"|your) (?:\w+ ){0,2}(?:context|passage|excerpt|snippet|document|prompt|instructions?|text|article|paragraph"
     r"|search result)s?"
     r"(?:(?: passage)? (?:you|i|that|above|below|provided|given|supplied|between)|(?<=context),)"),
))  # fmt: skip
OPENING = 300  # characters at either end in which an aside stands
PREAMBLE_HINTS = (
    "regenerate response|good response|bad response|here is the |assistant's |an instruction|a response that|you are a"
    "|answer the |complete the |follow the |respond to the |respond below|respond using|respond based|reply below"
    "|reply using|reply based|of prompt|of response|of conversation|of instruction|begin prompt|begin response"
    "|begin conversation|begin instruction|response to the |system prompt|user prompt"
)
PREAMBLE = any_of(
    r"\bregenerate response\b|\b(?:good|bad) response\b(?=\s*$)",
    r"\bhere is the (?:answer|response|text) (?:you (?:asked|requested)|to your)|\bassistant's (?:reply|response"
    r"|answer)\b",
    r"below is an instruction\b|write a response that (?:appropriately|adequately)",
    r"you are an? (?:helpful|friendly|polite|professional|experienced|knowledgeable|senior"
    r"|expert) (?:\w+ ){0,3}\w+[.,]",
    r"you are (?:a|an) (?:\w+ ){0,4}(?:assistant|chatbot|language model|ai|bot)\b",
    r"\b(?:answer|complete|follow|respond to) the (?:following|above|given) (?:question|instruction|prompt|request"
    r"|task)s?\b",
    r"\b(?:answer the question|respond|reply) (?:below|using only|based on)\b",
    r"\b(?:system|user) prompt\b",
    r"\b(?:end of|begin(?:ning of)?) (?:prompt|response|conversation|instruction)\b|\bresponse to the (?:prompt"
    r"|instruction)\b",
)
SELF_HINTS = (
    " ai|-ai|a.i.|llm|chatbot|artificial|language model|assistant|learning model|chatgpt|gpt-|claude|bard|gemini|llama"
    "|cutoff|cut-off|training data|last update|last knowledge|my knowledge"
)
SELF = any_of(
    r"\b(?:as|being|i'm|i am|since i'm|because i'm) (?:just |only |simply )?an? (?:\w+[ -]){0,3}(?:ai|a\.i\.|llm"
    r"|chatbot|artificial intelligence|language model|virtual assistant|text-based assistant|machine learning model)\b",
    r"\bmy knowledge (?:only )?(?:goes|extends|ends|stops|is (?:limited|current))\b",
    r"\bi(?:'m| am) (?:chatgpt|gpt-\d|claude|bard|gemini|llama)\b|\b(?:my (?:knowledge cut-?off|training (?:data"
    r"|cut-?off)|last (?:knowledge )?update)|knowledge cut-?off)\b",
)
ON_ITSELF = Wordings([Wording.of(PREAMBLE_HINTS, PREAMBLE), Wording.of(SELF_HINTS, SELF)])


def prompt_residue(row: Row, corpus: Corpus) -> Finding:
    """Number of a prompt's marks in the answer and special tokens in the question; a model's word on itself is one."""
    answer = row.answer
    found = []
    text = f"{row.question}\n{answer}"
    if any(mark in text for mark in ("<", "[", "\u3010")):
        found += [match.group() for match in SPECIAL.finditer(text)]
    if "@@" in answer or "%%" in answer or "##" in answer:
        found += [match.group() for match in WORKED_ON.finditer(answer)]
    if "##" in answer:
        found += [match.group().strip() for match in HEADING.finditer(answer)]
    found += _turns(row) + _thoughts(row)
    found += of_writing(row) + _asides(row)
    found += [match.group() for _, match in ON_ITSELF.find(row.lower) if match.group() not in row.question_lower]
    return Finding(float(len(found)), excerpt(" ".join(found))) if found else NOTHING


def _turns(row: Row) -> list[str]:
    """List the marks of a transcript or a worksheet, unless the question asks for such or names what they mark."""
    answer = row.answer
    if ABOUT_TALK.search(row.question_lower) or asks_for_tale(row) or asks_for_form(row):
        return []
    end = answer[-ENDING:]
    marks = [BEGINS.match(answer[:OPENING]), ENDS.search(end) if ENDED.search(end) else None]
    marks += [match for _, match in WITHIN.find(answer)]
    if any(mark in answer for mark in ":>→"):
        marks += ROLE.finditer(answer)
    found = [*(match.group().strip() for match in marks if match), *_speakers(answer)]
    asked = {word for word in row.question_words if len(word) > 1} - FUNCTION_WORDS
    return [mark for mark in found if asked.isdisjoint(WORD.findall(mark.lower()))]


def _speakers(answer: str) -> list[str]:
    """List who speaks in turn, at the beginnings of all lines."""
    speakers = SPEAKER.findall(answer) if "\n" in answer else []
    return speakers if 2 <= len(set(speakers)) <= 3 and len(speakers) == len(LINE.findall(answer)) else []


def _thoughts(row: Row) -> list[str]:
    """List what a model says to itself at the beginning."""
    opening = row.lower.strip()[:OPENING]
    return [match.group().strip() for match in (THINKS.match(opening), *(m for _, m in ALOUD.find(opening))) if match]


def _asides(row: Row) -> list[str]:
    """List what a prompt or a model said around the answer."""
    before = [pattern.search(row.answer[:OPENING]) for pattern in (ASIDE_BEFORE, PART)]
    return [match.group().strip() for match in (*before, ASIDE_AFTER.search(row.answer[-OPENING:])) if match]
