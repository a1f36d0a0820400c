"""A tokenizer is read once a process, again where its files changed, and nobody changes another's."""

from __future__ import annotations

import shutil

import pytest
from transformers import AutoTokenizer

from tests.training_models import recipe, tiny_model  # noqa: F401
from training import backends
from training.qlora import train
from winnow.config import load
from winnow.data.files import write_jsonl
from winnow.models.tokenizer import load_tokenizer
from winnow.study.plan_fields import planned_fields
from winnow.study.workspace import Workspace


@pytest.fixture
def loaded(monkeypatch) -> list[str]:
    """Note each folder from which a tokenizer is read; it is read as ever."""
    noted, load = [], AutoTokenizer.from_pretrained

    def watched(source, **options):
        noted.append(str(source))
        return load(source, **options)

    monkeypatch.setattr(AutoTokenizer, "from_pretrained", watched)
    return noted


def own_copy(source, folder):
    """Copy a model to a folder that no other test has read from."""
    return shutil.copytree(source, folder / "model")


def test_plan_and_training_read_the_tokenizer_once(tiny_model, tmp_path, loaded):  # noqa: F811
    model = own_copy(tiny_model, tmp_path)
    write_jsonl(
        tmp_path / "split" / "held_out.jsonl", [{"id": "h", "question": "What is a fee?", "answer": "A price."}]
    )
    planned_fields(Workspace(tmp_path), load(None, [f"models.base={model}"]))
    train(recipe(model, rows=4, validation=0, max_steps=1), tmp_path / "run", no_plan=True)
    assert loaded == [str(model)]


def test_a_changed_template_is_read_again(tiny_model, tmp_path):  # noqa: F811
    model = own_copy(tiny_model, tmp_path)
    before = load_tokenizer(str(model))
    assert load_tokenizer(str(model)) is before
    (model / "chat_template.jinja").write_text("{{ messages[0].content }}!")
    assert load_tokenizer(str(model)).chat_template == "{{ messages[0].content }}!"


def test_padding_that_training_adds_is_its_own(tiny_model, tmp_path):  # noqa: F811
    model = own_copy(tiny_model, tmp_path)
    bare = AutoTokenizer.from_pretrained(model)
    bare.pad_token = None
    bare.save_pretrained(model)
    assert backends.load_tokenizer(str(model)).pad_token == bare.eos_token
    assert load_tokenizer(str(model)).pad_token is None
