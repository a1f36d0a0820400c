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
from evaluation.report.stage import write_report
from studio.desk import ReviewDesk
from tests.studio import studio_workspace as study
from tests.studio.browser.conftest import until
from winnow.data.files import read_jsonl, write_jsonl
from winnow.data.ledger import Decision
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


def open_page(name: str, reviewer: str = "ada", **address: str) -> AppTest:
    app = AppTest.from_file(str(APP), default_timeout=60)
    app.session_state["reviewer"] = reviewer
    app = app.switch_page(f"studio/browser/{name}.py")
    for key, value in address.items():
        app.query_params[key] = value
    app.run()
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


@pytest.mark.parametrize("page", ["rows", "decide", "label", "review", "results"])
def test_a_page_whose_data_is_absent_names_the_command_that_makes_it(workspace, page):
    assert "Make it with: `winnow " in open_page(page).info[0].value


def test_a_folder_without_a_study_opens_on_the_start_page(tmp_path, monkeypatch):
    monkeypatch.setenv("WINNOW_WORKSPACE", str(tmp_path))
    app = AppTest.from_file(str(APP), default_timeout=60)
    app.session_state["reviewer"] = ""
    app.run()
    assert not app.exception
    assert app.title[0].value == "Start"
    assert any("Drop a file" in text.value for text in app.markdown)


def test_the_study_page_counts_every_row_and_offers_the_next_stage(workspace, ids):
    app = open_page("study")
    assert [(m.label, m.value) for m in app.metric] == [
        ("Came in", "9"),
        ("Removed", "2"),
        ("Kept", "7"),
        ("To decide", "2"),
    ]
    assert any("Next: split" in text.value for text in app.markdown)
    assert "Run it" in labels(app)


def test_a_persons_decision_is_listed_and_taken_back_on_the_study_page(workspace, ids):
    removal = Decision(ids["first"], "studio", "remove", "out of date", by="ben")
    workspace.curated.ledger.append(removal)
    app = open_page("study")
    assert any("**ben** removed 1 row" in text.value for text in app.markdown)
    press(app, "Undo")
    assert ids["first"] not in workspace.curated.view().removed


@pytest.mark.parametrize("broken", ["curated/ledger/02-duplicates.parquet", "curated/records.parquet"])
def test_a_damaged_file_is_one_line_on_every_page_and_never_a_traceback(answered, ids, broken):
    (answered.root / broken).write_bytes(b"PAR1 half")
    for page in ("study", "rows", "decide", "label"):
        assert any(broken.rsplit("/", 1)[-1] in error.value for error in open_page(page).error), page


def test_an_edited_plan_is_red_wherever_it_matters(answered, ids):
    path = answered.plan_file
    path.write_text(path.read_text().replace("win_rate", "rouge_l"))
    for page in ("plan", "review", "results"):
        app = open_page(page)
        assert any("edited" in error.value for error in app.error), page
        assert "freeze" not in everything(app).casefold()
    assert any("edited by hand" in text.value for text in open_page("study").markdown)


def test_an_address_opens_the_rows_it_names_and_the_story_of_the_one_it_means(workspace, ids):
    app = open_page("rows", words="faq.jsonl:7")
    assert any(text.value == r"**faq.jsonl\:7** · removed" for text in app.markdown)
    assert "Restore" in labels(app)
    assert "1 of 9 rows" in everything(app)
    assert "2 of 9 rows" in everything(open_page("rows", status="removed"))
    assert "0 of 9 rows" in everything(open_page("rows", words="no such words"))


def test_no_row_is_ticked_and_none_restored_before_a_person_does(workspace, ids):
    assert not labels(open_page("rows")) & {"Restore", "Keep", "Remove", "Restore this row"}


def test_a_held_out_row_of_a_frozen_plan_says_so_and_shows_answers_only_after_the_reveal(answered, ids):
    held_out = read_jsonl(answered.split / "held_out.jsonl")
    write_jsonl(answered.split / "held_out.jsonl", [{**held_out[0], "id": ids["first"]}])
    for name in ("base", "tuned"):
        rows = read_jsonl(answered.answers / f"{name}.jsonl")
        write_jsonl(answered.answers / f"{name}.jsonl", [{**rows[0], "id": ids["first"]}])
    app = open_page("rows", words=ids["first"])
    assert "belongs to the frozen plan" in app.warning[0].value
    assert "Certainly" not in everything(app)
    JudgmentLog(answered.judgments_file).waive(plan.read(answered.plan_file).hash, "ada")
    assert "Certainly" in everything(open_page("rows", words=ids["first"]))


