"""Repairs of one text: wrong decoding, invisible characters, special tokens and a role mark, tags and entities.

mended, repairs = mend("<p>Itâ€™s a loan.</p>", CleanConfig())      # "It’s a loan.", [mojibake, markup]
"""

from __future__ import annotations

import html
import re
from typing import NamedTuple

from curation.corpus.seen import is_seen
from curation.signals.page.markup import ABOUT_CODE, ENTITY, TAG
from curation.signals.residue import thinking
from curation.signals.residue.prompts import SPECIAL
from curation.signals.residue.transcripts import LEADING_MARK
from winnow.config import CleanConfig
from winnow.text.characters import C1, INVISIBLE
from winnow.text.markup import HIDDEN, LINES
from winnow.text.words import excerpt

MIN_LEFT = (
    0.5  # share of a text's letters and digits that a repair leaves; one that takes more would change what is said
)
MAX_ROUNDS = 8  # of repairs that lay others bare

UNSHOWN = re.compile(rf"<({HIDDEN})\b[^<>]*>.*?</\1\s*>|<!--.*?-->", re.IGNORECASE | re.DOTALL)
LINE = re.compile(rf"\s*</?(?:{LINES})\b[^<>]*>\s*", re.IGNORECASE)
ITEM = re.compile(r"\s*<li\b[^<>]*>\s*", re.IGNORECASE)
CELL = re.compile(r"\s*</t[dh]\s*>\s*", re.IGNORECASE)
RAISED = re.compile(r"<sup\b[^<>]*>\s*([+-]?\d+)\s*</sup>", re.IGNORECASE)
SUPERSCRIPT = str.maketrans("0123456789+-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻")
BOARD = re.compile(
    r"\[(b|i|u|quote|code|center|url|size|color|font)(?:=[^\]\n]{0,200})?\](.*?)\[/\1\]", re.IGNORECASE | re.DOTALL
)
TOKEN_AT_START = re.compile(rf"^\s*(?:{SPECIAL.pattern})", re.IGNORECASE)
TOKEN_AT_END = re.compile(rf"(?:{SPECIAL.pattern})\s*$", re.IGNORECASE)
BRACKET = re.compile(r"[<\[\u3010]")  # every special token has one
LABEL = re.compile(r"\n\s*\w{1,12}\s*:\s")


class Repair(NamedTuple):
    """A kind of fault, and an excerpt of the text that shows it."""

    kind: str
    sample: str


def mend(text: str, settings: CleanConfig, is_code: bool = False, role: str = "answer") -> tuple[str, list[Repair]]:
    """Apply the repairs in order; returns the repaired text and the faults found.

    `is_code` says that marks are content, so that they stay. Uncertain faults stay, for the quality signals to flag.
    Of a context only characters are repaired: its markup may be a table that is asked about.
    """
    is_text = role != "context"
    repairs: list[Repair] = []
    for kind, is_on, repair in (
        ("mojibake", settings.mojibake, fix_mojibake),
        ("control_characters", settings.control_characters, drop_invisible),
        ("prompt_residue", settings.prompt_marks and is_text, lambda t: strip_prompt_marks(t, role)),
        ("markup", settings.markup and is_text and not is_code, strip_markup),
        ("whitespace", is_text, str.strip),
    ):
        mended = repair(text) if is_on else text
        if mended != text:
            repairs.append(Repair(kind, _first_difference(text, mended)))
            text = mended
    return text, repairs


def mend_with_care(text: str, settings: CleanConfig, is_code: bool, role: str) -> tuple[str, list[Repair]]:
    """Mend a text, but for what would take most of its letters, its marks' own among them, or leave nothing seen.

    "<div style=\"display:flex\">…</div>" stays as it is, for the quality signals to flag.
    """
    mended = text
    repairs: list[Repair] = []
    for _ in range(MAX_ROUNDS):  # below a tag may be a role mark
        mended, found = mend(mended, settings, is_code, role)
        if not found:
            break
        repairs += [repair for repair in found if repair.kind not in {earlier.kind for earlier in repairs}]
    if mended == text:
        return text, []
    base, kept = mend(text, settings.model_copy(update={"markup": False, "prompt_marks": False}), is_code, role)
    if not is_seen(base):
        return text, []
    return (mended, repairs) if is_seen(mended) and not takes_most_of(base, mended) else (base, kept)


