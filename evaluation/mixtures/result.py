"""Results of mixtures: what one arm scored with one seed, a JSON line each in `results.jsonl`.

ArmResult.from_dict(result.as_dict()) == result
result.sides["tuned"].score         # [0.31, None, …]: the metric on each domain row, None where it is unscored
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class DomainScores:
    """The metric on each domain row, and the loss on its reference in nats a token."""

    score: list[float | None]
    loss: list[float]


@dataclass(frozen=True, slots=True)
class ItemResult:
    """A general item of a `set`: whether base and tuned were right, None where the answer couldn't be read.

    `options` is the number of choices, 0 for a free answer. `divergence` is KL(base ‖ tuned) in nats a token.
    """

    id: str
    set: str
    checked: bool
    options: int
    base: bool | None
    tuned: bool | None
    divergence: float | None = None

    @property
    def sides(self) -> dict[str, bool | None]:
        """Whether each side was right."""
        return {"base": self.base, "tuned": self.tuned}


@dataclass(frozen=True, slots=True)
class ArmResult:
    """One arm trained with one seed and measured; `identity` is the hash of all that the result depends on."""

    arm: str
    seed: int
    identity: str
    steps: int
    share: float
    rows: Mapping[str, int]
    hardware: str
    metric: str
    base: DomainScores
    tuned: DomainScores
    items: tuple[ItemResult, ...]
    seconds: float

    @property
    def sides(self) -> dict[str, DomainScores]:
        """The scores of each side."""
        return {"base": self.base, "tuned": self.tuned}

    def as_dict(self) -> dict[str, object]:
        """Give the JSON form; both sides stand under `domain`."""
        fields = asdict(self)
        domain = {side: fields.pop(side) for side in ("base", "tuned")}
        items, seconds = list(fields.pop("items")), fields.pop("seconds")
        return {**fields, "domain": domain, "items": items, "seconds": seconds}

    @classmethod
    def from_dict(cls, fields: Mapping[str, Any]) -> ArmResult:
        """Read the JSON form."""
        plain = {name: value for name, value in fields.items() if name not in ("domain", "items")}
        base, tuned = (DomainScores(**fields["domain"][side]) for side in ("base", "tuned"))
        return cls(**plain, base=base, tuned=tuned, items=tuple(ItemResult(**item) for item in fields["items"]))
