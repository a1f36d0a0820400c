"""Measure whether questions of one template are told apart: near pairs that ask about different things must stay.

python -m benchmarks.told_apart

Near pairs are those with a cosine of at least 0.9 in character n-grams among the first 8,000 MedQuAD questions; the
set's own labels `focus` and `qtype` say which of them ask the same.
"""

from __future__ import annotations

import json

import numpy as np

from benchmarks import realdata
from benchmarks.curation import as_table
from benchmarks.planted import Planted
from curation.pairs import candidates
from curation.steps import duplicates
from winnow.config import DuplicatesConfig
from winnow.data.files import cache_folder
from winnow.models.embedder import Embedder

ROWS = 8_000
NEAR = 0.9


def near_pairs(questions: list[str]) -> list[tuple[int, int]]:
    """Return the pairs that an embedding or n-gram deduplicator would merge at 0.9."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    vectors = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 4), dtype=np.float32).fit_transform(questions)
    found = []
    for start in range(0, len(questions), 500):
        one, other = np.nonzero((vectors[start : start + 500] @ vectors.T).toarray() >= NEAR)
        found += [(a + start, b) for a, b in zip(one.tolist(), other.tolist(), strict=True) if a + start < b]
    return found


def main() -> None:
    """Run and print one JSON object."""
    rows = realdata.load("medquad")[:ROWS]
    table, ids = as_table([Planted(row["question"], row["answer"], "medquad", "original", 0) for row in rows])
    config = DuplicatesConfig()
    pairs = candidates.find(table, config, Embedder("all-minilm-l6-v2", cache_folder()))
    twin = {d.id: d.evidence["twin"] for d in duplicates.decide(pairs, table, config) if d.action == "remove"}
    labels = [(row["focus"].casefold(), row["qtype"]) for row in rows]
    near = near_pairs([row["question"] for row in rows])
    different = [(a, b) for a, b in near if labels[a] != labels[b]]
    merged = sum(twin.get(ids[a], ids[a]) == twin.get(ids[b], ids[b]) for a, b in different)
    label = dict(zip(ids, labels, strict=True))
    wrong = sum(label[one] != label[other] for one, other in twin.items())
    out = {"near_pairs": len(near), "different": len(different), "told_apart": 1 - merged / max(1, len(different))}
    print(json.dumps({**out, "removed": len(twin), "removed_of_another_label": wrong}, indent=1))


if __name__ == "__main__":
    main()
