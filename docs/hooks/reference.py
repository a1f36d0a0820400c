"""The reference of settings and verbs, written from the code when the site is built.

mkdocs build --strict                       # mkdocs.yml names this file as a hook
settings_page("duplicates", DuplicatesConfig)    # a row a setting: type, default, effect
verb_page("why", command)                        # usage, example, arguments and options of one verb
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import typer
from mkdocs.structure.files import File, Files
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from studio.terminal.main import app
from winnow import errors
from winnow.config import Config

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.pages import Page

ROOT = Path(__file__).resolve().parents[2]
SETTINGS, VERBS = "reference/settings", "reference/verbs"
BORROWED = {"CONTRIBUTING.md": "project/contributing.md", "CHANGELOG.md": "project/changelog.md"}  # of the root
LONGEST_DEFAULT = 60  # characters of a default in a table; a longer one stands in winnow.yaml


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Put the generated pages into the navigation, where it names their folders."""
    found = {
        SETTINGS: [f"{SETTINGS}/index.md", *(f"{SETTINGS}/{name}.md" for name in sections())],
        VERBS: [f"{VERBS}/index.md", *(f"{VERBS}/{slug(name)}.md" for name in verbs())],
    }
    config.nav = [_filled(entry, found) for entry in config.nav or []]
    return config


