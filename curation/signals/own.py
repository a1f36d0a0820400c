"""What rows show by themselves, whatever rows stand beside them: measured once, and kept from run to run.

own = OwnFindings(KeptTable(folder / "own.parquet", schema_of(["refusal", "markup"])))
known, is_new = own.of(texts, corpus)       # a line a row; null where the file has a say in it, or the row is new
own.write(found)

Which findings these are is found out, not declared: a row is measured with a file that answers only what its manner is
(`MANNER`, which is part of a row's key). Where a signal asks for more, such as how many rows have a word, the finding
depends on the other rows, and is made anew in every run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from curation.corpus.corpus import Corpus
from curation.corpus.rows import Finding, Row
from curation.corpus.tools import Tools
from winnow.parallel.kept import key_of
from winnow.parallel.kept_table import KEY, KeptTable

TEXTS = ("question", "answer", "context", "history")
Mask = NDArray[np.bool_]
Measure = Callable[[Sequence[Row], Corpus, Tools], list[Finding]]


MANNER = ("is_of_labels", "is_addressing", "is_extractive", "is_spoken")  # what seldom moves when a file grows


class AskedTheFile(Exception):
    """A signal asked for something that another row may change."""


class Unlearned:
    """A file of which only the manner is known: any other question about it ends the measuring."""

    def __init__(self, corpus: Corpus) -> None:
        self._corpus = corpus

    def __getattr__(self, name: str) -> Any:
        if name in MANNER or (name == "is_label" and not self._corpus.answers.labels):
            return getattr(self._corpus, name)
        raise AskedTheFile(name)

    def as_text(self) -> str:
        """Name the manner: equal as long as what is answered is."""
        return str([bool(self._corpus.answers.labels), *(getattr(self._corpus, name) for name in MANNER)])


def schema_of(names: Iterable[str]) -> pa.Schema:
    """Give the columns of some signals: a value, null where it depends on the file, and what shows it."""
    columns = [pair for name in names for pair in ((name, pa.float32()), (f"{name}.matched", pa.string()))]
    return pa.schema([KEY, *columns])


def alone(measure: Measure, rows: Sequence[Row], corpus: Corpus, tools: Tools) -> list[Finding | None]:
    """Measure each row by itself; None where the signal asks for what other rows may change."""
    unlearned = cast(Corpus, Unlearned(corpus))
    found: list[Finding | None] = []
    for row in rows:
        try:
            found += measure([row], unlearned, tools)
        except AskedTheFile:
            found.append(None)
    return found


@dataclass(frozen=True)
class OwnFindings:
    """The findings that the last run kept, and those of this one."""

    kept: KeptTable

    def of(self, texts: pa.Table, corpus: Corpus) -> tuple[pa.Table, Mask]:
        """Give what is known of each row, nulls for the new ones, and which these are."""
        keys = pa.array(_keys(texts, Unlearned(corpus).as_text()), KEY.type)
        places = self.kept.places(keys)
        known = self.kept.table.take(pa.array(places, mask=places < 0))
        return known.set_column(0, KEY, keys), places < 0

    def write(self, found: Iterable[pa.RecordBatch]) -> None:
        """Keep the findings of this run, and nothing else."""
        self.kept.write(pa.Table.from_batches(found, self.kept.schema))


def _keys(texts: pa.Table, manner: str) -> list[bytes]:
    """Hash all that a signal sees of each row, and the manner of its file."""
    keys: list[bytes] = []
    for batch in texts.select(TEXTS).to_batches():
        keys += [key_of(manner, *row) for row in zip(*(batch[name].to_pylist() for name in TEXTS), strict=True)]
    return keys
