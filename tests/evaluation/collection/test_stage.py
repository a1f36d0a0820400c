"""Votes on answers to training questions become data, and none of it is of a held-out question."""

from __future__ import annotations

import shutil

import pytest

from evaluation.collection.spent import spend
from evaluation.collection.stage import collect_pairs, collected, collection_hash, said_of
from evaluation.people.queue import queue
from evaluation.people.vote_log import Judgment, JudgmentLog
from evaluation.report.history import history, history_text
from tests.training_models import recipe, records, tiny_model  # noqa: F401
from training.qlora import train
from training.stage import prefer_workspace
from winnow.config import load
from winnow.data.files import read_json, read_jsonl, write_jsonl
from winnow.data.ledger import Decision
from winnow.data.outputs import kept_row
from winnow.data.records import new_record
from winnow.errors import InputError
from winnow.progress import silent
from winnow.study.plan import freeze, read
from winnow.study.plan_fields import planned_fields
from winnow.study.workspace import Workspace

HELD_OUT = [
    new_record("Where do I park my bicycle?", "In the yard behind the hall."),
    new_record("Who waters the plants?", "The caretaker, on Mondays."),
]


@pytest.fixture(scope="module")
def tuned(tiny_model, tmp_path_factory):  # noqa: F811
    study = Workspace(tmp_path_factory.mktemp("study"))
    quick = ["batch_size=2", "accumulation=1", "evaluations=1"]
    config = load(
        overrides=[
            f"models.base={tiny_model}", "answers.max_new_tokens=6", "preference.questions=10",
            "preference.max_steps=2", *(f"training.{one}" for one in quick),
        ]
    )  # fmt: skip
    for part, rows in (("train", records(9)), ("validation", records(3, "Now: ")), ("held_out", HELD_OUT)):
        write_jsonl(study.split / f"{part}.jsonl", [kept_row(row) for row in rows])
    freeze(planned_fields(study, config)).write(study.plan_file)
    train(recipe(tiny_model, max_steps=2, evaluations=1), study.runs / "first", no_plan=True)
    collect_pairs(study, config, silent)
    return study, config


@pytest.fixture
def study(tuned, tmp_path):
    shutil.copytree(tuned[0].root, tmp_path, dirs_exist_ok=True)
    return Workspace(tmp_path), tuned[1]


def vote(study, words):
    log, plan = JudgmentLog(study.judgments_file), collection_hash(study)
    shown = queue(plan, "ada", [pair.id for pair in collected(study).pairs], repeats=0)
    for showing, word in zip(shown, words, strict=False):
        side = {showing.left: "left", showing.right: "right"}.get(word, word)
        assert log.cast(Judgment(plan, "ada", showing.item, side, showing.left, showing.right))
    return [showing.item for showing in shown]


def test_two_answers_to_training_and_validation_questions_are_put_before_people(study):
    place, config = study
    rows = read_jsonl(place.collected / "pairs.jsonl")
    held_out = {row["id"] for row in read_jsonl(place.split / "held_out.jsonl")}
    assert 5 <= len(rows) <= 10
    assert all(row["first"] != row["second"] for row in rows)
    assert not held_out & {row["id"] for row in rows}
    assert collect_pairs(place, config, silent)["current"], "asked again, nothing is made anew"


def test_votes_say_which_answer_is_good_and_ties_say_nothing(study):
    place, _ = study
    items = vote(place, ["tuned", "base", "tie", "both_bad"])
    said = {one.record.id: one for one in said_of(place)}
    texts = {row["id"]: (row["first"], row["second"]) for row in read_jsonl(place.collected / "pairs.jsonl")}
    first, second = texts[items[0]]
    assert (said[items[0]].good, said[items[0]].bad) == ((second,), (first,))
    assert said[items[1]].good == (texts[items[1]][0],)
    assert items[2] not in said
    assert (said[items[3]].good, said[items[3]].bad) == ((), texts[items[3]])


def test_a_correction_is_good_and_both_answers_of_the_model_are_bad(study):
    place, _ = study
    item = collected(place).pairs[0].id
    place.curated.root.mkdir(exist_ok=True)
    place.curated.ledger.append(
        Decision(item, "label", "correct", "wrong", field="answer", text="It is a fee.", by="ada")
    )
    [one] = said_of(place)
    assert (one.source, one.good, len(one.bad)) == ("correction", ("It is a fee.",), 2)


