"""Judging at a desk: what the card shows and what it sends back, without a browser."""

from __future__ import annotations

import json

import pytest

from curation.publish.browse import flagged_rows
from curation.publish.cases import cases
from evaluation.answering.answers import to_answers
from evaluation.comparison.pairs import pair_answers
from evaluation.people.queue import queue
from evaluation.people.vote_log import JudgmentLog
from studio.desk import DecisionDesk, ReviewDesk
from tests.studio import studio_workspace as study
from winnow.data.files import read_jsonl
from winnow.data.ledger import Decision
from winnow.study import plan

TURNS = [{"role": "user", "content": "I bank in Leith."}, {"role": "assistant", "content": "Good day to Leith."}]


@pytest.fixture
def workspace(tmp_path):
    return study.make(tmp_path)


def review_desk(workspace, who="ada"):
    planned = plan.read(workspace.plan_file).hash
    answers = [to_answers(read_jsonl(workspace.answers / f"{name}.jsonl"), name) for name in ("base", "tuned")]
    pairs = {pair.id: pair for pair in pair_answers(*answers).pairs}
    return ReviewDesk(JudgmentLog(workspace.judgments_file), planned, who, queue(planned, who, pairs), pairs)


@pytest.fixture
def review(workspace):
    study.answer(workspace)
    return review_desk(workspace)


def vote(desk, choice="tie", n=0, **more):
    key = desk.cards()[0]["key"] if desk.cards() else ""
    return {"id": f"{choice}{n}", "key": key, "choice": choice, "seconds": 4.04, **more}


def verdicts(desk):
    return [judgment.verdict for judgment in desk.log.judgments(desk.plan, desk.who)]


def test_no_card_of_the_review_names_a_model_an_item_or_a_repeat(review):
    shown = set()
    for n in range(14):
        sent = json.dumps(review.cards()).casefold()
        assert "certainly" in sent
        for word in ("base", "tuned", "repeat", *(f'"h{i:02}' for i in range(12))):
            assert word not in sent
        shown.add(review.cards()[0]["key"])
        review.take([vote(review, n=n)])
    assert len(shown) == 14
    assert review.cards() == []


def test_a_vote_keeps_its_note_its_time_and_that_the_reference_was_open(review):
    review.take([vote(review, "right", note=" too vague ", reference=True)])
    review.take([vote(review, "left")])
    judged = review.log.judgments(review.plan, "ada")
    assert [(j.verdict, j.note, j.reference_open, j.seconds) for j in judged] == [
        ("right", "too vague", True, 4.0),
        ("left", "", False, 4.0),
    ]


def test_votes_that_come_together_are_all_saved_in_their_order_and_sent_again_count_once(review):
    events = [
        {"id": str(n), "key": card["key"], "choice": choice, "seconds": 1}
        for n, (card, choice) in enumerate(zip(review.cards(), ("left", "tie", "right"), strict=True))
    ]
    taken = review.take(events)
    assert taken.ids == ["0", "1", "2"]
    assert review.take(events, taken.ids).ids == []
    assert review.take(events).ids == taken.ids, "a page whose server was ended hears of them again"
    assert verdicts(review) == ["left", "tie", "right"]


def test_undo_takes_votes_back_one_by_one_and_never_two_at_one_press(review):
    for n, choice in enumerate(("left", "tie")):
        review.take([vote(review, choice, n)])
    press = {"id": "u1", "choice": "undo", "of": review.last()}
    review.take([press])
    assert verdicts(review) == ["left"]
    review.take([press])
    assert verdicts(review) == ["left"], "sent again after a crash"
    review.take([{"id": "u2", "choice": "undo", "of": review.last()}])
    assert verdicts(review) == []


def test_a_vote_not_yet_known_to_be_saved_can_be_taken_back(review):
    review.take([vote(review, "left"), {"id": "u", "choice": "undo", "of": "left0"}])
    assert verdicts(review) == []


def test_what_is_no_verdict_or_of_another_queue_is_not_written(review):
    review.take([vote(review, "base"), vote(review, "left") | {"key": "h01"}])
    assert verdicts(review) == []


def test_hostile_answers_stand_on_a_card_as_text(review):
    for n in range(14):
        sent = json.dumps(review.cards())
        assert "<script" not in sent
        assert "<img" not in sent
        review.take([vote(review, n=n)])


def test_what_was_read_beside_the_question_stands_once_for_both_sides(workspace):
    study.answer(workspace, context="The <b>branch</b> opens at nine.", history=TURNS, system_prompt="You are a clerk.")
    card = review_desk(workspace).cards()[0]
    assert [around["title"] for around in card["around"]] == ["System prompt", "Earlier turns", "Context"]
    assert "&lt;b&gt;branch" in card["around"][2]["html"]


def decision_desk(workspace, who="ada"):
    view, ledger = workspace.curated.view(), workspace.curated.ledger
    return DecisionDesk(ledger, view, cases(flagged_rows(view, {})), who, len(ledger.history()))


