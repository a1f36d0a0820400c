"""Arms of the comparison: which rows, and how long they are trained on.

selection("random:800")                 # Selection("random", 800)
choose_arms([selection("raw"), selection("random:800")])
# raw, and random:800 twice: with raw's updates, and with as many passes over its own rows
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from winnow.errors import InputError

Kind = Literal["base", "raw", "cleaned", "curated", "random", "longest", "ifd", "gold"]
Budget = Literal["updates", "epochs"]

SIZED: tuple[Kind, ...] = ("curated", "random", "longest", "ifd")  # those that choose a number of rows
BUDGETS: tuple[Budget, ...] = get_args(Budget)


@dataclass(frozen=True, slots=True)
class Selection:
    """Which rows are trained on: all of a kind, or so many of it."""

    kind: Kind
    rows: int | None = None

    @property
    def name(self) -> str:
        """The name in tables, and as it is asked for."""
        return self.kind if self.rows is None else f"{self.kind}:{self.rows}"


@dataclass(frozen=True, slots=True)
class Arm:
    """A selection with its budget: the updates of raw, or as many passes over its own rows as raw gets over its own."""

    selection: Selection
    budget: Budget = "updates"

    @property
    def name(self) -> str:
        """The selection's name."""
        return self.selection.name


def selection(text: str) -> Selection:
    """Read `raw`, `cleaned`, `gold`, or a kind with a number of rows; raises InputError saying what there is."""
    kind, colon, number = text.partition(":")
    sized = kind in SIZED
    if kind not in ("raw", "cleaned", "gold", *SIZED) or sized != bool(colon):
        known = ", ".join(["raw", "cleaned", *(f"{one}:N" for one in SIZED), "gold"])
        raise InputError(f'"{text}" is no selection; there are {known}')
    if sized and not (number.isdecimal() and int(number)):
        raise InputError(f'"{text}": {number!r} is no number of rows; write it as in {kind}:800')
    return Selection(kind, int(number) if sized else None)


def choose_arms(selections: Sequence[Selection]) -> list[Arm]:
    """List the untouched base, raw once, whose two budgets are one, and every other selection with both."""
    others = [one for one in dict.fromkeys(selections) if one.kind != "raw"]
    return [
        Arm(Selection("base")),
        Arm(Selection("raw")),
        *(Arm(one, budget) for one in others for budget in BUDGETS),
    ]
