"""What a likelihood says of truth: whether the right answer is likelier by the token than another one."""

from __future__ import annotations

from collections.abc import Sequence


def likelier(own: Sequence[float], other: Sequence[float | None]) -> list[float | None]:
    """Say of each question whether its own answer costs fewer nats a token: [1.0, 2.0], [1.5, None] → [1.0, None]."""
    return [None if far is None else float(near < far) for near, far in zip(own, other, strict=True)]
