"""Time the metrics on real pairs, on one core.

python -m benchmarks.metrics --pairs 15000

An answer of MedQuAD is held against itself with a fifth of its words left out, so that both sides are of real length.
"""

from __future__ import annotations

import argparse
import random
import sys
import time

from benchmarks.realdata import load


def make_pairs(count: int, seed: int = 0) -> list[dict[str, str]]:
    """Give `count` rows of reference and prediction, the answers repeated when they run out."""
    rng = random.Random(seed)
    answers = [row["answer"] for row in load("medquad")]
    rows = []
    for place in range(count):
        answer = answers[place % len(answers)]
        kept = [word for word in answer.split() if rng.random() < 0.8]
        rows.append({"reference": answer, "prediction": " ".join(kept)})
    return rows


def main() -> None:
    """Print CPU seconds a metric, and the whole with and without chrF."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--pairs", type=int, default=15_000)
    rows = make_pairs(parser.parse_args().pairs)
    characters = sum(len(row["reference"]) + len(row["prediction"]) for row in rows) / (2 * len(rows))
    print(f"{len(rows):,} pairs, {characters:,.0f} characters a text")

    start = time.process_time()
    from evaluation.metrics import LEXICAL, score_rows

    print(f"{time.process_time() - start:6.2f} s  import")
    for name in LEXICAL:
        begin = time.process_time()
        figure = score_rows(rows, metrics=[name]).figures[name].interval
        print(f"{time.process_time() - begin:6.2f} s  {name:14} {figure.estimate:.4f}  n = {figure.n:,}")
    without = [name for name in LEXICAL if name != "chrf"]
    for label, names in (("all but chrf", without), ("all lexical", list(LEXICAL))):
        begin = time.process_time()
        score_rows(rows, metrics=names)
        print(f"{time.process_time() - begin:6.2f} s  {label}")
    print(f"torch imported: {'torch' in sys.modules}")


if __name__ == "__main__":
    main()
