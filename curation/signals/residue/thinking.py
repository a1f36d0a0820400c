"""A model's thinking before its answer: two marks with all that stands between them, which are one thing.

>>> split("<think>Below 952, so at once.</think>\\n\\nYes, at once.")
('<think>Below 952, so at once.</think>', 'Yes, at once.')
>>> split("<think>Below 952, so at once.") is None
True
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from curation.corpus.seen import is_seen
from winnow.text.markup import ELEMENTS
from winnow.text.words import any_of

# what the models of this field call it, alone or within a longer name: begin_of_thought, seed:think, START_THINKING
THOUGHT = "think(?:ing)?|thoughts?|reason(?:ing)?|reflection|scratchpad|monologue|analysis"
NAME = rf"(?:[a-z]+[:_-])*(?:{THOUGHT})(?:[:_-][a-z]+)*"
MARK = re.compile(rf"(?P<open>[<\[◁]\|?)(?P<slash>/?)(?P<name>{NAME})(?:\s[^<>\[\]]{{0,40}})?\|?[>\]▷]", re.IGNORECASE)
# gpt-oss: "<|channel|>analysis<|message|>…<|end|><|start|>assistant<|channel|>final<|message|>Yes", also without the
# tokens; Gemma: "<|channel>thought … <channel|>"
CHANNELS = any_of(
    r"\A\s*(?:<\|start\|>assistant)?<\|channel\|>.*<\|channel\|>final(?: [^<]{0,40})?<\|message\|>",
    r"\Aanalysis(?=[A-Z]).*assistantfinal",
    r"\A\s*<\|channel>thought\b.*<channel\|>",
    flags=re.DOTALL,
)
TAG = re.compile(r"<[^<>]*>|\[/?[A-Z_]+\]")
# the answer behind it is wrapped likewise: "<answer>…</answer>", "<|begin_of_solution|>…<|end_of_solution|>"
WRAPPED = re.compile(rf"<(?!(?:{ELEMENTS})\b)([a-z]\w*)>(?P<said>.*)</\1>", re.DOTALL | re.IGNORECASE)
WRAPPED_BY_TOKENS = re.compile(r"<\|(?:begin|start)((?:_\w+)?)\|>(?P<said>.*)<\|end\1\|>", re.DOTALL | re.IGNORECASE)
# as "<think>" is named in a text, and not used
QUOTES = "`\"'“”‘’"


def split(text: str) -> tuple[str, str] | None:
    """Split a text into the thinking and what is said; None where there is none, or nothing would be said.

    A closing mark alone, whose opening stood in the template, ends the thinking that the text begins with. Nothing is
    split where an opening mark isn't closed.
    """
    if channels := CHANNELS.match(text):
        spans: list[tuple[int, int]] | None = [channels.span()]
    else:
        spans = _spans(text)
    if not spans:
        return None
    ends = [0, *(end for _, end in spans)]
    starts = [*(start for start, _ in spans), len(text)]
    said = "\n".join(filter(None, (text[end:start].strip() for end, start in zip(ends, starts, strict=True))))
    if whole := WRAPPED.fullmatch(said) or WRAPPED_BY_TOKENS.fullmatch(said):
        said = whole["said"].strip()
    if not is_seen(TAG.sub("", said)):
        return None
    return "\n".join(text[start:end].strip() for start, end in spans), said


def marks(text: str) -> list[str]:
    """List the marks of thinking that a text has, those in quotes aside."""
    return [mark.group() for mark in _marks(text)]


def _marks(text: str) -> Iterator[re.Match[str]]:
    if "<" not in text and "[" not in text and "◁" not in text:
        return
    fences = at = 0
    for mark in MARK.finditer(text):
        fences, at = fences + text.count("```", at, mark.start()), mark.start()
        is_quoted = (
            mark.start() > 0 and text[mark.start() - 1] in QUOTES and text[mark.end() : mark.end() + 1] in QUOTES
        )
        if not is_quoted and fences % 2 == 0:
            yield mark


def _spans(text: str) -> list[tuple[int, int]] | None:
    """Find the outermost pairs of marks; None where one stays open."""
    spans: list[tuple[int, int]] = []
    depth = begun = 0
    for mark in _marks(text):
        if not (mark["slash"] or mark["name"].lower().startswith("end")):
            begun = begun if depth else mark.start()
            depth += 1
        elif depth:
            depth -= 1
            if not depth:
                spans.append((begun, mark.end()))
        else:
            spans = [(0, mark.end())]  # all before it was thought, too
    return None if depth else spans
