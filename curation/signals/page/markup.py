"""Signal of markup that a page, a forum, a wiki or a converter left in a text.

>>> markup(Row("What is an ISA?", "<p>A savings account.</p>"), Corpus()).value
2.0

Tags, entities, `FENCE` and `ABOUT_CODE` are also what `curation.steps.repair` repairs by.
"""

from __future__ import annotations

import re

from curation.corpus.corpus import Corpus
from curation.corpus.markdown import marks_of
from curation.corpus.rows import NOTHING, Finding, Row
from winnow.text.markup import SURE_ELEMENTS
from winnow.text.words import any_of, excerpt

# an attribute has a value here: "if a <b and c> d" isn't an element
TAG = re.compile(
    rf"</?(?:{SURE_ELEMENTS})(?:\s+[\w:-]+\s*=\s*(?:\"[^\"<>]*\"|'[^'<>]*'|[^\s\"'<>]+))*\s*/?>|<!--.*?-->|<!doctype[^<>]*>",
    re.IGNORECASE | re.DOTALL,
)
ENTITY = re.compile(
    r"&(?:nbsp|amp|lt|gt|quot|apos|[lr][ds]quo|[mn]dash|hellip|bull|middot|copy|reg|trade|deg|times|[aeiou](?:acute"
    r"|grave|uml|circ)|ntilde|ccedil|szlig|frac1[24]|[lr]arr|[lr]aquo|shy|zwnj|euro|pound|sect|para|plusmn|micro"
    r"|#\d{2,6}|#x[0-9a-f]{2,5});",
    re.IGNORECASE,
)
BRACKETED = re.compile(
    r"\[/?(?:b|i|u|url|img|quote|code|size|color|list|font|center)(?:=[^\]\n]{0,200})?\]"  # bulletin boards
    r"|\{\{(?:cite|citation|infobox|reflist|main|see also|lang|convert|sfn)\b[^}]{0,300}\}\}"  # wikis
    r"|\[\[(?:file|image|category):[^\]]{0,200}\]\]|\[\[[^\]|\n]{1,80}\|[^\]\n]{1,80}\]\]|<ref[^>]{0,100}>|</ref>"
    r"|\[(?:edit|citation needed|edit \| edit source)\]|<!\[cdata\[|\]\]>"
    r"|!?\[[^\]\n]{0,80}\]\([^()\s]{1,200}\)"  # Markdown's links and pictures
    r"|\\(?:text(?:bf|it|tt)|emph|cite[pt]?|footnote|(?:sub)*section|begin|end|item|label|ref|href|url)\b(?=[*{ ])",
    re.IGNORECASE,
)
SCRIPT = re.compile(
    r"\b(?:document\.(?:write|getElementById)|window\.location|function\s*\(\)\s*\{|var\s+\w+\s*=\s*|style=\"|class=\""
    r"|href=\"|src=\")|\{\s*(?:color|font-size|margin|padding|display|background)\s*:"
)
# tags of any name, as such or escaped for an address or for JSON; other boards, wikis, trackers and documentation tools
OTHER = any_of(
    r"</?[a-z]+:[a-z]+(?:\s[^<>]*)?/?>|</[a-z][\w:-]*\s*>|<\w+(?:\s+[\w:-]+=\"[^\"<>]*\")+\s*/?>",
    r"(?:%3c|\\u003c|\\x3c)(?:%2f|\\?/)?[a-z]\w*|\\u00[0-9a-f]{2}",
    r"\[/[a-z]{1,12}\d?\]|\|\|(?=\S)[^|\n]+\|\||(?<![\w:]):[a-z]+(?:_[a-z]+)+:(?![\w:])",
    r"^={2,6} ?[^=\n]{1,80}? ?={2,6}\s*$|^'{3,5}(?=\w)|[.\w]'{3,5}\s*$|'{3,5}(?=\S)[^'\n]{1,300}'{3,5}"
    r"|(?<!~)~{4,5}(?!~)",
    # shortcodes of a site, templates of a wiki, blocks of a notebook or a typesetter
    r"\[/?[a-z]+_[a-z_]+(?:\s[^\]\n]*)?\]|\[[a-z]+(?:\s+\w+=\"[^\"\n]*\")+\s*\]|\{\{[a-z][\w -]*\|[^{}\n]*\}\}"
    r"|_x[0-9a-f]{4}_|^#\+[a-z_]+|^:{3,}(?=\s|$)|^\|\| ?\S",
    r"\{%-? ?\w[^%\n]{0,120}%\}|\{\{-? ?[\w.| ]{2,60} ?-?\}\}|\{: ?[.#]\w[^}\n]{0,60}\}|<%=? ?\w[^%\n]{0,80}%>"
    r"|<\?(?:php|xml|=)",
    r"^h[1-6]\. (?=\S)|\{(?:code|quote|noformat|panel|color|info|note)(?::[^}\n]{0,60})?\}",
    r"^\s*\.\. [\w-]+::|:[a-z]+:`[^`\n]+`",
    r"\\(?:noindent|par|(?:small|med|big)skip|[hv]fill|[vh]space|q?quad|(?:new|clear)(?:line|page)|linebreak|pagebreak"
    r"|centering|hline|maketitle|underline|textsc|textsf)\b|\\\\(?:\[|\s*$)|\$\\[a-z]+\$|\\[nrt](?=\\|\s|$|[A-Z])",
    flags=re.IGNORECASE | re.MULTILINE,
)
MANNER = 0.02  # share of answers from which a mark of Markdown is the file's manner
FORMATTED = re.compile(r"\b(?:tables?|charts?|columns?|spreadsheet|schedule|markdown|bold|headings?|format\w*)\b")
# one of these stands in every text with markup
MARK = re.compile(r"[<&\[{\\~#|=]|\*\*|__|'''|---|```|%3|::|_\w{1,40}:|_x00|^> |^h[1-6]\. ", re.MULTILINE)
ABOUT_CODE = re.compile(
    r"\b(?:html|css|markup|xml|javascript|php|react|angular|jsp|svg|latex|bbcode|regex|snippets?|web ?pages?"
    r"|landing page|website code|source code|(?:write|create|design|build|generate|modify) (?:\w+ ){0,4}(?:code"
    r"|program|script|function|algorithm|website|form|web page)|entit(?:y|ies) (?:like|such as)|tags?)\b"
)
FENCE = re.compile(r"```|^\s*~~~(?!~)", re.MULTILINE)


def markup(row: Row, corpus: Corpus) -> Finding:
    """Number of tags, entities and other marks of a page in question and answer; none where the row is about code."""
    text = f"{row.question}\n{row.answer}"
    if not MARK.search(text):
        return NOTHING
    marks = marks_of(row.answer)
    if ABOUT_CODE.search(row.question_lower) or (FENCE.search(text) and "fence" not in marks):
        return NOTHING
    matches = (match for pattern in (TAG, ENTITY, BRACKETED, SCRIPT, OTHER) for match in pattern.finditer(text))
    found = list({match.start(): match.group() for match in matches}.values())
    if not FORMATTED.search(row.question_lower):
        found += [mark for name, mark in marks.items() if corpus.marks.get(name, 0.0) <= MANNER]
    return Finding(float(len(found)), excerpt(" ".join(found[:5]))) if found else NOTHING