def _filled(entry: Any, found: Mapping[str, list[str]]) -> Any:
    if isinstance(entry, dict):
        return {title: _filled(inside, found) for title, inside in entry.items()}
    if isinstance(entry, list):
        return [_filled(one, found) for one in entry]
    return found.get(entry, entry) if isinstance(entry, str) else entry


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the generated pages, and those that stand at the root of the repository."""
    for path, text in pages().items():
        files.append(File.generated(config, path, content=text))
    for source, path in BORROWED.items():
        files.append(File.generated(config, path, content=(ROOT / source).read_text(encoding="utf-8")))
    return files


def on_page_markdown(markdown: str, page: Page, **_: Any) -> str:
    """Point links between a page and the root of the repository to where these pages are on the site."""
    here = page.file.src_uri
    if here in BORROWED.values():
        return re.sub(r"\]\(docs/", "](../", markdown)
    up = "../" * here.count("/")
    for source, path in BORROWED.items():
        markdown = re.sub(rf"\]\((?:\.\./)+{re.escape(source)}", f"]({up}{path}", markdown)
    return markdown


def pages() -> dict[str, str]:
    """Write every generated page: its path on the site and its Markdown."""
    written = {f"{SETTINGS}/index.md": settings_index(), f"{VERBS}/index.md": verbs_index()}
    written |= {f"{SETTINGS}/{name}.md": settings_page(name, model) for name, model in sections().items()}
    return written | {f"{VERBS}/{slug(name)}.md": verb_page(name, command) for name, command in verbs().items()}


# settings


def sections() -> dict[str, type[BaseModel]]:
    """Name the sections of winnow.yaml in its order, each with its model."""
    models = {name: _section_of(info) for name, info in Config.model_fields.items()}
    return {name: model for name, model in models.items() if model is not None}


def settings_index() -> str:
    """List the sections with what each is about, and the settings that stand outside them."""
    single = [name for name in Config.model_fields if name not in sections()]
    lines = [
        "# Settings",
        "",
        "Every setting has a default, so a study needs none but its files. `winnow init DIR` writes them all into "
        "`winnow.yaml`, each with its effect; `--set training.rank=32` sets one for one command.",
        "",
        *_table(Config, single, ""),
        "",
        "| section | what it is about |",
        "|---|---|",
        *(f"| [`{name}`]({name}.md) | {_cell(_summary(model))} |" for name, model in sections().items()),
    ]
    return "\n".join(lines) + "\n"


def settings_page(name: str, model: type[BaseModel]) -> str:
    """Write one section: a table of its settings, and one of each section within it."""
    return "\n".join([f"# `{name}`", "", _about(model), "", *_section(name, model)]) + "\n"


def _section(name: str, model: type[BaseModel]) -> Iterator[str]:
    inner = {key: _section_of(info) for key, info in model.model_fields.items()}
    shared = {kind for kind, times in Counter(kind for kind in inner.values() if kind).items() if times > 1}
    yield from _table(model, [key for key, kind in inner.items() if kind is None], name)
    for kind in shared:
        yield from _alike(name, model, kind, [key for key, one in inner.items() if one is kind])
    for key, own in inner.items():
        if own is not None and own not in shared:
            effect = model.model_fields[key].description
            yield from ("", f"## `{name}.{key}`", "", *([effect[0].upper() + effect[1:] + ".", ""] if effect else []))
            yield from ("" if effect else _about(own), "", *_section(f"{name}.{key}", own))


def _table(model: type[BaseModel], keys: list[str], under: str) -> Iterator[str]:
    if not keys:
        return
    described = model.model_json_schema()
    yield from ("| setting | takes | default | effect |", "|---|---|---|---|")
    for key in keys:
        info = model.model_fields[key]
        takes = _takes(described["properties"][key], described.get("$defs", {}))
        path = f"{under}.{key}" if under else key
        yield f"| `{path}` | {_cell(takes)} | {_default(info)} | {_cell(info.description or '')} |"


def _alike(name: str, model: type[BaseModel], kind: type[BaseModel], keys: list[str]) -> Iterator[str]:
    """Lay out sections of one kind, such as the rule of each signal, as the columns of one table."""
    columns = list(kind.model_fields)
    yield from ("", f"## `{name}.….{'`, `'.join(columns)}`", "", _about(kind), "")
    yield from (f"- `{column}`: {kind.model_fields[column].description}" for column in columns)
    yield from ("", f"| | {' | '.join(f'`{column}`' for column in columns)} | the value |", "|---" * (len(columns) + 2) + "|")
    for key in keys:
        info = model.model_fields[key]
        values = " | ".join(_plain(getattr(info.default, column)) for column in columns)
        yield f"| `{name}.{key}` | {values} | {_cell(info.description or '')} |"


def _section_of(info: FieldInfo) -> type[BaseModel] | None:
    kinds = (info.annotation, *get_args(info.annotation))
    return next((kind for kind in kinds if isinstance(kind, type) and issubclass(kind, BaseModel)), None)


def _takes(schema: Mapping[str, Any], known: Mapping[str, Any]) -> str:
    """Say in words what a value may be: "a number from 0 to 1", "`local` or `ray`", "a list of texts"."""
    if "$ref" in schema:
        return _takes(known[schema["$ref"].rsplit("/", 1)[1]], known)
    if "anyOf" in schema:
        return " or ".join(dict.fromkeys(_takes(one, known) for one in schema["anyOf"]))
    if "enum" in schema or "const" in schema:
        return ", ".join(f"`{_yaml(one)}`" for one in schema.get("enum", [schema.get("const")]))
    kind = schema.get("type")
    if kind == "array":
        return f"a list: {_takes(schema['items'], known)}" if isinstance(schema.get("items"), dict) else "a list"
    if kind == "object":
        inner = schema.get("additionalProperties")
        return f"by name: {_takes(inner, known)}" if isinstance(inner, dict) else "keys and values"
    words = {"boolean": "`true`, `false`", "null": "`null`", "string": "a text"}
    return words.get(str(kind)) or _range("a whole number" if kind == "integer" else "a number", schema)


def _range(kind: str, schema: Mapping[str, Any]) -> str:
    bounds = [
        f"{sign} {schema[word]:g}"
        for word, sign in (("minimum", "≥"), ("exclusiveMinimum", ">"), ("maximum", "≤"), ("exclusiveMaximum", "<"))
        if word in schema
    ]
    return " ".join([kind, ", ".join(bounds)]).strip()


def _default(info: FieldInfo) -> str:
    if isinstance(info.json_schema_extra, dict) and info.json_schema_extra.get("from_preset"):
        return "by the preset"
    return _plain(info.get_default(call_default_factory=True))


def _plain(value: Any) -> str:
    text = _yaml(value)
    return f"`{text}`" if len(text) <= LONGEST_DEFAULT else "as in `winnow.yaml`"


def _yaml(value: Any) -> str:
    return value if isinstance(value, str) and value.isprintable() and value else json.dumps(value, ensure_ascii=False)


# verbs


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
    kinds = [errors.WinnowError, *errors.WinnowError.__subclasses__()]
    lines = [
        "# Verbs",
        "",
        "Results go to stdout (`--json` for machines), progress to stderr. Wrong input is one line that names the file "
        "and line, the value and the remedy. A verb that was stopped goes on when it is called again.",
        "",
        "| verb | what it does |",
        "|---|---|",
        *(f"| [`winnow {name}`]({slug(name)}.md) | {_cell(_help(command)[0])} |" for name, command in verbs().items()),
        "",
        "| exit code | what it says |",
        "|---|---|",
        "| 0 | Done. |",
        *(f"| {kind.exit_code} | {_cell(_summary(kind))} |" for kind in kinds),
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
        lines += [f"| {_argument(one)} | {_cell(one.help or '')} |" for one in arguments]
        lines += [""]
    if options:
        lines += ["| option | default | |", "|---|---|---|"]
        lines += [f"| {_flags(one)} | {_option_default(one)} | {_cell(one.help or '')} |" for one in options]
    return "\n".join(lines) + "\n"


def _argument(one: Any) -> str:
    name = (one.metavar or one.name).upper() + ("…" if one.nargs == -1 else "")
    return f"`{name}`" + ("" if one.required else ", may be left out")


def _flags(one: Any) -> str:
    value = "" if one.is_flag else f" {(one.metavar or one.name).upper()}"
    return ", ".join(f"`{flag}{value}`" for flag in (*one.opts, *one.secondary_opts)) + (", again for more" if one.multiple else "")


def _option_default(one: Any) -> str:
    given = "" if one.default in (None, False, [], ()) or callable(one.default) else f"`{one.default}`"
    return given + (f" or `${one.envvar}`" if one.envvar and given else f"`${one.envvar}`" if one.envvar else "")


def _help(command: Any) -> list[str]:
    paragraphs = re.split(r"\n\s*\n", (command.help or "").replace("\b", "").strip())
    return [" ".join(paragraph.split()) for paragraph in paragraphs]


# texts


def _about(model: type) -> str:
    return " ".join((model.__doc__ or "").split())


def _summary(model: type) -> str:
    return (model.__doc__ or "").strip().split("\n")[0]


def _cell(text: str) -> str:
    """Fit a text into a table's cell: a bar or a bracket of its own would be read as Markdown."""
    return re.sub(r"([|<\[\]*])", r"\\\1", " ".join(text.split())) if "`" not in text else text.replace("|", "\\|")