def takes_most_of(text: str, mended: str) -> bool:
    """Whether a repair leaves less than half of a text's letters and digits."""
    return len(mended) < len(text) and _letters(mended) < MIN_LEFT * _letters(text)


def _letters(text: str) -> int:
    return sum(map(str.isalnum, text))


def _first_difference(before: str, after: str) -> str:
    at = next((i for i, (a, b) in enumerate(zip(before, after, strict=False)) if a != b), min(len(before), len(after)))
    return excerpt(before, max(0, at - 10), at + 50)


def fix_mojibake(text: str) -> str:
    """Undo a wrong decoding with ftfy: "cafÃ©" becomes "café"; a text that ftfy isn't sure of stays as it is.

    Quotes, ligatures and widths aren't touched: they are somebody's spelling.
    """
    if text.isascii():
        return text
    import ftfy
    from ftfy.badness import badness

    # the C1 letters are a sign of cp1252 read as latin-1, which ftfy's own measure counts only among others
    if not (before := badness(text)) and not C1.search(text):
        return text
    fixed = str(ftfy.fix_encoding(text))
    return fixed if badness(fixed) < before or C1.search(text) else text


def drop_invisible(text: str) -> str:
    """Drop control characters, byte order marks and zero-width spaces; "a\\r\\nb" becomes "a\\nb"."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return INVISIBLE.sub("", text)


def strip_markup(text: str) -> str:
    """Replace tags by line breaks and list marks, entities by their characters; `a < b` isn't a tag and stays."""
    if "[/" in text:
        text = BOARD.sub(r"\2", text)
    if "<" in text and TAG.search(text):
        text = _strip_tags(text)
    if "&" in text and ENTITY.search(text):
        text = ENTITY.sub(lambda match: html.unescape(match.group()), text).replace("\xa0", " ")
        if len(TAG.findall(text)) > 1 and not ABOUT_CODE.search(text.lower()):
            text = _strip_tags(text)  # a page escaped twice
    return text


def _strip_tags(text: str) -> str:
    text = UNSHOWN.sub(" ", text)
    text = RAISED.sub(lambda match: match.group(1).translate(SUPERSCRIPT), text)
    text = CELL.sub(" | ", ITEM.sub("\n- ", text))
    text = TAG.sub("", LINE.sub("\n", text))
    return re.sub(r"[ \t]+(?=\n)|\n(?=\n\n)", "", text).strip().strip("|").strip()


def strip_prompt_marks(text: str, role: str) -> str:
    """Strip special tokens at both ends and role marks at the start: "Assistant: Yes.</s>" becomes "Yes."

    Of a pair of marks ("<response>Yes.</response> Bye.") none goes alone. Marks inside the text stay, to be flagged.
    """
    stripped = text
    if BRACKET.search(text):
        stripped = _without_token(_without_token(text, TOKEN_AT_START), TOKEN_AT_END)
    mark = LEADING_MARK[role].match(stripped)
    rest = stripped[mark.end() :] if mark else ""
    is_dialogue = LABEL.search(rest) is not None
    stripped = rest if rest.strip() and not is_dialogue else stripped
    return text if stripped == text else strip_prompt_marks(stripped, role)


def _without_token(text: str, place: re.Pattern[str]) -> str:
    """Take the token at one end away, unless it is a mark of thinking or its partner stands within the text."""
    token = place.search(text)
    if token is None or thinking.marks(token.group()):
        return text
    rest = text[: token.start()] + text[token.end() :]
    partner = _partner(token.group().strip())
    at = rest.lower().find(partner) if partner else -1
    is_at_other_end = at == 0 if place is TOKEN_AT_END else at + len(partner) == len(rest.rstrip())
    return rest if at < 0 or is_at_other_end else text


def _partner(token: str) -> str:
    """Give the mark that opens or closes with this one: "</answer>" of "<answer>"; an empty string where none does."""
    if not token.startswith(("<", "[")) or token.startswith(("<|", "<\uff5c")):
        return ""
    bracket, name = token[0], token[1:].lower()
    return f"{bracket}{name[1:]}" if name.startswith("/") else f"{bracket}/{name}"
