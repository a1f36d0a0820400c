"""How far the training rows have moved on since a run: rows and tokens that it lacks, and those it had too many.

moved = Moved.since(run, train, tokenizer)
moved.in_words()        # "the run 20261129-101500 lacks 96 rows (14,210 tokens) and has 3 that are gone (512 tokens)"
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

from training.rows import tokenise
from training.runs import Run
from winnow.data.files import read_jsonl
from winnow.data.records import Record
from winnow.models.prompt import BARE, PromptForm


@dataclass(frozen=True, slots=True)
class Moved:
    """Training rows that a run has never seen, and those it has seen that are none any more, each with their tokens."""

    run: str
    new: int
    new_tokens: int
    gone: int
    gone_tokens: int

    @classmethod
    def since(cls, run: Run, train: Sequence[Record], tokenizer: Any, prompt: PromptForm = BARE) -> Self:
        """Compare the rows of a run's lineage with the training rows as they are now."""
        seen = {row["id"]: row["tokens"] for row in read_jsonl(run.lineage_file) if row["kind"] == "domain"}
        new = [row for row in train if row.id not in seen]
        gone = seen.keys() - {row.id for row in train}
        tokens = sum(len(one.input_ids) for one in tokenise(tokenizer, new, "domain", prompt)) if new else 0
        return cls(run.root.name, len(new), tokens, len(gone), sum(seen[id_] for id_ in gone))

    def __bool__(self) -> bool:
        """Tell whether anything has moved."""
        return bool(self.new or self.gone)

    def in_words(self) -> str:
        """Say it in a line for people."""
        return (
            f"the run {self.run} lacks {self.new:,} rows ({self.new_tokens:,} tokens) and was trained on {self.gone:,} "
            f"that are gone ({self.gone_tokens:,} tokens)"
        )
