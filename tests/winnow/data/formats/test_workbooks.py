"""Workbooks are read as they are shown, and what isn't read of them is named."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest
from openpyxl import Workbook

from winnow.data.readers import UnreadRow, read_rows
from winnow.errors import InputError


def saved(path: Path, *table: list, prepare=lambda book: None) -> str:
    """Save a sheet; a pair is a value and its number format."""
    book = Workbook()
    for cells in table:
        book.active.append([cell[0] if isinstance(cell, tuple) else cell for cell in cells])
        for column, cell in enumerate(cells, start=1):
            if isinstance(cell, tuple):
                book.active.cell(book.active.max_row, column).number_format = cell[1]
    prepare(book)
    book.save(path)
    return str(path)


HEADER = ["question", "answer"]


def test_cells_are_read_as_shown(tmp_path, rows, caplog):
    answers = [
        ((0.045, "0.0%"), "4.5%"), ((1234, "000000"), "001234"), ((datetime.date(2021, 4, 1), "dd mmm yyyy"), "01 Apr 2021"),
        ((datetime.time(9, 30), "hh:mm"), "09:30"), (True, "TRUE"), ("#N/A", "#N/A"), (17, 17), (0.1 + 0.2, 0.3),
        ((1.5, "# ?/?"), 1.5),
    ]  # fmt: skip
    saved(tmp_path / "a.xlsx", HEADER, *([f"Question {n}?", cell] for n, (cell, _) in enumerate(answers)))
    assert [row[1]["answer"] for row in rows("a.xlsx")] == [text for _, text in answers]
    assert "the format # ?/? isn't known here" in caplog.text


def test_a_formula_that_was_never_computed_is_no_empty_cell(tmp_path):
    source = saved(tmp_path / "a.xlsx", HEADER, ["What is 2 + 3?", "=2+3"], ["What is 5?", "five"])
    unread, row = read_rows(source)
    assert isinstance(unread, UnreadRow)
    assert (unread.line, unread.raw) == (2, "What is 2 + 3?\t=2+3")
    assert "the formula in B2 was never computed; open the workbook in Excel and save it" in unread.problem
    assert row.line == 3


def test_what_cells_are_merged_into_one_holds_in_each_of_their_rows(tmp_path, rows):
    table = [HEADER, ["What is a fuse?", "A wire."], [None, "It melts."], ["And an RCD?", "A switch."]]
    saved(tmp_path / "a.xlsx", *table, prepare=lambda book: book.active.merge_cells("A2:A3"))
    assert [row[1]["question"] for row in rows("a.xlsx")] == ["What is a fuse?", "What is a fuse?", "And an RCD?"]


def test_the_header_may_stand_below_a_title_or_blank_lines_and_the_title_is_said(tmp_path, rows, caplog):
    saved(tmp_path / "a.xlsx", [], ["Questions of the branch"], [], HEADER, ["a", "b"])
    assert rows("a.xlsx") == [(5, {"question": "a", "answer": "b"})]
    assert "a.xlsx: the header is line 4; above it stands: Questions of the branch" in caplog.text


def test_columns_of_one_name_are_an_error_and_cells_beyond_the_header_are_kept(tmp_path, rows):
    saved(tmp_path / "a.xlsx", [*HEADER, None], ["a", "b", "c", "d"])
    assert rows("a.xlsx")[0][1] == {"question": "a", "answer": "b", "column 3": "c", "column 4": "d"}
    saved(tmp_path / "b.xlsx", [*HEADER, "answer"], ["a", "b", "c"])
    with pytest.raises(InputError, match=r"b.xlsx:1: .* two columns are named \"answer\" \(columns 2 and 3\)"):
        rows("b.xlsx")


def test_other_sheets_are_named_the_hidden_ones_as_such_and_each_can_be_chosen(tmp_path, rows, caplog):
    def add_hidden(book: Workbook) -> None:
        hidden = book.create_sheet("Old")
        hidden.append(HEADER)
        hidden.append(["c", "d"])
        hidden.sheet_state = "hidden"

    saved(tmp_path / "a.xlsx", HEADER, ["a", "b"], prepare=add_hidden)
    assert rows("a.xlsx") == [(2, {"question": "a", "answer": "b"})]
    assert "read sheet 'Sheet' and not 'Old' (hidden); another one:" in caplog.text
    assert rows("a.xlsx#Old") == [(2, {"question": "c", "answer": "d"})]


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("a.xls", b"x", r"a.xls: .xls can't be read; save it as .xlsx or CSV"),
        ("a.ods", b"x", r"a.ods: .ods can't be read; save it as .xlsx or CSV"),
        ("a.xlsx", b"\xd0\xcf\x11\xe0" + bytes(600), r"an old .xls under this name, or locked with a password"),
        ("b.xlsx", b"PK\x03\x04", r"b.xlsx: not an Excel workbook \(File is not a zip file\)"),
    ],
)
def test_what_is_no_workbook_says_what_to_do(rows, name, data, message):
    with pytest.raises(InputError, match=message):
        rows(name, data)
