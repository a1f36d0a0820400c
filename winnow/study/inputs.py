"""Inputs of a stage: each is hashed and opened by one object, so that what is declared and what is read are one.

kept = FileInput(folder / "kept.jsonl", read_jsonl, "no rows were kept yet; run: winnow curate FILE")
kept.fingerprint()      # SHA-256 of the file's bytes, "absent" where there is none
kept.open()             # the rows; InputError with the remedy where there is none
"""

from __future__ import annotations

import dataclasses
import os
import sys
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Generic, TypeVar

from winnow.data.files import file_hash
from winnow.data.records import canonical_json, content_hash
from winnow.errors import InputError

T = TypeVar("T")

ABSENT = "absent"


class Input(ABC, Generic[T]):
    """A thing that a stage reads: `fingerprint` is equal as long as `open` returns the same."""

    @property
    def paths(self) -> tuple[Path, ...]:
        """The files and folders that `open`, and what it returns, may read."""
        return ()

    @abstractmethod
    def fingerprint(self) -> str:
        """Hash the content, without loading more than that takes."""

    @abstractmethod
    def open(self) -> T:
        """Read it; raises InputError with the remedy where it isn't there."""


@dataclass(frozen=True)
class FileInput(Input[T]):
    """A file or folder, hashed by its bytes and read by `parse`; `missing` says what to do where there is none."""

    path: Path
    parse: Callable[[Path], T]
    missing: str = "isn't there; check the path"
    _read: list[T] = field(default_factory=list, init=False, repr=False, compare=False)  # parsed once

    @property
    def paths(self) -> tuple[Path, ...]:
        """The file itself."""
        return (self.path,)

    def fingerprint(self) -> str:
        """Hash the bytes; "absent" where there is no file."""
        return file_hash(self.path) if self.path.exists() else ABSENT

    def open(self) -> T:
        """Parse the file."""
        if not self.path.exists():
            raise InputError(f"{self.path}: {self.missing}")
        if not self._read:
            self._read.append(self.parse(self.path))
        return self._read[0]


@dataclass(frozen=True)
class Value(Input[T]):
    """A plain value: a name, a number, a list of them; hashed as canonical JSON."""

    value: T

    def fingerprint(self) -> str:
        """Hash the value."""
        return content_hash(canonical_json(self.value))

    def open(self) -> T:
        """Return the value."""
        return self.value


@dataclass(frozen=True)
class Loaded(Input[T]):
    """Something that is loaded by a function and known by an identity, such as a model by the hash of its weights.

    `identify` may cost a little; `load` may cost much and is called by `open` alone.
    """

    identify: Callable[[], str]
    load: Callable[[], T]
    reads: tuple[Path, ...] = ()

    @property
    def paths(self) -> tuple[Path, ...]:
        """The folders that it reads while it works, such as a cache of vectors."""
        return self.reads

    def fingerprint(self) -> str:
        """Ask for its identity."""
        return self.identify()

    def open(self) -> T:
        """Load it."""
        return self.load()


@dataclass(frozen=True)
class Inputs:
    """What a stage reads, one field an input; a field may also map names to inputs, as the files of `curate` do."""

    def named(self) -> dict[str, Input[Any]]:
        """Name every input, in the order of the fields: `kept`, `sources:faq.jsonl`."""
        found: dict[str, Input[Any]] = {}
        for declared in dataclasses.fields(self):
            value = getattr(self, declared.name)
            if isinstance(value, Mapping):
                found |= {f"{declared.name}:{name}": one for name, one in value.items()}
            elif value is not None:
                found[declared.name] = value
        return found

    def fingerprints(self) -> dict[str, str]:
        """Hash every input."""
        return {name: one.fingerprint() for name, one in self.named().items()}


class UndeclaredInput(RuntimeError):
    """A stage read a file of its study that isn't among its inputs: a fault of Winnow's own, never of a person's."""


@dataclass(frozen=True)
class _Guard:
    stage: str
    root: str
    allowed: tuple[str, ...]
    written: set[str] = field(default_factory=set)  # by the block itself, such as a file that is still to be renamed

    def check(self, path: str, reads: bool) -> None:
        if not reads:
            self.written.add(path)
        if path in self.written or not _below(path, self.root) or any(_below(path, own) for own in self.allowed):
            return
        if path.endswith((".py", ".pyc", ".so")) or _below(path, sys.prefix) or not Path(path).is_file():
            return
        raise UndeclaredInput(f"{self.stage} reads {path}, which isn't among its inputs; declare it as one")


_active: ContextVar[_Guard | None] = ContextVar("active_guard", default=None)
_install_once = threading.Lock()
_installed = False


@contextmanager
def only(stage: str, root: Path, allowed: Sequence[Path]) -> Iterator[None]:
    """Let a block read, of all files below `root`, only the `allowed` ones: opening another raises UndeclaredInput.

    Python's own audit events (PEP 578) tell of every file that is opened; what is written is none of this.
    """
    _install()
    places = tuple(os.path.realpath(path) for path in allowed)
    token = _active.set(_Guard(stage, os.path.realpath(root), places))
    try:
        yield
    finally:
        _active.reset(token)


def _install() -> None:
    global _installed
    with _install_once:
        if not _installed:
            sys.addaudithook(_audit)  # for the life of the process: it asks for the block that runs now
            _installed = True


def _audit(event: str, arguments: tuple[Any, ...]) -> None:
    if event not in ("open", "sqlite3.connect"):
        return
    guard = _active.get()
    if guard is None or not arguments or not isinstance(arguments[0], str | bytes | os.PathLike):
        return
    reads = event != "open" or _reads(arguments[1], arguments[2])
    token = _active.set(None)  # looking at the path opens nothing that the guard should see
    try:
        guard.check(os.path.realpath(os.fsdecode(arguments[0])), reads)
    finally:
        _active.reset(token)


def _reads(mode: str | None, flags: int) -> bool:
    if mode is not None:
        return "r" in mode
    return flags & os.O_ACCMODE == os.O_RDONLY


def _below(path: str, place: str) -> bool:
    return path == place or path.startswith(place + os.sep)
