"""A manner of a whole file, in figures and in a sentence: it is decided once, and said once.

>>> Manner("faq.jsonl", "answer", "end", "</s>", 80, 80, "repaired", "clean.manners=keep").sentence()
'faq.jsonl: 80 of 80 answers end with “</s>”; taken off as the manner of the file (clean.manners=keep leaves it)'
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import PurePath
from typing import Any, Literal

from winnow.text.words import excerpt

Place = Literal["beginning", "end", "anywhere"]
Done = Literal["repaired", "kept", "reported"]
DONE: dict[Done, str] = {
    "repaired": "taken off as the manner of the file ({setting} leaves it)",
    "kept": "left as it is ({setting} takes it off)",
    "reported": "left as it is and flagged in no row; if it shouldn't be learned, take it out of the file",
}
MAX_SHOWN_CHARS = 80  # of the text in a sentence


@dataclass(frozen=True)
class Manner:
    """What `rows` of the `of` rows of a file have in a field, with an example, what was done, and what changes that.

    `kind` names what is repaired where rows don't share a text.
    """

    source: str
    field: str
    place: Place
    text: str
    rows: int
    of: int
    done: Done
    setting: str = ""
    kind: str = ""

    @classmethod
    def from_json(cls, row: Mapping[str, Any]) -> Manner:
        """Read what `as_json` gave."""
        return cls(**{field.name: row[field.name] for field in fields(cls)})

    def as_json(self) -> dict[str, object]:
        """Give the fields, with the share of rows and the sentence."""
        return {**asdict(self), "share": round(self.rows / self.of, 3), "sentence": self.sentence()}

    def sentence(self) -> str:
        """Say which rows have it, an example, what was done, and how to change that."""
        shown = " ".join(excerpt(self.text, limit=MAX_SHOWN_CHARS).split())
        rows = f"{PurePath(self.source).name}: {self.rows} of {self.of} {self.field}s"
        if self.place != "anywhere":
            verb = "begin" if self.place == "beginning" else "end"
            return f"{rows} {verb} with “{shown}”; {DONE[self.done].format(setting=self.setting)}"
        if self.kind == "thinking":
            done = "taken out" if self.done == "repaired" else "left in"
            other = "leaves it" if self.done == "repaired" else "takes it out"
            return f"{rows} have a model's thinking, such as “{shown}”; {done} ({self.setting} {other})"
        return f"{rows} had {self.kind}, as in “{shown}”; repaired, and flagged in no row ({self.setting} leaves it)"
