"""The verbs of human labelling: label serve, push, pull, status, export, import."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from studio.terminal import console
from studio.terminal.options import ConfigOption, JsonOption, SetOption, WorkspaceOption, open_study

if TYPE_CHECKING:
    from curation.labelling import LabelledStudy, LabellingTask, PullResult
    from studio.study import Study

Task = Literal["rows", "removals"]
TaskOption = Annotated[Task, typer.Option("--task", help="rows: are they good? removals: was a sample of them right?")]
SheetArgument = Annotated[Path, typer.Argument(metavar="SHEET", help=".csv or .xlsx")]
FilledArgument = Annotated[Path, typer.Argument(metavar="SHEET", help="filled in; of any kind that curate reads")]

label_app = typer.Typer(no_args_is_help=True, help="Put rows before people: serve, push, pull, status, export, import.")


def register(app: typer.Typer) -> None:
    """Add this module's verbs."""
    verbs: dict[str, Callable[..., None]] = {
        "serve": serve,
        "push": push,
        "pull": pull,
        "status": status,
        "export": export,
        "import": import_,
    }
    for name, verb in verbs.items():
        label_app.command(name)(verb)
    app.add_typer(label_app, name="label")


def serve(
    workspace: WorkspaceOption = Path(),
    host: Annotated[str, typer.Option(help="address to listen on; other machines see only another one")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="0 takes a free one")] = 6900,
    background: Annotated[bool, typer.Option("--background", help="return once it answers")] = False,
    stop: Annotated[bool, typer.Option("--stop", help="end the server of this study")] = False,
) -> None:
    """Run a real Argilla for this study; the first time makes its environment.

    winnow label serve --background
    """
    from curation.labelling.argilla import server

    home = open_study(workspace).workspace.labelling
    if stop:
        server.stop(home)
        return
    server.serve(home, host, port, background, tell=console.note)


def push(
    workspace: WorkspaceOption = Path(),
    config: ConfigOption = None,
    overrides: SetOption = None,
    task: TaskOption = "rows",
    as_json: JsonOption = False,
) -> None:
    """Send flagged rows, an audit sample and gold rows to Argilla; again after new curation it adds what is new.

    winnow label push --set labelling.overlap=2
    winnow label push --task removals
    """
    from curation import labelling
    from winnow.models.embedder import Embedder

    study = open_study(workspace, config, overrides)
    if task == "removals":
        sent = labelling.push(labelling.removals(_labelled(study)), tell=console.note)
        sample, (url, *_) = sum(sent.roles.values()), sent.urls.values()
        console.result(_removals_json(sample, 0, [], url), as_json, f"{sample} removals\n{url}")
        return
    embedder = Embedder(study.config.models.embedder, study.workspace.embeddings)
    with console.progress("sending") as advance:
        done = labelling.push(labelling.rows(_labelled(study)), embedder.embed, console.note, advance)
    where = "\n".join(f"{name}: {url}" for name, url in done.urls.items())
    console.result(asdict(done), as_json, f"{', '.join(f'{n} {role}' for role, n in done.roles.items())}\n{where}")


def pull(
    workspace: WorkspaceOption = Path(),
    config: ConfigOption = None,
    overrides: SetOption = None,
    task: TaskOption = "rows",
    as_json: JsonOption = False,
) -> None:
    """Take people's verdicts into the ledger; what they disagree on goes to the adjudicators.

    winnow label pull
    """
    from curation import labelling

    study = open_study(workspace, config, overrides)
    if task == "removals":
        asked = labelling.removals(_labelled(study))
        _judge_removals(study, asked, labelling.pull(asked), as_json)
        return
    _take_in(study, labelling.pull(labelling.rows(_labelled(study))), as_json)


def status(workspace: WorkspaceOption = Path(), config: ConfigOption = None, as_json: JsonOption = False) -> None:
    """Say how far people are, how far they agree, and what curation missed.

    winnow label status
    """
    from curation import labelling

    found = labelling.status(_labelled(open_study(workspace, config)))
    console.result(found.as_dict(), as_json, "\n".join(found.lines()))


