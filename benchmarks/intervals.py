"""Measure intervals of a paired difference of scores from 0 to 1: how often they hold the truth, and how wide they are.

python -m benchmarks.intervals --studies 2000 --items 20 40 50 100 200

Each shape draws what base and tuned score on an item. `worst lump` is the largest share of items of which 7 % of all
samples hold none, each gaining a whole point: no interval that is narrower on a sample of zeros holds 93 % there. A
study whose interval isn't known says "can't tell": it neither holds nor misses.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri, stdtrit

Floats = NDArray[np.float64]
Rng = np.random.Generator
Sides = tuple[Floats, Floats]  # base and tuned, studies × items
Bounds = tuple[Floats, Floats]

ALPHA = 0.05
MISSED = 0.07  # share of samples that may miss what is rare
DRAWS = 600  # resamples of a bootstrap
WEIGHTS = 2_000  # draws of random weights
GRID = 400  # means that betting tries
MOST_BET = 0.75  # share of the stake on one item
POPULATION = 2_000_000  # items whose mean is a shape's truth


@dataclass(frozen=True)
class Shape:
    """How items score: `draw(rng, (studies, items))` gives base and tuned."""

    name: str
    draw: Callable[[Rng, tuple[int, int]], Sides]

    def truth(self, population: int = POPULATION) -> float:
        """Give the mean difference of a large population."""
        base, tuned = self.draw(np.random.default_rng(1), (1, population))
        return float((tuned - base).mean())


def changed(change: Callable[[Rng, tuple[int, int]], Floats]) -> Callable[[Rng, tuple[int, int]], Sides]:
    """Let base score about .15 to .5, and tuned differ from it by a change."""

    def draw(rng: Rng, size: tuple[int, int]) -> Sides:
        base = rng.uniform(0.15, 0.5, size)
        return base, np.clip(base + change(rng, size), 0, 1)

    return draw


def rare(share: float, low: float, high: float, noise: float = 0.0, gain: float = 0.0) -> Shape:
    """Make a share of items go from `low` to `high`, or down; the others stay, or gain a little with noise."""

    def draw(rng: Rng, size: tuple[int, int]) -> Sides:
        is_rare, start = rng.random(size) < share, 0.1 if noise else 0.0
        rest = np.clip(start + gain + rng.normal(0, noise, size), 0, 1) if noise else np.full(size, start)
        return np.where(is_rare, low, start), np.where(is_rare, high, rest)

    told = f"{share:.0%} {'gain' if high > low else 'lose'} {abs(high - low):g}"
    among = f", others {gain:+g} ± {noise:g}" if noise else ", others nothing"
    return Shape(told + among, draw)


def shapes(items: int) -> list[Shape]:
    """List the shapes; the worst lump depends on the number of items."""
    normal = lambda at, spread: changed(lambda rng, size: rng.normal(at, spread, size))  # noqa: E731
    tied = changed(lambda rng, size: np.where(rng.random(size) < 2 / 3, 0, rng.normal(0.1, 0.2, size)))
    skewed = changed(lambda rng, size: np.where(rng.random(size) < 0.5, 0, rng.beta(0.5, 2, size)))
    tail = changed(lambda rng, size: np.minimum(rng.lognormal(-3, 1.2, size), 1) - 0.05)
    lump = 1 - MISSED ** (1 / items)
    return [
        Shape("bell, spread .06", normal(0.04, 0.06)),
        Shape("bell, spread .15", normal(0.04, 0.15)),
        Shape("bell, spread .3", lambda rng, size: (np.zeros(size), np.clip(rng.normal(0.5, 0.3, size), 0, 1))),
        Shape("two thirds ties", tied),
        Shape("half ties, skewed", skewed),
        Shape("long tail", tail),
        Shape("two lumps", lambda rng, size: (np.full(size, 0.3), np.where(rng.random(size) < 0.5, 0.6, 0.0))),
        Shape("lumps of .9 and .1", lambda rng, size: (np.full(size, 0.1), np.where(rng.random(size) < 0.1, 0.6, 0.0))),
        rare(0.02, 0.0, 0.8),
        rare(0.05, 0.0, 0.8),
        rare(0.10, 0.0, 0.8),
        rare(0.05, 0.8, 0.0),
        rare(0.05, 0.0, 0.8, noise=0.03),
        rare(0.05, 0.0, 0.8, noise=0.1),
        rare(0.05, 0.9, 0.1, noise=0.05, gain=0.05),
        Shape("worst lump", rare(lump, 0.0, 1.0).draw),
        Shape("worst lump, others ± .05", rare(lump, 0.0, 1.0, noise=0.05).draw),
    ]


def bootstrap(base: Floats, tuned: Floats, rng: Rng) -> Bounds:
    """Give the symmetric studentised bootstrap's interval: what Winnow uses where a score has no ends."""
    values, items = tuned - base, base.shape[1]
    drawn = np.zeros((DRAWS, items))
    np.add.at(drawn, (np.arange(DRAWS)[:, None], rng.integers(0, items, (DRAWS, items))), 1)
    means, squares = values @ drawn.T / items, values**2 @ drawn.T / items
    errors = np.sqrt(np.maximum(squares - means**2, 0) / (items - 1))
    centre, away = values.mean(1), np.abs(means - values.mean(1, keepdims=True))
    ratio = np.where(errors > 1e-7, away / np.maximum(errors, 1e-9), np.where(away > 1e-9, np.inf, 0))
    half = np.quantile(ratio, 1 - ALPHA, axis=1, method="inverted_cdf") * values.std(1, ddof=1) / np.sqrt(items)
    half[(values.std(1) < 1e-12) | ~np.isfinite(half)] = np.nan
    return centre - half, centre + half


