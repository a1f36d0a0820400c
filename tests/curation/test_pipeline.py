"""The pipeline: every row comes out once with its reason, and any threshold moves without measuring again."""

from __future__ import annotations

import json
import random
import shutil
from pathlib import Path

import pytest
from huggingface_hub import DatasetCard

from curation import pipeline
from curation.publish.story import find_id, story, story_text
from curation.stage import curate_sources, move_thresholds, refresh, settings_of
from winnow.config import load
from winnow.data.files import file_hash, read_jsonl, read_table, write_table
from winnow.data.ledger import Decision
from winnow.errors import InputError
from winnow.study.workspace import Curated

DEMO = Path(__file__).parents[2] / "data" / "demo"
FILES = ("kept.jsonl", "removed.jsonl", "flagged.jsonl")


def write_rows(path: Path, rows: list[dict]) -> str:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return str(path)


@pytest.fixture(scope="module")
def rows() -> list[dict]:
    """The planted rows of the demo's first half, their twins, and some clean rows."""
    lines = [json.loads(line) for line in (DEMO / "faq.jsonl").read_text().splitlines()]
    planted = json.loads((DEMO / "planted.json").read_text())["planted"]
    chosen = {entry["line"] for entry in planted if entry["line"] < 210} | {e["twin"] for e in planted if e["twin"]}
    return [lines[number - 1] for number in sorted(chosen)]


@pytest.fixture(scope="module")
def curated(rows, tmp_path_factory) -> Curated:
    folder = tmp_path_factory.mktemp("curated")
    source = write_rows(folder / "faq.jsonl", rows)
    curate_sources([source], Curated(folder / "out"), load())
    return Curated(folder / "out")


def ids(curated: Curated, name: str) -> list[str]:
    return [row["id"] for row in read_jsonl(curated.root / name)]


def test_kept_and_removed_are_the_input_and_flagged_are_kept(curated, rows):
    kept, removed, flagged = (ids(curated, name) for name in FILES)
    assert len(kept) + len(removed) == len(rows)
    assert not set(kept) & set(removed)
    assert set(flagged) <= set(kept)
    report = json.loads((curated.root / "report.json").read_text())
    assert (report["input"], report["kept"], report["removed"]) == (len(rows), len(kept), len(removed))


def test_a_curated_file_begins_with_question_and_answer(curated):
    assert all(list(row)[:2] == ["question", "answer"] for row in read_jsonl(curated.root / "kept.jsonl"))


def test_other_tools_read_the_kept_rows(curated):
    from datasets import load_dataset

    path = str(curated.root / "kept.jsonl")
    dataset = load_dataset("json", data_files=path, split="train", cache_dir=str(curated.root / "hf"))
    assert len(dataset) == len(ids(curated, "kept.jsonl"))


def test_each_removed_row_says_who_why_and_against_what(curated):
    kept = set(ids(curated, "kept.jsonl"))
    for row in read_jsonl(curated.root / "removed.jsonl"):
        assert row["step"]
        assert row["reason"]
        if row["step"] == "duplicates":
            assert row["evidence"]["twin"] in kept
            assert 0 < row["evidence"]["score"] <= 1


def test_contradictions_are_flagged_as_a_group_and_none_is_removed(curated):
    groups = [row["group"] for row in read_jsonl(curated.root / "flagged.jsonl") if "group" in row]
    assert groups
    kept = set(ids(curated, "kept.jsonl"))
    assert all(len(group) > 1 and set(group) <= kept for group in groups)


def test_a_second_run_does_nothing(curated, rows):
    before = {name: file_hash(curated.root / name) for name in FILES}
    source = str(curated.root.parent / "faq.jsonl")
    assert curate_sources([source], curated, load())["current"]
    assert {name: file_hash(curated.root / name) for name in FILES} == before


def test_the_order_of_the_rows_changes_no_verdict(curated, rows, tmp_path):
    shuffled = random.Random(1).sample(rows, len(rows))
    source = write_rows(tmp_path / "faq.jsonl", shuffled)
    other = Curated(tmp_path / "out")
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "cache").symlink_to(curated.root / "cache")
    curate_sources([source], other, load())

    def texts(folder: Curated, name: str) -> list[tuple[str, str]]:
        return sorted((row["question"], row["answer"]) for row in read_jsonl(folder.root / name))

    for name in FILES:
        assert texts(other, name) == texts(curated, name)


def test_other_limits_measure_nothing_again(curated, rows, tmp_path, monkeypatch):
    monkeypatch.setattr(pipeline.measuring, "measure", lambda *_: pytest.fail("measured again"))
    monkeypatch.setattr(pipeline.candidates, "find", lambda *_: pytest.fail("judged again"))
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "cache").symlink_to(curated.root / "cache")
    source = write_rows(tmp_path / "faq.jsonl", rows)
    report = curate_sources([source], Curated(tmp_path / "out"), load(None, ["quality.too_long.flag=20"]))
    assert report["flagged"] > len(ids(curated, "flagged.jsonl"))


def test_a_threshold_moves_both_ways_and_back(curated):
    before = {name: file_hash(curated.root / name) for name in FILES}
    strict = move_thresholds(curated, ["duplicates.lexical=1.0", "duplicates.semantic=1.0"])
    assert settings_of(curated).duplicates.lexical == 1.0
    back = move_thresholds(curated, ["duplicates.lexical=0.5", f"duplicates.semantic={load().duplicates.semantic}"])
    assert strict["removed"] < back["removed"]
    assert {name: file_hash(curated.root / name) for name in FILES} == before


