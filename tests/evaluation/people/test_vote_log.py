from __future__ import annotations

import json
import sqlite3
import threading

import pytest

from evaluation.people.marks import Mark
from evaluation.people.vote_log import End, Judgment, JudgmentLog, export
from winnow.errors import WinnowError

PLAN = "p" * 64


def vote(item: str, verdict: str = "left", reviewer: str = "ada", **more) -> Judgment:
    return Judgment(PLAN, reviewer, item, verdict, left="tuned", right="base", **more)


@pytest.fixture
def log(tmp_path) -> JudgmentLog:
    return JudgmentLog(tmp_path / "judgments.sqlite")


def test_a_vote_is_read_back_by_another_process_as_it_was_cast(log):
    log.cast(vote("q1", "right", note="ignores the fee", reference_open=True, seconds=12.5))
    found = JudgmentLog(log.path).judgments(PLAN)[0]
    assert (found.item, found.verdict, found.left, found.note) == ("q1", "right", "tuned", "ignores the fee")
    assert (found.reference_open, found.seconds, found.preferred) == (True, 12.5, "base")
    assert found.at


def test_reading_before_the_first_vote_makes_no_file(log):
    assert log.judgments(PLAN) == []
    assert not log.path.exists()


def test_the_same_showing_is_judged_once_but_its_repeat_is_another_showing(log):
    assert log.cast(vote("q1"))
    assert not log.cast(vote("q1", "right"))
    assert log.cast(vote("q1", repeat=1))
    assert [j.verdict for j in log.judgments(PLAN)] == ["left", "left"]


def test_a_skipped_pair_can_be_judged_later(log):
    log.cast(vote("q1", "skip"))
    assert log.cast(vote("q1", "tie"))


def test_undo_goes_back_several_votes_and_keeps_what_was_undone(log):
    for item in ("q1", "q2", "q3"):
        log.cast(vote(item))
    assert [log.undo(PLAN, "ada").item, log.undo(PLAN, "ada").item] == ["q3", "q2"]
    assert [j.item for j in log.judgments(PLAN)] == ["q1"]
    with sqlite3.connect(log.path) as raw:
        assert [kind for (kind,) in raw.execute("SELECT kind FROM entries")] == ["vote"] * 3 + ["retract"] * 2


def test_undo_takes_back_only_the_reviewers_own_votes(log):
    log.cast(vote("q1", reviewer="ada"))
    log.cast(vote("q1", reviewer="ben"))
    log.undo(PLAN, "ada")
    assert log.undo(PLAN, "ada") is None
    assert [j.reviewer for j in log.judgments(PLAN)] == ["ben"]


def test_an_undone_pair_can_be_judged_again(log):
    log.cast(vote("q1", "left"))
    log.undo(PLAN, "ada")
    assert log.cast(vote("q1", "right"))
    assert [j.verdict for j in log.judgments(PLAN)] == ["right"]


def test_ending_early_is_recorded_with_what_was_left_and_closes_the_review(log):
    log.cast(vote("q1"))
    log.end(PLAN, "ada", remaining=33)
    log.end(PLAN, "ada", remaining=0)
    ends = log.ends(PLAN)
    assert ends == [End(PLAN, "ada", 33, ends[0].at)]
    assert log.undo(PLAN, "ada") is None
    assert not log.cast(vote("q2"))
    assert log.cast(vote("q2", reviewer="ben"))


@pytest.mark.parametrize("statement", ["UPDATE entries SET verdict = 'right'", "DELETE FROM entries"])
def test_the_database_itself_refuses_to_rewrite_a_vote(log, statement):
    log.cast(vote("q1"))
    with sqlite3.connect(log.path) as raw, pytest.raises(sqlite3.IntegrityError, match="append-only"):
        raw.execute(statement)


def test_reviewers_who_vote_at_the_same_time_lose_nothing(log):
    def review(reviewer: str) -> None:
        for number in range(10):
            JudgmentLog(log.path).cast(vote(f"q{number}", reviewer=reviewer))

    threads = [threading.Thread(target=review, args=(name,)) for name in ("ada", "ada", "ben", "cyd")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(log.judgments(PLAN)) == 30  # ada's two windows judged each pair once between them


def test_votes_under_another_plan_stay_apart(log):
    log.cast(vote("q1"))
    assert log.judgments("another plan") == []


def test_exported_rows_name_the_preferred_system_and_leave_out_other_pairings(log):
    log.cast(vote("q1", "left"))
    log.cast(vote("q2", "both_bad"))
    log.cast(Judgment(PLAN, "ada", "q3", "left", left="tuned-retrieval", right="base"))
    rows = export(log.judgments(PLAN))
    assert [(row["id"], row["preferred"], row["left"]) for row in rows] == [
        ("q1", "tuned", "tuned"),
        ("q2", "both_bad", "tuned"),
    ]


def test_a_file_that_is_no_database_is_an_error_for_people(log):
    log.path.write_text("not a database, though it is long enough to look like one" * 20)
    with pytest.raises(WinnowError, match=r"judgments\.sqlite: file is not a database"):
        log.cast(vote("q1"))


def test_reasons_and_marked_passages_are_kept_with_the_vote(log):
    mark = Mark("base", "£25,000", 6, 13)
    log.cast(vote("q1", "left", reasons=("wrong fact", "tone"), marks=(mark,)))
    found = log.judgments(PLAN)[0]
    assert (found.reasons, found.marks) == (("wrong fact", "tone"), (mark,))
    assert found.faulted == ("base",)
    row = export([found])[0]
    assert json.loads(json.dumps(row))["marks"] == [{"system": "base", "text": "£25,000", "start": 6, "end": 13}]


@pytest.mark.parametrize(("verdict", "faulted"), [("right", ("tuned",)), ("both_bad", ("tuned", "base")), ("flag", ())])
def test_reasons_speak_of_the_answer_that_was_not_preferred(verdict, faulted):
    assert vote("q1", verdict).faulted == faulted


def test_a_log_of_before_there_were_reasons_is_read_and_goes_on(log):
    log.cast(vote("q1", note="from before"))
    with sqlite3.connect(log.path) as raw:
        for column in ("reasons", "marks"):
            raw.execute(f"ALTER TABLE entries DROP COLUMN {column}")
    old = JudgmentLog(log.path)
    assert [(j.item, j.note, j.reasons, j.marks) for j in old.judgments(PLAN)] == [("q1", "from before", (), ())]
    assert old.cast(vote("q2", reasons=("unsafe",)))
    assert [j.reasons for j in old.judgments(PLAN)] == [(), ("unsafe",)]


def test_who_reads_waits_for_nobody_who_writes(log):
    log.cast(vote("q1"))
    with log.store.writing():
        assert [j.item for j in JudgmentLog(log.path).judgments(PLAN)] == ["q1"]


def test_another_log_in_the_place_of_one_that_was_read_is_met_as_it_is(log):
    log.cast(vote("q1"))
    log.path.unlink()
    with sqlite3.connect(log.path) as raw:
        raw.execute("CREATE TABLE unrelated (x)")
    assert log.judgments(PLAN) == []
    log.cast(vote("q2"))
    assert [j.item for j in log.judgments(PLAN)] == ["q2"]


def test_judgments_of_one_verdict_leave_out_those_that_were_taken_back(log):
    for item, verdict in (("q1", "flag"), ("q2", "left"), ("q3", "flag")):
        log.cast(vote(item, verdict))
    assert [j.item for j in log.judgments(PLAN, verdict="flag")] == ["q1", "q3"]
    log.undo(PLAN, "ada")
    assert [j.item for j in log.judgments(PLAN, verdict="flag")] == ["q1"]
