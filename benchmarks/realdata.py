"""Real question-answer rows that lie outside the project, where they lie there.

rows = load("medquad")                  # [{"question": …, "answer": …, "source": "medquad", …}, …]
rows = load_all()                       # every set that has a question and an answer
rows = enlarged(rows, 100_000, seed=0)  # more of them than there are
"""

from __future__ import annotations

import gzip
import json
import os
import random
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

Row = dict[str, Any]


def folder() -> Path:
    """Return `$WINNOW_SHARED_DATA`, by default `../shared/data` beside the repository."""
    root = Path(__file__).resolve().parent.parent
    return Path(os.environ.get("WINNOW_SHARED_DATA") or root / "../shared/data").resolve()


def read(path: str) -> list[Row]:
    """Read a gzipped JSON-lines file of the folder."""
    with gzip.open(folder() / path, "rt", encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def load(name: str) -> list[Row]:
    """Return one set's rows with `question`, `answer`, `source` and what its labels say."""
    rows = [{**row, "answer": str(row["answer"]), "source": name} for row in LOADERS[name]()]
    return [row for row in rows if row["question"].strip() and row["answer"].strip()]


def load_all() -> list[Row]:
    """Return the rows of every set, set by set."""
    return [row for name in LOADERS for row in load(name)]


def enlarged(rows: Sequence[Row], size: int, seed: int) -> list[Row]:
    """Return `size` rows: the real ones, then real ones about coined things, as from one more template."""
    rng = random.Random(seed)
    out = list(rows[:size])
    while len(out) < size:
        row = rng.choice(rows)
        question, answer = _coined(row, rng)
        if question != row["question"]:
            out.append({**row, "question": question, "answer": answer, "source": f"{row['source']}, coined"})
    return out


def _coined(row: Row, rng: random.Random) -> tuple[str, str]:
    """Exchange vowels, and consonants, throughout the long words of a question, in its answer too."""
    letters = "aeiou", "bcdfghklmnprstvw"
    coined = str.maketrans("".join(letters), "".join("".join(rng.sample(part, len(part))) for part in letters))
    long = {word: word.translate(coined) for word in re.findall(r"[A-Za-z]{7,}", row["question"])}
    pattern = re.compile(r"[A-Za-z]{7,}")
    question, answer = (
        pattern.sub(lambda word: long.get(word[0], word[0]), row[field]) for field in ("question", "answer")
    )
    return question, answer


def _medquad() -> list[Row]:
    names = ("question", "answer", "focus", "qtype")
    return [{name: row[name] for name in names} for row in read("medquad/qa.jsonl.gz")]


def _plain(path: str) -> Callable[[], list[Row]]:
    return lambda: [{"question": row["question"], "answer": row["answer"]} for row in read(path)]


def _banking77() -> list[Row]:
    rows = read("banking77/test.jsonl.gz")
    return [{"question": row["text"], "answer": row["intent"].replace("_", " ")} for row in rows]


def _pandalm() -> list[Row]:
    rows = []
    for row in read("pandalm/pairs.jsonl.gz"):
        question = "\n".join(part for part in (row["instruction"], row["input"]) if part)
        rows += [{"question": question, "answer": row[side]} for side in ("response1", "response2")]
    return rows


def _mmlu() -> list[Row]:
    rows = read("mmlu/dev.jsonl.gz") + read("mmlu/val.jsonl.gz")
    return [{"question": row["question"], "answer": str(row["choices"]["ABCD".index(row["answer"])])} for row in rows]


def _self_instruct() -> list[Row]:
    rows = []
    for task in read("self_instruct/seed_tasks.jsonl.gz") + read("self_instruct/user_oriented_instructions.jsonl.gz"):
        for instance in task["instances"]:
            question = "\n".join(part for part in (task["instruction"], instance["input"]) if part)
            rows.append({"question": question, "answer": instance["output"]})
    return rows


LOADERS: dict[str, Callable[[], list[Row]]] = {
    "medquad": _medquad,
    "tatqa": _plain("tatqa/qa.jsonl.gz"),
    "covid_faq": _plain("covid_faq/qa.jsonl.gz"),
    "halueval": _plain("halueval/general.jsonl.gz"),
    "gsm8k": _plain("gsm8k/test.jsonl.gz"),
    "banking77": _banking77,
    "pandalm": _pandalm,
    "mmlu": _mmlu,
    "self_instruct": _self_instruct,
}
