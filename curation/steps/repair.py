"""Repair of texts: wrong decoding, control characters, markup and prompt marks; the records keep the original.

decisions = decide(table, CleanConfig())          # `repair` with the new text, and a flag for people to check
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from itertools import chain
from typing import NamedTuple

import pyarrow as pa

from curation.signals.page.markup import ABOUT_CODE, ENTITY, FENCE, TAG
from curation.signals.residue.prompts import SPECIAL
from curation.signals.residue.transcripts import LEADING_MARK
from winnow.config import CleanConfig
from winnow.data.ledger import Decision
from winnow.data.records import with_surroundings
from winnow.parallel.engine import spread_map
from winnow.text.characters import C1, INVISIBLE
from winnow.text.markup import HIDDEN, LINES
from winnow.text.words import excerpt

STEP = "clean"
ROWS_A_BATCH = 4096  # rows a worker reads at once
REVIEWED_FAULTS = ("mojibake", "markup", "prompt_residue")  # whose repair may spoil a text; the others are invisible

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


def decide(table: pa.Table, settings: CleanConfig) -> list[Decision]:
    """Return a `repair` with the new text for each broken text, and a `flag` where a repair might be wrong."""
    batches = (
        with_surroundings(table).select(["id", "question", "answer", "context"]).to_batches(max_chunksize=ROWS_A_BATCH)
    )
    return list(chain.from_iterable(spread_map(lambda batch: list(_decisions(batch, settings)), batches)))


def _decisions(batch: pa.RecordBatch, settings: CleanConfig) -> Iterator[Decision]:
    for id_, question, answer, context in zip(*(column.to_pylist() for column in batch.columns), strict=True):
        is_code = bool(ABOUT_CODE.search(question.lower()) or FENCE.search(answer))
        for name, text in (("question", question), ("answer", answer), ("context", context)):
            mended, repairs = mend(text, settings, is_code, role=name)
            if mended == text:
                continue
            kinds = [repair.kind for repair in repairs]
            evidence = {"kinds": kinds, "samples": [repair.sample for repair in repairs]}
            yield Decision(id_, STEP, "repair", f"repaired {', '.join(kinds)}", evidence, field=name, text=mended)
            for repair in repairs:
                if settings.review and repair.kind in REVIEWED_FAULTS:
                    yield _review(id_, name, repair)


def _review(id_: str, name: str, repair: Repair) -> Decision:
    evidence = {"signal": repair.kind, "value": 1, "limit": 1, "matched": repair.sample, "repaired": True}
    return Decision(
        id_, STEP, "flag", f"{repair.kind.replace('_', ' ')} was repaired in the {name}", evidence, field=name
    )


def mend(text: str, settings: CleanConfig, is_code: bool = False, role: str = "answer") -> tuple[str, list[Repair]]:
    """Apply the repairs in order; returns the repaired text and the faults found.

    `is_code` says that tags are content, so that they stay. Uncertain faults stay too, for the quality signals to flag.
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
    """Strip special tokens at both ends and one role mark at the start: "Assistant: Yes.</s>" becomes "Yes."

    Marks inside the text stay, to be flagged.
    """
    for _ in range(4 if BRACKET.search(text) else 0):
        stripped = TOKEN_AT_END.sub("", TOKEN_AT_START.sub("", text))
        if stripped == text:
            break
        text = stripped
    mark = LEADING_MARK[role].match(text)
    if mark is None:
        return text
    rest = text[mark.end() :]
    is_dialogue = LABEL.search(rest) is not None
    return text if is_dialogue or not rest.strip() else rest
