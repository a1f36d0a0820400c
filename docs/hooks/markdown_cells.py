"""Texts of the code as Markdown: a docstring's sentence, a table's cell."""

from __future__ import annotations

import re


def about(model: type) -> str:
    """Join a class's docstring into one line."""
    return " ".join((model.__doc__ or "").split())


def summary(model: type) -> str:
    """Take the first line of a class's docstring."""
    return (model.__doc__ or "").strip().split("\n")[0]


def cell(text: str) -> str:
    """Fit a text into a table's cell: what would be read as Markdown or HTML is shown as it is."""
    line = " ".join(text.split()).replace("|", "\\|")
    return line if "`" in line else re.sub(r"([\[\]*_])", r"\\\1", line.replace("<", "&lt;"))
