"""The signals on files of strangers: clean sets that the reader never saw, files full of faults, answers people graded.

    python -m benchmarks.strangers clean          # share of clean rows flagged, a set a file
    python -m benchmarks.strangers frequent       # a fifth swapped, a tenth cut off, a tenth boilerplate and markup
    python -m benchmarks.strangers graded         # AUC of off_question and suspicion against people's grades
    python -m benchmarks.strangers graded --rows 900    # of whole questions drawn by chance, up to so many rows a set

Sets and clones as in `benchmarks.reader.sets`. Contradictions aren't looked for. Nothing here prints a row.
"""

from __future__ import annotations

import argparse
import random
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import partial
from itertools import pairwise
from pathlib import Path

import numpy as np
import pyarrow as pa

from benchmarks import realdata
from benchmarks.defects import PLANTS, read_inventory
from benchmarks.reader.sets import HELD_OUT_INVENTORIES, Graded, clean_rows, medical, trec
from curation.corpus.corpus import learn
from curation.fit.load import load_tools
from curation.signals import measuring
from curation.steps import quality
from curation.suspicion.evidence import evidence_of
from curation.suspicion.model import suspicion, usual_weights
from winnow.config import QualityConfig
from winnow.data.records import new_record, number_copies, to_table
from winnow.models.embedder import Embedder
from winnow.models.word_vectors import word_vectors
from winnow.statistics import auc

CLEAN = ("covid_faq", "law", "alpaca", "interviews", "bank_faq")
ROWS = 400  # of a clean set
FAULTY_ROWS, SHORTEST, LONGEST = 1500, 12, 70  # rows of MedQuAD, and the words of their answers
SWAPPED, CUT, SPOILED = 0.2, 0.1, 0.1  # shares of them

Table = list[tuple[str, str]]


def main() -> None:
    """Print one of the three."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.strangers", description=__doc__)
    parser.add_argument("what", choices=("clean", "frequent", "graded"))
    parser.add_argument("--rows", type=int, help="graded rows of a set; all by default")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        embedder = Embedder("all-minilm-l6-v2", Path(folder))
        runs = {"clean": clean, "frequent": frequent, "graded": partial(graded, most=options.rows)}
        lines = runs[options.what](embedder)
        for line in lines:
            print(line, flush=True)


def clean(embedder: Embedder) -> Iterator[str]:
    """Say of each set what share of its rows is flagged, and by what."""
    flagged = rows = 0
    for name, found in clean_rows(CLEAN).items():
        pairs = random.Random(5).sample(found, min(ROWS, len(found)))
        values, table = measured([tuple(pair) for pair in pairs], embedder)
        by = _flags(values, table)
        yield f"{name}: {len(by) / len(pairs):.3f} of {len(pairs)}; {_often(by)}"
        flagged, rows = flagged + len(by), rows + len(pairs)
    yield f"all: {flagged / rows:.3f} of {rows}"


def frequent(embedder: Embedder) -> Iterator[str]:
    """Say what share of each kind of fault is found in a file that is full of them."""
    pairs, kinds = spoiled(random.Random(3))
    values, table = measured(pairs, embedder)
    by, ids = _flags(values, table), table["id"].to_pylist()
    for kind in ("swapped", "cut off", "boilerplate", "markup", ""):
        rows = [id_ for id_, is_kind in zip(ids, kinds, strict=True) if is_kind == kind]
        yield f"{kind or 'clean'}: {sum(id_ in by for id_ in rows) / len(rows):.3f} of {len(rows)} flagged"


def graded(embedder: Embedder, most: int | None = None) -> Iterator[str]:
    """Say with what chance a wrong answer ranks above a right one, by what curation measures of both."""
    sets: dict[str, list[Graded]] = {"newspapers (TREC)": trec(), "medical (LiveQA)": medical()}
    for name, found in sets.items():
        rows = found if most is None else whole_questions(found, most, random.Random(2))
        wrong = [not row.good for row in rows]
        values, _ = measured([(row.question, row.answer) for row in rows], embedder)
        order = suspicion(evidence_of(values), usual_weights())
        off_question = np.nan_to_num(values["off_question"].to_numpy())
        yield f"{name}: off_question {auc(off_question, wrong)}; suspicion {auc(order, wrong)}"


def whole_questions(rows: Sequence[Graded], most: int, rng: random.Random) -> list[Graded]:
    """Draw questions with all their answers, as long as no more than `most` rows come together."""
    answers: dict[str, list[Graded]] = {}
    for row in rows:
        answers.setdefault(row.question, []).append(row)
    chosen: list[Graded] = []
    questions = [*answers]
    rng.shuffle(questions)
    for question in questions:
        chosen += answers[question] if len(chosen) + len(answers[question]) <= most else []
    return chosen


def spoiled(rng: random.Random) -> tuple[Table, list[str]]:
    """Return short answers of MedQuAD, some swapped, cut off or spoiled, and the kind of each row's fault."""
    found = {row["question"]: (row["question"], row["answer"]) for row in realdata.load("medquad")}
    rows = [pair for pair in found.values() if SHORTEST <= len(pair[1].split()) <= LONGEST]
    rng.shuffle(rows)
    pairs = rows[:FAULTY_ROWS]
    order = rng.sample(range(len(pairs)), len(pairs))
    ends = np.cumsum([0, *(round(share * len(pairs)) for share in (SWAPPED, CUT, SPOILED))]).tolist()
    swapped, cut, others = (order[begin:end] for begin, end in pairwise(ends))
    planted, kinds = list(pairs), [""] * len(pairs)
    for at, other in zip(swapped, [*swapped[1:], *swapped[:1]], strict=True):
        planted[at], kinds[at] = (pairs[at][0], pairs[other][1]), "swapped"
    for at in cut:
        words = pairs[at][1].split()
        size = rng.randint(len(words) // 3, max(len(words) // 3 + 1, len(words) - 3))
        planted[at], kinds[at] = (pairs[at][0], " ".join(words[:size])), "cut off"
    inventory = read_inventory(HELD_OUT_INVENTORIES[0])
    for number, at in enumerate(others):
        kinds[at] = ("markup", "boilerplate")[number % 2]
        wordings, make = PLANTS[kinds[at]]
        planted[at] = make(*pairs[at], rng, inventory[wordings])
    return planted, kinds


def measured(pairs: Sequence[tuple[str, ...]], embedder: Embedder) -> tuple[pa.Table, pa.Table]:
    """Measure pairs as one file, as curation does."""
    table = to_table(number_copies(new_record(question, answer) for question, answer in pairs))
    tools = load_tools(QualityConfig(), "", embedder)
    return measuring.measure(table, learn(table, word_vectors(embedder)), tools), table


def _flags(values: pa.Table, table: pa.Table) -> dict[str, set[str]]:
    """Collect the signals that flag each row."""
    found: dict[str, set[str]] = {}
    for decision in quality.decide(values, table, QualityConfig()):
        found.setdefault(decision.id, set()).add(str(decision.evidence["signal"]))
    return found


def _often(by: dict[str, set[str]]) -> str:
    counts = Counter(signal for signals in by.values() for signal in signals)
    return ", ".join(f"{signal} {rows}" for signal, rows in counts.most_common(4))


if __name__ == "__main__":
    main()
