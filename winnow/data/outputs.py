"""The rows of `kept.jsonl`, `removed.jsonl` and `flagged.jsonl`: the record, and why it was removed or flagged.

write_jsonl(root / "kept.jsonl", map(kept_row, to_records(view.kept_table)))
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypedDict

from winnow.data.ledger import Decision
from winnow.data.records import Record


class RowJson(TypedDict):
    """A row of kept.jsonl."""

    question: str
    answer: str
    id: str
    source: str
    line: int
    metadata: Mapping[str, object]


def kept_row(record: Record) -> RowJson:
    """Return the record as JSON; question and answer come first, as other tools expect."""
    return {
        "question": record.question,
        "answer": record.answer,
        "id": record.id,
        "source": record.source,
        "line": record.line,
        "metadata": record.metadata,
    }


def removed_row(record: Record, decision: Decision) -> dict[str, object]:
    """Give the record as it came in, with the step, reason and evidence of the decision that removed it."""
    return {
        **kept_row(record),
        "step": decision.step,
        "reason": decision.reason,
        "evidence": decision.evidence,
        "by": decision.by,
    }


def flagged_row(record: Record, decisions: Sequence[Decision]) -> dict[str, object]:
    """Give the kept record with the reasons to look at it; `group` holds the ids of rows it contradicts."""
    row = {**kept_row(record), "reasons": [flag_reason(decision) for decision in decisions]}
    groups = [decision.evidence["group"] for decision in decisions if "group" in decision.evidence]
    return {**row, "group": groups[0]} if groups else row


def flag_reason(decision: Decision) -> dict[str, object]:
    """Return the signal, its value, the rule with its limit in words, and the rest of the evidence."""
    evidence = dict(decision.evidence)
    signal = evidence.pop("signal", decision.step)
    value, limit = evidence.pop("value", None), evidence.pop("limit", None)
    rule = decision.reason if limit is None else f"{decision.reason} (limit {limit:g})"
    return {"signal": signal, "value": value, "rule": rule, "evidence": evidence}
