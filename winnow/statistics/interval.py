"""Interval: the type of every figure, an estimate with its confidence interval and its n.

`str(wilson(15, 20))` is "0.750 (0.531 to 0.888, n = 20)", and `.as_dict()` its JSON form.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

CONFIDENCE = 0.95
DRAWS = 10_000


@dataclass(frozen=True, slots=True)
class Interval:
    """An estimate with its 95 % interval and the number of items it rests on.

    What the data can't tell is NaN, and `reason` says why; every comparison with NaN is false, so an unknown
    bound never passes a gate.
    """

    estimate: float
    low: float
    high: float
    n: int
    reason: str = ""

    @classmethod
    def unknown(cls, n: int, reason: str, estimate: float = math.nan) -> Interval:
        """Say that n items can't carry an interval, and why."""
        return cls(estimate, math.nan, math.nan, n, reason)

    @classmethod
    def from_dict(cls, fields: Mapping[str, Any]) -> Interval:
        """Read the JSON form; what is null there is unknown."""
        estimate, low, high = (math.nan if fields[end] is None else fields[end] for end in ("estimate", "low", "high"))
        return cls(estimate, low, high, fields["n"], fields.get("reason", ""))

    @property
    def is_known(self) -> bool:
        """True when both bounds are numbers."""
        return not (math.isnan(self.low) or math.isnan(self.high))

    def excludes(self, value: float) -> bool:
        """True when the interval is known and lies wholly on one side of `value`."""
        return self.low > value or self.high < value

    def clipped(self, low: float, high: float) -> Interval:
        """Keep the bounds inside the range the quantity can have; unknown bounds stay unknown."""
        if not self.is_known:
            return self
        return Interval(self.estimate, max(self.low, low), min(self.high, high), self.n, self.reason)

    def as_dict(self) -> dict[str, object]:
        """Give the JSON form: unknown or unbounded numbers are null, and `reason` is there only when there is one."""
        numbers = {"estimate": self.estimate, "low": self.low, "high": self.high}
        known = {name: float(value) if math.isfinite(value) else None for name, value in numbers.items()}
        return {**known, "n": self.n} | ({"reason": self.reason} if self.reason else {})

    def __str__(self) -> str:
        if math.isnan(self.estimate):
            return f"can't tell: {self.reason}"
        if not self.is_known:
            return f"{self.estimate:.3f} (no interval: {self.reason}; n = {self.n})"
        return f"{self.estimate:.3f} ({self.low:.3f} to {self.high:.3f}, n = {self.n})"
