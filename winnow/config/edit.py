"""Change one value of a settings file in place: every other character, comments included, stays as it was written.

>>> print(with_value("duplicates:\\n  semantic: 0.9  # the cut\\n", "duplicates.semantic", 0.8, "ada, today"))
duplicates:
  semantic: 0.8  # ada, today; the cut
<BLANKLINE>
"""

from __future__ import annotations

from pathlib import Path

import yaml

from winnow.data.files import write_text
from winnow.errors import InputError

Value = int | float | bool | str | list[str] | None


def change_setting(path: Path, name: str, value: Value, note: str) -> None:
    """Write one value of winnow.yaml, with a note of who changed it and when."""
    write_text(path, with_value(path.read_text(encoding="utf-8-sig"), name, value, note))


def with_value(text: str, name: str, value: Value, note: str) -> str:
    """Put a value, such as `duplicates.semantic`, in its place; a key or section that isn't there is added.

    Raises InputError for a value that is a list over several lines.
    """
    section, _, key = name.rpartition(".")
    note = " ".join(note.split())
    root = yaml.compose(text)
    found = _value_of(root, section)
    old = _value_of(found, key)
    if isinstance(old, yaml.ScalarNode) or (isinstance(old, yaml.CollectionNode) and old.flow_style):
        return _replaced(text, old, value, note)
    if found is None:
        ending = "" if not text or text.endswith("\n") else "\n"
        return f"{text}{ending}\n{section}:\n  {key}: {_plain(value)}  # {note}\n"
    if not isinstance(found, yaml.MappingNode) or old is not None:
        line = found.start_mark.line + 1
        raise InputError(f"winnow.yaml:{line}: {section} can't be changed from here; set {name} in the file by hand")
    return _added(text, found, key, value, note)


def _value_of(node: yaml.Node | None, key: str) -> yaml.Node | None:
    if not isinstance(node, yaml.MappingNode):
        return None
    return next((value for name, value in node.value if name.value == key), None)


def _replaced(text: str, old: yaml.Node, value: Value, note: str) -> str:
    start, end = old.start_mark.index, old.end_mark.index
    line_end = text.find("\n", end)
    line_end = len(text) if line_end < 0 else line_end
    rest = text[end:line_end]
    if "," in rest.split("#")[0] or "}" in rest.split("#")[0]:  # inside braces there is no room for a comment
        return text[:start] + _plain(value) + text[end:]
    said = rest.partition("#")[2].strip()
    return f"{text[:start]}{_plain(value)}  # {note}{f'; {said}' if said else ''}{text[line_end:]}"


def _added(text: str, section: yaml.MappingNode, key: str, value: Value, note: str) -> str:
    if section.flow_style:
        place = section.start_mark.index + 1
        return f"{text[:place]}{key}: {_plain(value)}, {text[place:]}"
    first = section.value[0][0].start_mark
    place = first.index - first.column
    return f"{text[:place]}{' ' * first.column}{key}: {_plain(value)}  # {note}\n{text[place:]}"


def _plain(value: Value) -> str:
    return yaml.safe_dump(value, default_flow_style=True).strip().removesuffix("...").strip()
