"""Curation's verbs: curate, why, restore, rethreshold."""

from __future__ import annotations

from getpass import getuser
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from studio.terminal import console
from studio.terminal.options import (
    ByOption,
    ConfigOption,
    DryRunOption,
    JsonOption,
    SetOption,
    WorkspaceOption,
    open_study,
)

if TYPE_CHECKING:
    from curation.labelling.learning import Learned
    from curation.labelling.teaching import Taught
    from curation.publish.report import Report
    from studio.study import Study
    from winnow.config import Config
    from winnow.study.workspace import Curated

OutOption = Annotated[Path | None, typer.Option("--out", "-o", help="folder to write; in a workspace: its curated/")]


def register(app: typer.Typer) -> None:
    """Add this module's verbs."""
    for verb in (curate, why, restore, rethreshold):
        app.command()(verb)


def curate(
    files: Annotated[list[str] | None, typer.Argument(help="JSON, CSV, Excel, Parquet, folders, zip, hub:NAME")] = None,
    out: OutOption = None,
    held_out: Annotated[
        list[str] | None, typer.Option("--held-out", help="file whose rows must not be trained on")
    ] = None,
    question_column: Annotated[str | None, typer.Option(help="the question's column")] = None,
    answer_column: Annotated[str | None, typer.Option(help="the answer's column")] = None,
    column: Annotated[
        list[str] | None, typer.Option(help="[FILE:]ROLE=THEIRS, as in faq.csv:context=Passage; repeatable")
    ] = None,
    workspace: WorkspaceOption = Path(),
    config: ConfigOption = None,
    overrides: SetOption = None,
    learn: Annotated[
        bool,
        typer.Option("--learn", help="let people's verdicts teach the reader, and rank the rows for the next push"),
    ] = False,
    as_json: JsonOption = False,
    dry_run: DryRunOption = False,
) -> None:
    """Judge every row: kept, flagged or removed, each with its reason.

    winnow curate faq.jsonl --out curated
    """
    from curation.stage import curate_sources, estimate_sources, require_kept

    chosen = list(overrides or ())
    chosen += [f"ingest.question_column={question_column}"] if question_column else []
    chosen += [f"ingest.answer_column={answer_column}"] if answer_column else []
    curated, settings, sources = _open(files, out, workspace, config, chosen)
    settings = _with_columns(settings, column or [])
    if dry_run:
        rating = estimate_sources(sources, curated, settings)
        planned = {"sources": sources, "out": str(curated.root)} | ({"rater": rating.as_dict()} if rating else {})
        lines = [f"would curate {', '.join(sources)} into {curated.root}", *([rating.line()] if rating else [])]
        console.result(planned, as_json, "\n".join(lines))
        return
    taught = _teach(curated, settings) if learn else None
    report = curate_sources(sources, curated, settings, held_out or [], console.progress)
    for manner in report["manners"]:
        console.note(manner["sentence"])
    require_kept(report, curated)
    told, lines = {**report}, _lines(report, curated)
    if learn:
        learned = learn_from_labels(open_study(workspace, config, chosen))
        told["learned"] = learned.as_dict() | ({"reader": taught.as_dict()} if taught else {})
        lines += [*(taught.lines() if taught else ()), *learned.lines()]
    console.result(told, as_json, "\n".join(lines))


def _lines(report: Report, curated: Curated) -> list[str]:
    """Say how many rows came in, stayed and left, why, what wasn't looked for, and where they stand."""
    from curation.publish.languages import unread_lines

    return [
        f"{report['input']} rows in: {report['kept']} kept (flagged {report['flagged']}), {report['removed']} removed",
        *(f"  {count:>6}  {reason}" for reason, count in report["by_reason"].items()),
        *unread_lines(report.get("not_looked_for", {})),
        f"kept.jsonl, removed.jsonl, flagged.jsonl, report.html: {curated.root}",
    ]


def _with_columns(config: Config, columns: list[str]) -> Config:
    """Add columns to those that the settings name.

    ["faq.csv:context=Passage"] → ingest.columns {"faq.csv": {"context": "Passage"}}
    """
    from winnow.config import load
    from winnow.errors import InputError

    if not columns:
        return config
    named = config.model_dump(mode="json")["ingest"]["columns"]
    for one in columns:
        where, equals, theirs = one.partition("=")
        file, _, role = where.rpartition(":")
        if not (equals and role and theirs):
            raise InputError(f"--column {one}: not [FILE:]ROLE=THEIRS; write it as in faq.csv:context=Passage")
        named.setdefault(file or "*", {})[role] = theirs
    values = config.model_dump(mode="json")
    return load(values=values | {"ingest": values["ingest"] | {"columns": named}})


