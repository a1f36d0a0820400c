from __future__ import annotations

from collections import Counter
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curation.labelling.tasks import Task, assign, choose, read_gold, read_tasks, write_tasks
from tests.curation.labelling.labelling_study import PAIRS, config, make_curated
from winnow.data.ledger import Decision
from winnow.errors import InputError


def chosen(curated, people=(), ranking=(), seed=0, **settings):
    return choose(curated.records(), curated.ledger.step_decisions(), people, config(**settings), seed, ranking)


def roles(tasks):
    return Counter(task.role for task in tasks)


def test_flagged_rows_and_an_audit_sample_of_the_others_are_chosen(curated):
    tasks = chosen(curated, audit=4)
    assert roles(tasks) == {"flagged": 3, "audit": 4}
    assert len({task.id for task in tasks}) == 7
    removed = curated.records()["id"].to_pylist()[11]
    assert removed not in {task.id for task in tasks}


def test_reasons_are_in_words_and_conflicting_answers_stand_beside_each_other(curated):
    by_answer = {task.answer: task for task in chosen(curated)}
    limit = by_answer["250 pounds."]
    assert limit.other_answers == ("500 pounds.",)
    assert limit.signals == ("contradictions", "short")
    assert limit.reasons == ("the answer is short (value 3.0, limit 5)", "another row answers otherwise")
    assert limit.source == "faq.jsonl:4"
    assert limit.score == 3.0
    assert by_answer["idk"].other_answers == ()


def test_rows_that_a_person_has_decided_arent_asked_about_again(curated):
    first = chosen(curated, audit=0)
    settled = Decision(first[0].id, "restore", "restore", "fine", by="ada")
    assert [task.id for task in chosen(curated, [settled], audit=0)] == [task.id for task in first[1:]]


def test_corrected_texts_are_what_people_see(curated):
    audited = chosen(curated, audit=20)[-1]
    fixed = Decision(audited.id, "edit", "correct", "by hand", field="answer", text="A better answer.", by="ada")
    assert "A better answer." in {task.answer for task in chosen(curated, [fixed], audit=20)}


def test_the_audit_sample_stays_when_more_rows_come_and_grows_with_its_size(tmp_path):
    pairs = [(f"Question {n}?", f"Answer {n}.") for n in range(300)]
    few = make_curated(tmp_path / "few", pairs[:200], flagged=(), removed=())
    many = make_curated(tmp_path / "many", pairs, flagged=(), removed=())
    small, large = ({t.id for t in chosen(few, audit=n)} for n in (20, 40))
    assert small < large
    after = {t.id for t in chosen(many, audit=40)}
    assert len(after & large) > 15  # about two thirds of the new sample are rows of the old file
    assert {t.id for t in chosen(few, audit=20, seed=1)} != small


def test_ranked_rows_come_with_a_share_of_random_ones(tmp_path):
    pairs = [(f"Question {n}?", f"Answer {n}.") for n in range(100)]
    curated = make_curated(tmp_path / "curated", pairs, flagged=(), removed=())
    ranking = curated.records()["id"].to_pylist()
    tasks = chosen(curated, ranking=ranking, audit=0, learned=20, random_share=0.25)
    assert roles(tasks) == {"learned": 15, "random": 5}
    assert {task.id for task in tasks if task.role == "learned"} == set(ranking[:15])


def test_gold_rows_are_read_with_their_verdicts(tmp_path):
    path = tmp_path / "gold.jsonl"
    path.write_text('{"question": "q", "answer": "a", "verdict": "keep"}\n')
    (task,) = read_gold(path)
    assert (task.role, task.verdict) == ("gold", "keep")


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ('{"question": "q", "answer": "a", "verdict": "good"}', 'gold.jsonl:1: verdict is "good"'),
        ('{"question": "q", "verdict": "keep"}', "gold.jsonl:1: a gold row needs question and answer"),
    ],
)
def test_a_wrong_gold_row_is_named(tmp_path, line, complaint):
    path = tmp_path / "gold.jsonl"
    path.write_text(line)
    with pytest.raises(InputError, match=complaint):
        read_gold(path)


NAMES = ("ada", "bob", "cy")


@given(st.integers(1, 60), st.integers(1, 3))
def test_assignment_is_even_and_gives_each_row_to_as_many_people_as_the_overlap(count, overlap):
    tasks = [Task(f"row {n}", "flagged", "q", "a") for n in range(count)]
    assigned = assign(tasks, NAMES, overlap, {})
    assert {task.id for task in assigned} == {task.id for task in tasks}
    assert all(len(set(task.annotators)) == len(task.annotators) == overlap for task in assigned)
    load = Counter(name for task in assigned for name in task.annotators)
    assert max(load[name] for name in NAMES) - min(load[name] for name in NAMES) <= 1


def test_every_pair_of_people_shares_rows_and_gold_rows_go_to_all():
    tasks = [Task(f"row {n}", "flagged", "q", "a") for n in range(30)] + [
        Task("known", "gold", "q", "a", verdict="keep")
    ]
    assigned = assign(tasks, NAMES, 2, {})
    for pair in combinations(NAMES, 2):
        assert any(set(pair) == set(task.annotators) for task in assigned)
    assert next(task for task in assigned if task.role == "gold").annotators == NAMES


def test_what_was_assigned_stays_when_rows_and_people_are_added():
    first = assign([Task(f"row {n}", "flagged", "q", "a") for n in range(10)], NAMES[:2], 1, {})
    known = {task.id: task for task in first}
    second = assign([Task(f"row {n}", "flagged", "q", "a") for n in range(15)], NAMES, 1, known)
    assert all(task.annotators == known[task.id].annotators for task in second if task.id in known)


def test_fewer_people_than_the_overlap_is_an_error():
    with pytest.raises(InputError, match="names 1; name more people"):
        assign([], NAMES[:1], 2, {})


def test_tasks_are_kept_as_they_were(tmp_path, curated):
    tasks = assign(chosen(curated), NAMES, 2, {})
    write_tasks(tmp_path, "winnow", tasks)
    assert list(read_tasks(tmp_path, "winnow").values()) == tasks
    assert len(PAIRS) == curated.records().num_rows


def test_a_gold_row_may_have_a_context_and_is_told_from_one_with_another(tmp_path):
    path = tmp_path / "gold.jsonl"
    row = '{"question": "What does it cost?", "answer": "£5.", "verdict": "keep", "context": "%s"}\n'
    path.write_text(row % "Basic card: £5." + row % "Gold card: £9.")
    one, other = read_gold(path)
    assert (one.beside, other.beside) == ({"context": "Basic card: £5."}, {"context": "Gold card: £9."})
    assert one.id != other.id
