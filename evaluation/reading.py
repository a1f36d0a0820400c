"""What a reader of the report should see in full, and how the gains lie across topics.

gained = gains({"base": rows, "tuned": rows}, "token_f1")
readings(gained, seed=0)["regressions"]         # the worst of them
slices(gained, votes)
"""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Mapping
from typing import Any

from evaluation.explore import reference_text, topic_name
from evaluation.held_out import AGAIN
from evaluation.metrics import METRICS, score_each

Rows = list[dict[str, Any]]

WORST = 5


def gains(systems: Mapping[str, Rows], metric: str) -> Rows:
    """Pair base and tuned with what the metric says was gained, tuned minus base turned so that more is better.

    Each pair brings the other systems' answers and the passages they were given.
    """
    by_id = {name: {row["id"]: row for row in rows} for name, rows in systems.items()}
    ids = [id_ for id_ in by_id["base"] if id_ in by_id["tuned"]]
    chosen = METRICS[metric]
    sign = -1 if chosen.better == "lower" else 1
    before, after = (score_each([by_id[side][id_] for id_ in ids], chosen) for side in ("base", "tuned"))
    return [
        {**_pair(by_id, id_), "gain": sign * (new.value - old.value), "metric": metric}
        for id_, old, new in zip(ids, before, after, strict=True)
        if old.value is not None and new.value is not None
    ]


def _pair(by_id: Mapping[str, Mapping[str, dict[str, Any]]], id_: str) -> dict[str, Any]:
    base = by_id["base"][id_]
    answers = {name: rows[id_]["prediction"] for name, rows in by_id.items() if id_ in rows and name != AGAIN}
    passages: Rows = next((rows[id_]["passages"] for rows in by_id.values() if rows.get(id_, {}).get("passages")), [])
    return {
        "id": id_,
        "question": base["question"],
        "reference": reference_text(base["reference"]),
        "topic": base.get("topic"),
        "topic_name": topic_name(base),
        "base": answers.pop("base"),
        "tuned": answers.pop("tuned"),
        "others": answers,
        "passages": passages,
    }


def readings(gained: Rows, seed: int) -> dict[str, Any]:
    """Choose the best, a random and the worst pair, and the five worst regressions."""
    ranked = sorted(gained, key=lambda pair: (-pair["gain"], pair["id"]))
    if not ranked:
        return {"readings": {}, "regressions": []}
    shown = {"best": ranked[0], "random": random.Random(seed).choice(ranked), "worst": ranked[-1]}
    return {"readings": shown, "regressions": [pair for pair in reversed(ranked[-WORST:]) if pair["gain"] < 0]}


def slices(gained: Rows, outcomes: Mapping[str, str]) -> Rows:
    """Average the gain by topic and count what people said; n and no test: too few rows to conclude anything."""
    by_topic: defaultdict[Any, Rows] = defaultdict(list)
    for pair in gained:
        by_topic[pair["topic"]].append(pair)
    rows = []
    for topic, pairs in by_topic.items():
        said = Counter(outcomes.get(pair["id"]) for pair in pairs)
        signs = Counter((pair["gain"] > 0) - (pair["gain"] < 0) for pair in pairs)
        rows.append(
            {
                **{"topic": topic, "topic_name": pairs[0]["topic_name"]},
                **{"n": len(pairs), "gain": sum(pair["gain"] for pair in pairs) / len(pairs)},
                **{"improved": signs[1], "regressed": signs[-1], "equal": signs[0]},
                "votes": {name: said[name] for name in ("tuned", "base", "tie", "both_bad")},
            }
        )
    return sorted(rows, key=lambda row: (-row["n"], str(row["topic"])))
