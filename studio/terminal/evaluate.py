"""The verbs that tell what was gained: bakeoff, index, answer, judge, aa, report, diff; and those of bare files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from studio.terminal import console
from studio.terminal.measure import compare, meta, score
from studio.terminal.options import ConfigOption, JsonOption, SetOption, WorkspaceOption, open_study

if TYPE_CHECKING:
    from studio.study import Study


def register(app: typer.Typer) -> None:
    """Add this module's verbs."""
    for verb in (bakeoff, index, answer, judge, score, meta, compare, aa, report, verify, history, diff):
        app.command()(verb)


def bakeoff(
    models: Annotated[list[str], typer.Argument(metavar="MODEL…", help="folders, hub names or servers' URLs")],
    workspace: WorkspaceOption = Path(),
    config: ConfigOption = None,
    overrides: SetOption = None,
    as_json: JsonOption = False,
) -> None:
    """Put untouched base models through the held-out rows and the general items, before choosing one.

    winnow bakeoff smollm2-135m-instruct ./other-model
    """
    from evaluation.bakeoff.stage import bake_off, bake_off_text

    study = open_study(workspace, config, overrides)
    found = bake_off(study.workspace, study.config, models, console.progress)
    console.result(found, as_json, f"{bake_off_text(found)}\n{found['html']}")


def index(
    documents: Annotated[
        list[Path] | None, typer.Argument(metavar="DOCS…", help="files or folders: md, txt, html, pdf")
    ] = None,
    workspace: WorkspaceOption = Path(),
    config: ConfigOption = None,
    overrides: SetOption = None,
    as_json: JsonOption = False,
) -> None:
    """Index the documents in which retrieval looks for facts.

    winnow index handbook/
    """
    done = index_study(open_study(workspace, config, overrides), documents or [])
    console.result(done, as_json, f"{done['passages']} passages of {done['documents']} documents")


def index_study(study: Study, documents: list[Path]) -> dict[str, Any]:
    """Index the documents named, or those of the settings, unless the index on disk still holds."""
    from evaluation.index.stage import index_documents
    from winnow.errors import InputError
    from winnow.study.shared_inputs import embedder_input

    chosen = documents or [study.workspace.root / name for name in study.config.retrieval.documents]
    if not chosen:
        raise InputError("no documents named; pass them, or list them under retrieval.documents in winnow.yaml")
    embedder = embedder_input(study.config, study.workspace)
    return index_documents(chosen, study.workspace.index, embedder, study.config.retrieval)


def answer(
    systems: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="SYSTEM…",
            help="base, tuned, a run, RUN/CHECKPOINT, a server's URL, each with -no-context to leave the rows' contexts"
            " out; base and tuned unless named",
        ),
    ] = None,
    with_: Annotated[str | None, typer.Option("--with", help="retrieval: put passages before each question")] = None,
    workspace: WorkspaceOption = Path(),
    config: ConfigOption = None,
    overrides: SetOption = None,
    as_json: JsonOption = False,
) -> None:
    """Answer the held-out questions with base and tuned, the same prompt and settings for both.

    winnow answer --with retrieval
    """
    from winnow.errors import InputError

    if with_ not in (None, "retrieval"):
        raise InputError(f"--with {with_}: unknown; the one thing to answer with is retrieval")
    names = [f"{name}-retrieval" if with_ else name for name in systems or ["base", "tuned"]]
    done = answer_study(open_study(workspace, config, overrides), names)
    lines = [f"{name}: {facts['rows']} answers, {facts['tokens_per_second']} tokens/s" for name, facts in done.items()]
    console.result(done, as_json, "\n".join(lines))


def answer_study(study: Study, systems: list[str]) -> dict[str, Any]:
    """Answer with each system unless its answers on disk still hold."""
    from evaluation.answering.stage import answer_held_out

    return {name: answer_held_out(study.workspace, study.config, name, console.progress) for name in systems}


