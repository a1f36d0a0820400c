"""Studies of rows with a context, of rows with earlier turns, of rows in another script: from the raw file to the report."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from evaluation.people.vote_log import JudgmentLog
from tests.verbs import winnow
from winnow.data.files import read_json, read_jsonl, write_jsonl
from winnow.study import plan
from winnow.study.workspace import Workspace

pytestmark = pytest.mark.slow

SETTINGS = """
ingest: {sources: [rows.jsonl]}
split: {held_out: 6, validation: 2, flagged: train}
preservation: {share: 0}
training: {max_steps: 2, batch_size: 1, accumulation: 1, evaluations: 1, quantization: none}
answers: {max_new_tokens: 8}
retention: {max_items: 1, max_new_tokens: 2}
metrics: {names: [token_f1, chrf]}
"""
TREES = """Alder Birch Cedar Dogwood Elm Fir Ginkgo Hazel Ilex Juniper Kapok Larch Maple Nutmeg Oak Pine Quince Rowan
Spruce Teak Umbrella Viburnum Willow Yew Zelkova Acacia Beech Chestnut Ebony Fig"""
CITIES = """दिल्ली मुंबई जयपुर पुणे लखनऊ भोपाल पटना सूरत नागपुर इंदौर कानपुर वाराणसी रांची शिमला देहरादून
आगरा मैसूर कोच्चि चेन्नई गुवाहाटी कोलकाता अमृतसर जोधपुर उदयपुर ग्वालियर जबलपुर रायपुर नासिक राजकोट मेरठ"""
COUNTER = "You work at the counter of a small bank."


def rows_with_contexts() -> Iterator[dict[str, object]]:
    for fee, tree in enumerate(TREES.split(), start=3):
        passage = f"The {tree} account costs {fee} pounds a month. It is closed in writing within {fee + 7} days."
        asks, says = f"What does the {tree} account cost a month?", f"The {tree} account costs {fee} pounds a month."
        yield {"question": asks, "answer": says, "context": passage}


def rows_with_turns() -> Iterator[dict[str, object]]:
    for number, tree in enumerate(TREES.split(), start=41):
        said = [
            {"role": "user", "content": f"I am Ms {tree}. My box has number {number}."},
            {"role": "assistant", "content": f"Good day, Ms {tree}. What about box {number}?"},
        ]
        asks, says = f"Who else may open the {tree} box?", f"Nobody but you, Ms {tree}, may open box {number}."
        yield {"question": asks, "answer": says, "history": said, "system": COUNTER}


def rows_in_hindi() -> Iterator[dict[str, object]]:
    for minute, city in enumerate(CITIES.split(), start=11):
        yield {
            "question": f"{city} की शाखा कब खुलती है?",
            "answer": f"{city} की शाखा सुबह नौ बजकर {minute} मिनट पर खुलती है।",
        }


def studied(folder: Path, rows: Iterator[dict[str, object]], *more: str) -> Path:
    """Run the whole road over the rows."""
    write_jsonl(folder / "rows.jsonl", rows)
    (folder / "winnow.yaml").write_text(SETTINGS)
    winnow("run", "-w", str(folder), *more)
    return folder


def report_of(study: Path) -> str:
    """Write the report as it is after a review, before which it shows no answer; read it as Markdown."""
    place = Workspace(study)
    JudgmentLog(place.judgments_file).end(plan.read(place.plan_file).hash, "ada", remaining=0)
    assert winnow("report", "-w", str(study)).returncode == 0
    return (place.report / "report.md").read_text()


def previewed(study: Path, *more: str) -> list[str]:
    return json.loads(winnow("train", "--preview", "-w", str(study), "--json", *more).stdout)["rows"]


def test_rows_with_contexts_are_asked_with_and_without_them(tmp_path):
    study = studied(tmp_path, rows_with_contexts())
    assert all("account costs" in row.split("What does")[0] for row in previewed(study))
    assert not any("in writing" in row for row in previewed(study, "--set", "prompt.template={question}"))
    answers = read_jsonl(study / "answers" / "tuned.jsonl")
    held_out = {row["id"]: row["context"] for row in read_jsonl(study / "split" / "held_out.jsonl")}
    assert {row["id"]: row["context"] for row in answers} == held_out
    winnow("answer", "tuned-no-context", "-w", str(study))
    closed = read_jsonl(study / "answers" / "tuned-no-context.jsonl")
    assert not any("context" in row for row in closed)
    assert [row["prediction"] for row in closed] != [row["prediction"] for row in answers]
    in_words = report_of(study)
    (compared,) = read_json(study / "report" / "report.json")["contexts"]
    assert (compared["one"], compared["other"]) == ("tuned-no-context", "tuned")
    difference = compared["metrics"]["token_f1"]["difference"]
    assert difference["n"] == 6
    assert difference["low"] <= difference["estimate"] <= difference["high"]
    for text in (in_words, (study / "report" / "report.html").read_text()):
        assert "With and without the rows' contexts" in text.replace("&#39;", "'")
        assert "It is closed in writing" in text
    refused = winnow("answer", "base", "-w", str(study), "--set", "prompt.template={question}")
    assert refused.returncode == 3
    assert "prompt.template" in refused.stderr


def test_earlier_turns_and_a_rows_own_system_prompt_are_trained_answered_and_reported(tmp_path):
    study = studied(tmp_path, rows_with_turns())
    for row in previewed(study):
        places = [
            row.index(text) for text in (COUNTER, "My box has number", "What about box", "Who else may open", "⟦")
        ]
        assert places == sorted(places)
    for answer in read_jsonl(study / "answers" / "base.jsonl"):
        assert answer["system_prompt"] == COUNTER
        assert [turn["role"] for turn in answer["history"]] == ["user", "assistant"]
    text = report_of(study)
    assert f"system prompt:\n\n    {COUNTER}" in text
    assert "    User: I am Ms" in text
    refused = winnow("answer", "tuned-no-context", "-w", str(study))
    assert refused.returncode == 2
    assert "no held-out row has a context" in refused.stderr


def test_a_study_in_hindi_goes_the_whole_road(tmp_path):
    study = studied(tmp_path, rows_in_hindi())
    assert len(read_jsonl(study / "curated" / "kept.jsonl")) == len(CITIES.split())
    assert all("⟦" in row and "की शाखा सुबह" in row.split("⟦")[1] for row in previewed(study))
    report = read_json(study / "report" / "report.json")
    assert report["comparison"]["pairs"] == 6
    assert report["systems"]["base"]["metrics"]["chrf"]["n"] == 6
    assert "की शाखा" in report_of(study)
