"""Repair of rows: the text of each mended, thinking and the file's manner taken off; the records keep the original.

cleaned = clean(table, CleanConfig(), learn(table))     # decisions: `repair` with the new text, and flags to check some
cleaned.manners                                         # what holds of a whole file, to be said once
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import chain
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from curation.manners.edges import MIN_SHARE, MIN_TEXTS, Cut, Edges
from curation.manners.manner import Manner
from curation.manners.shapes import Role
from curation.signals.page.spoken import is_spoken_of
from curation.signals.residue import thinking
from curation.signals.residue.prompts import SPECIAL
from curation.steps.manners import FIELDS, Manners, learn
from curation.steps.mending import Repair, mend, mend_with_care, strip_prompt_marks
from winnow.config import CleanConfig
from winnow.data.ledger import Decision
from winnow.data.records import with_surroundings
from winnow.parallel.engine import spread_map
from winnow.text.words import excerpt

STEP = "clean"
ROWS_A_BATCH = 4096  # rows a worker reads at once
# whose repair may spoil a text, and the setting that leaves it; the others are invisible
REVIEWED_FAULTS = {
    "mojibake": "clean.mojibake=false",
    "markup": "clean.markup=false",
    "prompt_residue": "clean.prompt_marks=false",
}


class Cleaned(NamedTuple):
    """The decisions on the rows, and what was found of whole files."""

    decisions: list[Decision]
    manners: list[Manner]


def decide(table: pa.Table, settings: CleanConfig) -> list[Decision]:
    """Return a `repair` with the new text for each broken text, and a `flag` where a repair might be wrong."""
    return clean(table, settings, learn(table)).decisions


def clean(table: pa.Table, settings: CleanConfig, found: Manners) -> Cleaned:
    """Repair the rows of each file by its manners; a repair that most rows of a file need is no row's own fault.

    Such a one is said once, in `manners`, and flags no row.
    """
    names = ["id", "source", *FIELDS, "context"]
    batches = with_surroundings(table).select(names).to_batches(max_chunksize=ROWS_A_BATCH)
    decisions = list(chain.from_iterable(spread_map(lambda batch: list(_decisions(batch, settings, found)), batches)))
    common = _common_repairs(decisions, table)
    sources = _sources(table, decisions) if common else {}
    kept = [
        d for d in decisions if d.action != "flag" or (sources.get(d.id), d.field, d.evidence["signal"]) not in common
    ]
    return Cleaned(kept, [*found.as_told(table, settings), *common.values()])


def _decisions(batch: pa.RecordBatch, settings: CleanConfig, found: Manners) -> Iterator[Decision]:
    columns = (column.to_pylist() for column in batch.columns)
    for id_, source, *texts, context in zip(*columns, strict=True):
        question, answer = (_Parts.of(text, found.of(source, name)) for name, text in zip(FIELDS, texts, strict=True))
        if settings.thinking == "remove" and not thinking.marks(texts[0]):
            answer = answer.without_thinking(found.of(source, "answer"))
        names_tokens = _names_tokens(question.cut.own)
        is_code = names_tokens or source in found.of_markup or is_spoken_of(question.cut.own, answer.cut.own)
        row_settings = settings.model_copy(update={"prompt_marks": False}) if names_tokens else settings
        for name, parts, text in zip(FIELDS, (question, answer), texts, strict=True):
            yield from _told(id_, name, text, *parts.mend(row_settings, is_code, name), settings)
        if context:
            yield from _told(id_, "context", context, *mend(context, settings, role="context"), settings)


def _told(
    id_: str, name: str, text: str, mended: str, repairs: Sequence[Repair], settings: CleanConfig
) -> Iterator[Decision]:
    """Give the decisions on a field that was mended: the new text, and a flag for each fault that people look at."""
    if mended == text:
        return
    kinds = [repair.kind for repair in repairs]
    evidence = {"kinds": kinds, "samples": [repair.sample for repair in repairs]}
    yield Decision(id_, STEP, "repair", _reason(repairs), evidence, field=name, text=mended)
    for repair in repairs:
        if settings.review and repair.kind in REVIEWED_FAULTS:
            yield _review(id_, name, repair)


class _Parts(NamedTuple):
    """A text without the thinking that was taken out, cut at the edges of its file."""

    cut: Cut
    thought: str = ""

    @classmethod
    def of(cls, text: str, edges: Edges) -> _Parts:
        return cls(edges.cut(text))

    def without_thinking(self, edges: Edges) -> _Parts:
        parts = thinking.split("".join(self.cut))
        return _Parts(edges.cut(parts[1]), parts[0]) if parts else self

    def mend(self, settings: CleanConfig, is_code: bool, role: Role) -> tuple[str, list[Repair]]:
        """Mend what the row says, and take the edges off or put them back."""
        repairs = [Repair("thinking", excerpt(self.thought))] if self.thought else []
        mended, own = mend_with_care(self.cut.own, settings, is_code, role)
        if settings.manners == "keep" or not (self.cut.before.strip() or self.cut.after.strip()):
            return f"{self.cut.before}{mended}{self.cut.after}", repairs + own
        return mended, [*repairs, Repair("manner", _around(self.cut)), *own]


def _around(cut: Cut) -> str:
    return " … ".join(f"“{excerpt(edge)}”" for edge in (cut.before, cut.after) if edge.strip())


def is_of_row(decision: Decision) -> bool:
    """Whether a decision repaired what a reader saw, and what isn't the manner of its file."""
    return decision.action == "repair" and not REVIEWED_FAULTS.keys().isdisjoint(decision.evidence["kinds"])


