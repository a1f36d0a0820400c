"""The list of rows on the page Rows: its order, its folds, and the part of it that a screen shows, as JSON.

lines = lines_of(catalogue, shown.places, order="suspect", is_folded=True)
window(catalogue, lines, start=400)         # the 160 lines from the 400th on, texts cut to what a line can show
facets_of(catalogue, shown, chosen)         # every facet's values with their counts
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from curation.publish.browse import place_of
from curation.publish.catalogue import ALONE, Catalogue
from curation.publish.facets import Shown
from studio.showing import spelled

Order = Literal["came in", "suspect", "near"]
Places = NDArray[np.int64]

ORDERS: dict[Order, str] = {
    "came in": "as they came in",
    "suspect": "most suspect first",
    "near": "nearest in meaning first",
}
LINES_SENT = 160  # at once: three screens
TEXT_SENT = 240  # characters of a text: more than a line shows
VALUES_SENT = 60  # of a facet
SUSPICION = "suspicion"
FACET_TITLES = {
    "status": "Status",
    "reason": "Why",
    "topic": "Topic",
    "file": "File",
    "split": "Part of the split",
    "by": "Decided by",
}


@dataclass(frozen=True)
class Lines:
    """Rows in the order of a list: the place of each, how many it stands for, and whether it is within a fold."""

    places: Places
    sizes: Places
    inside: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.places)


def lines_of(
    catalogue: Catalogue,
    places: Places,
    order: Order = "came in",
    near: Sequence[int] = (),
    is_folded: bool = False,
    unfolded: Collection[int] = (),
) -> Lines:
    """Order the rows that are shown; folded, one stands for its group, the largest groups first.

    An unfolded group follows the row that stands for it, in full.

    `near` are places in the order of their nearness to what was searched.
    """
    if order == "suspect" and SUSPICION in catalogue.signals:
        doubt = np.nan_to_num(catalogue.signals[SUSPICION][places], nan=-1)
        places = places[np.argsort(-doubt, kind="stable")]
    elif order == "near":
        fitting = set(places.tolist())
        places = np.array([place for place in near if place in fitting], np.int64)
    if not is_folded:
        return Lines(places, np.ones(len(places), np.int64), np.zeros(len(places), bool))
    shown, sizes = catalogue.folded(places)
    largest = np.argsort(-sizes, kind="stable")
    shown, sizes = shown[largest], sizes[largest]
    return _opened(catalogue, shown, sizes, unfolded) if unfolded else Lines(shown, sizes, np.zeros(len(shown), bool))


def _opened(catalogue: Catalogue, places: Places, sizes: Places, unfolded: Collection[int]) -> Lines:
    parts: list[tuple[int, int, bool]] = []
    for place, size in zip(places.tolist(), sizes.tolist(), strict=True):
        parts.append((place, size, False))
        group = int(catalogue.groups[place])
        if group != ALONE and group in unfolded:
            parts += [(member, 1, True) for member in catalogue.members(group).tolist() if member != place]
    where, many, inside = zip(*parts, strict=True) if parts else ((), (), ())
    return Lines(np.array(where, np.int64), np.array(many, np.int64), np.array(inside, bool))


def window(catalogue: Catalogue, lines: Lines, start: int) -> list[dict[str, Any]]:
    """Lay out a part of the list for a screen; the page escapes the texts."""
    part = slice(max(0, start), max(0, start) + LINES_SENT)
    places = lines.places[part]
    wanted = pa.array(places, pa.int64())
    rows = catalogue.table.select(["id", "question", "answer", "source", "line"]).take(wanted).to_pylist()
    reasons = catalogue.why.take(wanted).to_pylist()
    return [
        {
            "place": int(place),
            "status": catalogue.status(int(place)),
            "question": _short(row["question"]),
            "answer": _short(row["answer"]),
            "why": _short(why),
            "from": place_of(row["source"], row["line"]),
            "more": int(size) - 1,
            "group": int(catalogue.groups[place]),
            "inside": bool(inside),
        }
        for place, row, why, size, inside in zip(
            places, rows, reasons, lines.sizes[part], lines.inside[part], strict=True
        )
    ]


def _short(text: str) -> str:
    return spelled(" ".join(text[: 2 * TEXT_SENT].split())[:TEXT_SENT])


def facets_of(catalogue: Catalogue, shown: Shown, chosen: Mapping[str, Sequence[str]]) -> list[dict[str, Any]]:
    """Lay out the facets, a chosen value always among them; one whose value all rows share isn't worth a place."""
    found = []
    for name, title in FACET_TITLES.items():
        counts = shown.counts[name]
        picked = [value for value in chosen.get(name, ()) if value not in counts]
        values = [*counts.items(), *((value, 0) for value in picked)]
        if len(catalogue.facets[name].names) > 1 or picked:
            found.append({"name": name, "title": title, "values": values[:VALUES_SENT]})
    return found


def exactly(catalogue: Catalogue, words: str) -> int | None:
    """Find the place of the one row that words name by its id or its file:line; None where they name none."""
    wanted = words.strip()
    if wanted in catalogue.places:
        return catalogue.places[wanted]
    file, colon, line = wanted.rpartition(":")
    if not (colon and line.isdigit() and file in catalogue.facets["file"].names):
        return None
    facet = catalogue.facets["file"]
    here = (facet.codes == facet.names.index(file)) & (catalogue.table["line"].to_numpy() == int(line))
    found = np.flatnonzero(here)
    return int(found[0]) if len(found) == 1 else None
