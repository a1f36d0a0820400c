"""The ledger: steps rewrite their own decisions, people's are append-only and win, and nothing gets lost."""

from __future__ import annotations

import multiprocessing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from winnow.data.ledger import Decision, Ledger, Overtaken, from_decision_table, settle, to_decision_table
from winnow.data.records import new_record, to_records, to_table
from winnow.errors import InputError

ROWS = [new_record(f"Question {n}?", f"Answer {n}.") for n in range(6)]
TABLE = to_table(ROWS)
A, B = ROWS[0].id, ROWS[1].id


def remove(id_: str, reason: str = "copy") -> Decision:
    return Decision(id_, "duplicates", "remove", reason, {"twin": B, "score": 0.97})


def test_a_step_rewrites_its_own_decisions_and_no_others(tmp_path):
    ledger = Ledger(tmp_path)
    ledger.write_step(1, "clean", [Decision(A, "clean", "repair", "markup", field="answer", text="x")])
    ledger.write_step(2, "duplicates", [remove(A), remove(B)])
    ledger.write_step(2, "duplicates", [remove(A)])
    assert [(d.step, d.id) for d in ledger.step_decisions()] == [("clean", A), ("duplicates", A)]
    ledger.write_step(3, "duplicates", [])
    assert [d.step for d in ledger.step_decisions()] == ["clean"]


def test_evidence_comes_back_as_it_was_written():
    decision = Decision(A, "quality", "flag", "too short", {"value": 0.25, "limit": 3, "matched": ["é", {"n": None}]})
    assert from_decision_table(to_decision_table([decision])) == [decision]


def test_people_win_over_steps_and_the_last_word_over_the_first(tmp_path):
    ledger = Ledger(tmp_path)
    ledger.append(Decision(A, "restore", "restore", "legitimate", by="ada"))
    ledger.write_step(2, "duplicates", [remove(A)])
    assert ledger.view(TABLE).removed == {}
    ledger.append(Decision(A, "label", "remove", "human: wrong", by="ben"))
    assert ledger.view(TABLE).removed[A].by == "ben"


def test_a_correction_keeps_the_row_settles_its_flags_and_beats_a_repair(tmp_path):
    ledger = Ledger(tmp_path)
    ledger.append(Decision(A, "label", "correct", "fee changed", by="ada", field="answer", text="It costs £5."))
    ledger.write_step(1, "clean", [Decision(A, "clean", "repair", "markup", field="answer", text="It costs £4.")])
    ledger.write_step(4, "quality", [Decision(A, "quality", "flag", "too short", {})])
    view = ledger.view(TABLE)
    assert view.flags == {}
    assert to_records(view.kept_table)[0].answer == "It costs £5."
    assert to_records(view.records)[0].answer == "Answer 0."


def test_a_removed_row_shows_the_text_that_came_in():
    steps = [Decision(A, "clean", "repair", "markup", field="answer", text="new"), remove(A)]
    assert to_records(settle(TABLE, steps).removed_table)[0].answer == "Answer 0."


def test_the_first_step_that_removes_a_row_is_its_reason():
    view = settle(TABLE, [remove(A, "exact copy"), Decision(A, "quality", "remove", "too short")])
    assert view.removed[A].reason == "exact copy"


def test_an_anonymous_person_is_refused(tmp_path):
    with pytest.raises(ValueError, match="needs `by`"):
        Ledger(tmp_path).append(Decision(A, "restore", "restore", "x"))


def test_a_line_cut_off_by_a_crash_is_dropped_and_the_next_one_is_whole(tmp_path):
    ledger = Ledger(tmp_path)
    ledger.append(Decision(A, "restore", "restore", "first", by="ada"))
    with ledger.people_file.open("ab") as file:
        file.write(b'{"id": "cut')
    assert [d.reason for d in ledger.people_decisions()] == ["first"]
    ledger.append(Decision(B, "restore", "restore", "second", by="ada"))
    assert [d.reason for d in ledger.people_decisions()] == ["first", "second"]


