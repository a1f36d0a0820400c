"""Plant defects in clean rows of other languages than English and count what the quality signals find.

    python -m benchmarks.languages                      # German, Spanish, French and Chinese, by texts alone
    python -m benchmarks.languages de --encoder         # with the sentence encoder and the reader, as `curate` does
    python -m benchmarks.languages de --missed          # what was missed, and the clean rows that were flagged

`faults/languages/` has an inventory a language: clean rows of several fields, and wordings of defects as the English
inventories have them (`benchmarks.defects`). Each was written before its lexicon, by the same hand: not blind. Those
that end in `_later` were written when the lexicon stood, and measured once.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.defects import FAULTS, PLANTS, Plant, Planted, judge
from winnow.data.records import new_record, number_copies
from winnow.models.embedder import Embedder

LANGUAGES = ("de", "es", "fr", "zh")
KINDS = (
    "placeholder", "gibberish", "repetition", "too_short", "echo", "cut_off", "wrong_language", "refusal",
    "prompt_residue", "boilerplate", "markup", "dangling_reference", "out_of_date",
)  # fmt: skip
FEWEST, LONG_WORDS, LONG_SIGNS = 6, 12, 24  # defects of a kind that has no wordings; size of an answer that is cut

EXPLAIN = re.compile(
    r"(?i)\b(?:warum|wieso|wie (?!viel|oft|lange|hoch|heißt)|por qué|cómo|pourquoi|comment)\b|为什么|如何|怎么"
)  # what a word or two don't answer

Wordings = Mapping[str, Sequence[Any]]


def cut_off(question: str, answer: str, rng: random.Random, wordings: Sequence[str]) -> tuple[str, str]:
    """Cut an answer after half to five sixths of its words, or of its signs."""
    words = answer.split()
    pieces, joint = (words, " ") if len(words) > FEWEST else (list(answer), "")
    end = rng.randint(len(pieces) // 2, len(pieces) * 5 // 6)
    return question, joint.join(pieces[:end]).rstrip(",;:.，。；：")


def repetition(question: str, answer: str, rng: random.Random, wordings: Sequence[str]) -> tuple[str, str]:
    """Say an answer twice, its beginning again and again, or its last word in a loop."""
    is_spaced = " " in answer
    words = answer.split() if is_spaced else list(answer)
    joint = " " if is_spaced else ""
    start = joint.join(words[:6])
    loop = answer + joint + joint.join(words[-2:-1] * 20)
    return question, rng.choice([f"{answer}{joint}{answer}", joint.join([start] * 5), loop])


OWN: dict[str, Plant] = {"cut_off": cut_off, "repetition": repetition}


def plant(wordings: Wordings, rows: Sequence[Sequence[str]], seed: int) -> list[Planted]:
    """Return the clean rows, and rows with each wording of each kind; of the other kinds six."""
    rng = random.Random(seed)
    long = [
        row for row in rows if len(row[1].split()) >= LONG_WORDS or (len(row[1]) >= LONG_SIGNS and " " not in row[1])
    ]
    open_ = [row for row in long if EXPLAIN.search(row[0])]
    planted = [(new_record(question, answer), "") for question, answer in rows]
    for kind in KINDS:
        name, make = PLANTS[kind]
        told = (
            [[wording] for wording in wordings.get(name, ())] if kind != "gibberish" else [wordings["noise"]] * FEWEST
        )
        for wording in told or [[]] * FEWEST:
            question, answer = rng.choice(open_ if kind == "too_short" else long)
            planted.append((new_record(*OWN.get(kind, make)(question, answer, rng, wording)), kind))
    rng.shuffle(planted)
    records = number_copies(record for record, _ in planted)
    return [Planted(record, kind, "") for record, (_, kind) in zip(records, planted, strict=True)]


def measure(name: str, embedder: Embedder | None, seed: int, shows_missed: bool = False) -> dict[str, Any]:
    """Give recall by kind, found by any signal and by its own, their mean, and the share of clean rows flagged."""
    wordings = json.loads((FAULTS / "languages" / f"{name}.json").read_text(encoding="utf-8"))
    rows = wordings["clean"]
    planted = plant(wordings, rows, seed)
    removed, signals = judge(planted, embedder)
    kinds: dict[str, Any] = {}
    for kind in KINDS:
        found = [signals.get(row.record.id, set()) for row in planted if row.kind == kind]
        kinds[kind] = {"own": sum(kind in f for f in found), "any": sum(map(bool, found)), "n": len(found)}
    clean = [row for row in planted if not row.kind]
    if shows_missed:
        for row in planted:
            of = signals.get(row.record.id, set())
            if (row.kind and row.kind not in of) or (not row.kind and of):
                print(f"{row.kind or 'CLEAN':18} {sorted(of)} {row.record.question!r} {row.record.answer[:110]!r}")
    mean = {way: round(sum(k[way] / k["n"] for k in kinds.values()) / len(kinds), 3) for way in ("own", "any")}
    flagged = sum(row.record.id in signals for row in clean)
    return {
        "mean": mean,
        "clean": {"flagged": flagged, "removed": sum(r.record.id in removed for r in clean), "n": len(clean)},
        "kinds": {kind: f"{k['own']}/{k['any']}/{k['n']}" for kind, k in kinds.items()},
    }


def main() -> None:
    """Print the figures as JSON, a line a language."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", default=LANGUAGES, help="inventories of faults/languages/")
    parser.add_argument("--encoder", action="store_true", help="with the sentence encoder and the reader")
    parser.add_argument("--missed", action="store_true", help="show the rows that were missed or flagged without cause")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as cache:
        embedder = Embedder("all-minilm-l6-v2", Path(cache)) if options.encoder else None
        for name in options.names:
            print(name, json.dumps(measure(name, embedder, options.seed, options.missed), ensure_ascii=False))


if __name__ == "__main__":
    main()
