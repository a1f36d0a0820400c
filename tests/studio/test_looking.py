"""How far a study is: looked at anew when a file changed, and never waited for by who can't."""

from __future__ import annotations

import threading
import time
from dataclasses import replace

import pytest

from studio import looking
from tests.studio import studio_workspace as study
from winnow.data.files import write_text


@pytest.fixture
def place(tmp_path):
    return study.make(tmp_path)


def states(look):
    return {station.name: station.state for station in look.stations}


def test_a_look_holds_until_a_file_of_the_study_changes(place):
    first = looking.looked(place)
    assert looking.looked(place) is first
    study.curate(place)
    assert states(first)["curate"] == "not yet"
    assert states(looking.looked(place))["curate"] != "not yet"


def test_who_cant_wait_gets_the_look_before_and_the_new_one_once_it_is_there(place, monkeypatch):
    monkeypatch.setattr(looking, "SHARE_OF_TIME", float("inf"))
    before = looking.looked(place)
    may_go, real = threading.Event(), looking.stations
    monkeypatch.setattr(looking, "stations", lambda study: may_go.wait(60) and real(study))
    write_text(place.root / "winnow.yaml", "seed: 2\n")
    assert looking.glanced(place, 0.01) is before
    may_go.set()
    assert looking.glanced(place, 60).study.config.seed == 2


def test_looks_beside_rest_ten_times_as_long_as_they_take(place, monkeypatch):
    before, now = looking.looked(place), time.monotonic()
    monkeypatch.setattr(looking, "monotonic", lambda: now)
    looking._last[place.root] = before = replace(before, at=now, took=1.0)
    write_text(place.root / "winnow.yaml", "seed: 2\n")
    now += 9.9
    assert looking.glanced(place, 60) is before
    now += 0.2
    assert looking.glanced(place, 60).study.config.seed == 2


def test_who_needs_to_know_is_told_at_once(place):
    looking._last[place.root] = before = replace(looking.looked(place), took=1.0)
    write_text(place.root / "winnow.yaml", "seed: 2\n")
    assert looking.glanced(place, 60) is before
    assert looking.looked(place).study.config.seed == 2


def test_a_study_that_was_never_looked_at_has_no_look_for_who_cant_wait(place, monkeypatch):
    may_go, real = threading.Event(), looking.stations
    monkeypatch.setattr(looking, "stations", lambda study: may_go.wait(60) and real(study))
    assert looking.glanced(place, 0.01) is None
    may_go.set()
    assert looking.glanced(place, 60) is not None