def judge(
    model: Annotated[
        str,
        typer.Argument(metavar="MODEL", help="a folder, a hub name, URL[#MODEL] of a server; to correct, a metric too"),
    ],
    workspace: WorkspaceOption = Path(),
    config: ConfigOption = None,
    overrides: SetOption = None,
    as_json: JsonOption = False,
    with_votes: Annotated[
        bool, typer.Option("--correct", help="correct the reviewers' win rate by what the judge says of all pairs")
    ] = False,
) -> None:
    """Let a model judge base against tuned in both orders; the report holds it against people, like any metric.

    winnow judge http://127.0.0.1:8000/v1 --correct
    """
    from evaluation.judge.correct import correct_study, correction_text
    from evaluation.judge.stage import judge_study, judge_text

    study = open_study(workspace, config, overrides)
    if with_votes:
        corrected = correct_study(study.workspace, study.config, model, console.progress)
        console.result(corrected, as_json, correction_text(corrected))
        return
    found = judge_study(study.workspace, study.config, model, console.progress)
    console.result(found, as_json, judge_text(found))


def aa(
    workspace: WorkspaceOption = Path(),
    config: ConfigOption = None,
    overrides: SetOption = None,
    as_json: JsonOption = False,
) -> None:
    """Answer twice with the base and compare: what the tool says when nothing changed.

    winnow aa
    """
    from evaluation.comparison.again import again_text

    found = aa_study(open_study(workspace, config, overrides))
    console.result(found, as_json, again_text(found))


def aa_study(study: Study) -> dict[str, object]:
    """Answer with the base and with the base again, and compare the two."""
    from evaluation.answering.stage import AGAIN
    from evaluation.answering.written import read_answers
    from evaluation.comparison.again import compare_again
    from winnow.study.plan_fields import frozen_plan, held_out_rows

    answer_study(study, ["base", AGAIN])
    held_out = held_out_rows(study.workspace)
    systems = read_answers(study.workspace, frozen_plan(study.workspace, study.config, rows=held_out), held_out)
    greedy = study.config.answers.temperature == 0
    metrics, seed = study.config.metrics.names, study.config.seed
    return compare_again(systems["base"], systems[AGAIN], metrics, is_greedy=greedy, seed=seed).as_dict()


def report(
    workspace: WorkspaceOption = Path(),
    config: ConfigOption = None,
    overrides: SetOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write the report: what came in, what was trained, base against tuned, each figure with its interval.

    winnow report
    """
    from evaluation.report.stage import write_report

    study = open_study(workspace, config, overrides)
    done = write_report(study.workspace, study.config)
    console.result(done, as_json, f"{done['headline']}\n{done['html']}")


def verify(
    place: Annotated[Path, typer.Argument(help="a study's folder, or its report.html")] = Path(),
    as_json: JsonOption = False,
) -> None:
    """Recompute every hash and every figure of a report from its folder; exit 1 where anything differs. Needs no model.

    winnow verify their-study/report/report.html
    """
    from evaluation.report.verify import verification_text, verify_report
    from winnow.study.workspace import Workspace

    workspace = Workspace.find(place if place.is_dir() else place.parent)
    found = verify_report(workspace, workspace.config()).as_dict()
    console.result(found, as_json, verification_text(found))
    if not found["holds"]:
        raise typer.Exit(1)


def history(workspace: WorkspaceOption = Path(), as_json: JsonOption = False) -> None:
    """List the reports of a study with their figures, and how often its held-out rows were looked at.

    winnow history
    """
    from evaluation.report.history import history as reports
    from evaluation.report.history import history_text

    lines = reports(open_study(workspace).workspace)
    console.result({"history": lines}, as_json, history_text(lines))


def diff(
    before: Annotated[Path, typer.Argument(help="the folder of the earlier study")],
    after: Annotated[Path, typer.Argument(help="the folder of the later study, whose settings name the metrics")],
    as_json: JsonOption = False,
) -> None:
    """Show what changed between two finished studies: training rows with reasons, answers, and what lies near a loss.

    winnow diff ../monday .
    """
    from evaluation.changes.studies import diff_studies, diff_text
    from winnow.study.workspace import Workspace

    found = diff_studies(Workspace.find(before), Workspace.find(after))
    console.result(found, as_json, diff_text(found))