def test_without_a_name_nothing_can_be_decided(workspace, ids):
    app = open_page("decide", reviewer="")
    assert "Save the correction" not in labels(app)
    assert "Say who you are" in app.info[0].value


def test_a_correction_is_saved_at_the_first_press(workspace, ids):
    app = open_page("decide")
    app.text_area(key=f"answer-{ids['overdraft']}").set_value("It is 39.9% EAR.")
    press(app, "Save the correction of faq.jsonl:2")
    kept = {row["id"]: row["answer"] for row in workspace.curated.view().kept_table.to_pylist()}
    assert kept[ids["overdraft"]] == "It is 39.9% EAR."


def test_the_cuts_say_how_many_pairs_and_rows_they_decide_about(workspace, ids):
    study.pair(workspace, ids)
    app = open_page("rows", look="Cuts")
    assert [metric.value for metric in app.metric] == ["3", "4"]  # pairs at 0.8 or more; with the near copy
    assert not [label for label in labels(app) if label.startswith("Move it")]


@pytest.fixture
def finished(workspace):
    """A study with its report, whose answers nobody has read yet."""
    (workspace.root / "winnow.yaml").write_text("metrics:\n  names: [token_f1]\nreview:\n  dwell_seconds: 0\n")
    study.finish(workspace, readers=())
    write_report(workspace, workspace.config())
    return workspace


def test_results_stay_shut_during_the_review_and_open_after_it(finished):
    app = begin(open_page("review"))
    for who in ("ada", "newcomer", ""):
        assert "name the models" in open_page("results", who).info[0].value
    judge_all(finished, n=40)
    app = press(app.run(), "Finish")
    assert "finished" in app.success[0].value
    shown = open_page("results")
    assert any("out of date" in text.value for text in shown.markdown)
    assert "Make the report anew" in labels(shown)
    assert any("24 of 24 pairs" in text.value for text in shown.markdown)
    assert "Certainly" not in everything(shown)


def test_the_results_say_who_read_how_steadily_and_what_was_wrong(finished):
    study.finish(finished)
    write_report(finished, finished.config())
    app = open_page("results", "")
    assert [tab.label for tab in app.tabs] == ["People", "Metrics", "Forgetting", "Speed and costs", "Files"]
    shown = everything(app)
    for words in ("ada", "ben", "finished", "wrong fact", "words shared with the reference (F1)", "Krippendorff"):
        assert words in shown, words


def test_pairs_are_narrowed_and_ordered_and_each_filter_is_said(finished):
    study.finish(finished)
    app = open_page("results", "")
    app.multiselect(key="pairs-verdicts").set_value(["disagree"]).run()
    app.selectbox(key="pairs-order").set_value("Worst for tuned").run()
    assert not app.exception
    assert any("4 of 24 pairs" in text.value for text in app.markdown)
    assert set(app.dataframe[0].value["Verdict"]) == {"reviewers disagree"}
    press(app, "Clear")
    assert any("24 of 24 pairs" in text.value for text in app.markdown)


def test_an_early_end_doesnt_open_the_results_of_the_planned_review(answered):
    study.report(answered)
    press(begin(open_page("review")), "End the review now")
    assert "name the models" in open_page("results").info[0].value


def test_who_states_that_they_wont_review_sees_the_results_alone_and_votes_no_more(finished):
    judge_all(finished, "cy", 1)
    press(press(open_page("results", "cy"), "Open them without reviewing"), "I won't review: open the results")
    assert "Every pair" in everything(open_page("results", "cy"))
    assert "name the models" in open_page("results").info[0].value
    assert "won't review" in open_page("review", "cy").info[0].value


def test_a_report_of_another_plan_is_refused(answered):
    study.report(answered)
    plan.freeze({"outcome": {"primary": "rouge_l"}}).write(answered.plan_file)
    judge_all(answered)
    press(open_page("review").run(), "Finish")
    app = open_page("results")
    assert "made under plan" in app.error[0].value
    assert "report.html" not in everything(app)


def test_answers_that_lack_rows_are_named_and_no_review_of_them_opens(answered, ids):
    kept = read_jsonl(answered.answers / "tuned.jsonl")[:3]
    write_jsonl(answered.answers / "tuned.jsonl", kept)
    assert any("tuned.jsonl answers 3 of 12" in warning.value for warning in open_page("study").warning)
    app = open_page("review")
    assert "9 of 12 planned questions aren't answered" in app.error[0].value
    assert "Begin" not in labels(app)


CONTEXT = "<script>owned</script> " + "The branch is open from nine. " * 20
TURNS = [{"role": "user", "content": "I bank in Leith."}, {"role": "assistant", "content": "Good day to Leith."}]


