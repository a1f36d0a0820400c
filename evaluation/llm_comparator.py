"""Paired answers in the JSON that the viewer LLM Comparator opens.

write_json(path, comparator(base_rows, tuned_rows, votes))

A's answer is the base's. `score` is positive where people preferred A: 1, 0 for a tie, -1, averaged over the votes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from evaluation.explore import reference_text, topic_name

Row = Mapping[str, Any]
SCORES = {"base": 1.0, "tuned": -1.0, "tie": 0.0, "both_bad": 0.0}
RATINGS = {"base": "A is better", "tuned": "B is better", "tie": "same", "both_bad": "same"}


def comparator(
    base: Sequence[Row], tuned: Sequence[Row], votes: Iterable[Row] = (), names: tuple[str, str] = ("base", "tuned")
) -> dict[str, Any]:
    """Pair the answers by id, in the base's order; a pair without votes scores 0 and has no raters."""
    said: dict[str, list[Row]] = defaultdict(list)
    for vote in votes:
        if vote["preferred"] in SCORES and not vote.get("repeat"):
            said[str(vote["id"])].append(vote)
    after = {str(row["id"]): row for row in tuned}
    return {
        "metadata": {
            "source_path": "winnow",
            "custom_fields_schema": [
                {"name": "id", "type": "string", "domain": None},
                {"name": "reference", "type": "text", "domain": None},
            ],
        },
        "models": [{"name": name} for name in names],
        "examples": [
            _example(row, after[str(row["id"])], said[str(row["id"])]) for row in base if str(row["id"]) in after
        ],
    }


def _example(base: Row, tuned: Row, votes: Sequence[Row]) -> dict[str, Any]:
    scores = [SCORES[vote["preferred"]] for vote in votes]
    topic = topic_name(base)
    return {
        "input_text": base.get("question") or "",
        "tags": [] if topic is None else [f"topic {topic}"],
        "output_text_a": base.get("prediction") or "",
        "output_text_b": tuned.get("prediction") or "",
        "score": sum(scores) / len(scores) if scores else 0,
        "individual_rater_scores": [_rater(vote) for vote in votes],
        "custom_fields": {"id": str(base["id"]), "reference": reference_text(base.get("reference"))},
    }


def _rater(vote: Row) -> dict[str, Any]:
    return {
        "score": SCORES[vote["preferred"]],
        "rating_label": RATINGS[vote["preferred"]],
        "is_flipped": vote.get("left") == "tuned",
        "rationale": vote.get("note") or "",
    }
