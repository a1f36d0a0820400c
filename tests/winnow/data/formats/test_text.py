"""Text is decoded as its mark or the user says, and a wrong encoding names the line and a likely one."""

from __future__ import annotations

import bz2
import gzip
import lzma

import pytest

from winnow.data.readers import Reading
from winnow.errors import InputError

TABLE = "question,answer\nÜber?,Où? 東\n"
READ = [(2, {"question": "Über?", "answer": "Où? 東"})]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_a_byte_order_mark_says_the_encoding(rows, encoding):
    assert rows("a.csv", TABLE.encode(encoding)) == READ


def test_a_named_encoding_counts_where_there_is_no_mark(rows):
    assert rows("a.csv", TABLE.encode("utf-16-be"), Reading("utf-16-be")) == READ
    with pytest.raises(InputError, match=r"a.csv: unknown encoding 'nonsense'"):
        rows("a.csv", TABLE, Reading("nonsense"))


@pytest.mark.parametrize(
    ("text", "encoding", "line", "byte"),
    [
        ("question,answer\na,b\nOù est le café ?,Là.\n", "cp1252", 3, "F9"),
        ("question,answer\r\n" + "Сколько стоит перевод за границу?,Он ничего не стоит, если он в евро.\r\n" * 9, "cp1251", 2, "D1"),
    ],
)  # fmt: skip
def test_a_byte_that_is_no_text_is_named_with_a_likely_encoding(rows, text, encoding, line, byte):
    with pytest.raises(
        InputError, match=rf"a.csv:{line}: byte 0x{byte} isn't utf-8; .* --set ingest.encoding={encoding}"
    ):
        rows("a.csv", text.encode(encoding))


def test_utf_16_without_a_mark_is_said_to_be_that(rows):
    with pytest.raises(InputError, match=r"a.csv:1: .* --set ingest.encoding=utf-16-le"):
        rows("a.csv", "question,answer\na,b\n".encode("utf-16-le"))


def zstandard(data: bytes) -> bytes:
    import pyarrow as pa

    out = pa.BufferOutputStream()
    with pa.CompressedOutputStream(out, "zstd") as packed:
        packed.write(data)
    return out.getvalue().to_pybytes()


@pytest.mark.parametrize(
    ("ending", "pack"), [("gz", gzip.compress), ("bz2", bz2.compress), ("xz", lzma.compress), ("zst", zstandard)]
)
def test_packed_files_are_read_and_damaged_ones_named(rows, ending, pack):
    assert rows(f"a.csv.{ending}", pack(TABLE.encode())) == READ
    with pytest.raises(InputError, match=rf"a.csv.{ending}:\d+: can't read: .*whether it was written whole"):
        rows(f"a.csv.{ending}", pack(TABLE.encode() * 100)[:-9])
