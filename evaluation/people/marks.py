"""What is wrong with an answer, in a reviewer's own marks: a reason, and the passage where it shows.

REASONS                                             # the words to choose from
passage("tuned", "Up to **£25,000** a year.", "£25,000 a year")     # Mark("tuned", "£25,000** a year", 8, 24)
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

REASONS = ("wrong fact", "incomplete", "unsafe", "tone", "other")
MAX_MARKED_CHARACTERS = 1_000
# Between two words that a reader sees side by side the answer may hold marks of Markdown.
BETWEEN_WORDS = r"[\s*_`#>|~-]*"


@dataclass(frozen=True, slots=True)
class Mark:
    """A passage of one system's answer that a reviewer calls wrong: its text, and its place in the answer."""

    system: str
    text: str
    start: int
    end: int


def passage(system: str, answer: str, seen: str) -> Mark | None:
    """Find in an answer the passage that a reader selected as it was shown; None where it isn't there.

    The shown text may lack the answer's marks of Markdown, and have other white space.
    """
    words = seen[:MAX_MARKED_CHARACTERS].split()
    found = re.search(BETWEEN_WORDS.join(map(re.escape, words)), answer) if words else None
    return Mark(system, found.group(), found.start(), found.end()) if found else None


NONE = "[]"  # as most votes keep them


def marks_to_json(marks: Iterable[Mark]) -> str:
    """Write marks as they are kept in the vote log."""
    return json.dumps([asdict(mark) for mark in marks], ensure_ascii=False)


def marks_from_json(kept: str | None) -> tuple[Mark, ...]:
    """Read marks back; a vote of before there were marks has none."""
    if kept in (None, "", NONE):
        return ()
    rows: list[Mapping[str, Any]] = json.loads(kept)
    return tuple(Mark(**row) for row in rows)
