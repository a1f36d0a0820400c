"""Items of general ability: prompts with a check, multiple choice, questions that end in a number.

read_final_number(Path("gsm8k.jsonl"))[0]
# {"question": "2 + 2?", "answer": "Two and two … #### 4"} → Item("gsm8k-1", …, check={"type": "number", "value": 4.0})
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

from evaluation.retention.checks import Check, last_number
from winnow.data.columns import find_columns
from winnow.data.readers import column_names, whole_rows
from winnow.errors import InputError
from winnow.study.general_prompts import GeneralPrompt

LETTERS = "ABCDEFGHIJ"


@dataclass(frozen=True, slots=True)
class Item:
    """One question of a set, its `kind`; `choices` and the place of the right one for multiple choice, else a check."""

    id: str
    kind: str
    prompt: str
    check: Check | None = None
    choices: tuple[str, ...] = ()
    right: int = -1

    @property
    def is_checked(self) -> bool:
        """Tell whether a program can say if an answer to this item is right."""
        return self.check is not None or bool(self.choices)


def from_prompts(prompts: Sequence[GeneralPrompt]) -> list[Item]:
    """Turn general prompts into items."""
    return [Item(prompt.id, "general", prompt.prompt, prompt.check) for prompt in prompts]


def read_multiple_choice(path: Path) -> list[Item]:
    """Read rows `question, choices, answer` as MMLU has them; the answer is a letter, a 0-based index or the text."""
    items = []
    for number, (place, row) in enumerate(_rows(path, ("question", "choices", "answer")), start=1):
        choices = _choices(_field(row, "choices", place), place)
        if not 2 <= len(choices) <= len(LETTERS):
            raise InputError(f"{place}: {len(choices)} choices; give 2 to {len(LETTERS)}")
        right = _place(_field(row, "answer", place), choices)
        if right is None:
            raise InputError(f"{place}: answer {row['answer']!r} is none of the choices; give A, B … or 0, 1 …")
        listed = "\n".join(f"{letter}. {choice}" for letter, choice in zip(LETTERS, choices, strict=False))
        question = str(_field(row, "question", place)).strip()
        prompt = f"{question}\n\n{listed}\n\nAnswer with the letter of the right choice only."
        items.append(Item(f"{path.stem}-{number}", "multiple_choice", prompt, None, choices, right))
    return items


def read_final_number(path: Path) -> list[Item]:
    """Read rows `question, answer` as GSM8K has them; the number is `final`, or the last one of the answer."""
    items = []
    for number, (place, row) in enumerate(_rows(path, ("question", "answer", "final")), start=1):
        value = last_number(str(row["final"] if row.get("final") else _field(row, "answer", place)))
        if value is None:
            raise InputError(f"{place}: the answer ends in no number; give it as final")
        prompt = str(_field(row, "question", place))
        items.append(Item(f"{path.stem}-{number}", "final_number", prompt, {"type": "number", "value": value}))
    return items


def _rows(path: Path, roles: Sequence[str]) -> Iterator[tuple[str, Mapping[str, object]]]:
    """Yield each row's place, as errors name it, and its cells by role."""
    rows = whole_rows(str(path), why="no item may be left out")
    found = find_columns(column_names(rows), roles, source=str(path))
    for row in rows:
        yield row.place, found.cells(row.values)


def sample(items: Sequence[Item], most: int | None, seed: int) -> list[Item]:
    """Draw `most` items by the seed and keep their order; all of them where there are no more."""
    if most is None or len(items) <= most:
        return list(items)
    chosen = set(Random(seed).sample(range(len(items)), most))
    return [item for place, item in enumerate(items) if place in chosen]


def _field(row: Mapping[str, object], name: str, place: str) -> object:
    if row.get(name) in (None, ""):
        raise InputError(f'{place}: field "{name}" is missing or empty; fill it or delete the row')
    return row[name]


def _choices(cell: object, place: str) -> tuple[str, ...]:
    """Read a list, or the JSON of one as a table's cell holds it."""
    try:
        found = json.loads(cell) if isinstance(cell, str) else cell
    except json.JSONDecodeError:
        found = cell
    if not isinstance(found, list):
        raise InputError(f'{place}: choices {cell!r} is no list; write it as ["one", "two"]')
    return tuple(str(choice) for choice in found)


def _place(answer: object, choices: Sequence[str]) -> int | None:
    text = str(answer).strip()
    if not isinstance(answer, int) and text in choices:
        return choices.index(text)
    place = int(text) if text.isdecimal() else LETTERS.find(text.upper()) if len(text) == 1 else -1
    return place if 0 <= place < len(choices) else None
