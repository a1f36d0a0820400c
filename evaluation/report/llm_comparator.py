"""Paired answers in the JSON that the viewer LLM Comparator opens.

write_json(path, comparator(pair_answers(base, tuned), votes))

A's answer is the base's. `score` is positive where people preferred A: 1, 0 for a tie, -1, averaged over the votes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from evaluation.comparison.pairs import AnswerPair, Paired
from evaluation.people.win_rate import Vote, first_votes

SCORES = {"base": 1.0, "tuned": -1.0, "tie": 0.0, "both_bad": 0.0}
RATINGS = {"base": "A is better", "tuned": "B is better", "tie": "same", "both_bad": "same"}


def comparator(
    paired: Paired, votes: Iterable[Vote] = (), names: tuple[str, str] = ("base", "tuned")
) -> dict[str, object]:
    """Give the viewer's JSON of the pairs, in their order; a pair without votes scores 0 and has no raters.

    Votes base, base, tie on a pair → score 0.667. What was read beside the questions is in fields of its own.
    """
    said = first_votes(votes)
    beside = dict.fromkeys(name for pair in paired.pairs for name in pair.around)
    return {
        "metadata": {
            "source_path": "winnow",
            "custom_fields_schema": [
                {"name": "id", "type": "string", "domain": None},
                {"name": "reference", "type": "text", "domain": None},
                *({"name": name, "type": "text", "domain": None} for name in beside),
            ],
        },
        "models": [{"name": name} for name in names],
        "examples": [_example(pair, said.get(pair.id, []), [*beside]) for pair in paired.pairs],
    }


def _example(pair: AnswerPair, votes: Sequence[Vote], beside: Sequence[str]) -> dict[str, object]:
    scores = [SCORES[vote.preferred] for vote in votes]
    around = {name: pair.around.get(name, "") for name in beside}
    return {
        "input_text": pair.question,
        "tags": [] if pair.topic_name is None else [f"topic {pair.topic_name}"],
        "output_text_a": pair.base.text,
        "output_text_b": pair.tuned.text,
        "score": sum(scores) / len(scores) if scores else 0,
        "individual_rater_scores": [_rater(vote) for vote in votes],
        "custom_fields": {"id": pair.id, "reference": pair.reference, **around},
    }


def _rater(vote: Vote) -> dict[str, object]:
    return {
        "score": SCORES[vote.preferred],
        "rating_label": RATINGS[vote.preferred],
        "is_flipped": vote.left == "tuned",
        "rationale": vote.note,
    }
