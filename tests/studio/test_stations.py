from __future__ import annotations

import time

import pytest

from evaluation.people.vote_log import JudgmentLog
from studio.jobs import start
from studio.road import ROAD
from studio.stations import in_words, primary, stations
from studio.study import Study, open_study
from studio.verdict import verdict_of
from tests.studio import studio_workspace
from winnow.data.files import write_jsonl, write_text
from winnow.data.ledger import Decision
from winnow.study import plan


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Study:
    """A study of nine evident pairs, curated and split."""
    folder = tmp_path_factory.mktemp("fees")
    rows = [{"question": f"What does fee {n} cost?", "answer": f"It costs {n} pounds a year."} for n in range(9)]
    write_jsonl(folder / "faq.jsonl", rows)
    write_text(folder / "winnow.yaml", "ingest: {sources: [faq.jsonl]}\nsplit: {held_out: 2, validation: 1}\n")
    study = open_study(folder)
    for stage in ROAD[:3]:
        if stage.run:
            stage.run(study)
    return study


def states(study):
    return {station.name: station.state for station in stations(study)}


def test_what_a_person_decides_makes_all_that_rests_on_the_rows_out_of_date_with_the_reason(made):
    assert states(made)["split"] == "done"
    assert primary(stations(made)).name == "plan"
    id_ = made.workspace.curated.records()["id"].to_pylist()[0]
    made.workspace.curated.ledger.append(Decision(id_, "studio", "remove", "out of date", by="ada"))
    found = {station.name: station for station in stations(made)}
    assert found["curate"].state == "stale"
    assert found["split"].state == "stale"
    assert found["split"].why == ("rows were kept, removed or corrected since",)
    made.workspace.curated.ledger.undo([1], by="ada")


def test_a_stage_that_runs_is_running_and_nothing_else_is_offered(made):
    job = start(made.workspace, "plan", ["sh", "-c", "sleep 30"], by="ada")
    assert states(made)["plan"] == "running"
    assert primary(stations(made)) is None
    job.stop()
    while job.state == "running":
        time.sleep(0.05)
    assert states(made)["plan"] == "not yet"


def test_the_command_of_a_stage_runs_in_the_studys_folder_without_naming_its_files(made):
    assert [station.command for station in stations(made)][:3] == [
        ["winnow", "curate"],
        ["winnow", "label", "serve"],
        ["winnow", "split"],
    ]


def test_changes_are_told_in_words():
    assert in_words("votes") == "people voted or ended their review since"
    assert in_words("sources:/data/faq.jsonl") == "a source file is another one (faq.jsonl)"
    assert in_words("settings SplitConfig.held_out") == "a setting was changed: split → held_out"
    assert in_words("output report.md") == "a file that it wrote was changed or is gone (report.md)"


def test_no_figure_is_told_while_people_still_read_blind(tmp_path):
    workspace = studio_workspace.make(tmp_path)
    studio_workspace.answer(workspace)
    study = Study(workspace, workspace.config())
    assert verdict_of(study, []).chip == "no verdict yet"
    studio_workspace.report(workspace)
    assert (
        verdict_of(study, []).sentence == "People still read the answers blind: 0 of 1 planned reviewers have finished."
    )
    JudgmentLog(workspace.judgments_file).end(plan.read(workspace.plan_file).hash, "ada", 0)
    late = verdict_of(study, stations(study))
    assert (late.chip, late.is_current) == ("out of date", False)
    workspace.plan_file.write_text(workspace.plan_file.read_text().replace("win_rate", "rouge_l"))
    assert verdict_of(study, []).chip == "plan edited"
