"""Settings of the models, of preservation data and of training."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from winnow.config.section import Section


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
    temperature: float = Field(0.7, gt=0, description="of the self-written queries and answers")
    top_p: float = Field(0.9, gt=0, le=1, description="nucleus of both")


class TrainingConfig(Section):
    """QLoRA: the base in 4 bits, low-rank adapters on top."""

    backend: Literal["auto", "unsloth", "trl"] = Field(
        "auto", description="auto takes unsloth on a GPU where it is installed"
    )
