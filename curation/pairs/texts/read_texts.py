"""The words of texts, with their marks of damage and the words in capitals: read once, and kept from run to run.

texts = ReadTexts(folder)
texts.read({digest: "What is an ISA?"})     # [("what\\0is\\0an\\0isa", 0, {"isa"})]
texts.write()                               # the next run reads only what is new
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa

from curation.pairs.texts.lexicon import capitalised
from winnow.code import code_hash
from winnow.parallel.engine import spread
from winnow.parallel.kept_table import KEY, KeptTable
from winnow.text.plain_text import damage, words

MIN_TEXTS_A_PROCESS = 5_000  # texts from which reading them is worth more than one process
SEPARATOR = "\0"  # between words, none of which holds it

Read = tuple[str, int, set[str]]  # the words, marks of damage, and what is capitalised within sentences
SCHEMA = pa.schema([KEY, ("words", pa.string()), ("marks", pa.int64()), ("capitals", pa.string())])


class ReadTexts:
    """What was read of texts; `folder` is where it is kept, None of rows that nobody will ask for again."""

    def __init__(self, folder: Path | None = None) -> None:
        name = f"texts-{code_hash(__name__)[:16]}.parquet"
        self._kept = KeptTable(folder / name if folder else None, SCHEMA)
        self._used: list[pa.Table] = []

    def read(self, texts: Mapping[bytes, str]) -> list[Read]:
        """Read the words of each text, by its digest of 16 bytes."""
        keys = pa.array(list(texts), KEY.type)
        places = self._kept.places(keys)
        known, new = self._kept.table.take(pa.array(places[places >= 0])), np.flatnonzero(places < 0)
        every = list(texts.values())
        found = spread(_read, [every[at] for at in new.tolist()], MIN_TEXTS_A_PROCESS)
        fresh = pa.table(
            {
                "key": keys.take(pa.array(new)),
                "words": [words for words, _, _ in found],
                "marks": [marks for _, marks, _ in found],
                "capitals": [SEPARATOR.join(sorted(capitals)) for _, _, capitals in found],
            },
            schema=SCHEMA,
        )
        both = pa.concat_tables([known, fresh])
        self._used.append(both)
        order = np.argsort(np.concatenate([np.flatnonzero(places >= 0), new]), kind="stable")
        columns = (both[name].take(pa.array(order)).to_pylist() for name in ("words", "marks", "capitals"))
        return [
            (words, marks, set(filter(None, said.split(SEPARATOR))))
            for words, marks, said in zip(*columns, strict=True)
        ]

    def write(self) -> None:
        """Keep what was asked for in this run, and nothing else."""
        if self._used:
            self._kept.write(pa.concat_tables(self._used))


def _read(texts: Sequence[str]) -> list[Read]:
    return [(SEPARATOR.join(words(text)), damage(text), capitalised(text)) for text in texts]
