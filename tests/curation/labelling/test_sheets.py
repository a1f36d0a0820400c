from __future__ import annotations

import csv

import openpyxl
import pytest

from curation.labelling import adjudication, export_sheet, import_sheet, rows, status
from curation.labelling.sheets import read_sheet, write_sheet
from tests.curation.labelling.labelling_study import BESIDE, config, make_curated, study
from tests.tables import write_table
from winnow.errors import InputError

COLUMNS = ("id", "question", "answer", "verdict", "corrected_answer")
FORMULA = ("1", "=HYPERLINK(1)", "-2 degrees", "", "-2 degrees")


def fill(path, verdicts):
    """Write verdicts (and corrected answers) into an exported sheet, as a person would."""
    if path.suffix == ".csv":
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
        for row in rows:
            row.update(verdicts.get(row["answer"], {}))
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.DictWriter(file, rows[0].keys())
            writer.writeheader()
            writer.writerows(rows)
        return
    book = openpyxl.load_workbook(path)
    head = [cell.value for cell in book.active[1]]
    for line in book.active.iter_rows(min_row=2):
        for name, value in verdicts.get(line[head.index("answer")].value, {}).items():
            line[head.index(name)].value = value
    book.save(path)


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_a_sheet_goes_out_and_comes_back_as_decisions(curated, tmp_path, suffix):
    home, path = tmp_path / "labelling", tmp_path / f"sheet{suffix}"
    assert export_sheet(path, rows(study(curated, home, config(audit=1)))) == 4
    verdicts = {
        "idk": {"verdict": "Fix", "corrected_answer": "One working day."},
        "250 pounds.": {"verdict": "remove", "reasons": "wrong; outdated", "correctness": 1},
        "500 pounds.": {"verdict": "keep", "comment": "since May"},
    }
    fill(path, verdicts)
    result = import_sheet(path, rows(study(curated, home, config())), "ada")
    assert (result.labels, result.decided, result.faults) == (3, {"fix": 1, "remove": 1, "keep": 1}, [])
    view = curated.view()
    assert "One working day." in view.kept_table["answer"].to_pylist()
    assert [found.evidence["reasons"] for found in view.removed.values() if found.reason == "human"] == [
        ["outdated", "wrong"]
    ]
    assert not view.flags
    assert status(study(curated, home, config())).people["ada"].labelled == 3  # no server is needed
    again = import_sheet(path, rows(study(curated, home, config())), "ada")
    assert (again.labels, again.decided) == (0, {})


def test_lines_that_cant_be_used_are_named_and_the_others_count(curated, tmp_path):
    home, path = tmp_path / "labelling", tmp_path / "sheet.csv"
    export_sheet(path, rows(study(curated, home, config(audit=0))))
    fill(path, {"idk": {"verdict": "fix"}, "250 pounds.": {"verdict": "keep"}, "500 pounds.": {"verdict": "nonsense"}})
    result = import_sheet(path, rows(study(curated, home, config())), "ada")
    assert result.labels == 1
    assert len(result.faults) == 2
    assert all(fault.startswith(f"{path}:") for fault in result.faults)


def test_disagreements_go_out_for_adjudication_and_come_back(curated, tmp_path):
    home, path = tmp_path / "labelling", tmp_path / "sheet.xlsx"
    settings = config(audit=0, overlap=2)
    export_sheet(path, rows(study(curated, home, settings)))
    for name, verdict in (("ada", "keep"), ("bob", "remove")):
        fill(path, {"250 pounds.": {"verdict": verdict}})
        import_sheet(path, rows(study(curated, home, settings)), name)
    disputed = tmp_path / "disputed.xlsx"
    assert export_sheet(disputed, adjudication(study(curated, home, settings))) == 1
    fill(disputed, {"250 pounds.": {"verdict": "remove"}})
    result = import_sheet(disputed, adjudication(study(curated, home, settings)), "eve")
    assert result.decided == {"remove": 1}
    assert result.conflicts == 0


