"""The gate before a release: every export reads the model's own prompt, and answers as the adapter does, far enough.

checks = check_exports(base, prompt, adapter, files, questions)
[fault for one in checks for fault in one.faults(plan)]     # [] where all may be released
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from training.export.modelfile import rendered
from training.export.parity import Parity, compare_answers, parity_text
from winnow.config import ReleaseConfig
from winnow.errors import InputError
from winnow.models.chat import render
from winnow.models.gguf import load_gguf_tokenizer
from winnow.models.interface import tokenizer_of
from winnow.models.prompt import Asked, PromptForm
from winnow.models.tokenizer import load_tokenizer
from winnow.progress import Progress, silent

Write = Callable[[Sequence[Any]], str]  # messages as the text that an export's reader gives to the model
AROUND = 12  # characters shown on either side of the place where two prompts part


@dataclass(frozen=True)
class Checked:
    """What was found of one export: where its prompt parts from the model's own, and how far its answers are equal.

    `parity` is None where a format holds no weights of its own.
    """

    name: str
    prompts: int
    other_prompt: str | None
    parity: Parity | None

    def faults(self, plan: ReleaseConfig) -> list[str]:
        """Name what the plan doesn't allow; an export whose prompt is another one isn't asked further."""
        if self.other_prompt:
            return [f"{self.name}: another prompt than the model was trained with: {self.other_prompt}"]
        return [f"{self.name}: {fault}" for fault in self._differing(plan)] if self.parity else []

    def _differing(self, plan: ReleaseConfig) -> list[str]:
        assert self.parity is not None
        places = [place for place in self.parity.first_difference if place is not None]
        share, found = self.parity.identical.estimate, []
        if share is not None and share < plan.equal_answers:
            equal = f"{self.prompts - len(places)} of {self.prompts} answers are the adapter's"
            found.append(f"{equal}, a share of {share:.3f} where the plan asks for {plan.equal_answers:g}")
        if places and min(places) < plan.equal_tokens:
            found.append(
                f"an answer differs at token {min(places) + 1}, the plan asks for {plan.equal_tokens} equal ones"
            )
        return found

    def as_dict(self) -> dict[str, object]:
        """Give the JSON form."""
        parity = self.parity.as_dict() if self.parity else None
        return {"prompts": self.prompts, "other_prompt": self.other_prompt, "parity": parity}

    @property
    def text(self) -> str:
        """Say it in a sentence."""
        if self.other_prompt:
            return f"{self.name}: another prompt: {self.other_prompt}"
        same = f"{self.name}: the same prompt, character by character, for {self.prompts} held-out questions"
        return f"{same}; {parity_text(self.name, self.parity)}" if self.parity else same


def check_exports(
    base: str,
    prompt: PromptForm,
    adapter: Path,
    files: Mapping[str, Path],
    questions: Sequence[Asked],
    progress: Progress = silent,
) -> list[Checked]:
    """Hold each export against the base's own prompt, then those with the right one against the adapter's answers."""
    others = {name: _other_prompt(base, prompt, _writer(path), questions) for name, path in files.items()}
    right = {name: path for name, path in files.items() if others[name] is None}
    parity = compare_answers(base, prompt, adapter, right, questions, progress)
    return [Checked(name, len(questions), others[name], parity.get(name)) for name in files]


def _writer(path: Path) -> Write:
    """Find how an export's reader writes a prompt: by its own template."""
    if path.name == "Modelfile":
        return lambda messages: rendered(path.read_text(encoding="utf-8"), messages)
    tokenizer = tokenizer_of(path) if path.is_dir() else load_gguf_tokenizer(path)
    return lambda messages: render(tokenizer, messages)


def _other_prompt(base: str, prompt: PromptForm, write: Write, questions: Sequence[Asked]) -> str | None:
    """Say where the first prompt parts from the one that the base's own template writes; None where none does."""
    own = load_tokenizer(base)
    for number, question in enumerate(questions, start=1):
        wanted, messages = prompt.text(own, question), prompt.messages(question)
        try:
            found = write(messages)
        except InputError as error:
            return str(error)
        if found != wanted:
            return f"prompt {number}, {_parting(wanted, found)}"
    return None


def _parting(wanted: str, found: str) -> str:
    r"""Show where two texts part.

    >>> _parting("<|im_start|>user", "<|im_start|>User")
    "character 13: '<|im_start|>User' where it has to be '<|im_start|>user'"
    """
    place = next(
        (i for i, (a, b) in enumerate(zip(wanted, found, strict=False)) if a != b), min(map(len, (wanted, found)))
    )
    shown = [repr(text[max(0, place - AROUND) : place + AROUND]) for text in (found, wanted)]
    return f"character {place + 1}: {shown[0]} where it has to be {shown[1]}"
