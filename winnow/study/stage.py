"""What made a stage's output: hashes, settings, versions, hardware, seconds; and whether it still holds.

stage = Stage(out / "manifest.json", "split", SplitInputs(…), (config.split,), config.seed)
stage.stale()       # [] while nothing that it reads has changed, else the names: ["settings split.held_out", "view"]
stage.run(_split)   # the work, unless the manifest on disk still holds
"""

from __future__ import annotations

import os
import platform
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from types import TracebackType
from typing import Any, Generic, Self, TypeVar

from pydantic import BaseModel

from winnow.code import code_hash
from winnow.data.files import file_hash, read_json, write_json
from winnow.parallel.processes import peak_memory_gb
from winnow.study.inputs import Inputs, UndeclaredInput, only

PACKAGES = ("torch", "transformers", "trl", "peft", "bitsandbytes", "datasets", "sentence-transformers", "scikit-learn")

I_ = TypeVar("I_", bound=Inputs)
S = TypeVar("S", bound=BaseModel)
Summary = dict[str, Any]


@dataclass
class Stage(Generic[I_]):
    """One run of one stage; its manifest is written last, so that its presence means the stage ended well.

    The work that `run` is given gets the stage alone: what it reads it opens from `inputs` and `setting`, both of which
    are hashed. Below `root`, the study's folder, any other file that it opens raises UndeclaredInput, but for its own
    places: the manifest's folder unless `own` names them. `code` names the modules that compute the output.
    """

    path: Path
    name: str
    inputs: I_
    settings: Sequence[BaseModel] = ()
    seed: int | None = None
    code: Sequence[str] = ()
    root: Path | None = None
    own: Sequence[Path] = ()
    outputs: dict[str, Path] = field(default_factory=dict)
    facts: dict[str, Any] = field(default_factory=dict)
    _began: float = 0.0
    _as_begun: dict[str, Any] | None = None

    @property
    def folder(self) -> Path:
        """Where the manifest and the outputs stand."""
        return self.path.parent

    def setting(self, kind: type[S]) -> S:
        """Give the settings of one section; raises UndeclaredInput where the stage doesn't declare it."""
        for section in self.settings:
            if isinstance(section, kind):
                return section
        raise UndeclaredInput(f"{self.name} reads {kind.__name__}, which isn't among its settings; declare it there")

    def stale(self) -> list[str]:
        """Name what differs from when the output was made; ["not made yet"] without a manifest."""
        if not self.path.exists():
            return ["not made yet"]
        before = read_json(self.path)
        return [*self._changed_inputs(before), *self._changed_outputs(before)]

    def is_current(self) -> bool:
        """Tell whether the manifest on disk was made from these inputs and settings, and its outputs are as written."""
        return not self.stale()

    def run(self, work: Callable[[Self], Summary]) -> Summary:
        """Do the work unless the manifest on disk still holds; return its summary, `"current": True` where it held."""
        if self.is_current():
            return {**read_json(self.path)["summary"], "current": True}
        with self, self._guarded():
            summary = work(self)
            self.facts["summary"] = summary
        return summary

    def __enter__(self) -> Self:
        self._began = time.perf_counter()
        self._as_begun = self._state()  # what changes while the stage runs makes it stale
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
            "at": datetime.now(UTC).isoformat(timespec="seconds"),
            **(self._as_begun or self._state()),
            "outputs": {os.path.relpath(path, self.folder): file_hash(path) for path in self.outputs.values()},
            "seconds": round(time.perf_counter() - self._began, 2),
            "peak_memory_gb": peak_memory_gb(),
            "versions": versions(),
            "git": git_state(),
            "hardware": hardware(),
            **self.facts,
        }

    def _state(self) -> dict[str, Any]:
        return {
            "code": code_hash(*self.code) if self.code else "",
            "inputs": self.inputs.fingerprints(),
            "settings": {type(section).__name__: section.model_dump(mode="json") for section in self.settings},
            "seed": self.seed,
        }

    def _changed_inputs(self, before: dict[str, Any]) -> Iterator[str]:
        now = self._state()
        for name in ("code", "seed"):
            if before.get(name) != now[name]:
                yield f"winnow's own {name}" if name == "code" else name
        yield from _differing("settings ", before.get("settings", {}), now["settings"])
        yield from _differing("", before.get("inputs", {}), now["inputs"])

    def _changed_outputs(self, before: dict[str, Any]) -> Iterator[str]:
        for name, digest in before.get("outputs", {}).items():
            path = self.folder / name
            if not path.exists() or file_hash(path) != digest:
                yield f"output {name}"

    def _guarded(self) -> Any:
        if self.root is None:
            return nullcontext()
        read = [path for one in self.inputs.named().values() for path in one.paths]
        return only(self.name, self.root, [*read, self.path, *(self.own or (self.folder,))])


def _differing(prefix: str, before: dict[str, Any], now: dict[str, Any]) -> Iterator[str]:
    """Name the keys whose values differ, inner keys of objects by their path: `settings SplitConfig.held_out`."""
    for key in sorted({*before, *now}):
        was, found = before.get(key), now.get(key)
        if isinstance(was, dict) and isinstance(found, dict):
            yield from _differing(f"{prefix}{key}.", was, found)
        elif was != found:
            yield f"{prefix}{key}"


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