def thoughts(decisions: Sequence[Decision]) -> dict[str, str]:
    """Map a row to an excerpt of the thinking that was taken out of it."""
    return {
        d.id: d.evidence["samples"][d.evidence["kinds"].index("thinking")]
        for d in decisions
        if d.step == STEP and d.action == "repair" and "thinking" in d.evidence["kinds"]
    }


def _reason(repairs: Sequence[Repair]) -> str:
    named = [
        f"the manner of its file, {repair.sample}" if repair.kind == "manner" else repair.kind for repair in repairs
    ]
    return f"repaired {', '.join(named)}"


def _names_tokens(question: str) -> bool:
    """Whether a question has a special token that isn't one at its ends, and so speaks of such."""
    return ("<" in question or "[" in question) and SPECIAL.search(strip_prompt_marks(question, "question")) is not None


def _common_repairs(decisions: Sequence[Decision], table: pa.Table) -> dict[tuple[str | None, str, str], Manner]:
    """Find the kinds of faults that were repaired in most rows of a file."""
    flags = [d for d in decisions if d.action == "flag"]
    sources = _sources(table, flags)
    counts = Counter((sources[d.id], d.field, d.evidence["signal"]) for d in flags)
    if not counts:
        return {}
    rows = {count["values"]: count["counts"] for count in pc.value_counts(table["source"]).to_pylist()}
    samples = {(sources[d.id], d.field, d.evidence["signal"]): d.evidence["matched"] for d in reversed(flags)}
    return {
        key: Manner(
            key[0], key[1], "anywhere", samples[key], count, rows[key[0]], "repaired", REVIEWED_FAULTS[key[2]],
            key[2].replace("_", " "),
        )
        for key, count in counts.items()
        if count >= max(MIN_TEXTS, MIN_SHARE * rows[key[0]])
    }  # fmt: skip


def _sources(table: pa.Table, decisions: Sequence[Decision]) -> dict[str, str]:
    rows = table.filter(pc.is_in(table["id"], pa.array({d.id for d in decisions}, pa.string())))
    return dict(zip(rows["id"].to_pylist(), rows["source"].to_pylist(), strict=True))


def _review(id_: str, name: str, repair: Repair) -> Decision:
    evidence = {"signal": repair.kind, "value": 1, "limit": 1, "matched": repair.sample, "repaired": True}
    return Decision(
        id_, STEP, "flag", f"{repair.kind.replace('_', ' ')} was repaired in the {name}", evidence, field=name
    )
