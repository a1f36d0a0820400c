"""A small study on disk, made through the project's own ledger, plan and files: what the studio's tests open."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa

from curation.corpus.corpus import learn
from curation.pairs.table import PAIRS
from curation.signals.measuring import measure
from evaluation.people.marks import Mark
from evaluation.people.queue import queue
from evaluation.people.vote_log import Judgment, JudgmentLog
from evaluation.retention.items import Item
from evaluation.retention.outcomes import Outcome, gate
from winnow.config import DuplicatesConfig
from winnow.data.files import write_json, write_jsonl, write_table, write_text
from winnow.data.ledger import Decision
from winnow.data.records import new_record, to_table
from winnow.study import plan
from winnow.study.inputs import Inputs
from winnow.study.plan_fields import planned_fields
from winnow.study.stage import Stage
from winnow.study.workspace import Workspace
from winnow.text.topics import Topic, Topics

KEPT = [
    ("How do I cancel a Direct Debit?", "In the app under Payments, one working day before it is due.", "payments"),
    ("What is the overdraft rate?", "It is 35.9% EAR on anything above £50.", "borrowing"),
    ("How much can I save in an ISA each year?", "Up to £20,000 in the tax year.", "savings"),
    ("Is my deposit protected?", "Yes, up to £85,000 by the deposit guarantee scheme.", "savings"),
    ("What does a CHAPS payment cost?", "£25 a payment; it arrives the same day.", "payments"),
    ("Can I open a joint account online?", "Yes, both of you prove who you are in the app.", "accounts"),
]
COPY = ("how do I cancel a direct debit", "In the app under Payments, one working day before it's due.", "payments")
EMPTY = ("Where is my card?", " ", "cards")
CONFLICT = ("What is the overdraft rate?", "It is 19.9% EAR on anything above £50.", "borrowing")
ATTACK = "<script>document.title='owned'</script><img src=x onerror=\"document.title='owned'\"> costs $5 to $10 & more"


def curate(workspace: Workspace, beside: Mapping[int, Mapping[str, Any]] | None = None) -> dict[str, str]:
    """Write records and decisions: a removed twin, a removed empty row, two rows in contradiction; name their ids.

    `beside` gives what stands beside a question, by the place of its row.
    """
    texts = [*KEPT, COPY, EMPTY, CONFLICT]
    records = [
        new_record(question, answer, "faq.jsonl", line, {"topic": topic}, **(beside or {}).get(line - 1, {}))
        for line, (question, answer, topic) in enumerate(texts, start=1)
    ]
    first, overdraft, copy, empty, conflict = (records[place].id for place in (0, 1, 6, 7, 8))
    write_table(workspace.curated.records_file, to_table(records))
    ledger = workspace.curated.ledger
    ledger.write_step(1, "clean", [Decision(empty, "clean", "remove", "the answer is empty", {"characters": 0})])
    evidence = {"twin": first, "score": 0.97, "verdict": "damaged"}
    ledger.write_step(2, "duplicates", [Decision(copy, "duplicates", "remove", "says the same as its twin", evidence)])
    group = {"group": sorted((overdraft, conflict))}
    reason = "answers the same question differently: 35.9% against 19.9%"
    flags = [Decision(id_, "contradictions", "flag", reason, group) for id_ in group["group"]]
    ledger.write_step(3, "contradictions", flags)
    return {"first": first, "overdraft": overdraft, "copy": copy, "empty": empty, "conflict": conflict}


def curate_many(workspace: Workspace, rows: int) -> list[str]:
    """Write that many rows, of which each second one was removed for a reason of its own; return their ids."""
    records = [new_record(f"What is fee {n}?", f"It is £{n}.", "fees.jsonl", n) for n in range(1, rows + 1)]
    write_table(workspace.curated.records_file, to_table(records))
    ids = [record.id for record in records]
    left = [Decision(id_, "clean", "remove", "the answer is a price alone") for id_ in ids[1::2]]
    workspace.curated.ledger.write_step(1, "clean", left)
    return ids


def pair(workspace: Workspace, ids: dict[str, str]) -> None:
    """Write what a curation measures, and its manifest: one near copy, and three paraphrases, each of two rows of its own."""
    table = workspace.curated.records()
    records = table["id"].to_pylist()
    scored = [(ids["first"], ids["copy"], "damaged", 0.97, None)]
    others = [id_ for id_ in records if id_ not in (ids["first"], ids["copy"], ids["empty"])]
    couples = zip(others[0:6:2], others[1:6:2], (0.80, 0.85, 0.90), strict=False)
    scored += [(one, other, "paraphrase", 0.5, semantic) for one, other, semantic in couples]
    rows = [
        {"id_a": a, "id_b": b, "verdict": verdict, "lexical": lexical, "semantic": semantic, "differs": "[]"}
        | dict.fromkeys(("damage_a", "damage_b", "missing_a", "missing_b"), 0)
        for a, b, verdict, lexical, semantic in scored
    ]
    number = dict.fromkeys(records, 0)
    write_table(workspace.curated.topics_file, Topics((Topic(0, "cards", ("cards",)),), number).to_table())
    write_table(workspace.curated.signals_file, measure(table, learn(table)))
    write_table(workspace.curated.pairs_file, pa.Table.from_pylist(rows, schema=PAIRS))
    with Stage(workspace.curated.root / "manifest.json", "curate", Inputs(), (DuplicatesConfig(),), seed=1):
        pass


def held_out_rows(n: int) -> list[dict[str, Any]]:
    """Repeat the kept questions, numbered, as held-out rows."""
    return [
        {"question": f"{KEPT[i % 6][0]} ({i})", "answer": KEPT[i % 6][1], "id": f"h{i:02}", "topic": KEPT[i % 6][2]}
        for i in range(n)
    ]


def answer(workspace: Workspace, n: int = 12, **beside: Any) -> None:
    """Write the split, the plan, and held-out answers of both systems; one answer is hostile text.

    `beside` is what both have read beside each question: context, history, system_prompt.
    """
    rows = held_out_rows(n)
    write_jsonl(workspace.split / "train.jsonl", [])
    write_jsonl(workspace.split / "validation.jsonl", [])
    write_jsonl(workspace.split / "held_out.jsonl", rows)
    plan.freeze({"held_out": [row["id"] for row in rows], "primary": "win_rate"}).write(workspace.plan_file)
    for system, opening in {"base": "I am a helpful assistant. Perhaps", "tuned": "Certainly:"}.items():
        predictions = [
            ATTACK if row["id"] == "h03" and system == "base" else f"{opening} {row['answer']}" for row in rows
        ]
        write_jsonl(
            workspace.answers / f"{system}.jsonl",
            (
                {
                    "id": row["id"],
                    "question": row["question"],
                    **beside,
                    "reference": row["answer"],
                    "prediction": text,
                    "system": system,
                    "tokens": 20,
                    "seconds": 0.5,
                }
                for row, text in zip(rows, predictions, strict=True)
            ),
        )


def report(workspace: Workspace) -> None:
    """Write a report under the frozen plan."""
    planned = plan.read(workspace.plan_file).hash
    write_json(workspace.report / "report.json", {"plan": planned})
    write_text(workspace.report / "report.html", "<!doctype html><title>R</title><h1>Report of the study</h1>")


def compare_selections(workspace: Workspace, asked: str, folder: str) -> None:
    """Write what a comparison of selections found, on validation or held-out rows."""
    claim = {"arm": "cleaned", "against": "raw", "verdict": "supported", "sentence": "cleaned beats raw in loss."}
    arms = [{"arm": name, "rows": 9, "steps": 4, "seeds": 3, "means": {"loss": 2.0}} for name in ("raw", "cleaned")]
    arms[1]["against_raw"] = {"estimate": -0.1, "low": -0.2, "high": -0.05, "n": 30}
    table = {"asked": asked, "plan": None, "measure": "loss", "margin": 0.02, "rows": 30}
    tables = {budget: {"arms": arms, "claims": [claim]} for budget in ("updates", "epochs")}
    write_json(workspace.root / "selections" / folder / "selections.json", table | {"tables": tables})


def make(folder: Path) -> Workspace:
    """Make an empty study: nothing but its configuration."""
    write_text(folder / "winnow.yaml", "seed: 1\nreview:\n  dwell_seconds: 0\n")
    return Workspace(folder)


VAGUE = ("You can do that.", "It depends on your account.", "I'm not sure; ask at a branch.")
KINDS = ("fees", "limits", "protection")


def finish(workspace: Workspace, n: int = 24, readers: Sequence[str] = ("ada", "ben"), ids: Sequence[str] = ()) -> None:
    """Write a study from its held-out rows to what its report needs: answers, a run, retention, the readers' votes.

    The tuned model says what the reference says in two of three rows, a wrong number in the others. The first rows
    have these ids, as rows that were curated have.
    """
    known = dict(enumerate(ids))
    rows = [
        {"question": f"{KEPT[i % 6][0]} ({i})", "answer": KEPT[i % 6][1], "id": known.get(i, f"h{i:04}"), "topic": KEPT[i % 6][2],
         "metadata": {"kind": KINDS[i % 3]}}
        for i in range(n)
    ]  # fmt: skip
    config = workspace.config()
    for name in ("train", "validation"):
        write_jsonl(workspace.split / f"{name}.jsonl", rows[:2])
    write_jsonl(workspace.split / "held_out.jsonl", rows)
    write_json(workspace.split / "manifest.json", {"summary": {"train": 2, "validation": 2, "held_out": n}})
    plan.freeze(planned_fields(workspace, config)).write(workspace.plan_file)
    planned = plan.read(workspace.plan_file).hash
    for system in ("base", "tuned"):
        _answers(workspace, system, rows, planned)
    _run(workspace, planned)
    item = Item("i", "general", "2 + 2?", {"type": "number", "value": 4})
    kept = [Outcome(item, "4", "4", True, i % 10 > 0) for i in range(60)]
    write_json(workspace.retention / "tuned" / "retention.json", {"gate": gate(kept, 0.1).as_dict()})
    for who in readers:
        _votes(workspace, who, rows, planned)


def _answers(workspace: Workspace, system: str, rows: list[dict[str, Any]], planned: str) -> None:
    answers = []
    for i, row in enumerate(rows):
        text = VAGUE[i % 3] if system == "base" else row["answer"]
        text = ATTACK if system == "base" and i == 3 else text.replace("£", "£1") if i % 3 == 2 else text
        answers.append(
            {"id": row["id"], "question": row["question"], "reference": row["answer"], "prediction": text,
             "system": system, "tokens": len(text) // 4, "seconds": 0.5, "plan": planned, "topic": row["topic"]}
        )  # fmt: skip
    write_jsonl(workspace.answers / f"{system}.jsonl", answers)
    summary = {"tokens_per_second": 40.0, "latency_p50": 0.5, "latency_p95": 0.9}
    write_json(workspace.answers / f"{system}.manifest.json", {"at": "2026-01-02T00:00:00+00:00", "summary": summary})


def _run(workspace: Workspace, planned: str) -> None:
    folder = workspace.runs / "20260102-090000"
    settings = {"rank": 16, "epochs": 2, "learning_rate": 2e-4}
    manifest = {"plan": planned, "base": "smollm2-135m", "seconds": 380.0, "peak_memory_gb": 2.1, "exploratory": False}
    write_json(folder / "manifest.json", {**manifest, "settings": settings})
    steps: list[dict[str, Any]] = [
        {"step": step, "loss": 3.2 / (1 + step / 9) + 0.2 * (step % 3), "learning_rate": 2e-4 * (1 - step / 40),
         "grad_norm": 1.5 + (step % 4) / 4, "tokens_per_second": 310 + 9 * (step % 5), "seconds": 3.5, "peak_memory_gb": 2.0 + step / 400}
        for step in range(1, 40)
    ]  # fmt: skip
    steps[9:9] = [{"step": 10, "validation_loss": 1.9}]
    write_jsonl(folder / "metrics.jsonl", [*steps, {"step": 39, "validation_loss": 1.4}])
    write_text(folder / "README.md", "---\nlibrary_name: peft\n---\n\n# A model\n")


def _votes(workspace: Workspace, who: str, rows: list[dict[str, Any]], planned: str) -> None:
    log, ids = JudgmentLog(workspace.judgments_file), [row["id"] for row in rows]
    judgments = []
    for showing in queue(planned, who, ids):
        i = int(showing.item[1:])
        wants = "tie" if i % 6 == 4 else "base" if i % 3 == 2 and (who == "ada" or i % 2) else "tuned"
        verdict = {showing.left: "left", showing.right: "right"}.get(wants, wants)
        marks = (Mark("tuned", "£1", text.index("£1"), text.index("£1") + 2),) if wants == "base" and "£1" in (
            text := rows[i]["answer"].replace("£", "£1")) else ()  # fmt: skip
        reasons = ("wrong fact",) if wants == "base" else ("incomplete",) if wants == "tuned" else ()
        judgments.append(
            Judgment(planned, who, showing.item, verdict, showing.left, showing.right, showing.repeat,
                     seconds=20.0 + i % 7, reasons=reasons, marks=marks, note="The sum is wrong." if i == 2 else "")
        )  # fmt: skip
    for judgment in judgments:
        log.cast(judgment)
    log.end(planned, who, 0)
