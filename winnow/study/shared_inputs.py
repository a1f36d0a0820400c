"""The inputs that several stages of a study share, each hashed by what it is and not by where it stands.

held_out = held_out_input(workspace)
embedder = embedder_input(config, workspace)      # another encoder's name or weights are another fingerprint
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa

from winnow.config import Config
from winnow.data.files import file_hash
from winnow.data.ledger import Decision, View
from winnow.data.records import content_hash
from winnow.data.stamps import once
from winnow.models.embedder import Embedder
from winnow.models.identity import tokenizer_hash, weights_hash
from winnow.models.names import resolve_base_model, resolve_embedder
from winnow.study.general_prompts import GeneralPrompt, general_prompts_file, prompts_of
from winnow.study.held_out import HeldOutRow
from winnow.study.inputs import FileInput, Input, Loaded
from winnow.study.plan import Plan
from winnow.study.plan_fields import NOT_SPLIT, frozen_plan, held_out_rows
from winnow.study.workspace import Curated, Workspace


def view_input(curated: Curated) -> Input[View]:
    """How each record stands: known by the rows that are kept, their texts as they stand now, and which wait."""
    reads = (curated.records_file, curated.ledger.folder)

    def identify() -> str:
        if not curated.records_file.exists():
            return "absent"
        return once(
            "view", [curated.records_file, *sorted(curated.ledger.folder.glob("*"))], lambda: _view_hash(curated)
        )

    return Loaded(identify, curated.view, reads)


def _view_hash(curated: Curated) -> str:
    view = curated.view()
    return content_hash(table_hash(view.kept_table), *sorted(view.flags))


def table_hash(table: pa.Table) -> str:
    """Hash a table's schema and values, however its rows lie in memory."""
    whole = table.combine_chunks()
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, whole.schema) as stream:
        stream.write_table(whole)
    return hashlib.sha256(sink.getvalue()).hexdigest()


def people_input(curated: Curated) -> Input[list[Decision]]:
    """What people decided, in the order of time; known by the decisions, so that none made is none."""
    ledger = curated.ledger
    return Loaded(lambda: file_hash(ledger.people_file) if ledger.people_file.exists() else "none",
                  ledger.people_decisions, (ledger.people_file,))  # fmt: skip


def held_out_input(workspace: Workspace) -> Input[list[HeldOutRow]]:
    """The held-out rows."""
    return FileInput(workspace.split / "held_out.jsonl", lambda _: held_out_rows(workspace), NOT_SPLIT)


def plan_input(
    workspace: Workspace,
    config: Config,
    held_out: Input[list[HeldOutRow]],
    served: Mapping[str, object] | None = None,
) -> Input[Plan]:
    """The frozen plan, known by its hash; PlanChanged where the study no longer is the planned one."""
    plan = frozen_plan(workspace, config, served, held_out.open())
    return Loaded(lambda: plan.hash, lambda: plan, (workspace.plan_file,))


def general_prompts_input(source: str, workspace: Workspace) -> Input[list[GeneralPrompt]]:
    """The general prompts: the shipped ones, or those of a file."""
    return FileInput(general_prompts_file(source, workspace.root), prompts_of)


def embedder_input(config: Config, workspace: Workspace) -> Input[Embedder]:
    """The sentence encoder with the study's cache, known by its weights."""
    name = config.models.embedder
    return Loaded(
        lambda: weights_hash(resolve_embedder(name)),
        lambda: Embedder(name, workspace.embeddings),
        (workspace.embeddings, *local(resolve_embedder(name))),
    )


def tokenizer_input(base: str) -> Input[Any]:
    """The base model's tokenizer with its chat template, known by its files."""
    from winnow.models.tokenizer import load_tokenizer

    model = resolve_base_model(base)
    return Loaded(lambda: tokenizer_hash(model), lambda: load_tokenizer(base), local(model))


def local(model: Path | str) -> tuple[Path, ...]:
    """Give a model's folder; () of a server or a hub name."""
    return (Path(model),) if Path(model).is_dir() else ()
