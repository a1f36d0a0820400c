"""The stage that answers the held-out rows: base with no adapter, tuned with the last run's, the proof between them.

answer_held_out(workspace, config, "base", silent)
answer_held_out(workspace, config, "tuned", silent)
answer_held_out(workspace, config, "tuned/checkpoint-20", silent)
answer_held_out(workspace, config, "http://127.0.0.1:8000/v1", silent)     # any OpenAI-compatible server
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evaluation.answers import Answerer, probe, prove_adapter_off, speed
from winnow.config import Config
from winnow.embedder import Embedder
from winnow.errors import InputError
from winnow.files import read_json, write_jsonl
from winnow.language_model import GenerationSettings, load_language_model, load_local_model
from winnow.manifest import Stage
from winnow.models import is_server, resolve_base_model, server_identity, weights_hash
from winnow.planning import frozen_plan, held_out_rows
from winnow.progress import Progress
from winnow.records import content_hash
from winnow.workspace import Workspace

RETRIEVAL = "-retrieval"
AGAIN = "base-again"


@dataclass(frozen=True)
class System:
    """A model that answers: the base, or the base with an adapter; with passages before the question, or without.

    `name` is also the name of its file of answers. `again` asks the base a second time, with the next seed.
    """

    name: str
    base: str
    adapter: Path | None = None
    retrieval: bool = False
    again: bool = False

    @property
    def identity(self) -> str:
        """Hash the weights that answer; asked again, the answers are to be made anew and none taken from the cache."""
        parts = [weights_hash(resolve_base_model(self.base))]
        if self.adapter is not None:
            parts.append(weights_hash(self.adapter))
        return content_hash(*parts, *([AGAIN] if self.again else []))


def find_system(workspace: Workspace, config: Config, name: str) -> System:
    """Find `base`, `base-again`, `tuned` (the last finished run), a run, `RUN/CHECKPOINT`, or the server at a URL.

    `NAME-retrieval` puts passages before each question.
    """
    model = name.removesuffix(RETRIEVAL)
    retrieval = model != name
    if is_server(model):
        return System(file_name(model) + name[len(model) :], model, None, retrieval)
    if model in ("base", AGAIN):
        return System(name, config.models.base, None, retrieval, again=model == AGAIN)
    run, _, checkpoint = model.partition("/")
    folder = workspace.latest_run() if run == "tuned" else workspace.runs / run
    adapter = folder / "checkpoints" / checkpoint if checkpoint else folder / "adapter"
    if not adapter.is_dir():
        raise InputError(f"{name}: no such system; there are base, tuned, a server's URL, {_known_runs(workspace)}")
    return System(name.replace("/", "-"), config.models.base, adapter, retrieval)


def file_name(model: str) -> str:
    """Make a name for a model's files, of a server's address or of a folder."""
    return re.sub(r"[^\w.]+", "-", model.replace("http://", "server-").replace("https://", "server-")).strip("-.")


def _known_runs(workspace: Workspace) -> str:
    names = []
    for run in sorted(workspace.runs.glob("*")):
        names += [run.name, *(f"{run.name}/{path.name}" for path in sorted(run.glob("checkpoints/checkpoint-*")))]
    return "the runs " + (", ".join(names) or "none")


def recorded_server(workspace: Workspace, config: Config) -> dict[str, Any] | None:
    """Give what the base's server said of itself when it answered; None where the base runs here or hasn't answered."""
    manifest = workspace.answers / "base.manifest.json"
    if not is_server(config.models.base) or not manifest.exists():
        return None
    said: dict[str, Any] | None = read_json(manifest)["summary"].get("server")
    return said


def answer_held_out(workspace: Workspace, config: Config, name: str, progress: Progress) -> dict[str, Any]:
    """Answer every held-out row with one system, unless its answers on disk still hold."""
    plan = frozen_plan(workspace, config)
    system = find_system(workspace, config, name)
    out = workspace.answers / f"{system.name}.jsonl"
    stage = Stage(
        workspace.answers / f"{system.name}.manifest.json",
        "answer",
        {
            "held_out": workspace.split / "held_out.jsonl",
            "weights": system.identity,
            "plan": plan.hash,
            **({"index": workspace.index / "manifest.json"} if system.retrieval else {}),
        },
        (config.answers, config.retrieval) if system.retrieval else (config.answers,),
        config.seed,
    )

    def work(stage: Stage) -> dict[str, Any]:
        rows = _questions(workspace, config, system)
        model = load_language_model(system.base, system.adapter)
        settings = generation_settings(config, config.seed + system.again)
        answerer = Answerer(
            model, system.name, system.identity, settings, workspace.answers / "cache.jsonl", config.answers.system
        )
        with progress(f"answering: {system.name}", len(rows)) as advance:
            answers = answerer.answer(rows, advance)
        write_jsonl(out, ({**answer.as_dict(), "plan": plan.hash} for answer in answers))
        stage.outputs = {"answers": out}
        proof = _proof(workspace, config, system, model, rows)
        return {"name": system.name, "rows": len(answers), **speed(answers), **proof}

    return stage.run(work)


def _questions(workspace: Workspace, config: Config, system: System) -> list[dict[str, Any]]:
    rows = held_out_rows(workspace)
    if not system.retrieval:
        return rows
    from evaluation.retrieval import open_index, with_passages

    embedder = Embedder(config.models.embedder, workspace.embeddings)
    return with_passages(rows, open_index(workspace.index, embedder), config.retrieval)


def generation_settings(config: Config, seed: int) -> GenerationSettings:
    """Read how held-out questions are answered."""
    answers = config.answers
    return GenerationSettings(answers.max_new_tokens, answers.temperature, answers.top_p, seed, answers.batch_size)


def _proof(
    workspace: Workspace, config: Config, system: System, model: Any, rows: list[dict[str, Any]]
) -> dict[str, Any]:
    """Probe the weights: the base's values are kept, a tuned model's must equal them with its adapter off.

    A server's weights can't be probed; what it says of itself is kept.
    """
    if is_server(system.base):
        return {"server": server_identity(system.base)}
    prompt = config.answers.system
    if system.adapter is None:
        return {"probe": probe(model, rows, prompt)}
    with model.without_adapter():
        disabled = probe(model, rows, prompt)
    return {"proof": prove_adapter_off(_plain_probe(workspace, config, rows), disabled, probe(model, rows, prompt))}


def _plain_probe(workspace: Workspace, config: Config, rows: list[dict[str, Any]]) -> list[float]:
    """Read the base's probe, or take it now where the base hasn't answered yet."""
    manifest = workspace.answers / "base.manifest.json"
    if manifest.exists() and (known := read_json(manifest)["summary"].get("probe")):
        return [float(value) for value in known]
    return probe(load_local_model(config.models.base), rows, config.answers.system)
