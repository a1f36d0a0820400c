"""Settings of the models, of preservation data and of training."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

from pydantic import Field, model_validator

from winnow.config.section import Section

DeviceChoice = Literal["auto", "cuda", "mps", "cpu"]


class ModelsConfig(Section):
    """Which models."""

    base: str = Field("smollm2-135m-instruct", description="a folder, a hub name, or a model that a package ships")
    embedder: str = Field(
        "all-minilm-l6-v2", description="sentence-transformers model: a folder, a hub name or a packaged one"
    )


class PreservationConfig(Section):
    """Self-written data that keeps what the base model knew (SA-SFT, arXiv 2602.20162)."""

    share: float = Field(
        0.25, ge=0, lt=1, description="of training tokens; 0 turns it off, more keeps more and teaches less"
    )
    temperature: float = Field(0.7, gt=0, description="of the self-written questions and answers; more is more varied")
    top_p: float = Field(0.9, gt=0, le=1, description="nucleus of both")
    greedy_answers: bool = Field(False, description="true answers at temperature 0: steadier, less like the base")
    max_question_tokens: int = Field(128, ge=8, description="longer self-written questions are rejected")
    max_answer_tokens: int = Field(
        512, ge=8, description="longer answers are rejected as unfinished: too low a limit wastes what was written"
    )
    second_turn: float = Field(0.0, ge=0, le=1, description="share of dialogues that get a second question and answer")
    prompts: str | None = Field(None, description="a JSONL of your own general prompts, which the base answers as well")
    prompts_only: bool = Field(False, description="true answers those prompts and writes no questions")
    writer: Literal["transformers", "unsloth"] = Field(
        "transformers", description="what generates here; unsloth is for large models on an NVIDIA GPU"
    )
    server: str | None = Field(
        None, description="URL of a server with the same base, which writes faster; null is here"
    )
    batch_size: int | None = Field(
        None, ge=1, description="dialogues at once; null is 8 on a CPU and 64 elsewhere: small models take more"
    )
    surplus: float = Field(
        1.5, ge=1, description="tokens written for each token needed; more leaves the diversity pick more choice"
    )
    max_rows: int = Field(20_000, ge=1, description="writing stops there even where the share isn't reached")
    repetition: float = Field(0.25, ge=0, le=1, description="highest share of repeated 4-grams in a text")
    near_duplicate: float = Field(0.95, ge=0, le=1, description="cosine from which two questions are one")
    leak: float = Field(0.9, ge=0, le=1, description="cosine to a held-out or general test prompt that rejects a row")
    refusals: float = Field(0.02, ge=0, le=1, description="highest share of answers that refuse")
    language: str | None = Field(None, description="ISO 639-1 code of the rows to keep; null is what most rows are in")


ATTENTION = ("q_proj", "k_proj", "v_proj", "o_proj")
ALL_LINEAR = (*ATTENTION, "gate_proj", "up_proj", "down_proj")


@dataclass(frozen=True)
class Preset:
    """The settings that one word chooses together; each of them can still be given by itself."""

    target_modules: tuple[str, ...] = ALL_LINEAR
    rank: int = 16
    alpha: int = 16
    dropout: float = 0.0
    learning_rate: float = 2e-4
    scheduler: str = "cosine"
    warmup: float = 0.05
    batch_size: int = 2
    accumulation: int = 4
    epochs: float = 3.0
    precision: str = "auto"


STANDARD = Preset()
PRESETS: Mapping[str, Preset] = {
    "standard": STANDARD,
    "article": Preset(target_modules=ATTENTION, dropout=0.05, warmup=50, precision="fp16"),
    "small": Preset(learning_rate=1e-4, accumulation=2),
    "large": Preset(rank=32, alpha=32, batch_size=4, epochs=2.0),
}


def _from_preset(name: str, description: str, **limits: float) -> Any:
    """Declare a setting that is the preset's unless given; `winnow.yaml` shows it commented out."""
    return Field(getattr(STANDARD, name), description=description, json_schema_extra={"from_preset": True}, **limits)  # type: ignore[call-overload]


