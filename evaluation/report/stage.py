"""The stage that writes the report: what came in, what was trained, base against tuned, each figure with its interval.

done = write_report(workspace, config)      # report/report.html, report.md, report.json, and what others open
done["headline"]
report_stage(workspace, config).stale()     # ["votes"] once somebody has voted since
"""

from __future__ import annotations

from evaluation.answering.stage import recorded_server
from evaluation.comparison.pairs import pair_answers
from evaluation.report.cards import write_cards
from evaluation.report.findings import gather, read_systems
from evaluation.report.history import remember
from evaluation.report.inputs import ReportInputs, report_inputs
from evaluation.report.llm_comparator import comparator
from evaluation.report.markdown import markdown
from evaluation.report.page import page
from evaluation.report.readings import Systems
from winnow.config import Config
from winnow.data.files import write_json, write_text
from winnow.study.inputs import Input
from winnow.study.plan import Plan
from winnow.study.shared_inputs import held_out_input, plan_input
from winnow.study.stage import Stage
from winnow.study.workspace import Workspace

KINDS = ("html", "md", "json")


def report_stage(workspace: Workspace, config: Config) -> Stage[ReportInputs]:
    """Declare what the report is made from; raises PlanChanged where the study isn't of the frozen plan."""
    server = recorded_server(workspace, config)
    return report_of_plan(workspace, config, plan_input(workspace, config, held_out_input(workspace), server))


def report_of_plan(workspace: Workspace, config: Config, plan: Input[Plan]) -> Stage[ReportInputs]:
    """Declare a report under a plan that was read already."""
    inputs = report_inputs(workspace, config, plan)
    return Stage(
        workspace.report / "manifest.json", "report", inputs, (config.metrics, config.plan, config.costs), config.seed,
        code=[__name__], root=workspace.root, own=(workspace.report, inputs.run.open().card),
    )  # fmt: skip


def write_report(workspace: Workspace, config: Config) -> dict[str, object]:
    """Write the report three ways unless it still holds; returns the headline and the places.

    The pairs go to `llm_comparator.json` too, the findings into the cards. While the review is open no pair is written
    anywhere: whoever opens the folder stays blind. Raises PlanChanged where the study, the run or an answer isn't of
    the frozen plan, InputError where answers are missing.
    """
    done = report_stage(workspace, config).run(_write)
    remember(workspace)
    places = {kind: str(workspace.report / f"report.{kind}") for kind in KINDS}
    return {"headline": done["headline"], **places, **({"current": True} if done.get("current") else {})}


def _write(stage: Stage[ReportInputs]) -> dict[str, object]:
    systems, folder = read_systems(stage.inputs), stage.folder
    report, run, dataset = gather(stage, systems), stage.inputs.run.open(), stage.inputs.dataset_card
    stage.outputs = {kind: folder / f"report.{kind}" for kind in KINDS}
    write_json(stage.outputs["json"], report)
    write_text(stage.outputs["md"], markdown(report))
    write_text(stage.outputs["html"], page(report))
    _write_pairs(stage, systems)
    study = (stage.root or folder).resolve().name
    stage.outputs |= write_cards(report, study, run.card, dataset.open() if dataset else None, folder)
    return {"headline": report["headline"]}


def _write_pairs(stage: Stage[ReportInputs], systems: Systems) -> None:
    """Write every pair for other viewers, or take an earlier file away while the review is open."""
    path, cast = stage.folder / "llm_comparator.json", stage.inputs.votes.open()
    if cast.review.is_open:
        path.unlink(missing_ok=True)
        return
    write_json(path, comparator(pair_answers(systems["base"], systems["tuned"]), cast.votes))
    stage.outputs["pairs"] = path
