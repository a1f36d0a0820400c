"""Grown rows come out as those of a cold run, byte for byte: in any order of additions, and after a kill at any write."""

from __future__ import annotations

import json
import random
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pyarrow as pa
import pytest
import torch  # noqa: F401  (where it is loaded, no other process has to load it for each run)
from hypothesis import given, settings
from hypothesis import strategies as st

from curation.corpus.rows import Row
from curation.ingest import ingest
from curation.pairs import candidates
from curation.pairs.candidates import find
from curation.reader.kept import KeptReader
from curation.reader.reader import ENCODER
from curation.reader.reading import WEIGHTS
from curation.stage import curate_sources
from winnow.config import DuplicatesConfig, IngestConfig, load
from winnow.data import files
from winnow.data.records import RECORDS, new_record, to_table
from winnow.models.embedder import Embedder
from winnow.models.names import resolve_embedder
from winnow.study.workspace import Curated

DEMO = Path(__file__).parents[3] / "data" / "demo" / "faq.jsonl"
QUICK = load(None, ["quality.reader.flag=null"])
FILES = ("kept.jsonl", "removed.jsonl", "flagged.jsonl", "pairs.parquet", "signals.parquet")
TEXTS = ("How do I open an ISA?", "Open it in the app under Savings.", "Is the card free?", "Yes, it costs nothing.",
         "Is the card fre?", "No, it costs 5 pounds a year.", "What is the fee for a card abroad?")  # fmt: skip


def demo_rows(count: int) -> list[str]:
    lines = DEMO.read_text().splitlines()
    return lines[:count]


@pytest.fixture(scope="module")
def rows():
    table, _, _ = ingest([str(DEMO)], IngestConfig())
    return table.slice(0, 160)


@settings(max_examples=3)
@given(order=st.randoms(use_true_random=False), cuts=st.lists(st.integers(1, 159), min_size=1, max_size=3))
def test_pairs_of_rows_added_in_any_order_are_those_of_a_cold_run(rows, order, cuts):
    places = order.sample(range(len(rows)), len(rows))
    table = rows.take(places)
    with TemporaryDirectory() as folder:
        for end in [*sorted(cuts), len(table)]:
            grown = find(table.slice(0, end), DuplicatesConfig(), None, Path(folder))
            assert grown.equals(find(table.slice(0, end), DuplicatesConfig()))


@settings(max_examples=8)
@given(asked=st.lists(st.tuples(st.sampled_from(TEXTS), st.sampled_from(TEXTS)), min_size=2, max_size=12))
def test_pairs_of_a_few_rows_added_one_by_one_are_those_of_a_cold_run(asked):
    made = [new_record(f"{q} {n % 3}", a) for n, (q, a) in enumerate(asked)]
    with TemporaryDirectory() as folder:
        for end in range(1, len(made) + 1):
            table = to_table({row.id: row for row in made[:end]}.values())
            assert find(table, DuplicatesConfig(), None, Path(folder)).equals(find(table, DuplicatesConfig()))


def test_only_pairs_with_a_new_row_are_compared(rows, tmp_path, monkeypatch):
    compared = []
    real = candidates._read
    monkeypatch.setattr(candidates, "_read", lambda *of: compared.append(len(of[1])) or real(*of))
    find(rows, DuplicatesConfig(), None, tmp_path)
    cold = sum(compared)
    find(rows, DuplicatesConfig(), None, tmp_path)
    assert sum(compared) == cold  # nothing anew
    more = to_table([new_record("How do I order a bus timetable?", "Ask any driver for one; it costs nothing at all.")])
    find(_together(rows, more), DuplicatesConfig(), None, tmp_path)
    assert sum(compared) < 1.2 * cold


def _together(one, other):
    return pa.concat_tables([one.select(RECORDS.names), other]).combine_chunks()


def write(path: Path, lines: list[str]) -> str:
    path.write_text("\n".join(lines) + "\n")
    return str(path)


def contents(curated: Curated) -> dict[str, bytes]:
    return {name: (curated.root / name).read_bytes() for name in FILES}


@pytest.fixture(scope="module")
def sources(tmp_path_factory) -> list[str]:
    """The demo's first rows in three files, in an order of chance."""
    folder = tmp_path_factory.mktemp("sources")
    lines = demo_rows(60)
    random.Random(3).shuffle(lines)
    parts = (lines[:35], lines[35:50], lines[50:])
    return [write(folder / f"part-{n}.jsonl", part) for n, part in enumerate(parts)]


@pytest.fixture(scope="module")
def cold(sources, tmp_path_factory) -> dict[str, bytes]:
    found = Curated(tmp_path_factory.mktemp("cold") / "curated")
    curate_sources(sources, found, QUICK)
    return contents(found)


def test_rows_of_sources_that_came_and_went_come_out_as_those_of_a_cold_run(sources, cold, tmp_path):
    curated = Curated(tmp_path / "curated")
    other = write(tmp_path / "other.jsonl", demo_rows(90)[70:])
    for named in (sources[:1], [sources[0], other], sources):
        curate_sources(named, curated, QUICK)
    assert contents(curated) == cold


class Killed(BaseException):
    """A process that ends at once."""


def test_an_addition_killed_at_any_write_ends_as_if_it_had_never_been(sources, cold, tmp_path, monkeypatch):
    curated = Curated(tmp_path / "curated")
    curate_sources(sources[:2], curated, QUICK)
    real = files.whole_file
    for at in (3, 14):
        writes = iter(range(1_000))

        def dying(path: Path):
            if next(writes) == at:  # noqa: B023
                raise Killed(str(path))
            return real(path)

        monkeypatch.setattr(files, "whole_file", dying)
        with pytest.raises(Killed):
            curate_sources(sources, curated, QUICK)
        monkeypatch.setattr(files, "whole_file", real)
    curate_sources(sources, curated, QUICK)
    assert contents(curated) == cold
    news = json.loads(curated.news_file.read_text())
    assert len(news["new"]) == len(Path(sources[2]).read_text().splitlines())


def test_a_text_has_one_vector_whatever_comes_with_it(tmp_path):
    texts = [json.loads(line)["question"] for line in demo_rows(40)]
    together = Embedder("all-minilm-l6-v2", tmp_path / "together").embed(texts)
    alone = Embedder("all-minilm-l6-v2", tmp_path / "alone")
    assert all((alone.embed([texts[n]])[0] == together[n]).all() for n in (0, 7, 21, 39))


def test_the_reader_says_of_a_row_the_same_whatever_rows_come_with_it(tmp_path):
    rows = [Row(json.loads(line)["question"], json.loads(line)["answer"]) for line in demo_rows(24)]
    model, every = resolve_embedder(ENCODER), np.ones(24, bool)
    together = KeptReader(model, map, WEIGHTS, tmp_path / "together").scores(rows, every)
    later = KeptReader(model, map, WEIGHTS, tmp_path / "later")
    first = later.scores(rows[:9], every[:9])
    assert (later.scores(rows, every) == together).all()
    assert (first == together[:9]).all()
