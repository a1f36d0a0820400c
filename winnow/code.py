"""Identity of code: what a result was computed by, without what only people read.

code_hash("curation.signals.measuring")  # changes with a pattern, not with a docstring; and with scikit-learn's version
"""

from __future__ import annotations

import ast
import contextlib
import json
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

from winnow import DISTRIBUTION
from winnow.data.files import cache_folder, write_text
from winnow.data.records import content_hash

ROOT = Path(__file__).resolve().parents[1]
FLOORS = ("winnow", "curation", "training", "evaluation", "studio")
DATA = (".yaml", ".json", ".safetensors")


@dataclass(frozen=True, slots=True)
class _Module:
    """One file: the hash of its code and of the data beside it, and what it imports."""

    digest: str
    own: frozenset[str]
    packages: frozenset[str]


@cache
def code_hash(*modules: str) -> str:
    """Hash the code that modules run: theirs and that of the project's modules which they import, lazily or not.

    Docstrings, comments and layout don't count. Data files beside a module count, and so do the versions of the
    installed packages that any of the modules imports.
    """
    names = sorted(reached(modules))
    found = [_read(name) for name in names]
    packages = sorted(set().union(*(module.packages for module in found)))
    versions = _versions(packages)
    _keep()
    return content_hash(*(module.digest for module in found), *versions)


def reached(modules: Iterable[str]) -> set[str]:
    """Name the project's modules that these import, directly or through others, themselves among them.

    >>> "winnow.data.records" in reached(["winnow.data.files"])
    True
    """
    known: set[str] = set()
    waiting = list(modules)
    while waiting:
        name = waiting.pop()
        if name not in known and _file(name) is not None:
            known.add(name)
            waiting += _read(name).own
    return known


def _file(module: str) -> Path | None:
    place = ROOT.joinpath(*module.split("."))
    return next((path for path in (place.with_suffix(".py"), place / "__init__.py") if path.is_file()), None)


@cache
def _read(module: str) -> _Module:
    path = _file(module)
    assert path is not None, f"{module}: no such module"
    beside = _data_in(path.parent)
    known = _remember(module, _stamp(path, *beside), lambda: _parsed(module, path, beside))
    return _Module(known["digest"], frozenset(known["own"]), frozenset(known["packages"]))


def _parsed(module: str, path: Path, beside: Sequence[Path]) -> dict[str, Any]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    own, packages = _imports(tree)
    data = [content_hash(p.name, p.read_bytes().hex()) for p in beside]
    return {"digest": content_hash(module, plain(tree), *data), "own": sorted(own), "packages": sorted(packages)}


@cache
def _data_in(folder: Path) -> tuple[Path, ...]:
    return tuple(sorted(p for p in folder.rglob("*") if p.suffix in DATA)) if folder != ROOT else ()


# Parsing all modules and asking every installed package what it holds takes two seconds, which a page or a command that
# only asks whether a stage still holds shouldn't wait for: both are remembered by the sizes and times of their files.

_new: list[str] = []


def _memory() -> Path:
    """Where what was read of this checkout by this Python is kept."""
    return cache_folder() / "code" / f"{content_hash(str(ROOT), sys.version)[:24]}.json"


@cache
def _remembered() -> dict[str, Any]:
    with contextlib.suppress(OSError, ValueError):
        return dict(json.loads(_memory().read_text(encoding="utf-8")))
    return {}


def _remember(name: str, stamp: list[list[Any]], compute: Callable[[], Any]) -> Any:
    known = _remembered().get(name)
    if not known or known["stamp"] != stamp:
        known = _remembered()[name] = {"stamp": stamp, "is": compute()}
        _new.append(name)
    return known["is"]


def _keep() -> None:
    if _new:
        _new.clear()
        with contextlib.suppress(OSError):  # a read-only cache only costs the next call its time
            write_text(_memory(), json.dumps(_remembered()))


def _stamp(*files: Path) -> list[list[Any]]:
    return [[str(path), path.stat().st_size, path.stat().st_mtime_ns] for path in files]


def plain(tree: ast.Module) -> str:
    """Write code as its syntax tree without docstrings: equal for code that does the same line by line."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) and ast.get_docstring(
            node, clean=False
        ):
            node.body = node.body[1:]
    return ast.dump(tree)


def _imports(tree: ast.Module) -> tuple[set[str], set[str]]:
    """Split what is imported into the project's modules and the names of installed packages."""
    named: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            named |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            named |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    own = {name for name in named if name.split(".")[0] in FLOORS}
    return own, {name.split(".")[0] for name in named - own} - sys.stdlib_module_names


@cache
def _distributions() -> dict[str, list[str]]:
    places = [Path(place) for place in sys.path if Path(place).is_dir()]
    found = _remember("packages", _stamp(*places), lambda: dict(metadata.packages_distributions()))
    return dict(found)


def _versions(packages: Iterable[str]) -> list[str]:
    names = {distribution for package in packages for distribution in _distributions().get(package, [])}
    return [f"{name}={metadata.version(name)}" for name in sorted(names - {DISTRIBUTION})]
