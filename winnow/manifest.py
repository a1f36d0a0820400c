"""What made a stage's output: hashes, settings, versions, hardware, seconds; and whether it still holds.

with Stage(folder / "manifest.json", "split", inputs={"kept": path}, settings=(config.split,)) as stage:
    ...                                     # skipped by the caller when stage.is_current()
    stage.outputs = {"train": train_path}
"""

from __future__ import annotations

import os
import platform
import resource
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from pydantic import BaseModel

import winnow
from winnow.files import file_hash, read_json, write_json

PACKAGES = ("torch", "transformers", "trl", "peft", "bitsandbytes", "datasets", "sentence-transformers", "scikit-learn")


@dataclass
class Stage:
    """One run of one stage; its manifest is written last, so that its presence means the stage ended well."""

    path: Path
    name: str
    inputs: dict[str, Path | str]
    settings: Sequence[BaseModel] = ()
    seed: int | None = None
    outputs: dict[str, Path] = field(default_factory=dict)
    facts: dict[str, Any] = field(default_factory=dict)
    _began: float = 0.0

    def is_current(self) -> bool:
        """Tell whether the manifest on disk was made from these inputs and settings, and its outputs are as written."""
        if not self.path.exists():
            return False
        before = read_json(self.path)
        outputs = before.get("outputs", {})
        return (
            before.get("winnow") == winnow.__version__
            and before.get("inputs") == self._input_hashes()
            and before.get("settings") == self._plain_settings()
            and before.get("seed") == self.seed
            and all((self.path.parent / name).exists() for name in outputs)
            and all(file_hash(self.path.parent / name) == digest for name, digest in outputs.items())
        )

    def run(self, work: Callable[[Self], dict[str, Any]]) -> dict[str, Any]:
        """Do the work unless the manifest on disk still holds; return its summary, `"current": True` where it held."""
        if self.is_current():
            return {**read_json(self.path)["summary"], "current": True}
        with self:
            summary = work(self)
            self.facts["summary"] = summary
        return summary

    def __enter__(self) -> Self:
        self._began = time.perf_counter()
        self.path.unlink(missing_ok=True)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            write_json(self.path, self.manifest())

    def manifest(self) -> dict[str, Any]:
        """Describe this run; paths are relative to the manifest, so that a folder can be moved."""
        return {
            "stage": self.name,
            "winnow": winnow.__version__,
            "at": datetime.now(UTC).isoformat(timespec="seconds"),
            "inputs": self._input_hashes(),
            "outputs": {os.path.relpath(path, self.path.parent): file_hash(path) for path in self.outputs.values()},
            "settings": self._plain_settings(),
            "seed": self.seed,
            "seconds": round(time.perf_counter() - self._began, 2),
            "peak_memory_gb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6, 2),
            "versions": versions(),
            "git": git_state(),
            "hardware": hardware(),
            **self.facts,
        }

    def _input_hashes(self) -> dict[str, str]:
        return {
            name: file_hash(value) if isinstance(value, Path) else str(value) for name, value in self.inputs.items()
        }

    def _plain_settings(self) -> dict[str, Any]:
        return {type(section).__name__: section.model_dump(mode="json") for section in self.settings}


def versions() -> dict[str, str]:
    """Tell the installed version of each package that could change a result."""
    found = {"python": platform.python_version()}
    for name in PACKAGES:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return found


def git_state() -> dict[str, Any]:
    """Tell the commit that the code stands at and whether files differ from it; empty outside a repository."""
    here = Path(__file__).parent
    try:
        commit = subprocess.run(
            ["git", "rev-parse", "HEAD"], cwd=here, capture_output=True, text=True, timeout=10, check=True
        )
        changes = subprocess.run(
            ["git", "status", "--porcelain"], cwd=here, capture_output=True, text=True, timeout=10, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return {}
    return {"commit": commit.stdout.strip(), "changed": bool(changes.stdout.strip())}


def hardware() -> dict[str, Any]:
    """Tell the processor, its cores, the memory, and the GPU where torch is loaded and sees one."""
    import sys

    facts: dict[str, Any] = {
        "machine": platform.machine(),
        "cores": os.cpu_count(),
        "memory_gb": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9, 1),
    }
    torch = sys.modules.get("torch")
    if torch is not None and torch.cuda.is_available():
        facts["gpu"] = torch.cuda.get_device_name(0)
        facts["gpu_memory_gb"] = round(torch.cuda.get_device_properties(0).total_memory / 1e9, 1)
    return facts
