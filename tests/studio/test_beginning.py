from __future__ import annotations

import pytest

from curation.ingest.layout import ColumnUnclear
from studio.beginning import Columns, begin, columns_in, preview_of, studies_in
from studio.study import open_study
from winnow.errors import InputError

CSV = "Question,Answer,Team\n" + "".join(f"What does fee {n} cost?,{n} pounds.,A\n" for n in range(14))


def test_a_file_is_shown_as_it_would_be_read(tmp_path):
    (tmp_path / "faq.csv").write_text(CSV)
    preview = preview_of(tmp_path / "faq.csv")
    assert (preview.total, len(preview.rows), preview.minutes) == (14, 10, 1)
    assert preview.rows[0] == {"question": "What does fee 0 cost?", "answer": "0 pounds."}
    assert 'question is "Question", answer is "Answer"' in preview.told[0]


def test_a_study_is_begun_in_a_folder_of_its_name_and_can_be_opened_at_once(tmp_path):
    made = begin(tmp_path, "Fees / 2026", "../faq.csv", CSV.encode())
    assert made.root.name == "Fees-2026"
    assert open_study(made.root).sources == [str(made.root / "faq.csv")]
    assert studies_in(tmp_path) == [tmp_path / "Fees-2026"]
    with pytest.raises(InputError, match="is there already"):
        begin(tmp_path, "Fees / 2026", "faq.csv", b"")


def test_unusual_columns_are_said_and_those_that_a_person_names_are_read_and_kept(tmp_path):
    file = tmp_path / "faq.csv"
    file.write_text("Nr,Frage,Antwort\n1,Was kostet die Karte?,10 Euro.\n")
    with pytest.raises(ColumnUnclear) as unclear:
        preview_of(file)
    assert unclear.value.problem == "no column looks like the question; there are Nr, Frage, Antwort"
    assert columns_in(file) == ["Nr", "Frage", "Antwort"]
    named = Columns("Frage", "Antwort")
    assert preview_of(file, named).rows == [{"question": "Was kostet die Karte?", "answer": "10 Euro."}]
    made = begin(tmp_path, "Karten", "faq.csv", file.read_bytes(), named)
    read = open_study(made.root).config.ingest
    assert (read.question_column, read.answer_column, read.sources) == ("Frage", "Antwort", ("faq.csv",))


def test_rows_that_cant_be_read_are_counted_and_not_among_the_first(tmp_path):
    (tmp_path / "faq.jsonl").write_text(
        '{"question": "Q?", "answer": {"a": }\n{"question": "What is a keel?", "answer": "A timber."}\n'
    )
    preview = preview_of(tmp_path / "faq.jsonl")
    assert (preview.total, preview.unreadable) == (2, 1)
    assert preview.rows == [{"question": "What is a keel?", "answer": "A timber."}]


def test_sheets_that_arent_read_are_named(tmp_path):
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    book.active.title = "Read me"
    book.active.append(["Please ask Ada before you change this."])
    sheet = book.create_sheet("Data")
    for row in (("Question", "Answer"), ("What is a keel?", "A timber.")):
        sheet.append(row)
    book.save(tmp_path / "faq.xlsx")
    (note,) = preview_of(tmp_path / "faq.xlsx").notes
    assert note.startswith("read sheet 'Data' and not 'Read me'")


@pytest.mark.parametrize("name", ["", " .. ", "///"])
def test_a_name_that_can_be_no_folder_is_refused(tmp_path, name):
    with pytest.raises(InputError, match="can't be the name"):
        begin(tmp_path, name, "faq.csv", b"")
