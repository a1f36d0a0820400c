"""Compare two models' answers to the same questions, and read the ones that changed most.

python examples/compare_two_models.py                             # the demo's base and tuned model, 40 questions
python examples/compare_two_models.py base.jsonl tuned.jsonl      # rows of id, question, reference, prediction
"""

from __future__ import annotations

import sys
from pathlib import Path

from winnow import compare, review_table

ANSWERS = Path(__file__).parent / "answers"


def main(base: str | Path, tuned: str | Path) -> None:
    """Print each metric's paired difference, then the largest loss and the largest gain."""
    for name, row in compare(base, tuned, ["token_f1", "rouge_l"]).metrics.items():
        low, high = row.difference.low, row.difference.high
        told = "a difference" if row.is_difference else "can't tell"
        print(f"{name}: {row.difference.estimate:+.3f} [{low:+.3f}, {high:+.3f}], n = {row.difference.n}: {told}")
    table = review_table(base, tuned).to_pylist()
    scored = [row for row in table if row["gain"] is not None]
    for title, row in (("largest loss", scored[0]), ("largest gain", scored[-1])):
        print(f"\n{title} ({row['gain']:+.2f}): {row['question']}\n  base:  {row['base']}\n  tuned: {row['tuned']}")


if __name__ == "__main__":
    given = sys.argv[1:3]
    main(*given) if given else main(ANSWERS / "base.jsonl", ANSWERS / "tuned.jsonl")
