"""Choices: the options of a row as a text, and the option that its answer names by text, letter or number.

>>> options = options_of([["Liver", "Pancreas"]])
>>> options.listed
'A. Liver\\nB. Pancreas'
>>> options.named_by("B", by_number=False, first=0), options.named_by(1, by_number=True, first=0)
('Pancreas', 'Pancreas')
"""

from __future__ import annotations

import re
import string
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from curation.ingest.cells import as_text, parsed

_LABEL = re.compile(r"\(?([A-Za-z])[).:]?")  # of an answer that is a letter alone
_LABELLED = re.compile(r"\(?([A-Za-z0-9])[).:]\s+(?=\S)")  # before an option's text


@dataclass(frozen=True, slots=True)
class Options:
    """The options of a row, each with its label."""

    labels: tuple[str, ...]
    texts: tuple[str, ...]

    @property
    def listed(self) -> str:
        """A line an option."""
        return "\n".join(f"{label}. {text}" for label, text in zip(self.labels, self.texts, strict=True))

    def number_of(self, answer: object) -> int | None:
        """Read an answer as a whole number; None where it is none."""
        said = as_text(answer).strip()
        return int(said) if re.fullmatch(r"\d{1,2}", said) else None

    def named_by(self, answer: object, by_number: bool, first: int) -> str | None:
        """Give the option that an answer names: by its number from `first` on, its label, or its text; None: none."""
        number = self.number_of(answer)
        if by_number and number is not None and str(number) not in self.labels:
            place = number - first
            return self.texts[place] if 0 <= place < len(self.texts) else None
        said = as_text(answer).strip()
        folded = [text.strip().casefold() for text in self.texts]
        for form in (said, _LABELLED.sub("", said, count=1)):
            if form.casefold() in folded:
                return self.texts[folded.index(form.casefold())]
        label = _LABEL.fullmatch(said)
        wanted = label[1].upper() if label else said
        labels = [one.upper() for one in self.labels]
        return self.texts[labels.index(wanted)] if wanted in labels else None


def options_of(cells: Sequence[object]) -> Options | None:
    """Read options: one cell with a list or an object of them, or a cell an option; None where there are under two.

    {"A": "Liver", "B": "Pancreas"}, {"label": ["A", "B"], "text": ["Liver", "Pancreas"]}, ["A. Liver", "B. Pancreas"]
    """
    value = parsed(cells[0]) if len(cells) == 1 else [cell for cell in cells if as_text(cell).strip()]
    labels: Iterable[object] = string.ascii_uppercase
    if isinstance(value, Mapping):
        texts = value.get("text", value.get("texts"))
        if isinstance(texts, list):
            labels, value = value.get("label", value.get("labels")) or labels, texts
        else:
            labels, value = list(value), list(value.values())
    if not isinstance(value, (list, tuple)) or not 2 <= len(value) <= len(string.ascii_uppercase):
        return None
    if all(isinstance(option, Mapping) and "text" in option for option in value):
        labels = [option.get("label", letter) for option, letter in zip(value, string.ascii_uppercase, strict=False)]
        value = [option["text"] for option in value]
    texts = [as_text(option).strip() for option in value]
    written = [_LABELLED.match(text) for text in texts]
    if all(written):
        labels = [found[1] for found in written if found]
        texts = [_LABELLED.sub("", text, count=1) for text in texts]
    return Options(tuple(as_text(label) for label, _ in zip(labels, texts, strict=False)), tuple(texts))


def counted_from(answers: Sequence[tuple[Options, object]]) -> int | None:
    """Tell whether a file's answers are numbers of options, and from which number they count: 0, 1, or None for no.

    Answers that all stand among their options as texts are texts. From 1 where one names a number as large as the
    options are many and none is 0.
    """
    numbers = [(options, options.number_of(answer)) for options, answer in answers if as_text(answer).strip()]
    known = [(options, number) for options, number in numbers if number is not None]
    if not known or len(known) < len(numbers) or any(number > len(options.texts) for options, number in known):
        return None
    if all(str(number) in options.texts for options, number in known):
        return None
    found = [number for _, number in known]
    return 1 if 0 not in found and any(number == len(options.texts) for options, number in known) else 0
