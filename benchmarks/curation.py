"""Measure what curation finds of planted copies, contradictions and leaks, and what it costs.

python -m benchmarks.curation --rows 8000 --copies 1400 --wordings fresh
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Any

import pyarrow as pa

from benchmarks import realdata, wordings
from benchmarks.planted import CONTRADICTIONS, COPIES, TRAPS, Planted, plant
from curation.pairs import candidates
from curation.steps import contradictions, duplicates
from winnow.config import Config
from winnow.data.files import cache_folder
from winnow.data.ledger import Decision
from winnow.data.records import new_record, number_copies, to_table
from winnow.models.embedder import Embedder


def corpus(rows: int, copies: int, seed: int, name: str) -> list[Planted]:
    """Plant over a seeded sample of the real rows, enlarged where there are too few."""
    real = realdata.load_all()
    sample = random.Random(seed).sample(real, min(rows, len(real)))
    return plant(realdata.enlarged(sample, rows, seed), copies, seed, wordings.SETS[name])


def as_table(planted: Sequence[Planted]) -> tuple[pa.Table, list[str]]:
    """Return the records table and each planted row's id."""
    rows = (new_record(row.question, row.answer, row.source, line) for line, row in enumerate(planted, start=1))
    records = list(number_copies(rows))
    return to_table(records), [record.id for record in records]


def score_removals(planted: Sequence[Planted], ids: Sequence[str], decisions: Sequence[Decision]) -> dict[str, Any]:
    """Count surplus copies that left, and removed rows that aren't copies of the row that stayed for them."""
    row_of = dict(zip(ids, planted, strict=True))
    removed = {d.id: d.evidence["twin"] for d in decisions if d.action == "remove"}
    sizes = Counter(row.group for row in planted)
    surplus = sum(size - 1 for size in sizes.values())
    right = {id_ for id_, twin in removed.items() if row_of[id_].group == row_of[twin].group}
    wrong = Counter(f"{row_of[i].kind} > {row_of[t].kind}" for i, t in removed.items() if i not in right)
    kinds: dict[str, list[bool]] = defaultdict(list)
    gone_groups = Counter(row_of[id_].group for id_ in right)
    for id_, row in row_of.items():
        if row.kind in COPIES:  # found: it left, or its original left for it
            kinds[row.kind].append(id_ in right or gone_groups[row.group] >= sizes[row.group] - 1)
    return {
        "surplus": surplus,
        "removed": len(removed),
        "recall": round(len(right) / max(1, surplus), 4),
        "precision": round(len(right) / max(1, len(removed)), 4),
        "recall_by_kind": {kind: round(sum(k) / len(k), 3) for kind, k in sorted(kinds.items())},
        "wrong": dict(wrong.most_common(12)),
        "sides_lost": sides_lost(planted, ids, removed),
        "merged_traps": {
            kind: f"{sum(1 for i, t in removed.items() if i not in right and kind in (row_of[i].kind, row_of[t].kind))}"
            f" of {sum(row.kind == kind for row in planted)}"
            for kind in (*TRAPS, *CONTRADICTIONS)
        },
    }


def sides_lost(planted: Sequence[Planted], ids: Sequence[str], removed: dict[str, str]) -> dict[str, int]:
    """Count planted contradictions of which one side is gone because its last row left for a row of the other side."""
    group_of = {id_: row.group for id_, row in zip(ids, planted, strict=True)}
    standing = {group_of[id_] for id_ in ids if id_ not in removed}
    left_for = {(group_of[id_], group_of[twin]) for id_, twin in removed.items()}
    lost = Counter(
        row.kind
        for row in planted
        for one, other in ((row.group, planted[row.of].group), (planted[row.of].group, row.group))
        if row.kind in CONTRADICTIONS and one not in standing and (one, other) in left_for
    )
    return dict(lost)


def score_flags(planted: Sequence[Planted], ids: Sequence[str], decisions: Sequence[Decision]) -> dict[str, Any]:
    """Share of planted contradictions that are flagged in one group with the row they contradict, or a copy of it."""
    row_of = dict(zip(ids, planted, strict=True))
    partners = {d.id: {row_of[id_].group for id_ in d.evidence["group"]} for d in decisions}
    found: dict[str, list[bool]] = defaultdict(list)
    for id_, row in row_of.items():
        if row.kind in CONTRADICTIONS:
            found[row.kind].append(planted[row.of].group in partners.get(id_, ()))
    flagged = sum(row_of[id_].kind == "original" for id_ in partners)
    share = flagged / max(1, sum(row.kind == "original" for row in planted))
    return {"flagged": {k: round(sum(v) / len(v), 3) for k, v in found.items()}, "originals_flagged": round(share, 4)}


def main() -> None:
    """Run the benchmark and print one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=6600)
    parser.add_argument("--copies", type=int, default=1400)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--wordings", choices=list(wordings.SETS), default="dev")
    options = parser.parse_args()
    planted = corpus(options.rows, options.copies, options.seed, options.wordings)
    table, ids = as_table(planted)
    config = Config()
    started = time.perf_counter()
    embedder = Embedder("all-minilm-l6-v2", cache_folder())
    pairs = candidates.find(table, config.duplicates, embedder)
    found = time.perf_counter()
    removals = duplicates.decide(pairs, table, config.duplicates)
    decided = time.perf_counter()
    result = {
        "rows": len(ids),
        "pairs": len(pairs),
        "seconds": {"find": round(found - started, 1), "decide": round(decided - found, 2)},
        "peak_gib": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20, 2),
        **score_removals(planted, ids, removals),
        **score_flags(planted, ids, contradictions.decide(pairs, table, config.contradictions)),
    }
    print(json.dumps(result, indent=1))


if __name__ == "__main__":
    main()
