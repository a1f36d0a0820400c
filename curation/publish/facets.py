"""Facets of rows: properties with few values, by which rows are narrowed and counted, and what filters ask of them.

reason = several([(0, "too short"), (4, "too short"), (4, "a refusal")])
reason.having(["a refusal"], rows=6)        # bool [rows]
reason.counts(mask)                         # {"too short": 2, "a refusal": 1}, of the marked rows
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.bool_]
Places = NDArray[np.int64]


@dataclass(frozen=True)
class Filters:
    """What is asked of rows: one of the chosen values of each facet, all words, and values within each range.

    `among` are the only places that count, such as those that were drawn round on a map; None asks nothing.
    """

    chosen: Mapping[str, Sequence[str]] = field(default_factory=dict)
    words: str = ""
    ranges: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    among: Sequence[int] | None = None


@dataclass(frozen=True)
class Facet:
    """A property with few values: `codes[i]` numbers in `names` a value that the row at `places[i]` has.

    A row may have several values, as one that is flagged for two reasons, or none.
    """

    names: tuple[str, ...]
    places: Places
    codes: Places

    def having(self, values: Sequence[str], rows: int) -> Mask:
        """Mark the rows that have one of the values."""
        wanted = np.isin(self.codes, [code for code, name in enumerate(self.names) if name in set(values)])
        mask = np.zeros(rows, bool)
        mask[self.places[wanted]] = True
        return mask

    def counts(self, mask: Mask) -> dict[str, int]:
        """Count the marked rows of each value, the most first."""
        found = np.bincount(self.codes[mask[self.places]], minlength=len(self.names))
        order = np.argsort(-found, kind="stable")
        return {self.names[code]: int(found[code]) for code in order if found[code]}


@dataclass(frozen=True)
class Shown:
    """The rows that fit filters, as a mask, and how many each value of each facet would show if it were chosen."""

    mask: Mask
    counts: Mapping[str, Mapping[str, int]]

    @property
    def places(self) -> Places:
        """The places of the rows, in order."""
        return np.flatnonzero(self.mask)


def several(values: Iterable[tuple[int, str]]) -> Facet:
    """Make the facet of rows that have any number of values, from pairs of a row's place and a value."""
    found = list(dict.fromkeys(values))
    names = tuple(dict.fromkeys(name for _, name in found))
    codes = {name: code for code, name in enumerate(names)}
    pairs = np.array([(place, codes[name]) for place, name in found], np.int64).reshape(-1, 2)
    return Facet(names, pairs[:, 0], pairs[:, 1])


def otherwise(facet: Facet, name: str, rows: int) -> Facet:
    """Give the rows that have no value of a facet this one."""
    without = np.ones(rows, bool)
    without[facet.places] = False
    lacking = np.flatnonzero(without)
    codes = np.full(len(lacking), len(facet.names), np.int64)
    return Facet((*facet.names, name), np.r_[facet.places, lacking], np.r_[facet.codes, codes])


def without(filters: Filters, name: str) -> Filters:
    """Drop what is asked of one facet or signal."""
    return replace(
        filters,
        chosen={facet: values for facet, values in filters.chosen.items() if facet != name},
        ranges={signal: limits for signal, limits in filters.ranges.items() if signal != name},
    )
