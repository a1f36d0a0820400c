"""The folder of a release: exports that passed the plan's gate, the cards of model and dataset, and what was checked.

made = make_release(workspace, config, ["merged", "ollama"], Path("release"))
made.checks[0].text     # "merged: the same prompt, character by character, for 32 held-out questions; …"
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from evaluation.bakeoff.licence import licence_of
from evaluation.report.stage import report_stage
from training.export.export import Format, export_run
from training.export.gate import Checked, check_exports
from training.runs import Run
from winnow.config import Config, ReleaseConfig
from winnow.data.files import read_json, write_json, write_text
from winnow.errors import GateFailed, InputError
from winnow.models.prompt import PromptForm
from winnow.progress import Progress, silent
from winnow.study.manifest import Manifest
from winnow.study.plan_fields import frozen_plan, held_out_rows
from winnow.study.workspace import Workspace

MODEL_CARD, DATASET_CARD, CHECKS = "README.md", "dataset_card.md", "release.json"


@dataclass(frozen=True)
class Release:
    """A released folder: its files, relative to it, with their sizes in bytes, and what was found of each export."""

    folder: Path
    files: dict[str, int]
    checks: list[Checked]

    def as_dict(self) -> dict[str, object]:
        """Give the JSON form."""
        checks = {one.name: one.as_dict() for one in self.checks}
        return {"folder": str(self.folder), "files": self.files, "checks": checks}


def make_release(
    workspace: Workspace, config: Config, formats: Sequence[Format], out: Path, progress: Progress = silent
) -> Release:
    """Export the last run, hold each export against the plan, and write the folder whole or not at all.

    Raises GateFailed naming every export that reads another prompt or answers too differently, PlanChanged where the
    study isn't the planned one, InputError where there is no report that holds.
    """
    plan = frozen_plan(workspace, config)
    asked = ReleaseConfig.model_validate(plan.fields.get("release", {}))
    run = Run(workspace.latest_run())
    _require_report(workspace, config)
    questions = held_out_rows(workspace)[: asked.prompts]
    with _whole_folder(out) as folder:
        files = export_run(run.root, folder, formats, progress=progress).files
        facts = Manifest.from_json(read_json(run.manifest_file)).facts
        prompt = PromptForm.from_facts(facts)
        checks = check_exports(facts["base"], prompt, run.adapter, files, questions, progress)
        if faults := [fault for one in checks for fault in one.faults(asked)]:
            raise GateFailed(f"not released: {'; '.join(faults)}")
        _write_cards(workspace, run, folder, facts["base"], checks)
        found = {"plan": plan.hash, "run": run.root.name, "asked": asked.model_dump()}
        write_json(folder / CHECKS, found | {"checks": {one.name: one.as_dict() for one in checks}})
    return Release(out, sizes(out), checks)


def sizes(folder: Path) -> dict[str, int]:
    """Measure the files of a folder, in bytes, by their path within it."""
    found = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.stat().st_size for path in found}


def _require_report(workspace: Workspace, config: Config) -> None:
    path = workspace.report / "report.json"
    if not path.exists():
        raise InputError(f"{path}: no report, and without one the cards would say nothing; run: winnow report")
    if stale := report_stage(workspace, config).stale():
        raise InputError(f"{path}: {', '.join(stale)} changed since it was written; run: winnow report")


@contextmanager
def _whole_folder(out: Path) -> Iterator[Path]:
    """Yield a folder beside `out` that takes its place when the block ends well; only a release may be replaced."""
    if out.exists() and not (out / CHECKS).exists():
        raise InputError(f"{out}: a folder that is no release stands there; pass another --out")
    partial = out.with_name(f".{out.name}.part")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    try:
        yield partial
        shutil.rmtree(out, ignore_errors=True)
        partial.rename(out)
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def _write_cards(workspace: Workspace, run: Run, folder: Path, base: str, checks: Sequence[Checked]) -> None:
    """Copy the cards that the report filled, and add to the model's what was released and under which licence."""
    from huggingface_hub import ModelCard, ModelCardData

    card = ModelCard(run.card_file.read_text(encoding="utf-8"))
    data, licence = cast(ModelCardData, card.data), licence_of(base)
    if not licence.startswith("unknown"):
        data.license = licence.lower()
    exports = "\n".join(f"- {one.text}" for one in checks)
    told = f"## Exports\n\nThe base's licence: {licence}. Each export was held against the adapter:\n\n{exports}\n"
    write_text(folder / MODEL_CARD, f"{str(card).rstrip()}\n\n{told}")
    dataset = workspace.report / DATASET_CARD
    if dataset.exists():
        shutil.copyfile(dataset, folder / DATASET_CARD)
