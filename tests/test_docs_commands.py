"""Every command in a document is one that the program takes, and those that take seconds run as they are printed."""

from __future__ import annotations

import importlib.util
import json
import re
import shlex
import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest
import typer

from studio.terminal.main import app
from tests.verbs import winnow
from winnow.config import load

ROOT = Path(__file__).parents[1]
DEMO = ROOT / "data" / "demo"
DOCS = ROOT / "docs"
SITE = sorted(DOCS.rglob("*.md"))
PAGES = [
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    *SITE,
]  # the README's run in tests/studio/terminal/test_readme.py
OURS = ("studio", "evaluation", "training", "curation", "winnow", "benchmarks", "tests")
# What ends in seconds on a few rows, without a model that writes, a server or people.
QUICK = ("init", "doctor", "curate", "why", "restore", "rethreshold", "split", "plan power", "plan freeze", "plan show",
         "label export", "score", "meta", "compare", "run --dry-run", "history")  # fmt: skip
ROWS = 40

BLOCK = re.compile(r"^```bash\n(.*?)^```", re.DOTALL | re.MULTILINE)
FENCED = re.compile(r"^```.*?^```", re.DOTALL | re.MULTILINE)
TICKED = re.compile(r"`([^`]+)`")
TOOL = re.compile(r"(?:winnow|make|python -m|pytest|pip|accelerate) ")


@dataclass(frozen=True)
class Command:
    """A command of a page; one that a sentence mentions may leave its arguments out."""

    text: str
    mentioned: bool

    @property
    def words(self) -> list[str]:
        return [word.strip("[]").removesuffix("…") or "x" for word in shlex.split(self.text)]


def commands(page: Path) -> list[Command]:
    text = page.read_text(encoding="utf-8")
    lines = [
        re.split(r"\s+# ?", line)[0].strip().removeprefix(".venv/bin/")
        for block in BLOCK.findall(text)
        for line in block.splitlines()
    ]
    mentioned = [" ".join(token.split()) for token in TICKED.findall(FENCED.sub("", text))]
    told = [Command(line, False) for line in lines if TOOL.match(line)]
    return told + [Command(one, True) for token in mentioned if TOOL.match(token) for one in alternatives(token)]


def alternatives(token: str) -> list[str]:
    """Take "winnow label push / pull" apart: "winnow label push", "winnow label pull"."""
    first, *others = token.split(" / ")
    return [first, *(f"{first.rsplit(' ', 1)[0]} {other}" for other in others)]


def parse(command: Command) -> None:
    """Let the real program read the command's verb, arguments and options, and do nothing."""
    group, rest, path = typer.main.get_command(app), command.words[1:], "winnow"
    context = None
    while hasattr(group, "commands"):
        context = group.make_context(path, rest, parent=context)
        rest = list(getattr(context, "protected_args", None) or context._protected_args) + context.args
        if command.mentioned and not rest:
            return
        name, group, rest = group.resolve_command(context, rest)
        path = name
    if command.mentioned and not rest:
        return  # the verb alone
    params = group.make_context(path, rest, parent=context).params
    load(overrides=[*(params.get("overrides") or []), *(params.get("changes") or [])])


def problem(command: Command) -> str | None:
    try:
        parse(command)
    except Exception as error:
        if command.mentioned and re.search(
            "missing|requires an argument", f"{type(error).__name__} {error}", re.IGNORECASE
        ):
            return None  # a sentence needn't name what it is called with
        return f"{command.text}: {type(error).__name__}: {error}"
    return None


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_command_of_a_page_is_one_that_the_program_takes(page):
    ours = [one for one in commands(page) if one.text.startswith("winnow ") and not one.text.startswith("winnow --")]
    assert [said for said in map(problem, ours) if said] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_module_and_make_target_of_a_page_is_there(page):
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    for command in commands(page):
        if command.text.startswith("make "):
            assert set(command.words[1:]) <= targets, command.text
        elif command.text.startswith("python -m ") and command.words[2].split(".")[0] in OURS:
            assert importlib.util.find_spec(command.words[2]), command.text
        elif command.text.startswith("pytest "):
            assert all((ROOT / word).exists() for word in command.words if word.endswith(".py")), command.text


@pytest.mark.parametrize(
    "wrong",
    ["winnow curates faq.jsonl", "winnow why", "winnow curate faq.jsonl --outt x", "winnow plan freez",
     "winnow train --set training.rnak=1", "winnow rethreshold duplicates.lexcal=0.8"],
)  # fmt: skip
def test_a_command_that_the_program_does_not_take_is_found(wrong):
    assert problem(Command(wrong, False))


