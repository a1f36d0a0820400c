"""Plant a known share of bad rows in real ones, so that it is known which rows curation should have caught.

made = make("medquad-a", strength=0.3, rows=1600, held_out=240, seed=0)
made.rows[0]                                # PlantedRow(question, answer, kind="wrong", of=17, truth="…")
made.held_out[0].contradicted               # its own answer with one fact changed

Kinds: `true`; `wrong` (another row's answer), `truncated`, `boilerplate`, `markup`, `contradiction` (another row's
question, its answer with one number, name or verb changed), and `copy`, which is apart from the share of bad rows.
"""

from __future__ import annotations

import json
import random
import re
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks import realdata, wordings
from benchmarks.planted import Editor

BAD = {"wrong": 12, "truncated": 7, "boilerplate": 4, "markup": 3, "contradiction": 4}  # parts of 30 bad rows
BOILERPLATE = json.loads((Path(__file__).parent / "boilerplate.json").read_text(encoding="utf-8"))
EDITS = wordings.SETS["dev"]
WORDS = {"medquad": (8, 80), "law": (5, 80), "alpaca": (3, 80)}  # of an answer, least and most
MAX_QUESTION_WORDS = 80
COPIES_OF_BAD = 0.5  # copies added for each bad row
MIN_SHARED_ANSWER = 6  # words from which an answer that two rows share puts them in one group


@dataclass(frozen=True, slots=True)
class Source:
    """A real row and its group: rows of one group never stand on both sides. `topic` is what kind of question it is."""

    question: str
    answer: str
    group: str
    topic: str


@dataclass(frozen=True, slots=True)
class PlantedRow:
    """A row as curation sees it, what it is, the place in the pool of the row it was made of, and that row's answer."""

    question: str
    answer: str
    kind: str
    of: int
    truth: str


@dataclass(frozen=True, slots=True)
class HeldOut:
    """A held-out row, another question's answer, and its own with one fact changed ("" where none could be)."""

    question: str
    answer: str
    other: str
    contradicted: str
    group: str


@dataclass(frozen=True)
class Planted:
    """A file with what is known of it, and the held-out rows of the same pool."""

    rows: list[PlantedRow]
    held_out: list[HeldOut]


def make(pool: str, strength: float, rows: int, held_out: int, seed: int) -> Planted:
    """Draw held-out groups and training rows, damage a share of the rows and add copies; the same for a seed.

    Files of one pool and seed share their held-out rows and, but for the damage, their training rows.
    """
    rng = random.Random(f"{pool} {seed}")
    asked, others = _parted(SOURCES[pool](), held_out, rng)
    taken = others[:rows]
    editor = Editor(random.Random(f"{pool} {seed} {strength}"), EDITS, [{"answer": row.answer} for row in taken])
    planted = _damaged(taken, strength, editor)
    planted += _copies(planted, round(COPIES_OF_BAD * strength * rows), editor)
    editor.rng.shuffle(planted)
    aside = Editor(rng, EDITS, editor.rows)  # not by the strength: every file of the pool asks the same
    return Planted(planted, [_held_out(row, asked, aside) for row in asked])


def _parted(pool: Sequence[Source], held_out: int, rng: random.Random) -> tuple[list[Source], list[Source]]:
    """Give `held_out` rows of whole groups, and the rest, both in a random order."""
    groups: defaultdict[str, list[Source]] = defaultdict(list)
    for row in pool:
        groups[row.group].append(row)
    order = sorted(groups)
    rng.shuffle(order)
    asked: list[Source] = []
    while len(asked) < held_out:
        asked += groups.pop(order.pop())
    rest = [row for group in order for row in groups[group]]
    rng.shuffle(rest)
    return asked[:held_out], rest


def _damaged(rows: Sequence[Source], strength: float, editor: Editor) -> list[PlantedRow]:
    """Damage `strength` of the rows, each kind its part; a damage that changes nothing is tried on the next row."""
    planted = [PlantedRow(row.question, row.answer, "true", place, row.answer) for place, row in enumerate(rows)]
    free = iter(editor.rng.sample(range(len(rows)), len(rows)))
    for kind, part in BAD.items():
        wanted = round(strength * len(rows) * part / sum(BAD.values()))
        while wanted:
            place = next(free)
            bad = DAMAGES[kind](editor, rows, place)
            if bad is not None:
                planted[place] = bad
                wanted -= 1
    return planted


def _copies(planted: Sequence[PlantedRow], number: int, editor: Editor) -> list[PlantedRow]:
    """Copy true rows: a third to the letter, the others with other punctuation or case."""
    true = [row for row in planted if row.kind == "true"]
    edits: list[Callable[[str, str], tuple[str, str]]] = [editor.exact, editor.punctuation, editor.case]
    made = []
    for turn, row in enumerate(editor.rng.sample(true, min(number, len(true)))):
        question, answer = edits[turn % len(edits)](row.question, row.answer)
        made.append(PlantedRow(question, answer, "copy", row.of, row.truth))
    return made


