"""What a study's stages will take is known before they run, within a factor of two of what the demo took."""

from __future__ import annotations

import pytest

from studio.forecast import Size, forecast, forecast_text, total
from studio.machine import Machine, probe
from studio.study import open_study
from studio.terminal.run import prepare_demo

TIMED = Machine("cpu", python=1.0, flops=7e10, bandwidth=1e10, free_gb=20.0)  # on which the demo was timed
# Seconds of the demo's stages on 2 CPU cores with nothing beside them, and the most memory held: docs/benchmarks.md.
SEEN = {"curate": 36, "plan": 7, "preserve": 188, "train": 209, "answer": 133, "report": 8}
SEEN_IN_ALL, SEEN_GB = 581, 5.3


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    folder = tmp_path_factory.mktemp("demo")
    prepare_demo(folder)
    return open_study(folder)


@pytest.fixture(scope="module")
def expected(demo):
    return {one.name: one for one in forecast(demo, TIMED)}


@pytest.mark.parametrize("stage", SEEN)
def test_a_stage_of_the_demo_takes_what_was_expected_within_a_factor_of_two(stage, expected):
    assert 0.5 < expected[stage].seconds / SEEN[stage] < 2


def test_the_whole_demo_takes_what_was_expected_within_a_factor_of_two(expected):
    whole = total(expected.values())
    assert 0.5 < whole.seconds / SEEN_IN_ALL < 2
    assert 0.5 < whole.memory_gb / SEEN_GB < 2


def test_a_machine_half_as_fast_takes_twice_as_long(demo, expected):
    slow = {one.name: one for one in forecast(demo, Machine("cpu", 0.5, 3.5e10, 5e9, 20.0))}
    for name, one in slow.items():
        assert one.seconds == pytest.approx(2 * expected[name].seconds, rel=0.1)


def test_more_rows_take_longer_to_curate_and_no_longer_to_answer(demo, expected, tmp_path):
    rows = [source.read_text() for source in map(type(tmp_path), demo.sources)]
    (tmp_path / "more.jsonl").write_text("".join(rows) * 20)
    (tmp_path / "winnow.yaml").write_text(
        (demo.workspace.root / "winnow.yaml").read_text().replace(demo.sources[0], str(tmp_path / "more.jsonl"))
    )
    more = {one.name: one for one in forecast(open_study(tmp_path), TIMED)}
    assert more["curate"].seconds > expected["curate"].seconds + 15
    assert more["answer"] == expected["answer"]


def test_memory_that_will_not_fit_is_said(demo):
    small = Machine("cpu", 1.0, 7e10, 1e10, free_gb=2.0)
    assert "GB won't fit: 2.0 GB are free" in forecast_text(forecast(demo, small), small)


def test_what_a_server_or_a_missing_model_takes_is_not_guessed(tmp_path):
    (tmp_path / "faq.jsonl").write_text('{"question": "What is an ISA?", "answer": "A savings account."}\n')
    (tmp_path / "winnow.yaml").write_text('ingest: {sources: [faq.jsonl]}\nmodels: {base: "http://127.0.0.1:1/v1"}\n')
    stages = {one.name: one for one in forecast(open_study(tmp_path), TIMED)}
    assert stages["train"].seconds is None
    assert stages["curate"].seconds > 0
    assert "runs on a server" in forecast_text([stages["train"]], TIMED)


def test_sizes_add_up_and_are_shared():
    assert Size.of([(30, 20), (50, 40)]) == Size(2, 80, 60)
    assert Size(2, 80, 60).share(0.5) == Size(1, 40, 30)


def test_the_probe_tells_the_speeds_of_this_machine():
    machine = probe()
    assert machine.python > 0.01
    assert machine.flops > 1e8
    assert machine.bandwidth > 1e8
    assert machine.free_gb > 0
