"""Leakage check: no training row may be a copy of a held-out row, or of its conversation, or about its passage.

refuse_leaks(train, held_out, Judged.of(workspace, config))
# InputError: 1 training rows are held-out rows, copies of them, or of one origin with them: 3f2a… (held-out 9b01…: …
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from winnow.config import Config, DuplicatesConfig, SplitConfig
from winnow.data.files import read_table
from winnow.data.records import Record, to_records, to_table
from winnow.errors import InputError
from winnow.study.workspace import Curated, Workspace

if TYPE_CHECKING:
    from winnow.models.embedder import Embedder

MAX_NAMED_LEAKS = 5  # rows that the error names
SPLIT_AGAIN = "curate and split again with winnow curate and winnow split, or remove one row of each pair"

Leak = tuple[str, str, str]  # training id, held-out id, relation


@dataclass(frozen=True)
class Judged:
    """The settings, the encoder and the pairs judged at curation, by which copies are recognised.

    `together` names what may not stand on both sides beside copies. Outside a study there is neither encoder nor
    curated folder, and every row is searched.
    """

    settings: DuplicatesConfig = field(default_factory=DuplicatesConfig)
    embedder: str | None = None
    curated: Curated | None = None
    together: tuple[str, ...] = SplitConfig().together

    @classmethod
    def of(cls, workspace: Workspace, config: Config) -> Judged:
        """Take the study's settings, encoder and curated folder."""
        return cls(config.duplicates, config.models.embedder, workspace.curated, config.split.together)

    def texts(self, ids: set[str]) -> dict[str, tuple[object, ...]]:
        """Return all that is asked and answered in those of the rows that curation judged.

        A row that a person corrected isn't among them: its pairs may be those of its old text.
        """
        if self.curated is None or not all(path.exists() for path in self._files(self.curated)):
            return {}
        corrected = {d.id for d in self.curated.ledger.people_decisions() if d.action == "correct"}
        judged = read_table(self.curated.signals_file)["id"].to_pylist()  # each row that was judged has its signals
        wanted = pa.array(sorted(ids.intersection(judged) - corrected), pa.string())
        kept = self.curated.view().kept_table
        return {row.id: _texts(row) for row in to_records(kept.filter(pc.is_in(kept["id"], wanted)))}

    @staticmethod
    def _files(curated: Curated) -> tuple[Path, ...]:
        return curated.root / "manifest.json", curated.signals_file, curated.pairs_file

    def pairs(self) -> pa.Table:
        """Read the pairs that were judged at curation."""
        assert self.curated is not None, "without a curated folder no row is covered"
        return read_table(self.curated.pairs_file)

    def find(self, rows: Sequence[Record]) -> pa.Table:
        """Judge pairs that curation didn't see, with the study's settings and encoder."""
        from curation.pairs.candidates import find

        return find(to_table(rows), self.settings, self._encoder())

    def _encoder(self) -> Embedder | None:
        if self.embedder is None or self.curated is None:
            return None
        from winnow.models.embedder import Embedder

        return Embedder(self.embedder, self.curated.root / "cache")


def refuse_leaks(
    train: Sequence[Record], held_out: Sequence[Record], judged: Judged, remedy: str = SPLIT_AGAIN
) -> None:
    """Raise InputError where a held-out row, a copy of one, its conversation or its passage stands in training too."""
    if found := leaks(train, held_out, judged):
        pairs = ", ".join(f"{row} (held-out {twin}: {relation})" for row, twin, relation in found[:MAX_NAMED_LEAKS])
        raise InputError(
            f"{len({row for row, *_ in found})} training rows are held-out rows, copies of them, or of one origin with"
            f" them: {pairs}; "
            f"the comparison would mean nothing: {remedy}"
        )


