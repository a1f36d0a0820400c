from __future__ import annotations

import pytest

from evaluation.answering.stage import find_system
from winnow.config import load
from winnow.errors import InputError
from winnow.study.workspace import Workspace


@pytest.fixture
def study(tmp_path):
    for folder in ("adapter", "checkpoints/checkpoint-20"):
        (tmp_path / "runs" / "monday" / folder).mkdir(parents=True)
    (tmp_path / "runs" / "monday" / "manifest.json").write_text("{}")
    return Workspace(tmp_path)


def test_a_checkpoint_of_a_run_is_a_system_of_its_own(study):
    system = find_system(study, load(), "tuned/checkpoint-20-retrieval")
    assert system.adapter == study.runs / "monday/checkpoints/checkpoint-20"
    assert system.retrieval
    assert system.name == "tuned-checkpoint-20-retrieval"


def test_a_server_is_named_by_its_address_so_that_its_answers_have_a_file(study):
    system = find_system(study, load(), "http://127.0.0.1:8000/v1")
    assert (system.name, system.base, system.adapter) == ("server-127.0.0.1-8000-v1", "http://127.0.0.1:8000/v1", None)


def test_the_base_asked_again_takes_no_answer_from_the_cache(study, monkeypatch):
    monkeypatch.setattr("evaluation.answering.stage.weights_hash", str)
    monkeypatch.setattr("evaluation.answering.stage.resolve_base_model", str)
    base, again = (find_system(study, load(), name) for name in ("base", "base-again"))
    assert base.base == again.base
    assert base.identity != again.identity


def test_an_unknown_system_is_answered_with_the_known_ones(study):
    with pytest.raises(InputError, match="base, tuned, a server's URL, the runs monday, monday/checkpoint-20"):
        find_system(study, load(), "monday/checkpoint-99")
