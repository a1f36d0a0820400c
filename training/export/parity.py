"""Does each export answer as the trained adapter does? Identical answers, and the first token that differs.

compare_answers(manifest, adapter, {"merged": folder, "gguf-q8_0": file}, questions)
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from winnow.models.chat import to_messages
from winnow.models.interface import GenerationSettings
from winnow.models.load import load_local_model
from winnow.models.local import LocalModel
from winnow.progress import Progress, silent
from winnow.statistics import wilson

ANSWER_TOKENS = 64
ANSWERED = ("merged", "gguf-f16", "gguf-q8_0")


def compare_answers(
    manifest: dict[str, Any],
    adapter: Path,
    files: dict[str, Path],
    questions: Sequence[str],
    progress: Progress = silent,
) -> dict[str, Any]:
    """Answer greedily with the adapter on its base and with each export that holds weights.

    Returns for each {"identical": interval, "first_difference": [token number or None for each question]}.
    A GGUF is read back through transformers, in full precision of what the file holds.
    """
    exports = {name: files[name] for name in ANSWERED if name in files}
    result: dict[str, Any] = {}
    with progress("comparing exports", (len(exports) + 1) * len(questions)) as advance:
        tuned = load_local_model(manifest["base"], adapter)

        def answers(model: LocalModel) -> list[list[int]]:
            conversations = [to_messages(question, manifest["system"]) for question in questions]
            made = model.answer(conversations, GenerationSettings(ANSWER_TOKENS), advance)
            return [tuned.tokenizer(one.text, add_special_tokens=False)["input_ids"] for one in made]

        reference = answers(tuned)
        for name, path in exports.items():
            result[name] = _differences(reference, answers(_load(path)))
    return result


def _load(path: Path) -> LocalModel:
    if path.is_dir():
        return load_local_model(str(path))
    import torch
    from transformers import AutoModelForCausalLM

    from winnow.models.gguf import load_gguf_tokenizer

    model = AutoModelForCausalLM.from_pretrained(path.parent, gguf_file=path.name, dtype=torch.float32)
    return LocalModel(path.name, model.eval(), load_gguf_tokenizer(path))


def _differences(reference: list[list[int]], other: list[list[int]]) -> dict[str, Any]:
    first = [first_difference(one, two) for one, two in zip(reference, other, strict=True)]
    same = sum(place is None for place in first)
    return {"identical": wilson(same, len(first)).as_dict(), "first_difference": first}


def parity_text(name: str, found: Mapping[str, Any]) -> str:
    """Say of an export in how many of the questions it answered as the adapter did, and where it first didn't.

    parity_text("gguf-q8_0", figures)
    # gguf-q8_0 differs from the adapter in 1 of 2 answers, first at token 8; identical: 0.500 [0.095, 0.905]
    """
    places = [place for place in found["first_difference"] if place is not None]
    n, share = len(found["first_difference"]), found["identical"]
    interval = f"{share['estimate']:.3f} [{share['low']:.3f}, {share['high']:.3f}]"
    if not places:
        return f"{name} gave the adapter's answer to all {n} questions, token for token; identical: {interval}"
    first = f"first at token {min(places) + 1}"
    return f"{name} differs from the adapter in {len(places)} of {n} answers, {first}; identical: {interval}"


def first_difference(one: Sequence[int], other: Sequence[int]) -> int | None:
    """Give the place of the first token that differs, from 0; None where both are the same."""
    for place, (a, b) in enumerate(zip(one, other, strict=False)):
        if a != b:
            return place
    return None if len(one) == len(other) else min(len(one), len(other))