def test_where_both_are_bad_a_reviewer_may_write_the_right_answer(study):
    place, _ = study
    pair, log, plan = collected(place).pairs[0], JudgmentLog(place.judgments_file), collection_hash(place)
    log.cast(Judgment(plan, "ada", pair.id, "both_bad", "base", "tuned", note="It is a fee."))
    [one] = said_of(place)
    assert (one.source, one.good) == ("correction", ("It is a fee.",))


def test_what_people_said_makes_a_run_that_can_answer(study):
    from evaluation.answering.stage import find_system

    place, config = study
    vote(place, ["tuned"] * 5)
    run = prefer_workspace(place, config, said_of(place), silent)
    assert run.parent == place.preferred
    assert read_json(run / "manifest.json")["adapter"] == "first"
    assert find_system(place, config, "preferred").adapter == run / "adapter"
    assert find_system(place, config, "tuned").adapter == place.runs / "first" / "adapter", (
        "tuned is still the tuned one"
    )


def test_votes_on_held_out_questions_teach_nothing_in_this_study(study):
    from training.preferences import Said

    place, config = study
    held_out = [Said(row, ("good",), ("bad",), "vote") for row in HELD_OUT]
    with pytest.raises(InputError, match="spent on the report"):
        prefer_workspace(place, config, held_out, silent)


def test_one_answer_may_be_the_bases_and_the_other_the_tuned_models(study):
    place, config = study
    mixed = config.model_copy(update={"preference": config.preference.model_copy(update={"pairs": "base-and-tuned"})})
    second = {row["id"]: row["second"] for row in read_jsonl(place.collected / "pairs.jsonl")}
    done = collect_pairs(place, mixed, silent)
    assert "current" not in done, "other pairs are another collection"
    manifest = read_json(place.collected / "manifest.json")["inputs"]
    assert manifest["systems:first"].startswith("base ")
    assert manifest["systems:second"].startswith("tuned ")
    same = {row["id"]: row["second"] for row in read_jsonl(place.collected / "pairs.jsonl")}
    assert {id_: same[id_] for id_ in same if id_ in second} == {id_: second[id_] for id_ in same if id_ in second}


def reviewed(root, rows, config):
    """An earlier study whose reviewer preferred the tuned answer to the first row and found the other pair equal."""
    earlier = Workspace(root)
    write_jsonl(earlier.split / "held_out.jsonl", [kept_row(row) for row in rows])
    freeze(planned_fields(earlier, config)).write(earlier.plan_file)
    plan, log = read(earlier.plan_file).hash, JudgmentLog(earlier.judgments_file)
    for name in ("base", "tuned"):
        said = [
            {"id": r.id, "question": r.question, "reference": r.answer, "prediction": f"{name}: {r.answer}"}
            for r in rows
        ]
        write_jsonl(earlier.answers / f"{name}.jsonl", [{**row, "system": name, "plan": plan} for row in said])
    log.cast(Judgment(plan, "ada", rows[0].id, "left", "tuned", "base"))
    log.cast(Judgment(plan, "ada", rows[1].id, "both_bad", "tuned", "base", note="too long, both"))
    return earlier, log, plan


ELSEWHERE = [
    new_record("Which bus goes to the museum?", "Line 7."),
    new_record("Is the tower open at night?", "Only in June."),
]


def test_held_out_votes_of_an_earlier_study_are_spent_here_and_its_history_says_so(study, tmp_path):
    place, config = study
    earlier, log, plan = reviewed(tmp_path / "earlier", ELSEWHERE, config)
    with pytest.raises(InputError, match="isn't over"):
        spend(place, config, earlier)
    log.end(plan, "ada", 0)
    assert spend(place, config, earlier) == {"from": "earlier", "said": 2}
    said = said_of(place)[-2:]
    assert [(one.good, one.bad) for one in said] == [
        (("tuned: Line 7.",), ("base: Line 7.",)),
        ((), ("base: Only in June.", "tuned: Only in June.")),
    ], "a reviewer's remark isn't taken for an answer"
    [line] = history(earlier)
    assert (line["kind"], line["votes"], line["looks"]) == ("spent", 2, 0)
    assert f"what people said of 2 held-out pairs teaches the study {place.root.name}" in history_text([line])


def test_votes_on_what_is_held_out_here_too_cant_be_spent(study, tmp_path):
    place, config = study
    earlier, log, plan = reviewed(tmp_path / "earlier", HELD_OUT, config)
    log.end(plan, "ada", 0)
    with pytest.raises(InputError, match="with new held-out rows"):
        spend(place, config, earlier)
    assert not history(earlier)
