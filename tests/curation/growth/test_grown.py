"""Sources that grow: ids and decisions stay, what left is marked, and what came is told in words."""

from __future__ import annotations

import json
import multiprocessing
from pathlib import Path

import pytest

from curation.growth.coverage import Uncovered, uncovered
from curation.growth.left import successors
from curation.growth.news import read_news
from curation.publish.story import story, story_text
from curation.stage import curate_sources, refresh
from winnow.config import load
from winnow.data.files import file_hash
from winnow.data.ledger import Decision
from winnow.data.records import new_record
from winnow.errors import InputError
from winnow.study.alone import alone
from winnow.study.workspace import Curated

FILES = ("kept.jsonl", "removed.jsonl", "flagged.jsonl")
QUICK = load(None, ["quality.reader.flag=null", "quality.off_question.flag=null", "quality.outlier.flag=null"])
FIRST = [
    ("How do I open an ISA?", "You can open an ISA in the app under Savings, or in any branch with your passport."),
    ("What is the fee for a replacement card?", "A replacement card costs 5 pounds, which we take from your account."),
    ("Can I close my account online?", "Yes. Open the app, choose Settings and then Close account; it takes a day."),
]
COPY = ("How do I open an ISA?", "You can open an ISA in the app under Savings, or in any branch with your pasport.")
OTHER_FEE = (
    "What is the fee for a replacement card?",
    "A replacement card costs 9 pounds, which we take from your account.",
)


def write(path: Path, pairs: list[tuple[str, str]]) -> str:
    path.write_text("".join(json.dumps({"question": q, "answer": a}) + "\n" for q, a in pairs))
    return str(path)


def ids_by_question(curated: Curated) -> dict[str, str]:
    records = curated.records()
    return dict(zip(records["question"].to_pylist(), records["id"].to_pylist(), strict=True))


@pytest.fixture
def curated(tmp_path: Path) -> Curated:
    found = Curated(tmp_path / "curated")
    curate_sources([write(tmp_path / "first.jsonl", FIRST)], found, QUICK)
    return found


def test_an_addition_tells_copies_and_contradictions_and_who_had_decided(curated: Curated, tmp_path: Path) -> None:
    fee = ids_by_question(curated)["What is the fee for a replacement card?"]
    curated.ledger.append(Decision(fee, "check", "label", "the fee is right", by="ada"))
    refresh(curated)
    more = write(tmp_path / "more.jsonl", [COPY, OTHER_FEE])
    curate_sources([str(tmp_path / "first.jsonl"), more], curated, QUICK)
    news = read_news(curated)
    assert len(news.new) == 2
    assert not news.left
    assert [copy.is_new for copy in news.copies] == [True]
    assert [(found.earlier, found.by) for found in news.contradictions] == [(fee, "ada")]
    told = "\n".join(news.lines())
    assert "copies of earlier rows, removed: 1" in told
    assert "ada had decided: label: the fee is right" in told


def test_a_flag_that_vanishes_is_told(curated: Curated, tmp_path: Path) -> None:
    more = write(tmp_path / "more.jsonl", [OTHER_FEE])
    curate_sources([str(tmp_path / "first.jsonl"), more], curated, QUICK)
    write(
        tmp_path / "more.jsonl", [("Where is the nearest branch?", "On the map in the app you can find all branches.")]
    )
    curate_sources([str(tmp_path / "first.jsonl"), more], curated, QUICK)
    [flag] = read_news(curated).vanished
    assert flag.id == ids_by_question(curated)["What is the fee for a replacement card?"]
    assert "can't hold too" in flag.reason


def test_a_corrected_row_shows_what_was_decided_about_its_earlier_form(curated: Curated, tmp_path: Path) -> None:
    fee = ids_by_question(curated)["What is the fee for a replacement card?"]
    curated.ledger.append(Decision(fee, "check", "remove", "the fee is wrong", by="ada"))
    refresh(curated)
    write(tmp_path / "first.jsonl", [FIRST[0], OTHER_FEE, FIRST[2]])
    report = curate_sources([str(tmp_path / "first.jsonl")], curated, QUICK)
    assert report["input"] == report["kept"] == 3  # her removal is of a text that stands there no more
    now = ids_by_question(curated)["What is the fee for a replacement card?"]
    assert [(r.earlier, r.now, r.by) for r in read_news(curated).reworded] == [(fee, now, "ada")]
    assert "costs 5 pounds" in story_text(story(curated, now))
    assert "the fee is wrong" in story_text(story(curated, now))
    assert story(curated, fee)["standing"] == "left its source"
    assert now in story(curated, fee)["left"]
    write(tmp_path / "first.jsonl", FIRST)
    report = curate_sources([str(tmp_path / "first.jsonl")], curated, QUICK)
    assert report["removed"] == 1  # it came back, and her word with it
    assert story(curated, fee)["standing"] == "removed"


def test_old_rows_keep_their_ids_and_a_cold_run_gives_the_same_files(curated: Curated, tmp_path: Path) -> None:
    before = ids_by_question(curated)
    sources = [str(tmp_path / "first.jsonl"), write(tmp_path / "more.jsonl", [COPY, OTHER_FEE])]
    curate_sources(sources, curated, QUICK)
    cold = Curated(tmp_path / "cold")
    curate_sources(sources, cold, QUICK)
    assert set(before.values()) <= set(curated.records()["id"].to_pylist())
    assert [file_hash(curated.root / name) for name in FILES] == [file_hash(cold.root / name) for name in FILES]


def test_of_rows_that_left_the_successor_is_asked_alike_answered_alike_or_in_the_same_line() -> None:
    def row(question: str, answer: str, line: int) -> object:
        return new_record(question, answer, "faq.jsonl", line)

    gone = [row("What is the fee?", "Five pounds.", 1), row("Who pays it?", "The account holder pays it.", 2),
            row("How long does it tkae?", "It takes two dyas.", 3), row("Is it safe?", "Yes.", 9)]  # fmt: skip
    came = [row("What is the fee?", "Six pounds.", 4), row("Who has to pay it?", "The account holder pays it.", 5),
            row("How long does it take?", "It takes two days.", 3), row("May I smoke here?", "No, nowhere.", 9)]  # fmt: skip
    assert successors(gone, came) == {gone[i].id: came[i].id for i in range(3)}


def test_a_topic_that_came_with_the_new_rows_and_no_held_out_question_has_is_named() -> None:
    new = ["What is a mortgage?", "How are mortgages repaid?", "When is a mortgage due?", "How do I open an account?"]
    earlier = ["How do I open an account?", "How do I close an account?"] * 10
    assert uncovered(new, earlier, ["How do I open an account?"]) == [Uncovered("mortgage", 3)]
    assert uncovered(new, earlier, ["Can I pay my mortgage early?"]) == []


def _hold(folder: Path, ready: multiprocessing.Event, go: multiprocessing.Event) -> None:
    with alone(folder, "a curation"):
        ready.set()
        go.wait(30)


def test_a_second_run_on_a_folder_is_refused_in_words(curated: Curated, tmp_path: Path) -> None:
    context = multiprocessing.get_context("fork")
    ready, go = context.Event(), context.Event()
    other = context.Process(target=_hold, args=(curated.root, ready, go))
    other.start()
    assert ready.wait(30)
    with pytest.raises(InputError, match=r"a curation \(process \d+, since .* is at work here"):
        curate_sources([write(tmp_path / "first.jsonl", FIRST[:2])], curated, QUICK)
    go.set()
    other.join()
    assert curate_sources([str(tmp_path / "first.jsonl")], curated, QUICK)["input"] == 2
