from __future__ import annotations

import pytest
from openpyxl import Workbook

from evaluation.answering.answers import to_answers
from evaluation.comparison.compare import compare_answers
from evaluation.comparison.pairs import pair_answers
from evaluation.metrics import score_rows
from evaluation.people.metric_against_people import meta
from tests.tables import KINDS, write_table
from winnow.data.bare_files import read_rows
from winnow.errors import InputError

ARENA = [
    {"prompt": "Longest river?", "response_a": "the Nile", "response_b": "the Po", "winner": "model_a"},
    {"prompt": "Largest lake?", "response_a": "Lake Como", "response_b": "the Caspian", "winner": "model_b"},
    {"prompt": "Highest hill?", "response_a": "Everest", "response_b": "Mount Everest", "winner": "tie"},
]
OURS = {"question": "prompt", "prediction_a": "response_a", "prediction_b": "response_b", "human": "winner"}


def written(folder, kind, rows=ARENA):
    """Write the rows as a tool of that kind would."""
    return write_table(folder / f"judged.{kind}", rows)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_table_is_scored_and_compared_alike(tmp_path, kind):
    answers = [
        {"qid": 1, "prompt": "Longest river?", "output": "the Nile", "gold": "the Nile"},
        {"qid": 2, "prompt": "Largest lake?", "output": "Lake Como", "gold": "the Caspian Sea"},
    ]
    base, _ = read_rows(written(tmp_path, kind, answers), needed=["prediction"])
    tuned = [{**row, "prediction": row["reference"]} for row in base]
    assert score_rows(base, ["exact_match"]).as_dict()["metrics"]["exact_match"]["estimate"] == 0.5
    paired = pair_answers(to_answers(base, "base"), to_answers(tuned, "tuned"))
    found = compare_answers(paired, metrics=["exact_match"]).as_dict()
    assert (found["pairs"], found["metrics"]["exact_match"]["difference"]["estimate"]) == (2, 0.5)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_table_gives_the_same_rows_under_our_names(tmp_path, kind):
    rows, found = read_rows(written(tmp_path, kind))
    assert found.columns == {role: (name,) for role, name in OURS.items()}
    assert [row["human"] for row in rows] == ["model_a", "model_b", "tie"]
    assert meta(rows).as_dict()["verdicts"] == {"a": 1, "b": 1, "tie": 1}
    assert "human is their winner" in found.in_words()


def test_what_the_user_names_counts_before_what_is_recognised(tmp_path):
    rows, found = read_rows(written(tmp_path, "json"), {"human": "prompt"}, {"Longest river?": "b"})
    assert found.column("human") == "prompt"
    assert rows[0]["human"] == ["b"]


def test_verdicts_of_any_notation_are_told_apart_by_what_the_user_says(tmp_path):
    codes = [{**row, "winner": code} for row, code in zip(ARENA, (1, -1, 0), strict=True)]
    path = written(tmp_path, "json", codes)
    with pytest.raises(InputError, match=r"-1, 0, 1 can mean two things for a pair; say .* --verdict 1=a"):
        meta(read_rows(path)[0])
    with pytest.raises(InputError, match=r'"-1" is none of a, b, tie; say what it means, as in --verdict "-1=a"'):
        meta(read_rows(path, None, {"1": "a", "0": "tie"})[0])
    rows, _ = read_rows(path, None, {"1": "a", "-1": "b", "0": "tie"})
    assert meta(rows).as_dict()["verdicts"] == {"a": 1, "b": 1, "tie": 1}


def test_a_row_that_cannot_be_read_is_an_error_with_its_line(tmp_path):
    path = written(tmp_path, "csv")
    path.write_text(path.read_text() + "a row of one cell\n")
    with pytest.raises(InputError, match=r"judged.csv:5: 1 cells where the header has 4"):
        read_rows(path)


def test_a_column_that_is_not_there_is_named_with_those_that_are(tmp_path):
    with pytest.raises(InputError, match=r"--column human=votes: no such column; there is prompt, response_a"):
        read_rows(written(tmp_path, "csv"), {"human": "votes"})


def test_nan_is_no_text_in_any_kind(tmp_path):
    path = tmp_path / "rows.json"
    path.write_text('[{"prediction": NaN, "reference": "x"}, {"prediction": "y", "reference": "x"}]')
    assert [row["prediction"] for row in read_rows(path)[0]] == [None, "y"]


def test_two_columns_that_could_be_the_prediction_are_named_where_one_is_needed(tmp_path):
    rows = [{"prompt": "2 + 2?", "output": "4", "response": "four", "gold": "4"}]
    path = written(tmp_path, "csv", rows)
    with pytest.raises(InputError, match=r'judged.csv: the prediction could be "output" or "response"; say which with'):
        read_rows(path, needed=["prediction"])
    assert read_rows(path, {"prediction": "Response"}, needed=["prediction"])[0][0]["prediction"] == "four"


def test_a_task_in_two_parts_is_one_question(tmp_path):
    rows = [{"Instruction": "Translate.", "Input": "chat", "Output": "cat", "reference": "cat"}]
    (row,), _ = read_rows(written(tmp_path, "xlsx", rows), needed=["prediction"])
    assert (row["question"], row["prediction"]) == ("Translate.\n\nchat", "cat")


def test_of_a_workbook_with_two_sheets_of_answers_the_remedy_is_one_that_there_is(tmp_path):
    book = Workbook()
    for sheet in (book.active, book.create_sheet("Other")):
        for cells in (["prediction", "reference"], ["the Nile", "the Nile"]):
            sheet.append(cells)
    book.save(tmp_path / "answers.xlsx")
    with pytest.raises(
        InputError, match=r"2 of 2 sheets could be meant: .*; save the one that is meant as its own file"
    ):
        read_rows(tmp_path / "answers.xlsx", needed=["prediction"])
