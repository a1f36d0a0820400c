"""Turn a run into what other tools load: merged weights, GGUF, an Ollama Modelfile; and check that all answer alike.

export_run(Path("runs/first"), Path("exported"), ["merged", "gguf-q8_0", "ollama"], questions)
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

from training.export.gguf import write_gguf
from training.export.modelfile import modelfile
from training.export.parity import Parity, compare_answers
from training.runs import Run
from winnow.data.files import read_json, write_json, write_text
from winnow.errors import InputError
from winnow.models.interface import tokenizer_of
from winnow.models.names import resolve_base_model
from winnow.models.prompt import Asked, PromptForm
from winnow.progress import Progress, silent
from winnow.study.manifest import Manifest

Format = Literal["adapter", "merged", "gguf-f16", "gguf-q8_0", "ollama"]
FORMATS: tuple[Format, ...] = get_args(Format)


@dataclass(frozen=True)
class Exported:
    """The file or folder of each format, and how each one with weights answers beside the adapter."""

    files: dict[str, Path]
    parity: dict[str, Parity]

    def as_dict(self) -> dict[str, object]:
        """Give the JSON form: {"files": {format: path}, "parity": {format: figures}}."""
        parity = {name: found.as_dict() for name, found in self.parity.items()}
        return {"files": {name: str(path) for name, path in self.files.items()}, "parity": parity}


def export_run(
    run: Path, out: Path, formats: Sequence[Format], questions: Sequence[Asked] = (), progress: Progress = silent
) -> Exported:
    """Write each format below `out`; with questions the run's `parity.json` too: does each answer as the adapter does?

    GGUF is written from the merged weights, so `merged` is written with it; `ollama` takes the smallest GGUF that
    is asked for, q8_0 if none is.
    """
    if not run.is_dir():
        runs = ", ".join(sorted(path.name for path in run.parent.glob("*") if path.is_dir()))
        raise InputError(f"{run}: no such run; there are {runs or 'none yet, run: winnow train'}")
    finished = Run(run)
    if not finished.finished:
        raise InputError(f"{run}: not a finished run; finish it with: winnow train --resume")
    facts = Manifest.from_json(read_json(finished.manifest_file)).facts
    base, prompt = facts["base"], PromptForm.from_facts(facts)
    wanted = _with_needs(formats)
    files: dict[str, Path] = {}
    with progress("exporting", len(wanted)) as advance:
        for name in wanted:
            files[name] = _write(name, finished, base, prompt.system, out, files)
            advance(1)
    parity = compare_answers(base, prompt, finished.adapter, files, questions, progress) if questions else {}
    if parity:
        before = read_json(finished.parity_file) if finished.parity_file.exists() else {}
        write_json(finished.parity_file, before | {name: found.as_dict() for name, found in parity.items()})
    return Exported(files, parity)


def _with_needs(formats: Sequence[Format]) -> list[Format]:
    wanted = set(formats)
    if "ollama" in wanted and not wanted & {"gguf-f16", "gguf-q8_0"}:
        wanted.add("gguf-q8_0")
    if wanted & {"gguf-f16", "gguf-q8_0"}:
        wanted.add("merged")
    return [name for name in FORMATS if name in wanted]


def _write(name: Format, run: Run, base: str, system: str | None, out: Path, files: Mapping[str, Path]) -> Path:
    if name == "adapter":
        return Path(shutil.copytree(run.adapter, out / "adapter", dirs_exist_ok=True))
    if name == "merged":
        return merge(base, run.adapter, out / "merged")
    if name == "ollama":
        gguf = files.get("gguf-q8_0") or files["gguf-f16"]
        write_text(out / "Modelfile", modelfile(tokenizer_of(run.adapter), gguf.name, system))
        return out / "Modelfile"
    return write_gguf(files["merged"], out / f"model-{name.removeprefix('gguf-')}.gguf", _kind(name))


def _kind(name: Format) -> Literal["f16", "q8_0"]:
    return "f16" if name == "gguf-f16" else "q8_0"


def merge(base: str, adapter: Path, out: Path) -> Path:
    """Add the adapter to the base's weights and write a plain 16-bit model.

    The base is taken in full precision, as it is for the comparison, not in the four bits it was trained in.
    """
    import torch
    from peft import PeftModel
    from transformers import AutoModelForCausalLM

    source = str(resolve_base_model(base))
    model = AutoModelForCausalLM.from_pretrained(
        source, dtype=torch.float32, trust_remote_code=False, use_safetensors=True
    )
    merged = PeftModel.from_pretrained(model, str(adapter)).merge_and_unload()
    merged.to(_sixteen_bits(model.config)).save_pretrained(out)
    tokenizer_of(adapter).save_pretrained(out)
    return out


def _sixteen_bits(config: Any) -> Any:
    """Keep the base's own 16-bit type; a base in 32 bits becomes bf16."""
    import torch

    return torch.float16 if config.dtype == torch.float16 else torch.bfloat16
