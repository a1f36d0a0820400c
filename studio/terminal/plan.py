"""The verbs that fix what will be compared: split, plan freeze, show, power, amend."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from studio.terminal import console
from studio.terminal.options import ConfigOption, JsonOption, SetOption, WorkspaceOption, open_study

if TYPE_CHECKING:
    pass

plan_app = typer.Typer(no_args_is_help=True, help="Define success before training: freeze, show, power, amend.")


def register(app: typer.Typer) -> None:
    """Add this module's verbs."""
    app.command()(split)
    for name, verb in (("freeze", freeze), ("show", show), ("power", power), ("amend", amend)):
        plan_app.command(name)(verb)
    app.add_typer(plan_app, name="plan")


def split(
    workspace: WorkspaceOption = Path(),
    config: ConfigOption = None,
    overrides: SetOption = None,
    as_json: JsonOption = False,
) -> None:
    """Part the kept rows into train, validation and held-out; no duplicate group stands on two sides.

    winnow split --set split.held_out=40
    """
    from curation.split.stage import split_curated
    from studio.additions import training_lines

    study = open_study(workspace, config, overrides)
    done = split_curated(study.workspace.curated, study.workspace.split, study.config)
    text = "train {train}, validation {validation}, held-out {held_out} rows; {waiting} flagged rows wait for a person"
    lines = [text.format(**done)]
    if "leaks" in done:
        lines.append(f"the frozen plan's held-out rows stay; {done['leaks']} rows that tell one of them are left out")
    lines += training_lines(study.workspace, study.config)
    console.result(done, as_json, "\n".join(lines))


def freeze(
    workspace: WorkspaceOption = Path(),
    config: ConfigOption = None,
    overrides: SetOption = None,
    as_json: JsonOption = False,
    tag: Annotated[bool, typer.Option("--tag", help="sign it as a git tag of the study's repository")] = False,
) -> None:
    """Freeze and hash what will be compared, before training.

    winnow plan freeze
    """
    from studio.plan import freeze_plan

    done = freeze_plan(open_study(workspace, config, overrides))
    if tag:
        done["tag"] = tag_plan(workspace, done["hash"])
    text = f"{done['power']}\n{done['retention']}\n\nplan {done['hash'][:8]} frozen: {done['file']}\n{done['note']}"
    console.result(done, as_json, text)


def tag_plan(folder: Path, plan_hash: str) -> str:
    """Tag the commit of the study's git repository with the plan's hash; raises WinnowError where git can't."""
    import subprocess

    from winnow.errors import WinnowError

    name = f"winnow-plan-{plan_hash[:12]}"
    command = ["git", "-C", str(folder), "tag", "-a", name, "-m", f"plan {plan_hash}"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise WinnowError(f"git tag {name}: {done.stderr.strip()}; commit the study to a repository first")
    return name


def show(workspace: WorkspaceOption = Path(), as_json: JsonOption = False) -> None:
    """Show the frozen plan."""
    import yaml

    from winnow.study.plan import read

    plan = read(open_study(workspace).workspace.plan_file)
    value = plan.as_dict()
    console.result(value, as_json, yaml.safe_dump(value, sort_keys=False, allow_unicode=True).strip())


def power(
    pairs: Annotated[list[int] | None, typer.Argument(help="numbers of held-out pairs")] = None,
    as_json: JsonOption = False,
) -> None:
    """Say what a number of pairs can show, before anyone labels.

    winnow plan power 20 50
    """
    from evaluation.comparison.power import power_table, power_text

    table = power_table(pairs or [20, 30, 50, 100])
    console.result({"power": [asdict(row) for row in table]}, as_json, power_text(table))


def amend(
    why: Annotated[str, typer.Option("--why", help="what was learned, and when; stands in every later report")],
    workspace: WorkspaceOption = Path(),
    config: ConfigOption = None,
    overrides: SetOption = None,
    anew: Annotated[
        bool, typer.Option("--anew", help="first draw all parts of the split again, held-out rows too")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Replace the plan by the study as it stands now; later reports are marked as amended after data were seen.

    winnow plan amend --why "the legal team withdrew 3 held-out questions"
    """
    from curation.split.stage import split_curated
    from winnow.study.plan import read
    from winnow.study.plan_fields import planned_fields

    study = open_study(workspace, config, overrides)
    path = study.workspace.plan_file
    if anew and why.strip():
        split_curated(study.workspace.curated, study.workspace.split, study.config, anew=True)
    plan = read(path).amend(planned_fields(study.workspace, study.config), why)
    plan.write(path)
    changed = ", ".join(plan.amendments[-1].changed)
    console.result(
        {"hash": plan.hash, "changed": changed},
        as_json,
        f"plan {plan.hash[:8]}, amended after data were seen: {changed}",
    )
