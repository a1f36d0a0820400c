"""The reference of settings: a page a section of winnow.yaml, from the models that read it.

settings_page("duplicates", DuplicatesConfig)    # a row a setting: what it takes, its default, its effect
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, get_args

from markdown_cells import about, cell, summary
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from winnow.config import Config

LONGEST_DEFAULT = 200  # characters of a default in a table; a longer one stands in winnow.yaml


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
        *(f"| [`{name}`]({name}.md) | {cell(summary(model))} |" for name, model in sections().items()),
    ]
    return "\n".join(lines) + "\n"


def settings_page(name: str, model: type[BaseModel]) -> str:
    """Write one section: a table of its settings, and one of each section within it."""
    return "\n".join([f"# `{name}`", "", about(model), "", *_section(name, model)]) + "\n"


def _section(name: str, model: type[BaseModel]) -> Iterator[str]:
    inner = {key: _section_of(info) for key, info in model.model_fields.items()}
    shared = [kind for kind, times in Counter(filter(None, inner.values())).items() if times > 1]
    yield from _table(model, [key for key, kind in inner.items() if kind is None], name)
    for kind in shared:
        yield from _alike(name, model, kind, [key for key, one in inner.items() if one is kind])
    for key, own in inner.items():
        if own is not None and own not in shared:
            effect = model.model_fields[key].description
            yield from ("", f"## `{name}.{key}`", "", *([effect[0].upper() + effect[1:] + ".", ""] if effect else []))
            yield from ("" if effect else about(own), "", *_section(f"{name}.{key}", own))


def _table(model: type[BaseModel], keys: list[str], under: str) -> Iterator[str]:
    if not keys:
        return
    described = model.model_json_schema()
    yield from ("| setting | takes | default | effect |", "|---|---|---|---|")
    for key in keys:
        info = model.model_fields[key]
        takes = _takes(described["properties"][key], described.get("$defs", {}))
        path = f"{under}.{key}" if under else key
        yield f"| `{path}` | {cell(takes)} | {_default(model, key)} | {cell(info.description or '')} |"


def _alike(name: str, model: type[BaseModel], kind: type[BaseModel], keys: list[str]) -> Iterator[str]:
    """Lay out sections of one kind, such as the rule of each signal, as the columns of one table."""
    columns = list(kind.model_fields)
    limits = [f"`{column}`" for column in columns]
    yield from ("", f"## {kind.__name__}: `{name}.*.{columns[0]}`", "", about(kind), "")
    yield from (f"- `{column}`: {kind.model_fields[column].description}" for column in columns)
    yield from ("", f"| | {' | '.join(limits)} | the value |", "|---" * (len(columns) + 2) + "|")
    for key in keys:
        info = model.model_fields[key]
        values = [_plain(getattr(info.default, column)) for column in columns]
        yield f"| `{name}.{key}` | {' | '.join(values)} | {cell(info.description or '')} |"


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
        each = _takes(schema["items"], known)
        return "a list of texts" if each == "a text" else f"a list of {each}"
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


def _default(model: type[BaseModel], key: str) -> str:
    extra = model.model_fields[key].json_schema_extra
    by_preset = isinstance(extra, dict) and extra.get("from_preset")
    return _plain(getattr(model(), key)) + (", of the preset" if by_preset else "")


def _plain(value: Any) -> str:
    text = _yaml(value)
    return f"`{text}`" if len(text) <= LONGEST_DEFAULT else "as in `winnow.yaml`"


def _yaml(value: Any) -> str:
    return value if isinstance(value, str) and value.isprintable() and value else json.dumps(value, ensure_ascii=False)
