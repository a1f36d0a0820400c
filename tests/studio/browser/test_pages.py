"""Every page of the studio, run headless on a small study; keys and reloads are tried in test_studio_browser.py."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from evaluation.answering.answers import to_answers
from evaluation.comparison.pairs import pair_answers
from evaluation.people.queue import queue
from evaluation.people.vote_log import JudgmentLog
from studio.desk import ReviewDesk
from tests.studio import studio_workspace as study
from winnow.data.files import read_jsonl, write_jsonl
from winnow.study import plan
from winnow.study.workspace import Workspace

APP = Path(__file__).parents[3] / "app.py"


@pytest.fixture
def workspace(tmp_path, monkeypatch):
    monkeypatch.setenv("WINNOW_WORKSPACE", str(tmp_path))
    return study.make(tmp_path)


@pytest.fixture
def ids(workspace):
    return study.curate(workspace)


@pytest.fixture
def answered(workspace):
    study.answer(workspace)
    return workspace


def open_page(name: str, reviewer: str = "ada") -> AppTest:
    app = AppTest.from_file(str(APP), default_timeout=20)
    app.session_state["reviewer"] = reviewer
    app = app.switch_page(f"studio/browser/{name}.py").run()
    assert not app.exception, app.exception
    return app


def begin(app: AppTest) -> AppTest:
    return press(app, "Begin")


def finish(app: AppTest) -> AppTest:
    judge_all(Workspace(Path(os.environ["WINNOW_WORKSPACE"])))
    return press(app.run(), "Finish")


def judge_all(workspace, who="ada", n=20):
    """Vote on what is left, at most n pairs, as the card does."""
    desk = desk_of(workspace, who)
    for _ in range(n):
        for card in desk.cards()[:1]:
            desk.take([{"id": card["key"], "key": card["key"], "choice": "tie", "seconds": 5}])


def desk_of(workspace, who="ada"):
    planned = plan.read(workspace.plan_file)
    answers = [to_answers(read_jsonl(workspace.answers / f"{name}.jsonl"), name) for name in ("base", "tuned")]
    pairs = {pair.id: pair for pair in pair_answers(*answers).pairs}
    log = JudgmentLog(workspace.judgments_file)
    return ReviewDesk(log, planned.hash, who, queue(planned.hash, who, pairs), pairs)


def press(app: AppTest, label: str) -> AppTest:
    next(button for button in app.button if button.label == label).click()
    app.run()
    assert not app.exception, app.exception
    return app


def labels(app: AppTest) -> set[str]:
    return {button.label for button in app.button}


def everything(app: AppTest) -> str:
    """All that the page sends to the browser."""
    return str([element.proto for element in app.main])


@pytest.mark.parametrize("page", ["removed", "flagged", "thresholds", "review", "explore", "report"])
def test_a_page_whose_data_is_absent_names_the_command_that_makes_it(workspace, page):
    assert "Make it with: `winnow " in open_page(page).info[0].value


def test_a_folder_that_is_no_workspace_is_one_line(tmp_path, monkeypatch):
    monkeypatch.setenv("WINNOW_WORKSPACE", str(tmp_path))
    app = AppTest.from_file(str(APP), default_timeout=20).run()
    assert "winnow init" in app.error[0].value


def test_the_overview_counts_every_row_and_names_the_next_step(workspace, ids):
    app = open_page("overview")
    assert [(m.label, m.value) for m in app.metric] == [
        ("Came in", "9"),
        ("Removed", "2"),
        ("Kept", "7"),
        ("Flagged, of kept", "2"),
    ]
    assert app.code[0].value == "winnow split"


def test_a_restored_row_is_kept_and_leaves_the_removed_rows(workspace, ids):
    app = press(open_page("removed"), "Restore this row")
    assert set(workspace.curated.view().removed) == {ids["empty"]}
    decision = workspace.curated.ledger.people_decisions()[0]
    assert (decision.id, decision.action, decision.by) == (ids["copy"], "restore", "ada")
    assert len(app.dataframe[0].value) == 1


def test_a_removed_row_stands_beside_its_twin_with_the_difference_marked(workspace, ids):
    assert "<mark>" in everything(open_page("removed"))


def test_removed_rows_are_found_by_step_and_by_words(workspace, ids):
    app = open_page("removed")
    app.pills[0].set_value("clean").run()
    assert list(app.dataframe[0].value["Question"]) == ["Where is my card?"]
    app.text_input(key="removed-words").set_value("no such words").run()
    assert "No removed row matches" in app.info[0].value


def test_without_a_name_nothing_can_be_decided(workspace, ids):
    app = open_page("removed", reviewer="")
    assert "Restore this row" not in labels(app)
    assert "Say who you are" in app.info[0].value


def test_a_person_keeps_one_contradicting_row_and_removes_the_other(workspace, ids):
    app = press(open_page("flagged"), "Keep as it is")
    press(app, "Remove")
    view = workspace.curated.view()
    assert ids["conflict"] in view.removed
    assert not view.flags


def test_a_correction_is_the_rows_text_from_then_on(workspace, ids):
    app = open_page("flagged")
    app.text_area(key=f"answer-{ids['overdraft']}").set_value("It is 39.9% EAR.").run()
    press(app, "Save the correction")
    kept = {row["id"]: row["answer"] for row in workspace.curated.view().kept_table.to_pylist()}
    assert kept[ids["overdraft"]] == "It is 39.9% EAR."


def test_a_moved_threshold_shows_at_once_how_many_rows_would_leave(workspace, ids):
    study.pair(workspace, ids)
    app = open_page("thresholds")
    assert [metric.value for metric in app.metric] == ["3", "4"]  # pairs at 0.8 or more; with the near copy
    app.slider[0].set_value(0.88).run()
    assert [metric.value for metric in app.metric] == ["1", "2"]
    assert "Move it from 0.80 to 0.88" in labels(app)


def test_explore_and_report_stay_shut_during_the_review_and_open_after_it(answered):
    study.report(answered)
    app = begin(open_page("review"))
    for page in ("explore", "report"):
        for who in ("ada", "newcomer", ""):
            assert "name the models" in open_page(page, who).info[0].value
    finish(app)
    assert "finished" in app.success[0].value
    assert "Base" in everything(open_page("explore"))
    assert "report.html" in everything(open_page("report", ""))


def test_an_early_end_doesnt_open_the_results_of_the_planned_review(answered):
    study.report(answered)
    press(begin(open_page("review")), "End the review now")
    assert "name the models" in open_page("report").info[0].value


def test_who_states_that_they_wont_review_sees_the_results_alone_and_votes_no_more(answered):
    study.report(answered)
    judge_all(answered, "cy", 1)
    press(press(open_page("report", "cy"), "Open them without reviewing"), "I won't review: open the results")
    assert "report.html" in everything(open_page("report", "cy"))
    assert "name the models" in open_page("report").info[0].value
    assert "won't review" in open_page("review", "cy").info[0].value


def test_a_report_of_another_plan_is_refused(answered):
    study.report(answered)
    plan.freeze({"primary": "rouge_l"}).write(answered.plan_file)
    app = open_page("report")
    assert "made under plan" in app.error[0].value
    assert "report.html" not in everything(app)


def test_answers_that_lack_rows_are_named_on_the_overview(answered, ids):
    write_jsonl(answered.answers / "tuned.jsonl", [])
    assert any("tuned.jsonl answers 0 of 12" in warning.value for warning in open_page("overview").warning)


CONTEXT = "<script>owned</script> " + "The branch is open from nine. " * 20
TURNS = [{"role": "user", "content": "I bank in Leith."}, {"role": "assistant", "content": "Good day to Leith."}]


def test_flagged_and_removed_rows_show_what_stands_beside_their_questions(workspace):
    beside = {
        0: {"context": "In the app."},
        1: {"context": CONTEXT},
        6: {"context": "At the branch."},
        8: {"history": TURNS},
    }
    study.curate(workspace, beside)
    removed, flagged = everything(open_page("removed")), everything(open_page("flagged"))
    assert "branch" in removed
    assert "Removed: context" in removed
    assert "I bank in Leith." in flagged
    assert "&lt;script&gt;owned" in flagged
    assert {area.label for area in open_page("flagged").text_area} == {"Question", "Answer"}  # no context to correct