@pytest.mark.parametrize(
    ("settings", "annotator", "complaint"),
    [
        ({"annotators": ("bob", "eve"), "assignment": "assigned"}, "ada", r"no row is assigned to that name; bob has 1, "
         r"eve has 2 of 3 rows"),
        ({}, "ada", r"the 3 rows are shared, none is one person's; .* labelling\.assignment=assigned"),
    ],
)  # fmt: skip
def test_a_person_without_rows_gets_no_empty_sheet_but_the_names_of_those_who_have(
    curated, tmp_path, settings, annotator, complaint
):
    home, path = tmp_path / "labelling", tmp_path / "sheet.csv"
    with pytest.raises(InputError, match=complaint):
        export_sheet(path, rows(study(curated, home, config(audit=0, **settings))), annotator)
    assert not path.exists()
    assert not home.exists(), "rows that went to nobody weren't put before people"


def test_where_nothing_is_to_be_judged_no_sheet_is_written(curated, tmp_path):
    home, path = tmp_path / "labelling", tmp_path / "sheet.csv"
    with pytest.raises(InputError, match="people disagree on no row"):
        export_sheet(path, adjudication(study(curated, home, config())))
    peaceful = make_curated(tmp_path / "peaceful", flagged=())
    with pytest.raises(InputError, match=r"none is flagged; .* labelling\.audit"):
        export_sheet(path, rows(study(peaceful, home, config(audit=0))))
    assert not path.exists()


def test_a_sheet_of_which_no_line_can_be_used_is_refused(curated, tmp_path):
    home, path = tmp_path / "labelling", tmp_path / "sheet.csv"
    task = rows(study(curated, home, config(audit=0)))
    export_sheet(path, task)
    with pytest.raises(InputError, match="no line has a verdict yet"):
        import_sheet(path, task, "ada")
    fill(path, {"idk": {"verdict": "perhaps"}, "250 pounds.": {"verdict": "maybe"}})
    with pytest.raises(InputError, match="none of 2 lines with a verdict can be used; the first: "):
        import_sheet(path, task, "ada")


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_no_cell_becomes_a_formula(tmp_path, suffix):
    path = tmp_path / f"sheet{suffix}"
    write_sheet(path, COLUMNS, [FORMULA])
    if suffix == ".csv":
        assert not [
            cell for line in csv.reader(path.open(encoding="utf-8-sig")) for cell in line if cell[:1] in "=+-@" and cell
        ]
        fill(path, {"'-2 degrees": {"verdict": "keep"}})
    else:
        assert "f" not in {cell.data_type for line in openpyxl.load_workbook(path).active for cell in line}
        fill(path, {"-2 degrees": {"verdict": "keep"}})
    (line,) = read_sheet(path, COLUMNS)
    assert (line.values["question"], line.values["corrected_answer"]) == ("=HYPERLINK(1)", "-2 degrees")


def test_semicolons_that_some_countries_excel_writes_are_read(tmp_path):
    path = tmp_path / "sheet.csv"
    path.write_text("id;verdict;comment\n1;keep;fine\n2;;\n", encoding="utf-8")
    assert [line.id for line in read_sheet(path, ("id", "verdict", "comment"))] == ["1"]


@pytest.mark.parametrize(
    ("name", "content", "complaint"),
    [
        ("sheet.txt", b"", "unknown kind '.txt'; known are .jsonl"),
        ("sheet.xlsx", b"no zip", "not an Excel workbook"),
        (
            "sheet.csv",
            b"\xff\xfe\x00",
            "sheet.csv:1: byte 0x00 isn't utf-16, as the file's first bytes say it is; .* save it again as UTF-8",
        ),
        ("sheet.csv", b"id,answer\n1,x\n", 'no column "verdict".*; keep the columns of the exported sheet'),
        ("sheet.csv", b"", "the file holds no rows"),
    ],
)
def test_a_file_that_isnt_a_sheet_is_refused_in_one_line(tmp_path, name, content, complaint):
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(InputError, match=complaint) as refused:
        list(read_sheet(path, ("id", "verdict")))
    assert "\n" not in str(refused.value)


def test_a_text_too_long_for_excel_is_refused_and_fits_csv(tmp_path):
    long = ("1", "q", "x" * 40_000, "", "")
    with pytest.raises(InputError, match=r"export .csv instead"):
        write_sheet(tmp_path / "sheet.xlsx", COLUMNS, [long])
    assert write_sheet(tmp_path / "sheet.csv", COLUMNS, [long]) == 1


