from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from evaluation.arms.experiment import equal_passes, run_arms
from evaluation.mixtures.experiment import Arm, Experiment, choose_arms
from evaluation.mixtures.result import ArmResult, DomainScores, ItemResult
from evaluation.mixtures.study import compare_study_mixtures
from evaluation.mixtures.table import page, table_text, tabulate
from evaluation.retention.items import Item
from tests.training_models import recipe, records, tiny_model  # noqa: F401
from training.arguments import total_steps
from training.recipe import TrainingData
from winnow.config import (
    AnswersConfig,
    Config,
    MetricsConfig,
    PreservationConfig,
    RetentionConfig,
    TrainingConfig,
)
from winnow.data.files import read_jsonl, write_jsonl
from winnow.errors import InputError
from winnow.models.interface import GenerationSettings
from winnow.progress import silent
from winnow.study.workspace import Workspace

ARMS = [Arm("nothing"), Arm("self-written", 0.5)]


def test_the_arms_are_task_only_each_share_kl_and_external():
    names = [arm.name for arm in choose_arms((0.0, 0.1, 0.5), 0.25, external=True, own_prompts=True)]
    assert names == [
        *("task only", "task only, adapter × 0.7", "self-written 10%", "self-written 50%", "self-written 25%, KL"),
        *("external 25%", "own prompts 25%"),
    ]
    plain = [arm.name for arm in choose_arms((0.1,), 0.25, external=False)]
    assert not {"external 25%", "own prompts 25%"} & {*plain}


def test_a_limit_of_updates_becomes_as_many_passes_over_the_task_rows():
    config = TrainingConfig(batch_size=4, accumulation=2, max_steps=10)
    passes = equal_passes(config, rows=40)  # five updates a pass
    assert passes.epochs == 2
    assert total_steps(passes, 40) == 10
    assert total_steps(passes, 80) == 20, "mixed rows come on top"
    assert passes.patience is None


def experiment(model, folder: Path, **changes) -> Experiment:
    own = records(8, "Hey, ")
    asked = "Is fire hot?\n\nA. Yes\nB. No\n\nAnswer with the letter."
    made = Experiment(
        recipe=recipe(model, data=TrainingData(records(12)), max_steps=3, batch_size=4),
        own=own,
        external=records(8, "Say: "),
        domain=records(3, "Now: "),
        items=[
            Item("n", "general", "What is 1 + 1?", {"type": "number", "value": 2}),
            Item("mc", "multiple_choice", asked, None, ("Yes", "No"), 0),
        ],
        answers=GenerationSettings(8),
        general=GenerationSettings(8),
        metric="token_f1",
        folder=folder,
    )
    return replace(made, **changes)


@pytest.mark.slow
def test_a_killed_comparison_goes_on_and_runs_nothing_twice(tiny_model, tmp_path):  # noqa: F811
    """A process is killed once its first result is on the disk, half a line of the next behind it."""
    code = (
        "import os, sys; from pathlib import Path\n"
        "import evaluation.arms.experiment as m; from tests.evaluation.mixtures.test_mixtures import ARMS, experiment\n"
        "append = m.append_lines\n"
        "def killed(path, line):\n"
        "    append(path, line)\n"
        "    with path.open('a') as out: out.write('{\"arm\": \"self')\n"
        "    os.kill(os.getpid(), 9)\n"
        "m.append_lines = killed\n"
        "m.run_arms(experiment(Path(sys.argv[1]), Path(sys.argv[2])), ARMS, 1)"
    )
    done = subprocess.run([sys.executable, "-c", code, str(tiny_model), str(tmp_path)], check=False)
    assert done.returncode == -9
    rows = run_arms(experiment(tiny_model, tmp_path), ARMS, seeds=1)
    assert [row.arm for row in rows] == ["task only", "self-written 50%"]
    assert [row.steps for row in rows] == [3, 5], "as many passes over more rows"
    assert rows[0].share == 0
    assert rows[1].share == pytest.approx(0.5, abs=0.1)
    assert rows[0].base == rows[1].base, "one base for all"
    assert rows[0].base.loss != rows[0].tuned.loss
    assert [ArmResult.from_dict(row) for row in read_jsonl(tmp_path / "results.jsonl")] == rows

    before = (tmp_path / "results.jsonl").read_bytes()
    assert run_arms(experiment(tiny_model, tmp_path), ARMS, seeds=1) == rows
    assert (tmp_path / "results.jsonl").read_bytes() == before
    other = experiment(tiny_model, tmp_path, metric="rouge_l")
    assert other.identity(ARMS[0], 0) != rows[0].identity, "other measurements are other results"
    text = table_text(tabulate(rows, 0.05))
    assert "self-written 50%" in text
    assert "token_f1" in text


