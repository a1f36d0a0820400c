"""Parity of exports: the share of answers identical to the adapter's, and the first token that differs.

compare_answers(base, None, adapter, {"merged": folder, "gguf-q8_0": file}, questions)
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from winnow.models.interface import GenerationSettings
from winnow.models.load import load_local_model
from winnow.models.local import LocalModel
from winnow.models.prompt import Asked, PromptForm
from winnow.progress import Progress, silent
from winnow.statistics import Interval, wilson

MAX_ANSWER_TOKENS = 64
WEIGHT_FORMATS = ("merged", "gguf-f16", "gguf-q8_0")


@dataclass(frozen=True)
class Parity:
    """The share of answers that are identical, and for each question the place of the first token that differs."""

    identical: Interval
    first_difference: list[int | None]

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> Parity:
        """Read what `as_dict` wrote."""
        return cls(Interval.from_dict(document["identical"]), document["first_difference"])

    def as_dict(self) -> dict[str, object]:
        """Give the JSON form."""
        return {"identical": self.identical.as_dict(), "first_difference": self.first_difference}


def compare_answers(
    base: str,
    prompt: PromptForm,
    adapter: Path,
    files: dict[str, Path],
    questions: Sequence[Asked],
    progress: Progress = silent,
) -> dict[str, Parity]:
    """Answer greedily with the adapter on its base and with each export that holds weights.

    A GGUF is read back through transformers, in full precision of what the file holds.
    """
    exports = {name: files[name] for name in WEIGHT_FORMATS if name in files}
    result: dict[str, Parity] = {}
    with progress("comparing exports", (len(exports) + 1) * len(questions)) as advance:
        tuned = load_local_model(base, adapter)

        def answers(model: LocalModel) -> list[list[int]]:
            conversations = [prompt.messages(question) for question in questions]
            made = model.answer(conversations, GenerationSettings(MAX_ANSWER_TOKENS), advance)
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


def _differences(reference: list[list[int]], other: list[list[int]]) -> Parity:
    first = [first_difference(one, two) for one, two in zip(reference, other, strict=True)]
    same = sum(place is None for place in first)
    return Parity(wilson(same, len(first)), first)


def parity_text(name: str, found: Parity) -> str:
    """Write a sentence on an export: how many answers differ from the adapter's, and from which token on.

    >>> parity_text("gguf-q8_0", Parity(wilson(1, 2), [None, 7]))
    'gguf-q8_0 differs from the adapter in 1 of 2 answers, first at token 8; identical: 0.500 [0.095, 0.905]'
    """
    places = [place for place in found.first_difference if place is not None]
    n, share = len(found.first_difference), found.identical
    interval = f"{share.estimate:.3f} [{share.low:.3f}, {share.high:.3f}]"
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
