"""Mixture of domain and preservation rows by trained tokens, so that a share means the same for answers of any length.

mixed = mix(domain, preservation, share=0.25, seed=0)     # a quarter of the trained tokens are preservation
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

from training.rows import Example
from winnow.errors import InputError


@dataclass(frozen=True)
class Mixture:
    """The rows to train on, shuffled, and the share of trained tokens that are preservation."""

    examples: list[Example]
    share: float
    wanted: float

    @property
    def short_of_rows(self) -> bool:
        """Tell whether there were too few preservation rows for the share that was asked for."""
        return self.share < 0.9 * self.wanted


def mix(domain: Sequence[Example], preservation: Sequence[Example], share: float, seed: int) -> Mixture:
    """Keep every domain row and add preservation rows up to `share` of the trained tokens of both together.

    Each preservation row is used once: where they don't suffice, the share that came out says so.
    Raises InputError where a share is asked for and there are no rows to make it of.
    """
    if not domain:
        raise InputError("no training rows; curate and split first: winnow split")
    if share > 0 and not preservation:
        raise InputError(
            f"preservation.share is {share:g} but there are no preservation rows; "
            "run winnow preserve, or set preservation.share=0"
        )
    shuffle = random.Random(seed)
    budget = share / (1 - share) * sum(e.trained_tokens for e in domain)
    added = _take(shuffle.sample(preservation, len(preservation)), budget)
    mixed = [*domain, *added]
    shuffle.shuffle(mixed)
    tokens = sum(e.trained_tokens for e in mixed)
    return Mixture(mixed, sum(e.trained_tokens for e in added) / tokens, share)


def _take(rows: Sequence[Example], budget: float) -> list[Example]:
    """Take rows while each brings the sum nearer to the budget."""
    taken: list[Example] = []
    total = 0
    for row in rows:
        if abs(total + row.trained_tokens - budget) < abs(total - budget):
            taken.append(row)
            total += row.trained_tokens
    return taken
