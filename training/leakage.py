"""Refuse to train on what the result will be judged by.

refuse_leaks(train, held_out)       # InputError names the rows
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from winnow.errors import InputError
from winnow.records import Record


def refuse_leaks(train: Sequence[Record], held_out: Sequence[Record]) -> None:
    """Raise InputError where a held-out row, or a near copy of one, stands among the training rows."""
    guarded = {_plain(r.question + "\n" + r.answer): r.id for r in held_out}
    found = [(r.id, guarded[key]) for r in train if (key := _plain(r.question + "\n" + r.answer)) in guarded]
    if found:
        pairs = ", ".join(f"{row} (held-out {twin})" for row, twin in found[:5])
        raise InputError(
            f"{len(found)} training rows are held-out rows or near copies: {pairs}; "
            "the comparison would mean nothing. Split again: winnow split"
        )


def _plain(text: str) -> str:
    """Reduce to lower-case words, so that case, spaces and punctuation hide no copy."""
    return " ".join(re.findall(r"\w+", text.casefold()))
