"""The stage of preservation data: the base model writes, the filters reject, a share of the training tokens is kept.

Mixed into the domain rows it keeps what the base knew (SA-SFT, arXiv 2602.20162). A killed run goes on where it was.

    winnow preserve --set preservation.share=0.25
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, NotRequired, TypedDict

from curation.preservation.dialogues import Dialogue, dialogue_fault
from curation.preservation.sieve import Preservation, sieve
from curation.preservation.writing import DialogueLog, Writer
from winnow.config import Config, PreservationConfig
from winnow.data.files import read_records, write_json, write_jsonl
from winnow.data.records import Record, canonical_json, content_hash
from winnow.errors import InputError
from winnow.models.chat import special_tokens, template_hash
from winnow.models.embedder import Embedder
from winnow.models.identity import weights_hash
from winnow.models.interface import LanguageModel
from winnow.models.load import load_language_model
from winnow.models.names import resolve_base_model
from winnow.models.tokenizer import load_tokenizer
from winnow.progress import Progress
from winnow.study.general_prompts import GeneralPrompt
from winnow.study.held_out import HeldOutRow
from winnow.study.inputs import FileInput, Input, Inputs, Loaded
from winnow.study.shared_inputs import embedder_input, general_prompts_input, held_out_input, local, tokenizer_input
from winnow.study.stage import Stage
from winnow.study.workspace import Workspace

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


@dataclass(frozen=True)
class PreserveInputs(Inputs):
    """Training rows, held-out rows and test prompts, the base model that writes, and the encoder of the filters."""

    train: Input[list[Record]]
    held_out: Input[list[HeldOutRow]]
    general: Input[list[GeneralPrompt]]
    base: Input[str]
    tokenizer: Input[Any]
    embedder: Input[Embedder]
    prompts: Input[list[GeneralPrompt]] | None


class PreservationSummary(TypedDict):
    """The JSON of funnel.json: rows from written to kept by reason, and the tokens of answers beside the budget."""

    funnel: dict[str, int]
    tokens: int
    budget: int
    answer_tokens_per_second: NotRequired[float]
    current: NotRequired[bool]


def preserve_stage(workspace: Workspace, config: Config, out: Path | None = None) -> Stage[PreserveInputs]:
    """Declare the inputs and settings of the stage."""
    base, prompts = config.models.base, config.preservation.prompts
    model = resolve_base_model(base)
    inputs = PreserveInputs(
        FileInput(
            workspace.split / "train.jsonl", read_records, "no training rows yet to take a share of; run: winnow split"
        ),
        held_out_input(workspace),
        general_prompts_input(config.retention.prompts, workspace),
        Loaded(lambda: weights_hash(model), lambda: base, local(model)),
        tokenizer_input(base),
        embedder_input(config, workspace),
        None if prompts is None else general_prompts_input(prompts, workspace),
    )
    folder = out or workspace.preservation
    return Stage(
        folder / "manifest.json", "preserve", inputs, (config.preservation,), config.seed, [__name__],
        workspace.root, own=(folder, workspace.preservation),
    )  # fmt: skip


def preserve_workspace(
    workspace: Workspace, config: Config, progress: Progress, out: Path | None = None
) -> PreservationSummary:
    """Write `preservation.jsonl`, `rejected.jsonl` and `funnel.json` unless they still hold; return the summary.

    They go to the workspace's folder, or to `out`; what the base writes is kept in the workspace for both.
    """
    stage = preserve_stage(workspace, config, out)
    return stage.run(partial(_preserve, log_folder=workspace.preservation, progress=progress))


def token_budget(tokenizer: Any, answers: Sequence[str], share: float) -> int:
    """Return the token budget of preservation: with `share` 0.25 and 3,000 tokens of answers it is 1,000."""
    ids = tokenizer([answer.strip() for answer in answers], add_special_tokens=False)["input_ids"]
    return round(share / (1 - share) * sum(len(row) + 1 for row in ids))  # each answer is trained with its end


def _preserve(stage: Stage[PreserveInputs], log_folder: Path, progress: Progress) -> PreservationSummary:
    inputs, settings, seed = stage.inputs, stage.setting(PreservationConfig), stage.seed or 0
    tokenizer = inputs.tokenizer.open()
    budget = token_budget(tokenizer, [row.answer for row in inputs.train.open()], settings.share)
    began = time.perf_counter()
    written, made = [], Preservation([], [], 0)
    if budget:
        written = _write(_order(stage, budget, log_folder), progress)
        seconds = time.perf_counter() - began
        with progress("sieving preservation data", None):
            embedder = inputs.embedder.open()
            fault = partial(dialogue_fault, special=special_tokens(tokenizer), repetition=settings.repetition)
            made = sieve(written, fault, embedder.embed, _protected(inputs), settings, budget, seed)
    summary: PreservationSummary = {"funnel": made.funnel, "tokens": made.tokens, "budget": budget}
    stage.outputs = _publish(stage.folder, made, summary)
    if budget and not made.kept:
        raise InputError(f"{stage.folder}: {_why_nothing_is_kept(made, settings.share)}")
    if written:
        summary["answer_tokens_per_second"] = round(sum(d.tokens for d in written) / seconds, 1)
    return summary


@dataclass(frozen=True)
class Order:
    """All that the writing needs, in one value that can be sent to another process."""

    base: str
    weights: str
    settings: PreservationConfig
    seed: int
    prompts: tuple[str, ...]
    tokens: int
    folder: Path


def _order(stage: Stage[PreserveInputs], budget: int, folder: Path) -> Order:
    inputs, settings = stage.inputs, stage.setting(PreservationConfig)
    prompts = tuple(prompt.prompt for prompt in inputs.prompts.open()) if inputs.prompts else ()
    if settings.prompts_only and not prompts:
        raise InputError("preservation.prompts_only needs preservation.prompts: a JSONL of prompts to answer")
    wanted = round(settings.surplus * budget)
    return Order(inputs.base.open(), inputs.base.fingerprint(), settings, stage.seed or 0, prompts, wanted, folder)


def _write(order: Order, progress: Progress) -> list[Dialogue]:
    """Write dialogues in this process, or through Unsloth in another one."""
    if not _writes_through_unsloth(order.settings):
        return _write_here(order, progress)
    from winnow.models.unsloth import require_unsloth, with_unsloth

    require_unsloth("preservation.writer", otherwise="transformers")
    return with_unsloth(_write_here, order, progress=progress)


def _writes_through_unsloth(settings: PreservationConfig) -> bool:
    return settings.writer == "unsloth" and settings.server is None


def load_writing_model(base: str, settings: PreservationConfig) -> LanguageModel:
    """Load the untuned base model: from the server if the settings name one, else in this process."""
    if _writes_through_unsloth(settings):
        from winnow.models.unsloth import load_unsloth_model

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


def _write_here(order: Order, progress: Progress) -> list[Dialogue]:
    settings = order.settings
    model = load_writing_model(order.base, settings)  # before the tokenizer: Unsloth comes before transformers
    writer = Writer(model, load_tokenizer(order.base), settings, order.seed)
    identity = content_hash(
        order.weights,
        template_hash(writer.tokenizer),
        canonical_json(settings.model_dump(mode="json", include=WRITING)),
        canonical_json([order.seed, writer.chunk_size, order.prompts]),
    )
    log = DialogueLog(order.folder / f"written-{identity[:16]}.jsonl")
    with progress("writing preservation tokens", order.tokens) as advance:
        return writer.write(log, order.tokens, order.prompts, advance)


def _protected(inputs: PreserveInputs) -> list[str]:
    """List the held-out questions and the general prompts."""
    return [row.question for row in inputs.held_out.open()] + [p.prompt for p in inputs.general.open()]


def _publish(folder: Path, made: Preservation, summary: PreservationSummary) -> dict[str, Path]:
    kept, rejected, funnel = (folder / name for name in ("preservation.jsonl", "rejected.jsonl", "funnel.json"))
    write_jsonl(kept, made.kept_rows())
    write_jsonl(rejected, made.rejected_rows())
    write_json(funnel, summary)
    return {"kept": kept, "rejected": rejected, "funnel": funnel}
