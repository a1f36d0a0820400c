"""A coined study of any size, from its records to its report, written through the project's own stages and files.

python -m benchmarks.large_study /tmp/large --rows 100000 --pairs 1000
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.random import Generator

from curation.pairs.table import PAIRS
from curation.publish.publish import publish
from curation.reader.kinds import KINDS
from curation.signals.measuring import SIGNALS, VALUES
from curation.split.stage import split_curated
from curation.stage import curate_stage
from evaluation.people.queue import planned_queue
from evaluation.people.vote_log import Judgment, JudgmentLog
from evaluation.report.stage import write_report
from winnow.config import Config, CurationConfig, MetricsConfig, PlanConfig, ReviewConfig, SplitConfig, render
from winnow.data.files import read_jsonl, write_json, write_jsonl, write_table, write_text
from winnow.data.ledger import Decision
from winnow.data.records import RECORDS
from winnow.study import plan
from winnow.study.plan_fields import planned_fields
from winnow.study.workspace import CONFIG_NAME, Workspace
from winnow.text.topics import Topic, Topics

# fmt: off
WORDS = (
    "overdraft", "mortgage", "card", "transfer", "savings", "deposit", "pension", "fee", "limit", "branch",
    "account", "interest", "payment", "loan", "statement", "currency", "insurance", "standing", "order", "refund",
    "balance", "cheque", "holiday", "business", "joint", "student", "charge", "rate", "term", "notice",
)
# fmt: on
COMMON = ("the", "a", "is", "of", "for", "to", "in", "and", "your", "by", "on", "with", "it", "can", "be")
FILES = ("faq.jsonl", "branches.jsonl", "letters.jsonl")
REASONS = ("the same words as its twin", "nothing to read", "a leak", "a damaged copy", "says the same")
DOUBTS = ("the answer is cut off", "an answer that can't hold too", "the answer refuses", "reads like a page", "markup")
TOPICS = 20
GOOD = 5.0  # a value that no rule doubts, where low ones are bad
FAMILY = 10  # rows that stored pairs connect
STEPS = 200  # of the training run
READ_BEFORE = 40  # pairs that each reviewer has judged already
REVIEWERS = tuple(f"reader {n}" for n in range(1, 9))


def main() -> None:
    """Write the study."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--pairs", type=int, default=1_000)
    asked = parser.parse_args()
    make(asked.folder, asked.rows, asked.pairs)


def make(folder: Path, rows: int, pairs: int) -> Workspace:
    """Write the study: a tenth of the rows removed, a twentieth to decide, three pairs a row, eight reviewers."""
    folder.mkdir(parents=True, exist_ok=True)
    settings = Config(
        seed=1,
        curation=CurationConfig(audit_sample=50),
        split=SplitConfig(held_out=pairs, validation=200),
        plan=PlanConfig(raters=len(REVIEWERS)),
        review=ReviewConfig(dwell_seconds=0),
        metrics=MetricsConfig(names=("token_f1", "rouge_l")),
    )
    write_text(folder / CONFIG_NAME, render(settings))  # with the comments that a study's settings have
    place, random = Workspace(folder), np.random.default_rng(0)
    curate(place, rows, random)
    split_curated(place.curated, place.split, place.config())
    plan.freeze(planned_fields(place, place.config())).write(place.plan_file)
    answer(place, random)
    train(place, random)
    review(place, random)
    write_report(place, place.config())
    return place


def curate(place: Workspace, rows: int, random: Generator) -> None:
    """Write records, decisions, pairs, signals and topics, and publish them."""
    ids = [f"{n:016x}" for n in range(rows)]
    write_table(place.curated.records_file, records(ids, random))
    with curate_stage([], place.curated, place.config()) as stage:
        removed = [
            Decision(id_, "duplicates", "remove", REASONS[n % 5], {"twin": ids[n - 1], "score": 0.97})
            for n, id_ in enumerate(ids) if n % 10 == 3
        ]  # fmt: skip
        flagged = [
            Decision(id_, "quality", "flag", DOUBTS[n % 5], {"signal": "truncated", "value": 0.8, "limit": 0.5})
            for n, id_ in enumerate(ids) if n % 20 == 5
        ]  # fmt: skip
        place.curated.ledger.write_step(1, "duplicates", removed)
        place.curated.ledger.write_step(2, "quality", flagged)
        write_table(place.curated.signals_file, signals(ids, random))
        write_table(place.curated.pairs_file, pairs_of(ids, random))
        topics = [Topic(n, WORDS[n], (WORDS[n],)) for n in range(TOPICS)]
        known = dict(zip(ids, random.integers(0, TOPICS, rows).tolist(), strict=True))
        write_table(place.curated.topics_file, Topics(tuple(topics), known).to_table())
        steps = place.curated.ledger.step_decisions()
        stage.facts["summary"] = publish(place.curated, place.curated.view(), steps, place.config(), {}, {})


