"""Measure win rates corrected by a judge: coverage and width beside the votes alone, simulated and on PandaLM.

python -m benchmarks.corrected --studies 2000

Simulated judges are right in so many pairs, with and without ties of people. On PandaLM each study draws 500 of the 999
pairs, with replacement, and people's majority is known on the first of them only; judges are the third annotator
against the other two, the longer answer, a coin, and one that names the first answer each time, as a 135M model does
(docs, "Metrics"). `full weight` trusts the judge wholly, `error rates` turns its share of wins round by the errors seen
on voted pairs (Rogan and Gladen; arXiv 2511.21140): both are what the tuned weight is better than.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from functools import partial
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks import realdata
from winnow.statistics import corrected_share

Floats = NDArray[np.floating[Any]]
Study = tuple[Floats, Floats, Floats, Floats]  # won, decided, the judge on voted pairs, the judge on all

VOTED, ACCURACIES, TIES, PAIRS, RATE = (20, 50, 200), (0.5, 0.7, 0.9), (0.0, 0.3), 500, 0.65
NORMAL = 1.96
SIDES = {1: 1.0, 2: -1.0, 0: 0.0}


def simulated(rng: np.random.Generator, voted: int, accuracy: float, ties: float) -> Study:
    """Draw votes on the first pairs and a judge of all."""
    decided = rng.random(PAIRS) >= ties
    won = decided & (rng.random(PAIRS) < RATE)
    truth = np.where(decided, np.where(won, 1.0, -1.0), rng.choice([-1.0, 1.0], PAIRS))
    judge = np.where(rng.random(PAIRS) < accuracy, truth, -truth)
    return won[:voted] * 1.0, decided[:voted] * 1.0, judge[:voted], judge


def measured(studies: Iterator[Study], rate: float) -> dict[str, object]:
    """Count how often each interval holds the rate, and how wide it is beside the votes alone."""
    counts: Counter[str] = Counter()
    widths: defaultdict[str, float] = defaultdict(float)
    worth, useless, n = 0.0, 0, 0
    for won, decided, own, every in studies:
        found, n = corrected_share(won, decided, own, every), n + 1
        bounds = {"people": (found.people.low, found.people.high), "tuned": (found.corrected.low, found.corrected.high)}
        bounds |= {"full weight": full_weight(won, decided, own, every)}
        bounds |= {"error rates": error_rates(won, decided, own, every)}
        for name, (low, high) in bounds.items():
            counts[name] += low <= rate <= high
            widths[name] += high - low
        worth, useless = worth + found.votes / max(1, found.people.n), useless + (found.weight == 0)
    wide = {name: round(width / widths["people"], 3) for name, width in widths.items()}
    return {
        "covers": {name: round(counts[name] / n, 3) for name in wide},
        "width": wide,
        "votes": round(worth / n, 2),
        "adds nothing": round(useless / n, 2),
    }


def full_weight(won: Floats, decided: Floats, own: Floats, every: Floats) -> tuple[float, float]:
    """Give the interval of prediction-powered inference that trusts the judge's share of wins as it is."""
    estimate = won.sum() / decided.sum()
    votes, judge = (won - estimate * decided) / decided.mean(), own / 2
    error = np.sqrt((votes - judge).var(ddof=1) / len(own) + (every / 2).var() / len(every))
    middle = estimate - judge.mean() + every.mean() / 2
    return middle - NORMAL * error, middle + NORMAL * error


def error_rates(won: Floats, decided: Floats, own: Floats, every: Floats) -> tuple[float, float]:
    """Give the interval of the judge's share of wins, turned round by its errors on the voted pairs."""
    wins, losses = won > 0, (decided > 0) & (won == 0)
    hit, alarm = ((np.sum(own[kind] > 0) + 0.5) / (kind.sum() + 1) for kind in (wins, losses))
    if hit - alarm < 0.05:
        return 0.0, 1.0
    share = float((every > 0).mean())
    middle = float(np.clip((share - alarm) / (hit - alarm), 0, 1))
    spread = share * (1 - share) / len(every) + middle**2 * hit * (1 - hit) / max(1, wins.sum())
    spread += (1 - middle) ** 2 * alarm * (1 - alarm) / max(1, losses.sum())
    half = NORMAL * np.sqrt(spread) / (hit - alarm)
    return max(0.0, middle - half), min(1.0, middle + half)


def pandalm() -> tuple[Floats, dict[str, Floats]]:
    """Read people's majority on each pair (1, -1, 0 undecided), and what the judges say of it."""
    rows = realdata.read("pandalm/pairs.jsonl.gz")
    said = np.array([[SIDES[int(row[f"annotator{one}"])] for one in (1, 2, 3)] for row in rows])
    longer = np.array([np.sign(len(str(row["response1"])) - len(str(row["response2"]))) for row in rows])
    coin = np.random.default_rng(0).choice([-1.0, 1.0], len(rows))
    majority = np.sign(said[:, :2].sum(1))
    judges = {"third annotator": said[:, 2], "longer": longer, "coin": coin, "first each time": np.ones(len(rows))}
    return majority, judges


def resampled(rng: np.random.Generator, voted: int, majority: Floats, judge: Floats) -> Study:
    """Draw pairs with replacement; people speak of the first."""
    drawn = rng.integers(0, len(majority), PAIRS)
    own = majority[drawn][:voted]
    return (own > 0) * 1.0, (own != 0) * 1.0, judge[drawn][:voted], judge[drawn]


def main() -> None:
    """Print a line of JSON for each cell."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--studies", type=int, default=2_000)
    studies = parser.parse_args().studies

    def told(name: str, rate: float, draw: Callable[[np.random.Generator], Study]) -> None:
        rng = np.random.default_rng(1)
        print(json.dumps({"cell": name, **measured((draw(rng) for _ in range(studies)), rate)}), flush=True)

    for voted, accuracy, ties in product(VOTED, ACCURACIES, TIES):
        name = f"{voted} votes, accuracy {accuracy}, ties {ties}"
        told(name, RATE, partial(simulated, voted=voted, accuracy=accuracy, ties=ties))
    majority, judges = pandalm()
    rate = float((majority > 0).sum() / (majority != 0).sum())
    for voted, (name, judge) in product(VOTED, judges.items()):
        told(f"PandaLM, {voted} votes, {name}", rate, partial(resampled, voted=voted, majority=majority, judge=judge))


if __name__ == "__main__":
    main()
