"""Ask people whether removals were right: a seeded sample, each removed row beside the row that was kept instead.

    push_removals(curated, home, config, size=100, seed=0)        # winnow label push --task removals
    pull_removals(curated, home, config, size=100, seed=0)        # winnow label pull --task removals

What they say goes to the ledger as `curation.audit` records it, and the report prints the share with its interval.
"""

from __future__ import annotations

import html
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from curation.audit import RIGHT, WRONG, answer, draw
from curation.audit import STEP as AUDIT
from curation.labelling.connection import Connection, connect
from curation.labelling.dataset import Dataset
from curation.labelling.rooms import Room, admit, names_by_id, register
from curation.labelling.sheets import read_sheet, write_rows
from winnow.config import LabellingConfig
from winnow.errors import InputError
from winnow.highlight import marked, word_differences
from winnow.ledger import Decision, Ledger
from winnow.workspace import Curated

Tell = Callable[[str], None]

SHEET = (
    "id",
    "removed_question",
    "kept_question",
    "removed_answer",
    "kept_answer",
    "why_removed",
    "verdict",
    "comment",
)
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
    """A removed row as people see it; `kept` is question and answer of its twin, None where it had none."""

    decision: Decision
    question: str
    answer: str
    kept: tuple[str, str] | None

    @property
    def reason(self) -> str:
        """Step, reason and figures of the removal."""
        evidence = self.decision.evidence
        figures = [f"{key} {evidence[key]}" for key in ("value", "limit", "score") if evidence.get(key) is not None]
        return f"{self.decision.step}: {self.decision.reason}" + (f" ({', '.join(figures)})" if figures else "")

    def as_table(self) -> str:
        """Write both rows side by side as HTML, every text escaped and the differences marked."""
        sides: list[tuple[str, str]] = []
        for text, other in zip((self.question, self.answer), self.kept or ("", ""), strict=True):
            spans = word_differences(text, other) if self.kept else None
            sides.append((marked(spans[0]), marked(spans[1])) if spans else (html.escape(text), "–"))
        lines = "".join(f'<tr><td style="{_CELL}">{a}</td><td style="{_CELL}">{b}</td></tr>' for a, b in sides)
        # a blank line would end the HTML for Markdown, and what follows would act as markup
        table = f"<table><tr><th>Removed</th><th>Kept instead</th></tr>{lines}</table>"
        return table.replace("\r", "").replace("\n", "<br>")


@dataclass
class RemovalsResult:
    """How many removals are before people, their new verdicts, what of them can't be used, and where they are given."""

    sample: int = 0
    verdicts: int = 0
    faults: list[str] = field(default_factory=list)
    url: str = ""


def sample(curated: Curated, size: int, seed: int) -> list[Removal]:
    """Draw removals with the texts of the rows that were kept instead; raises InputError where nothing was removed."""
    view = curated.view()
    drawn = draw(view.removed, size, seed)
    if not drawn:
        raise InputError(f"{curated.root}: no step removed a row, so there is nothing to ask people about")
    twins = {decision.id: str(decision.evidence.get("twin", "")) for decision in drawn}
    texts = _texts(view.records, {*twins, *twins.values()})
    return [Removal(decision, *texts[decision.id], texts.get(twins[decision.id])) for decision in drawn]


def _texts(records: pa.Table, ids: Iterable[str]) -> dict[str, tuple[str, str]]:
    found = records.filter(pc.is_in(records["id"], pa.array(sorted(ids), pa.string())))
    columns = (found[name].to_pylist() for name in ("id", "question", "answer"))
    return {id_: (question, answer) for id_, question, answer in zip(*columns, strict=True)}


def push_removals(
    curated: Curated, home: Path, config: LabellingConfig, size: int, seed: int, tell: Tell = lambda _: None
) -> RemovalsResult:
    """Send the sample to a dataset of its own in Argilla; the same call again changes nothing."""
    removals = sample(curated, size, seed)
    connection, room = connect(config, home), removals_room(config)
    register(connection, config.annotators, tell)
    dataset = Dataset.open(connection, room.workspace, room.dataset, form(config))
    admit(connection, config.annotators, room.workspace)
    present = {record["external_id"] for record in dataset.records()}
    dataset.upload([record_of(removal) for removal in removals if removal.decision.id not in present])
    return RemovalsResult(sample=len(removals), url=dataset.url)