def _wrong(editor: Editor, rows: Sequence[Source], place: int) -> PlantedRow | None:
    other = editor.rng.choice(rows).answer
    return None if other == rows[place].answer else _bad(rows, place, "wrong", other)


def _truncated(editor: Editor, rows: Sequence[Source], place: int) -> PlantedRow | None:
    return _edited("truncated", editor.truncated, rows, place)


def _boilerplate(editor: Editor, rows: Sequence[Source], place: int) -> PlantedRow | None:
    before, after = (editor.rng.choice(BOILERPLATE[end]) for end in ("before", "after"))
    ends = editor.rng.choice([(before, ""), ("", after), (before, after)])
    return _bad(rows, place, "boilerplate", rows[place].answer.join(ends))


def _markup(editor: Editor, rows: Sequence[Source], place: int) -> PlantedRow | None:
    return _edited("markup", editor.rng.choice([editor.html, editor.entities, editor.mojibake]), rows, place)


def _contradiction(editor: Editor, rows: Sequence[Source], place: int) -> PlantedRow | None:
    """Put in this row's place another one's question, its answer with one fact changed: that row stays."""
    other = editor.rng.randrange(len(rows))
    answer = contradicted(editor, rows[other].answer)
    return PlantedRow(rows[other].question, answer, "contradiction", other, rows[other].answer) if answer else None


def contradicted(editor: Editor, answer: str) -> str:
    """Change one number, else one name, else negate one verb; "" where none of them can be."""
    edits = (editor.number, editor.entity, editor.negated)
    return next((new for edit in edits if (new := edit("", answer)[1]) != answer), "")


def _edited(
    kind: str, edit: Callable[[str, str], tuple[str, str]], rows: Sequence[Source], place: int
) -> PlantedRow | None:
    _, answer = edit(rows[place].question, rows[place].answer)
    return None if answer == rows[place].answer else _bad(rows, place, kind, answer)


def _bad(rows: Sequence[Source], place: int, kind: str, answer: str) -> PlantedRow:
    return PlantedRow(rows[place].question, answer, kind, place, rows[place].answer)


DAMAGES = {
    "wrong": _wrong,
    "truncated": _truncated,
    "boilerplate": _boilerplate,
    "markup": _markup,
    "contradiction": _contradiction,
}


def _held_out(row: Source, rows: Sequence[Source], editor: Editor) -> HeldOut:
    """Set beside a row another group's answer, to the same kind of question where there is one."""
    strangers = [other for other in rows if other.group != row.group and other.answer != row.answer]
    alike = [other for other in strangers if other.topic == row.topic]
    other = editor.rng.choice(alike or strangers)
    return HeldOut(row.question, row.answer, other.answer, contradicted(editor, row.answer), row.group)


def _medquad(is_genetic: bool) -> list[Source]:
    """Rows on genetic conditions (GHR), or those of the other institutes; a disease is a group."""
    rows = realdata.read("medquad/qa.jsonl.gz")
    return [
        Source(row["question"].strip(), row["answer"].strip(), row["focus"].casefold(), row["qtype"])
        for row in rows
        if (row["source"] == "GHR") == is_genetic and _fits("medquad", row["question"], row["answer"])
    ]


def _law() -> list[Source]:
    rows = [(row["question"].strip(), str(row["answer"]).strip()) for row in realdata.read("law/qa.jsonl.gz")]
    return _grouped([row for row in rows if _fits("law", *row)])


def _alpaca() -> list[Source]:
    rows = realdata.read("alpaca/rows.jsonl.gz")
    asked = [(f"{row['instruction']}\n\n{row['input']}".strip(), row["output"].strip()) for row in rows]
    return _grouped([row for row in asked if _fits("alpaca", *row)])


def _fits(source: str, question: str, answer: str) -> bool:
    least, most = WORDS[source]
    return least <= len(answer.split()) <= most and 0 < len(question.split()) <= MAX_QUESTION_WORDS


def _grouped(rows: Sequence[tuple[str, str]]) -> list[Source]:
    """Put rows in one group that share their question, or a longer answer, in the same words."""
    parent = list(range(len(rows)))

    def root(place: int) -> int:
        while parent[place] != place:
            place = parent[place]
        return place

    first: dict[tuple[str, str], int] = {}
    for place, (question, answer) in enumerate(rows):
        asked, said = (" ".join(re.findall(r"\w+", text.casefold())) for text in (question, answer))
        keys = [("question", asked), *([("answer", said)] if len(said.split()) >= MIN_SHARED_ANSWER else [])]
        for key in keys:
            parent[root(place)] = root(first.setdefault(key, place))
    return [
        Source(question, answer, str(root(place)), question.split()[0].casefold())
        for place, (question, answer) in enumerate(rows)
    ]


SOURCES: dict[str, Callable[[], list[Source]]] = {
    "medquad-a": lambda: _medquad(True),
    "medquad-b": lambda: _medquad(False),
    "law": _law,
    "alpaca": _alpaca,
}