def quick(page: Path) -> list[str]:
    own = [one.text for one in commands(page) if not one.mentioned and one.text.startswith("winnow ")]
    return [text for text in own if is_quick(text)]


def is_quick(text: str) -> bool:
    words = text.split()[1:]
    if "http" in text or "--judge" in words or "--learn" in words or "--task" in words or "--adjudication" in words:
        return False
    named = {" ".join(words[:1]), " ".join(words[:2]), f"{words[0]} --dry-run" if "--dry-run" in words else ""}
    return not named.isdisjoint(QUICK)


@pytest.fixture(scope="module")
def prepared(tmp_path_factory) -> Path:
    """The files that the pages name: raw rows, answers, verdicts, a curated folder and a study that was curated and split."""
    folder = tmp_path_factory.mktemp("docs")
    lines = (DEMO / "faq.jsonl").read_text(encoding="utf-8").splitlines()[:ROWS]
    (folder / "faq.jsonl").write_text("\n".join(lines) + "\n")
    (folder / "test.jsonl").write_text("\n".join(lines[25:28]) + "\n")
    rows = [json.loads(line) for line in lines[:12]]
    asked = [{"id": str(n), "question": row["question"], "reference": row["answer"]} for n, row in enumerate(rows)]
    write(folder / "predictions.jsonl", [{**row, "prediction": row["reference"][:40]} for row in asked])
    write(folder / "base.jsonl", [{**row, "prediction": "I don't know."} for row in asked])
    write(folder / "tuned.jsonl", [{**row, "prediction": row["reference"][:60]} for row in asked])
    write(folder / "judged.jsonl", [
        {**row, "prediction": row["reference"] if n % 2 else "No.", "human": n % 2} for n, row in enumerate(asked)
    ])  # fmt: skip
    workbook(folder / "faq.xlsx", {"Cards": rows, "Loans": rows[:4]})
    workbook(folder / "predictions.xlsx", {"Answers": [{**row, "prediction": row["reference"]} for row in asked]})
    csv = ["id,question,reference,prediction", *(f"{n},Fee {n}?,It is {n} pounds.,It is 3 pounds." for n in range(8))]
    (folder / "predictions.csv").write_text("\n".join(csv) + "\n")
    return folder


@pytest.fixture(scope="module")
def studied(prepared) -> Path:
    for command in ("init my-study faq.jsonl", "curate -w my-study", "split -w my-study"):
        done = winnow(*command.split(), cwd=prepared)
        assert done.returncode == 0, done.stderr
        if command.startswith("init"):
            for_few_rows(prepared)
    shutil.copytree(prepared / "my-study" / "curated", prepared / "curated")
    return prepared


def for_few_rows(folder: Path) -> None:
    settings = folder / "my-study" / "winnow.yaml"
    text = re.sub(r"(?m)^(  held_out:) 50", r"\1 6", settings.read_text(encoding="utf-8"))
    settings.write_text(re.sub(r"(?m)^(  validation:) 20", r"\1 4", text), encoding="utf-8")


def write(path: Path, rows: list[dict]) -> None:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))


def workbook(path: Path, sheets: dict[str, list[dict]]) -> None:
    from openpyxl import Workbook

    book = Workbook()
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        columns = [name for name, value in rows[0].items() if isinstance(value, str)]
        sheet.append(columns)
        for row in rows:
            sheet.append([row[name] for name in columns])
    del book["Sheet"]
    book.save(path)


@pytest.mark.parametrize("page", [page for page in SITE if quick(page)], ids=lambda page: str(page.relative_to(DOCS)))
def test_commands_that_take_seconds_run_as_printed(studied, tmp_path, monkeypatch, page):
    """In their order, in a folder with a curated file and a study; a page that makes the study finds its rows measured."""
    monkeypatch.setenv("WINNOW_WORKSPACE", "my-study")
    folder, printed = shutil.copytree(studied, tmp_path / "folder"), quick(page)
    begins = [text for text in printed if text.startswith("winnow init my-study")]
    if begins:
        shutil.rmtree(folder / "my-study")
    for text in printed:
        done = winnow(*Command(text, False).words[1:], cwd=folder)
        assert done.returncode == 0, f"{text}\n{done.stderr}"
        if text in begins:
            for_few_rows(folder)
            shutil.copytree(studied / "my-study" / "curated" / "cache", folder / "my-study" / "curated" / "cache")
