"""A free talk with base and tuned side by side: each remembers what it said itself, and both read the study's prompt.

talk = Talk(load_beside(workspace, config), prompt_form(config))
talk, said = talk.ask("What does a CHAPS payment cost?", max_new_tokens=80)
said["tuned"].text, said["tuned"].finished          # finished is False where it was stopped after 80 tokens
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Protocol

from evaluation.answering.answers import Question
from evaluation.answering.stage import find_system
from winnow.config import Config
from winnow.data.records import Message
from winnow.errors import InputError
from winnow.models.interface import Generation, GenerationSettings
from winnow.models.load import load_local_model
from winnow.models.local import LocalModel
from winnow.models.names import is_server
from winnow.models.prompt import PromptForm
from winnow.study.workspace import Workspace


class Beside(Protocol):
    """Base and tuned, which answer the same conversation each in its own words."""

    def answer(self, side: str, messages: list[Message], settings: GenerationSettings) -> Generation:
        """Let one side answer."""
        ...


@dataclass(frozen=True)
class OneModel:
    """The tuned model, whose base it is with its adapter off: one set of weights in memory for both."""

    model: LocalModel

    def answer(self, side: str, messages: list[Message], settings: GenerationSettings) -> Generation:
        """Let one side answer."""
        if side == "tuned":
            return self.model.answer([messages], settings)[0]
        with self.model.without_adapter():
            return self.model.answer([messages], settings)[0]


def load_beside(workspace: Workspace, config: Config) -> OneModel:
    """Load the last finished run; raises InputError where there is none, or its base runs on a server."""
    system = find_system(workspace, config, "tuned")
    if is_server(system.base):
        raise InputError(f"{system.base} is a server: talk to it there; a free talk loads the models here")
    return OneModel(load_local_model(system.base, system.adapter))


@dataclass(frozen=True)
class Talk:
    """A conversation with both; `turns` are each side's own."""

    models: Beside
    form: PromptForm
    turns: Mapping[str, tuple[Message, ...]] = field(default_factory=lambda: {"base": (), "tuned": ()})

    def ask(self, question: str, max_new_tokens: int) -> tuple[Talk, dict[str, Generation]]:
        """Ask both greedily; each is stopped after so many tokens. Gives the talk as it goes on, and what was said."""
        said, turns = {}, {}
        for side, before in self.turns.items():
            messages = self.form.messages(Question("talk", question, history=before))
            said[side] = self.models.answer(side, messages, GenerationSettings(max_new_tokens))
            turns[side] = (*before, _turn("user", question), _turn("assistant", said[side].text))
        return replace(self, turns=turns), said


def _turn(role: str, content: str) -> Message:
    return {"role": role, "content": content}
