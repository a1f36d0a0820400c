"""A run's folder: what it was made from, its checkpoints, the lineage of its rows, its card.

run = open_run(folder, recipe.identity, resume=True)      # refuses to go on with other data, settings or model
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from training.rows import Example
from winnow.data.files import read_json, write_json, write_jsonl
from winnow.data.records import Record, canonical_json, content_hash
from winnow.errors import InputError


@dataclass(frozen=True)
class Run:
    """Paths of one training run."""

    root: Path

    @property
    def adapter(self) -> Path:
        """The adapter (safetensors), the tokenizer and its template."""
        return self.root / "adapter"

    @property
    def metrics_file(self) -> Path:
        """One JSON object a step."""
        return self.root / "metrics.jsonl"

    @property
    def lineage_file(self) -> Path:
        """One JSON object a training row: id, kind, tokens."""
        return self.root / "lineage.jsonl"

    @property
    def manifest_file(self) -> Path:
        """Written last: its presence means the run ended well."""
        return self.root / "manifest.json"

    @property
    def identity_file(self) -> Path:
        """What the run is made from, written first."""
        return self.root / "run.json"

    @property
    def card_file(self) -> Path:
        """The model card."""
        return self.root / "README.md"

    @property
    def parity_file(self) -> Path:
        """Whether its exports answer as the adapter does, by format."""
        return self.root / "parity.json"

    @property
    def checkpoints(self) -> Path:
        """Where the trainer keeps the state it can go on from."""
        return self.root / "checkpoints"

    @property
    def finished(self) -> bool:
        """Tell whether the run ended well."""
        return self.manifest_file.exists()

    def last_checkpoint(self) -> Path | None:
        """Find the newest whole checkpoint, and delete those that a kill left in pieces."""
        found = sorted(self.checkpoints.glob("checkpoint-*"), key=lambda path: int(path.name.rsplit("-", 1)[1]))
        for folder in reversed(found):
            if _is_whole(folder):
                return folder
            shutil.rmtree(folder)
        return None


def run_for(runs: Path, identity: Mapping[str, object], resume: bool) -> Path:
    """Return the newest run folder with an equal identity on `resume`, else a new one named by the time."""
    if resume:
        for folder in sorted(runs.glob("*/"), reverse=True):
            if _identity(folder) == canonical_json(identity):
                return folder
    return runs / datetime.now(UTC).strftime("%Y%m%d-%H%M%S")


def open_run(root: Path, identity: Mapping[str, object], resume: bool) -> Run:
    """Create the run folder or resume in it; raises InputError if its identity differs or `resume` is False."""
    run = Run(root)
    if run.identity_file.exists():
        before = read_json(run.identity_file)
        if not resume:
            raise InputError(f"{root}: holds a run already; go on with --resume, or choose another folder")
        for name in sorted({*before, *identity}):
            if canonical_json(before.get(name)) != canonical_json(identity.get(name)):
                raise InputError(f"{root}: can't go on, {name} differs from when the run began; start a new run")
        return run
    write_json(run.identity_file, identity)
    return run


def data_hash(records: Iterable[Record]) -> str:
    """Hash what is trained on: ids and all that the model sees and answers, in order."""
    return content_hash(
        *(canonical_json([r.id, r.question, r.answer, r.context, r.system, list(r.history)]) for r in records)
    )


def write_lineage(run: Run, examples: Sequence[Example]) -> None:
    """Write for each training row, in the order of the mixture, where it came from and what it weighs."""
    write_jsonl(
        run.lineage_file,
        (
            {"id": e.id, "kind": e.kind, "tokens": len(e.input_ids), "trained_tokens": e.trained_tokens}
            for e in examples
        ),
    )


def _identity(folder: Path) -> str | None:
    file = Run(folder).identity_file
    return canonical_json(read_json(file)) if file.exists() else None


def _is_whole(checkpoint: Path) -> bool:
    """Tell whether the trainer had finished this checkpoint: it writes its state last."""
    try:
        return isinstance(read_json(checkpoint / "trainer_state.json"), dict)
    except InputError:
        return False