def test_a_folder_of_an_earlier_version_says_to_curate_again(curated, tmp_path):
    older = Curated(Path(shutil.copytree(curated.root, tmp_path / "older")))
    write_table(older.signals_file, read_table(older.signals_file).drop_columns(["unsupported"]))
    with pytest.raises(InputError, match="curated before Winnow measured unsupported; curate again: winnow curate"):
        move_thresholds(older, ["duplicates.lexical=0.8"])


def test_a_row_tells_its_story(curated):
    row = next(row for row in read_jsonl(curated.root / "removed.jsonl") if row["step"] == "duplicates")
    told = story(curated, row["id"])
    assert told["standing"] == "removed"
    assert row["evidence"]["twin"] in told["twins"]
    assert row["reason"] in story_text(told)
    assert find_id(curated, f"faq.jsonl:{row['line']}") == row["id"]
    with pytest.raises(InputError, match="did you mean"):
        find_id(curated, row["id"][:-1] + "x")


def test_a_restored_row_outlasts_another_curation(curated, rows, tmp_path):
    source = write_rows(tmp_path / "faq.jsonl", rows)
    folder = Curated(tmp_path / "out")
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "cache").symlink_to(curated.root / "cache")
    curate_sources([source], folder, load())
    removed = ids(folder, "removed.jsonl")[0]
    folder.ledger.append(Decision(removed, "restore", "restore", "another product", by="ada"))
    refresh(folder)
    assert removed in ids(folder, "kept.jsonl")
    curate_sources([source], folder, load(None, ["duplicates.lexical=0.6"]))
    assert removed in ids(folder, "kept.jsonl")


CERTAIN = {"ingest", "contamination", "duplicates", "quality"}


def test_what_holds_of_the_whole_file_is_said_once_and_only_the_certain_leaves(tmp_path):
    said = [
        ("How do I lock my card?", "Open the app, choose the card and tap Freeze; it stops working at once."),
        ("Who insures my savings?", "The national guarantee fund insures each customer up to 85,000 pounds."),
        ("When does a transfer arrive?", "Within two hours on any day, and often within a few seconds."),
        ("May I overpay my mortgage?", "Up to a tenth of what you owe each year, without any charge."),
        ("How old must I be for an account?", "Eleven for a youth account, and eighteen for all the others."),
        ("Where do I find my sort code?", "On the card, on each statement and at the top of the app."),
        ("What does a lost card cost?", "Nothing: we send the first new one within five working days for free."),
        ("Can I have two cards?", "One for each person who is named on the account, and no more."),
        ("How is a bounced cheque shown?", "As unpaid, on the day on which it was presented to us."),
    ]
    copy = (said[0][0], f"{said[0][1]} Or ask Ada Roe on 07911 123456.")
    rows = [*said, copy, ("Which code stands for Namibia?", "NA"), ("Is there a fee?", "\u200b")]
    ended = [{"question": question, "answer": f"{answer}</s>"} for question, answer in rows[:-1]]
    source = write_rows(tmp_path / "a.jsonl", [*ended, {"question": rows[-1][0], "answer": rows[-1][1]}])
    folder = Curated(tmp_path / "out")
    report = curate_sources([source], folder, load())
    kept = {row["question"]: row["answer"] for row in read_jsonl(folder.root / "kept.jsonl")}
    assert kept == {**dict(said), "Which code stands for Namibia?": "NA"}
    removed = {row["question"]: row for row in read_jsonl(folder.root / "removed.jsonl")}
    assert {row["step"] for row in removed.values()} <= CERTAIN
    assert removed[said[0][0]]["evidence"]["only_here"] == ["Or ask Ada Roe on 07911 123456."]
    assert removed["Is there a fee?"]["evidence"]["signal"] == "empty"
    assert [(m["text"], m["rows"]) for m in report["manners"]] == [("</s>", 11)]
    for name in ("report.md", "report.html", "card.md"):
        assert "taken off as the manner of the file" in (folder.root / name).read_text()
    assert "prompt_residue" not in str(list(read_jsonl(folder.root / "flagged.jsonl")))
    assert refresh(folder)["manners"] == report["manners"]


@pytest.mark.parametrize(
    "rows",
    [
        [{"question": "What is an ISA?", "answer": "A tax-free savings account."}],
        [{"question": "What is an ISA?", "answer": "A tax-free savings account."}] * 50,
        [{"question": "", "answer": ""}] * 3,
        [
            {"question": "什么是信用卡？", "answer": "一种可以先消费后还款的卡。"},
            {"question": "ما هي البطاقة؟", "answer": "وسيلة للدفع. 💳"},
        ],
    ],
    ids=["one row", "all rows equal", "nothing but empty rows", "other scripts"],
)
def test_degenerate_files_come_out_whole(tmp_path, rows):
    report = curate_sources([write_rows(tmp_path / "a.jsonl", rows)], Curated(tmp_path / "out"), load())
    assert report["kept"] + report["removed"] == len(rows)
    assert (tmp_path / "out" / "report.html").exists()


def test_the_dataset_card_says_the_language_of_the_rows_and_that_no_licence_is_named(curated):
    data = DatasetCard((curated.root / "card.md").read_text()).data
    assert data.language == ["en"]
    assert data.license == "unknown"


def test_the_dataset_card_says_the_licence_and_version_that_the_config_names(curated, tmp_path):
    copy = Curated(Path(shutil.copytree(curated.root, tmp_path / "named")))
    move_thresholds(copy, ["publish.licence=cc-by-4.0", "publish.version=1.2.0", "publish.language=[en, cy]"])
    data = DatasetCard((copy.root / "card.md").read_text()).data
    assert (data.license, data.version, data.language) == ("cc-by-4.0", "1.2.0", ["en", "cy"])
