"""The general prompts that show what a model still can: read here, since nothing may be trained on near them.

prompts = read_general_prompts("demo", Path("."))       # the shipped set, or any JSONL with `prompt` and `check`
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from winnow.errors import InputError
from winnow.files import read_jsonl
from winnow.records import content_hash

SHIPPED = Path(__file__).parents[1] / "data" / "demo" / "general.jsonl"


@dataclass(frozen=True, slots=True)
class GeneralPrompt:
    """A prompt, its kind, and the check that a program can make of the answer; None where there is none."""

    id: str
    prompt: str
    kind: str = ""
    check: dict[str, Any] | None = None


def general_prompts_file(source: str, folder: Path) -> Path:
    """Find the file: "demo" is the shipped set, anything else a path seen from `folder`."""
    return SHIPPED if source == "demo" else folder / Path(source).expanduser()


def read_general_prompts(source: str, folder: Path) -> list[GeneralPrompt]:
    """Read the prompts of the shipped set or of a file seen from `folder`."""
    return prompts_of(general_prompts_file(source, folder))


def prompts_of(path: Path) -> list[GeneralPrompt]:
    """Read rows with `prompt` (or `question`, `instruction`) and optional `id`, `kind`, `check`.

    Raises InputError with file and line where a row has no prompt or two rows share an id.
    """
    prompts: dict[str, GeneralPrompt] = {}
    for number, row in enumerate(read_jsonl(path), start=1):
        text = next((row[name] for name in ("prompt", "question", "instruction") if row.get(name)), None)
        if not isinstance(text, str) or not text.strip():
            raise InputError(f'{path}:{number}: no text in field "prompt"; fill it or delete the row')
        prompt = GeneralPrompt(
            str(row.get("id") or content_hash(text)[:16]), text, str(row.get("kind", "")), row.get("check")
        )
        if prompt.id in prompts:
            raise InputError(f'{path}:{number}: id "{prompt.id}" came before; give each prompt its own')
        prompts[prompt.id] = prompt
    return list(prompts.values())
