"""The table of judged pairs, schema PAIRS: ids, relation, similarity, damage and differences, one line a pair.

Of an exact pair `a` is the cleanest row, which represents its copies; of any other pair `id_a` < `id_b`. `lexical` and
`semantic` lie between 0 and 1; `semantic` is null but for paraphrases.

>>> turned('[{"a":"5","b":"50"}]')
'[{"b":"5","a":"50"}]'
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain
from typing import Any

import numpy as np
import pyarrow as pa

from curation.pairs.differences.changes import Change
from curation.pairs.differences.compare import Comparison
from curation.pairs.texts.coded_rows import CodedRows
from curation.pairs.verdict import Judgement, Relation
from winnow.data.records import canonical_json

PAIRS = pa.schema(
    [
        ("id_a", pa.string()),
        ("id_b", pa.string()),
        ("verdict", pa.string()),
        ("lexical", pa.float32()),
        ("semantic", pa.float32()),
        ("damage_a", pa.int32()),  # slips, marks of markup and words around the text, to choose the row that stays
        ("damage_b", pa.int32()),
        ("missing_a", pa.int32()),  # words that only the other row's answer has
        ("missing_b", pa.int32()),
        ("differs", pa.string()),  # canonical JSON: [{"field", "kind", "a", "b"}, …]
    ]
)
Line = tuple[str, str, str, float, float | None, int, int, int, int, str]
MAX_DIFFERENCES_A_FIELD = 6
MAX_DIFFERENCE_CHARS = 120  # of either side


@dataclass(frozen=True, slots=True)
class Pair:
    """A judged pair of nodes with the comparisons of both fields; `semantic` is the cosine of a paraphrase.

    `around` holds what differs in the context, the system prompt and the history, where something does.
    """

    one: int
    other: int
    judgement: Judgement
    question: Comparison
    answer: Comparison
    semantic: float | None = None
    around: tuple[tuple[str, Comparison], ...] = ()


def exact_pairs(rows: CodedRows) -> list[tuple[int, int]]:
    """Pair each copy with the cleanest row of the same words, which represents them: (representative, copy)."""
    face = rows.faces[rows.node_of_row]
    others = np.flatnonzero(face != np.arange(len(face)))
    return list(zip(face[others].tolist(), others.tolist(), strict=True))


def turned(differs: str) -> str:
    """Swap the keys "a" and "b" in the JSON of `differs`."""
    return differs.replace('"a":', '"\0":').replace('"b":', '"a":').replace('"\0":', '"b":')


def to_pair_table(rows: CodedRows, exact: Iterable[tuple[int, int]], judged: Iterable[Pair]) -> pa.Table:
    """Build the table of schema PAIRS; a node has the id of its cleanest row."""
    lines: list[Line] = [
        (rows.ids[a], rows.ids[b], Relation.EXACT, 1.0, None, int(rows.damage[a]), int(rows.damage[b]), 0, 0, "[]")
        for a, b in exact
    ]
    lines += [_line(rows, pair) for pair in judged]
    lines.sort(key=lambda line: line[:2])
    columns: list[Any] = list(zip(*lines, strict=True)) or [()] * len(PAIRS)
    arrays = [pa.array(column, field.type) for column, field in zip(columns, PAIRS, strict=True)]
    return pa.Table.from_arrays(arrays, schema=PAIRS)


def _line(rows: CodedRows, pair: Pair) -> Line:
    a, b = int(rows.faces[pair.one]), int(rows.faces[pair.other])
    (damage_a, damage_b), (missing_a, missing_b) = _sides(pair)
    damage_a, damage_b = damage_a + int(rows.damage[a]), damage_b + int(rows.damage[b])
    relation, lexical, semantic = pair.judgement.relation, pair.judgement.lexical, pair.semantic
    found = canonical_json(differs(pair.question, pair.answer, pair.around, turn=a > b))
    if a > b:
        a, b, damage_a, damage_b, missing_a, missing_b = b, a, damage_b, damage_a, missing_b, missing_a
    return rows.ids[a], rows.ids[b], relation, lexical, semantic, damage_a, damage_b, missing_a, missing_b, found


def _sides(pair: Pair) -> tuple[list[int], list[int]]:
    damage, missing = [0, 0], [0, 0]
    fields = (pair.question, pair.answer, *(found for _, found in pair.around))
    for difference in chain.from_iterable(found.differences for found in fields):
        side = 0 if difference.damaged < 0 else 1
        if difference.kind in (Change.CUT, Change.FULLER):
            missing[side] += len((difference.other if side == 0 else difference.one).split())
        elif difference.damaged:
            damage[side] += 1
    return damage, missing


def differs(
    question: Comparison, answer: Comparison, around: Iterable[tuple[str, Comparison]] = (), turn: bool = False
) -> list[dict[str, str]]:
    """List up to 6 differences a field, the gravest first; `turn` swaps the sides a and b."""
    found = []
    for name, comparison in (("question", question), ("answer", answer), *around):
        for d in sorted(comparison.differences, key=lambda d: d.kind.rank, reverse=True)[:MAX_DIFFERENCES_A_FIELD]:
            a, b = (d.other, d.one) if turn else (d.one, d.other)
            found.append({"field": name, "kind": d.kind.value, "a": _short(a), "b": _short(b)})
    return found


def _short(text: str) -> str:
    return text if len(text) <= MAX_DIFFERENCE_CHARS else text[: MAX_DIFFERENCE_CHARS - 1] + "…"
