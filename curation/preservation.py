"""Preservation data: what the untouched base model writes, sieved down to the share of tokens that training mixes in.

Mixed into the domain rows it keeps what the base knew (SA-SFT, arXiv 2602.20162). A killed run goes on where it was.

    winnow preserve --set preservation.share=0.25
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

from curation.dialogues import Dialogue, dialogue_fault
from curation.preservation_sieve import Preservation, sieve
from curation.self_writing import DialogueLog, Writer
from winnow.chat import special_tokens, template_hash
from winnow.config import Config, PreservationConfig
from winnow.embedder import Embedder
from winnow.errors import InputError
from winnow.files import read_jsonl, write_json, write_jsonl
from winnow.general_prompts import general_prompts_file, read_general_prompts
from winnow.language_model import LanguageModel, load_language_model, load_tokenizer
from winnow.manifest import Stage
from winnow.models import resolve_base_model, weights_hash
from winnow.progress import Progress
from winnow.records import canonical_json, content_hash
from winnow.workspace import Workspace

# Settings that change what the model writes; the others only sieve what it wrote.
WRITING = {
    "temperature",
    "top_p",
    "greedy_answers",
    "max_question_tokens",
    "max_answer_tokens",
    "second_turn",
    "repetition",
    "writer",
    "server",
}


def preserve_workspace(
    workspace: Workspace, config: Config, progress: Progress, out: Path | None = None
) -> dict[str, Any]:
    """Write `preservation.jsonl`, `rejected.jsonl` and `funnel.json` unless they still hold; return the summary.

    They go to the workspace's folder, or to `out`; what the base writes is kept in the workspace for both.
    """
    train, held_out = workspace.split / "train.jsonl", workspace.split / "held_out.jsonl"
    if not train.exists():
        raise InputError(f"{train}: no training rows yet to take a share of; run: winnow split")
    general = general_prompts_file(config.retention.prompts, workspace.root)
    inputs: dict[str, Path | str] = {"train": train, "held_out": held_out, "general": general}
    inputs["base"] = weights_hash(resolve_base_model(config.models.base))
    inputs["embedder"] = config.models.embedder
    if config.preservation.prompts is not None:
        inputs["prompts"] = general_prompts_file(config.preservation.prompts, workspace.root)
    folder = out or workspace.preservation
    stage = Stage(folder / "manifest.json", "preserve", inputs, (config.preservation,), config.seed)

    def work(stage: Stage) -> dict[str, Any]:
        return _preserve(workspace, config, progress, stage, folder)

    return stage.run(work)


def token_budget(tokenizer: Any, answers: Sequence[str], share: float) -> int:
    """Count the tokens that preservation may have: `share` of all trained tokens, these answers being the rest."""
    ids = tokenizer([answer.strip() for answer in answers], add_special_tokens=False)["input_ids"]
    return round(share / (1 - share) * sum(len(row) + 1 for row in ids))  # each answer is trained with its end


def _preserve(workspace: Workspace, config: Config, progress: Progress, stage: Stage, folder: Path) -> dict[str, Any]:
    settings = config.preservation
    tokenizer = load_tokenizer(config.models.base)
    train = read_jsonl(workspace.split / "train.jsonl")
    budget = token_budget(tokenizer, [str(row["answer"]) for row in train], settings.share)
    began = time.perf_counter()
    written, made = [], Preservation([], [], 0)
    if budget:
        written = _write(workspace, config, budget, progress)
        seconds = time.perf_counter() - began
        with progress("sieving preservation data", None):
            embedder = Embedder(config.models.embedder, workspace.embeddings)
            protected = _protected(workspace, config)
            fault = partial(dialogue_fault, special=special_tokens(tokenizer), repetition=settings.repetition)
            made = sieve(written, fault, embedder.embed, protected, settings, budget, config.seed)
    summary: dict[str, Any] = {"funnel": made.funnel, "tokens": made.tokens, "budget": budget}
    stage.outputs = _publish(folder, made, summary)
    if budget and not made.kept:
        raise InputError(f"{folder}: {_why_nothing_is_kept(made, settings.share)}")
    if written:
        summary["answer_tokens_per_second"] = round(sum(d.tokens for d in written) / seconds, 1)
    return summary


def _write(workspace: Workspace, config: Config, budget: int, progress: Progress) -> list[Dialogue]:
    """Write here, or through Unsloth in a process of its own."""
    if not _writes_through_unsloth(config.preservation):
        return _write_here(workspace, config, budget, progress)
    from winnow.unsloth_model import require_unsloth, with_unsloth

    require_unsloth("preservation.writer", otherwise="transformers")
    return with_unsloth(_write_here, workspace, config, budget, progress=progress)


def _writes_through_unsloth(settings: PreservationConfig) -> bool:
    return settings.writer == "unsloth" and settings.server is None


def load_writing_model(base: str, settings: PreservationConfig) -> LanguageModel:
    """Load the untouched base through what the settings name; a server goes before what runs here."""
    if _writes_through_unsloth(settings):
        from winnow.unsloth_model import load_unsloth_model

        return load_unsloth_model(base)
    return load_language_model(settings.server or base)


def _why_nothing_is_kept(made: Preservation, share: float) -> str:
    short = [dialogue.tokens for dialogue, fault in made.rejected if fault.reason == "over_budget"]
    if short:
        return (
            f"preservation.share={share:g} of these training rows is {made.budget} tokens, and the shortest "
            f"self-written row has {min(short)}; raise the share, or set preservation.share=0"
        )
    counts = ", ".join(f"{count} {reason}" for reason, count in made.funnel.items() if count and reason != "written")
    return (
        f"none of the {made.funnel['written']} self-written rows can be used ({counts}; see rejected.jsonl); "
        "raise preservation.max_answer_tokens or max_rows, or set preservation.share=0"
    )


def _write_here(workspace: Workspace, config: Config, budget: int, progress: Progress) -> list[Dialogue]:
    settings = config.preservation
    model = load_writing_model(config.models.base, settings)  # before the tokenizer: Unsloth comes before transformers
    writer = Writer(model, load_tokenizer(config.models.base), settings, config.seed)
    own = [] if settings.prompts is None else read_general_prompts(settings.prompts, workspace.root)
    if settings.prompts_only and not own:
        raise InputError("preservation.prompts_only needs preservation.prompts: a JSONL of prompts to answer")
    prompts = [prompt.prompt for prompt in own]
    identity = content_hash(
        weights_hash(resolve_base_model(config.models.base)),
        template_hash(writer.tokenizer),
        canonical_json(settings.model_dump(mode="json", include=WRITING)),
        canonical_json([config.seed, writer.chunk_size, prompts]),
    )
    log = DialogueLog(workspace.preservation / f"written-{identity[:16]}.jsonl")
    wanted = round(settings.surplus * budget)
    with progress("writing preservation tokens", wanted) as advance:
        return writer.write(log, wanted, prompts, advance)


def _protected(workspace: Workspace, config: Config) -> list[str]:
    """Gather what the evaluation will ask: held-out questions and general prompts."""
    held_out = read_jsonl(workspace.split / "held_out.jsonl")
    general = read_general_prompts(config.retention.prompts, workspace.root)
    return [str(row["question"]) for row in held_out] + [prompt.prompt for prompt in general]


def _publish(folder: Path, made: Preservation, summary: dict[str, Any]) -> dict[str, Path]:
    kept, rejected, funnel = (folder / name for name in ("preservation.jsonl", "rejected.jsonl", "funnel.json"))
    write_jsonl(kept, made.kept_rows())
    write_jsonl(rejected, made.rejected_rows())
    write_json(funnel, summary)
    return {"kept": kept, "rejected": rejected, "funnel": funnel}
