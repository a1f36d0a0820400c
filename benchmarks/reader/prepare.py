"""Make the rows that the reader is trained and measured on, as word pieces in one file.

prepare(Path("reader.npz"), model, a_kind=2400)      # {"training": 79000, "validation": 4100, "faults": …}
"""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from benchmarks.defects import FAULTS, Inventory, read_inventory
from benchmarks.reader.planting import Planted, exchanged, faulty, graded, lookalikes, restyled
from benchmarks.reader.sets import HELD_OUT, HELD_OUT_INVENTORIES, TRAINING, clean_rows, medical, selqa, trec
from curation.reader.kinds import KINDS
from curation.reader.texts import Pieces

VALIDATION = 0.05  # share of the training rows kept to set limits on
RESTYLED = 0.25
HELD_OUT_LOOKALIKES = Path(__file__).parent / "lookalikes.json"


def prepare(path: Path, model: Path, a_kind: int, seed: int = 0) -> dict[str, int]:
    """Write the examples and, beside them, the texts of the parts to measure on; return how many rows each part has."""
    parts = {"training": _training(a_kind, seed), **_held_out(seed)}
    rows = [(part, row) for part, found in parts.items() for row in found]
    rng = np.random.default_rng(seed)
    names = np.array([part for part, _ in rows])
    names[(names == "training") & (rng.random(len(rows)) < VALIDATION)] = "validation"
    pieces = Pieces(model).sequences([row.question for _, row in rows], [row.answer for _, row in rows])
    np.savez_compressed(
        path,
        ids=np.concatenate([np.array(one.ids, dtype=np.uint32) for one in pieces]),
        ends=np.cumsum([len(one.ids) for one in pieces]),
        questions=np.array([one.question for one in pieces], dtype=np.uint8),
        kinds=np.array([KINDS.index(row.kind) if row.kind else -1 for _, row in rows], dtype=np.int8),
        judged=np.array([sum(1 << KINDS.index(kind) for kind in row.judged) for _, row in rows], dtype=np.uint32),
        parts=names,
        sets=np.array([row.set for _, row in rows]),
    )
    texts = [
        {"part": str(name), "question": row.question, "answer": row.answer, "kind": row.kind, "set": row.set}
        for name, (_, row) in zip(names, rows, strict=True)
    ]
    with path.with_suffix(".jsonl").open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(row) + "\n" for row in texts)
    return {str(name): int((names == name).sum()) for name in np.unique(names)}


def _training(a_kind: int, seed: int) -> list[Planted]:
    rng = random.Random(seed)
    sets, inventories = clean_rows(TRAINING), _inventories(held_out=False)
    clean = [Planted(*pair, set=name) for name, rows in sets.items() for pair in rows]
    rows = [
        *clean,
        *faulty(sets, inventories, a_kind, rng),
        *exchanged(sets, a_kind * 4, rng),
        *graded(selqa(), a_kind * 4, rng),
        *lookalikes(sets, inventories, a_kind // 3, rng),
    ]
    return restyled(rows, RESTYLED, rng)


def _inventories(held_out: bool) -> list[Inventory]:
    names = sorted(path.stem for path in FAULTS.glob("*.json"))
    return [read_inventory(name) for name in names if (name in HELD_OUT_INVENTORIES) == held_out]


def _held_out(seed: int) -> dict[str, Sequence[Planted]]:
    """Parts that no training row, no training set and no training inventory has a share in."""
    rng = random.Random(seed + 1)
    sets = clean_rows(HELD_OUT)
    prose = {name: rows for name, rows in sets.items() if name in ("covid_faq", "law", "interviews", "alpaca")}
    few = {name: rows[:600] for name, rows in sets.items()}
    found = [*faulty(prose, _inventories(held_out=True), 150, rng), *exchanged(prose, 600, rng)]
    pairs = json.loads(HELD_OUT_LOOKALIKES.read_text(encoding="utf-8"))
    return {
        "faults": found,
        "clean": [Planted(*pair, set=name) for name, rows in few.items() for pair in rows],
        "lookalikes": [Planted(question, answer, set=kind) for kind, question, answer in pairs],
        "trec": _graded_all(trec()),
        "medical": _graded_all(medical()),
    }


def _graded_all(rows: Sequence[tuple[str, str, bool]]) -> list[Planted]:
    return [Planted(question, answer, "" if good else "off_question") for question, answer, good in rows]
