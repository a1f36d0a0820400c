from __future__ import annotations

import csv

import openpyxl
import pytest
from labelling_study import config

from curation.labelling import export_sheet, import_sheet, status
from curation.labelling.sheets import read_sheet, write_sheet
from curation.labelling.tasks import Task
from winnow.errors import InputError

FORMULA = Task("1", "flagged", "=HYPERLINK(1)", "-2 degrees", ("+3",), ("why",))


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
    assert export_sheet(path, curated, home, config(audit=1), seed=0) == 4
    verdicts = {
        "idk": {"verdict": "Fix", "corrected_answer": "One working day."},
        "250 pounds.": {"verdict": "remove", "reasons": "wrong; outdated", "correctness": 1},
        "500 pounds.": {"verdict": "keep", "comment": "since May"},
    }
    fill(path, verdicts)
    result = import_sheet(path, curated, home, config(), "ada")
    assert (result.labels, result.decided, result.faults) == (3, {"fix": 1, "remove": 1, "keep": 1}, [])
    view = curated.view()
    assert "One working day." in view.kept_table["answer"].to_pylist()
    assert [found.evidence["reasons"] for found in view.removed.values() if found.reason == "human"] == [
        ["outdated", "wrong"]
    ]
    assert not view.flags
    assert status(curated, home, config()).people["ada"].labelled == 3  # no server is needed
    again = import_sheet(path, curated, home, config(), "ada")
    assert (again.labels, again.decided) == (0, {})


def test_lines_that_cant_be_used_are_named_and_the_others_count(curated, tmp_path):
    home, path = tmp_path / "labelling", tmp_path / "sheet.csv"
    export_sheet(path, curated, home, config(audit=0), seed=0)
    fill(path, {"idk": {"verdict": "fix"}, "250 pounds.": {"verdict": "keep"}, "500 pounds.": {"verdict": "nonsense"}})
    result = import_sheet(path, curated, home, config(), "ada")
    assert result.labels == 1
    assert len(result.faults) == 2
    assert all(fault.startswith(f"{path}:") for fault in result.faults)


def test_disagreements_go_out_for_adjudication_and_come_back(curated, tmp_path):
    home, path = tmp_path / "labelling", tmp_path / "sheet.xlsx"
    settings = config(audit=0, overlap=2)
    export_sheet(path, curated, home, settings, seed=0)
    for name, verdict in (("ada", "keep"), ("bob", "remove")):
        fill(path, {"250 pounds.": {"verdict": verdict}})
        import_sheet(path, curated, home, settings, name)
    disputed = tmp_path / "disputed.xlsx"
    assert export_sheet(disputed, curated, home, settings, seed=0, conflicts=True) == 1
    fill(disputed, {"250 pounds.": {"verdict": "remove"}})
    result = import_sheet(disputed, curated, home, settings, "eve", adjudication=True)
    assert result.decided == {"remove": 1}
    assert result.conflicts == 0


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_no_cell_becomes_a_formula(tmp_path, suffix):
    path = tmp_path / f"sheet{suffix}"
    write_sheet(path, [FORMULA])
    if suffix == ".csv":
        assert not [
            cell for line in csv.reader(path.open(encoding="utf-8-sig")) for cell in line if cell[:1] in "=+-@" and cell
        ]
        fill(path, {"'-2 degrees": {"verdict": "keep"}})
    else:
        assert "f" not in {cell.data_type for line in openpyxl.load_workbook(path).active for cell in line}
        fill(path, {"-2 degrees": {"verdict": "keep"}})
    ((_, values),) = read_sheet(path)
    assert (values["question"], values["corrected_answer"]) == ("=HYPERLINK(1)", "-2 degrees")


def test_semicolons_that_some_countries_excel_writes_are_read(tmp_path):
    path = tmp_path / "sheet.csv"
    path.write_text("id;verdict;comment\n1;keep;fine\n2;;\n", encoding="utf-8")
    assert [values["id"] for _, values in read_sheet(path)] == ["1"]


@pytest.mark.parametrize(
    ("name", "content", "complaint"),
    [
        ("sheet.txt", b"", "ends in .csv or .xlsx"),
        ("sheet.xlsx", b"no zip", "not an Excel file"),
        ("sheet.csv", b"\xff\xfe\x00", "not a CSV file in UTF-8"),
        ("sheet.csv", b"id,answer\n1,x\n", 'no column "verdict"'),
        ("sheet.csv", b"", 'no column "id"'),
    ],
)
def test_a_file_that_isnt_a_sheet_is_refused_in_one_line(tmp_path, name, content, complaint):
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(InputError, match=complaint) as refused:
        list(read_sheet(path))
    assert "\n" not in str(refused.value)


def test_a_text_too_long_for_excel_is_refused_and_fits_csv(tmp_path):
    long = Task("1", "flagged", "q", "x" * 40_000)
    with pytest.raises(InputError, match=r"export .csv instead"):
        write_sheet(tmp_path / "sheet.xlsx", [long])
    assert write_sheet(tmp_path / "sheet.csv", [long]) == 1
