"""The cards of the model and of the dataset, filled with what the report found.

write_cards(workspace, report)      # the run's README.md, and report/dataset_card.md
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from evaluation.report_text import change, figure, primary, standing
from winnow.files import write_text
from winnow.workspace import Workspace

BEGIN, END = "<!-- evaluation -->", "<!-- /evaluation -->"


def write_cards(workspace: Workspace, report: Mapping[str, Any]) -> None:
    """Put the findings into the tuned run's card in place, and into a copy of the dataset's beside the report.

    The cards in the curated and the adapter folder stay as they were written: manifests hold their hashes.
    """
    section = evaluation_section(report)
    run = workspace.runs / report["training"]["run"]
    curated = workspace.curated.root / "card.md"
    for card, filled in ((run / "README.md",) * 2, (curated, workspace.report / "dataset_card.md")):
        if card.exists():
            write_text(filled, with_section(card.read_text(encoding="utf-8"), section))


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
