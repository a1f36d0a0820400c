"""The cards of the model and of the dataset, filled with what the report found.

write_cards(workspace, report)      # the run's README.md, and report/dataset_card.md
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast

from evaluation.figures import NO_HEADLINE, change, figure, primary, standing
from winnow.data.files import write_text
from winnow.study.workspace import Workspace

if TYPE_CHECKING:
    from huggingface_hub import EvalResult

BEGIN, END = "<!-- evaluation -->", "<!-- /evaluation -->"


def write_cards(workspace: Workspace, report: Mapping[str, Any]) -> None:
    """Put the findings into the tuned run's card in place, and into a copy of the dataset's beside the report.

    The cards in the curated and the adapter folder stay as they were written: manifests hold their hashes.
    """
    section = evaluation_section(report)
    run = report["training"]["run"]
    model, curated = workspace.runs / run / "README.md", workspace.curated.root / "card.md"
    if model.exists():
        filled = with_section(model.read_text(encoding="utf-8"), section)
        write_text(model, with_results(filled, run, eval_results(report, workspace.root.resolve().name)))
    if curated.exists():
        write_text(workspace.report / "dataset_card.md", with_section(curated.read_text(encoding="utf-8"), section))


def with_results(card: str, name: str, results: list[EvalResult]) -> str:
    """Put results into a model card's header, where hubs look for them, in place of those that stand there."""
    from huggingface_hub import ModelCard, ModelCardData

    filled = ModelCard(card)
    data = cast(ModelCardData, filled.data)
    data.model_name, data.eval_results = (name, results) if results else (None, None)
    return str(filled)


def eval_results(report: Mapping[str, Any], study: str) -> list[EvalResult]:
    """Give the tuned model's value of each metric that may stand in a headline."""
    from huggingface_hub import EvalResult

    return [
        EvalResult(
            task_type="text-generation",
            dataset_type=study,
            dataset_name=f"{study}, {report['comparison']['pairs']} held-out questions",
            dataset_split="held_out",
            dataset_revision=report["plan"]["hash"][:12],
            metric_type=name,
            metric_value=round(row["tuned"]["estimate"], 4),
        )
        for name, row in report["comparison"]["metrics"].items()
        if row["tuned"]["estimate"] is not None and standing(report, name) != NO_HEADLINE
    ]


def with_section(card: str, section: str) -> str:
    """Add the section to a card, or replace the one that stands there."""
    before, _, rest = card.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before.rstrip()}\n\n{BEGIN}\n{section}\n{END}\n{after.lstrip()}"


def evaluation_section(report: Mapping[str, Any]) -> str:
    """Say what was found of the tuned model, each figure with its interval."""
    plan, comparison = report["plan"], report["comparison"]
    frozen = ", amended after data were seen" if plan["amendments"] else ", frozen before training"
    lines = [
        "## Evaluation",
        "",
        f"Base against tuned on {comparison['pairs']} held-out questions; plan `{plan['hash'][:12]}`{frozen}. "
        "Intervals are of 95 %.",
        "",
        primary(report),
        "",
        "| metric | base → tuned | against people |",
        "|---|---|---|",
        *(f"| {name} | {change(row)} | {standing(report, name)} |" for name, row in comparison["metrics"].items()),
    ]
    for name, kept in report["retention"].items():
        lines += [
            "",
            f"General ability of {name}: {kept['gate']['verdict']} at the margin {kept['gate']['margin']:g}; "
            f"right answers changed by {figure(kept['gate']['right']['difference'], '+')}.",
        ]
    return "\n".join(lines)