class TrainingConfig(Section):
    """QLoRA: the base in 4 bits, low-rank adapters on top; commented values are the preset's, uncomment to override."""

    preset: Literal["standard", "article", "small", "large"] = Field(
        "standard",
        description="article: the widely copied recipe, to compare with; small: under 500 rows; large: over 5,000",
    )
    backend: Literal["auto", "unsloth", "trl"] = Field(
        "auto", description="auto takes unsloth on a GPU where it is installed; on a CPU it is 10 times slower than trl"
    )
    quantization: Literal["nf4", "none"] = Field(
        "nf4", description="nf4 with double quantisation takes a quarter of the memory; none is plain LoRA, and faster"
    )
    target_modules: tuple[str, ...] = _from_preset(
        "target_modules", "all seven linear layers: attention alone loses even at equal size (LoRA Without Regret)"
    )
    rank: int = _from_preset(
        "rank", "size of the adapter; 16 learns small sets as well as 256, more suits large sets", ge=1
    )
    alpha: int = _from_preset(
        "alpha", "the adapter's scale is alpha / rank; equal to rank keeps learning rates comparable", ge=1
    )
    dropout: float = _from_preset(
        "dropout", "of the adapter's input; 0 is fastest, and short runs gain nothing by it", ge=0, lt=1
    )
    learning_rate: float = _from_preset(
        "learning_rate", "ten times that of full tuning; lower forgets less and learns slower", gt=0
    )
    scheduler: Literal["cosine", "linear", "constant"] = _from_preset(
        "scheduler", "how the learning rate falls after the warm-up; cosine ends gently"
    )
    warmup: float = _from_preset(
        "warmup", "below 1 a share of the steps, from 1 a number of steps; steadies the first updates", ge=0
    )
    batch_size: int = _from_preset(
        "batch_size", "rows at once on a device: memory grows with it, the result hardly changes", ge=1
    )
    accumulation: int = _from_preset(
        "accumulation", "batches an update; batch_size x accumulation is the effective batch", ge=1
    )
    epochs: float = _from_preset("epochs", "passes over the rows; more than 3 mostly memorises", gt=0)
    precision: Literal["auto", "bf16", "fp16", "fp32"] = _from_preset(
        "precision", "auto is bf16 where the card has it, fp32 on a CPU; fp16 fails on one 7B run in five (QLoRA)"
    )
    max_steps: int | None = Field(None, ge=1, description="updates instead of epochs; null trains all epochs")
    max_length: int = Field(1024, ge=8, description="tokens of question and answer; activations grow with it")
    overlong: Literal["stop", "drop", "cut"] = Field(
        "stop", description="rows over max_length: stop and list them, leave them out, or cut their answers' ends off"
    )
    group_by_length: bool = Field(
        False, description="rows of like length share a batch: less padding, so faster steps, but batches less mixed"
    )
    optimizer: Literal["adamw_torch_fused", "adamw_8bit", "paged_adamw_8bit"] = Field(
        "adamw_torch_fused", description="8-bit ones halve the optimizer's memory, which for adapters is small"
    )
    weight_decay: float = Field(0.001, ge=0, description="pull of the adapter towards zero")
    max_grad_norm: float = Field(1.0, gt=0, description="longer gradients are scaled down to it")
    gradient_checkpointing: bool | None = Field(
        None, description="recompute activations: far less memory, a third slower; null is on for GPUs, off for CPUs"
    )
    evaluations: int = Field(
        6, ge=1, description="times a run that the validation loss is measured and a checkpoint kept"
    )
    patience: int | None = Field(
        3, ge=1, description="evaluations without a better validation loss before the run stops; null never stops it"
    )
    preservation_loss: Literal["cross_entropy", "kl"] = Field(
        "cross_entropy", description="on preservation rows; kl stays near the base's whole distribution, a pass slower"
    )
    kl_weight: float = Field(1.0, gt=0, description="weight of a preservation token beside a domain token under kl")
    report_to: Literal["none", "wandb", "trackio", "tensorboard", "mlflow"] = Field(
        "none", description="a tracker beside metrics.jsonl; its package must be installed"
    )

    @model_validator(mode="before")
    @classmethod
    def _fill_from_preset(cls, values: Any) -> Any:
        """Put the preset's values under those given."""
        if not isinstance(values, dict):
            return values
        preset = PRESETS.get(values.get("preset", "standard"))
        return {**asdict(preset), **values} if preset else values


class PreferenceConfig(Section):
    """Learning from votes and corrections, on top of the tuned adapter; what isn't said here is as for training."""

    method: Literal["dpo", "kto"] = Field(
        "dpo", description="dpo learns from pairs; kto from single answers too, such as two that were both bad"
    )
    beta: float = Field(0.1, gt=0, description="how closely it keeps to the tuned model; higher is closer")
    learning_rate: float = Field(2e-5, gt=0, description="a tenth of training's: answers change, knowledge hardly")
    epochs: float = Field(2.0, gt=0, description="passes over what was said")
    max_steps: int | None = Field(None, ge=1, description="updates instead of epochs; null trains all epochs")
    validation: float = Field(0.1, ge=0, lt=0.5, description="share of the questions kept back to measure the margin")
    questions: int = Field(
        100, ge=1, description="training and validation questions answered twice for people to vote on"
    )
    pairs: Literal["tuned", "base-and-tuned"] = Field(
        "tuned", description="whose answers people vote on: two of the tuned model, or one of the base and one of it"
    )
    temperature: float = Field(0.8, gt=0, description="of those answers: higher makes them differ more, and ramble")
