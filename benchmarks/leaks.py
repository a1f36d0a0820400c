"""Measure how many planted leaks of a held-out file are found, and how many clean rows are taken for leaks.

python -m benchmarks.leaks --wordings fresh
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Any

from benchmarks import realdata, wordings
from benchmarks.curation import as_table
from benchmarks.planted import Editor, Planted
from curation.steps import contamination
from winnow.config import ContaminationConfig
from winnow.data.files import cache_folder
from winnow.models.embedder import Embedder

LEAKS = ["exact", "case", "typos", "html", "template_question", "template_both", "word_edited", "edited_question"]


def plant_leaks(
    rows: Sequence[dict[str, Any]], items: int, seed: int, name: str
) -> tuple[list[Planted], list[Planted]]:
    """Return training rows, some of which leak, and the held-out items; clean rows ask what no item asks."""
    rng = random.Random(seed)
    rows = list(rows)
    rng.shuffle(rows)
    held_out = [Planted(row["question"], row["answer"], row["source"], "item", n) for n, row in enumerate(rows[:items])]
    asked = {" ".join(item.question.lower().split()) for item in held_out}
    clean = [row for row in rows[items:] if " ".join(row["question"].lower().split()) not in asked]
    training = [Planted(row["question"], row["answer"], row["source"], "clean", -1) for row in clean]
    editor = Editor(rng, wordings.SETS[name], rows)
    for number, item in enumerate(held_out):
        kind = LEAKS[number % len(LEAKS)]
        question, answer = getattr(editor, kind)(item.question, item.answer)
        if kind == "exact" or (question, answer) != (item.question, item.answer):
            training.append(Planted(question, answer, item.source, kind, number, number))
    return training, held_out


def main() -> None:
    """Run the benchmark on all sets and on the template data alone, and print one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=8000)
    parser.add_argument("--items", type=int, default=800)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--wordings", choices=list(wordings.SETS), default="dev")
    options = parser.parse_args()
    sets = {"all": realdata.load_all(), "medquad": realdata.load("medquad")}
    print(json.dumps({name: measure(rows, options) for name, rows in sets.items()}, indent=1))


def measure(rows: list[dict[str, Any]], options: argparse.Namespace) -> dict[str, Any]:
    """Find the leaks in a sample of rows; count by kind."""
    sample = random.Random(options.seed).sample(rows, min(options.rows, len(rows)))
    training, held_out = plant_leaks(sample, options.items, options.seed, options.wordings)
    table, ids = as_table(training)
    item_table, _ = as_table(held_out)
    started = time.perf_counter()
    embedder = Embedder("all-minilm-l6-v2", cache_folder())
    removed = {d.id for d in contamination.decide(table, item_table, ContaminationConfig(), embedder)}
    found: dict[str, list[bool]] = defaultdict(list)
    for id_, row in zip(ids, training, strict=True):
        found[row.kind].append(id_ in removed)
    clean = found.pop("clean")
    return {
        "rows": len(training),
        "seconds": round(time.perf_counter() - started, 1),
        "found": round(sum(map(sum, found.values())) / sum(map(len, found.values())), 4),
        "found_by_kind": {kind: round(sum(hits) / len(hits), 3) for kind, hits in found.items()},
        "clean_removed": round(sum(clean) / len(clean), 4),
        "kinds": dict(Counter(row.kind for row in training)),
    }


if __name__ == "__main__":
    main()
