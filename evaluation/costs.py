"""What 1,000 answers cost: on the own machine by the hour, and of an API by the token.

costs(answers, config.costs)["own"]["estimate"]     # in config.costs.currency
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from evaluation.answers import Answer
from winnow.config import CostsConfig
from winnow.statistics import mean

ANSWERS = 1000


def costs(answers: Sequence[Answer], prices: CostsConfig) -> dict[str, Any]:
    """Give the cost of 1,000 answers both ways, with the interval over questions.

    A prompt is the question and the passages before it. Its tokens are estimated from its characters, at the characters
    a token that the answers have themselves.
    """
    per_character = _tokens_per_character(answers)
    prompts = [per_character * _prompt_characters(answer) for answer in answers]
    own = [ANSWERS * answer.seconds * prices.hour / 3600 for answer in answers]
    api = [
        ANSWERS * (prompt * prices.api_input + answer.tokens * prices.api_output) / 1e6
        for answer, prompt in zip(answers, prompts, strict=True)
    ]
    return {
        "currency": prices.currency,
        "own": mean(own).as_dict(),
        "api": mean(api).as_dict(),
        "prompt_tokens": mean(prompts).as_dict(),
        "answer_tokens": mean([float(answer.tokens) for answer in answers]).as_dict(),
        "prices": prices.model_dump(mode="json"),
    }


def _tokens_per_character(answers: Sequence[Answer]) -> float:
    characters = sum(len(answer.text) for answer in answers)
    return sum(answer.tokens for answer in answers) / characters if characters else 0.25


def _prompt_characters(answer: Answer) -> int:
    return len(answer.question) + sum(len(passage["text"]) for passage in answer.passages or ())
