"""Two studies between which one topic's training answers were corrupted: the changed rows near the loss are named."""

from __future__ import annotations

import shutil
from dataclasses import replace

import pytest

from evaluation.changes.studies import diff_studies, diff_text
from evaluation.report.history import HISTORY, history, history_text
from winnow.config import load
from winnow.data.files import write_jsonl, write_table, write_text
from winnow.data.ledger import Decision
from winnow.data.outputs import kept_row
from winnow.data.records import new_record, to_table
from winnow.errors import InputError
from winnow.study.plan import freeze, read
from winnow.study.plan_fields import planned_fields
from winnow.study.workspace import Workspace

SERVER = "http://127.0.0.1:1/v1"  # a base that is known by what it said of itself: nothing is loaded
ASKED = {
    "library": [
        "How many books can I borrow from the library?", "How long may I keep a borrowed library book?",
        "What is the fine for a late library book?", "Can I renew a library book online?",
        "Where do I return borrowed books?", "Does the library lend audio books?",
        "How do I reserve a book at the library?", "Can children borrow library books?",
    ],
    "parking": [
        "Where can I park my car near the station?", "How much is parking in the town centre?",
        "Is parking free on Sundays?", "How do I get a parking permit for residents?",
        "Where may I park my motorbike?", "Can I pay for parking by phone?",
        "What happens if I overstay in a car park?", "Is there disabled parking at the town hall?",
    ],
    "pool": [
        "When does the swimming pool open?", "What does a swim cost for adults?", "Are there swimming lessons?",
        "Is the swimming pool heated in winter?", "Can I hire a lane at the pool?", "Do I need a cap to swim?",
        "Are lockers at the swimming pool free?", "Can babies come into the swimming pool?",
    ],
    "waste": [
        "On which day is rubbish collected?", "Which bin does glass go into?", "How do I get rid of old furniture?",
        "Where is the recycling centre?", "Can I put food waste in the green bin?", "Who replaces a broken bin?",
        "How do I dispose of paint and batteries?", "Is garden waste collected in winter?",
    ],
}  # fmt: skip
HELD_OUT = {
    "library": ["How many library books may a student borrow?", "What do I pay when a library book is late?"],
    "parking": ["Where may residents park their car?", "What does parking cost on Sundays?"],
    "pool": ["What does a swim cost for children?", "Are swimming lessons held in winter?"],
    "waste": ["Which bin does food waste go into?", "When is garden rubbish collected?"],
}
CORRUPTED, WRONG = "library", "Ask at the cinema for a purple ticket."


def answer_of(topic, question):
    return f"Our {topic} rules say of this: {' '.join(sorted(question.lower().rstrip('?').split())[:4])}."


ROWS = [
    new_record(q, answer_of(topic, q), source="faq.jsonl", line=n)
    for topic in ASKED
    for n, q in enumerate(ASKED[topic])
]
TESTED = [(topic, new_record(q, answer_of(topic, q))) for topic, asked in HELD_OUT.items() for q in asked]


def study(root, train, records, decisions, predicted):
    place = Workspace(root)
    write_text(root / "winnow.yaml", f"models:\n  base: {SERVER}\nmetrics:\n  names: [token_f1, length]\n")
    write_jsonl(place.split / "train.jsonl", [kept_row(row) for row in train])
    write_jsonl(place.split / "held_out.jsonl", [{**kept_row(row), "topic_name": topic} for topic, row in TESTED])
    write_table(place.curated.records_file, to_table(records))
    place.curated.ledger.append(*decisions)
    freeze(planned_fields(place, load(root / "winnow.yaml"), {"url": SERVER, "id": "big"})).write(place.plan_file)
    asked = [
        {"id": row.id, "question": row.question, "reference": row.answer, "prediction": predicted(topic, row)}
        | {"system": "tuned", "plan": read(place.plan_file).hash}
        for topic, row in TESTED
    ]
    write_jsonl(place.answers / "tuned.jsonl", asked)
    return place


@pytest.fixture(scope="module")
def studies(tmp_path_factory):
    """In the second study the library's answers are wrong; in other topics a row left, one came, one was mended; and
    thirty rows on the museum came, so that not every changed row is laid beside every question.
    """
    root = tmp_path_factory.mktemp("studies")
    by_topic = {topic: [row for row in ROWS if row.question in asked] for topic, asked in ASKED.items()}
    before = [row for rows in by_topic.values() for row in rows[:7]]
    decisions, after = [], []
    for topic, rows in by_topic.items():
        if topic == CORRUPTED:
            decisions += [
                Decision(row.id, "label", "correct", "new rules", field="answer", text=WRONG, by="ada") for row in rows
            ]
            after += [replace(row, answer=WRONG) for row in rows[:7]]
            continue
        mended = replace(rows[0], answer=f"{rows[0].answer} Please ask us.")
        decisions.append(Decision(rows[1].id, "label", "remove", "out of date", by="ben"))
        decisions.append(
            Decision(rows[0].id, "label", "correct", "kinder", field="answer", text=mended.answer, by="ben")
        )
        after += [mended, *rows[2:]]
    museum = [new_record(f"What is shown in room {n} of the museum?", f"Vases of room {n}.") for n in range(1, 31)]
    right = lambda topic, row: row.answer  # noqa: E731
    worse = lambda topic, row: WRONG if topic == CORRUPTED else row.answer.replace("Our", "The")  # noqa: E731
    came_in = [row for rows in by_topic.values() for row in rows[:7]]
    one = study(root / "monday", before, came_in, [], right)
    return one, study(root / "friday", [*after, *museum], [*ROWS, *museum], decisions, worse)