def export(
    sheet: SheetArgument,
    annotator: Annotated[str, typer.Option(help="only this person's rows")] = "",
    conflicts: Annotated[bool, typer.Option("--conflicts", help="the rows on which people disagree")] = False,
    workspace: WorkspaceOption = Path(),
    config: ConfigOption = None,
    overrides: SetOption = None,
    task: TaskOption = "rows",
    as_json: JsonOption = False,
) -> None:
    """Write the rows to judge as a sheet, for people who don't use Argilla.

    winnow label export rows.xlsx --annotator ada
    """
    from curation import labelling
    from winnow.errors import InputError

    labelled = _labelled(open_study(workspace, config, overrides))
    if annotator and (conflicts or task == "removals"):
        raise InputError(f"--annotator {annotator}: only rows of --task rows are assigned; leave --annotator out")
    if task == "removals":
        rows = labelling.export_sheet(sheet, labelling.removals(labelled))
    elif conflicts:
        rows = labelling.export_sheet(sheet, labelling.adjudication(labelled))
    else:
        rows = labelling.export_sheet(sheet, labelling.rows(labelled), annotator)
    console.result({"rows": rows, "sheet": str(sheet)}, as_json, f"{rows} rows: {sheet}")


def import_(
    sheet: FilledArgument,
    annotator: Annotated[str, typer.Option(help="who filled it in")],
    adjudication: Annotated[bool, typer.Option("--adjudication", help="this person decides conflicts")] = False,
    workspace: WorkspaceOption = Path(),
    config: ConfigOption = None,
    task: TaskOption = "rows",
    as_json: JsonOption = False,
) -> None:
    """Take a filled sheet in as one person's labels.

    winnow label import rows.xlsx --annotator ada
    """
    from curation import labelling

    study = open_study(workspace, config)
    if task == "removals":
        asked = labelling.removals(_labelled(study))
        _judge_removals(study, asked, labelling.import_sheet(sheet, asked, annotator), as_json)
        return
    judged = (labelling.adjudication if adjudication else labelling.rows)(_labelled(study))
    _take_in(study, labelling.import_sheet(sheet, judged, annotator), as_json)


def _labelled(study: Study) -> LabelledStudy:
    from curation.labelling import LabelledStudy

    config, place = study.config, study.workspace
    return LabelledStudy(place.curated, place.labelling, config.labelling, config.seed, config.curation.audit_sample)


def _judge_removals(study: Study, task: LabellingTask[Any], result: PullResult, as_json: bool) -> None:
    """Publish what people say of the removals, and print the share that was right."""
    from curation.publish.markdown import precision_lines
    from curation.stage import refresh

    report = refresh(study.workspace.curated)
    for fault in result.faults:
        console.note(fault)
    sample = len(task.asked())
    text = "\n".join([f"{result.labels} new verdicts on {sample} removals", *precision_lines(report)])
    told = _removals_json(sample, result.labels, result.faults, next(iter(result.urls.values()), ""))
    console.result(told | {"precision": report["precision"]}, as_json, text)


def _removals_json(sample: int, verdicts: int, faults: list[str], url: str) -> dict[str, object]:
    return {"sample": sample, "verdicts": verdicts, "faults": faults, "url": url}


def _take_in(study: Study, result: PullResult, as_json: bool) -> None:
    """Publish the rows as people left them, and say what came in."""
    from curation.stage import refresh

    refresh(study.workspace.curated)
    for fault in result.faults:
        console.note(fault)
    decided = ", ".join(f"{count} {verdict}" for verdict, count in result.decided.items()) or "nothing new decided"
    text = (
        f"{result.labels} labels; {decided}; {result.conflicts} in conflict, {result.waiting} waiting for more people"
    )
    console.result(asdict(result), as_json, text + (f"\n{result.adjudication_url}" if result.adjudication_url else ""))
