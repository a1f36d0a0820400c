"""The manifest of one stage's run: what its output was made from, where, in how long, and what the run says of itself.

manifest = Manifest.from_json(read_json(folder / "manifest.json"))
manifest.origin.inputs["view"], manifest.facts["summary"]
"""

from __future__ import annotations

import os
import platform
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

PACKAGES = ("torch", "transformers", "trl", "peft", "bitsandbytes", "datasets", "sentence-transformers", "scikit-learn")
GIT_SECONDS = 10  # after which git is taken to hang


@dataclass(frozen=True)
class Origin:
    """All that decides an output: the hash of the code, the fingerprints of the inputs, the settings and the seed."""

    code: str | None
    inputs: Mapping[str, object]
    settings: Mapping[str, Mapping[str, object]]
    seed: int | None

    def differing(self, before: Origin) -> Iterator[str]:
        """Name what isn't as it was before: `winnow's own code`, `settings SplitConfig.held_out`, `view`."""
        if before.code != self.code:
            yield "winnow's own code"
        if before.seed != self.seed:
            yield "seed"
        yield from _differing("settings ", before.settings, self.settings)
        yield from _differing("", before.inputs, self.inputs)


@dataclass(frozen=True)
class Manifest:
    """One run of one stage; `outputs` are SHA-256 by path from the manifest, `facts` what the stage alone can tell."""

    stage: str
    at: str
    origin: Origin
    outputs: Mapping[str, str]
    seconds: float
    peak_memory_gb: float
    versions: Mapping[str, str]
    git: Mapping[str, str | bool]
    hardware: Mapping[str, str | int | float | None]
    facts: Mapping[str, Any]

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> Manifest:
        """Read the JSON form; what another version of Winnow didn't write is empty, what it wrote besides is a fact."""
        read = dict(document)
        origin = Origin(
            read.pop("code", None), read.pop("inputs", {}), read.pop("settings", {}), read.pop("seed", None)
        )
        return cls(
            read.pop("stage", ""), read.pop("at", ""), origin, read.pop("outputs", {}), read.pop("seconds", 0.0),
            read.pop("peak_memory_gb", 0.0), read.pop("versions", {}), read.pop("git", {}), read.pop("hardware", {}),
            facts=read,
        )  # fmt: skip

    def as_dict(self) -> dict[str, object]:
        """Give the JSON form, in which origin and facts stand flat beside the rest."""
        return {
            "stage": self.stage,
            "at": self.at,
            **asdict(self.origin),
            "outputs": self.outputs,
            "seconds": self.seconds,
            "peak_memory_gb": self.peak_memory_gb,
            "versions": self.versions,
            "git": self.git,
            "hardware": self.hardware,
            **self.facts,
        }


def _differing(prefix: str, before: Mapping[str, object], now: Mapping[str, object]) -> Iterator[str]:
    """Name the keys whose values differ, inner keys of objects by their path: `settings SplitConfig.held_out`."""
    for key in sorted({*before, *now}):
        was, found = before.get(key), now.get(key)
        if isinstance(was, dict) and isinstance(found, dict):
            yield from _differing(f"{prefix}{key}.", was, found)
        elif was != found:
            yield f"{prefix}{key}"


def versions() -> dict[str, str]:
    """Read the installed version of each package that could change a result: `{"python": "3.11.2", "torch": …}`."""
    found = {"python": platform.python_version()}
    for name in PACKAGES:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return found


def git_state() -> dict[str, str | bool]:
    """Read the commit that the code stands at and whether files differ from it; `{}` outside a repository."""
    try:
        commit, changes = _git("rev-parse", "HEAD"), _git("status", "--porcelain")
    except (OSError, subprocess.SubprocessError):
        return {}
    return {"commit": commit, "changed": bool(changes)}


def _git(*words: str) -> str:
    here = Path(__file__).parent
    done = subprocess.run(["git", *words], cwd=here, capture_output=True, text=True, timeout=GIT_SECONDS, check=True)
    return done.stdout.strip()


def hardware() -> dict[str, str | int | float | None]:
    """Read the processor, its cores, the memory, and the GPU where torch is loaded and sees one."""
    import sys

    import psutil

    facts: dict[str, str | int | float | None] = {
        "machine": platform.machine(),
        "cores": os.cpu_count(),
        "memory_gb": round(psutil.virtual_memory().total / 1e9, 1),
    }
    torch = sys.modules.get("torch")
    if torch is not None and torch.cuda.is_available():
        facts["gpu"] = torch.cuda.get_device_name(0)
        facts["gpu_memory_gb"] = round(torch.cuda.get_device_properties(0).total_memory / 1e9, 1)
    return facts
