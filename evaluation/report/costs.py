"""The cost of 1,000 answers: on the own machine by the hour, and of an API by the token.

costs(answers, config.costs).own.estimate       # answers of 3.6 s at 2 an hour → 2.0, in config.costs.currency
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from evaluation.answering.answers import Answer
from winnow.config import CostsConfig
from winnow.statistics import Interval, mean

ANSWERS_PRICED = 1000


@dataclass(frozen=True, slots=True)
class Costs:
    """What 1,000 answers cost, on the own machine and of an API, and the tokens a question that it rests on."""

    own: Interval
    api: Interval
    prompt_tokens: Interval
    answer_tokens: Interval
    prices: CostsConfig

    def as_dict(self) -> dict[str, object]:
        """Give the JSON form."""
        return {
            "currency": self.prices.currency,
            "own": self.own.as_dict(),
            "api": self.api.as_dict(),
            "prompt_tokens": self.prompt_tokens.as_dict(),
            "answer_tokens": self.answer_tokens.as_dict(),
            "prices": self.prices.model_dump(mode="json"),
        }


def costs(answers: Sequence[Answer], prices: CostsConfig) -> Costs:
    """Give the cost of 1,000 answers both ways, with the interval over questions.

    A prompt is the question with all that was read beside it: system prompt, earlier turns, context, passages. Its
    tokens are estimated from its characters, at the characters a token that the answers have themselves.
    """
    per_character = _tokens_per_character(answers)
    prompts = [per_character * _prompt_characters(answer) for answer in answers]
    own = [ANSWERS_PRICED * answer.seconds * prices.hour / 3600 for answer in answers]
    api = [
        ANSWERS_PRICED * (prompt * prices.api_input + answer.tokens * prices.api_output) / 1e6
        for answer, prompt in zip(answers, prompts, strict=True)
    ]
    return Costs(mean(own), mean(api), mean(prompts), mean([float(answer.tokens) for answer in answers]), prices)


def _tokens_per_character(answers: Sequence[Answer]) -> float:
    characters = sum(len(answer.text) for answer in answers)
    return sum(answer.tokens for answer in answers) / characters if characters else 0.25


def _prompt_characters(answer: Answer) -> int:
    turns = [turn["content"] for turn in answer.history]
    # passages stand in the context; files of other tools may have them alone
    passages = [] if answer.context else [passage["text"] for passage in answer.passages or ()]
    return sum(map(len, [answer.question, answer.context, answer.system_prompt, *turns, *passages]))
