"""General prompts, by which the retention of abilities is tested; nothing near them may be trained on.

prompts = read_general_prompts("demo", Path("."))       # the shipped set, or any file with `prompt` and `check`
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from winnow.data.columns import find_columns
from winnow.data.readers import RawRow, whole_rows
from winnow.data.records import content_hash
from winnow.errors import InputError
from winnow.shipped import shipped


@dataclass(frozen=True, slots=True)
class GeneralPrompt:
    """A prompt, its kind, and the check that a program can make of the answer; None where there is none."""

    id: str
    prompt: str
    kind: str = ""
    check: dict[str, Any] | None = None


def general_prompts_file(source: str, folder: Path) -> Path:
    """Find the file: "demo" is the shipped set, anything else a path seen from `folder`."""
    return shipped("general.jsonl") if source == "demo" else folder / Path(source).expanduser()


def read_general_prompts(source: str, folder: Path) -> list[GeneralPrompt]:
    """Read the prompts of the shipped set or of a file seen from `folder`."""
    return prompts_of(general_prompts_file(source, folder))


def prompts_of(path: Path) -> list[GeneralPrompt]:
    """Read rows with `prompt` (or `question`, `instruction` …) and optional `id`, `kind`, `check`, of any format.

    Raises InputError with file and line where a row has no prompt or two rows share an id.
    """
    prompts: dict[str, GeneralPrompt] = {}
    for row in whole_rows(str(path), why="no prompt may be left out"):
        prompt = _prompt(row)
        if prompt.id in prompts:
            raise InputError(f'{row.place}: id "{prompt.id}" came before; give each prompt its own')
        prompts[prompt.id] = prompt
    return list(prompts.values())


def _prompt(row: RawRow) -> GeneralPrompt:
    filled = [name for name, value in row.values.items() if value]  # a file may mix rows of several tools
    text = row.values.get(find_columns(filled, ["prompt"], source=row.place).column("prompt"))
    if not isinstance(text, str) or not text.strip():
        raise InputError(f'{row.place}: no text in field "prompt"; fill it or delete the row')
    id_ = str(row.values.get("id") or content_hash(text)[:16])
    return GeneralPrompt(id_, text, str(row.values.get("kind") or ""), _check(row))


def _check(row: RawRow) -> dict[str, Any] | None:
    """Read the check, an object or, in a table's cell, the JSON of one."""
    check = row.values.get("check")
    try:
        found = json.loads(check) if isinstance(check, str) and check.strip() else check or None
    except json.JSONDecodeError as error:
        raise InputError(f"{row.place}: check {check!r} isn't JSON: {error.msg}; write it as an object") from error
    if found is not None and not isinstance(found, dict):
        raise InputError(
            f'{row.place}: check {check!r} is no object; write one, as in {{"type": "number", "value": 4}}'
        )
    return found
