"""Self-written dialogues (Magpie): the base model continues its template's empty user turn, then answers itself.

The model asks and answers itself, as in SA-SFT (arXiv 2602.20162), whose exact prompts aren't published in what
we could read; the questions come from the pre-query template of Magpie (arXiv 2406.08464).

    writer = Writer(model, tokenizer, config.preservation, seed=0)
    dialogues = writer.write(DialogueLog(path), wanted_tokens=10_000)
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from math import floor
from pathlib import Path
from typing import Any

from curation.preservation.dialogues import Dialogue, Fault, Origin, dialogue_fault, question_fault
from winnow.config import PreservationConfig
from winnow.data.files import append_lines, whole_lines
from winnow.data.records import Message, content_hash
from winnow.errors import WinnowError
from winnow.models.chat import pre_query_prefix, render, special_tokens
from winnow.models.interface import GenerationSettings, LanguageModel
from winnow.progress import Advance

Turn = tuple[str, bool, tuple[Message, ...], Origin]  # a question, whether it ended, what stood before, whose it is


class DialogueLog:
    """An append-only log, one JSON line a chunk, synced to disk: a killed run's chunks are read by the next run."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def read(self) -> list[list[Dialogue]]:
        """Read the complete chunks; an incomplete last line is cut off the file."""
        try:
            return [[Dialogue.from_dict(row) for row in json.loads(line)] for line in whole_lines(self.path)]
        except (ValueError, TypeError, KeyError) as error:
            raise WinnowError(f"{self.path}: damaged ({error}); delete it and run winnow preserve again") from error

    def append(self, chunk: Sequence[Dialogue]) -> None:
        """Append a chunk and sync it to disk."""
        append_lines(self.path, json.dumps([dialogue.as_dict() for dialogue in chunk], ensure_ascii=False))


class Writer:
    """The base model as user and assistant; every chunk has its own seed, so that a resumed run repeats the bytes."""

    def __init__(self, model: LanguageModel, tokenizer: Any, settings: PreservationConfig, seed: int) -> None:
        self.model = model
        self.tokenizer = tokenizer
        self.settings = settings
        self.seed = seed
        self.special = special_tokens(tokenizer)
        self.chunk_size = settings.batch_size or model.usual_batch

    def write(
        self,
        log: DialogueLog,
        wanted_tokens: float,
        prompts: Sequence[str] = (),
        advance: Advance = lambda steps: None,
    ) -> list[Dialogue]:
        """Answer the given prompts, then write until dialogues without a fault hold `wanted_tokens`.

        `advance` is told the tokens of such dialogues.
        """
        size = self.chunk_size
        given = [prompts[start : start + size] for start in range(0, len(prompts), size)]
        written: list[Dialogue] = []
        usable = number = 0
        known = log.read()
        while number < len(given) or not (
            self.settings.prompts_only or usable >= wanted_tokens or len(written) >= self.settings.max_rows
        ):
            if number < len(known):
                chunk = known[number]
            else:
                chunk = self._write_chunk(number, given[number] if number < len(given) else None)
                log.append(chunk)
            number += 1
            written += chunk
            gained = sum(dialogue.tokens for dialogue in chunk if not self.fault(dialogue))
            usable += gained
            advance(gained)
        return written

    def fault(self, dialogue: Dialogue) -> Fault | None:
        """Return the first fault that shows in a dialogue's text; None for a good one."""
        return dialogue_fault(dialogue, self.special, self.settings.repetition)

    def _write_chunk(self, number: int, questions: Sequence[str] | None) -> list[Dialogue]:
        first = number * 2 * self.chunk_size  # numbers stay unique when each dialogue has a second turn
        if questions is None:
            turns = self._ask([()] * self.chunk_size, number, "first question")
        else:
            turns = [(question, True, (), "prompt") for question in questions]
        dialogues = self._answer(turns, first, number, "first answer")
        rank = number * self.chunk_size - first  # from a dialogue's number to its rank among all first turns
        followed = [d for d in dialogues if self._gets_second_turn(d.number + rank) and not self.fault(d)]
        histories = [_as_history(dialogue) for dialogue in followed]
        seconds = self._ask(histories, number, "second question")
        return dialogues + self._answer(seconds, first + len(dialogues), number, "second answer")

    def _gets_second_turn(self, rank: int) -> bool:
        """Tell whether a dialogue gets a second turn: with a share of 0.25 every fourth one does."""
        return floor((rank + 1) * self.settings.second_turn) > floor(rank * self.settings.second_turn)

    def _ask(self, histories: Sequence[tuple[Message, ...]], chunk: int, role: str) -> list[Turn]:
        settings = self._generation(self.settings.max_question_tokens, chunk, role)
        prompts = [pre_query_prefix(self.tokenizer, history) for history in histories]
        asked = self.model.complete(prompts, settings)
        return [(one.text, one.finished, history, "self") for one, history in zip(asked, histories, strict=True)]

    def _answer(self, turns: Sequence[Turn], first: int, chunk: int, role: str) -> list[Dialogue]:
        """Answer the questions without a fault; the others get an empty answer and are rejected later."""
        in_order = [place for place, turn in enumerate(turns) if self._is_in_order(turn)]
        prompts = [self._prompt(turns[place]) for place in in_order]
        settings = self._generation(self.settings.max_answer_tokens, chunk, role)
        if self.settings.greedy_answers:
            settings = replace(settings, temperature=0.0)
        answers = dict(zip(in_order, self.model.complete(prompts, settings), strict=True))
        dialogues = []
        for place, (question, finished, history, origin) in enumerate(turns):
            answer = answers.get(place)
            text, ended, tokens = (answer.text, answer.finished, answer.tokens + 1) if answer else ("", False, 0)
            dialogues.append(Dialogue(first + place, question, text, finished, ended, tokens, origin, history))
        return dialogues

    def _is_in_order(self, turn: Turn) -> bool:
        question, finished, _, origin = turn
        return origin == "prompt" or not question_fault(question, finished, self.special, self.settings.repetition)

    def _prompt(self, turn: Turn) -> str:
        question, _, history, _ = turn
        return render(self.tokenizer, [*history, {"role": "user", "content": question}])

    def _generation(self, max_new_tokens: int, chunk: int, role: str) -> GenerationSettings:
        settings = self.settings
        seed = int(content_hash(str(self.seed), str(chunk), role)[:15], 16)
        return GenerationSettings(max_new_tokens, settings.temperature, settings.top_p, seed, self.chunk_size)


def _as_history(dialogue: Dialogue) -> tuple[Message, ...]:
    question = {"role": "user", "content": dialogue.question}
    return (*dialogue.history, question, {"role": "assistant", "content": dialogue.answer})
