"""Publish a curated folder: the files that people and other tools read, all views over records and ledger.

report = publish(curated, curated.view(), decisions, config, timings)
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from curation.corpus.corpus import languages_of
from curation.labelling.audit import precision, removed_by_steps
from curation.manners.manner import Manner
from curation.publish.browse import flagged_table
from curation.publish.card import card
from curation.publish.languages import unread
from curation.publish.markdown import markdown
from curation.publish.order import order_report
from curation.publish.page import page
from curation.publish.rating import rater_report
from curation.publish.report import Report, summarise
from curation.suspicion.flagged import suspicion_of
from winnow.config import Config
from winnow.data.files import read_json, write_json, write_jsonl, write_text
from winnow.data.ledger import Decision, View
from winnow.data.outputs import flagged_row, kept_row, removed_row
from winnow.data.records import Record, to_records
from winnow.study.workspace import Curated
from winnow.text.topics import Topics

NAMES = ("kept.jsonl", "removed.jsonl", "flagged.jsonl", "report.json", "report.md", "report.html", "card.md")
ROWS_A_BATCH = 50_000  # as objects in memory


def published(curated: Curated) -> dict[str, Path]:
    """Name the files that `publish` writes."""
    return {name: curated.root / name for name in NAMES}


def publish(
    curated: Curated,
    view: View,
    steps: Sequence[Decision],
    config: Config,
    timings: Mapping[str, float],
    columns: Mapping[str, Mapping[str, object]],
) -> Report:
    """Write every file of the folder as the rows stand now, and return the report.

    `columns` says of each source which column was read as what.
    """
    topics = Topics.read(curated.topics_file)  # before anything is written: where there are none, nothing changes
    write_rows(curated, view)
    report = _summary(curated, view, steps, topics, config, timings)
    languages = languages_of(view.kept_table)
    report["not_looked_for"] = unread(languages, config)
    if order := order_report(curated, view):
        report["order"] = order
    if told := rater_report(curated):
        report["rater"] = told
    report["columns"] = {source: dict(read) for source, read in columns.items()}
    write_json(curated.root / "report.json", report)
    write_text(curated.root / "report.md", markdown(report))
    write_text(curated.root / "report.html", page(report))
    sources = sorted(set(view.records["source"].to_pylist()))
    named = {} if config.publish.language else languages
    write_text(curated.root / "card.md", card(report, curated.root.resolve().name, sources, named, config))
    return report


def write_rows(curated: Curated, view: View) -> None:
    """Write kept, removed and flagged rows, a batch at a time."""
    kept, removed, flagged = view.kept_table, view.removed_table, flagged_table(view, suspicion_of(curated))
    write_jsonl(curated.root / "kept.jsonl", (kept_row(r) for batch in _batches(kept) for r in batch))
    write_jsonl(
        curated.root / "removed.jsonl",
        (removed_row(r, view.removed[r.id]) for batch in _batches(removed) for r in batch),
    )
    write_jsonl(
        curated.root / "flagged.jsonl",
        (flagged_row(r, view.flags[r.id]) for batch in _batches(flagged) for r in batch),
    )


def _batches(table: pa.Table) -> Iterator[list[Record]]:
    return (to_records(table.slice(start, ROWS_A_BATCH)) for start in range(0, len(table), ROWS_A_BATCH))


def _summary(
    curated: Curated,
    view: View,
    steps: Sequence[Decision],
    topics: Topics,
    config: Config,
    timings: Mapping[str, float],
) -> Report:
    similarities = pq.read_table(curated.pairs_file, columns=["lexical"])["lexical"].to_numpy()
    people = curated.ledger.people_decisions()
    confirmed = precision(removed_by_steps(steps), people, config.curation.audit_sample, config.seed)
    told = read_json(curated.manners_file) if curated.manners_file.exists() else []  # older folders have none
    manners = [Manner.from_json(row) for row in told]
    return summarise(view, steps, timings, similarities, topics, confirmed, manners)
