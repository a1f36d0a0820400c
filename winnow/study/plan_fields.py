"""What a study's plan fixes, read from the workspace as it stands: frozen once, compared ever after.

fields = planned_fields(workspace, config)
freeze(fields).write(workspace.plan_file)
frozen_plan(workspace, config)              # raises PlanChanged when the study no longer is the planned one
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from winnow.config import Config, PlanConfig, ReleaseConfig
from winnow.data.records import canonical_json, content_hash
from winnow.errors import InputError
from winnow.models.identity import server_identity, template_of, weights_hash
from winnow.models.names import is_server, resolve_base_model
from winnow.models.prompt import prompt_form
from winnow.study.held_out import HeldOutRow, read_held_out
from winnow.study.plan import Plan, read
from winnow.study.workspace import Workspace

# What plans of before these settings have: they keep their hash.
UNSAID = (("stopping", "fixed"), ("voted", None), ("selections", None))
NOT_SPLIT = "no held-out rows yet; run: winnow split"


def planned_fields(
    workspace: Workspace,
    config: Config,
    served: Mapping[str, object] | None = None,
    rows: Sequence[HeldOutRow] | None = None,
) -> dict[str, Any]:
    """Gather the held-out rows, base model, prompt, generation, metrics, outcome, margins, raters and seed.

    `served` is what the base's server said of itself earlier; without it the server is asked now. `rows` are the
    held-out rows where the caller has read them.
    """
    rows = held_out_rows(workspace) if rows is None else rows
    return {
        "held_out": held_out_fields(rows),
        "base": _base(config.models.base, served),
        "prompt": prompt_form(config).as_dict(),
        "generation": config.answers.model_dump(mode="json", exclude={"system", "batch_size"}),
        "metrics": list(config.metrics.names),
        "outcome": _outcome(config.plan),
        "retention": config.retention.model_dump(mode="json"),
        "seed": config.seed,
        **_release(config.release),
    }


def held_out_fields(rows: Sequence[HeldOutRow]) -> dict[str, object]:
    """Give how many rows are held out, and the hashes of their ids and of all that is asked and expected."""
    return {
        "n": len(rows),
        "ids": content_hash(*sorted(row.id for row in rows)),
        "content": content_hash(*sorted(canonical_json(row.content) for row in rows)),
    }


def frozen_plan(
    workspace: Workspace,
    config: Config,
    served: Mapping[str, object] | None = None,
    rows: Sequence[HeldOutRow] | None = None,
) -> Plan:
    """Read the frozen plan and check that the study still is the planned one; raises PlanChanged naming the field.

    Who only reads what a served base has answered gives as `served` what the server said then: it may be down by now.
    """
    plan = read(workspace.plan_file)
    plan.verify(planned_fields(workspace, config, served, rows))
    return plan


def held_out_rows(workspace: Workspace) -> list[HeldOutRow]:
    """Read the held-out rows; raises InputError where the split hasn't been made."""
    path = workspace.split / "held_out.jsonl"
    if not path.exists():
        raise InputError(f"{path}: {NOT_SPLIT}")
    return read_held_out(path)


def _outcome(plan: PlanConfig) -> dict[str, object]:
    """Give what counts as success; a fixed review of all pairs goes without saying, as when plans knew no other."""
    fields = plan.model_dump(mode="json")
    return {name: value for name, value in fields.items() if (name, value) not in UNSAID}


def _release(release: ReleaseConfig) -> dict[str, object]:
    """Give what an export has to pass; the usual goes without saying, as when plans knew nothing of it."""
    return {} if release == ReleaseConfig() else {"release": release.model_dump(mode="json")}


def _base(name: str, served: Mapping[str, object] | None) -> dict[str, object]:
    """Identify the base model: its weights and chat template where they are here, else what its server says."""
    if is_server(name):
        return {"name": name, "server": dict(served) if served else server_identity(name)}
    model = resolve_base_model(name)
    return {"name": name, "weights": weights_hash(model), "template": template_of(model)}
