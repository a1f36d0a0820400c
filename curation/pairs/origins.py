"""Rows that come from one place though none is a copy of another: questions on one passage, turns of one conversation.

labels = of_passages(table)             # a number a row; rows with the same passage have the same number
labels = of_conversations(table)

A passage counts as the same where its words are, or where the comparison says that only typos and the like differ.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from hashlib import blake2b
from itertools import accumulate, takewhile
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from curation.pairs.proposals.lexical import Labels, Pairs
from curation.pairs.proposals.surroundings import joined, places_of, same_texts
from curation.pairs.texts.coded_rows import coded_texts
from winnow.data.records import Message
from winnow.text.plain_text import words

MIN_PASSAGE_WORDS = 5  # words from which a context is a passage; shorter ones, such as "yes, no", are shared by chance
MAX_CONTINUATIONS = 8  # ways in which a beginning goes on, from which unrelated conversations have it: a greeting
MAX_GREETING_WORDS = 30  # words of such a beginning
ROWS_A_BLOCK = 10_000  # rows as objects in memory
_CHOICE = re.compile(r"\(?([^\s.()]{1,8})[.)]\s+(\S.*)")


def of_passages(table: pa.Table) -> Labels:
    """Number rows by their context; a row without one, or with one of a few words, has a number of its own.

    Choices aren't part of a passage: many rows have "A. yes" and "B. no" under questions on other things.
    """
    alone = np.arange(len(table), dtype=np.int64)
    if _is_empty(table, "context"):
        return alone
    lexicon, texts, text_of = coded_texts(without_choices(table)["context"])
    passages = joined(len(texts), places_of(same_texts("context", texts, lexicon)))
    long = np.array([len(texts.coded(place)) >= MIN_PASSAGE_WORDS for place in range(len(texts))])
    return np.where(long[text_of], len(table) + passages[text_of], alone)


def without_choices(table: pa.Table) -> pa.Table:
    """Drop the choices at the end of each context: labelled lines of which one is the row's answer.

    "Insulin lowers sugar.\\nA. Liver\\nB. Pancreas", answered "Pancreas" → "Insulin lowers sugar."
    """
    if _is_empty(table, "context"):
        return table
    texts = zip(table["context"].to_pylist(), table["answer"].to_pylist(), strict=True)
    bare = pa.array([_passage(context, answer) if context else "" for context, answer in texts], pa.string())
    return table.set_column(table.schema.get_field_index("context"), "context", bare)


def _passage(context: str, answer: str) -> str:
    lines = context.rstrip().split("\n")
    choices = list(takewhile(bool, map(_CHOICE.fullmatch, reversed(lines))))
    named = {part.strip().casefold() for found in choices if found for part in found.groups()}
    is_named = not answer.strip() or answer.strip().casefold() in named
    return "\n".join(lines[: -len(choices)]).rstrip() if len(choices) > 1 and is_named else context


def of_conversations(table: pa.Table) -> Labels:
    """Number rows by their conversation; a row that belongs to none has a number of its own.

    Rows belong together where the messages or the history of one begin those of the other, and where they stand in one
    line of a file that holds a conversation. A few words that go on in more than 8 ways, as a greeting does, tie
    nothing together.
    """
    if _is_empty(table, "history"):
        return np.arange(len(table), dtype=np.int64)
    ends: dict[_Beginning, list[int]] = defaultdict(list)  # where a row's messages, or its history, end
    passed: dict[_Beginning, list[int]] = defaultdict(list)  # which each row's messages begin with
    goes_on: dict[_Beginning, set[bytes]] = defaultdict(set)
    lines: dict[tuple[str, int], list[int]] = defaultdict(list)
    talks: set[tuple[str, int]] = set()
    for row, (place, history, said) in enumerate(_conversations(table)):
        messages = [*map(_message_of, history), *said]
        beginnings = list(accumulate(messages, _Beginning.follow, initial=_Beginning()))
        answered = [number for number, message in enumerate(history, start=1) if message["role"] == "assistant"]
        for number in answered:
            passed[beginnings[number]].append(row)
            goes_on[beginnings[number]].add(messages[number].digest)
        for number in (*answered[-1:], len(messages)):
            ends[beginnings[number]].append(row)
        if all(place):
            lines[place].append(row)
            talks |= {place} if history else set()
    tied = [[*rows, *passed[end]] for end, rows in ends.items() if not end.is_greeting(goes_on.get(end, set()))]
    return joined(len(table), _chains([*tied, *(lines[place] for place in talks)]))


def _is_empty(table: pa.Table, name: str) -> bool:
    return name not in table.column_names or not pc.any(pc.not_equal(table[name], "")).as_py()


class _Message(NamedTuple):
    """Who says what, hashed: case, markup and punctuation don't count."""

    digest: bytes
    size: int  # words

    @classmethod
    def of(cls, role: str, text: str) -> _Message:
        found = words(text)
        return cls(_hash("\0".join([role, *found]).encode("utf-8", "surrogatepass")), len(found))


class _Beginning(NamedTuple):
    """The first messages of a conversation, hashed."""

    digest: bytes = b""
    size: int = 0  # words

    def follow(self, message: _Message) -> _Beginning:
        return _Beginning(_hash(self.digest + message.digest), self.size + message.size)

    def is_greeting(self, goes_on: Collection[bytes]) -> bool:
        return self.size <= MAX_GREETING_WORDS and len(goes_on) > MAX_CONTINUATIONS


def _hash(data: bytes) -> bytes:
    return blake2b(data, digest_size=16).digest()


def _message_of(message: Message) -> _Message:
    return _Message.of(message["role"], message["content"])


def _conversations(table: pa.Table) -> Iterator[tuple[tuple[str, int], list[Message], tuple[_Message, _Message]]]:
    """Yield each row's file and line, its history, and its question and answer as messages."""
    names = ["source", "line", "history", "context", "question", "answer"]
    for batch in table.select(names).to_batches(max_chunksize=ROWS_A_BLOCK):
        for row in batch.to_pylist():
            asked = _Message.of("user", f"{row['context']}\n{row['question']}")
            history = [turn for turn in json.loads(row["history"] or "[]") if turn["role"] != "system"]
            yield (row["source"], row["line"]), history, (asked, _Message.of("assistant", row["answer"]))


def _chains(groups: Iterable[list[int]]) -> Pairs:
    """Pair each group's rows with its first one."""
    return places_of((rows[0], row) for rows in groups for row in rows[1:])


ORIGINS: dict[str, Callable[[pa.Table], Labels]] = {"conversation": of_conversations, "context": of_passages}
