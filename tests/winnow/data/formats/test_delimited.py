"""Delimited tables lose no row and no cell: what isn't one table says where."""

from __future__ import annotations

import csv

import pytest
from hypothesis import given
from hypothesis import strategies as st

from winnow.data.readers import RawRow, read_rows
from winnow.errors import InputError


def pairs(found) -> list[list[str]]:
    return [list(values.values()) for _, values in found]


@pytest.mark.parametrize(
    ("table", "line"),
    [
        ('question,answer\nIBAN?,"The number.\nBIC?,The code.\nPIN?,A secret.\n', 2),  # to the end of the file
        ('question,answer\nIBAN?,"The number.\nBIC?,"The code."\nPIN?,A secret.\n', 2),  # to the next quote
        ('question,answer\nTAN?,Once.\nIBAN?,"The number.\nBIC?,", the code"\n', 3),  # and a delimiter behind that
        ('question,answer\nIBAN?,"The number.\nBIC?,""\nPIN?,A secret.\n', 2),  # which looks like a doubled one
        ('question,"answer\nIBAN?,The number.\n', 1),
        ('question,answer\nIBAN?,"The" number\n', 2),
    ],
)
def test_a_quote_that_is_not_closed_is_an_error_with_the_line_where_it_opens(rows, table, line):
    with pytest.raises(InputError, match=rf"a.csv:{line}: a quote opens in this line and isn't closed"):
        rows("a.csv", table)


def test_a_row_whose_cells_do_not_fit_over_several_lines_says_that_a_quote_may_be_open(rows):
    found = rows("a.csv", 'question,answer\nIBAN?,"The number.\nBIC?,",x\nPIN?,A secret.\n')
    why = "3 cells where the header has 2 (over lines 2 to 3: is a quote not closed?)"
    assert found[0] == (2, why, 'IBAN?,"The number.\nBIC?,",x')
    assert found[1] == (4, {"question": "PIN?", "answer": "A secret."})


def test_a_row_that_may_have_swallowed_others_is_named(rows, caplog):
    assert len(rows("a.csv", 'question,answer\nIBAN?,"The number.\nBIC?,The code. "\nPIN?,A secret.\n')) == 2
    assert "a.csv: 1 rows go over lines that could be rows themselves, the first in line 2; see that" in caplog.text


def test_cells_over_several_lines_doubled_quotes_and_marks_of_inches_are_read(rows):
    table = 'question,answer\n"Say ""hi"", twice?","One,\n\ntwo."\nHow wide?,5" of tape\n'
    assert rows("a.csv", table) == [
        (2, {"question": 'Say "hi", twice?', "answer": "One,\n\ntwo."}),
        (5, {"question": "How wide?", "answer": '5" of tape'}),
    ]


def test_quotes_behind_backslashes_are_read_and_other_backslashes_stay(rows):
    table = 'question,answer\n"Say \\"yes, yes\\", or?","a\nb \\"c\\""\n"ends \\"",x\nWhere?,"C:\\dir\\"\n'
    assert pairs(rows("a.csv", table)) == [
        ['Say "yes, yes", or?', 'a\nb "c"'],
        ['ends "', "x"],
        ["Where?", "C:\\dir\\"],
    ]


def test_short_and_long_rows_stay_with_their_text(rows):
    assert rows("a.csv", "question,answer,note\na,b,c\nd,e\nf,g,h,i\n")[1:] == [
        (3, "2 cells where the header has 3", "d,e"),
        (4, "4 cells where the header has 3", "f,g,h,i"),
    ]


def test_two_columns_of_one_name_are_an_error_with_both_places(rows):
    with pytest.raises(InputError, match=r'a.csv:1: two columns are named "answer" \(columns 2 and 4\); rename one'):
        rows("a.csv", "question,answer,by,answer\na,b,c,d\n")


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_end_as_on_any_system(rows, end):
    assert [row[0] for row in rows("a.csv", end.join(["question,answer", "a,b", '"c', 'd",e', "f,g", ""]))] == [2, 3, 5]


@pytest.mark.parametrize(
    ("table", "read_as"),
    [
        ("sep=;\nquestion;answer\na,b;c\n", [(3, {"question": "a,b", "answer": "c"})]),
        ("\n;;\nquestion;answer\na;b\n", [(4, {"question": "a", "answer": "b"})]),
        ("\ufeffquestion\tanswer\na\tb, c\n", [(2, {"question": "a", "answer": "b, c"})]),
        ("question, answer\na, \"b, c\"\n", [(2, {"question": "a", "answer": "b, c"})]),
        ("question\nWhat; is|it?\n", [(2, {"question": "What; is|it?"})]),
        ("question,answer,\na,b,\nc,d\ne,f,g\n", [
            (2, {"question": "a", "answer": "b"}),
            (3, {"question": "c", "answer": "d"}),
            (4, {"question": "e", "answer": "f", "column 3": "g"}),
        ]),
        ("question,answer\na,b,\n", [(2, {"question": "a", "answer": "b"})]),
        ("question,,answer\na,x,b\n", [(2, {"question": "a", "column 2": "x", "answer": "b"})]),
        ("question,answer\na\0,b\n", [(2, {"question": "a\0", "answer": "b"})]),
        ("question|answer\na|" + "x" * 200_000 + "\n", [(2, {"question": "a", "answer": "x" * 200_000})]),
    ],
)  # fmt: skip
def test_what_spreadsheets_write_around_a_table_is_understood(rows, table, read_as):
    assert rows("a.csv", table) == read_as


def test_rows_of_every_manner_stand_in_their_lines_however_long_the_table_is(rows):
    manners = [
        ("What is {n}?,{n}.\n", "What is {n}?", "{n}."),
        ('"What, is {n}?","{n}\nor\nmore."\n', "What, is {n}?", "{n}\nor\nmore."),
        ('"Say \\"{n}, twice\\"\n?","{n}"\n', 'Say "{n}, twice"\n?', "{n}"),
        ('{n},"ends \\""\n', "{n}", 'ends "'),
        ("short {n}\n", None, None),
        ('"Say \\"{n}\\""\n', None, None),
    ]
    table, expected, line = "question,answer\n", [], 2
    for number in range(900):
        written, question, answer = (
            text and text.replace("{n}", f"n{number}") for text in manners[number * 7 % 11 % 6]
        )
        expected.append((line, {"question": question, "answer": answer} if answer else written.rstrip()))
        table, line = table + written, line + written.count("\n")
    found = rows("a.csv", table)
    assert [(row[0], row[-1]) for row in found] == expected


cells = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\ufeff"), min_size=1, max_size=12)


@given(st.lists(st.tuples(cells, cells, cells), min_size=1, max_size=8), st.sampled_from(",;\t|"))
def test_what_a_table_was_written_from_is_what_is_read(tmp_path_factory, table, delimiter):
    path = tmp_path_factory.mktemp("csv") / "a.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file, delimiter=delimiter, quoting=csv.QUOTE_ALL).writerows([["one", "two", "three"], *table])
    read = list(read_rows(str(path)))
    assert [tuple(row.values.values()) for row in read if isinstance(row, RawRow)] == table
