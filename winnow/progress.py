"""Progress reporting: a function that opens a bar, so that no stage depends on the terminal.

with progress("embedding", 3200) as advance:
    advance(64)
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

Advance = Callable[[int], None]
Progress = Callable[[str, int | None], AbstractContextManager[Advance]]


@contextmanager
def silent(description: str, total: int | None = None) -> Iterator[Advance]:
    """Show nothing."""
    yield lambda steps: None
