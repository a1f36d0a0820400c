"""Measure what the whole of curation costs as the rows grow: seconds, processor seconds, memory and rows a second.

python -m benchmarks.growth --rows 10000 100000 1000000 --out /tmp/growth
python -m benchmarks.growth --rows 74000 --again        # and once more with caches, at other settings
python -m benchmarks.growth --rows 74000 --add --check  # 100 rows more, then 1,000, against cold; the same rows out?

Rows are real ones, then real ones about other things: rare words and numbers exchanged, in the answer too, and every
tenth a copy of an earlier row. Each size runs in a process of its own; its memory counts the processes it starts.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any

import psutil

from benchmarks import realdata, wordings
from benchmarks.planted import COPIES, Editor
from curation.stage import curate_sources
from winnow.config import load
from winnow.data.files import file_hash
from winnow.study.workspace import Curated

RARE = 20  # rows up to which a word of a question is a thing's name
LATE = 2_000  # rows before the present one of which it may be a copy
ADDED = (100, 1_000)  # rows that come after the cold run, each in a file of its own
OUT = ("kept.jsonl", "removed.jsonl", "flagged.jsonl")
TOKEN = re.compile(r"\d+|[^\W\d_]{4,}")


def grown(size: int, seed: int) -> Iterator[dict[str, str]]:
    """Yield `size` rows: the real ones in any order, then variants and copies without end."""
    rng = random.Random(seed)
    real = [{name: row[name] for name in ("question", "answer")} for row in realdata.load_all()]
    rng.shuffle(real)
    yield from real[:size]
    counts = Counter(word for row in real for word in set(TOKEN.findall(row["question"].lower())))
    names = sorted(word for word, rows in counts.items() if rows <= RARE and word.isalpha())
    rare, editor = frozenset(names), Editor(rng, wordings.SETS["dev"], real)
    late = real[:LATE]
    for _ in range(size - len(real)):
        row = _copy(rng.choice(late), editor) if rng.random() < 0.1 else _variant(rng.choice(real), rare, names, rng)
        late[rng.randrange(LATE)] = row
        yield row


def _variant(row: dict[str, str], rare: frozenset[str], names: Sequence[str], rng: random.Random) -> dict[str, str]:
    """Exchange the rare words and the numbers of the question throughout the row."""
    asked = dict.fromkeys(word.lower() for word in TOKEN.findall(row["question"]))
    new = {word: rng.choice(names) if word in rare else str(rng.randrange(10_000))
           for word in asked if word in rare or word.isdigit()}  # fmt: skip

    def exchange(found: re.Match[str]) -> str:
        other = new.get(found[0].lower(), found[0])
        return other.capitalize() if found[0][0].isupper() else other

    return {name: TOKEN.sub(exchange, text) for name, text in row.items()}


def _copy(row: dict[str, str], editor: Editor) -> dict[str, str]:
    question, answer = getattr(editor, editor.rng.choice(COPIES))(row["question"], row["answer"])
    return {"question": question, "answer": answer}


class Meter:
    """What each stage costs, read from outside while it runs; a line of progress for each that ends."""

    def __init__(self) -> None:
        self.stages: dict[str, dict[str, float]] = {}
        self._peaks: dict[str, list[float]] = {}  # of the stages that run
        threading.Thread(target=self._watch, daemon=True).start()

    def _watch(self) -> None:
        while True:
            began, now = time.perf_counter(), _memory()
            for peak in self._peaks.copy().values():
                peak[0] = max(peak[0], now)
            time.sleep(max(0.2, 20 * (time.perf_counter() - began)))  # what is measured is hardly slowed by it

    @contextmanager
    def __call__(self, name: str, total: int | None = None) -> Iterator[Any]:
        """Meter one stage, as the pipeline's progress."""
        began, spent, self._peaks[name] = time.perf_counter(), _processor(), [_memory()]
        yield lambda steps: None
        self.stages[name] = {
            "seconds": round(time.perf_counter() - began, 1),
            "cpu_seconds": round(_processor() - spent, 1),
            "peak_gib": round(max(*self._peaks.pop(name), _memory()), 2),
        }
        print(f"{time.strftime('%H:%M:%S')} {name} {json.dumps(self.stages[name])}", file=sys.stderr, flush=True)


