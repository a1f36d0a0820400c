"""Compare two models' answers to the same questions, and read the ones that changed most.

python examples/compare_two_models.py base.jsonl tuned.jsonl
"""

from __future__ import annotations

import sys

from winnow import compare, review_table


def main(base: str, tuned: str) -> None:
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
    main(*sys.argv[1:3])
