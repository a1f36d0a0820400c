"""The configuration says what is wrong and where, and renders itself with the effect of each key."""

from __future__ import annotations

import pytest
import yaml

from winnow.config import Config, SplitConfig, load, render, settings_hash
from winnow.errors import InputError


def fails(*overrides: str, text: str | None = None, tmp_path=None) -> str:
    path = None
    if text is not None:
        path = tmp_path / "winnow.yaml"
        path.write_text(text)
    with pytest.raises(InputError) as caught:
        load(path, overrides)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_defaults_need_no_file():
    assert load() == Config()


def test_overrides_win_over_the_file(tmp_path):
    path = tmp_path / "winnow.yaml"
    path.write_text("split:\n  held_out: 30\n")
    assert load(path).split.held_out == 30
    assert load(path, ["split.held_out=40"]).split.held_out == 40


def test_an_unknown_key_names_the_near_one(tmp_path):
    assert "did you mean held_out?" in fails("split.heldout=3")
    message = fails(text="seed: 1\nsplit:\n  heldout: 3\n", tmp_path=tmp_path)
    assert "winnow.yaml:3: split.heldout: unknown key; did you mean held_out?" in message


@pytest.mark.parametrize("template", ["{question}", "{context} {question}", '"Read: {context}\\n\\n{question}"'])
def test_a_prompt_template_may_be_named_without_the_quotes_that_yaml_wants(template, tmp_path):
    assert load(None, [f"prompt.template={template}"]).prompt.template == template.strip('"').replace("\\n", "\n")
    path = tmp_path / "winnow.yaml"
    path.write_text("prompt: {template: {question}}\n")
    assert load(path).prompt.template == "{question}"


def test_a_prompt_template_without_the_question_is_refused():
    assert "must hold {question}" in fails("prompt.template={context}")
    assert "prompt.template" in fails("prompt.template={question: 3}")


def test_a_bad_value_shows_the_value():
    assert "the value is 'many'" in fails("split.held_out=many")
    assert "no '='" in fails("split.held_out")


def test_a_file_that_is_not_yaml_names_the_line(tmp_path):
    assert "winnow.yaml:2" in fails(text="seed: 1\n split: [\n", tmp_path=tmp_path)


def test_what_is_rendered_loads_back_equal(tmp_path):
    path = tmp_path / "winnow.yaml"
    path.write_text(render(Config()))
    assert load(path) == Config()


def test_another_preset_takes_effect_in_a_rendered_file(tmp_path):
    path = tmp_path / "winnow.yaml"
    path.write_text(render(load(None, ["training.rank=64"])).replace("preset: standard", "preset: article"))
    training = load(path).training
    assert training.dropout == 0.05
    assert training.rank == 64


def test_every_setting_states_its_effect():
    def undescribed(model, prefix=""):
        for name, info in model.model_fields.items():
            inner = info.annotation
            if isinstance(inner, type) and hasattr(inner, "model_fields"):
                yield from undescribed(inner, f"{prefix}{name}.")
            elif not info.description:
                yield prefix + name

    assert list(undescribed(Config)) == []
    comments = [line for line in render(Config()).splitlines() if ":" in line and not line.rstrip().endswith(":")]
    assert all("#" in line for line in comments)
    assert yaml.safe_load(render(Config()))["seed"] == 0


def test_the_hash_follows_the_settings_alone():
    assert settings_hash(SplitConfig()) == settings_hash(SplitConfig())
    assert settings_hash(SplitConfig()) != settings_hash(SplitConfig(held_out=7))