def students(base: Floats, tuned: Floats, _: Rng) -> Bounds:
    """Give Student's interval."""
    values, items = tuned - base, base.shape[1]
    half = stdtrit(items - 1, 1 - ALPHA / 2) * values.std(1, ddof=1) / np.sqrt(items)
    half[half < 1e-12] = np.nan
    return values.mean(1) - half, values.mean(1) + half


def bounded(base: Floats, tuned: Floats, _: Rng) -> Bounds:
    """Give Winnow's: one more item at -1 and one at 1 (`winnow.statistics.bounded`, many studies at once)."""
    values, items = tuned - base, base.shape[1] + 2
    centre = values.sum(1) / items
    spread = ((values - centre[:, None]) ** 2).sum(1) + (1 - centre) ** 2 + (1 + centre) ** 2
    half = ndtri(1 - ALPHA / 2) * np.sqrt(spread) / items
    return centre - half, centre + half


def halved(base: Floats, tuned: Floats, _: Rng) -> Bounds:
    """Give the same with half an item at each end."""
    values, items = tuned - base, base.shape[1] + 1
    centre = values.sum(1) / items
    spread = ((values - centre[:, None]) ** 2).sum(1) + ((1 - centre) ** 2 + (1 + centre) ** 2) / 2
    half = ndtri(1 - ALPHA / 2) * np.sqrt(spread) / items
    return centre - half, centre + half


def item_range(base: Floats, tuned: Floats, _: Rng) -> Bounds:
    """Give the same where the added items lose all that the best base answer seen has, and gain all the worst lacks."""
    values, items = tuned - base, base.shape[1] + 1
    found = []
    for end, sign in ((-base.max(1), -1), (1 - base.min(1), 1)):
        centre = (values.sum(1) + end) / items
        spread = ((values - centre[:, None]) ** 2).sum(1) + (end - centre) ** 2
        found.append(centre + sign * ndtri(1 - ALPHA / 2) * np.sqrt(spread) / items)
    return found[0], found[1]


def random_weights(base: Floats, tuned: Floats, rng: Rng) -> Bounds:
    """Give Gaffke's bounds (in Phan, Thomas and Learned-Miller 2021): one item at the end, all weighted at random."""
    values, found = tuned - base, []
    for end in (-1.0, 1.0):
        weights = rng.dirichlet(np.ones(values.shape[1] + 1), WEIGHTS)
        means = values @ weights[:, :-1].T + end * weights[:, -1]
        found.append(np.quantile(means, 1 - ALPHA / 2 if end > 0 else ALPHA / 2, axis=1))
    return found[0], found[1]


def with_lump(base: Floats, tuned: Floats, rng: Rng) -> Bounds:
    """Give the bootstrap's interval widened by what items that 5 % of all samples miss could add."""
    low, high = bootstrap(base, tuned, rng)
    centre, share = (tuned - base).mean(1), 1 - ALPHA ** (1 / base.shape[1])
    known = np.where(np.isfinite(low), low, centre), np.where(np.isfinite(high), high, centre)
    return known[0] - share * (1 + centre), known[1] + share * (1 - centre)


def empirical_bernstein(base: Floats, tuned: Floats, _: Rng) -> Bounds:
    """Give Maurer and Pontil's bounds (2009)."""
    values, items = tuned - base, base.shape[1]
    log = np.log(4 / ALPHA)
    half = np.sqrt(2 * values.var(1, ddof=1) * log / items) + 2 * 7 * log / (3 * (items - 1))
    return np.maximum(values.mean(1) - half, -1), np.minimum(values.mean(1) + half, 1)