def test_rows_to_decide_show_what_stands_beside_their_questions(workspace):
    beside = {
        0: {"context": "In the app."},
        1: {"context": CONTEXT},
        6: {"context": "At the branch."},
        8: {"history": TURNS},
    }
    study.curate(workspace, beside)
    waiting = everything(open_page("decide"))
    assert "&lt;script&gt;owned" in waiting
    assert {area.label for area in open_page("decide").text_area} == {"Question", "Answer"}  # no context to correct


def test_the_train_page_reads_a_share_in_tokens_and_writes_it_with_a_name(finished):
    rows = [{"question": f"What is {n} + 1?", "answer": f"It is {n + 1}.", "tokens": 6} for n in range(5)]
    write_jsonl(finished.preservation / "preservation.jsonl", rows)
    app = open_page("train")
    assert any("of 30 that are there" in text.value for text in app.markdown)
    app.slider(key="share").set_value(0.5).run()
    press(app, "Set it from 25% to 50%")
    assert "share: 0.5  # ada" in (finished.root / "winnow.yaml").read_text()
    assert "What is 0 + 1?" in everything(app)


def test_the_train_page_compares_runs_and_offers_to_export_one(finished):
    app = open_page("train")
    assert {"What would a run take?", "Export, and compare the answers"} <= labels(app)
    assert any("Run 20260102-090000" in text.value for text in app.subheader)


def test_the_plan_page_has_the_curve_and_the_reviewers_link(finished):
    app = open_page("plan")
    assert any("With 24 pairs tuned must win" in text.value for text in app.markdown)
    assert "this study: 24" in everything(app)


def test_a_plan_that_holds_no_more_is_amended_for_a_reason_and_not_without(finished):
    with (finished.root / "winnow.yaml").open("a") as settings:
        settings.write("answers:\n  max_new_tokens: 9\n")
    app = press(open_page("plan"), "Amend the plan")
    assert "say why" in app.error[0].value
    app.text_area(key="why").input("Long answers were cut off.")
    press(app, "Amend the plan")
    until(lambda: plan.read(finished.plan_file).amendments)
    (amendment,) = plan.read(finished.plan_file).amendments
    assert amendment.why == "ada: Long answers were cut off."


def test_a_review_that_may_stop_early_says_so_without_saying_who_leads_and_then_counts_as_finished(answered):
    outcome = {"primary": "win_rate", "stopping": "anytime", "alpha": 0.05, "raters": 1}
    rows = [row["id"] for row in read_jsonl(answered.split / "held_out.jsonl")]
    plan.freeze({"held_out": rows, "outcome": outcome}).write(answered.plan_file)
    app = begin(open_page("review"))
    assert "Finish now" not in labels(app)
    desk = desk_of(answered)
    for showing in desk.left()[:8]:
        side = "left" if showing.left == "tuned" else "right"
        desk.judge(showing.key(desk.plan, desk.who), {"choice": side, "seconds": 5})
    app.run()
    assert "You may stop now." in everything(app)
    assert not {"tuned", "base"} & set(everything(app).lower().split())
    assert "finished" in press(app, "Finish now").success[0].value
    assert not open_page("results").info, "the results are open: nothing that the plan asked for is left"


def test_answers_to_training_questions_are_voted_on_blind_and_count_for_no_result(answered):
    assert "nothing" not in everything(open_page("collect")).lower(), "nothing was collected yet"
    rows = study.held_out_rows(4)
    write_jsonl(
        answered.collected / "pairs.jsonl",
        [{**row, "id": f"t{row['id']}", "first": "Yes.", "second": "No."} for row in rows],
    )
    app = open_page("collect")
    assert "0 of 4 judged" in everything(app)
    assert "nothing here counts for the results" in everything(app)
    assert JudgmentLog(answered.judgments_file).judgments(plan.read(answered.plan_file).hash) == []


def test_selections_are_a_page_once_they_were_compared_and_held_out_rows_wait_for_the_reveal(answered):
    study.compare_selections(answered, "validation", "validation")
    study.compare_selections(answered, "held-out", "final")
    app = open_page("selections")
    told = [one.value for one in app.markdown]
    assert sum("cleaned beats raw in loss" in text for text in told) == 2, "the validation rows' two tables alone"
    assert not any("30 held-out rows" in text for text in told)
    assert app.table[0].value["against raw"].tolist() == ["", r"-0.100 \[-0.200, -0.050] n=30"]
    finish(begin(open_page("review")))
    told = [one.value for one in open_page("selections").markdown]
    assert sum("cleaned beats raw in loss" in text for text in told) == 4