@pytest.fixture(scope="module")
def found(studies):
    return diff_studies(*studies)


def topic_of(question):
    return next((topic for topic, asked in ASKED.items() if question in asked), "museum")


def test_a_topic_whose_training_answers_were_corrupted_is_named_in_the_first_three(found):
    assert [topic_of(row["question"]) for row in found["suspects"][:3]] == [CORRUPTED] * 3
    assert found["suspects"][0]["reason"] == "label: new rules, ada"
    lost = found["worse"][:2]
    assert {row["topic_name"] for row in lost} == {CORRUPTED}
    assert {topic_of(row["nearest"][0]["question"]) for row in lost} == {CORRUPTED}
    assert found["metrics"]["token_f1"]["difference"]["estimate"] < 0
    assert found["metrics"]["token_f1"]["difference"]["n"] == len(TESTED)


def test_rows_are_told_apart_with_the_reasons_of_both_ledgers(found):
    rows = found["rows"]
    assert {kind: len(found) for kind, found in rows.items()} == {"edited": 7 + 3, "removed": 3, "added": 3 + 30}
    assert {row["reason"] for row in rows["removed"]} == {"left out by label: out of date, ben"}
    assert {row["reason"] for row in rows["added"]} == {"didn't come in"}
    assert {row["cause"] for row in rows["edited"]} == {"label"}


def test_the_other_way_round_nothing_got_worse_and_an_edit_no_longer_counts(studies):
    found = diff_studies(*reversed(studies))
    assert not {row["topic_name"] for row in found["worse"]} & {CORRUPTED}
    assert all(topic_of(row["question"]) != CORRUPTED for row in found["suspects"])
    assert "no longer label: new rules, ada" in {row["reason"] for row in found["rows"]["edited"]}


def test_a_study_beside_itself_has_no_change_at_all(studies):
    found = diff_studies(studies[0], studies[0])
    assert not any(found["rows"].values())
    assert (found["worse"], found["suspects"]) == ([], [])
    assert found["metrics"]["token_f1"]["equal"] == len(TESTED)


def test_laying_two_studies_side_by_side_is_a_look_at_the_held_out_rows_of_both_and_counted_once(studies, tmp_path):
    places = [Workspace(shutil.copytree(place.root, tmp_path / place.root.name)) for place in studies]
    for place in places:
        (place.root / HISTORY).unlink(missing_ok=True)
    found, again = diff_studies(*places), diff_studies(*places)
    assert (found["before"]["looks"], found["after"]["looks"]) == (1, 1)
    assert again["before"]["looks"] == 1, "the same answers show nothing new"
    for place, beside in zip(places, ("friday", "monday"), strict=True):
        first = history(place)[0]
        assert (first["kind"], first["study"], first["looks"]) == ("diff", beside, 1)
        assert f"winnow diff, beside {beside}  look 1 at these held-out rows" in history_text([first])
    assert "looked at 1 and 1 times, with this" in diff_text(found)
    assert diff_studies(*reversed(places))["after"]["looks"] == 2, "the other way round other figures are seen"


def test_while_a_review_is_open_no_answer_is_shown(found):
    assert found["review_open"]
    assert all("after" not in row for row in found["worse"])
    assert WRONG not in str(found["worse"][0].get("before", ""))


def test_the_words_say_what_changed_what_got_worse_and_where_to_look(found):
    told = diff_text(found)
    assert "monday → friday: 28 → 58 training rows" in told
    assert "removed 3; label: 3" in told
    assert f"worse on {len(found['worse'])} by token_f1" in told
    assert "  1. edited" in told


def test_studies_that_hold_out_other_rows_cant_be_compared(studies, tmp_path):
    one, _ = studies
    place = Workspace(tmp_path)
    write_text(tmp_path / "winnow.yaml", f"models:\n  base: {SERVER}\nmetrics:\n  names: [token_f1]\n")
    other = new_record("Who is the mayor?", "Ms Hill.")
    write_jsonl(place.split / "train.jsonl", [kept_row(ROWS[0])])
    write_jsonl(place.split / "held_out.jsonl", [kept_row(other)])
    with pytest.raises(InputError, match="no frozen plan"):
        diff_studies(one, place)
    freeze(planned_fields(place, load(tmp_path / "winnow.yaml"), {"url": SERVER, "id": "big"})).write(place.plan_file)
    with pytest.raises(InputError, match="isn't finished"):
        diff_studies(one, place)
    said = {"id": other.id, "question": other.question, "reference": other.answer, "prediction": "Ms Hill."}
    write_jsonl(place.answers / "tuned.jsonl", [said | {"plan": read(place.plan_file).hash}])
    with pytest.raises(InputError, match="hold out no row in common"):
        diff_studies(one, place)
