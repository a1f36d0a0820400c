from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from winnow.data.readers import RawRow, Reading, read_rows

PAIR = Reading(fits=lambda names: {"question", "answer"} <= {name.lower() for name in names})


@pytest.fixture
def rows(tmp_path: Path) -> Callable[..., list[tuple[int, object]]]:
    """Write a file and read it: line and values of each row, line, reason and raw text of what is none."""

    def read(name: str, data: str | bytes | None = None, reading: Reading = PAIR) -> list[tuple]:
        path = tmp_path / name
        if data is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data if isinstance(data, bytes) else data.encode())
        return [
            (row.line, dict(row.values)) if isinstance(row, RawRow) else (row.line, row.problem, row.raw)
            for row in read_rows(str(path), reading)
        ]

    return read