def test_a_weakened_adapter_is_the_same_run_nearer_to_the_base(tiny_model, tmp_path):  # noqa: F811
    arms = [Arm("nothing"), Arm("nothing", strength=0.7), Arm("nothing", strength=0.01)]
    whole, weakened, hardly = run_arms(experiment(tiny_model, tmp_path), arms, seeds=1)
    assert len([*(tmp_path / "runs").iterdir()]) == 1, "no further run"

    def away(row):
        return sum(abs(tuned - base) for tuned, base in zip(row.tuned.loss, row.base.loss, strict=True))

    assert away(whole) > away(weakened) > away(hardly)
    assert hardly.tuned.loss == pytest.approx(hardly.base.loss, abs=0.01)


@pytest.mark.slow
def test_runs_side_by_side_give_what_one_after_another_gives(tiny_model, tmp_path):  # noqa: F811
    alone = run_arms(experiment(tiny_model, tmp_path / "alone"), ARMS, seeds=2)
    beside = run_arms(experiment(tiny_model, tmp_path / "beside"), ARMS, seeds=2, workers=2)
    assert {row.identity: row.sides for row in alone} == {row.identity: row.sides for row in beside}


def test_no_run_begins_that_the_time_doesnt_suffice_for(tiny_model, tmp_path):  # noqa: F811
    assert run_arms(experiment(tiny_model, tmp_path), ARMS, seeds=1, seconds=0) == []


@pytest.fixture
def study(tmp_path):
    """A study that is split: three rows of each part."""
    workspace = Workspace(tmp_path)
    for part, start in (("train", 0), ("validation", 3), ("held_out", 6)):
        chosen = records(9)[start : start + 3]
        rows = [{"id": r.id, "question": r.question, "answer": r.answer} for r in chosen]
        write_jsonl(workspace.split / f"{part}.jsonl", rows)
    return workspace


@pytest.mark.parametrize("part", ["validation", "held_out"])
def test_external_rows_that_the_gain_is_measured_on_are_refused(study, part):
    with pytest.raises(InputError, match="copies of them"):
        compare_study_mixtures(study, Config(), study.split / f"{part}.jsonl", (0.1,), 1, 1, silent)


def test_a_share_of_everything_is_refused(study):
    with pytest.raises(InputError, match="share 1 of the trained tokens"):
        compare_study_mixtures(study, Config(), None, (0.1, 1.0), 1, 1, silent)


@pytest.mark.slow
def test_a_study_is_compared_with_the_real_model_from_its_own_rows_to_the_page(study):
    """The base answers a prompt of the user's, whose short answer every share can hold."""
    write_jsonl(study.root / "own.jsonl", [{"prompt": "What is the capital of France?"}])
    config = Config(
        preservation=PreservationConfig(share=0.5, prompts="own.jsonl", prompts_only=True, max_answer_tokens=16),
        training=TrainingConfig(quantization="none", max_steps=1, batch_size=4, accumulation=1),
        answers=AnswersConfig(max_new_tokens=8),
        retention=RetentionConfig(max_items=2, max_new_tokens=8),
        metrics=MetricsConfig(names=("token_f1",)),
    )
    found = compare_study_mixtures(study, config, None, (0.5,), 1, 1, silent)
    names = [line["arm"] for line in found["arms"]]
    own = ["self-written 50%", "self-written 50%, KL", "own prompts 50%"]
    assert names == ["task only", "task only, adapter × 0.7", *own]
    assert found["arms"][2]["share"] > 0
    assert found["arms"][4]["share"] > 0
    folder = study.root / "mixtures"
    assert {"results.jsonl", "mixtures.json", "mixtures.md", "mixtures.html"} <= {p.name for p in folder.iterdir()}
    assert all(row["items"] for row in read_jsonl(folder / "results.jsonl"))
    assert "self-written 50%, KL" in (folder / "mixtures.html").read_text()


