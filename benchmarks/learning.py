"""How well a few verdicts find further bad answers: real answers that people judged (HaluEval, general).

python -m benchmarks.learning --rows 1000 --json learning.json
"""

from __future__ import annotations

import argparse
import json
import random
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.realdata import read
from curation.corpus.corpus import learn as learn_corpus
from curation.labelling.learning import learn
from curation.signals import measuring
from winnow.config import LabellingConfig
from winnow.data.files import write_table
from winnow.data.ledger import Decision
from winnow.data.records import Record, new_record, number_copies, to_table
from winnow.models.embedder import Embedder
from winnow.statistics import auc, wilson
from winnow.study.workspace import Curated

VERDICTS = (100, 200, 400)
LOOKED_AT = 50  # rows at the top of the ranking that people would see next


def main() -> None:
    """Print, for each number of verdicts, the AUC on all other rows and the share of bad rows at the top."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1000)
    parser.add_argument("--json", type=Path)
    asked = parser.parse_args()
    rows = read("halueval/general.jsonl.gz")
    random.Random(0).shuffle(rows)
    pairs = [(row["question"], row["answer"], row["bad"]) for row in rows[: asked.rows]]
    records = list(number_copies(new_record(question, answer) for question, answer, _ in pairs))
    bad = {record.id: wrong for record, (_, _, wrong) in zip(records, pairs, strict=True)}
    with tempfile.TemporaryDirectory() as folder:
        figures = {f"{count} verdicts": measure(Path(folder) / str(count), records, bad, count) for count in VERDICTS}
    print(json.dumps(figures, indent=2))
    if asked.json:
        asked.json.write_text(json.dumps(figures, indent=2))


def measure(root: Path, records: list[Record], bad: dict[str, bool], count: int) -> dict[str, Any]:
    """Let people judge the first `count` rows and rank the others."""
    curated = Curated(root)
    table = to_table(records)
    write_table(curated.records_file, table)
    write_table(curated.signals_file, measuring.measure(table, learn_corpus(table)))
    for record in records[:count]:
        curated.ledger.append(Decision(record.id, "label", "remove" if bad[record.id] else "restore", "x", by="ada"))
    embedder = Embedder("all-minilm-l6-v2", root.parent / "cache")
    learned = learn(curated, root / "labelling", LabellingConfig(), embedder.embed)
    truth = [bad[id_] for id_, _ in learned.ranked]
    return {
        "cross-validated AUC": str(learned.auc),
        "AUC on the rows not judged": str(auc([chance for _, chance in learned.ranked], truth)),
        f"bad rows among the first {LOOKED_AT}": str(wilson(sum(truth[:LOOKED_AT]), LOOKED_AT)),
        "bad rows among all": str(wilson(sum(truth), len(truth))),
    }


if __name__ == "__main__":
    main()
