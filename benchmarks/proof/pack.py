"""Turn curated files into what the device needs: token ids, which rows each arm takes, and the questions to ask.

python -m benchmarks.proof.pack --data proof --out pack        # one file a file of the plan, and `general.json.gz`

The device has torch and transformers alone: prompts and answers are tokenised here, by the product's own functions.
"""

from __future__ import annotations

import argparse
import gzip
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import realdata
from benchmarks.proof.plan import PLAN
from evaluation.retention.items import LETTERS, from_prompts, read_multiple_choice, sample
from evaluation.selections.arms import selection
from evaluation.selections.choose import Pool, choose
from training.rows import fit, tokenise
from winnow.config import Config, SelectionConfig
from winnow.data.files import read_jsonl, read_records, write_json
from winnow.data.records import Record, new_record, to_records
from winnow.models.chat import end_of_turn_ids
from winnow.models.embedder import Embedder
from winnow.models.prompt import BARE
from winnow.models.tokenizer import load_tokenizer
from winnow.study.general_prompts import read_general_prompts
from winnow.study.workspace import Curated
from winnow.text.topics import Topics


def main() -> None:
    """Pack every file that is curated."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("proof"))
    parser.add_argument("--out", type=Path, default=Path("pack"))
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    tokenizer = load_tokenizer(PLAN.fields["training"]["base"])
    write(options.out / "general.json.gz", general(tokenizer))
    for file in PLAN.files:
        folder, target = options.data / file.name, options.out / f"{file.name}.json.gz"
        if (folder / "seconds.json").exists() and not target.exists():
            write(target, packed(tokenizer, folder))
            print(target, target.stat().st_size, flush=True)


def write(path: Path, document: Mapping[str, Any]) -> None:
    """Write gzipped JSON."""
    path.write_bytes(gzip.compress(json.dumps(document, separators=(",", ":")).encode()))


def packed(tokenizer: Any, folder: Path) -> dict[str, Any]:
    """Give a file's rows as token ids, each arm's places among them, the held-out questions; write what was caught."""
    planted, curated = read_jsonl(folder / "planted.jsonl"), Curated(folder / "curated")
    came_in = to_records(curated.records())
    kept = read_records(curated.root / "kept.jsonl")
    flagged = [row["id"] for row in read_jsonl(curated.root / "flagged.jsonl")]
    known = any(row["kind"] != "true" for row in planted)  # alpaca's own noise has no labels
    write_json(folder / "caught.json", caught(planted, came_in, kept, flagged))
    cleaned = [row for row in kept if row.id not in {*flagged}]
    arms = {"raw": came_in, "cleaned": cleaned, f"curated:{PLAN.fields['chosen']}": curated_rows(cleaned, curated)}
    if known:
        arms["settled"] = settled(planted, kept, flagged)
        arms["gold"] = [row for row in came_in if planted[row.line - 1]["kind"] == "true"]
    places: dict[tuple[str, str, str], int] = {}  # a row as it came in, and as it was mended, are two
    chosen = {
        name: [places.setdefault((row.id, row.question, row.answer), len(places)) for row in rows]
        for name, rows in arms.items()
    }
    length = PLAN.fields["training"]["max_length"]
    texts = [new_record(question, answer) for _, question, answer in places]
    rows = fit(tokenise(tokenizer, texts, "domain"), length, PLAN.fields["training"]["overlong"])
    alone = tokenise(tokenizer, [replace(row, question="") for row in came_in], "domain")
    return {
        "arms": chosen,
        "rows": [[row.answer_start, *row.input_ids] for row in rows],
        "alone": [row.input_ids[: row.answer_start] for row in alone[:1]],  # the same for each: no question
        "asked": asked(tokenizer, read_jsonl(folder / "held_out.jsonl")),
    }


def curated_rows(cleaned: Sequence[Record], curated: Curated) -> list[Record]:
    """Choose as the command's arm `curated` does."""
    vectors = Embedder(Config().models.embedder, curated.root / "cache").embed([row.question for row in cleaned])
    topics = Topics.read(curated.topics_file)
    pool = Pool((), cleaned, (), SelectionConfig(), topics, np.asarray(vectors, np.float32), {}, {})
    return choose(selection(f"curated:{PLAN.fields['chosen']}"), pool, seed=0)


def settled(planted: Sequence[Mapping[str, Any]], kept: Sequence[Record], flagged: Sequence[str]) -> list[Record]:
    """Leave out what a person who knows the labels rejects of the first flagged rows; the rest stays."""
    looked_at = {*flagged[: PLAN.fields["looked_at"]]}
    return [row for row in kept if row.id not in looked_at or not is_bad(planted[row.line - 1], row)]


def is_bad(planted: Mapping[str, Any], row: Record) -> bool:
    """Tell whether a row as it stands now is damaged; one that was mended to its true answer isn't."""
    return planted["kind"] not in ("true", "copy") and row.answer.strip() != planted["truth"].strip()


def caught(
    planted: Sequence[Mapping[str, Any]], came_in: Sequence[Record], kept: Sequence[Record], flagged: Sequence[str]
) -> dict[str, Any]:
    """Count by kind what became of the planted rows: removed, flagged, mended or left."""
    now, waiting = {row.id: row for row in kept}, {*flagged}
    found: dict[str, Counter[str]] = {}
    for row in came_in:
        kind = planted[row.line - 1]["kind"]
        if row.id not in now:
            became = "removed"
        elif row.id in waiting:
            became = "flagged"
        else:
            mended = kind not in ("true", "copy") and not is_bad(planted[row.line - 1], now[row.id])
            became = "mended" if mended else "left"
        found.setdefault(kind, Counter())[became] += 1
    first = [came for came in came_in if came.id in {*flagged[: PLAN.fields["looked_at"]]}]
    bad = sum(planted[row.line - 1]["kind"] not in ("true", "copy") for row in first)
    return {"kinds": {kind: dict(counts) for kind, counts in found.items()}, "bad_of_first": [bad, len(first)]}


def asked(tokenizer: Any, rows: Sequence[Mapping[str, str]]) -> dict[str, Any]:
    """Give the held-out questions with three answers each as token ids; [] where no fact could be changed."""

    def ids(text: str) -> list[int]:
        return list(tokenizer(text.strip(), add_special_tokens=False)["input_ids"]) if text else []

    return {
        "prompt": [BARE.token_ids(tokenizer, new_record(row["question"], row["answer"])) for row in rows],
        **{name: [ids(row[name]) for row in rows] for name in ("answer", "other", "contradicted")},
        "group": [row["group"] for row in rows],
    }


def general(tokenizer: Any) -> dict[str, Any]:
    """Give the general items: multiple choice with its letters' tokens, and prompts to answer in words."""
    settings = PLAN.fields["retention"]
    path = realdata.folder() / "mmlu" / "val.jsonl.gz"
    choices = sample(read_multiple_choice(path), settings["mmlu_val"], settings["seed"])
    prompts = [item for item in from_prompts(read_general_prompts("demo", Path())) if item.check]

    def ids(prompt: str) -> list[int]:
        return BARE.token_ids(tokenizer, new_record(prompt, "-"))

    letters = [tokenizer(letter, add_special_tokens=False)["input_ids"][-1] for letter in LETTERS]
    return {
        "mmlu": [{"id": one.id, "prompt": ids(one.prompt), "right": one.right,
                  "letters": letters[: len(one.choices)]} for one in choices],
        "written": [{"id": one.id, "prompt": ids(one.prompt)} for one in prompts],
        "ends": sorted(end_of_turn_ids(tokenizer)),
    }  # fmt: skip


if __name__ == "__main__":
    main()
