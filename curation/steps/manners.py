"""Manners of whole files: what most rows of a file begin or end with, and whether it speaks of markup.

found = learn(table)
found.of("faq.jsonl", "answer").cut("Yes.</s>")     # Cut("", "Yes.", "</s>")
said(table, found)                                  # the rows without what says nothing of them, to be measured
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.compute as pc

from curation.manners import edges
from curation.manners.edges import Edges
from curation.manners.manner import Done, Manner, Place
from curation.manners.shapes import Role
from curation.signals.page.spoken import has_marks, is_spoken_of
from curation.signals.residue import thinking
from curation.steps.mending import strip_markup, takes_most_of
from winnow.config import CleanConfig

MIN_SPOKEN_SHARE = 1 / 3  # of a file's answers with markup, from which it speaks of markup
MIN_SPOKEN = 2  # such answers
FIELDS: tuple[Role, Role] = ("question", "answer")
NO_EDGES = {name: Edges(name) for name in FIELDS}
OTHERWISE: dict[Done, str] = {"kept": "clean.manners=repair", "repaired": "clean.manners=keep"}


@dataclass(frozen=True)
class Manners:
    """The edges of each file's fields that have any, and the files that speak of markup."""

    edges: Mapping[tuple[str, str], Edges] = field(default_factory=dict)
    of_markup: frozenset[str] = frozenset()

    def of(self, source: str, name: Role) -> Edges:
        """Give the edges of one field of a file."""
        return self.edges.get((source, name), NO_EDGES[name])

    def as_told(self, table: pa.Table, settings: CleanConfig) -> list[Manner]:
        """Count the rows that have each edge, and those with a model's thinking."""
        return [
            manner
            for source, rows in _by_source(table)
            for manner in (*_told_thinking(source, rows, settings), *self._told_edges(source, rows, settings))
        ]

    def _told_edges(self, source: str, rows: pa.Table, settings: CleanConfig) -> Iterator[Manner]:
        for name in FIELDS:
            found = self.of(source, name)
            if not found:
                continue
            texts = rows[name].to_pylist()
            cuts = [found.cut(_unthought(text) if name == "answer" else text) for text in texts]
            bare = [found.unsigned(cut.own) for cut in cuts]
            done: Done = "kept" if settings.manners == "keep" else "repaired"
            ends: tuple[tuple[Place, Iterator[str], Done], ...] = (
                ("beginning", (cut.before for cut in cuts), done),
                ("end", (cut.after for cut in cuts), done),
                ("beginning", (cut.before for cut in bare), "reported"),
                ("end", (cut.after for cut in bare), "reported"),
            )
            for place, edge_texts, what in ends:
                counts = Counter(filter(None, map(str.strip, edge_texts)))
                if counts:
                    commonest = min(counts, key=lambda text: (-counts[text], text))
                    setting = OTHERWISE.get(what, "")
                    yield Manner(source, name, place, commonest, counts.total(), len(texts), what, setting)


def _told_thinking(source: str, rows: pa.Table, settings: CleanConfig) -> Iterator[Manner]:
    answers = rows["answer"].to_pylist()
    thoughts = [parts[0] for parts in map(thinking.split, answers) if parts]
    if thoughts:
        done: Done = "kept" if settings.thinking == "keep" else "repaired"
        other = "clean.thinking=remove" if done == "kept" else "clean.thinking=keep"
        yield Manner(source, "answer", "anywhere", min(thoughts), len(thoughts), len(answers), done, other, "thinking")


def learn(table: pa.Table) -> Manners:
    """Learn the manners of each file by itself; the order of rows counts for nothing."""
    found: dict[tuple[str, str], Edges] = {}
    of_markup: set[str] = set()
    for source, rows in _by_source(table):
        questions, answers = (rows[name].to_pylist() for name in FIELDS)
        answers = list(map(_unthought, answers))
        found[source, "answer"] = edges.learn(answers, "answer")
        framed = bool(found[source, "answer"].before)
        found[source, "question"] = edges.learn(questions, "question", framed)
        if _speaks_of_markup(questions, answers):
            of_markup.add(source)
    return Manners({key: edges for key, edges in found.items() if edges}, frozenset(of_markup))


def said(table: pa.Table, found: Manners) -> pa.Table:
    """Give the rows without scaffolding, greetings, sign-offs and thinking: what each says by itself."""
    for name in FIELDS:
        texts = [
            found.of(source, name).said(_unthought(text) if name == "answer" else text)
            for source, text in zip(table["source"].to_pylist(), table[name].to_pylist(), strict=True)
        ]
        table = table.set_column(table.schema.get_field_index(name), name, pa.array(texts, pa.string()))
    return table


def _unthought(answer: str) -> str:
    parts = thinking.split(answer)
    return parts[1] if parts else answer


def _by_source(table: pa.Table) -> Iterator[tuple[str, pa.Table]]:
    for source in sorted(set(table["source"].to_pylist())):
        yield source, table.filter(pc.equal(table["source"], source))


def _speaks_of_markup(questions: list[str], answers: list[str]) -> bool:
    """Whether marks are what is said in a third of the answers that have any, so that in the others they may be too."""
    marked = [(question, answer) for question, answer in zip(questions, answers, strict=True) if has_marks(answer)]
    spoken = sum(is_spoken_of(q, a) or takes_most_of(a, strip_markup(a)) for q, a in marked)
    return spoken >= max(MIN_SPOKEN, MIN_SPOKEN_SHARE * len(marked))
