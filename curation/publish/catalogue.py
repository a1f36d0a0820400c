"""Catalogue of a study's rows: how each stands, its facets and its signals, as columns that filters narrow at once.

catalogue = catalogue_of(view, Beside(topics=topics, parts={"3f2a…": "held-out"}))
wanted = Filters(chosen={"status": ("removed",)}, words="overdraft")
catalogue.narrowed(wanted)                  # bool [rows]
catalogue.shown(wanted).counts["reason"]    # {"the same words as its twin": 28, …}: what choosing each would show
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import PurePath

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from curation.publish.browse import Row, rows_of
from curation.publish.facets import Facet, Filters, Mask, Places, Shown, otherwise, several
from winnow.data.ledger import Decision, View
from winnow.text.topics import Topics

FACETS = ("status", "reason", "topic", "file", "split", "by")
STATUSES = ("kept", "to decide", "removed")
NO_TOPIC, NO_PART, NOBODY = "no topic", "in no part", "nobody"
READER = "reader"  # the signal whose reasons are those of other signals, after a colon
ALONE = -1  # the group of a row that is compared with no other


@dataclass(frozen=True)
class Beside:
    """What is known of rows beside the view, by id: topics, parts of the split, people's decisions and flags, signals.

    `signals` has a column `id` and one of numbers for each signal; a row that isn't there has none.
    """

    topics: Topics | None = None
    parts: Mapping[str, str] = field(default_factory=dict)
    people: Sequence[Decision] = ()
    flags: Sequence[Decision] = ()
    signals: pa.Table | None = None


@dataclass(frozen=True)
class Catalogue:
    """Every row in the order in which it came in; a place is a row's number in that order, from 0."""

    view: View
    table: pa.Table
    why: pa.ChunkedArray
    facets: Mapping[str, Facet]
    signals: Mapping[str, NDArray[np.float32]]
    groups: Places
    decisions: Mapping[str, Sequence[Decision]]

    def __len__(self) -> int:
        return int(self.table.num_rows)

    @cached_property
    def places(self) -> dict[str, int]:
        """The place of each id."""
        return {id_: place for place, id_ in enumerate(self.table["id"].to_pylist())}

    @cached_property
    def _searched(self) -> pa.ChunkedArray:
        """All that words are looked for in, in small letters."""
        table = self.table
        where = pc.binary_join_element_wise(self._names_of_files, pc.cast(table["line"], pa.string()), ":")
        columns = [table[name] for name in ("question", "answer", "context", "system", "history", "references", "id")]
        return pc.utf8_lower(pc.binary_join_element_wise(*columns, where, self.why, "\n"))

    @cached_property
    def _names_of_files(self) -> pa.Array:
        facet = self.facets["file"]
        return pa.array(facet.names, pa.string()).take(pa.array(facet.codes))

    def narrowed(self, filters: Filters) -> Mask:
        """Mark the rows that fit every filter."""
        return self.shown(filters).mask

    def shown(self, filters: Filters) -> Shown:
        """Narrow the rows, and count those of each value of each facet that fit the other filters."""
        fits = {name: self.facets[name].having(values, len(self)) for name, values in filters.chosen.items() if values}
        others = self._with_words(filters.words) & self._within(filters)
        mask = np.logical_and.reduce([others, *fits.values()])
        counts = {}
        for name, facet in self.facets.items():
            rest = [fit for chosen, fit in fits.items() if chosen != name]
            counts[name] = facet.counts(np.logical_and.reduce([others, *rest]) if name in fits else mask)
        return Shown(mask, counts)

    def _within(self, filters: Filters) -> Mask:
        mask = np.ones(len(self), bool)
        for name, (low, high) in filters.ranges.items():
            with np.errstate(invalid="ignore"):  # rows without a value are in no range
                mask &= (self.signals[name] >= low) & (self.signals[name] <= high)
        if filters.among is not None:
            drawn = np.zeros(len(self), bool)
            drawn[np.asarray(filters.among, np.int64)] = True
            mask &= drawn
        return mask

    def _with_words(self, words: str) -> Mask:
        mask = np.ones(len(self), bool)
        for word in pc.utf8_lower(pa.array(words.split(), pa.string())).to_pylist():
            mask &= pc.match_substring(self._searched, word).to_numpy()
        return mask

    def folded(self, places: Places) -> tuple[Places, NDArray[np.int64]]:
        """Keep one place of each group, a kept row where there is one, with the number of the group's rows folded in.

        The order is that of the places; a row alone stands with 1.
        """
        groups = self.groups[places]
        alone = groups == ALONE
        kept = self.facets["status"].codes[places] != STATUSES.index("removed")
        order = np.lexsort((np.arange(len(places)), ~kept, groups))
        _, first, sizes = np.unique(groups[order], return_index=True, return_counts=True)
        shown = np.zeros(len(places), np.int64)
        shown[order[first]] = sizes
        shown[alone] = 1
        return places[shown > 0], shown[shown > 0]

    def members(self, group: int) -> Places:
        """List the places of a group."""
        return np.flatnonzero(self.groups == group)

    def rows(self, places: Sequence[int]) -> list[Row]:
        """Read rows in full, with the decisions for which people see them."""
        return rows_of(self.table.take(pa.array(places, pa.int64())), self.decisions)

    def status(self, place: int) -> str:
        """Say how a row stands."""
        return STATUSES[int(self.facets["status"].codes[place])]


