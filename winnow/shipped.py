"""What Winnow ships beside its code: the demo's rows, articles and general prompts.

shipped("faq.jsonl")        # data/demo/faq.jsonl of a clone, or share/winnow-studio/demo/faq.jsonl of an environment
"""

from __future__ import annotations

from importlib import metadata
from pathlib import Path

from winnow import DISTRIBUTION
from winnow.errors import InputError

CLONE = Path(__file__).parents[1] / "data" / "demo"
INSTALLED = f"share/{DISTRIBUTION}/demo/"


def shipped(name: str) -> Path:
    """Find a file of the demo by its name; raises InputError where the installation lacks it."""
    if (CLONE / name).exists():
        return CLONE / name
    try:
        files = metadata.files(DISTRIBUTION) or []
    except metadata.PackageNotFoundError:
        files = []
    for file in files:
        if file.as_posix().endswith(INSTALLED + name):
            return Path(str(file.locate())).resolve()
    raise InputError(
        f"{name}: the demo's data isn't here; install it again: pip install --force-reinstall {DISTRIBUTION}"
    )
