"""Prompts of rows: one template turns what a row asks into the messages that a model reads, wherever a model is asked.

>>> form = PromptForm("{context}\\n\\n{question}", system="You answer customers.")
>>> form.user_turn("What is the fee?", context="Card: £5 a month.")
'Card: £5 a month.\\n\\nWhat is the fee?'
>>> form.user_turn("What is the fee?")
'What is the fee?'
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from winnow.config import Config
from winnow.data.records import Message
from winnow.errors import InputError
from winnow.models.chat import render

_BLANK_LINES = re.compile(r"\n[^\S\n]*(?:\n[^\S\n]*)+")
_FIELD = re.compile(r"\{(question|context)\}")


class Asked(Protocol):
    """What a model is asked: a record, a held-out row, a question of the evaluation."""

    @property
    def id(self) -> str:
        """The row's id, which an error names."""

    @property
    def question(self) -> str:
        """The last user's words."""

    @property
    def context(self) -> str:
        """Text that the question is about, empty where there is none."""

    @property
    def system(self) -> str:
        """The row's own system prompt, empty where it has none."""

    @property
    def history(self) -> Sequence[Message]:
        """The earlier turns."""


@dataclass(frozen=True, slots=True)
class PromptForm:
    """How a row becomes messages: a template of its last turn, and the system prompt of rows without one of their own.

    `system` None leaves the chat template's own system turn. A paragraph of the template that holds {context} and not
    {question} is left out of a row without context; so is the context of a template that doesn't name it.
    """

    template: str = "{context}\n\n{question}"
    system: str | None = None

    @property
    def shows_context(self) -> bool:
        """Tell whether a row's context is in its prompt; without it every row is asked closed-book."""
        return "{context}" in self.template

    def user_turn(self, question: str, context: str = "") -> str:
        """Write the last user turn. What stands in braces within the row's texts stays as it is."""
        template = self.template if context.strip() else _without_context(self.template)
        values = {"question": question, "context": context}
        return _FIELD.sub(lambda found: values[found[1]], template)

    def messages(self, row: Asked) -> list[Message]:
        """Write all that a model reads before it answers a row.

        A row with system prompt and history → [system, user, assistant, …, user]
        """
        system = row.system or self.system
        opening: list[Message] = [] if system is None else [{"role": "system", "content": system}]
        return [*opening, *row.history, {"role": "user", "content": self.user_turn(row.question, row.context)}]

    def text(self, tokenizer: Any, row: Asked) -> str:
        """Render a row up to where its answer begins; raises InputError naming a row that the template refuses."""
        try:
            return render(tokenizer, self.messages(row))
        except InputError as error:
            raise InputError(f"row {row.id}: {error}") from error

    def token_ids(self, tokenizer: Any, row: Asked) -> list[int]:
        """Tokenise a row up to where its answer begins, as it is trained and as it is answered."""
        ids: list[int] = tokenizer(self.text(tokenizer, row), add_special_tokens=False)["input_ids"]
        return ids

    def as_dict(self) -> dict[str, str | None]:
        """Give the JSON form, for the plan and the manifests."""
        return {"system": self.system, "template": self.template}

    @classmethod
    def from_facts(cls, facts: Mapping[str, Any]) -> PromptForm:
        """Read the form from a run's facts; those of a run before rows had a context name a system prompt alone."""
        known = facts.get("prompt") or {"system": facts.get("system")}
        return cls(**known)


BARE = PromptForm()  # a question as it stands, after the chat template's own system turn


def prompt_form(config: Config) -> PromptForm:
    """Give the form that a study's settings choose, the same for training and answering."""
    return PromptForm(config.prompt.template, config.answers.system)


def _without_context(template: str) -> str:
    """Drop the paragraphs that hold the context alone: "Read this:\\n{context}\\n\\n{question}" → "{question}"."""
    kept = [part for part in _BLANK_LINES.split(template) if "{context}" not in part or "{question}" in part]
    return "\n\n".join(part.replace("{context}", "").strip() for part in kept)
