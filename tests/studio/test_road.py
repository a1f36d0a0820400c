"""The road is listed once: what runs, what the pages and the README show, and how far a study is."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from evaluation.people.vote_log import Judgment, JudgmentLog
from studio.road import ROAD, RoadStage, figure, next_stage
from studio.standing import problems
from studio.study import Study, open_study
from studio.terminal.run import run_study
from tests.studio import studio_workspace
from winnow.config import load
from winnow.data.files import write_jsonl, write_text
from winnow.data.ledger import Decision
from winnow.study import plan
from winnow.study.workspace import Workspace

README = Path(__file__).parents[2] / "README.md"


def stage(name: str) -> RoadStage:
    return next(stage for stage in ROAD if stage.name == name)


@pytest.fixture
def workspace(tmp_path):
    return studio_workspace.make(tmp_path)


@pytest.fixture
def curated(tmp_path) -> Study:
    """A study of nine evident pairs and one that points nowhere, curated and split."""
    rows = [{"question": f"What does fee {n} cost?", "answer": f"It costs {n} pounds a year."} for n in range(9)]
    rows += [{"question": "Where is the branch in Leith?", "answer": "As above."}]
    write_jsonl(tmp_path / "faq.jsonl", rows)
    write_text(tmp_path / "winnow.yaml", "ingest: {sources: [faq.jsonl]}\nsplit: {held_out: 2, validation: 1}\n")
    study = open_study(tmp_path)
    for name in ("curate", "split"):
        stage(name).run(study)
    return study


def test_the_readme_shows_the_road_as_it_is():
    assert f"```\n{figure()}\n```" in README.read_text(encoding="utf-8")


def test_each_stage_of_the_figure_stands_above_its_package():
    names, rooms = figure().split("\n")
    for member in ROAD:
        at = names.index(f" {member.name}") + 1
        if member.room:
            assert member.room in rooms[max(0, at - 20) : at + 40]
    assert [name.strip() for name in names.split("─")] == ["raw pairs", *(member.name for member in ROAD)]


def test_help_names_the_road():
    done = subprocess.run([sys.executable, "-m", "studio.terminal.main", "--help"], capture_output=True, text=True)
    told = " ".join(done.stdout.split())
    assert " ─ ".join(member.name for member in ROAD) in told


def test_every_verb_of_the_road_is_a_verb_of_the_command():
    from studio.terminal.main import app

    verbs = {command.name or command.callback.__name__ for command in app.registered_commands}
    verbs |= {group.name for group in app.registered_groups}
    assert {member.verb.split()[1] for member in ROAD} <= verbs


def test_run_does_what_people_needn_t_and_in_the_roads_order(workspace, monkeypatch):
    done = []
    for member in ROAD:
        if member.run is not None:
            monkeypatch.setitem(vars(member), "run", lambda study, name=member.name: done.append(name) or {})
    run_study(Study(workspace, load()))
    assert done == ["curate", "split", "plan", "preserve", "train", "answer", "report"]


def test_an_empty_study_begins_with_curation_and_has_no_problem(workspace):
    study = Study(workspace, load())
    found = next_stage((member, member.standing(study)) for member in ROAD)
    assert found is not None
    assert found.verb == "winnow curate FILE"
    assert list(problems(workspace)) == []


def test_what_was_made_is_done_until_what_it_reads_changes(curated):
    assert stage("curate").standing(curated).done
    assert stage("split").standing(curated).done
    assert next_stage((member, member.standing(curated)) for member in ROAD).name == "plan"
    changed = Study(curated.workspace, load(None, ["split.held_out=3", "split.validation=1"]))
    assert stage("split").standing(changed).stale == ("settings SplitConfig.held_out",)
    source = curated.workspace.root / "faq.jsonl"
    source.write_text(source.read_text() + '{"question": "What does fee 10 cost?", "answer": "Ten pounds."}\n')
    assert stage("curate").standing(curated).stale == (f"sources:{source}",)


def test_rows_that_wait_are_told_but_the_road_goes_on_without_people(curated):
    label = stage("label")
    assert label.by_people
    assert label.optional
    assert not label.standing(curated).made
    for id_ in curated.workspace.curated.view().flags:
        curated.workspace.curated.ledger.append(Decision(id_, "restore", "restore", "right", by="ada"))
    assert label.standing(curated).done
    assert stage("split").standing(curated).stale == ("view",)


def test_a_stage_names_its_inputs_as_its_manifest_does(curated):
    assert stage("split").inputs(curated) == ["view", "pairs", "topics", "settings SplitConfig"]
    made = (curated.workspace.root / output for output in stage("split").outputs)
    assert all(path.exists() for path in made)


def test_a_review_is_done_once_the_planned_reviewer_has_finished_it(workspace):
    studio_workspace.answer(workspace)
    study = Study(Workspace(workspace.root), load())
    planned = plan.read(workspace.plan_file).hash
    log = JudgmentLog(workspace.judgments_file)
    log.cast(Judgment(planned, "ada", "h01", "tie", "base", "tuned"))
    assert not stage("review").standing(study).done
    log.end(planned, "ada", 13)
    assert not stage("review").standing(study).done
    log.cast(Judgment(planned, "ben", "h01", "tie", "base", "tuned"))
    log.end(planned, "ben", 0)
    assert stage("review").standing(study).summary == "2 judgments: ada ended early, 13 left, ben finished"
