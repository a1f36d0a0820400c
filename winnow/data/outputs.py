"""The rows of `kept.jsonl`, `removed.jsonl` and `flagged.jsonl`: the record, and why it was removed or flagged.

write_jsonl(root / "kept.jsonl", map(kept_row, to_records(view.kept_table)))
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NotRequired, Protocol, TypedDict

from winnow.data.ledger import Decision
from winnow.data.records import Message, Record


class Surrounded(Protocol):
    """A row with a context, a system prompt, earlier turns and further references, each of which may be empty."""

    @property
    def context(self) -> str: ...  # noqa: D102
    @property
    def system(self) -> str: ...  # noqa: D102
    @property
    def history(self) -> Sequence[Message]: ...  # noqa: D102
    @property
    def references(self) -> Sequence[str]: ...  # noqa: D102


class RowJson(TypedDict):
    """A row of kept.jsonl."""

    question: str
    answer: str
    context: NotRequired[str]
    system: NotRequired[str]
    history: NotRequired[Sequence[Message]]
    references: NotRequired[Sequence[str]]
    id: str
    source: str
    line: int
    metadata: Mapping[str, object]


def kept_row(record: Record) -> RowJson:
    """Return the record as JSON; question and answer come first, as other tools expect.

    `context`, `system`, `history` and `references` follow only where they hold something.
    """
    return {
        "question": record.question,
        "answer": record.answer,
        **around(record),
        "id": record.id,
        "source": record.source,
        "line": record.line,
        "metadata": record.metadata,
    }


class Around(TypedDict, total=False):
    """What a row has beside its question and its answer; a key stands only where it holds something."""

    context: str
    system: str
    history: Sequence[Message]
    references: Sequence[str]


def around(row: Surrounded) -> Around:
    """Give what stands around a row's question and answer.

    Record("…", "What is the fee?", "£5.", context="Card: £5 a month.") → {"context": "Card: £5 a month."}
    """
    found: Around = {}
    if row.context:
        found["context"] = row.context
    if row.system:
        found["system"] = row.system
    if row.history:
        found["history"] = list(row.history)
    if row.references:
        found["references"] = list(row.references)
    return found


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