def records(ids: Sequence[str], random: Generator) -> pa.Table:
    """Coin questions and answers of common words and of the bank's, which name what they are about."""
    rows = len(ids)
    texts = [sentence(words) for words in random.choice([*COMMON, *WORDS], (rows, 40))]
    columns: dict[str, Sequence[object]] = {
        "id": ids,
        "question": [f"What about {text[:40].strip()}, case {n}?" for n, text in enumerate(texts)],
        "answer": [f"{text[40:]}." for text in texts],
        "source": [FILES[n % 3] for n in range(rows)],
        "line": [n // 3 + 1 for n in range(rows)],
        "metadata": ["{}"] * rows,
    }
    return pa.table([columns.get(name, [""] * rows) for name in RECORDS.names], schema=RECORDS)


def sentence(words: Sequence[str]) -> str:
    """Join words as a text begins."""
    return " ".join(words).capitalize()


def signals(ids: Sequence[str], random: Generator) -> pa.Table:
    """Coin a value of every signal for every row, few of them bad, and the suspicion."""
    columns: dict[str, object] = {"id": pa.array(ids)}
    for name, signal in SIGNALS.items():
        values = random.beta(1, 8, len(ids)).astype(np.float32)
        values = np.floor(2 * values) if name == "personal_data" else values  # which is a count
        columns[name] = pa.array(GOOD - values if signal.low_is_bad else values)
        columns[f"{name}.matched"] = pa.array(np.take(KINDS, random.integers(0, len(KINDS), len(ids))))
    table = pa.table([columns[name] for name in VALUES.names], schema=VALUES)
    return table.append_column("suspicion", pa.array(random.beta(1, 12, len(ids)).astype(np.float32)))


def pairs_of(ids: Sequence[str], random: Generator) -> pa.Table:
    """Coin three stored pairs a row, within families of ten: near copies, and paraphrases on both sides of the cut."""
    many = 3 * len(ids)
    near = random.random(many) < 1 / 30
    one = random.integers(0, len(ids) // FAMILY * FAMILY, many)
    other = one // FAMILY * FAMILY + (one + random.integers(1, FAMILY, many)) % FAMILY
    lexical = np.where(near, random.uniform(0.8, 1, many), random.uniform(0.2, 0.6, many)).astype(np.float32)
    semantic = pa.array(random.beta(8, 5, many).astype(np.float32), mask=near)
    names = np.array(ids)
    columns = {
        "id_a": pa.array(names[one]), "id_b": pa.array(names[other]),
        "verdict": pa.array(np.where(near, "damaged", "paraphrase")),
        "lexical": pa.array(lexical), "semantic": semantic, "differs": pa.array(["[]"] * many),
    }  # fmt: skip
    none = pa.array(np.zeros(many, np.int32))
    return pa.table([columns.get(name, none) for name in PAIRS.names], schema=PAIRS)


def answer(place: Workspace, random: Generator) -> None:
    """Write what both answered to every held-out question: the base at random, the tuned mostly as it should."""
    planned = plan.read(place.plan_file).hash
    rows = read_jsonl(place.split / "held_out.jsonl")
    for system in ("base", "tuned"):
        texts = [
            sentence(random.choice([*COMMON, *WORDS], 30)) if system == "base" or n % 4 == 0 else row["answer"]
            for n, row in enumerate(rows)
        ]
        write_jsonl(
            place.answers / f"{system}.jsonl",
            (
                {"id": row["id"], "question": row["question"], "reference": row["answer"], "prediction": text,
                 "system": system, "tokens": len(text) // 4, "seconds": 0.5, "plan": planned,
                 "topic": row["topic_name"]}
                for row, text in zip(rows, texts, strict=True)
            ),
        )  # fmt: skip
        speed = {"tokens_per_second": 40.0, "latency_p50": 0.5, "latency_p95": 0.9}
        write_json(place.answers / f"{system}.manifest.json", {"at": "2026-01-02T00:00:00+00:00", "summary": speed})


def train(place: Workspace, random: Generator) -> None:
    """Write a run's folder: its manifest, its card and its figures at every step."""
    folder, planned = place.runs / "20260102-090000", plan.read(place.plan_file).hash
    manifest = {"plan": planned, "base": "smollm2-135m", "seconds": 380.0, "peak_memory_gb": 2.1, "exploratory": False}
    write_json(folder / "manifest.json", {**manifest, "settings": {"rank": 16, "epochs": 2, "learning_rate": 2e-4}})
    write_jsonl(
        folder / "metrics.jsonl",
        (
            {"step": step, "loss": 3.2 / (1 + step / 40) + 0.2 * random.random(), "learning_rate": 2e-4,
             "grad_norm": 1.5, "tokens_per_second": 310, "seconds": 1.9, "peak_memory_gb": 2.1}
            for step in range(1, STEPS)
        ),
    )  # fmt: skip
    write_text(folder / "README.md", "# A model\n")


def review(place: Workspace, random: Generator) -> None:
    """Cast the votes that each reviewer has given already."""
    frozen, log = plan.read(place.plan_file), JudgmentLog(place.judgments_file)
    ids = [row["id"] for row in read_jsonl(place.split / "held_out.jsonl")]
    for who in REVIEWERS:
        for showing in planned_queue(frozen, who, {id_: id_ for id_ in ids}, 0.1)[:READ_BEFORE]:
            verdict = str(random.choice(["left", "right", "tie", "both_bad"]))
            log.cast(Judgment(frozen.hash, who, showing.item, verdict, showing.left, showing.right, showing.repeat))


if __name__ == "__main__":
    main()