def betting(base: Floats, tuned: Floats, _: Rng) -> Bounds:
    """Give the hedged betting interval of Waudby-Smith and Ramdas (arXiv 2010.09686) after the last item."""
    scores, items = (tuned - base + 1) / 2, base.shape[1]
    seen = np.arange(1, items + 1)
    means = (0.5 + np.cumsum(scores, 1)) / (seen + 1)
    variances = (0.25 + np.cumsum((scores - means) ** 2, 1)) / (seen + 1)
    before = np.column_stack([np.full(len(scores), 0.25), variances[:, :-1]])
    stakes = np.sqrt(2 * np.log(2 / ALPHA) / (items * before))
    tried = np.linspace(0, 1, GRID + 1)[1:-1]
    up, down, most = (np.full((len(scores), len(tried)), start) for start in (0.0, 0.0, -np.inf))
    for item in range(items):
        away, stake = scores[:, item, None] - tried, stakes[:, item, None]
        up += np.log1p(np.minimum(stake, MOST_BET / tried) * away)
        down += np.log1p(-np.minimum(stake, MOST_BET / (1 - tried)) * away)
        most = np.maximum(most, np.maximum(up, down) + np.log(0.5))
    kept = most < np.log(1 / ALPHA)
    first, last = kept.argmax(1), len(tried) - 1 - kept[:, ::-1].argmax(1)
    return 2 * (tried[first] - 1 / GRID) - 1, 2 * (tried[last] + 1 / GRID) - 1


METHODS = {
    "bootstrap": bootstrap,
    "Student": students,
    "item's own range": item_range,
    "half an item at each end": halved,
    "one item at each end": bounded,
    "Gaffke": random_weights,
    "bootstrap and lump": with_lump,
    "betting": betting,
    "empirical Bernstein": empirical_bernstein,
}


@dataclass(frozen=True)
class Measured:
    """One method on one shape: the shares of studies that hold the truth and that can't tell, and half the width."""

    holds: float
    unknown: float
    half: float

    @property
    def missed(self) -> float:
        """The share of studies whose interval misses."""
        return 1 - self.holds - self.unknown


def measured(items: int, studies: int, seed: int = 0) -> dict[str, dict[str, Measured]]:
    """Measure each method on each shape, by the shape's name."""
    rng, found = np.random.default_rng(seed), {}
    for shape in shapes(items):
        base, tuned = shape.draw(rng, (studies, items))
        truth = shape.truth()
        found[shape.name] = {
            name: _measured(method(base, tuned, rng), truth, tuned - base) for name, method in METHODS.items()
        }
    return found


def _measured(bounds: Bounds, truth: float, values: Floats) -> Measured:
    low, high = bounds
    known = np.isfinite(low)
    holds = known & (low - 1e-9 <= truth) & (truth <= high + 1e-9)
    half = float(np.mean((high - low)[known]) / 2) if known.any() else float("nan")
    return Measured(float(holds.mean()), float(1 - known.mean()), half)


WIDTHS = ("bell, spread .06", "bell, spread .15", "bell, spread .3")  # shapes whose widths stand in the table
RARE = "5% gain 0.8, others nothing"


def lines(items: int, found: dict[str, dict[str, Measured]]) -> Iterator[str]:
    """Write the table of one number of items: the worst shape, rare gains, then some half widths."""
    for method in METHODS:
        worst = max(found, key=lambda shape: found[shape][method].missed)
        one, issue = found[worst][method], found[RARE][method]
        told = " | ".join(f"{found[shape][method].half:.3f}" for shape in WIDTHS)
        rare_gains = f"{issue.missed:.3f}, {issue.unknown:.2f}"
        yield f"| {items} | {method} | {one.missed:.3f} ({worst}) | {rare_gains} | {told} |"


def main() -> None:
    """Print the table, and with --shapes what each interval misses in each shape."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--studies", type=int, default=2_000)
    parser.add_argument("--items", type=int, nargs="+", default=[20, 40, 50, 100, 200])
    parser.add_argument("--shapes", action="store_true")
    asked = parser.parse_args()
    print(
        "| items | interval | misses at most (where) | 5 % gain .8: misses, can't tell | half width: .06 | .15 | .3 |"
    )
    print("|---:|---|---|---|---:|---:|---:|")
    for items in asked.items:
        found = measured(items, asked.studies)
        print("\n".join(lines(items, found)), flush=True)
        for shape, by_method in found.items() if asked.shapes else ():
            told = ", ".join(f"{name} {one.missed:.3f} ±{one.half:.3f}" for name, one in by_method.items())
            print(f"    {shape}: {told}")


if __name__ == "__main__":
    main()
