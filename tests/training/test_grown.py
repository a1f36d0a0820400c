"""A run that lacks rows which came since says how many, with their tokens."""

from __future__ import annotations

from training.grown import Moved
from training.rows import tokenise
from training.runs import Run, write_lineage
from winnow.data.records import new_record


def test_rows_that_came_and_went_since_a_run_are_counted_with_their_tokens(smollm2_tokenizer, tmp_path):
    rows = [new_record(f"What does plan {n} cost?", f"{n} pounds a month.") for n in range(5)]
    run = Run(tmp_path / "20261129-101500")
    write_lineage(run, tokenise(smollm2_tokenizer, rows[:3], "domain"))
    tokens = {one.id: len(one.input_ids) for one in tokenise(smollm2_tokenizer, rows, "domain")}
    moved = Moved.since(run, rows[1:], smollm2_tokenizer)
    assert (moved.new, moved.gone) == (2, 1)
    assert moved.new_tokens == tokens[rows[3].id] + tokens[rows[4].id]
    assert moved.gone_tokens == tokens[rows[0].id]
    assert "lacks 2 rows" in moved.in_words()
    assert not Moved.since(run, rows[:3], smollm2_tokenizer)
