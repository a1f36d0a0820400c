"""Refuse to train on what the result will be judged by.

refuse_leaks(train, held_out)       # InputError names the rows
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from winnow.config import DuplicatesConfig
from winnow.errors import InputError
from winnow.records import Record, to_table

LISTED = 5


def refuse_leaks(train: Sequence[Record], held_out: Sequence[Record]) -> None:
    """Raise InputError where a held-out row, or a copy of one, stands among the training rows."""
    if not held_out:
        return
    if found := list(leaks(train, held_out)):
        pairs = ", ".join(f"{row} (held-out {twin}: {relation})" for row, twin, relation in found[:LISTED])
        raise InputError(
            f"{len(found)} training rows are held-out rows or copies of them: {pairs}; "
            "the comparison would mean nothing. Split again: winnow split"
        )


def leaks(train: Sequence[Record], held_out: Sequence[Record]) -> Iterator[tuple[str, str, str]]:
    """Yield (training id, held-out id, relation) of copies, by the rules that find duplicates within the rows.

    Exact copies, the same in other wording, and damaged or cut forms count; a question that differs in one
    decisive word doesn't.
    """
    from curation.candidates import COPIES, find

    sides = {"t": train, "h": held_out}
    rows = [replace(row, id=f"{side}:{row.id}") for side, records in sides.items() for row in records]
    for pair in find(to_table(rows), DuplicatesConfig()).to_pylist():
        ends = sorted((pair["id_a"], pair["id_b"]), reverse=True)  # t before h
        if ends[0][0] != ends[1][0] and pair["verdict"] in COPIES:
            yield ends[0][2:], ends[1][2:], pair["verdict"]