def test_a_contradiction_is_settled_in_one_press_and_taken_back_in_one(workspace):
    ids = study.curate(workspace)
    desk = decision_desk(workspace)
    desk.take([vote(desk, "row 1")])
    view = workspace.curated.view()
    assert view.flags == {}
    assert view.removed[ids["conflict"]].evidence["twin"] == ids["overdraft"]
    desk.take([{"id": "u", "choice": "undo", "of": desk.last()}])
    assert set(workspace.curated.view().flags) == {ids["overdraft"], ids["conflict"]}


def test_who_decides_from_an_old_page_is_told_and_nothing_is_written(workspace):
    study.curate(workspace)
    ada, ben = decision_desk(workspace), decision_desk(workspace, "ben")
    ada.take([vote(ada, "row 1")])
    told = ben.take([vote(ben, "row 2")])
    assert "ada decided about this row meanwhile" in told.told[0]
    assert {d.by for d in workspace.curated.ledger.people_decisions()} == {"ada"}


def test_what_is_put_off_comes_after_the_others(workspace):
    ids = study.curate(workspace)
    flag = Decision(ids["first"], "quality", "flag", "too short", {})
    workspace.curated.ledger.write_step(4, "quality", [flag])
    desk = decision_desk(workspace)
    first, second = (card["key"] for card in desk.cards())
    desk.take([{"id": "1", "key": first, "choice": "skip"}])
    assert [card["key"] for card in desk.cards()] == [second, first]


def test_a_twin_is_shown_as_it_is_kept_and_said_to_be_kept_or_not(workspace):
    ids = study.curate(workspace)
    ledger = workspace.curated.ledger
    ledger.append(
        Decision(ids["conflict"], "studio", "correct", "typo", field="answer", text="It is 19.8% EAR.", by="ada")
    )
    card = decision_desk(workspace).cards()[0]
    assert card["panes"][1]["title"] == "faq.jsonl:9, kept"
    assert "19.8% EAR" in card["panes"][1]["plain"]
    ledger.append(Decision(ids["conflict"], "studio", "remove", "wrong", by="ben"))
    assert decision_desk(workspace).cards()[0]["panes"][1]["title"] == "faq.jsonl:9, removed by ben"


def test_a_vote_keeps_its_reasons_and_the_passage_that_was_marked_by_the_system_that_stood_there(review):
    card = review.cards()[0]
    showing = review.left()[0]
    text = review.pairs[showing.item].sides[showing.right].text
    marks = [{"pane": 1, "text": text[:9]}, {"pane": 0, "text": "words that stand nowhere"}]
    review.take(
        [
            {
                "id": "1",
                "key": card["key"],
                "choice": "left",
                "reasons": ["tone", "invented", "wrong fact"],
                "marks": marks,
            }
        ]
    )
    kept = review.log.judgments(review.plan, "ada")[0]
    assert kept.reasons == ("wrong fact", "tone")
    assert [(mark.system, mark.text) for mark in kept.marks] == [(showing.right, text[:9].strip())]


def test_going_back_to_a_vote_takes_it_and_all_after_it_and_names_no_side(review):
    for n, choice in enumerate(("left", "tie", "right", "both_bad")):
        review.take([vote(review, choice, n)])
    past = review.history()
    assert [one["said"] for one in past] == ["Left is better", "Tie", "Right is better", "Both bad"]
    assert not [word for word in ("base", "tuned") if word in json.dumps(past)]
    going = {"id": "b1", "choice": "back", "of": past[1]["number"]}
    review.take([going])
    assert verdicts(review) == ["left"]
    review.take([{**going, "id": "b2"}])
    assert verdicts(review) == ["left"], "what was taken back can't be taken back again"


def test_an_earlier_decision_is_taken_back_by_its_place_in_the_history_and_later_ones_stay(workspace):
    ids = study.curate(workspace)
    ledger = workspace.curated.ledger
    ledger.append(Decision(ids["copy"], "studio", "restore", "wrongly removed", by="ada", at="2026-11-29T09:00:00"))
    ledger.append(Decision(ids["empty"], "studio", "restore", "wrongly removed", by="ben", at="2026-11-29T09:00:01"))
    desk = decision_desk(workspace)
    desk.take([vote(desk, "row 1")])
    past = decision_desk(workspace).history()
    assert [(one["said"], one["about"]) for one in past] == [
        ("kept", "how do I cancel a direct debit"),
        ("1 kept, 1 removed", "What is the overdraft rate?"),
    ]
    for press in ("b1", "b2"):
        desk.take([{"id": press, "choice": "back", "of": past[0]["number"]}])
    view = workspace.curated.view()
    assert ids["copy"] in view.removed
    assert ids["empty"] not in view.removed, "what somebody else decided isn't one's own to take back here"
    assert ids["conflict"] in view.removed


def test_who_decides_about_a_row_of_the_frozen_plan_is_told(workspace):
    ids = study.curate(workspace)
    view, ledger = workspace.curated.view(), workspace.curated.ledger
    waiting = cases(flagged_rows(view, {}))
    for planned, titles in (({ids["conflict"]}, ["Why", "In the frozen plan"]), ({ids["first"]}, ["Why"])):
        desk = DecisionDesk(ledger, view, waiting, "ada", 0, planned=planned)
        assert [around["title"] for around in desk.cards()[0]["around"]] == titles