def pull_removals(curated: Curated, home: Path, config: LabellingConfig, size: int, seed: int) -> RemovalsResult:
    """Take the verdicts given in Argilla into the ledger; again without new ones it changes nothing."""
    connection, room = connect(config, home), removals_room(config)
    dataset = Dataset.find(connection, room.workspace, room.dataset)
    if dataset is None:
        raise InputError(f"{home}: no removals were put before people yet; run: winnow label push --task removals")
    given = [(record["external_id"], values, by) for record, values, by in _responses(dataset, connection)]
    return _take_in(curated, sample(curated, size, seed), given, dataset.url)


def export_removals(path: Path, curated: Curated, size: int, seed: int) -> int:
    """Write the sample as a sheet, for people who don't use Argilla; return the number of rows."""
    rows = [
        [
            removal.decision.id, removal.question, (removal.kept or ("", ""))[0], removal.answer,
            (removal.kept or ("", ""))[1], removal.reason, "", "",
        ]
        for removal in sample(curated, size, seed)
    ]  # fmt: skip
    return write_rows(path, SHEET, rows)


def import_removals(path: Path, curated: Curated, annotator: str, size: int, seed: int) -> RemovalsResult:
    """Take a filled sheet in as one person's verdicts; the same sheet again changes nothing."""
    if not annotator.strip():
        raise InputError("whose verdicts are these? name the person with --annotator NAME")
    given = [(values["id"], values, annotator) for _, values in read_sheet(path)]
    return _take_in(curated, sample(curated, size, seed), given)


def removals_room(config: LabellingConfig) -> Room:
    """Name the dataset of the sampled removals."""
    return Room(config.workspace, f"{config.dataset}-removals")


def form(config: LabellingConfig) -> Any:
    """Return Argilla's settings of that dataset."""
    import argilla as rg

    return rg.Settings(
        guidelines=_GUIDELINES,
        fields=[
            rg.TextField("rows", title="Removed, and kept instead", use_markdown=True),
            rg.TextField("why_removed", title="Why it was removed", use_markdown=False),
        ],
        questions=[
            rg.LabelQuestion("verdict", labels={RIGHT: "Right", WRONG: "Wrong"}, title="The removal was"),
            rg.TextQuestion("comment", title="Comment", required=False),
        ],
        distribution=rg.TaskDistribution(min_submitted=config.overlap),
    )


def record_of(removal: Removal) -> dict[str, Any]:
    """Return a removal as the API takes it."""
    fields = {"rows": removal.as_table(), "why_removed": html.escape(removal.reason, quote=False)}
    return {"external_id": removal.decision.id, "fields": fields}


def _responses(dataset: Dataset, connection: Connection) -> Iterable[tuple[dict[str, Any], dict[str, Any], str]]:
    names = names_by_id(connection)
    for record in dataset.records():
        for response in record.get("responses") or []:
            if response["status"] == "submitted":
                values = {name: found.get("value") for name, found in (response["values"] or {}).items()}
                yield record, values, names.get(response["user_id"], response["user_id"])


def _take_in(
    curated: Curated, removals: Sequence[Removal], given: Iterable[tuple[str, dict[str, Any], str]], url: str = ""
) -> RemovalsResult:
    """Add the verdicts that the ledger doesn't have; a person's later word counts instead of the earlier."""
    known = {removal.decision.id: removal.decision for removal in removals}
    said = _last_words(curated.ledger)
    result = RemovalsResult(sample=len(removals), url=url)
    new: list[Decision] = []
    for id_, values, by in given:
        verdict = str(values.get("verdict") or "").strip().lower()
        if id_ not in known:
            result.faults.append(f"{id_}: isn't among the sampled removals; curation has changed since, push again")
        elif verdict not in (RIGHT, WRONG):
            result.faults.append(f'{id_}: verdict is "{verdict}"; write {RIGHT} or {WRONG}')
        elif said.get((id_, by)) != verdict:
            new.append(answer(known[id_], verdict == RIGHT, by, str(values.get("comment") or "").strip()))
    if new:
        curated.ledger.append(*new)
    result.verdicts = len(new)
    return result


def _last_words(ledger: Ledger) -> dict[tuple[str, str], str]:
    return {(d.id, d.by): d.reason for d in ledger.people_decisions() if d.step == AUDIT and d.action == "label"}
