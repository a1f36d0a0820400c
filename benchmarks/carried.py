"""A small study of real rows that can be carried to a bare GPU machine: split, with nothing curated and no plan.

python -m benchmarks.carried --out study        # needs the real data; 1,000 training, 100 validation, 240 held-out rows

The questions are MedQuAD's on genetic conditions, as the proof draws them: no disease stands on two sides.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.proof.planting import HeldOut, PlantedRow, make
from winnow.data.files import write_jsonl, write_text
from winnow.data.records import new_record

TRAIN, VALIDATION, HELD_OUT = 1000, 100, 240
SETTINGS = "preservation:\n  share: 0\n"


def main() -> None:
    """Write the study."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True)
    write(parser.parse_args().out)


def write(folder: Path) -> None:
    """Write the three parts of the split and the settings."""
    made = make("medquad-a", 0.0, TRAIN + VALIDATION, HELD_OUT, seed=0)
    write_text(folder / "winnow.yaml", SETTINGS)
    for part, rows in (
        ("train", made.rows[:TRAIN]),
        ("validation", made.rows[TRAIN:]),
        ("held_out", made.held_out),
    ):
        write_jsonl(folder / "split" / f"{part}.jsonl", _rows(rows))


def _rows(rows: Sequence[PlantedRow] | Sequence[HeldOut]) -> list[dict[str, Any]]:
    return [
        {"id": new_record(row.question, row.answer).id, "question": row.question, "answer": row.answer}
        | ({"group": row.group} if isinstance(row, HeldOut) else {})
        for row in rows
    ]


if __name__ == "__main__":
    main()
