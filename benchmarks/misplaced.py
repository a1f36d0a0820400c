"""Plant answers of other rows and of other sets, and rows of other sets; count what the signals from meaning find.

    python -m benchmarks.misplaced --rows 1500       # recall, and the share of clean rows flagged, set by set

An answer of fewer than six words has no topic of its own: such rows aren't planted in, and count among the clean.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks import realdata
from curation.corpus.corpus import learn
from curation.fit.load import load_tools
from curation.fit.vectors import SHORT
from curation.signals import measuring
from curation.steps import quality
from winnow.config import QualityConfig
from winnow.data.records import new_record, number_copies, to_table
from winnow.models.embedder import Embedder
from winnow.models.word_vectors import word_vectors

SETS = ("medquad", "covid_faq", "halueval", "gsm8k", "pandalm", "mmlu", "self_instruct", "tatqa")
SWAPPED, ELSEWHERE = 0.05, 0.02  # of the rows
FOREIGN = 0.01  # what is foreign is rare, or it would be a topic of its own
SIGNALS = {"swapped": "off_question", "elsewhere": "off_question", "foreign": "outlier"}

Row = dict[str, Any]


def plant(rows: Sequence[Row], foreign: Sequence[Row], rng: random.Random) -> list[tuple[str, str, str]]:
    """Return (question, answer, kind): the rows, some with other answers, and foreign rows."""
    count, few = max(8, round(SWAPPED * len(rows))), max(8, round(ELSEWHERE * len(rows)))
    long = [i for i, row in enumerate(rows) if len(row["answer"].split()) > SHORT]
    chosen = rng.sample(long, min(count + few, len(long)))
    swapped, elsewhere = chosen[:-few], chosen[-few:]
    answers = {i: (rows[j]["answer"], "swapped") for i, j in zip(swapped, [*swapped[1:], *swapped[:1]], strict=True)}
    told = [row["answer"] for row in foreign if len(row["answer"].split()) > SHORT]
    answers |= {i: (rng.choice(told), "elsewhere") for i in elsewhere}
    planted = [(row["question"], *answers.get(i, (row["answer"], ""))) for i, row in enumerate(rows)]
    planted += [
        (row["question"], row["answer"], "foreign")
        for row in rng.sample(list(foreign), max(4, round(FOREIGN * len(rows))))
    ]
    rng.shuffle(planted)
    return planted


def measure(name: str, rows: int, embedder: Embedder, seed: int) -> dict[str, Any]:
    """Plant in one set and give recall by kind, and the share of clean rows that each signal flags."""
    rng = random.Random(seed)
    own = realdata.load(name)
    rng.shuffle(own)
    planted = plant(own[:rows], [row for other in SETS if other != name for row in realdata.load(other)[:200]], rng)
    records = number_copies(new_record(question, answer) for question, answer, _ in planted)
    table = to_table(records)
    tools = load_tools(QualityConfig(), "", embedder)
    values = measuring.measure(table, learn(table, word_vectors(embedder)), tools)
    found = {signal: _flagged(values, table, signal) for signal in SIGNALS.values()}
    kinds = dict(zip(table["id"].to_pylist(), (kind for _, _, kind in planted), strict=True))
    result: dict[str, Any] = {"rows": len(planted)}
    for kind, signal in SIGNALS.items():
        ids = [id_ for id_, planted_kind in kinds.items() if planted_kind == kind]
        clean = [id_ for id_, planted_kind in kinds.items() if not planted_kind]
        result[kind] = {
            "found": round(sum(id_ in found[signal] for id_ in ids) / max(1, len(ids)), 3),
            "n": len(ids),
            "clean": round(sum(id_ in found[signal] for id_ in clean) / len(clean), 4),
        }
    return result


def _flagged(values: Any, table: Any, signal: str) -> set[str]:
    decisions = quality.decide(values, table, QualityConfig())
    return {decision.id for decision in decisions if decision.evidence["signal"] == signal}


def main() -> None:
    """Print each set's figures as a line of JSON, and the CPU seconds of all."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1500, help="rows of each set")
    parser.add_argument("--sets", nargs="*", default=SETS)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--cache", type=Path, help="folder of embeddings to keep; a temporary one by default")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        embedder = Embedder("all-minilm-l6-v2", options.cache or Path(folder))
        for name in options.sets:
            print(name, json.dumps(measure(name, options.rows, embedder, options.seed)), flush=True)
    spent = resource.getrusage(resource.RUSAGE_SELF)
    print("CPU seconds", round(spent.ru_utime + spent.ru_stime, 1), "texts embedded", embedder.embedded)


if __name__ == "__main__":
    main()
