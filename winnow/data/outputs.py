"""The rows of `kept.jsonl`, `removed.jsonl` and `flagged.jsonl`: the record and, where it isn't kept in peace, why.

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
    """Give question and answer first, so that every other tool reads the file; then where it came from."""
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
    """Say which signal, its value and the rule it met, in words; evidence of other steps comes along."""
    evidence = dict(decision.evidence)
    signal = evidence.pop("signal", decision.step)
    value, limit = evidence.pop("value", None), evidence.pop("limit", None)
    rule = decision.reason if limit is None else f"{decision.reason} (limit {limit:g})"
    return {"signal": signal, "value": value, "rule": rule, "evidence": evidence}