def row(arm, seed, scores, right, loss=1.0):
    """A result in which the base scores 0.2 everywhere and is right on every second item."""
    n = len(scores)
    return ArmResult(
        **{"arm": arm, "seed": seed, "identity": f"{arm} {seed}", "steps": 10, "share": 0.0, "metric": "token_f1"},
        **{"rows": {}, "hardware": "cpu", "seconds": 1.0},
        base=DomainScores([0.2] * n, [2.0] * n),
        tuned=DomainScores(scores, [loss] * n),
        items=tuple(
            ItemResult(f"i{place}", "general", True, 0, place % 2 == 0, tuned, 0.1 * (place + 1))
            for place, tuned in enumerate(right)
        ),
    )


def test_the_table_gives_the_mean_over_seeds_and_their_range():
    rows = [row("task only", seed, [0.3, 0.5, 0.4 + seed / 10], [True, False, False]) for seed in range(2)]
    (line,) = tabulate(rows, 0.05)["arms"]
    assert line["gain"]["estimate"] == pytest.approx((0.1 + 0.3 + 0.25) / 3)
    assert line["over_seeds"]["gain"] == [pytest.approx(0.2), pytest.approx(0.7 / 3)]
    assert line["right"]["estimate"] == pytest.approx(-1 / 3)
    assert line["forgotten"] == [pytest.approx(1 / 3)] * 2
    assert line["right"]["n"] == line["gain"]["n"] == 3
    assert line["verdict"] == "inconclusive"


def test_unreadable_answers_are_counted_and_dont_enter_the_change():
    rows = [row("task only", 0, [0.3, 0.4], [True, None, None, True])]
    (line,) = tabulate(rows, 0.05)["arms"]
    assert line["unreadable"] == {"base": 0, "tuned": 2}
    assert line["right"]["n"] == 2
    assert line["right"]["estimate"] == 0.5


def test_many_unreadable_answers_fail_the_margin():
    (line,) = tabulate([row("task only", 0, [0.3, 0.4], [True, False] * 40 + [None] * 40)], 0.05)["arms"]
    assert line["verdict"] == "fail"


def test_what_was_lost_is_told_even_where_as_much_was_gained():
    """Right answers net the same; item by item task only lost two and won two, the mixture neither."""
    table = tabulate(
        [row("task only", 0, [0.3, 0.4], [False, True] * 2), row("self-written 10%", 0, [0.3, 0.4], [True, False] * 2)],
        0.05,
    )
    first, mixed = table["arms"]
    assert first["right"]["estimate"] == mixed["right"]["estimate"] == 0
    assert (first["lost"]["estimate"], mixed["lost"]["estimate"]) == (0.5, 0.0)
    assert mixed["against_first"]["lost"]["estimate"] == -0.5
    assert first["sets"]["general"]["lost"]["estimate"] == 0.5
    assert "general: lost 1→0" in table_text(table)


def test_an_answer_unreadable_with_one_seed_of_two_counts_as_unreadable():
    rows = [row("task only", 0, [0.3, 0.4], [True] * 4), row("task only", 1, [0.3, 0.4], [None, True, True, True])]
    (line,) = tabulate(rows, 0.05)["arms"]
    assert line["unreadable"] == {"base": 0, "tuned": 1}
    assert line["right"]["n"] == 4, "the seed that could be read counts"


def test_a_mixture_is_on_the_frontier_unless_another_beats_it_on_both_sides():
    keeps, loses = [True, False] * 3, [False, False] * 3
    rows = [
        row("task only", 0, [0.6, 0.7], loses),
        row("self-written 10%", 0, [0.5, 0.6], keeps),
        row("self-written 50%", 0, [0.3, 0.4], keeps),
    ]
    table = tabulate(rows, 0.05)
    assert {line["arm"]: line["on_frontier"] for line in table["arms"]} == {
        "task only": True,
        "self-written 10%": True,
        "self-written 50%": False,
    }
    against = table["arms"][1]["against_first"]
    assert against["right"]["estimate"] == pytest.approx(0.5)
    assert against["gain"]["estimate"] == pytest.approx(-0.1)
    json.dumps(table, allow_nan=False)


def test_the_page_shows_every_mixture_with_its_whiskers():
    scores = [0.3, 0.5, 0.9, 0.4, 0.2, 0.7, 0.6, 0.1]
    rows = [row(name, 0, scores, [True, False, False]) for name in ("task only", "<b>own</b>")]
    html = page(tabulate(rows, 0.05))
    assert html.count("<circle") == 2
    assert "&lt;b&gt;own&lt;/b&gt;" in html
    assert "<b>own" not in html
