"""An export that would ask or answer otherwise than the trained model is caught before it goes out."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.training_models import recipe, tiny_model  # noqa: F401
from training.export.export import export_run
from training.export.gate import Checked, check_exports
from training.export.parity import Parity
from training.qlora import train
from winnow.config import ReleaseConfig
from winnow.data.records import new_record
from winnow.models.prompt import PromptForm
from winnow.statistics import wilson

ASKED = ("What is an ISA, case 0?", "What is a bond, case 5?", "In 2024, what is a fee?")
QUESTIONS = [new_record(question, "", system="Only in verse." if "fee" in question else "") for question in ASKED]
ANY = ReleaseConfig(equal_answers=0, equal_tokens=0)


@pytest.fixture(scope="module")
def run(tiny_model, tmp_path_factory):  # noqa: F811
    return train(recipe(tiny_model), tmp_path_factory.mktemp("runs") / "run", no_plan=True)


@pytest.fixture(scope="module")
def exported(run, tmp_path_factory) -> dict[str, Path]:
    return export_run(run, tmp_path_factory.mktemp("exported"), ["adapter", "merged", "ollama"]).files


@pytest.fixture
def files(exported, tmp_path) -> dict[str, Path]:
    """The exports, to be spoilt."""
    for path in exported.values():
        (shutil.copytree if path.is_dir() else shutil.copyfile)(path, tmp_path / path.name)
    return {name: tmp_path / path.name for name, path in exported.items()}


def check(base, run, files, questions=QUESTIONS) -> dict[str, Checked]:
    return {one.name: one for one in check_exports(str(base), PromptForm(), run / "adapter", files, questions)}


def test_exports_as_they_are_written_pass(tiny_model, run, exported):  # noqa: F811
    found = check(tiny_model, run, exported)
    assert set(found) == {"adapter", "merged", "gguf-q8_0", "ollama"}
    assert [one.other_prompt for one in found.values()] == [None] * 4
    assert found["merged"].faults(ReleaseConfig(equal_answers=0.6)) == []
    assert found["ollama"].parity is None, "its weights are the GGUF's"


def test_a_wrong_template_is_caught_at_the_character_where_it_parts(tiny_model, run, files):  # noqa: F811
    template = files["merged"] / "chat_template.jinja"
    template.write_text(
        template.read_text().replace("<|im_end|>' + '\\n'", "<|im_end|>'").replace("<|im_end|>\\n", "<|im_end|>")
    )
    found = check(tiny_model, run, {"merged": files["merged"], "adapter": files["adapter"]})
    assert found["adapter"].other_prompt is None
    assert found["merged"].other_prompt.startswith("prompt 1, character ")
    assert "where it has to be" in found["merged"].other_prompt
    assert found["merged"].parity is None, "what reads another prompt isn't asked"
    assert found["merged"].faults(ANY) != []


def test_a_wrong_modelfile_is_caught(tiny_model, run, files):  # noqa: F811
    file = files["ollama"]
    file.write_text(file.read_text().replace("<|im_start|>assistant", "<|im_start|>Assistant"))
    assert "<|im_start|>A" in check(tiny_model, run, {"ollama": file})["ollama"].other_prompt
    file.write_text('FROM ./model-q8_0.gguf\nTEMPLATE """{{ .Prompt }}"""\n')
    assert "isn't the one that winnow export writes" in check(tiny_model, run, {"ollama": file})["ollama"].other_prompt


def test_other_weights_are_caught_by_their_answers(tiny_model, run, files):  # noqa: F811
    import torch
    from transformers import AutoModelForCausalLM

    model = AutoModelForCausalLM.from_pretrained(files["merged"], dtype=torch.float32)
    torch.manual_seed(1)
    with torch.no_grad():
        model.get_input_embeddings().weight.normal_()
    model.save_pretrained(files["merged"])
    merged = check(tiny_model, run, {"merged": files["merged"]})["merged"]
    assert merged.other_prompt is None
    assert any("are the adapter's, a share of" in fault for fault in merged.faults(ReleaseConfig()))


@pytest.mark.parametrize(
    ("places", "asked", "faults"),
    [
        ([None, None, None, 40], ReleaseConfig(), []),
        ([None, None, None, 0], ReleaseConfig(), ["merged: an answer differs at token 1, the plan asks for 1 equal ones"]),
        ([None, None, None, 0], ReleaseConfig(equal_tokens=0), []),
        ([9, 9, 9, None], ReleaseConfig(), ["merged: 1 of 4 answers are the adapter's, a share of 0.250 where the plan asks for 0.5"]),
        ([9, 9, 9, None], ReleaseConfig(equal_answers=0.25, equal_tokens=9), []),
    ],
)  # fmt: skip
def test_answers_pass_by_the_plans_thresholds(places, asked, faults):
    same = places.count(None)
    assert Checked("merged", 4, None, Parity(wilson(same, 4), places)).faults(asked) == faults
