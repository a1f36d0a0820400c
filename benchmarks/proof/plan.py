"""The frozen plan of the proof, as typed values; `plan.json` is what was committed before any run.

PLAN.files[0].name          # "medquad-a-30"
PLAN.fields["primary"]      # {"measure": "loss", "margin": 0.02, …}
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class StudyFile:
    """One file of the study: rows of a pool, a share of them damaged."""

    pool: str
    strength: float

    @property
    def name(self) -> str:
        """The name in tables and of its folder: medquad-a-30."""
        return f"{self.pool}-{self.strength * 100:.0f}"


@dataclass(frozen=True)
class Plan:
    """What was fixed before any run; `fields` is the whole document."""

    fields: Mapping[str, Any]

    @property
    def files(self) -> list[StudyFile]:
        """The files, in the order in which they are run."""
        return [StudyFile(**one) for one in self.fields["files"]]


PLAN = Plan(json.loads((Path(__file__).parent / "plan.json").read_text(encoding="utf-8")))
