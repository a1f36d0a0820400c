"""Results of selections: what one arm scored with one seed, a JSON line each in `results.jsonl`.

SelectionResult.from_dict(result.as_dict()) == result
result.values["loss"]        # [2.1, 1.7, …]: nats a token of each row's reference
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

# Whether more is better, of what decides. Truth is the share of rows whose right answer is likelier by the token than
# another question's; `contradicted` than its own with a fact changed, where such a row was given.
BETTER: Mapping[str, bool] = {
    "loss": False,
    "truth": True,
    "contradicted": True,
    "token_f1": True,
    "rouge_l": True,
}
# The ends between which a measure's value on a row lies, None where it has none.
SCALES: Mapping[str, tuple[float, float] | None] = {name: None if name == "loss" else (0.0, 1.0) for name in BETTER}


@dataclass(frozen=True, slots=True)
class SelectionResult:
    """One arm trained with one seed and measured; `identity` is the hash of all that the result depends on.

    `values` holds each measure's value on each row, None where it is unscored; `tokens` are those trained on in one
    pass, `training_seconds` the run's own.
    """

    arm: str
    budget: str
    seed: int
    identity: str
    rows: int
    tokens: int
    steps: int
    hardware: str
    values: Mapping[str, list[float | None]]
    training_seconds: float
    seconds: float

    def as_dict(self) -> dict[str, object]:
        """Give the JSON form."""
        return asdict(self)

    @classmethod
    def from_dict(cls, fields: Mapping[str, Any]) -> SelectionResult:
        """Read the JSON form."""
        return cls(**fields)
