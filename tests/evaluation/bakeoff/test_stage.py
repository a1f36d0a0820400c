from __future__ import annotations

import pytest

from evaluation.answering.answers import to_answers
from evaluation.answering.stage import AGAIN, answer_held_out
from evaluation.bakeoff.licence import licence_of
from evaluation.bakeoff.stage import bake_off, bake_off_text, page
from evaluation.comparison.again import compare_again
from tests.training_models import tiny_model  # noqa: F401
from winnow.config import load
from winnow.data.files import read_jsonl, write_jsonl
from winnow.errors import InputError
from winnow.progress import silent
from winnow.study.plan import freeze
from winnow.study.plan_fields import planned_fields
from winnow.study.workspace import Workspace


def candidate(name, **more):
    quality = {"token_f1": {"estimate": 0.2, "low": 0.1, "high": 0.3, "n": 40, "signature": "token_f1|x"}}
    general = {"estimate": 0.5, "low": 0.3, "high": 0.7, "n": 20}
    return {
        **{"model": name, "licence": "mit", "weights_gb": 0.3, "peak_memory_gb": 1.2, "tokens_per_second": 30.0},
        **{"quality": quality, "general": general, **more},
    }


def test_the_table_gives_every_figure_its_interval_and_names_who_is_compared_with_whom():
    difference = {"token_f1": {"estimate": -0.05, "low": -0.1, "high": 0.0, "n": 40}}
    rows = [candidate("small"), candidate("<b>other</b>", against_first=difference)]
    found = {"held_out": 40, "metrics": ["token_f1"], "rows": rows}
    text, html = bake_off_text(found), page(found)
    assert "0.500 [0.300, 0.700] n=20" in text
    assert "-0.050 [-0.100, +0.000] n=40 against small" in text
    assert "&lt;b&gt;other" in html
    assert "<b>other" not in html


def test_no_model_is_an_error_that_says_what_to_name(tmp_path):
    with pytest.raises(InputError, match="no model named; give folders, hub names or URLs"):
        bake_off(Workspace(tmp_path), load(), [])


def test_a_licence_is_read_from_the_card_or_said_to_be_unknown(tmp_path):
    (tmp_path / "config.json").write_text("{}")
    (tmp_path / "model.safetensors").write_bytes(b"")
    assert licence_of(str(tmp_path)).startswith("unknown")
    (tmp_path / "LICENSE").write_text("\n  Apache License\n  Version 2.0\n")
    assert licence_of(str(tmp_path)) == "Apache License"
    (tmp_path / "README.md").write_text("---\nlicense: apache-2.0\n---\nlicense: no\n")
    assert licence_of(str(tmp_path)) == "apache-2.0"
    assert licence_of("http://127.0.0.1:8000/v1").startswith("unknown")


ROWS = [
    {
        "id": "q1",
        "question": "What is the capital of France?",
        "answer": "The capital of France is Paris.",
        "group": "a",
    },
    {"id": "q2", "question": "What is the largest planet?", "answer": "Jupiter is the largest planet.", "group": "b"},
    {"id": "q3", "question": "How many days has a week?", "answer": "A week has seven days.", "group": "c"},
]


def study_of(folder, base):
    study = Workspace(folder)
    settings = ("answers.max_new_tokens=12", "retention.max_items=2", "retention.max_new_tokens=4")
    config = load(overrides=[f"models.base={base}", "metrics.names=[token_recall]", *settings])
    write_jsonl(study.split / "held_out.jsonl", ROWS)
    return study, config


@pytest.mark.slow
def test_two_real_models_are_told_apart_and_not_run_again(tmp_path, smollm2, tiny_model):  # noqa: F811
    study, config = study_of(tmp_path, smollm2)
    found = bake_off(study, config, [str(smollm2), str(tiny_model)])
    able, random = found["rows"]
    assert able["quality"]["token_recall"]["estimate"] > 0.3 > random["quality"]["token_recall"]["estimate"]
    assert random["against_first"]["token_recall"]["estimate"] < 0
    assert able["peak_memory_gb"] > random["peak_memory_gb"] > 0.1
    assert random["general"]["n"] > 0
    assert "licence" in bake_off_text(found)
    again = bake_off(study, config, [str(smollm2), str(tiny_model)])
    assert all(row["current"] for row in again["rows"])


@pytest.mark.parametrize(("temperature", "same"), [(0.0, 3), (1.5, 0)])
def test_a_model_against_itself_says_the_same_and_sampled_it_says_something_else(
    tmp_path,
    tiny_model,  # noqa: F811
    temperature,
    same,
):
    study, config = study_of(tmp_path, tiny_model)
    config = config.model_copy(update={"answers": config.answers.model_copy(update={"temperature": temperature})})
    freeze(planned_fields(study, config)).write(study.plan_file)
    for name in ("base", AGAIN):
        answer_held_out(study, config, name, silent)
    base, again = (to_answers(read_jsonl(study.answers / f"{name}.jsonl"), name) for name in ("base", AGAIN))
    found = compare_again(base, again, config.metrics.names, seed=config.seed)
    assert found.same_text == same
    assert found.called == []
