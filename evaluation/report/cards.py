"""The cards of the model and of the dataset, filled with what the report found.

evaluation_section(report)
# "## Evaluation … | token_f1 | 0.142 → 0.231, difference +0.089 [+0.051, +0.127] n=50 | follows people |"
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, cast

from evaluation.figures import NO_HEADLINE, Report, change, figure, primary, standing
from winnow.data.files import write_text

if TYPE_CHECKING:
    from huggingface_hub import EvalResult

BEGIN, END = "<!-- evaluation -->", "<!-- /evaluation -->"


def write_cards(report: Report, study: str, model: Path, dataset: str | None, out: Path) -> dict[str, Path]:
    """Fill the model card where it stands and write a filled copy of the `dataset` card to `out`; return both by name.

    A card that isn't there is left out. The cards in the curated and the adapter folder stay as they were written:
    manifests hold their hashes.
    """
    section, written = evaluation_section(report), {}
    if model.exists():
        filled = with_section(model.read_text(encoding="utf-8"), section)
        write_text(model, with_results(filled, report["training"]["run"], eval_results(report, study)))
        written["model card"] = model
    if dataset is not None:
        written["dataset card"] = out / "dataset_card.md"
        write_text(written["dataset card"], with_section(dataset, section))
    return written


def with_results(card: str, name: str, results: list[EvalResult]) -> str:
    """Put results into a model card's header, where hubs look for them, in place of those that stand there."""
    from huggingface_hub import ModelCard, ModelCardData

    filled = ModelCard(card)
    data = cast(ModelCardData, filled.data)
    data.model_name, data.eval_results = (name, results) if results else (None, None)
    return str(filled)


def eval_results(report: Report, study: str) -> list[EvalResult]:
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


def evaluation_section(report: Report) -> str:
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
