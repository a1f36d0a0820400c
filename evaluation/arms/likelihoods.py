"""Likelihood of given answers under a model, by the token: what a tuned model makes of the reference.

losses(model, prompt, rows, [row.answer for row in rows])      # nats a token, less is likelier
"""

from __future__ import annotations

from collections.abc import Sequence

from winnow.data.records import Record
from winnow.models.local import LocalModel
from winnow.models.prompt import PromptForm


def losses(model: LocalModel, prompt: PromptForm, rows: Sequence[Record], answers: Sequence[str]) -> list[float]:
    """Give the nats a token of one answer a row, asked as the row asks."""
    pairs = [(prompt.text(model.tokenizer, row), answer) for row, answer in zip(rows, answers, strict=True)]
    return [-likelihood.mean for likelihood in model.log_likelihood(pairs)]
