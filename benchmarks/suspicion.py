"""Fit the default order of suspicion on planted faults, and measure it on sets and wordings that it never saw.

    python -m benchmarks.suspicion plant --out work      # measure planted files: minutes on two cores
    python -m benchmarks.suspicion fit --out work        # → curation/suspicion/weights.json and the figures

Sets and clones as in `benchmarks.reader.sets`. A planted fault counts as bad; what else is wrong in those sets counts
as good, so that calibration is a little worse than it looks and AUC a little better.
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from benchmarks.defects import FAULTS, PLANTS, Inventory, read_inventory
from benchmarks.reader.sets import HELD_OUT_INVENTORIES, Pair, clean_rows
from curation.corpus.corpus import learn
from curation.fit.load import load_tools
from curation.signals import measuring
from curation.suspicion.evidence import EVIDENCE, evidence_of
from curation.suspicion.model import WEIGHTS, fitted, suspicion
from winnow.config import QualityConfig
from winnow.data.files import write_json
from winnow.data.records import new_record, number_copies, to_table
from winnow.models.embedder import Embedder
from winnow.models.word_vectors import word_vectors
from winnow.statistics import auc, calibration_error

TRAINING = (
    "dolly", "medquad", "halueval", "gsm8k", "mmlu", "self_instruct", "tatqa", "doctors", "counsel", "passages",
)  # fmt: skip
HELD_OUT = ("covid_faq", "law", "alpaca", "interviews", "bank_faq")
ROWS = 400  # of a set
BAD = 0.15  # of them
SWAPPED = 4  # kinds that the swapped answers count as: no other fault is as common
LONG = 13  # words of an answer that can be cut, or spoiled otherwise, and still be one


def main() -> None:
    """Plant and measure, or fit."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.suspicion", description=__doc__)
    parser.add_argument("what", choices=("plant", "fit"))
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    if options.what == "plant":
        options.out.mkdir(parents=True, exist_ok=True)
        plant(options.out)
    else:
        print(json.dumps(fit(options.out), indent=1))


def plant(out: Path) -> None:
    """Write the signals of each planted set that isn't there yet, with a column `kind`."""
    embedder = Embedder("all-minilm-l6-v2", out / "cache")
    names = [path.stem for path in FAULTS.glob("*.json")]
    for sets, of_held_out in ((TRAINING, False), (HELD_OUT, True)):
        chosen = [name for name in sorted(names) if (name in HELD_OUT_INVENTORIES) == of_held_out]
        inventories = [read_inventory(name) for name in chosen]
        for name, rows in clean_rows(sets, seed=7).items():
            if (out / f"{name}.parquet").exists():
                continue
            rng = random.Random(name)
            pairs = rng.sample(rows, min(ROWS, len(rows)))
            values, kinds = measured(list(planted(pairs, inventories, rng)), embedder)
            pq.write_table(values.append_column("kind", pa.array(kinds)), out / f"{name}.parquet")
            print(name, len(pairs), flush=True)


def planted(
    pairs: Sequence[Pair], inventories: Sequence[Inventory], rng: random.Random
) -> Iterator[tuple[str, str, str]]:
    """Yield (question, answer, kind): BAD of the rows get a fault of a kind by chance, the others ""."""
    bad = set(rng.sample(range(len(pairs)), round(BAD * len(pairs))))
    kinds = [*PLANTS, *["swapped"] * SWAPPED]
    for at, pair in enumerate(pairs):
        kind = rng.choice(kinds) if at in bad else ""
        if kind and len(pair.answer.split()) < LONG:
            kind = "swapped"
        if kind == "swapped":
            yield pair.question, rng.choice(pairs).answer, kind
        elif kind:
            wordings, make = PLANTS[kind]
            inventory = rng.choice([one for one in inventories if not wordings or one.get(wordings)])
            yield *make(pair.question, pair.answer, rng, inventory.get(wordings, ())), kind
        else:
            yield *pair, ""


def measured(rows: Sequence[tuple[str, str, str]], embedder: Embedder) -> tuple[pa.Table, list[str]]:
    """Measure the rows as one file."""
    table = to_table(number_copies(new_record(question, answer) for question, answer, _ in rows))
    tools = load_tools(QualityConfig(), "", embedder)
    return measuring.measure(table, learn(table, word_vectors(embedder)), tools), [kind for _, _, kind in rows]


def fit(out: Path) -> dict[str, Any]:
    """Fit on the training sets, write the weights, and measure on the held-out ones."""
    evidence, bad = _read(out, TRAINING)
    weights = fitted(evidence, bad)
    held_out = {name: _read(out, [name]) for name in HELD_OUT if (out / f"{name}.parquet").exists()}
    found = {name: suspicion(part, weights) for name, (part, _) in held_out.items()}
    every = np.concatenate([*found.values()]), np.concatenate([labels for _, labels in held_out.values()])
    figures = {
        "rows": len(bad),
        "held-out rows": len(every[0]),
        "AUC": auc(*every).as_dict(),
        "calibration error": calibration_error(*every).as_dict(),
        "AUC by set": {name: auc(found[name], labels).as_dict() for name, (_, labels) in held_out.items()},
    }
    named = dict(zip(EVIDENCE, np.round(weights.weights, 4).tolist(), strict=True))
    write_json(WEIGHTS, {"intercept": round(weights.intercept, 4), "weights": named, "figures": figures})
    return {"weights": named, **figures}


def _read(out: Path, names: Sequence[str]) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    tables = [pq.read_table(out / f"{name}.parquet") for name in names]
    evidence = np.concatenate([evidence_of(table) for table in tables])
    return evidence, np.concatenate([np.array(table["kind"].to_pylist()) != "" for table in tables])


if __name__ == "__main__":
    main()
