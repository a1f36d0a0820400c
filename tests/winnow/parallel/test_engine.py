"""Work that is spread comes out as it does in one process."""

from __future__ import annotations

import os
import re
import signal
import sys
from pathlib import Path
from shutil import copy

import pytest

from curation.stage import curate_sources
from winnow.config import load
from winnow.data.files import read_table
from winnow.errors import InputError, WinnowError
from winnow.parallel.engine import MAX_ITEMS_A_PART, spread, using
from winnow.study.workspace import Curated

DEMO = Path(__file__).parents[3] / "data" / "demo" / "faq.jsonl"
NUMBERS = range(2 * MAX_ITEMS_A_PART + 7)
FILES = ("kept.jsonl", "removed.jsonl", "flagged.jsonl")


@pytest.mark.parametrize("cores", [{0}, {0, 1}], ids=["one core", "two cores"])
def test_the_number_of_cores_changes_neither_results_nor_their_order(cores, monkeypatch):
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: cores)
    assert spread(lambda part: [n * n for n in part], NUMBERS, least=10) == [n * n for n in NUMBERS]


def test_two_cores_mean_two_processes(monkeypatch):
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1})
    workers = set(spread(lambda part: [os.getpid() for _ in part], NUMBERS, least=10))
    assert os.getpid() not in workers
    assert set(spread(lambda part: [os.getpid() for _ in part], range(9), least=10)) == {os.getpid()}


def test_a_worker_that_is_killed_ends_the_work_with_an_error(monkeypatch):
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1})
    with pytest.raises(WinnowError, match="a worker process was killed"):
        spread(lambda part: os.kill(os.getpid(), signal.SIGKILL), NUMBERS, least=10)


@pytest.fixture(scope="module")
def two_ray_workers():
    """A real Ray of two workers on this machine."""
    ray = pytest.importorskip("ray", reason="needs pip install 'winnow-studio[ray]'")
    ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False)
    yield
    ray.shutdown()


def curate(source: Path, out: Path, engine: str = "local") -> list[object]:
    """Curate a file and return everything that was written or measured, but times."""
    curated = Curated(out)
    curate_sources([str(source)], curated, load(None, [f"curation.engine={engine}"]))
    tables = (str(read_table(path).to_pydict()) for path in (curated.pairs_file, curated.signals_file))
    return [*((curated.root / name).read_bytes() for name in FILES), *tables]


@pytest.fixture
def source(tmp_path, monkeypatch) -> Path:
    """A file of 160 rows, and parts so small that even these are spread."""
    sizes = ("pairs.candidates.MIN_PAIRS_A_PROCESS", "pairs.texts.read_texts.MIN_TEXTS_A_PROCESS")
    for size in (*sizes, "signals.measuring.ROWS_A_BATCH"):
        monkeypatch.setattr(f"curation.{size}", 20)
    path = tmp_path / "faq.jsonl"
    path.write_text("\n".join(DEMO.read_text().split("\n")[:160]))
    return path


def test_one_worker_and_two_curate_to_the_same_bytes(source, tmp_path, monkeypatch):
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0})
    alone = curate(source, tmp_path / "one")
    assert b"says the same" in alone[1]
    (tmp_path / "two" / "cache").mkdir(parents=True)
    for embeddings in (tmp_path / "one" / "cache").glob("embeddings-*"):
        copy(embeddings, (tmp_path / "two" / "cache"))
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1})
    assert curate(source, tmp_path / "two") == alone


@pytest.mark.slow
def test_ray_spreads_to_its_workers_and_keeps_the_order(two_ray_workers):
    with using("ray"):
        done = spread(lambda part: [(n * n, os.getpid()) for n in part], NUMBERS, least=10)
    assert [square for square, _ in done] == [n * n for n in NUMBERS]
    assert os.getpid() not in {process for _, process in done}


@pytest.mark.slow
def test_a_ray_cluster_curates_to_the_same_bytes(two_ray_workers, source, tmp_path):
    here = curate(source, tmp_path / "here")
    assert curate(source, tmp_path / "ray", "ray") == here
    assert list((tmp_path / "ray" / "cache").glob("embeddings-*")), "no text needed the encoder: it wasn't compared"


def test_without_ray_the_error_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(InputError, match=re.escape("pip install 'winnow-studio[ray]'")), using("ray"):
        pass
