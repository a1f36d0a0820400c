"""No row is lost: whatever happens to a file, what still stands in it is read, or an error says that it isn't."""

from __future__ import annotations

import re
from random import Random

import pytest

from curation.ingest import ingest
from tests.winnow.data.mutations import FILES, PAIRS, markers, mutated, write
from winnow.config import IngestConfig
from winnow.data.readers import RawRow, Reading, column_names, read_rows, whole_rows
from winnow.errors import InputError

PAIR = Reading(fits=lambda names: {"question", "answer"} <= set(names))


def read_text(source: str) -> str:
    """Give all that was read of a file: the cells of its rows, and the raw text of what is no row."""
    return " ".join(str(row.values if isinstance(row, RawRow) else row.raw) for row in read_rows(source, PAIR))


def ingested_text(source: str) -> str:
    """Give all that ingest keeps of a file; each decision is about one of its records."""
    table, decisions, _ = ingest([source], IngestConfig())
    ids = table["id"].to_pylist()
    assert len(set(ids)) == len(ids)
    assert {decision.id for decision in decisions} <= set(ids)
    return " ".join(str(row) for row in table.to_pylist())


def lost(name: str, data: bytes, source: str, read) -> list[str]:
    """List the words that stand whole in the file's bytes and in nothing that was read; none where it was refused."""
    try:
        text = read(source)
    except InputError:
        return []
    return [word for word in sorted(markers(name, data)) if not re.search(word + r"(?!\w)", text, re.ASCII)]


@pytest.mark.parametrize("name", FILES)
def test_a_whole_file_is_read_alike_in_every_format(tmp_path, name):
    rows = whole_rows(write(tmp_path, name, FILES[name]), PAIR)
    assert [(row.values["question"], row.values["answer"]) for row in rows] == [
        (pair["question"], pair["answer"]) for pair in PAIRS
    ]


def check(tmp_path, name: str, seeds: range) -> None:
    for seed in seeds:
        data = mutated(name, FILES[name], Random(f"{name} {seed}"))
        source = write(tmp_path, name, data)
        assert lost(name, data, source, read_text) == [], f"seed {seed}"
        if seed % 4 == 0:
            assert lost(name, data, source, ingested_text) == [], f"seed {seed}"


@pytest.mark.parametrize("name", FILES)
def test_no_row_of_a_damaged_file_is_lost(tmp_path, name):
    check(tmp_path, name, range(40))


@pytest.mark.slow
@pytest.mark.parametrize("name", FILES)
def test_no_row_of_two_thousand_damaged_files_is_lost(tmp_path, name):
    check(tmp_path, name, range(2_000))


def test_columns_are_listed_in_order_of_appearance():
    rows = [RawRow("a", 1, {"b": 1, "a": 2}), RawRow("a", 2, {"c": 3, "a": 4})]
    assert column_names(rows) == ["b", "a", "c"]
