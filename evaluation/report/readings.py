"""Gains of tuned over base, pair by pair: which pairs are shown in full, and the mean gain of each topic.

gained = gains({"base": answers, "tuned": answers}, "token_f1")
chosen, regressions = readings(gained, seed=0)      # the best, a random and the worst pair; the worst of all losses
slices(gained, outcomes)
"""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from evaluation.answering.answers import Answer
from evaluation.answering.stage import AGAIN
from evaluation.comparison.pairs import AnswerPair, pair_answers
from evaluation.metrics import METRICS, score_each
from evaluation.people.win_rate import DISAGREE, OUTCOMES

Systems = Mapping[str, Sequence[Answer]]

MAX_REGRESSIONS_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Gain:
    """A pair with what a metric says was gained, tuned minus base turned so that more is better.

    `others` are the further systems' answers, `passages` those that retrieval gave one of them.
    """

    pair: AnswerPair
    value: float
    metric: str
    others: Mapping[str, str | None]
    passages: Sequence[Mapping[str, str]]

    def as_dict(self) -> dict[str, object]:
        """Give the JSON form."""
        return {
            "id": self.pair.id,
            "beside": self.pair.around,
            "question": self.pair.question,
            "reference": self.pair.reference,
            "topic": self.pair.topic,
            "topic_name": self.pair.topic_name,
            "base": self.pair.base.prediction,
            "tuned": self.pair.tuned.prediction,
            "others": dict(self.others),
            "passages": list(self.passages),
            "gain": self.value,
            "metric": self.metric,
        }


@dataclass(frozen=True, slots=True)
class TopicGain:
    """The pairs of one topic: the mean gain, how many improved and regressed, and what people said of them."""

    topic: str | int | None
    topic_name: str | None
    n: int
    gain: float
    improved: int
    regressed: int
    equal: int
    votes: dict[str, int]


def gains(systems: Systems, metric: str) -> list[Gain]:
    """Subtract the base's score from the tuned model's, for each pair that the metric scores on both sides.

    Where lower is better the sign is turned: more is always better. Scores 0.2 and 0.7 → 0.5
    """
    pairs, chosen = pair_answers(systems["base"], systems["tuned"]).pairs, METRICS[metric]
    sign = -1 if chosen.better == "lower" else 1
    before, after = (score_each([pair.sides[side].as_dict() for pair in pairs], chosen) for side in ("base", "tuned"))
    by_id = {name: {answer.id: answer for answer in answers} for name, answers in systems.items()}
    return [
        Gain(pair, sign * (new.value - old.value), metric, *_beside(by_id, pair.id))
        for pair, old, new in zip(pairs, before, after, strict=True)
        if old.value is not None and new.value is not None
    ]


def _beside(
    by_id: Mapping[str, Mapping[str, Answer]], id_: str
) -> tuple[dict[str, str | None], Sequence[Mapping[str, str]]]:
    """Give the other systems' answers to one question, and the first passages that any system was given."""
    answers = {name: rows[id_] for name, rows in by_id.items() if id_ in rows}
    passages = next((answer.passages for answer in answers.values() if answer.passages), ())
    others = {name: answer.prediction for name, answer in answers.items() if name not in ("base", "tuned", AGAIN)}
    return others, passages


def readings(gained: Sequence[Gain], seed: int) -> tuple[dict[str, Gain], list[Gain]]:
    """Choose the pairs of the highest, a random and the lowest gain, and the lowest gains below 0, at most five.

    Gains 0.5, 0.1, -0.2 → best 0.5, random any, worst -0.2; regressions -0.2
    """
    ranked = sorted(gained, key=lambda gain: (-gain.value, gain.pair.id))
    if not ranked:
        return {}, []
    shown = {"best": ranked[0], "random": random.Random(seed).choice(ranked), "worst": ranked[-1]}
    return shown, [gain for gain in reversed(ranked[-MAX_REGRESSIONS_SHOWN:]) if gain.value < 0]


def slices(gained: Sequence[Gain], outcomes: Mapping[str, str]) -> list[TopicGain]:
    """Average the gain by topic and count what people said; n and no test: too few rows to conclude anything."""
    by_topic: defaultdict[Any, list[Gain]] = defaultdict(list)
    for gain in gained:
        by_topic[gain.pair.topic].append(gain)
    rows = []
    for topic, members in by_topic.items():
        said = Counter(outcomes.get(gain.pair.id) for gain in members)
        signs = Counter((gain.value > 0) - (gain.value < 0) for gain in members)
        votes = {name: said[name] for name in (*OUTCOMES, DISAGREE)}
        mean = sum(gain.value for gain in members) / len(members)
        name = members[0].pair.topic_name
        rows.append(TopicGain(topic, name, len(members), mean, signs[1], signs[-1], signs[0], votes))
    return sorted(rows, key=lambda row: (-row.n, str(row.topic)))