def catalogue_of(view: View, beside: Beside | None = None) -> Catalogue:
    """Lay out the rows of a view as columns: each row once, with its texts as they stand."""
    beside = beside or Beside()
    table = _as_they_stand(view)
    ids, decisions = table["id"], _decisions(view, beside.flags)
    places = _places(ids, [*decisions, *(d.id for d in beside.people)])
    by_whom = several(_by(places, decisions, beside.people))
    facets = {
        "status": _statuses(view, decisions, places, len(table)),
        "reason": several((places[id_], _plain(d)) for id_, found in decisions.items() for d in found),
        "topic": _topics(ids, beside.topics),
        "file": _files(table),
        "split": _parts(ids, beside.parts),
        "by": otherwise(by_whom, NOBODY, len(table)),
    }
    why = np.full(len(table), "", object)
    for id_, found in decisions.items():
        why[places[id_]] = _why(found)
    groups = _groups(ids, places, decisions)
    signals = _signals(beside.signals, table)
    return Catalogue(view, table, pa.chunked_array([why], pa.string()), facets, signals, groups, decisions)


def _as_they_stand(view: View) -> pa.Table:
    table = pa.concat_tables([view.kept_table, view.removed_table])
    return table.take(pc.index_in(view.records["id"], table["id"].combine_chunks()).combine_chunks())


def _places(ids: pa.ChunkedArray, wanted: Iterable[str]) -> dict[str, int]:
    """Find the places of ids; those that no row has are left out."""
    names = list(dict.fromkeys(wanted))
    found = pc.index_in(pa.array(names, pa.string()), value_set=ids).to_pylist()
    return {name: place for name, place in zip(names, found, strict=True) if place is not None}


def _decisions(view: View, flags: Iterable[Decision]) -> dict[str, list[Decision]]:
    """Gather the decisions for which people see rows: a removal, or flags, those of reviewers first."""
    found: dict[str, list[Decision]] = {id_: [decision] for id_, decision in view.removed.items()}
    for flag in flags:
        if flag.id not in view.removed:
            found.setdefault(flag.id, []).append(flag)
    for id_, own in view.flags.items():
        found[id_] = [*found.get(id_, ()), *own]
    return found


def _statuses(view: View, decisions: Iterable[str], places: Mapping[str, int], rows: int) -> Facet:
    codes = np.zeros(rows, np.int64)
    codes[[places[id_] for id_ in decisions]] = STATUSES.index("to decide")
    codes[[places[id_] for id_ in view.removed]] = STATUSES.index("removed")
    return Facet(STATUSES, np.arange(rows), codes)


