"""The foundation of Winnow: records, the ledger of decisions, config, workspace, plan, statistics, models.

What a script imports stands in `studio.api` and is found here by its name, when it is first asked for:

    from winnow import compare, curate, review_table, score
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from winnow.counters import switch_off

if TYPE_CHECKING:
    from studio.api import Curated, compare, curate, review_table, score

__version__ = "0.1.0"
DISTRIBUTION = "winnow-studio"  # its name for pip: "winnow" is another project there
switch_off()
__all__ = ["Curated", "compare", "curate", "review_table", "score"]


def __getattr__(name: str) -> Any:
    """Import the API at its first use: this floor knows nothing of those above it."""
    if name in __all__:
        return getattr(import_module("studio.api"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