def _memory() -> float:
    """Return the GiB of this process and those it started; pages that they share count once."""
    total = 0
    for process in (psutil.Process(), *psutil.Process().children(recursive=True)):
        try:
            total += process.memory_full_info().pss
        except psutil.Error:  # it ended meanwhile
            continue
    return total / 2**30


def _processor() -> float:
    times = psutil.Process().cpu_times()
    return float(times.user + times.system + times.children_user + times.children_system)


def measure(sources: Sequence[Path], out: Path, overrides: Sequence[str] = ()) -> dict[str, Any]:
    """Curate files and return what each stage cost."""
    meter = Meter()
    with meter("whole"):
        report = curate_sources(list(map(str, sources)), Curated(out), load(None, list(overrides)), progress=meter)
    rows = report["input"]
    rates = {name: {**cost, "rows_per_second": round(rows / max(0.1, cost["seconds"]))}
             for name, cost in meter.stages.items()}  # fmt: skip
    return {**{name: report[name] for name in ("input", "kept", "removed", "flagged")}, "stages": rates}


def _write(rows: Iterator[dict[str, str]], source: Path) -> Path:
    with source.open("w", encoding="utf-8", errors="surrogatepass") as file:
        for row in rows:
            file.write(json.dumps(row, ensure_ascii=False) + "\n")
    return source


def _runs(folder: Path, rows: int, seed: int, options: argparse.Namespace) -> Iterator[tuple[str, dict[str, Any]]]:
    source, out = grown(rows + sum(ADDED), seed), folder / str(rows)
    shutil.rmtree(out, ignore_errors=True)
    sources = [_write(islice(source, rows), folder / f"{rows}.jsonl")]
    cold = measure(sources, out)
    yield "cold", cold
    if options.again:
        yield "other limits", measure(sources, out, ["quality.echo.flag=0.55", "duplicates.lexical=0.92"])
    for added in ADDED if options.add else ():
        sources.append(_write(islice(source, added), folder / f"{rows}-{added}.jsonl"))
        found = measure(sources, out)
        yield f"{added} rows more", {**found, "of cold": _ratios(found, cold)}
    if options.check:
        whole = folder / f"{rows}-cold"
        shutil.rmtree(whole, ignore_errors=True)
        measure(sources, whole)
        yield "cold on all", {"same": {name: file_hash(out / name) == file_hash(whole / name) for name in OUT}}


def _ratios(found: dict[str, Any], cold: dict[str, Any]) -> dict[str, float]:
    """Divide the seconds, and the processor's, by those of the cold run of the same process."""
    whole, before = found["stages"]["whole"], cold["stages"]["whole"]
    return {name: round(whole[name] / before[name], 3) for name in ("seconds", "cpu_seconds")}


def main() -> None:
    """Run one size after the other, each in a process of its own, and print one JSON object a run."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--again", action="store_true", help="run again with other settings")
    parser.add_argument("--add", action="store_true", help="add 100 rows, then 1,000, and compare with the cold run")
    parser.add_argument("--check", action="store_true", help="then curate all in an empty folder: the same rows out?")
    parser.add_argument("--out", type=Path, help="folder for the rows and what is made of them; else a temporary one")
    options = parser.parse_args()
    if len(options.rows) > 1:
        for rows in options.rows:
            given = ["--out", str(options.out)] if options.out else []
            given += [f"--{name}" for name in ("again", "add", "check") if getattr(options, name)]
            command = [sys.executable, "-m", "benchmarks.growth", "--rows", str(rows), "--seed", str(options.seed)]
            subprocess.run([*command, *given], check=True)
        return
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.out or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        for name, result in _runs(folder, options.rows[0], options.seed, options):
            print(json.dumps({"run": name, **result}), flush=True)


if __name__ == "__main__":
    main()
