"""Inventories of what people and software do to texts, each in `edits/`: `clerks` only to report on.

They share no template, no politeness phrase and hardly a synonym, so that a figure on `clerks` says nothing about
strings that somebody tuned to.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

EDITS = Path(__file__).parent / "edits"


@dataclass(frozen=True)
class Wordings:
    """Templates hold one `{}`; `synonyms` are common words in both directions."""

    questions: tuple[str, ...]
    answers: tuple[str, ...]
    paraphrases: tuple[tuple[str, str], ...]  # a pattern of the question's start, and how it starts afterwards
    synonyms: tuple[tuple[str, str], ...]
    markup: tuple[tuple[str, str], ...]  # put before and after the text
    slips: tuple[str, ...]
    negations: tuple[tuple[str, str], ...]
    bullets: tuple[str, ...]


def _tuples(value: Any) -> Any:
    return tuple(map(_tuples, value)) if isinstance(value, list) else value


def _read(path: Path) -> Wordings:
    return Wordings(**{name: _tuples(value) for name, value in json.loads(path.read_text(encoding="utf-8")).items()})


SETS = {path.stem: _read(path) for path in sorted(EDITS.glob("*.json"))}
