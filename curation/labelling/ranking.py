"""The stored ranking of unlabelled rows, written by `winnow curate --learn` and read by the next push."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from winnow.data.files import read_jsonl, write_jsonl


def ranking_file(home: Path) -> Path:
    """Say where the ranking stands."""
    return home / "ranking.jsonl"


def write_ranking(home: Path, ranked: Iterable[tuple[str, float]]) -> None:
    """Keep ids with the chance that people would fix or remove the row, highest first."""
    write_jsonl(ranking_file(home), ({"id": id_, "bad": round(chance, 4)} for id_, chance in ranked))


def read_ranking(home: Path) -> list[str]:
    """Read the ids, the most suspicious first; none where nothing was learned yet."""
    path = ranking_file(home)
    return [row["id"] for row in read_jsonl(path)] if path.exists() else []
