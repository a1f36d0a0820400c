"""What a script imports from winnow, on texts that a person can judge."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

import winnow
from winnow import Curated, compare, curate, review_table, score
from winnow.errors import InputError

ROOT = Path(__file__).parents[2]
ROWS = [
    {"question": "What does an overdraft cost?", "answer": "An arranged overdraft costs 39.9% EAR, charged monthly."},
    {"question": "What does an overdraft cost?", "answer": "An arranged overdraft costs 39.9% EAR, charged monthly."},
    {"question": "How do I close my account?", "answer": ""},
    {"question": "Where can I pay in cheques?", "answer": "At any branch, or with a photo in the app up to £1,000."},
]
BASE = [
    {"id": "a", "question": "Fee?", "reference": "The fee is £5.", "prediction": "The fee is £5."},
    {"id": "b", "question": "Limit?", "reference": "The limit is £300.", "prediction": "No idea."},
    {"id": "c", "question": "Hours?", "reference": "", "prediction": "Nine to five."},
]
TUNED = [
    {"id": "a", "prediction": "Ask a branch."},
    {"id": "b", "prediction": "The limit is £300."},
    {"id": "c", "prediction": "Nine to five."},
]


@pytest.fixture(scope="module")
def curated() -> Curated:
    return curate(ROWS)


def test_every_row_is_kept_or_removed_with_its_reason(curated):
    assert [row.question for row in curated.kept] == ["What does an overdraft cost?", "Where can I pay in cheques?"]
    assert len(curated.kept) + len(curated.removed) == len(ROWS)
    assert all(row.reason for row in curated.removed)
    assert "removed" in curated.why("rows.jsonl:3")


def test_a_cut_is_moved_without_measuring_again(curated):
    moved = curated.rethreshold(duplicates__lexical=0.95)
    assert len(moved.kept) + len(moved.removed) == len(ROWS)
    assert moved.folder == curated.folder
    with pytest.raises(InputError, match="duplicates"):
        curated.rethreshold(duplicates__nothing=1)


def test_a_file_gives_the_same_rows_as_the_rows_themselves(curated, tmp_path):
    source = tmp_path / "faq.jsonl"
    source.write_text("".join(json.dumps(row) + "\n" for row in ROWS))
    from_file = curate(source, tmp_path / "out")
    assert [row.answer for row in from_file.kept] == [row.answer for row in curated.kept]
    assert (tmp_path / "out" / "removed.jsonl").exists()


def test_no_rows_and_mixed_lists_are_named():
    with pytest.raises(InputError, match="no rows given"):
        curate([])
    with pytest.raises(InputError, match="files and rows stand in one list"):
        curate(["faq.jsonl", ROWS[0]])


def test_scores_carry_their_intervals():
    found = score(BASE, ["token_f1"]).figures["token_f1"]
    assert found.interval.n == 2
    assert found.interval.low <= found.interval.estimate <= found.interval.high
    assert sum(found.unscored.values()) == 1


def test_two_systems_are_compared_and_laid_out_by_what_was_lost_and_gained():
    difference = compare(BASE, TUNED, ["token_f1"]).metrics["token_f1"]
    assert (difference.improved, difference.regressed) == (1, 1)
    table = review_table(BASE, TUNED).to_pylist()
    assert [row["id"] for row in table] == ["a", "b", "c"]
    assert table[0]["gain"] < 0 < table[1]["gain"]
    assert table[2]["gain"] is None
    assert table[1]["tuned"] == "The limit is £300."


def test_only_what_is_offered_is_found_by_the_packages_name():
    assert set(winnow.__all__) == {"Curated", "compare", "curate", "review_table", "score"}
    with pytest.raises(AttributeError, match="nothing"):
        _ = winnow.nothing


BLOCKED = """
import sys
class Block:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in {"torch", "argilla", "streamlit", "trl", "transformers", "sentence_transformers"}:
            raise ModuleNotFoundError(f"{name} is blocked", name=name)
sys.meta_path.insert(0, Block())
"""


@pytest.mark.parametrize(
    "command",
    [
        ["score", "predictions.jsonl"],
        ["compare", "base.jsonl", "tuned.jsonl"],
        ["meta", "judged.jsonl"],
    ],
)
def test_what_needs_no_model_runs_where_no_model_library_is(command, tmp_path):
    def write(name: str, rows: list[dict]) -> None:
        (tmp_path / name).write_text("".join(json.dumps(row) + "\n" for row in rows))

    write("base.jsonl", BASE)
    write("tuned.jsonl", TUNED)
    write("predictions.jsonl", BASE)
    write("judged.jsonl", [{**row, "human": n % 2} for n, row in enumerate(BASE * 4)])
    script = f"{BLOCKED}\nfrom studio.terminal.main import main\nmain()"
    done = subprocess.run(
        [sys.executable, "-c", script, *command], cwd=tmp_path, env={"PYTHONPATH": str(ROOT), "HOME": str(tmp_path)},
        capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "token_f1" in done.stdout
