"""The reference of verbs: a page a command, from the program that reads it.

verb_page("why", verbs()["why"])    # what it does, how one types it, its arguments and options
"""

from __future__ import annotations

import re
from typing import Any

import typer
from markdown_cells import cell, summary

from studio.terminal.main import app
from winnow import errors


def verbs() -> dict[str, Any]:
    """Name every command, those of a group by both words, in the order of the help."""
    found: dict[str, Any] = {}
    for name, command in typer.main.get_command(app).commands.items():  # type: ignore[attr-defined]
        inner = getattr(command, "commands", None)
        found |= {f"{name} {word}": one for word, one in inner.items()} if inner else {name: command}
    return found


def slug(name: str) -> str:
    """Make a file's name of a verb: "label push" is label-push."""
    return name.replace(" ", "-")


def verbs_index() -> str:
    """List the verbs with what each does, and the exit codes of all."""
    lines = [
        "# Verbs",
        "",
        "Results go to stdout (`--json` for machines), progress to stderr. Wrong input is one line that names the file "
        "and line, the value and the remedy. A verb that was stopped goes on when it is called again.",
        "",
        "| verb | what it does |",
        "|---|---|",
        *(f"| [`winnow {name}`]({slug(name)}.md) | {cell(_help(command)[0])} |" for name, command in verbs().items()),
        "",
        "| exit code | what it says |",
        "|---|---|",
        "| 0 | Done. |",
        f"| {errors.WinnowError.exit_code} | Something else failed. |",
        *(f"| {kind.exit_code} | {cell(summary(kind))} |" for kind in errors.WinnowError.__subclasses__()),
    ]
    return "\n".join(lines) + "\n"


def verb_page(name: str, command: Any) -> str:
    """Write one verb: what it does, the command as one types it, its arguments and its options."""
    what, *more = _help(command)
    lines = [f"# `winnow {name}`", "", what, ""]
    for paragraph in more:
        typed = paragraph.startswith("winnow ")
        lines += ["```bash", paragraph, "```", ""] if typed else [paragraph, ""]
    arguments = [one for one in command.params if one.param_type_name == "argument"]
    options = [one for one in command.params if one.param_type_name == "option" and not one.hidden]
    if arguments:
        lines += ["| argument | |", "|---|---|"]
        lines += [f"| {_argument(one)} | {cell(one.help or '')} |" for one in arguments]
        lines += [""]
    if options:
        lines += ["| option | default | |", "|---|---|---|"]
        lines += [f"| {_flags(one)} | {_option_default(one)} | {cell(one.help or '')} |" for one in options]
    return "\n".join(lines) + "\n"


def _argument(one: Any) -> str:
    name = (one.metavar or one.name).upper().removesuffix("…") + ("…" if one.nargs == -1 else "")
    return f"`{name}`" + ("" if one.required else ", may be left out")


def _flags(one: Any) -> str:
    value = "" if one.is_flag else f" {one.metavar or '…'}"
    flags = ", ".join(f"`{flag}{value}`" for flag in (*one.opts, *one.secondary_opts))
    told = "repeatable" in (one.help or "")
    return f"{flags}, repeatable" if one.multiple and not told else flags


def _option_default(one: Any) -> str:
    if one.required:
        return "must be given"
    given = [] if one.default in (None, False, [], ()) or callable(one.default) else [f"`{one.default}`"]
    return " or ".join([*given, *([f"`${one.envvar}`"] if one.envvar else [])])


def _help(command: Any) -> list[str]:
    paragraphs = re.split(r"\n\s*\n", (command.help or "").replace("\b", "").strip())
    return [" ".join(paragraph.split()) for paragraph in paragraphs]
