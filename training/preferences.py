"""What people said of two answers to a training question, as data: good ones, bad ones, tokens for DPO and for KTO.

    said = Said(record, good=("Paris.",), bad=("It may be Rome.",), source="vote")
    pairs = paired_rows(tokenizer, [said], prompt, max_length=512)      # each good answer against each bad one
    alone = single_rows(tokenizer, [said], prompt, 512, batch=4)        # each answer by itself, wanted or not

"Both bad" is two bad answers and no good one: DPO has nothing to compare there, KTO learns from it. A correction is a
good answer, and what the model had said a bad one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path
from typing import Any, Literal

from training.rows import tokenise
from winnow.data.files import read_jsonl, read_records, write_jsonl
from winnow.data.outputs import kept_row
from winnow.data.records import Record, canonical_json, content_hash
from winnow.errors import InputError
from winnow.models.prompt import PromptForm

Source = Literal["vote", "correction"]
Row = dict[str, Any]

ANSWERS = ("chosen_ids", "rejected_ids", "completion_ids")


@dataclass(frozen=True, slots=True)
class Said:
    """A question of the training rows with answers that people found good, and answers that they found bad."""

    record: Record
    good: tuple[str, ...]
    bad: tuple[str, ...]
    source: Source

    def as_dict(self) -> Row:
        """Give the JSON row: the record's own columns, then what was said."""
        said = {"good": [*self.good], "bad": [*self.bad], "said_by": self.source}
        return {**kept_row(self.record), **said}


def said_hash(said: Iterable[Said]) -> str:
    """Hash all that such rows teach, in order."""
    return content_hash(*(canonical_json(one.as_dict()) for one in said))


def write_said(path: Path, said: Iterable[Said]) -> None:
    """Write the rows as JSON lines."""
    write_jsonl(path, (one.as_dict() for one in said))


def paired_rows(tokenizer: Any, said: Sequence[Said], prompt: PromptForm, max_length: int) -> list[Row]:
    """Tokenise each good answer against each bad one, asked as the record is trained and answered."""
    rows = []
    for one in said:
        for good, bad in product(one.good, one.bad):
            asked, chosen, rejected = _ids(tokenizer, one.record, (good, bad), prompt)
            row = {"id": one.record.id, "prompt_ids": asked, "chosen_ids": chosen, "rejected_ids": rejected}
            rows.append(_fitting(row, max_length))
    if not rows:
        raise InputError(
            "no question has both a good and a bad answer; collect more votes, or set preference.method=kto"
        )
    return rows


def single_rows(tokenizer: Any, said: Sequence[Said], prompt: PromptForm, max_length: int, batch: int) -> list[Row]:
    """Tokenise each answer alone with whether it is wanted, and beside it another one of its batch.

    KTO holds each answer against how likely the model finds answers that belong to other questions.
    """
    rows = []
    for one in said:
        labelled = [(text, True) for text in one.good] + [(text, False) for text in one.bad]
        asked, *answers = _ids(tokenizer, one.record, [text for text, _ in labelled], prompt)
        for ids, (_, is_good) in zip(answers, labelled, strict=True):
            row = {"id": one.record.id, "prompt_ids": asked, "completion_ids": ids, "label": is_good}
            rows.append(_fitting(row, max_length))
    rows.sort(key=lambda row: content_hash(row["id"], str(row["label"])))  # no batch of one question alone
    for start in range(0, len(rows), batch):
        block = rows[start : start + batch]
        for place, row in enumerate(block):
            row["KL_completion_ids"] = block[place - 1]["completion_ids"]
    return rows


def _ids(tokenizer: Any, record: Record, answers: Sequence[str], prompt: PromptForm) -> list[list[int]]:
    """Give the ids of the prompt, and of each answer with its end of turn."""
    examples = tokenise(tokenizer, [replace(record, answer=text) for text in answers], "domain", prompt)
    return [examples[0].input_ids[: examples[0].answer_start], *(e.input_ids[e.answer_start :] for e in examples)]


def _fitting(row: Row, max_length: int) -> Row:
    """Raise InputError for a row that is too long: half an answer is another answer."""
    longest = len(row["prompt_ids"]) + max(len(row[name]) for name in ANSWERS if name in row)
    if longest > max_length:
        raise InputError(
            f"row {row['id']} has {longest} tokens, more than training.max_length {max_length}; set it to {longest}"
        )
    return row


def read_said(path: Path) -> list[Said]:
    """Read what `write_said` wrote; raises InputError where nothing was collected yet."""
    if not path.exists():
        raise InputError(f"{path}: nobody has said yet which answers are better; run: winnow collect")
    rows = read_jsonl(path)
    return [
        Said(record, tuple(row["good"]), tuple(row["bad"]), row["said_by"])
        for record, row in zip(read_records(path), rows, strict=True)
    ]