@pytest.mark.parametrize("kind", ["csv", "semicolons.csv", "tsv", "xlsx", "jsonl", "json", "parquet"])
def test_what_was_filled_in_may_be_of_any_kind(curated, tmp_path, kind):
    home, sheet = tmp_path / "labelling", tmp_path / "sheet.csv"
    task = rows(study(curated, home, config(audit=0)))
    export_sheet(sheet, task)
    with sheet.open(encoding="utf-8-sig", newline="") as file:
        ids = {row["answer"]: row["id"] for row in csv.DictReader(file)}
    filled = [
        {"ID": ids["250 pounds."], "Verdict": "remove", "reasons": "wrong, outdated", "clarity": 2},
        {"ID": ids["500 pounds."], "Verdict": "keep", "reasons": None, "clarity": None},
        {"ID": ids["idk"], "Verdict": None, "reasons": None, "clarity": None},
    ]
    result = import_sheet(write_table(tmp_path / f"filled.{kind}", filled), task, "ada")
    assert (result.decided, result.faults) == ({"remove": 1, "keep": 1}, [])
    (removal,) = (found for found in curated.view().removed.values() if found.reason == "human")
    assert removal.evidence["reasons"] == ["outdated", "wrong"]


def test_reasons_of_json_are_a_list_and_a_line_that_cant_be_read_is_named(curated, tmp_path):
    task = rows(study(curated, tmp_path / "labelling", config(audit=0)))
    export_sheet(tmp_path / "sheet.csv", task)
    id_ = next(iter(task.asked()))
    path = tmp_path / "filled.jsonl"
    path.write_text(f'{{"id": "{id_}", "verdict": "remove", "reasons": ["wrong"]}}\n{{"id": \n')
    result = import_sheet(path, task, "ada")
    assert result.decided == {"remove": 1}
    assert [fault.partition(" at ")[0] for fault in result.faults] == [f"{path}:2: not JSON: Expecting value"]
    label = next(word for word in curated.ledger.people_decisions() if word.action == "label")
    assert label.evidence["reasons"] == ["wrong"]


def test_an_earlier_text_stays_as_people_saw_it(tmp_path):
    home, path = tmp_path / "labelling", tmp_path / "sheet.csv"
    before = make_curated(tmp_path / "before", flagged=(2,))
    export_sheet(path, rows(study(before, home, config(audit=0))))
    (id_,) = rows(study(before, home, config())).asked()
    after = make_curated(tmp_path / "after", flagged=(2, 5))
    export_sheet(path, rows(study(after, home, config(audit=0))))
    with path.open(encoding="utf-8-sig", newline="") as file:
        lines = {row["id"]: row for row in csv.DictReader(file)}
    assert len(lines) == 2
    assert lines[id_]["why_chosen"] == "the answer is short (value 3.0, limit 5)"


def test_context_and_turns_have_columns_where_some_row_has_them_and_come_back_or_not(curated, tmp_path):
    plain, beside = tmp_path / "plain.csv", tmp_path / "beside.csv"
    surrounded = make_curated(tmp_path / "surrounded", beside=BESIDE)
    export_sheet(plain, rows(study(curated, tmp_path / "plain-home", config())))
    task = rows(study(surrounded, tmp_path / "home", config()))
    export_sheet(beside, task)
    heads = [path.read_text(encoding="utf-8-sig").splitlines()[0].split(",") for path in (plain, beside)]
    assert heads[0][:3] == ["id", "question", "answer"]
    assert heads[1][:5] == ["id", "system_prompt", "earlier_turns", "context", "question"]
    with beside.open(encoding="utf-8-sig", newline="") as file:
        by_answer = {row["answer"]: row for row in csv.DictReader(file)}
    assert by_answer["idk"]["context"] == "<i>Abroad</i>: up to three working days."
    assert by_answer["250 pounds."]["earlier_turns"] == "User: =Hello.\n\nAssistant: Good day."
    fill(beside, {"idk": {"verdict": "remove", "context": "somebody's note"}, "250 pounds.": {"verdict": "keep"}})
    result = import_sheet(beside, task, "ada")
    assert (result.decided, result.faults) == ({"remove": 1, "keep": 1}, [])
