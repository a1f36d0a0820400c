"""The verbs of human labelling: label serve, push, pull, status."""

from __future__ import annotations

import typer


def register(app: typer.Typer) -> None:
    """Add this module's verbs."""
