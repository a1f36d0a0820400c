"""The licence of a model, as the files beside its weights state it.

licence_of("./my-model")        # "apache-2.0", or "unknown: …"
"""

from __future__ import annotations

import re
from importlib import metadata
from pathlib import Path

from winnow.data.files import read_json
from winnow.models.names import BASE_MODELS, is_server, resolve_base_model


def licence_of(name: str) -> str:
    """Read the licence from the package, the model card's header, the config or a licence file, in this order."""
    if (packaged := BASE_MODELS.get(name.lower())) is not None:
        about = metadata.metadata(packaged.package.replace("_", "-"))
        stated = [about[field] for field in ("License-Expression", "License") if field in about]
        return stated[0] if stated else "unknown: the package states none"
    if is_server(name):
        return "unknown: the server states none"
    folder = Path(resolve_base_model(name))
    return (
        _of_card(folder / "README.md") or _of_config(folder) or _of_file(folder) or "unknown: no model card states it"
    )


def _of_card(card: Path) -> str | None:
    """Find `license:` in the YAML header."""
    if not card.is_file():
        return None
    header = re.match(r"---\n(.*?)\n---", card.read_text(encoding="utf-8", errors="replace"), re.DOTALL)
    found = re.search(r"^license:[ \t]*(\S.*)$", header.group(1), re.MULTILINE) if header else None
    return found.group(1).strip().strip("'\"") if found else None


def _of_config(folder: Path) -> str | None:
    config = folder / "config.json"
    return read_json(config).get("license") if config.is_file() else None


def _of_file(folder: Path) -> str | None:
    for path in sorted(folder.glob("LICEN[SC]E*")):
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
        return next((line.strip() for line in lines if line.strip()), None)
    return None
