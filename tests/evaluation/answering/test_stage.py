from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from evaluation.answering.stage import answer_held_out, find_system
from evaluation.metrics import score_rows
from tests.training_models import tiny_model  # noqa: F401
from winnow.config import load
from winnow.data.files import read_jsonl, write_jsonl
from winnow.errors import InputError
from winnow.progress import silent
from winnow.study.plan import freeze
from winnow.study.plan_fields import planned_fields
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


def test_a_system_without_context_is_a_system_of_its_own_alone_or_with_retrieval(study):
    found = [find_system(study, load(), name) for name in ("tuned-no-context", "monday-no-context-retrieval", "tuned")]
    assert [system.closed for system in found] == [True, True, False]
    assert [system.retrieval for system in found] == [False, True, False]
    assert [system.name for system in found] == ["tuned-no-context", "monday-no-context-retrieval", "tuned"]
    served = find_system(study, load(), "http://127.0.0.1:8000/v1-no-context")
    assert (served.base, served.closed) == ("http://127.0.0.1:8000/v1", True)


ROWS = [
    {"id": "q1", "question": "What does it cost?", "answer": "£5.", "context": "Basic card: £5."},
    {"id": "q2", "question": "What is 2 + 2?", "answer": "4.", "references": ["four", "It is 4."]},
]


@pytest.fixture(scope="module")
def asked(tmp_path_factory, tiny_model):  # noqa: F811
    """A study of two held-out rows, and how it is asked and answered: system, settings → rows of answers."""
    place = Workspace(tmp_path_factory.mktemp("asked"))
    write_jsonl(place.split / "held_out.jsonl", ROWS)

    def answers(name, *settings, rows=ROWS):
        config = load(overrides=[f"models.base={tiny_model}", "answers.max_new_tokens=2", *settings])
        write_jsonl(place.split / "held_out.jsonl", rows)
        freeze(planned_fields(place, config)).write(place.plan_file)
        answer_held_out(place, config, name, silent)
        return read_jsonl(place.answers / f"{name}.jsonl")

    return answers


def test_closed_book_the_context_is_neither_read_nor_told(asked):
    opened, closed = asked("base"), asked("base-no-context")
    assert [row.get("context") for row in opened] == ["Basic card: £5.", None]
    assert [row.get("context") for row in closed] == [None, None]
    assert [row["prediction"] for row in asked("base", "prompt.template={question}")] == [
        row["prediction"] for row in closed
    ]


def test_a_system_without_context_is_refused_where_it_would_be_the_system_itself(asked):
    with pytest.raises(InputError, match="no held-out row has a context, so its answers would be those of base"):
        asked("base-no-context", rows=ROWS[1:])
    with pytest.raises(InputError, match="shows no context, so base is asked without it already"):
        asked("base-no-context", "prompt.template={question}")


def test_further_references_come_with_the_answer_and_the_best_of_them_counts(asked):
    row = asked("base")[1]
    assert row["reference"] == ["4.", "four", "It is 4."]
    said = [{**row, "prediction": "Four"}, {**row, "id": "q3", "prediction": "five"}]
    found = score_rows(said, ["exact_match"]).as_dict()["metrics"]["exact_match"]
    assert (found["estimate"], found["n"]) == (0.5, 2)


def test_a_held_out_row_that_the_template_refuses_is_named_before_a_model_is_loaded(asked, tiny_model, tmp_path):  # noqa: F811
    strict = shutil.copytree(tiny_model, tmp_path / "strict")
    (strict / "chat_template.jinja").write_text((Path(__file__).parents[2] / "data" / "mistral.jinja").read_text())
    twice = [{**ROWS[0], "id": "q9", "history": [{"role": "user", "content": "Hello?"}]}]
    with pytest.raises(InputError, match=r"row q9: .* refuses the turns user, user .*must alternate"):
        asked("base", f"models.base={strict}", rows=twice)