def test_a_damaged_line_is_named(tmp_path):
    ledger = Ledger(tmp_path)
    ledger.append(Decision(A, "restore", "restore", "first", by="ada"))
    ledger.people_file.write_bytes(b"nonsense\n" + ledger.people_file.read_bytes())
    with pytest.raises(InputError, match=r"people\.jsonl:1"):
        ledger.people_decisions()


def _append_fifty(folder: Path, name: str) -> None:
    for n in range(50):
        Ledger(folder).append(Decision(f"{name}{n}", "restore", "restore", "x" * 200, by=name))


def test_two_processes_append_without_losing_a_decision(tmp_path):
    context = multiprocessing.get_context("fork")
    workers = [context.Process(target=_append_fifty, args=(tmp_path, name)) for name in ("ada", "ben")]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert len(Ledger(tmp_path).people_decisions()) == 100


ids = st.sampled_from([record.id for record in ROWS])
steps = st.builds(
    Decision,
    ids,
    st.just("any"),
    st.sampled_from(["remove", "flag", "repair", "group", "label"]),
    st.just("why"),
    field=st.sampled_from(["question", "answer"]),
    text=st.none() | st.text(max_size=5),
)
people = st.builds(
    Decision,
    ids,
    st.just("any"),
    st.sampled_from(["remove", "restore", "correct", "label"]),
    st.just("why"),
    field=st.just("answer"),
    text=st.none() | st.text(max_size=5),
    by=st.just("ada"),
)


@given(st.lists(steps, max_size=12), st.lists(people, max_size=6))
def test_kept_and_removed_are_the_input_whatever_was_decided(by_steps, by_people):
    view = settle(TABLE, by_steps, by_people)
    kept, removed = to_records(view.kept_table), to_records(view.removed_table)
    assert sorted([r.id for r in kept] + [r.id for r in removed]) == sorted(r.id for r in ROWS)
    assert set(view.flags) <= {r.id for r in kept}
    assert view.records.equals(TABLE)


@given(st.lists(steps, max_size=12))
def test_any_removal_can_be_undone(by_steps):
    undo = [Decision(r.id, "restore", "restore", "undo", by="ada") for r in ROWS]
    view = settle(TABLE, by_steps, undo)
    assert len(view.kept_table) == len(ROWS)
    assert view.flags == {}


def test_what_was_taken_back_counts_no_more_and_can_still_be_read(tmp_path):
    ledger = Ledger(tmp_path)
    ledger.write_step(2, "duplicates", [remove(A)])
    ledger.append(Decision(A, "studio", "restore", "fine", by="ada"))
    ledger.undo([1], by="ben")
    assert ledger.view(TABLE).removed[A].step == "duplicates"
    assert [(e.number, e.decision.action, e.decision.by, e.counts) for e in ledger.history()] == [
        (1, "restore", "ada", False),
        (2, "undo", "ben", True),
    ]
    ledger.undo([2], by="ada")
    assert ledger.view(TABLE).removed == {}


def test_who_decides_from_an_old_page_is_told_what_somebody_else_decided_meanwhile(tmp_path):
    ledger = Ledger(tmp_path)
    ledger.append(Decision(A, "studio", "restore", "fine", by="ada"))
    seen = len(ledger.history())
    ledger.append(Decision(A, "studio", "remove", "wrong fee", by="ben"))
    with pytest.raises(Overtaken, match=r"ben decided about this row meanwhile \(remove: wrong fee\)"):
        ledger.append(Decision(A, "studio", "restore", "fine", by="ada"), seen=seen)
    ledger.append(Decision(B, "studio", "restore", "fine", by="ada"), seen=seen)
    ledger.append(Decision(A, "studio", "restore", "fine", by="ben"), seen=seen)
    assert [d.id for d in ledger.people_decisions()] == [A, A, B, A]