def _files(table: pa.Table) -> Facet:
    """Name each row's file, without its folders."""
    found = table["source"].combine_chunks().dictionary_encode()
    names = [PurePath(source).name for source in found.dictionary.to_pylist()]
    known = tuple(dict.fromkeys(names))
    codes = np.array([known.index(name) for name in names], np.int64)
    return Facet(known, np.arange(len(table)), codes[found.indices.to_numpy()])


def _plain(decision: Decision) -> str:
    """Cut a reason to what rows share: no particulars, and the same whoever says it.

    "reads as: the answer refuses" of the reader → "the answer refuses"; "says the same; what differs: typo" → "says
    the same"
    """
    is_readers = decision.evidence.get("signal") == READER
    reason = decision.reason.partition(": ")[2] if is_readers else decision.reason
    return reason.partition(";")[0]


def _why(decisions: Sequence[Decision]) -> str:
    return "; ".join(dict.fromkeys(decision.reason for decision in decisions))


def _topics(ids: pa.ChunkedArray, topics: Topics | None) -> Facet:
    known, names = (topics.of, [topic.name for topic in topics.topics]) if topics else ({}, [])
    return _named(ids, known, [*names, NO_TOPIC])


def _parts(ids: pa.ChunkedArray, parts: Mapping[str, str]) -> Facet:
    names = list(dict.fromkeys(parts.values()))
    numbers = {name: number for number, name in enumerate(names)}
    return _named(ids, {id_: numbers[part] for id_, part in parts.items()}, [*names, NO_PART])


def _named(ids: pa.ChunkedArray, known: Mapping[str, int], names: Sequence[str]) -> Facet:
    """Name each row by its number; a row of unknown number has the last name, and what no row has isn't there."""
    at = pc.index_in(ids, value_set=pa.array(list(known), pa.string())).fill_null(len(known)).to_numpy()
    used, codes = np.unique(np.array([*known.values(), len(names) - 1], np.int64)[at], return_inverse=True)
    return Facet(tuple(names[number] for number in used), np.arange(len(ids)), codes)


def _by(
    places: Mapping[str, int], decisions: Mapping[str, Sequence[Decision]], people: Iterable[Decision]
) -> list[tuple[int, str]]:
    """Name who decided about each row: steps, and people whose decisions stand."""
    named = {(places[id_], d.by or d.step) for id_, found in decisions.items() for d in found}
    return sorted(named | {(places[d.id], d.by) for d in people if d.id in places})


def _signals(signals: pa.Table | None, table: pa.Table) -> dict[str, NDArray[np.float32]]:
    """Bring the signals into the order of the rows; a row without a value has none (NaN)."""
    if signals is None:
        return {}
    at = pc.index_in(table["id"], signals["id"].combine_chunks()).combine_chunks()
    found = {}
    for name in signals.column_names:
        if pa.types.is_floating(signals.schema.field(name).type):
            found[name] = pc.cast(signals[name].take(at), pa.float32()).to_numpy(zero_copy_only=False)
    return found


def _groups(ids: pa.ChunkedArray, places: Mapping[str, int], decisions: Mapping[str, Sequence[Decision]]) -> Places:
    """Number the groups of rows that decisions compare with each other, by their connections; ALONE elsewhere."""
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    pairs = [(id_, other) for id_, found in decisions.items() for other in _others(id_, found)]
    others = _places(ids, (other for _, other in pairs))
    edges = [(places[id_], others[other]) for id_, other in pairs if other in others]
    groups = np.full(len(ids), ALONE, np.int64)
    if not edges:
        return groups
    one, other = np.array(edges, np.int64).T
    _, labels = connected_components(coo_matrix((np.ones(len(one), bool), (one, other)), [len(ids)] * 2), False)
    inside = np.union1d(one, other)
    groups[inside] = labels[inside]
    return groups


def _others(id_: str, decisions: Iterable[Decision]) -> Iterator[str]:
    for decision in decisions:
        members = decision.evidence.get("group")
        named = [decision.evidence.get("twin"), *(members if isinstance(members, list) else ())]
        yield from (other for other in named if isinstance(other, str) and other != id_)
