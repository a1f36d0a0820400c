from __future__ import annotations

from studio.runs_table import Point, curves, differences, minutes_of, runs_of
from winnow.data.files import write_json
from winnow.study.workspace import Workspace


def test_a_loss_is_shown_raw_smoothed_and_beside_the_validation_loss_while_it_is_written(tmp_path):
    path = tmp_path / "metrics.jsonl"
    path.write_text(
        '{"step": 0, "validation_loss": 4.0}\n{"step": 1, "loss": 4.0}\n{"step": 2, "loss": 2.0, "grad_norm": 1}\n{"st'
    )
    found = curves(path)
    assert [(p.kind, p.value) for p in found["loss"] if p.kind != "smoothed"] == [
        ("training", 4.0), ("training", 2.0), ("validation", 4.0)]  # fmt: skip
    smooth = [p.value for p in found["loss"] if p.kind == "smoothed"]
    assert smooth[0] == 4.0
    assert 2.0 < smooth[1] < 4.0
    assert found["grad_norm"] == [Point(2, 1, "training")]


def test_runs_are_compared_by_what_differs(tmp_path):
    place = Workspace(tmp_path)
    for name, rank in (("monday", 8), ("tuesday", 32)):
        write_json(place.runs / name / "manifest.json", {"seconds": 60, "settings": {"rank": rank, "epochs": 2}})
    assert differences(runs_of(place)) == [{"run": "tuesday", "rank": "32"}, {"run": "monday", "rank": "8"}]


def test_the_time_of_a_run_is_estimated_by_the_steps_of_an_earlier_one(tmp_path):
    path = tmp_path / "metrics.jsonl"
    path.write_text('{"step": 1, "seconds": 60}\n{"step": 2, "seconds": 3}\n{"step": 3, "seconds": 3}\n')
    assert minutes_of(100, path) == 5.0
    assert minutes_of(100, None) is None
