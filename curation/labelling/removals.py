"""Ask people whether removals were right: a seeded sample, each removed row beside the row that was kept instead.

    push(removals(study))        # winnow label push --task removals
    pull(removals(study))        # winnow label pull --task removals

What they say goes to the ledger as `curation.labelling.audit` records it, and the report prints the share
with its interval.
"""

from __future__ import annotations

import html
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from curation.labelling.audit import RIGHT, WRONG, answer, draw, removed_by_steps
from curation.labelling.definition import Answer, Fault, Field, Item, LabelledStudy, LabellingTask, Question
from curation.labelling.rooms import Room
from winnow.data.ledger import Decision
from winnow.data.records import Record, to_records
from winnow.data.surroundings import TITLES, as_texts, names_beside
from winnow.errors import InputError
from winnow.text.diff import marked, word_differences

PARTS = (*TITLES, "question", "answer")
_CELL = "vertical-align: top; width: 50%; padding: 0.5em; white-space: pre-wrap"
_GUIDELINES = """\
# Was it right to remove this row?

On the left the row that curation removed; on the right, where there is one, the row that it kept instead. What only
one of them says is marked.

- **Right**: nothing worth learning is lost. The kept row says the same, or the removed one is useless.
- **Wrong**: the removed row asks or says something that the kept one doesn't, and should have stayed.

Your verdict brings no row back; it tells how far the removals can be trusted. `winnow restore ID` brings one back.
"""


@dataclass(frozen=True, slots=True)
class Removal:
    """A removed row as people see it; `kept` is the row that stays instead, None where there was none."""

    decision: Decision
    removed: Record
    kept: Record | None

    @property
    def parts(self) -> dict[str, tuple[str, str]]:
        """What both rows say, removed and kept, by the names of PARTS; what neither has is left out."""
        here, there = _parts(self.removed), _parts(self.kept) if self.kept else {}
        return {name: (here.get(name, ""), there.get(name, "")) for name in PARTS if name in here or name in there}

    @property
    def reason(self) -> str:
        """Step, reason and figures of the removal."""
        evidence = self.decision.evidence
        figures = [f"{key} {evidence[key]}" for key in ("value", "limit", "score") if evidence.get(key) is not None]
        return f"{self.decision.step}: {self.decision.reason}" + (f" ({', '.join(figures)})" if figures else "")

    def as_table(self) -> str:
        """Write both rows side by side as HTML, every text escaped and the differences marked."""
        sides: list[tuple[str, str]] = []
        for text, other in self.parts.values():
            spans = word_differences(text, other) if self.kept else None
            sides.append((marked(spans[0]), marked(spans[1])) if spans else (html.escape(text), "–"))
        lines = "".join(f'<tr><td style="{_CELL}">{a}</td><td style="{_CELL}">{b}</td></tr>' for a, b in sides)
        # a blank line would end the HTML for Markdown, and what follows would act as markup
        table = f"<table><tr><th>Removed</th><th>Kept instead</th></tr>{lines}</table>"
        return table.replace("\r", "").replace("\n", "<br>")


def removals(study: LabelledStudy) -> LabellingTask[Removal]:
    """Define the task of judging a sample of removals: right or wrong."""
    config, records = study.config, study.curated.records_file
    beside = names_beside(study.curated.records()) if records.exists() else []

    def asked() -> Mapping[str, Removal]:
        return {removal.decision.id: removal for removal in sample(study)}

    return LabellingTask(
        name="removals",
        study=study,
        guidelines=_GUIDELINES,
        fields=(
            Field("rows", "Removed, and kept instead", as_html=True),
            Field("why_removed", "Why it was removed"),
        ),
        questions=(
            Question("verdict", "The removal was", "choice", (RIGHT, WRONG), required=True),
            Question("comment", "Comment", "text"),
        ),
        rooms=(Room(config.workspace, f"{config.dataset}-removals"),),
        people=config.annotators,
        accounts=config.annotators,
        needed=config.overlap,
        columns=columns(beside),
        begin="no removals were put before people yet; run: winnow label push --task removals",
        peace="curation removed no row that a person could judge: nothing to decide",
        choose=lambda: sample(study),
        asked=asked,
        show=item_of,
        judge=judge_removal,
        says=lambda word: word.reason,
    )


def sample(study: LabelledStudy) -> list[Removal]:
    """Draw removals with the texts of the rows that were kept instead; raises InputError where nothing was removed."""
    drawn = draw(removed_by_steps(study.curated.ledger.step_decisions()), study.sample, study.seed)
    if not drawn:
        raise InputError(f"{study.curated.root}: no step removed a row, so there is nothing to ask people about")
    twins = {decision.id: str(decision.evidence.get("twin", "")) for decision in drawn}
    records = _records(study.curated.records(), {*twins, *twins.values()})
    return [Removal(decision, records[decision.id], records.get(twins[decision.id])) for decision in drawn]


def columns(beside: Sequence[str]) -> tuple[str, ...]:
    """Name a sheet's columns: the parts of both rows, of what stands beside questions only that which some row has."""
    parts = [name for name in PARTS if name not in TITLES or name in beside]
    return (*(f"{side}_{name}" for name in parts for side in ("removed", "kept")), "why_removed")


def _records(records: pa.Table, ids: Iterable[str]) -> dict[str, Record]:
    found = records.filter(pc.is_in(records["id"], pa.array(sorted(ids), pa.string())))
    return {record.id: record for record in to_records(found)}


def _parts(record: Record) -> dict[str, str]:
    around = as_texts(record.context, record.system, record.history)
    return {**around, "question": record.question, "answer": record.answer}


def item_of(removal: Removal) -> Item:
    """Return a removal as people see it: both rows side by side, or in the columns of a sheet."""
    sides = {"removed": 0, "kept": 1}
    cells = {f"{side}_{name}": texts[at] for name, texts in removal.parts.items() for side, at in sides.items()}
    return Item(
        id=removal.decision.id,
        fields={"rows": removal.as_table(), "why_removed": html.escape(removal.reason, quote=False)},
        cells={**cells, "why_removed": removal.reason},
        role="removal",
        text=removal.removed.question,
    )


def judge_removal(removal: Removal | None, given: Answer) -> Decision:
    """Turn a person's answer about a removal into the ledger's word; raises Fault for one that can't be used."""
    if removal is None:
        raise Fault(f"{given.id}: isn't among the sampled removals; curation has changed since, push again")
    verdict = str(given.values.get("verdict") or "").strip().lower()
    if verdict not in (RIGHT, WRONG):
        raise Fault(f'{given.id}: verdict is "{verdict}"; write {RIGHT} or {WRONG}')
    return answer(removal.decision, verdict == RIGHT, given.by, str(given.values.get("comment") or "").strip())
