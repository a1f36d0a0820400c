"""Freeze a study's plan, and say before anything is trained what it will be able to show.

freeze_plan(study)["power"]         # "40 pairs: a true win rate of 70 % is found in 76 % of studies …"
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from studio.study import Study


def freeze_plan(study: Study) -> dict[str, Any]:
    """Freeze the plan, or confirm the frozen one; raises PlanChanged where the study differs from it."""
    from evaluation.comparison.power import power_table, power_text
    from evaluation.retention.stage import items_for_margin, items_text
    from winnow.study.plan import CANNOT_PROVE, freeze, read
    from winnow.study.plan_fields import planned_fields

    path = study.workspace.plan_file
    fields = planned_fields(study.workspace, study.config)
    if path.exists():
        plan = read(path)
        plan.verify(fields)
    else:
        plan = freeze(fields)
        plan.write(path)
    text = power_text(power_table([fields["outcome"].get("voted") or fields["held_out"]["n"]]))
    items = items_for_margin(study.workspace, study.config)
    retention = items_text(items, study.config.plan.margin)
    return {
        **{"hash": plan.hash, "file": str(path), "note": CANNOT_PROVE},
        **{"power": text, "retention": retention, "retention_items": items},
    }
