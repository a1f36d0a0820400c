"""What the documents name is there: paths, functions, settings, and every room of the drawing."""

from __future__ import annotations

import importlib
import importlib.util
import pkgutil
import re
from functools import cache
from pathlib import Path

import pytest
import yaml
from pydantic import BaseModel

from winnow.config import Config, load
from winnow.study.workspace import Curated, Workspace

ROOT = Path(__file__).parents[1]
FLOORS = ("studio", "evaluation", "training", "curation", "winnow")
OURS = (*FLOORS, "tests", "benchmarks")
EXACT = {name: (ROOT / name).read_text(encoding="utf-8") for name in ("CONTRIBUTING.md", "docs/architecture.md")}
DOCS = {str(path.relative_to(ROOT)): path.read_text(encoding="utf-8") for path in sorted((ROOT / "docs").rglob("*.md"))}
STUDY = tuple(
    getattr(place, name).relative_to("/study").parts[0]
    for place in (Workspace(Path("/study")), Curated(Path("/study")))
    for name, kind in vars(type(place)).items()
    if isinstance(kind, property) and isinstance(getattr(place, name), Path)
)  # the files and folders that a study has
DATA = (".jsonl", ".json", ".parquet", ".yaml", ".sqlite", ".html")  # endings of what a study or a person has

FENCED = re.compile(r"^```\w*\n(.*?)^```", re.DOTALL | re.MULTILINE)
YAML = re.compile(r"^```yaml\n(.*?)^```", re.DOTALL | re.MULTILINE)
TICKED = re.compile(r"`([^`\n]+)`")
DOTTED = re.compile(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+(?:\(\))?")
PATH = re.compile(r"[\w.-]*/[\w./-]*|[\w-]+\.(?:py|md|toml|txt)|Makefile")


def ticked(text: str) -> set[str]:
    return set(TICKED.findall(FENCED.sub("", text)))


def paths(text: str) -> set[str]:
    return {token for token in ticked(text) if PATH.fullmatch(token)}


def is_there(path: str) -> bool:
    if path.split("/")[0] in STUDY:
        return True
    return (ROOT / path).exists() or ("/" not in path and any(any((ROOT / top).rglob(path)) for top in OURS))


def resolves(name: str) -> bool:
    """Tell whether a dotted name is a module of ours, or something in one: a function, a class, a field of a class."""
    parts = name.removesuffix("()").split(".")
    for cut in range(len(parts), 0, -1):
        module = ".".join(parts[:cut])
        if is_module(module):
            return holds(importlib.import_module(module), parts[cut:])
    return False


@cache
def is_module(name: str) -> bool:
    try:
        return importlib.util.find_spec(name) is not None
    except ModuleNotFoundError:
        return False


def holds(thing: object, names: list[str]) -> bool:
    for name in names:
        if name in getattr(thing, "__annotations__", {}) and not hasattr(thing, name):
            return name == names[-1]  # a dataclass's field without a default
        if not hasattr(thing, name):
            return False
        thing = getattr(thing, name)
    return True


def is_setting(name: str) -> bool:
    """Tell whether a dotted name is a setting of winnow.yaml."""
    section: object = Config()
    for part in name.split("."):
        if not isinstance(section, BaseModel) or part not in type(section).model_fields:
            return False
        section = getattr(section, part)
    return True


def dotted(text: str) -> set[str]:
    return {
        token
        for token in ticked(text)
        if DOTTED.fullmatch(token) and not PATH.fullmatch(token) and not token.endswith(DATA)
    }


@pytest.mark.parametrize("name", EXACT)
def test_every_path_exists(name):
    named = paths(EXACT[name])
    assert len(named) > 10
    assert {path for path in named if not is_there(path)} == set()


@pytest.mark.parametrize("name", EXACT)
def test_every_dotted_name_is_a_function_a_class_or_a_setting(name):
    named = dotted(EXACT[name])
    assert len(named) > 10
    assert {token for token in named if not (resolves(token) or is_setting(token))} == set()


@pytest.mark.parametrize("name", DOCS)
def test_every_file_and_setting_that_a_document_names_is_there(name):
    files = {path for path in paths(DOCS[name]) if path.endswith(".py") and path != "convert_hf_to_gguf.py"}
    assert {path for path in files if not is_there(path)} == set()
    sections = {token for token in dotted(DOCS[name]) if token.split(".")[0] in Config.model_fields}
    ours = {token for token in sections if not (is_setting(token) or resolves(token))}
    assert ours == set()


def test_every_block_of_settings_is_one_that_the_program_takes():
    blocks = [(name, block) for name, text in DOCS.items() for block in YAML.findall(text)]
    given = [(name, yaml.safe_load(block)) for name, block in blocks]
    settings = [(name, values) for name, values in given if set(values) & set(Config.model_fields)]
    assert len(settings) > 3
    for name, values in settings:
        assert load(values=values), name


def test_the_drawing_names_every_room_and_no_other():
    drawing = FENCED.findall(EXACT["docs/architecture.md"])[0]
    floors = re.split(rf"^({'|'.join(FLOORS)})/", drawing, flags=re.MULTILINE)[1:]
    drawn = {floor: set(re.findall(r"(\w+)/", text)) for floor, text in zip(floors[::2], floors[1::2], strict=True)}
    assert list(drawn) == list(FLOORS), "from the top down"
    for floor, rooms in drawn.items():
        own = {package.name for package in pkgutil.iter_modules([str(ROOT / floor)]) if package.ispkg}
        assert rooms == own, floor


def test_a_name_that_is_not_there_is_found():
    text = "`curation/absent.py`, `curation.pairs.verdict.absent`, `winnow.absent.thing`, `publish.absent`"
    assert not any(map(is_there, paths(text)))
    assert not any(resolves(token) or is_setting(token) for token in dotted(text))
    assert resolves("winnow.study.stage.Stage.inputs")
    assert is_setting("quality.echo.flag")
