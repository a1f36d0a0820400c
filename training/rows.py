"""Turn records into token rows through the model's own chat template; only the answer is trained.

examples = tokenise(tokenizer, records, "domain")
fitting, too_long = split_by_length(examples, 1024)
print(preview(tokenizer, examples[0]))            # the trained tokens stand between ⟦ and ⟧
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from winnow.data.records import Record
from winnow.errors import InputError
from winnow.models.chat import end_of_turn_ids, render
from winnow.models.prompt import BARE, PromptForm

Kind = Literal["domain", "preservation"]
Overlong = Literal["stop", "drop", "cut"]

ANSWER_MARK = "WinnowMarksWhereTheAnswerStands"
NOT_TRAINED = -100  # the label that losses leave out
MAX_NAMED_ROWS = 5  # rows named in an error
WHAT_COUNTS = " (the whole prompt counts: template, system prompt, earlier turns, context and question)"


@dataclass(frozen=True, slots=True)
class Example:
    """One training row as token ids; the loss covers those from `answer_start` on."""

    id: str
    kind: Kind
    input_ids: list[int]
    answer_start: int

    @property
    def labels(self) -> list[int]:
        """The ids with the prompt's replaced, so that no loss falls on it."""
        return [NOT_TRAINED] * self.answer_start + self.input_ids[self.answer_start :]

    @property
    def trained_tokens(self) -> int:
        """How many tokens the loss covers: the answer and its end."""
        return len(self.input_ids) - self.answer_start


def tokenise(tokenizer: Any, records: Iterable[Record], kind: Kind, prompt: PromptForm = BARE) -> list[Example]:
    """Write each record as prompt, answer and end of turn.

    Prompt and answer are tokenised apart, so that the prompt's ids are those the model sees when it answers.
    """
    ending = _answer_ending(tokenizer)
    examples = []
    for record in records:
        asked = prompt.token_ids(tokenizer, record)
        answer = tokenizer(record.answer.strip(), add_special_tokens=False)["input_ids"]
        examples.append(Example(record.id, kind, [*asked, *answer, *ending], len(asked)))
    return examples


def fit(examples: Sequence[Example], max_length: int, overlong: Overlong) -> list[Example]:
    """Settle the rows over `max_length` tokens; what is left out or cut is counted in the manifest's lineage.

    Raises InputError listing them when they should stop the run, and where a cut would leave no answer.
    """
    too_long = [e for e in examples if len(e.input_ids) > max_length]
    if too_long and overlong == "stop":
        longest = max(len(e.input_ids) for e in too_long)
        raise InputError(
            f"{len(too_long)} of {len(examples)} rows are longer than max_length {max_length}, the longest has "
            f"{longest} tokens: {_listed(too_long)}{WHAT_COUNTS}; set training.max_length={longest}, or "
            "training.overlong to drop or cut"
        )
    if overlong == "drop":
        return [e for e in examples if len(e.input_ids) <= max_length]
    if empty := [e for e in too_long if e.answer_start >= max_length]:
        raise InputError(
            f"{len(empty)} rows have a prompt of max_length {max_length} tokens or more, cutting leaves no answer: "
            f"{_listed(empty)}{WHAT_COUNTS}; set training.max_length higher, or training.overlong=drop"
        )
    return [replace(e, input_ids=e.input_ids[:max_length]) for e in examples]


def preview(tokenizer: Any, example: Example) -> str:
    """Show a row as the model sees it, the trained tokens between ⟦ and ⟧."""
    prompt, answer = example.input_ids[: example.answer_start], example.input_ids[example.answer_start :]
    return f"{tokenizer.decode(prompt)}⟦{tokenizer.decode(answer)}⟧"


def to_dataset(examples: Sequence[Example]) -> Any:
    """Make the `datasets.Dataset` that the trainer reads; `row` is the place in `examples`."""
    from datasets import Dataset

    return Dataset.from_dict(
        {
            "input_ids": [e.input_ids for e in examples],
            "labels": [e.labels for e in examples],
            "row": list(range(len(examples))),
        }
    )


def _answer_ending(tokenizer: Any) -> list[int]:
    """Read off the template the tokens that end an answer, up to the first that ends a turn."""
    turns = [{"role": "user", "content": "Hello."}, {"role": "assistant", "content": ANSWER_MARK}]
    after = render(tokenizer, turns, add_generation_prompt=False).partition(ANSWER_MARK)[2]
    ids: list[int] = tokenizer(after, add_special_tokens=False)["input_ids"]
    ends = set(end_of_turn_ids(tokenizer))
    for place, token in enumerate(ids):
        if token in ends:
            return ids[: place + 1]
    return [tokenizer.eos_token_id]


def _listed(examples: Sequence[Example]) -> str:
    names = ", ".join(f"{e.id} ({len(e.input_ids)})" for e in examples[:MAX_NAMED_ROWS])
    return names + (f" and {len(examples) - MAX_NAMED_ROWS} more" if len(examples) > MAX_NAMED_ROWS else "")
