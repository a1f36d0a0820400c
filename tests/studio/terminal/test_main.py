"""The terminal: one line for every error, an exit code that says its kind, results on stdout alone."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from typer.testing import CliRunner

from studio.terminal import main as cli
from tests.verbs import ROOT, winnow


def test_help_names_every_verb_and_loads_nothing_heavy():
    shown = CliRunner().invoke(cli.app, ["--help"]).output
    for verb in ("curate", "why", "restore", "rethreshold", "label", "split", "plan", "preserve", "train", "answer"):
        assert verb in shown
    probe = "import sys, curation, studio.terminal.main; print(sorted({'torch', 'transformers', 'streamlit', 'datasets'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", probe], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("curate", "nowhere.jsonl", "--out", "x"), 2, "nowhere.jsonl: no such file"),
        (("curate", "empty.jsonl", "--out", "x"), 2, "the file holds no rows"),
        (("curate", "text.jsonl", "--out", "x"), 2, "text.jsonl:1: not JSON"),
        (("curate", "other.jsonl", "--out", "x"), 2, "--question-column"),
        (("curate", "latin.jsonl", "--out", "x"), 2, "latin.jsonl:1: byte 0xE9"),
        (("curate", "other.jsonl", "--out", "x", "--set", "duplicate.lexical=1"), 2, "did you mean duplicates?"),
        (("curate",), 2, "winnow init"),
        (("why", "abc", "--out", "x"), 2, "nothing was curated here"),
        (("split",), 2, "winnow init"),
        (("score", "nowhere.jsonl"), 2, "nowhere.jsonl: no such file"),
        (("score", "text.jsonl"), 2, "text.jsonl:1: not JSON"),
        (("score", "other.jsonl"), 2, 'no row has a column "prediction"'),
        (("compare", "other.jsonl", "other.jsonl"), 2, "no row has a column"),
        (("meta", "other.jsonl"), 2, "human"),
        (("diff", "monday", "friday"), 2, "winnow init DIR"),
    ],
)
def test_an_error_is_one_line_with_its_remedy(tmp_path, arguments, code, words):
    (tmp_path / "empty.jsonl").write_text("")
    (tmp_path / "text.jsonl").write_text("hello\n")
    (tmp_path / "other.jsonl").write_text('{"frage": "Was?", "antwort": "Das."}\n')
    (tmp_path / "latin.jsonl").write_bytes(b'{"question": "caf\xe9", "answer": "x"}\n')
    done = winnow(*arguments, cwd=tmp_path)
    assert done.returncode == code, done.stderr
    assert words in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert done.stdout == ""


def test_init_writes_settings_that_state_their_effect(tmp_path):
    (tmp_path / "faq.jsonl").write_text('{"question": "a", "answer": "b"}\n')
    done = winnow("init", "study", "faq.jsonl", cwd=tmp_path)
    assert done.returncode == 0
    text = (tmp_path / "study" / "winnow.yaml").read_text()
    assert str(tmp_path / "faq.jsonl") in text
    assert "# rows kept apart for the final comparison" in text
    assert winnow("init", "study", cwd=tmp_path).returncode == 2


def test_score_prints_json_alone_on_stdout(tmp_path):
    rows = [{"question": "q", "reference": "the Nile", "prediction": "Nile"}, {"reference": "x", "prediction": ""}]
    (tmp_path / "p.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    done = winnow("score", "p.jsonl", "--json", cwd=tmp_path)
    figure = json.loads(done.stdout)["metrics"]["token_f1"]
    assert set(figure) >= {"estimate", "low", "high", "n", "unscored", "signature"}


def test_power_is_told_before_anyone_labels():
    done = winnow("plan", "power", "20", "--json")
    assert json.loads(done.stdout)["power"][0]["wins_needed"] == 15


def test_doctor_says_what_this_machine_can_do():
    findings = {f["what"]: f for f in json.loads(winnow("doctor", "--json").stdout)["findings"]}
    assert findings["backend trl"]["ok"]
    assert findings["embedder"]["ok"]
    assert {"GPU", "disk", "memory", "Argilla", "base model"} <= set(findings)


def test_a_file_of_which_nothing_is_kept_is_wrong_input_with_its_reasons(tmp_path):
    rows = [{"question": f"What does plan {n} cost?", "answer": " "} for n in range(3)]
    rows += [{"question": "Which plans are there?", "note": "Three."}, {"question": "", "answer": "Ten pounds."}]
    (tmp_path / "faq.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    for state in ("new", "up to date"):
        done = winnow("curate", "faq.jsonl", "--out", "out", cwd=tmp_path)
        assert (done.returncode, done.stdout) == (2, ""), f"{state}: {done.stderr}"
        assert "none of the 5 rows is kept: 3 the answer is empty, 1" in done.stderr
        assert 'field "answer" is missing' in done.stderr
        # the first run says how the columns were read
        assert len(done.stderr.strip().splitlines()) == (2 if state == "new" else 1)
    assert len((tmp_path / "out" / "removed.jsonl").read_text().splitlines()) == 5


@pytest.mark.parametrize("other", [("--conflicts",), ("--task", "removals")])
def test_a_name_that_a_sheet_cant_be_drawn_for_is_refused(tmp_path, other):
    (tmp_path / "winnow.yaml").write_text("seed: 1\n")
    done = winnow("label", "export", "rows.csv", "--annotator", "ada", *other, cwd=tmp_path)
    assert done.returncode == 2
    assert "leave --annotator out" in done.stderr
