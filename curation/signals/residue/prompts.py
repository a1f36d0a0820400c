"""Signal of what a prompt or a chat left in a text: special tokens, role marks, instructions, a model's asides.

>>> prompt_residue(Row("What is an ISA?", "A savings account.<|im_end|>"), Corpus()).matched
'<|im_end|>'
"""

from __future__ import annotations

import re

from curation.signals.corpus import Corpus
from curation.signals.edges import ends
from curation.signals.residue.asides import of_writing
from curation.signals.residue.chatter import beside
from curation.signals.residue.transcripts import turns
from curation.signals.rows import NOTHING, Finding, Row
from curation.signals.wordings import Wording, Wordings
from winnow.text.words import any_of, excerpt

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
    r"|is there anything (?:\w+ ){0,6}you(?:'d| would)? (?:like|want me)|just (?:say the word|let me know|ask) if"
    r"|feel free to (?:ask|adapt|adjust|modify|edit)|(?:i )?hope (?:this|that) (?:helps|answers|meets|clarifies|fits)"
    r"|please (?:confirm|review|advise) (?:if|whether|that)|(?:is there )?anything else (?:in the \w+ )?(?:i (?:can"
    r"|should)|you(?:'d| would)? (?:like|want|need)))\b[^.!?\n]{0,120}[.!?]?\s*$|\n\s*[\[(](?:end|start|note|words?"
    r"|word count|tokens?|characters?)\b[^\])\n]{0,40}[\])]\s*$",
    re.IGNORECASE,
)
# an order to who writes, as the first sentence or the last
ORDER = any_of(
    r"\b(?:do not|don't|never) (?:include|add|output|write|provide|return|mention) (?:any |the )?(?:other |extra "
    r"|additional |further )?(?:explanations?|comments?|preamble|introduction|text|markdown|json|notes|disclaimers?"
    r"|the question)\b",
    r"^(?:now )?(?:write|generate|produce|create|continue with|translate) (?:\w+ ){0,3}(?:next|following|another|same"
    r"|similar) (?:\w+ ){0,2}(?:questions?|answers?|pairs?|examples?|texts?|sentences?)\b",
    r"^(?:accept|allow|award|credit|ignore|reject|deduct|penali[sz]e) (?:any |all |an? |the |only "
    r"|no )?(?:\w+ )?(?:equivalent|wording|answers?|responses?|marks?|credit|spelling|variants?|synonyms)\b",
    r"^(?:remember|make sure|be sure|don't forget) to (?:sound|stay|use|write|mention|include|cite|avoid)\b",
    r"\b(?:stay|remain) in character\b|\bbreak character\b|\bdo not give (?:legal|medical|financial) advice\b",
    r"\bthe (?:context|passage|excerpt|snippet|provided \w+) (?:does|do) not (?:mention|say|specify|contain|provide"
    r"|state|include)\b",
    flags=re.IGNORECASE,
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
# a model that thinks aloud, or that plays its part, in the first words …
THINKS = any_of(
    r"(?:ok(?:ay)?|alright|right|hmm+|well|so),? (?:so )?(?:the|this|they|i|let|we)\b[^.\n]{0,80}\b(?:user|customer"
    r"|caller|client|asker|question|prompt|they(?:'re| are) asking|i (?:should|need to|must|have to|will)|let me)\b",
    r"(?:first,? )?let(?:'s| me| us) (?:think|break|work|reason|analy[sz]e|recall|consider|start by"
    r"|see)\b[^.\n]{0,60}(?:step|this|down|through|question|[.:])",
    r"you(?:'re| are) (?:absolutely |quite |totally )?right[,!.] (?:i (?:got|made|missed|misread|should have)|(?:i'm "
    r"|i am |my )?(?:\w+ )?(?:sorry|apolog\w+|mistake|bad|thanks?))\b",
    r"(?:absolutely|certainly|sure|of course|great|yes),? (?:i'm |i'd be )?(?:happy|glad) to help\b",
    r"that(?:'s| is) (?:such )?an? (?:\w+ ){1,2}(?:question|thing to ask)\b",
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
    found += turns(row) + _thoughts(row)
    found += of_writing(row) + _asides(row) + beside(row, corpus)
    found += [match.group() for _, match in ON_ITSELF.find(row.lower) if match.group() not in row.question_lower]
    return Finding(float(len(found)), excerpt(" ".join(found))) if found else NOTHING


def _thoughts(row: Row) -> list[str]:
    """List what a model says to itself at the beginning."""
    opening = row.lower.strip()[:OPENING]
    return [match.group().strip() for match in (THINKS.match(opening), *(m for _, m in ALOUD.find(opening))) if match]


def _asides(row: Row) -> list[str]:
    """List what a prompt or a model said around the answer."""
    matches = [pattern.search(row.answer[:OPENING]) for pattern in (ASIDE_BEFORE, PART)]
    matches += [ASIDE_AFTER.search(row.answer[-OPENING:])]
    matches += map(ORDER.search, ends(row))
    return [match.group().strip() for match in matches if match]
