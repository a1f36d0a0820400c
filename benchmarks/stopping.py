"""Measure reviews that may stop early: false decisions, decisions and pairs read, for several tests, all by exact sums.

python -m benchmarks.stopping --pairs 20 50 100 200

Each is looked at after every decided pair. `fixed` looks once, at the end; `peeked` is the same exact sign test looked
at all the time, which is what a review without a plan does. The mixture martingales (Robbins 1970: a Beta prior on the
win rate, crossed at 20) hold for a review without end; `boundary` is what Winnow uses, with ties as well.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from math import log

import numpy as np

from winnow.statistics import anytime_power, decided_pairs, sign_test_power, wins_needed
from winnow.statistics.sequential import Counts, boundary

RATES = (0.5, 0.6, 0.65, 0.7, 0.8, 0.9)
PRIORS = {"mixture, uniform": 1.0, "mixture, Beta(5, 5)": 5.0}
TIED = 0.3


def crossed(bars: Counts, rate: float) -> tuple[float, float]:
    """Sum the chance of ever reaching a bar, and the pairs read until then."""
    live, decided, read = np.ones(1), 0.0, 0.0
    for n in range(1, len(bars)):
        after = np.zeros(n + 1)
        after[1:] += live * rate
        after[:-1] += live * (1 - rate)
        wins = np.arange(n + 1)
        over = np.maximum(wins, n - wins) >= bars[n]
        read += float(live.sum())
        decided += float(after[over].sum())
        live = np.where(over, 0.0, after)
    return decided, read


def bars_of(pairs: int, decides: Callable[[int, int], bool]) -> Counts:
    """List for each number of pairs the fewest wins that decide."""
    return np.array(
        [next((w for w in range((n + 1) // 2, n + 1) if n and decides(w, n)), n + 1) for n in range(pairs + 1)]
    )


def mixture(shape: float) -> Callable[[int, int], bool]:
    """Give the test that crosses where a Beta mixture is 20 times as likely as the fair coin."""
    from scipy.special import betaln

    def decides(wins: int, n: int) -> bool:
        evidence = betaln(shape + wins, shape + n - wins) - betaln(shape, shape) + n * log(2)
        return bool(evidence >= log(20))

    return decides


def measured(pairs: int) -> dict[str, dict[str, object]]:
    """Measure every test over so many pairs."""
    needed = [wins_needed(n) or n + 1 for n in range(pairs + 1)]
    tests = {"peeked": np.array(needed), "boundary, without stopping for want of hope": boundary(pairs).wins}
    tests |= {name: bars_of(pairs, mixture(shape)) for name, shape in PRIORS.items()}
    found: dict[str, dict[str, object]] = {
        "fixed": {f"{rate:g}": [round(sign_test_power(pairs, rate), 3), pairs] for rate in RATES}
    }
    for name, bars in tests.items():
        sums = {rate: crossed(bars, rate) for rate in RATES}
        found[name] = {f"{rate:g}": [round(power, 3), round(read, 1)] for rate, (power, read) in sums.items()}
    left = decided_pairs(pairs, TIED)
    for name, decided in (("boundary", pairs), (f"boundary, {TIED:.0%} ties", left)):
        sizes = {rate: anytime_power(pairs, rate, decided) for rate in RATES}
        found[name] = {
            f"{rate:g}": [round(one.power, 3), round(one.pairs * pairs / decided, 1)] for rate, one in sizes.items()
        }
    found[f"fixed, {TIED:.0%} ties"] = {f"{rate:g}": [round(sign_test_power(left, rate), 3), pairs] for rate in RATES}
    return found


def main() -> None:
    """Print one JSON object: number of pairs → test → true win rate → chance of a decision, pairs read."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=int, nargs="+", default=[20, 50, 100, 200])
    print(json.dumps({pairs: measured(pairs) for pairs in parser.parse_args().pairs}))


if __name__ == "__main__":
    main()
