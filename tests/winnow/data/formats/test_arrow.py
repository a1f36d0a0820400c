"""Parquet's values come as JSON has them."""

from __future__ import annotations

import datetime
import decimal

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from winnow.data.readers import read_rows
from winnow.data.records import canonical_json
from winnow.errors import InputError


def test_nested_decimal_dictionary_and_short_values_are_read_as_written(tmp_path):
    table = pa.table(
        {
            "price": pa.array([decimal.Decimal("7.40")]),
            "short": pa.array([7.4], pa.float32()),
            "none": pa.array([float("nan")]),
            "kind": pa.array(["fee"]).dictionary_encode(),
            "when": pa.array([datetime.datetime(2021, 4, 1, 2)], pa.timestamp("us")),
            "turns": [[{"role": "user", "weight": float("nan")}]],
            "bytes": [b"text"],
        }
    )
    pq.write_table(table, tmp_path / "a.parquet")
    (row,) = read_rows(str(tmp_path / "a.parquet"))
    assert canonical_json(row.values) == (
        '{"bytes":"text","kind":"fee","none":"NaN","price":"7.40","short":7.4,'
        '"turns":[{"role":"user","weight":"NaN"}],"when":"2021-04-01 02:00:00"}'
    )


def test_two_columns_of_one_name_and_damaged_pages_are_errors(tmp_path):
    path = tmp_path / "a.parquet"
    pq.write_table(pa.Table.from_arrays([pa.array([1]), pa.array([2])], names=["answer", "answer"]), path)
    with pytest.raises(InputError, match=r'a.parquet: two columns are named "answer" \(columns 1 and 2\)'):
        list(read_rows(str(path)))
    pq.write_table(pa.table({"answer": ["one"] * 9}), path, write_page_checksum=True, compression="none")
    path.write_bytes(path.read_bytes().replace(b"one", b"two", 1))
    with pytest.raises(InputError, match=r"a.parquet:1: can't read on from this row"):
        list(read_rows(str(path)))