def learn_from_labels(study: Study) -> Learned:
    """Rank the rows that nobody has judged by how much they look like those that people removed or mended."""
    from curation.labelling.learning import learn
    from winnow.models.embedder import Embedder

    embedder = Embedder(study.config.models.embedder, study.workspace.embeddings)
    where = study.workspace.curated, study.workspace.labelling
    return learn(*where, study.config.labelling, embedder.embed)


def _teach(curated: Curated, config: Config) -> Taught | None:
    """Teach the reader with the verdicts that there are, so that this curation reads with what it learned."""
    from curation.fit.load import reads
    from curation.labelling.teaching import teach_reader

    return teach_reader(curated) if curated.records_file.exists() and reads(config.quality) else None


def _open(
    files: list[str] | None, out: Path | None, workspace: Path, config: Path | None, overrides: list[str]
) -> tuple[Curated, Config, list[str]]:
    """Find where to write and what to read: bare files and --out, or the workspace's own."""
    from winnow.config import load
    from winnow.errors import InputError
    from winnow.models.device import choose
    from winnow.study.workspace import Curated

    if out is not None and files:
        settings = load(config, overrides)
        choose(settings.device)
        return Curated(out), settings, files
    study = open_study(workspace, config, overrides)
    sources = files or study.sources
    if not sources:
        raise InputError("no files named; pass them, or list them under ingest.sources in winnow.yaml")
    return (Curated(out) if out else study.workspace.curated), study.config, sources


def find_curated(out: Path | None, workspace: Path) -> Curated:
    """Open a curated folder: `out`, or the workspace's; raises InputError where nothing was curated."""
    from winnow.errors import InputError
    from winnow.study.workspace import Curated, Workspace

    curated = Curated(out) if out is not None else Workspace.find(workspace).curated
    if not (curated.root / "manifest.json").exists():
        raise InputError(f"{curated.root}: nothing was curated here to the end; run: winnow curate FILE --out DIR")
    return curated


def why(
    id_: Annotated[str, typer.Argument(metavar="ID", help="a record's id, or FILE:LINE")],
    out: OutOption = None,
    workspace: WorkspaceOption = Path(),
    as_json: JsonOption = False,
) -> None:
    """Tell the story of one row: what came in, who decided what, how it stands.

    winnow why 3f9a1c02d4e5f607
    """
    from curation.publish.story import story, story_text

    curated = find_curated(out, workspace)
    told = story(curated, id_)
    console.result(told, as_json, story_text(told))


def restore(
    ids: Annotated[list[str], typer.Argument(metavar="ID…", help="records to keep whatever the steps say")],
    by: ByOption = "me",
    reason: Annotated[str, typer.Option("--reason", help="why; kept in the ledger")] = "restored",
    out: OutOption = None,
    workspace: WorkspaceOption = Path(),
    as_json: JsonOption = False,
) -> None:
    """Undo a removal; it outlasts every later curation.

    winnow restore 3f9a1c02d4e5f607 --by ada --reason "another product"
    """
    from curation.publish.story import find_id
    from curation.stage import refresh
    from winnow.data.ledger import Decision

    curated = find_curated(out, workspace)
    found = [find_id(curated, id_) for id_ in ids]
    curated.ledger.append(*(Decision(id_, "restore", "restore", reason, by=by) for id_ in found))
    report = refresh(curated)
    console.result(
        {"restored": found, "kept": report["kept"]}, as_json, f"restored {len(found)}; {report['kept']} rows are kept"
    )


def rethreshold(
    changes: Annotated[list[str], typer.Argument(metavar="KEY=VALUE…", help="as in duplicates.semantic=0.93")],
    out: OutOption = None,
    workspace: WorkspaceOption = Path(),
    by: ByOption = "",
    as_json: JsonOption = False,
) -> None:
    """Move a threshold, up or down, without embedding or searching again; a study's settings keep it, and who moved it.

    winnow rethreshold duplicates.semantic=0.93
    """
    from curation.cuts import move_cuts
    from curation.stage import move_thresholds
    from winnow.study.workspace import Workspace

    curated = find_curated(out, workspace)
    report = (
        move_thresholds(curated, changes) if out else move_cuts(Workspace.find(workspace), changes, by or getuser())
    )
    console.result(
        report,
        as_json,
        f"{report['kept']} kept ({report['flagged']} flagged), {report['removed']} removed of {report['input']}",
    )
