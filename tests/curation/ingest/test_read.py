"""Ingest reads what people have, and says what is wrong where it is wrong."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from curation.ingest import ingest, read_pairs
from tests.tables import write_table
from winnow.config import IngestConfig
from winnow.data.outputs import around
from winnow.data.readers import read_rows
from winnow.data.records import new_record, to_records, to_table
from winnow.errors import InputError

ISA = {"question": "What is an ISA?", "answer": "A tax-free savings account."}
FEE = {"question": "Is there a fee?", "answer": "No, the account is free."}


def write(path: Path, data: bytes | str) -> str:
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return str(path)


def lines(*rows: object) -> str:
    return "".join(json.dumps(row) + "\n" for row in rows)


def read(*sources: str, **settings: str):
    table, decisions, _ = ingest(sources, IngestConfig(**settings))
    return to_records(table), decisions


def pairs(records) -> list[tuple[str, str]]:
    return [(record.question, record.answer) for record in records]


BOTH = [(ISA["question"], ISA["answer"]), (FEE["question"], FEE["answer"])]


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.jsonl", lines(ISA, FEE)),
        ("bom.jsonl", b"\xef\xbb\xbf" + lines(ISA, FEE).encode()),
        ("crlf.jsonl", lines(ISA, FEE).replace("\n", "\r\n")),
        ("blank.jsonl", lines(ISA) + "\n  \n" + lines(FEE)),
        ("a.json", json.dumps([ISA, FEE], indent=1)),
        ("array.jsonl", json.dumps([ISA, FEE])),
        ("lines.json", lines(ISA, FEE)),
        ("a.jsonl.gz", gzip.compress(lines(ISA, FEE).encode())),
        (
            "a.csv",
            "question,answer\r\nWhat is an ISA?,A tax-free savings account.\r\n"
            'Is there a fee?,"No, the account is free."\r\n',
        ),
        (
            "a.tsv",
            "question\tanswer\nWhat is an ISA?\tA tax-free savings account.\n"
            "Is there a fee?\tNo, the account is free.\n",
        ),
        (
            "alpaca.jsonl",
            lines(
                {"instruction": "What is an ISA?", "input": "", "output": ISA["answer"]},
                {"instruction": "Is there a fee?", "input": "", "output": FEE["answer"]},
            ),
        ),
        (
            "chat.jsonl",
            lines(
                *(
                    {
                        "messages": [
                            {"role": "user", "content": row["question"]},
                            {"role": "assistant", "content": row["answer"]},
                        ]
                    }
                    for row in (ISA, FEE)
                )
            ),
        ),
        (
            "sharegpt.jsonl",
            lines(
                *(
                    {
                        "conversations": [
                            {"from": "human", "value": row["question"]},
                            {"from": "gpt", "value": row["answer"]},
                        ]
                    }
                    for row in (ISA, FEE)
                )
            ),
        ),
        (
            "upper.jsonl",
            lines(
                {"Question": ISA["question"], "Answer": ISA["answer"]},
                {"Question": FEE["question"], "Answer": FEE["answer"]},
            ),
        ),
    ],
)
def test_reads_the_shapes_people_have(tmp_path, name, data):
    records, decisions = read(write(tmp_path / name, data))
    assert pairs(records) == BOTH
    assert decisions == []


def test_reads_parquet_excel_and_a_saved_dataset(tmp_path):
    from datasets import Dataset
    from openpyxl import Workbook

    dataset = Dataset.from_list([ISA, FEE])
    dataset.to_parquet(str(tmp_path / "a.parquet"))
    dataset.save_to_disk(str(tmp_path / "saved"))
    book = Workbook()
    for row in (["question", "answer"], *([*row.values()] for row in (ISA, FEE))):
        book.active.append(row)
    book.save(tmp_path / "a.xlsx")
    for name in ("a.parquet", "saved", "a.xlsx"):
        assert pairs(read(str(tmp_path / name))[0]) == BOTH


NOTES = [["Read me"], ["See the other sheet"]]
FAQ = [["Question", "Answer"], [*ISA.values()], [*FEE.values()]]


def workbook(path, **sheets) -> str:
    """Write a workbook whose first sheet is the one that opens."""
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(path)
    return str(path)


@pytest.mark.parametrize("first", [NOTES[:1], NOTES, []])
def test_the_one_sheet_with_a_pair_s_columns_is_read_and_the_others_are_named(tmp_path, caplog, first):
    source = workbook(tmp_path / "a.xlsx", Notes=first, Data=FAQ)
    assert pairs(read(source)[0]) == BOTH
    assert "a.xlsx: read sheet 'Data' and not 'Notes'" in caplog.text


def test_several_sheets_of_pairs_are_read_and_named_and_one_can_be_chosen(tmp_path, caplog):
    several = workbook(tmp_path / "several.xlsx", Savings=FAQ, Cards=FAQ[:2], Old=[])
    records, _ = read(several)
    assert pairs(records) == [*BOTH, BOTH[0]]
    assert [record.metadata["sheet"] for record in records] == ["Savings", "Savings", "Cards"]
    assert "read sheet 'Savings' and 'Cards', named under `sheet` and not 'Old'; one alone: --set ingest" in caplog.text
    assert pairs(read(several, sheet="Cards")[0]) == BOTH[:1]
    with pytest.raises(InputError, match="no sheet 'Loans'; there are 'Savings', 'Cards', 'Old'"):
        read(several, sheet="Loans")
    with pytest.raises(InputError, match="no sheet looks like pairs: 'Notes' has Read me; 'Old' has no rows"):
        read(workbook(tmp_path / "none.xlsx", Notes=NOTES, Old=[]))


@pytest.mark.parametrize("delimiter", ",;\t|")
def test_a_csv_is_cut_where_its_header_is(tmp_path, delimiter):
    cells = [["question", "answer"], ["Is it 1,5 %?", "Yes; a|b,\tto be exact."]]
    table = "".join(delimiter.join(f'"{cell}"' for cell in row) + "\n" for row in cells)
    (row,) = read(write(tmp_path / "a.csv", table))[0]
    assert (row.question, row.answer) == ("Is it 1,5 %?", "Yes; a|b,\tto be exact.")


@pytest.mark.parametrize(
    ("table", "read_as"),
    [
        ("question;answer, in full\nx;y,z\n", {"question;answer": "x;y", " in full": "z"}),  # of two the comma
        ('"question, in full";"answer"\nx;y,z\n', {"question, in full": "x", "answer": "y,z"}),
        ("question\nx;y\n", {"question": "x;y"}),
        ("'a " * 20_000 + "\nx\n", {"'a " * 20_000: "x"}),  # the sniffer would need a minute for all of it
    ],
)
def test_a_delimiter_is_sniffed_from_the_header_alone(tmp_path, table, read_as):
    (row,) = read_rows(write(tmp_path / "a.csv", table))
    assert row.values == read_as


def test_line_numbers_are_of_the_file(tmp_path):
    csv = 'question,answer\n"two\nlines?",yes\nnext?,no\n'
    assert [r.line for r in read(write(tmp_path / "a.csv", csv))[0]] == [2, 4]
    assert [r.line for r in read(write(tmp_path / "a.jsonl", "\n" + lines(ISA, FEE)))[0]] == [2, 3]
    assert [r.line for r in read(write(tmp_path / "a.json", json.dumps([ISA, FEE], indent=1)))[0]] == [2, 6]


def test_other_columns_are_kept_untouched_as_metadata(tmp_path):
    row = {**ISA, "id": 7, "tags": ["tax", {"year": 2026}], "score": None}
    record = read(write(tmp_path / "a.jsonl", lines(row)))[0][0]
    assert record.metadata == {"id": 7, "tags": ["tax", {"year": 2026}], "score": None}


def test_columns_are_mapped_by_name(tmp_path):
    source = write(tmp_path / "a.jsonl", lines({"frage": "Was?", "antwort": "Das."}))
    records, _ = read(source, question_column="frage", answer_column="antwort")
    assert pairs(records) == [("Was?", "Das.")]


def test_names_count_without_regard_to_case_and_an_input_belongs_to_its_instruction(tmp_path):
    source = write(tmp_path / "a.csv", "Instruction,Input,Output\nCapital of?,Kenya,Nairobi\nCapital of?,Peru,Lima\n")
    assert pairs(read(source)[0]) == [("Capital of?\n\nKenya", "Nairobi"), ("Capital of?\n\nPeru", "Lima")]
    late = [{"instruction": f"Spell {n}.", "output": "…"} for n in range(120)]
    late.append({"instruction": "Translate.", "input": "chat", "output": "cat"})
    assert read(write(tmp_path / "a.jsonl", lines(*late)))[0][-1].question == "Translate.\n\nchat"


def test_a_column_called_conversation_that_holds_no_messages_is_a_column_like_any_other(tmp_path):
    source = write(tmp_path / "a.csv", "conversation,question,answer\n17,What is an ISA?,A tax-free savings account.\n")
    records, decisions = read(source)
    assert pairs(records) == BOTH[:1]
    assert decisions == []
    assert records[0].metadata == {"conversation": "17"}


@pytest.mark.parametrize("kind", ["csv", "xlsx", "parquet", "jsonl"])
def test_other_peoples_instruction_rows_are_pairs_of_any_kind(tmp_path, kind):
    rows = [{"instruction": "Name a river.", "output": "The Po."}, {"instruction": "And a lake?", "output": "Como."}]
    assert pairs(read_pairs(str(write_table(tmp_path / f"a.{kind}", rows)))) == [
        ("Name a river.", "The Po."),
        ("And a lake?", "Como."),
    ]


def test_a_pair_that_winnow_wrote_keeps_its_id_and_metadata(tmp_path):
    (record,) = read_pairs(write(tmp_path / "a.jsonl", lines({"id": "7", **ISA, "metadata": {"topic": "tax"}})))
    assert (record.id, record.metadata) == ("7", {"topic": "tax"})


def test_where_every_row_must_be_a_pair_the_first_that_is_none_is_named(tmp_path):
    source = write(tmp_path / "a.jsonl", lines(ISA) + '{"question": [1], "answer": "y"}\n')
    with pytest.raises(
        InputError,
        match=r'a.jsonl:2: field "question" is a list of other things than texts; a question is a text; mend or delete the row',
    ):
        read_pairs(source)


def test_exact_copies_get_ids_of_their_own(tmp_path):
    records, _ = read(write(tmp_path / "a.jsonl", lines(ISA, ISA, FEE, ISA)))
    ids = [record.id for record in records]
    assert ids[1] == f"{ids[0]}-2"
    assert ids[3] == f"{ids[0]}-3"
    assert len(set(ids)) == 4


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ('{"question": "cut', "not JSON"),
        ("[1, 2]", "a list where a JSON object was expected"),
        ('{"question": "only"}', 'field "answer" is missing'),
        ('{"question": {"a": 1}, "answer": "b"}', 'field "question" is an object; a question is a text'),
    ],
)
def test_a_row_that_is_no_pair_is_removed_with_its_reason_and_its_raw_text(tmp_path, row, reason):
    records, decisions = read(write(tmp_path / "a.jsonl", lines(ISA) + row + "\n" + lines(FEE)))
    assert len(records) == 3
    (decision,) = decisions
    assert decision.action == "remove"
    assert reason in decision.reason
    assert decision.evidence["line"] == 2
    rejected = next(record for record in records if record.id == decision.id)
    assert rejected.line == 2
    assert rejected.metadata


def test_numbers_become_text_and_null_becomes_empty(tmp_path):
    records, decisions = read(write(tmp_path / "a.jsonl", lines({"question": 7, "answer": None})))
    assert pairs(records) == [("7", "")]
    assert decisions == []


def test_each_answer_of_a_conversation_is_a_row_with_what_was_said_before(tmp_path):
    said = ["My boiler shows F28.", "The gas is missing.", "How do I reset it?", "Hold the button."]
    turns = [{"role": role, "content": text} for role, text in zip(["user", "assistant"] * 2, said, strict=True)]
    source = write(tmp_path / "a.jsonl", lines({"id": "c1", "messages": turns}))
    records, decisions = read(source)
    assert pairs(records) == [(said[0], said[1]), (said[2], said[3])]
    assert list(records[1].history) == turns[:2]
    assert [record.line for record in records] == [1, 1]
    assert all(record.metadata == {"id": "c1"} for record in records)
    assert decisions == []
    (last,), _ = read(source, turns="last")
    assert (last.question, last.history) == (said[2], records[1].history)


def test_a_row_that_winnow_wrote_is_read_back_as_it_was(tmp_path):
    history = [{"role": "user", "content": "Hello."}, {"role": "assistant", "content": "Good morning."}]
    row = {
        "question": "What is the fee?", "answer": "£5.", "context": "The card costs £5 a month.",
        "system": "You answer customers of a bank.", "history": history, "references": ["five pounds"],
    }  # fmt: skip
    (record,), _ = read(write(tmp_path / "kept.jsonl", lines(row)))
    assert around(record) == {name: row[name] for name in ("context", "system", "history", "references")}
    assert record.id != new_record(row["question"], row["answer"]).id


def test_a_system_column_that_names_a_system_and_a_note_called_history_stay_the_users_own(tmp_path):
    (record,), _ = read(write(tmp_path / "crm.jsonl", lines(ISA | {"system": "SAP", "history": "Called twice."})))
    assert (record.system, record.history) == ("", ())
    assert record.metadata == {"system": "SAP", "history": "Called twice."}


def test_columns_can_be_named_for_one_file_and_a_column_that_another_lacks_gives_way(tmp_path):
    german = write(tmp_path / "faq_de.csv", "Frage,Antwort\nWas ist ein Depot?,Ein Konto für Wertpapiere.\n")
    english = write(tmp_path / "faq.jsonl", lines(ISA))
    records, _ = read(german, english, question_column="Frage", answer_column="Antwort")
    assert [record.question for record in records] == ["Was ist ein Depot?", ISA["question"]]
    records, _ = read(english, german, columns={"*_de.csv": {"question": "Frage", "answer": "Antwort"}})
    assert [record.question for record in records] == [ISA["question"], "Was ist ein Depot?"]
    with pytest.raises(InputError, match='no column "Fraeg"; there are Frage, Antwort'):
        read(english, german, question_column="Fraeg")


def test_a_held_out_file_may_hold_questions_alone(tmp_path):
    source = write(tmp_path / "questions.csv", "question\nWhat is an ISA?\n")
    table, decisions, _ = ingest([source], IngestConfig(), answered=False)
    assert pairs(to_records(table)) == [(ISA["question"], "")]
    assert decisions == []
    with pytest.raises(InputError, match="no column looks like the answer"):
        ingest([source], IngestConfig())


def test_an_export_of_label_studio_and_one_of_argilla_are_read_as_the_rows_in_them(tmp_path):
    studio = {
        "id": 7, "data": {"question": ISA["question"]},
        "annotations": [{"result": [{"from_name": "answer", "type": "textarea", "value": {"text": [ISA["answer"]]}}]}],
    }  # fmt: skip
    argilla = {"id": "r1", "fields": ISA, "metadata": {"page": 3}, "responses": {"quality": [{"value": "good"}]}}
    for name, row in (("studio.json", studio), ("argilla.json", argilla)):
        (record,), _ = read(write(tmp_path / name, json.dumps([row])))
        assert pairs([record]) == [(ISA["question"], ISA["answer"])]
        assert record.metadata["id"] == row["id"]


def test_what_each_column_was_read_as_is_told_with_those_that_were_not_read(tmp_path):
    row = {"instruction": "Name the clause.", "input": "Rent is due monthly.", "output": "payment", "category": "lease"}
    _, _, (layout,) = ingest([write(tmp_path / "a.jsonl", lines(row))], IngestConfig())
    assert layout.in_words() == 'question is "instruction" and "input", answer is "output"; not read: category'
    assert layout.as_dict() == {"question": ["instruction", "input"], "answer": ["output"], "unread": ["category"]}


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("a.jsonl", "", "a.jsonl: the file holds no rows"),
        ("a.jsonl", "hello\nworld\n", "a.jsonl:1: not JSON"),
        (
            "a.jsonl",
            lines(ISA).encode() + b'{"question": "caf\xe9", "answer": "x"}\n',
            "a.jsonl:2: byte 0xE9 isn't utf-8",
        ),
        ("a.json", '[{"question": "a", "answer": "b"}', "a.json:1: the JSON array isn't closed"),
        ("a.jsonl", lines({"frage": "Was?", "antwort": "Das."}), "--question-column"),
        ("a.doc", "x", "unknown kind '.doc'"),
        ("a.parquet", "x", "not a Parquet file"),
        ("a.xlsx", "x", "not an Excel workbook"),
        ("a.jsonl", '{"question": "a"}'.encode("utf-16-le"), "curate it with --set ingest.encoding=utf-16-le"),
    ],
)
def test_an_unreadable_file_is_one_line_that_names_the_place(tmp_path, name, data, message):
    with pytest.raises(InputError) as caught:
        read(write(tmp_path / name, data))
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_missing_file_is_named():
    with pytest.raises(InputError, match=r"nowhere\.jsonl: no such file"):
        read("nowhere.jsonl")


def test_another_encoding_can_be_named(tmp_path):
    source = write(tmp_path / "a.jsonl", '{"question": "Où est le café ?", "answer": "Là."}'.encode("cp1252"))
    assert pairs(read(source, encoding="cp1252")[0]) == [("Où est le café ?", "Là.")]


def test_a_ten_megabyte_row_and_nul_bytes_pass_through(tmp_path):
    long = {"question": "a\0b", "answer": "word " * 2_000_000}
    records, _ = read(write(tmp_path / "a.jsonl", lines(long)))
    assert pairs(records) == [(long["question"], long["answer"])]


texts = st.text(max_size=30)


@given(st.lists(st.tuples(texts, texts), min_size=1, max_size=8))
def test_every_row_becomes_a_record_and_survives_parquet(tmp_path_factory, rows):
    folder = tmp_path_factory.mktemp("ingest")
    source = write(folder / "a.jsonl", lines(*({"question": q, "answer": a} for q, a in rows)))
    records, _ = read(source)
    assert pairs(records) == rows
    assert len({record.id for record in records}) == len(rows)
    pq.write_table(to_table(records), folder / "r.parquet")
    assert to_records(pq.read_table(folder / "r.parquet")) == records


def test_of_several_rows_in_one_line_the_rejected_one_is_removed(tmp_path):
    records, decisions = read(write(tmp_path / "a.json", json.dumps([ISA, {"question": "only"}, FEE])))
    rejected = {decision.id for decision in decisions}
    assert pairs(record for record in records if record.id not in rejected) == BOTH


def test_cells_are_text_as_it_is_written(tmp_path):
    text = (
        '{"question": "What is the fee?", "answer": 7.40, "rate": 1.50}\n{"question": "Is it free?", "answer": true}\n'
    )
    records, _ = read(write(tmp_path / "a.jsonl", text))
    assert [record.answer for record in records] == ["7.40", "true"]
    assert records[0].metadata == {"rate": 1.5}


def test_each_file_of_a_folder_has_columns_of_its_own(tmp_path):
    (tmp_path / "faqs").mkdir()
    write(tmp_path / "faqs" / "a.csv", "question,answer\nWhat is an ISA?,A tax-free savings account.\n")
    write(tmp_path / "faqs" / "b.jsonl", lines({"prompt": FEE["question"], "completion": FEE["answer"]}))
    records, decisions = read(str(tmp_path / "faqs"))
    assert pairs(records) == BOTH
    assert [record.source for record in records] == [str(tmp_path / "faqs" / name) for name in ("a.csv", "b.jsonl")]
    assert decisions == []


def test_a_part_of_a_file_can_be_named(tmp_path):
    source = write(tmp_path / "a.json", json.dumps({"train": [ISA], "test": [FEE]}))
    assert pairs(read(f"{source}#test")[0]) == BOTH[1:]
    assert [record.metadata for record in read(source)[0]] == [{"split": "train"}, {"split": "test"}]
