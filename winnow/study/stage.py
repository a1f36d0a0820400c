"""A stage of a study: hashes all that its output is made from, runs if any of it changed, and writes the manifest.

stage = Stage(out / "manifest.json", "split", SplitInputs(…), (config.split,), config.seed)
stage.stale()       # [] while nothing that it reads has changed, else the names: ["settings split.held_out", "view"]
stage.run(_split)   # the work, unless the manifest on disk still holds
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Generic, Self, TypeVar, cast

from pydantic import BaseModel

from winnow.code import code_hash
from winnow.data.files import file_hash, read_json, write_json
from winnow.parallel.processes import peak_memory_gb
from winnow.study.inputs import Inputs, UndeclaredInput, only
from winnow.study.manifest import Manifest, Origin, git_state, hardware, versions

I_ = TypeVar("I_", bound=Inputs)
S = TypeVar("S", bound=BaseModel)
M = TypeVar("M", bound=Mapping[str, object])


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
    _as_begun: Origin | None = None

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
        before = Manifest.from_json(read_json(self.path))
        return [*self.origin().differing(before.origin), *self._changed_outputs(before)]

    def is_current(self) -> bool:
        """Tell whether the manifest on disk was made from these inputs and settings, and its outputs are as written."""
        return not self.stale()

    def run(self, work: Callable[[Self], M]) -> M:
        """Do the work unless the manifest on disk still holds; return its summary, `"current": True` where it held."""
        if self.is_current():
            return cast("M", {**Manifest.from_json(read_json(self.path)).facts["summary"], "current": True})
        with self, self._guarded():
            summary = work(self)
            self.facts["summary"] = summary
        return summary

    def __enter__(self) -> Self:
        self._began = time.perf_counter()
        self._as_begun = self.origin()  # what changes while the stage runs makes it stale
        if self.path.exists():  # where a file stands in place of the folder, it is the work that says so
            self.path.unlink()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            write_json(self.path, self.manifest().as_dict())

    def manifest(self) -> Manifest:
        """Describe this run; paths are relative to the manifest, so that a folder can be moved.

        A peak of memory among the stage's own facts, such as a GPU's, stands in place of the process's.
        """
        facts = dict(self.facts)
        return Manifest(
            stage=self.name,
            at=datetime.now(UTC).isoformat(timespec="seconds"),
            origin=self._as_begun or self.origin(),
            outputs={os.path.relpath(path, self.folder): file_hash(path) for path in self.outputs.values()},
            seconds=round(time.perf_counter() - self._began, 2),
            peak_memory_gb=facts.pop("peak_memory_gb", peak_memory_gb()),
            versions=versions(),
            git=git_state(),
            hardware=hardware(),
            facts=facts,
        )

    def origin(self) -> Origin:
        """Hash what the output would be made from now."""
        return Origin(
            code_hash(*self.code) if self.code else "",
            self.inputs.fingerprints(),
            {type(section).__name__: section.model_dump(mode="json") for section in self.settings},
            self.seed,
        )

    def _changed_outputs(self, before: Manifest) -> Iterator[str]:
        for name, digest in before.outputs.items():
            path = self.folder / name
            if not path.exists() or file_hash(path) != digest:
                yield f"output {name}"

    def _guarded(self) -> AbstractContextManager[object]:
        if self.root is None:
            return nullcontext()
        read = [path for one in self.inputs.named().values() for path in one.paths]
        return only(self.name, self.root, [*read, self.path, *(self.own or (self.folder,))])
