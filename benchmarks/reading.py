"""Measure how long reading takes, beside the readers of another checkout, in turns on the same files.

python -m benchmarks.reading --rows 1000000 --rounds 3 --other ../winnow-before

Seconds of the processor, since others may share the machine; of each side the least of all rounds counts. Each reading
is a process of its own, whose rows are counted and dropped.
"""

from __future__ import annotations

import argparse
import csv
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

MEASURED = (
    "import sys, time; from winnow.data.readers import read_rows; began = time.process_time(); "
    "rows = sum(1 for _ in read_rows(sys.argv[1])); print(rows, time.process_time() - began)"
)
NAMES = ("lines.jsonl", "table.csv", "array.json", "over_lines.csv")


def rows(count: int) -> Iterator[dict[str, object]]:
    """Yield rows as a bank's desk has them."""
    for number in range(count):
        fee = f"The fee is {number % 90} pounds a month, and it's charged on the first day of it."
        yield {"id": number, "question": f"What is the fee for account {number}?", "answer": fee, "topic": "fees"}


def write(folder: Path, count: int) -> None:
    """Write the rows in each format."""
    with (folder / "lines.jsonl").open("w") as lines:
        lines.writelines(json.dumps(row) + "\n" for row in rows(count))
    (folder / "array.json").write_text(json.dumps(list(rows(count // 4))))
    for name, size, comma in (("table.csv", count, ", "), ("over_lines.csv", count // 4, ",\n")):
        with (folder / name).open("w", newline="") as table:
            writer = csv.writer(table)
            writer.writerow(next(rows(1)))
            writer.writerows([str(cell).replace(", ", comma) for cell in row.values()] for row in rows(size))


def seconds(checkout: Path, file: Path) -> tuple[int, float]:
    """Read a file with the readers of a checkout: the number of rows, and seconds of the processor."""
    done = subprocess.run(
        [sys.executable, "-c", MEASURED, str(file)], cwd=checkout, capture_output=True, text=True, check=True
    )
    count, taken = done.stdout.split()
    return int(count), float(taken)


def main() -> None:
    """Print a line a format: rows, seconds of both sides, and their ratio."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--other", type=Path, help="a checkout to compare with")
    options = parser.parse_args()
    sides = [Path.cwd(), *([options.other] if options.other else [])]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write(folder, options.rows)
        for file in NAMES:
            rounds = [[seconds(side, folder / file) for side in sides] for _ in range(options.rounds)]
            least = [min(taken for _, taken in side) for side in zip(*rounds, strict=True)]
            ratio = f" ({least[0] / least[1]:.2f} of the other's {least[1]:.2f})" if options.other else ""
            print(f"{file}: {rounds[0][0][0]:,} rows in {least[0]:.2f} s{ratio}", flush=True)


if __name__ == "__main__":
    main()
