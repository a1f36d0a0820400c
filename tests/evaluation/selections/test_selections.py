from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from evaluation.arms.experiment import card_of, run_arms
from evaluation.report.history import history
from evaluation.selections.arms import Arm, Selection, choose_arms, selection
from evaluation.selections.choose import Pool, choose, hardest
from evaluation.selections.experiment import Asked, Experiment
from evaluation.selections.page import page, plots
from evaluation.selections.result import SelectionResult
from evaluation.selections.study import Request, compare_study_selections
from evaluation.selections.table import table_text, tabulate
from tests.training_models import recipe, records, tiny_model  # noqa: F401
from training.arguments import total_steps
from training.recipe import TrainingData
from winnow.config import PlanConfig, SelectionConfig, SelectionsPlan, load
from winnow.data.files import read_jsonl, write_jsonl
from winnow.data.records import new_record
from winnow.errors import InputError, PlanChanged
from winnow.models.interface import GenerationSettings
from winnow.progress import silent
from winnow.study.plan import freeze
from winnow.study.plan_fields import frozen_plan, planned_fields
from winnow.study.workspace import Workspace
from winnow.text.topics import Topics


def pool(rows: int = 24, **changes) -> Pool:
    """Rows of which the first half is what curation left, each pointing another way than its neighbour."""
    raw = records(rows)
    angles = np.linspace(0, 3, rows // 2)
    made = Pool(
        raw=raw,
        cleaned=raw[: rows // 2],
        gold=records(4, "Truly: "),
        settings=SelectionConfig(),
        topics=Topics((), {}),
        vectors=np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32),
        tokens={row.id: len(row.answer) for row in raw},
        difficulty={row.id: 0.1 * place for place, row in enumerate(raw)},
    )
    return replace(made, **changes)


def test_an_arm_is_asked_for_by_its_kind_and_number_of_rows():
    assert selection("curated:800") == Selection("curated", 800)
    assert selection("raw") == Selection("raw")
    for wrong in ("curated", "raw:5", "best:10", "random:many", "random:0", "base"):
        with pytest.raises(InputError, match=r"as in random:800|there are raw, cleaned, curated:N"):
            selection(wrong)


def test_raw_stands_once_since_its_two_budgets_are_one():
    arms = choose_arms([selection("raw"), selection("random:5"), selection("random:5")])
    assert [(arm.name, arm.budget) for arm in arms] == [
        *(("base", "updates"), ("raw", "updates"), ("random:5", "updates"), ("random:5", "epochs")),
    ]


def test_random_rows_are_drawn_anew_for_each_seed_and_the_others_are_not():
    drawn = [{row.id for row in choose(selection("random:6"), pool(), seed)} for seed in range(3)]
    assert drawn[0] != drawn[1] != drawn[2]
    assert choose(selection("random:6"), pool(), 0) == choose(selection("random:6"), pool(), 0)
    for name in ("curated:6", "longest:6", "ifd:6", "raw", "cleaned", "gold"):
        assert choose(selection(name), pool(), 0) == choose(selection(name), pool(), 1)


def test_curated_rows_are_of_those_that_curation_left():
    chosen = choose(selection("curated:6"), pool(), 0)
    assert len(chosen) == 6
    assert {row.id for row in chosen} < {row.id for row in pool().cleaned}


def test_the_longest_rows_have_the_longest_answers():
    longest = choose(selection("longest:3"), pool(), 0)
    others = [row for row in pool().raw if row not in longest]
    assert min(len(row.answer) for row in longest) >= max(len(row.answer) for row in others)


def test_ifd_takes_the_hardest_whose_question_still_helps():
    rows = records(5)
    known = {row.id: value for row, value in zip(rows, (0.2, 0.9, 1.4, 0.7), strict=False)}
    assert [known.get(row.id) for row in hardest(rows, known, 5)] == [0.9, 0.7, 0.2, 1.4, None]


def test_more_rows_than_there_are_is_refused():
    with pytest.raises(InputError, match="curated:13: there are 12 such rows"):
        choose(selection("curated:13"), pool(), 0)


def experiment(model, folder: Path, **changes) -> Experiment:
    rows = records(4, "Now: ")
    made = Experiment(
        recipe=recipe(model, data=TrainingData(()), max_steps=6, batch_size=4),
        pool=pool(),
        asked=Asked(rows, ["a", "a", "b", "c"], {rows[0].id: "It is number 7: a fee."}),
        answers=GenerationSettings(4),
        folder=folder,
    )
    return replace(made, **changes)


def test_both_budgets_are_what_their_names_say(tiny_model, tmp_path):  # noqa: F811
    made = experiment(tiny_model, tmp_path)
    raw = made.recipe_of(Arm(selection("raw")), 0)
    steps = {
        budget: total_steps(made.recipe_of(Arm(selection("random:8"), budget), 0).config, 8)
        for budget in ("updates", "epochs")
    }
    assert total_steps(raw.config, 24) == 6
    assert steps == {"updates": 6, "epochs": 2}, "a third of the rows, a third of the updates"


def test_another_question_s_answer_is_of_another_group():
    rows = [new_record(f"Question {i}?", f"Answer {i}.") for i in range(4)]
    others = Asked(rows, ["a", "a", "b", "b"], {}).others
    assert {others[0], others[1]} <= {"Answer 2.", "Answer 3."}
    assert Asked(rows[:1], ["a"], {}).others == [""]


def test_a_comparison_is_run_once_and_goes_on_where_it_was(tiny_model, tmp_path):  # noqa: F811
    arms = choose_arms([selection("raw"), selection("random:8")])
    half = run_arms(experiment(tiny_model, tmp_path), arms[:2], seeds=1)
    results = run_arms(experiment(tiny_model, tmp_path), arms, seeds=1)
    assert results[:2] == half, "what was known isn't run again"
    assert [(one.arm, one.budget, one.steps) for one in results[2:]] == [
        *(("random:8", "updates", 6), ("random:8", "epochs", 2)),
    ]
    assert [SelectionResult.from_dict(row) for row in read_jsonl(tmp_path / "results.jsonl")] == results
    base, raw = half
    assert base.rows == base.steps == 0
    assert (raw.rows, raw.steps) == (24, 6)
    assert raw.values["loss"] != base.values["loss"]
    assert set(raw.values["truth"]) <= {0.0, 1.0}
    assert raw.values["contradicted"][1:] == [None] * 3, "only where a wrong answer is known"
    text = table_text(tabulate(results, experiment(tiny_model, tmp_path).asked.groups, "loss", 0.02))
    assert "## Equal updates" in text
    assert "random:8 beats raw in loss" in text


def test_workers_share_the_cards_by_turns():
    assert [card_of(worker, ["0", "1"]) for worker in range(4)] == ["0", "1", "0", "1"]
    assert card_of(3, []) == ""


def result(arm: str, seed: int, loss, budget: str = "updates") -> SelectionResult:
    return SelectionResult(
        **{
            "arm": arm,
            "budget": budget,
            "seed": seed,
            "identity": f"{arm} {seed}",
            "rows": 800,
            "tokens": 9,
            "steps": 5,
        },
        **{"hardware": "cpu", "training_seconds": 1.0, "seconds": 2.0},
        values={"loss": list(loss)},
    )


def table(better: float, n: int = 200, noise: float = 0.1):
    """Curated rows are `better` nats than random ones, over three seeds."""
    rng = np.random.default_rng(0)
    hard = rng.normal(2, 0.5, n)
    results = [
        result(arm, seed, hard + shift + noise * rng.normal(size=n))
        for seed in range(3)
        for arm, shift in (("random:800", 0.0), ("curated:800", -better))
    ]
    return tabulate(results, [str(place) for place in range(n)], "loss", 0.02)


@pytest.mark.parametrize(("better", "verdict"), [(0.1, "supported"), (-0.1, "contradicted"), (0.0, "can't tell")])
def test_a_claim_is_supported_contradicted_or_cant_be_told(better, verdict):
    (claim,) = table(better)["tables"]["updates"]["claims"]
    assert (claim["arm"], claim["against"]) == ("curated:800", "random:800")
    assert claim["verdict"] == verdict
    assert claim["sentence"].startswith(f"curated:800 beats random:800 in loss: {verdict}")


def test_what_it_would_take_to_tell_is_said():
    spread = [0.3, -0.3] * 10
    results = [result("random:800", seed, [2.0] * 20) for seed in range(3)]
    results += [result("curated:800", seed, [2.0 + one for one in spread[seed:] + spread[:seed]]) for seed in range(3)]
    (claim,) = tabulate(results, [str(place) for place in range(20)], "loss", 0.02)["tables"]["updates"]["claims"]
    assert "no difference that this data can show: one of 0.02 would take" in claim["sentence"]
    assert "rows with 3 seeds" in claim["sentence"]


def test_no_difference_beyond_the_margin_is_a_finding():
    (claim,) = table(0.0, n=2000)["tables"]["updates"]["claims"]
    assert "no difference beyond the margin of 0.02" in claim["sentence"]


def test_rows_that_a_seed_left_unscored_enter_no_difference():
    results = [result("raw", 0, [1.0, 2.0, 3.0]), result("random:2", 0, [1.5, None, 3.9])]
    (claim,) = tabulate(results, ["a", "b", "c"], "loss", 0.02)["tables"]["updates"]["claims"]
    assert claim["difference"]["n"] == 2


def test_the_page_shows_every_selection_with_its_whiskers_and_escapes_names():
    rng = np.random.default_rng(1)
    results = [result(arm, seed, rng.normal(2, 0.3, 30)) for seed in range(2) for arm in ("raw", "gold", "<b>:800")]
    found = tabulate(results, [str(i) for i in range(30)], "loss", 0.02)
    html = page({**found, "asked": "validation", "plan": None, "left_out_as_leaks": 0}, plots(found))
    assert html.count("<circle") == 3
    assert html.count('stroke="#1d4ed8"') == 2, "raw is the line that the others are held against"
    assert "<b>:800" not in html
    json.dumps(found, allow_nan=False)


@pytest.fixture
def study(tiny_model, tmp_path):  # noqa: F811
    """A study that is curated and split, its base two layers deep."""
    from curation.split.stage import split_curated
    from curation.stage import curate_sources

    workspace = Workspace(tmp_path)
    rows = [{"question": row.question, "answer": row.answer} for row in records(32)]
    write_jsonl(tmp_path / "source.jsonl", rows)
    (tmp_path / "winnow.yaml").write_text("seed: 0\n")
    config = load(None, [f"models.base={tiny_model}", *SMALL])
    curate_sources([str(tmp_path / "source.jsonl")], workspace.curated, config)
    split_curated(workspace.curated, workspace.split, config)
    return workspace, config


SMALL = (
    *("split.held_out=4", "split.validation=4", "split.flagged=train", "answers.max_new_tokens=4"),
    *("training.batch_size=8", "training.accumulation=1", "training.epochs=1", "training.quantization=none"),
)


@pytest.mark.slow
def test_a_study_is_compared_on_validation_rows_and_on_held_out_rows_once_as_planned(study):
    workspace, config = study
    request = Request(arms=("raw", "curated:6", "ifd:6"), seeds=1)
    found = compare_study_selections(workspace, config, request, 1, silent)
    assert found["asked"] == "validation"
    assert found["plan"] is None
    folder = workspace.root / "selections" / "validation"
    assert {"results.jsonl", "selections.json", "selections.md", "selections.html", "updates.svg"} <= {
        path.name for path in folder.iterdir()
    }
    with pytest.raises(InputError, match="none plans these arms"):
        compare_study_selections(workspace, config, replace(request, final=True), 1, silent)

    planned = config.model_copy(update={"plan": PlanConfig(selections=SelectionsPlan(arms=("raw",), seeds=2))})
    freeze(planned_fields(workspace, planned)).write(workspace.plan_file)
    final = compare_study_selections(workspace, planned, Request(final=True), 1, silent)
    assert final["asked"] == "held-out"
    assert final["plan"]
    assert [line["kind"] for line in history(workspace)] == ["selections"], "the held-out rows were looked at"
    with pytest.raises(InputError, match="asked already"):
        compare_study_selections(workspace, planned, Request(final=True), 1, silent)
    with pytest.raises(PlanChanged):
        frozen_plan(workspace, config)
