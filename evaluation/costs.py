"""What 1,000 answers cost: on the own machine by the hour, and of an API by the token.

costs(rows, config.costs)["own"]["estimate"]        # in config.costs.currency
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from winnow.config import CostsConfig
from winnow.statistics import mean

ANSWERS = 1000


def costs(rows: Sequence[dict[str, Any]], prices: CostsConfig) -> dict[str, Any]:
    """Give the cost of 1,000 answers both ways, with the interval over questions.

    Rows are answers with `question`, `prediction`, `tokens`, `seconds` and perhaps `passages`. A prompt's tokens are
    estimated from its characters, at the characters a token that the answers have themselves.
    """
    per_character = _tokens_per_character(rows)
    prompts = [per_character * _prompt_characters(row) for row in rows]
    own = [ANSWERS * row["seconds"] * prices.hour / 3600 for row in rows]
    api = [
        ANSWERS * (prompt * prices.api_input + row["tokens"] * prices.api_output) / 1e6
        for row, prompt in zip(rows, prompts, strict=True)
    ]
    return {
        "currency": prices.currency,
        "own": mean(own).as_dict(),
        "api": mean(api).as_dict(),
        "prompt_tokens": mean(prompts).as_dict(),
        "answer_tokens": mean([float(row["tokens"]) for row in rows]).as_dict(),
        "prices": prices.model_dump(mode="json"),
    }


def _tokens_per_character(rows: Sequence[dict[str, Any]]) -> float:
    characters = sum(len(row["prediction"]) for row in rows)
    return sum(row["tokens"] for row in rows) / characters if characters else 0.25


def _prompt_characters(row: dict[str, Any]) -> int:
    return len(row["question"]) + sum(len(passage["text"]) for passage in row.get("passages") or [])
