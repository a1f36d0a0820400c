"""Work that is spread comes out as it does in one process."""

from __future__ import annotations

import os

import pytest

from curation.engine import LARGEST, spread

NUMBERS = range(2 * LARGEST + 7)


@pytest.mark.parametrize("cores", [{0}, {0, 1}], ids=["one core", "two cores"])
def test_the_number_of_cores_changes_neither_results_nor_their_order(cores, monkeypatch):
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: cores)
    assert spread(lambda part: [n * n for n in part], NUMBERS, least=10) == [n * n for n in NUMBERS]


def test_two_cores_mean_two_processes(monkeypatch):
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1})
    workers = set(spread(lambda part: [os.getpid() for _ in part], NUMBERS, least=10))
    assert os.getpid() not in workers
    assert set(spread(lambda part: [os.getpid() for _ in part], range(9), least=10)) == {os.getpid()}
