"""The shape of what stands around a text: scaffolding, which marks where a text goes, or words that somebody reads.

>>> is_scaffold_before("Below is an instruction.\\n\\n### Instruction:", "question", framed=False)
True
>>> is_scaffold_before("Translate into French.", "question", framed=True)
False
"""

from __future__ import annotations

import re
from typing import Literal

from curation.signals.page.markup import TAG
from curation.signals.residue.prompts import SPECIAL
from curation.signals.residue.transcripts import LEADING_MARK
from winnow.text.markup import ELEMENTS

Role = Literal["question", "answer"]

# the marks of tokenizers and those that people make in their manner: "<END>", "[STOP]", "###END###", "◁end▷"
OWN_MARK = (
    rf"<\|?/?(?!(?:{ELEMENTS})\b)[a-z][\w:./-]{{0,30}}\|?>|\[/?[A-Z][A-Z_ ]{{1,20}}\]|◁[^▷\n]{{1,30}}▷"
    r"|(?P<around>[#=*~@%$|-]{2,})[ ]?\w[\w ]{0,20}[ ]?(?P=around)"
)
TOKEN = rf"(?:(?i:{SPECIAL.pattern})|(?i:{OWN_MARK}))"
RULE = r"(?:#{2,}|={3,}|-{3,}|\*{3,}|_{3,}|~{3,}|-+>|=+>|→|>{3,})"
STOPS = ".!?…。！？।॥؟۔"  # ends of sentences in several scripts
_NAME = r"[^\s:：#]{1,20}(?: [^\s:：#]{1,20})?"  # one word or two, in any script
HEADING = rf"#{{1,6}}\s*{_NAME}\s*[:：]?"
LABEL = rf"\W{{0,3}}{_NAME}\s*[:：](?!//)\W{{0,3}}"

ENDS_WITH_TOKEN = re.compile(rf"{TOKEN}\s*\w{{0,12}}\s*:?\s*\Z")
ENDS_WITH_HEADING = re.compile(rf"(?:\A|\s){HEADING}\s*\Z")
ENDS_WITH_LABEL = re.compile(rf"(?:\A|\n|[{STOPS}]\s*)({LABEL})\Z")
BEGINS_WITH_TOKEN = re.compile(rf"\s*{TOKEN}")
IS_RULE = re.compile(rf"\s*{RULE}\s*")
IS_HEADING = re.compile(rf"\s*{HEADING}\s*")
IS_LABEL = re.compile(rf"\s*{LABEL}\s*")
HEADING_LINE = re.compile(rf"^[ \t]*{HEADING}[ \t]*$", re.MULTILINE)
LABEL_LINE = re.compile(rf"^{LABEL}", re.MULTILINE)
SENTENCE = re.compile(rf"[{STOPS}:：,，][\"'”’)\]]*\Z")
BARE_TOKEN = re.compile(r"[A-Z]{3,12}")  # "END", "STOP" on their own
ASKS = re.compile(r"[?？؟;՞]\W*\Z")
MIN_LETTERS = 6  # of words that are worth a line in the report
PAIRED = (("(", ")"), ("[", "]"), ("{", "}"), ("“", "”"), ("«", "»"), ("「", "」"))


def is_scaffold_before(edge: str, role: Role, framed: bool, asks: bool = False) -> bool:
    """Whether what stands before a text ends with a mark that says where the text begins.

    A token or a heading does. A label of one word or two ("Answer:") does before an answer; before a question it may
    be what is asked ("Translate:"), unless it is one in use, or something stands behind the text too (`framed`) and
    the text asks by itself (`asks`). A second heading or label means that somebody's text stands between them.
    """
    if not _is_whole(edge):
        return False
    if ENDS_WITH_TOKEN.search(edge) or IS_RULE.fullmatch(edge):
        return True
    if ENDS_WITH_HEADING.search(edge):
        return len(HEADING_LINE.findall(edge)) <= 1
    label = ENDS_WITH_LABEL.search(edge)
    if label is None or len(LABEL_LINE.findall(edge)) > 1:
        return False
    in_use = LEADING_MARK[role].fullmatch(label[1]) is not None
    return role == "answer" or (in_use and (framed or label.start() == 0)) or (framed and asks)


def is_scaffold_behind(edge: str, role: Role) -> bool:
    """Whether what stands behind a text begins with a token, or is a heading or, behind a question, a label alone."""
    if not _is_whole(edge):
        return False
    if BEGINS_WITH_TOKEN.match(edge) or any(p.fullmatch(edge) for p in (IS_RULE, IS_HEADING, BARE_TOKEN)):
        return True
    return role == "question" and IS_LABEL.fullmatch(edge) is not None


def is_greeting(edge: str) -> bool:
    """Whether what most texts begin with is words of its own, in whole sentences or lines, and no code or markup."""
    return _is_wording(edge) and SENTENCE.search(edge) is not None


def is_sign_off(edge: str) -> bool:
    """Whether what most texts end with is words of its own."""
    return _is_wording(edge) and (edge[0].isalnum() or edge[0] in '"“«¡¿') and IS_LABEL.fullmatch(edge) is None


def _is_wording(edge: str) -> bool:
    return _is_whole(edge) and sum(map(str.isalpha, edge)) >= MIN_LETTERS


def asks(text: str) -> bool:
    """Whether a text ends with a question mark of any script."""
    return ASKS.search(text) is not None


def splits_a_pair(edge: str, own: str) -> bool:
    """Whether a mark of the edge has its partner in the row's own text."""
    lower = own.lower()
    return any(partner in lower for partner in partners(edge))


def begins_a_form(edge: str, own: str, role: Role) -> bool:
    """Whether an edge is the first of several labels: "Cause: …" of a text that has "Treatment: …", too.

    So is a heading of an answer; those of a question are a template's, such as "### Input:".
    """
    bare = edge.strip()
    if ENDS_WITH_TOKEN.search(bare):
        return False
    if ENDS_WITH_HEADING.search(bare):
        return role == "answer" and HEADING_LINE.search(own) is not None
    return ENDS_WITH_LABEL.search(bare) is not None and LABEL_LINE.search(own) is not None


def partners(edge: str) -> list[str]:
    """List the marks, in lower case, that would close or open those of an edge: "</answer>" for "<answer>"."""
    found = re.findall(r"([<\[])(/?)([a-z][\w:.-]*)([>\]])", edge.lower())
    return [f"{a}{'' if slash else '/'}{name}{z}" for a, slash, name, z in found]


def is_in_use(edge: str) -> bool:
    """Whether the tokens of an edge are those of tokenizers, which are never an element of a text."""
    return not re.sub(rf"(?i:{SPECIAL.pattern})", "", edge).strip().startswith(("<", "["))


def _is_whole(edge: str) -> bool:
    """Whether no bracket, quote or block of code stays open, and no element of a page is in it."""
    if "```" in edge or edge.count('"') % 2 or edge.count("`") % 2 or TAG.search(re.sub(r"</?s>", "", edge)):
        return False
    return all(edge.count(one) == edge.count(other) for one, other in PAIRED)
