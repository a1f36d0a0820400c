"""A sweep and a curve choose by validation rows alone, go on where they stopped, and end in a table and a plot."""

from __future__ import annotations

import json

import pytest

from tests.training_models import recipe, tiny_model  # noqa: F401
from training.qlora import train
from training.search.plot import Point, scatter
from training.search.sweep import curve, sweep
from winnow.errors import InputError


def test_a_sweep_ranks_its_trials_and_goes_on(tiny_model, tmp_path):  # noqa: F811
    pytest.importorskip("optuna")
    job = recipe(tiny_model, rows=6, max_steps=2, evaluations=1)
    assert len(sweep(job, tmp_path, trials=1)) == 1
    trials = sweep(job, tmp_path, trials=2)
    losses = [trial.validation_loss for trial in trials if trial.state == "complete"]
    assert len(trials) == 2
    assert trials[0].params["learning_rate"] != trials[1].params["learning_rate"], (
        "going on must not draw the same settings again"
    )
    assert losses == sorted(losses)
    assert {"rank", "learning_rate", "target_modules", "epochs", "share"} <= set(trials[0].as_dict())
    assert (tmp_path / "sweep.md").read_text().count("\n") == 4
    assert "<svg" in (tmp_path / "sweep.svg").read_text()


def test_a_broken_off_trial_is_gone_on_with(tiny_model, tmp_path, monkeypatch):  # noqa: F811
    pytest.importorskip("optuna")
    job = recipe(tiny_model, rows=6, max_steps=2, evaluations=2)

    def broken_off(*args, on_validation, **options):
        def stop(done, loss):
            on_validation(done, loss)
            if done == 0.5:
                raise KeyboardInterrupt

        return train(*args, on_validation=stop, **options)

    monkeypatch.setattr("training.search.sweep.train", broken_off)
    with pytest.raises(KeyboardInterrupt):
        sweep(job, tmp_path, trials=1)
    monkeypatch.undo()
    (trial,) = sweep(job, tmp_path, trials=1)
    assert trial.number == 0
    assert trial.state == "complete"


def test_a_diverging_trial_is_pruned_and_others_follow(tiny_model, tmp_path):  # noqa: F811
    optuna = pytest.importorskip("optuna")
    storage = f"sqlite:///{tmp_path / 'study.sqlite'}"
    study = optuna.create_study(study_name="winnow", storage=storage)
    study.enqueue_trial({"learning_rate": 1e6})
    with pytest.warns(UserWarning, match="out of range"):
        trials = sweep(recipe(tiny_model, rows=6, max_steps=12, evaluations=1), tmp_path, trials=2)
    assert [trial.state for trial in trials] == ["complete", "pruned"]


def test_a_sweep_of_other_rows_is_not_mixed_in(tiny_model, tmp_path):  # noqa: F811
    pytest.importorskip("optuna")
    sweep(recipe(tiny_model, rows=6, max_steps=1, evaluations=1), tmp_path, trials=0)
    with pytest.raises(InputError, match="other rows or settings"):
        sweep(recipe(tiny_model, rows=7, max_steps=1, evaluations=1), tmp_path, trials=1)


def test_a_curve_trains_growing_parts_for_the_same_number_of_updates(tiny_model, tmp_path):  # noqa: F811
    job = recipe(tiny_model, rows=8, max_steps=None, epochs=1, evaluations=1)
    runs = curve(job, tmp_path, shares=(0.5, 1.0), seeds=1)
    assert [run.rows for run in runs] == [4, 8]
    manifests = [json.loads((tmp_path / name / "manifest.json").read_text()) for name in ("0.5-seed-0", "1-seed-0")]
    assert [manifest["steps"] for manifest in manifests] == [4, 4]
    assert all(manifest["exploratory"] for manifest in manifests)


def test_both_need_validation_rows(tiny_model, tmp_path):  # noqa: F811
    for search in (lambda job: sweep(job, tmp_path, 1), lambda job: curve(job, tmp_path)):
        with pytest.raises(InputError, match="no validation rows"):
            search(recipe(tiny_model, validation=0))


def test_a_plot_escapes_its_labels_and_takes_a_single_point():
    svg = scatter([Point(1, 2, "<b>", marked=True)], "rows & more", "loss")
    assert "&lt;b&gt;" in svg
    assert "rows &amp; more" in svg
    assert "<b>" not in svg
