"""What this machine can do: one finding a line, each with the remedy where something is missing."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from importlib import metadata, util
from pathlib import Path
from typing import Any, TypedDict

import winnow
from winnow.errors import WinnowError, install_line


class Finding(TypedDict):
    """What was looked at, whether it is in order (None: optional and absent), and what was found."""

    what: str
    ok: bool | None
    found: str


def examine(workspace: Path) -> list[Finding]:
    """Look at everything a study needs, without loading a model."""
    checks: list[Callable[[Path], Finding]] = [
        _winnow, _memory, _disk, _gpu, _trl, _unsloth, _base_model, _embedder, _argilla, _extras, _browser
    ]  # fmt: skip
    return [check(workspace) for check in checks]


def _finding(what: str, ok: bool | None, found: str) -> Finding:
    return {"what": what, "ok": ok, "found": found}


def _winnow(_: Path) -> Finding:
    import platform

    return _finding(
        "winnow", True, f"{winnow.__version__} on Python {platform.python_version()}, {os.cpu_count()} cores"
    )


def _memory(_: Path) -> Finding:
    import psutil

    free = psutil.virtual_memory().available / 1e9
    return _finding("memory", free > 4, f"{free:.1f} GB free; the demo needs 6")


def _disk(workspace: Path) -> Finding:
    free = shutil.disk_usage(workspace if workspace.exists() else Path.cwd()).free / 1e9
    return _finding("disk", free > 2, f"{free:.1f} GB free at {workspace.resolve()}")


def _gpu(_: Path) -> Finding:
    import torch

    from winnow.models.device import device

    where = device()
    if where != "cuda":
        there = "Apple's, by Metal" if where == "mps" else "none; training runs on the CPU, minutes for small models"
        return _finding("GPU", True if where == "mps" else None, there)
    free, total = torch.cuda.mem_get_info()
    return _finding("GPU", True, f"{torch.cuda.get_device_name(0)}, {free / 1e9:.1f} of {total / 1e9:.1f} GB free")


def _trl(_: Path) -> Finding:
    names = ("torch", "transformers", "trl", "peft", "bitsandbytes")
    return _finding("backend trl", True, ", ".join(f"{name} {metadata.version(name)}" for name in names))


def _unsloth(_: Path) -> Finding:
    if util.find_spec("unsloth") is None:
        return _finding("backend unsloth", None, f"not installed; on a GPU: {install_line('gpu')}")
    return _finding("backend unsloth", True, metadata.version("unsloth"))


def _base_model(workspace: Path) -> Finding:
    from winnow.models.names import resolve_base_model

    return _model("base model", lambda: resolve_base_model(_config(workspace).models.base))


def _embedder(workspace: Path) -> Finding:
    from winnow.models.names import resolve_embedder

    return _model("embedder", lambda: resolve_embedder(_config(workspace).models.embedder))


def _model(what: str, resolve: Callable[[], Path | str]) -> Finding:
    try:
        return _finding(what, True, str(resolve()))
    except WinnowError as error:
        return _finding(what, False, str(error))


def _config(workspace: Path) -> Any:
    from winnow.config import load
    from winnow.study.workspace import Workspace

    try:
        return Workspace.find(workspace).config()
    except WinnowError:
        return load()


def _argilla(workspace: Path) -> Finding:
    import httpx

    url = _config(workspace).labelling.url
    if url is None:
        return _finding("Argilla", None, "embedded; start it with: winnow label serve")
    try:
        reply = httpx.get(f"{url.rstrip('/')}/api/v1/version", timeout=5)
        return _finding("Argilla", reply.is_success, f"{url} answers {reply.status_code}")
    except httpx.HTTPError as error:
        return _finding("Argilla", False, f"{url}: {type(error).__name__}; check labelling.url")


def _extras(_: Path) -> Finding:
    known = {"pii": "presidio_analyzer", "rag": "langchain_chroma", "ray": "ray", "sweep": "optuna"}
    there = [name for name, module in known.items() if util.find_spec(module)]
    missing = [name for name in known if name not in there]
    return _finding(
        "extras",
        None if missing else True,
        f"have {', '.join(there) or 'none'}; {install_line(*missing)}" if missing else ", ".join(there),
    )


def _browser(_: Path) -> Finding:
    found = shutil.which("chromium") or shutil.which("google-chrome")
    return _finding("browser for tests", True if found else None, found or "none; apt-get install chromium")
