"""Plant every file of the plan and curate it as a user would: by the settings' defaults, the labels unseen.

python -m benchmarks.proof.curate --out proof [--only medquad-a-30]       # needs the real data; minutes a file

Writes a folder a file: `planted.jsonl` (with the labels), `held_out.jsonl`, `source.jsonl` and `curated/`.
"""

from __future__ import annotations

import argparse
import time
from dataclasses import asdict
from pathlib import Path

from benchmarks.proof.plan import PLAN, StudyFile
from benchmarks.proof.planting import make
from curation.stage import curate_sources
from winnow.config import Config
from winnow.data.files import write_json, write_jsonl
from winnow.study.workspace import Curated


def main() -> None:
    """Plant and curate what isn't there yet."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=Path("proof"))
    parser.add_argument("--only", action="append", help="a file's name; repeatable")
    options = parser.parse_args()
    for file in PLAN.files:
        if options.only is None or file.name in options.only:
            print(file.name, f"{curate(file, options.out / file.name):.0f} s", flush=True)


def curate(file: StudyFile, folder: Path) -> float:
    """Write the planted file and curate its source; give the seconds that curation took."""
    fields = PLAN.fields
    planted = make(file.pool, file.strength, fields["rows"], fields["held_out"], fields["planting_seed"])
    write_jsonl(folder / "planted.jsonl", map(asdict, planted.rows))
    write_jsonl(folder / "held_out.jsonl", map(asdict, planted.held_out))
    source = folder / "source.jsonl"
    write_jsonl(source, ({"question": row.question, "answer": row.answer} for row in planted.rows))
    began = time.perf_counter()
    curate_sources([str(source)], Curated(folder / "curated"), Config())
    seconds = time.perf_counter() - began
    if not (folder / "seconds.json").exists():
        write_json(folder / "seconds.json", {"curation": round(seconds, 1)})
    return seconds


if __name__ == "__main__":
    main()
