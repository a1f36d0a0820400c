"""The same rows written as a table of any kind, as the tools of that kind write them."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from openpyxl import Workbook

KINDS = ("json", "jsonl", "csv", "semicolons.csv", "tsv", "parquet", "xlsx")


def write_table(path: Path, rows: list[dict]) -> Path:
    """Write rows, all of the same columns, as what the file's name ends in."""
    table = [list(rows[0]), *(list(row.values()) for row in rows)]
    if path.suffix == ".json":
        path.write_text(json.dumps(rows))
    elif path.suffix == ".jsonl":
        path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    elif path.suffix == ".xlsx":
        book = Workbook()
        for cells in table:
            book.active.append(cells)
        book.save(path)
    elif path.suffix == ".parquet":
        pq.write_table(pa.Table.from_pylist(rows), path)
    else:
        delimiter = "\t" if path.suffix == ".tsv" else ";" if ".semicolons" in path.suffixes else ","
        with path.open("w", newline="") as file:
            csv.writer(file, delimiter=delimiter).writerows(table)
    return path
