"""Rows added to a study: its settings list them, and what they mean for the plan is said in words."""

from __future__ import annotations

import json
from pathlib import Path

from studio.additions import add_to_folder, add_to_study, joined, lines_of, plan_lines
from studio.study import open_study
from winnow.data.files import write_jsonl
from winnow.progress import silent
from winnow.study.plan import freeze
from winnow.study.workspace import Curated

CHANGES = ["quality.reader.flag=null"]
FIRST = [("How do I open an ISA?", "You can open an ISA in the app under Savings, or in any branch with a passport."),
         ("How do I close my account?", "Open the app, choose Settings and then Close account; it takes a day."),
         ("Where is the nearest branch?", "The map in the app shows all branches near you and when they open.")]  # fmt: skip
MORTGAGES = [(f"What is a mortgage {word}?", f"It is what you agree on with the bank about the {word} of your home.")
             for word in ("deposit", "valuation", "term", "survey")]  # fmt: skip
LEAK = ("How do I open an ISA?", "You can open an ISA in the app under Savings, or in any branch with a pasport.")


def write(path: Path, pairs: list[tuple[str, str]]) -> str:
    path.write_text("".join(json.dumps({"question": q, "answer": a}) + "\n" for q, a in pairs))
    return str(path)


def study_of(folder: Path):
    write(folder / "first.jsonl", FIRST)
    (folder / "winnow.yaml").write_text("ingest:\n  sources: [first.jsonl]\nsplit:\n  together: []\n")
    return open_study(folder, None, CHANGES)


def test_an_addition_is_listed_and_its_leaks_and_new_topics_are_said(tmp_path):
    study = study_of(tmp_path)
    add_to_study([], study)
    ids = study.workspace.curated.records()["id"].to_pylist()
    held_out = [{"id": ids[0], "question": FIRST[0][0], "answer": FIRST[0][1]}]
    write_jsonl(study.workspace.split / "held_out.jsonl", held_out)
    freeze({"held_out": {}}).write(study.workspace.plan_file)
    wrong = ("How do I open an ISA?", "You can't open an ISA in the app under Savings, only in a branch with a visa.")
    add_to_study([write(tmp_path / "more.jsonl", [*MORTGAGES, LEAK, wrong])], study)
    assert open_study(tmp_path).config.ingest.sources == ("first.jsonl", "more.jsonl")
    assert lines_of(study.workspace.curated)[0] == "new rows: 6; left their source: 0"
    told = "\n".join(plan_lines(study.workspace, study.config))
    assert "the plan holds: its 1 held-out rows stay" in told
    assert "4 new rows speak of “mortgage”; no held-out question does" in told
    assert "winnow plan amend --anew" in told
    assert "new rows tell a held-out row" in told


def test_a_folder_of_bare_files_knows_what_it_was_made_from(tmp_path):
    from curation.stage import curate_sources, settings_of
    from winnow.config import load

    curated = Curated(tmp_path / "curated")
    first = write(tmp_path / "first.jsonl", FIRST)
    curate_sources([first], curated, load(None, [*CHANGES, "duplicates.lexical=0.91"]))
    report = add_to_folder([write(tmp_path / "more.jsonl", MORTGAGES)], curated, [], silent)
    assert report["input"] == 7
    assert settings_of(curated).duplicates.lexical == 0.91


def test_a_source_that_is_named_again_keeps_its_place(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write(tmp_path / "first.jsonl", FIRST)
    assert joined([str(tmp_path / "first.jsonl")], ["first.jsonl", "b.jsonl", "b.jsonl"]) == [
        str(tmp_path / "first.jsonl"),
        "b.jsonl",
    ]
