"""Bare files of other tools: any kind that curation reads, columns under the names that are in use.

    rows, columns = read_rows(Path("arena.csv"), {"human": "winner"})
    # rows hold prediction_a, prediction_b, human; columns says which of theirs each was read from

A column that the user names counts before one that is recognised, and what was recognised is always said. Where two
columns could be meant none is taken, and the error that follows lists what there is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from winnow.data import readers
from winnow.data.columns import texts, with_columns
from winnow.errors import InputError

Names = Mapping[str, str]

TEXT = r"(?:response|answer|output|completion|prediction|text)"
SIDES = {"a": "(?:a|1)", "b": "(?:b|2)"}
RECOGNISED: dict[str, str] = {
    "id": r"idx|question_id|qid|uid",
    "question": r"prompt|query|instruction|input",
    "prediction": r"output|response|completion|generated|generation|model_(?:output|answer|response)|candidate",
    **{f"prediction_{side}": rf"{TEXT}_?{s}|(?:model|assistant|system)_?{s}_{TEXT}" for side, s in SIDES.items()},
    "reference": r"references|gold|gold(?:en)?_answer|ground_truth|target|expected|ideal|answers|output",
    "human": r"(?:human_)?(?:score|rating|label|preference|verdict)|winner|(?:is_)?correct|"
    r"(?:annotator|rater|human)_?\d+",
}
# roles whose several columns are one thing: a task in two parts, one column a person
TOGETHER = {"question": r"instruction|input", "human": r"(?:annotator|rater|human)_?\d+"}


def read_rows(
    path: Path, columns: Names | None = None, verdicts: Names | None = None
) -> tuple[list[dict[str, Any]], dict[str, str]]:
    """Read a file's rows under Winnow's names, and say which columns stand under another name there.

    `verdicts` maps words of the `human` column to Winnow's. Raises InputError naming file and line for a row that
    can't be read: figures over the others would be of another set.
    """
    rows = []
    for row in readers.read_rows(str(path)):
        if row.values is None:
            raise InputError(f"{path}:{row.line}: {row.problem}; mend it, the figures are over every row")
        # NaN comes as a word: JSON has no such number, and tables write it out
        rows.append({name: None if cell == "NaN" else cell for name, cell in row.values.items()})
    present = sorted({name for row in rows for name in row})
    for ours, theirs in (columns or {}).items():
        if not {theirs, *map(str.strip, theirs.split(","))} & {*present}:
            raise InputError(f"{path}: --column {ours}={theirs}: no such column; there is {', '.join(present)}")
    known = {**recognised(present, columns or {}), **(columns or {})}
    return [_translated(row, verdicts or {}) for row in with_columns(rows, known, needed=())], known


def recognised(present: Sequence[str], named: Names) -> dict[str, str]:
    """Find columns by the names in use, for what is neither there under Winnow's name nor named by the user."""
    found: dict[str, str] = {}
    free = [name for name in present if name not in {*RECOGNISED, *named.values()}]
    for ours, pattern in RECOGNISED.items():
        theirs = [name for name in free if re.fullmatch(pattern, name, re.IGNORECASE)]
        together = ours in TOGETHER and all(re.fullmatch(TOGETHER[ours], name, re.IGNORECASE) for name in theirs)
        if ours not in present and ours not in named and (len(theirs) == 1 or (theirs and together)):
            found[ours] = ",".join(sorted(theirs, key=_task_first))
            free = [name for name in free if name not in theirs]
    if "answer" in free:  # theirs to a prediction, or the one to a reference
        known = {*present, *named, *found}
        roles = [role for role in ("prediction", "reference") if role not in known]
        found |= {role: "answer" for role in roles if len(roles) == 1 and "prediction_a" not in known}
    return found


def _task_first(name: str) -> tuple[bool, str]:
    return name.lower() == "input", name


def _translated(row: dict[str, Any], verdicts: Names) -> dict[str, Any]:
    if not verdicts or "human" not in row:
        return row
    return {**row, "human": [verdicts.get(word.strip(), word) for word in texts(row["human"])]}


def columns_text(columns: Names) -> str:
    """Say which column was read as what; empty where all bear Winnow's names."""
    shown = ", ".join(f"{ours} is their {theirs}" for ours, theirs in columns.items())
    return f"{shown}; name others with --column OURS=THEIRS" if shown else ""