def leaks(train: Sequence[Record], held_out: Sequence[Record], judged: Judged) -> list[Leak]:
    """Return the pairs of a training and a held-out row that are copies, by the rules that find duplicates.

    Exact copies, the same in other wording, and damaged or cut forms count; a question that differs in one decisive
    word, or stands in another context, doesn't. Pairs of rows that curation judged are looked up; only pairs with
    another row are searched. A row of a held-out row's conversation, or about its passage, leaks though it is no copy.
    """
    if not train or not held_out:
        return []
    texts = judged.texts({row.id for row in (*train, *held_out)})
    known_train, new_train = _parted(train, texts)
    known_held_out, new_held_out = _parted(held_out, texts)
    found: set[Leak] = set()
    if known_train and known_held_out:
        found |= _across(judged.pairs(), judged.settings, known_train, known_held_out)
    if new_train or new_held_out:
        rows = train if new_held_out else new_train, held_out if new_train else new_held_out
        found |= _searched(*rows, judged)
    copied = {row for row, *_ in found}
    return sorted(found | {leak for leak in _of_one_origin(train, held_out, judged.together) if leak[0] not in copied})


def _of_one_origin(train: Sequence[Record], held_out: Sequence[Record], together: Sequence[str]) -> set[Leak]:
    """Pair each training row that has an origin in common with held-out rows with the first of them."""
    from curation.pairs.origins import ORIGINS

    table = to_table([*train, *held_out])
    found: set[Leak] = set()
    for name in together:
        labels = ORIGINS[name](table).tolist()
        items = dict(zip(labels[len(train) :][::-1], (row.id for row in held_out[::-1]), strict=True))
        pairs = zip(train, labels[: len(train)], strict=True)
        found |= {(row.id, items[label], f"the same {name}") for row, label in pairs if label in items}
    return found


def _texts(row: Record) -> tuple[object, ...]:
    return row.question, row.answer, row.context, row.system, row.history


def _parted(rows: Sequence[Record], texts: Mapping[str, tuple[object, ...]]) -> tuple[dict[str, str], list[Record]]:
    """Part rows into the ids of those that were judged with these texts, and the others."""
    others = {row.id for row in rows if texts.get(row.id) != _texts(row)}
    return {row.id: row.id for row in rows if row.id not in others}, [row for row in rows if row.id in others]


def _searched(train: Sequence[Record], held_out: Sequence[Record], judged: Judged) -> set[Leak]:
    """Find copies by judging the pairs of these rows, under ids of their own: one may stand on both sides."""
    sides = [
        {f"{mark}{place}": row for place, row in enumerate(rows)} for mark, rows in (("t", train), ("h", held_out))
    ]
    rows = [replace(row, id=id_) for side in sides for id_, row in side.items()]
    return _across(judged.find(rows), judged.settings, *({id_: row.id for id_, row in side.items()} for side in sides))


def _across(
    pairs: pa.Table, settings: DuplicatesConfig, train: Mapping[str, str], held_out: Mapping[str, str]
) -> set[Leak]:
    """Collect the copies between two sides, each given as its rows' ids by their ids in `pairs`.

    Rows with the same words are one node there, under the id that stands for them: each of its rows is a copy.
    """
    from curation.pairs.verdict import Relation

    copies = pairs.filter(_are_copies(pairs, settings))
    links = list(zip(*(copies[name].to_pylist() for name in ("id_a", "id_b", "verdict")), strict=True))
    members: defaultdict[str, list[str]] = defaultdict(list)
    for face, id_, relation in links:
        if relation == Relation.EXACT:
            members[face].append(id_)
    alike = [(face, face, str(Relation.EXACT)) for face in {*members, *(train.keys() & held_out.keys())}]
    found: set[Leak] = set()
    for a, b, relation in [*alike, *links]:
        nodes = [a, *members.get(a, ())], [b, *members.get(b, ())]
        for one, other in (nodes, nodes[::-1]):
            found |= {
                (train[row], held_out[twin], relation)
                for row in one
                if row in train
                for twin in other
                if twin in held_out
            }
    return found


def _are_copies(pairs: pa.Table, settings: DuplicatesConfig) -> pa.ChunkedArray:
    """Tell which pairs say the same; questions in other words do where the encoder, if one looked, finds them close."""
    from curation.pairs.verdict import SAMENESS, Relation

    same = pc.is_in(pairs["verdict"], pa.array([str(relation) for relation in SAMENESS]))
    close = pc.fill_null(pc.greater_equal(pairs["semantic"], settings.semantic), True)
    return pc.or_(same, pc.and_(pc.equal(pairs["verdict"], str(Relation.PARAPHRASE)), close))
