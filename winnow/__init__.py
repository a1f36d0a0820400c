"""The foundation of Winnow: records, the ledger of decisions, config, workspace, plan, statistics, models.

What a script imports stands in `studio.api` and is found here by its name, when it is first asked for:

    from winnow import compare, curate, review_table, score
"""

from __future__ import annotations

from importlib import import_module, metadata
from typing import TYPE_CHECKING, Any

from winnow.counters import switch_off

if TYPE_CHECKING:
    from studio.api import Curated, compare, curate, review_table, score

DISTRIBUTION = "winnow-studio"  # its name for pip: "winnow" is another project there
switch_off()
__all__ = ["Curated", "compare", "curate", "review_table", "score"]


def __getattr__(name: str) -> Any:
    """Import the API at its first use, since this floor knows nothing of those above it; and read the version."""
    if name == "__version__":
        return _version()
    if name in __all__:
        return getattr(import_module("studio.api"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def _version() -> str:
    """Give the version that was installed: that of the last tag, and how far the code stood behind it."""
    try:
        return metadata.version(DISTRIBUTION)
    except metadata.PackageNotFoundError:
        return "unknown: run from its files, without an installation"
