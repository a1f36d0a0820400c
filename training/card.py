"""The model card of a run, filled from its manifest: what it was made from, how, and what isn't known of it."""

from __future__ import annotations

from pathlib import Path

from training.runs import Run
from winnow.config import TrainingConfig
from winnow.data.files import write_text
from winnow.data.records import canonical_json
from winnow.models.prompt import PromptForm
from winnow.study.manifest import Manifest

CARD = (Path(__file__).parent / "templates" / "card.md").read_text(encoding="utf-8")

EXPLORATORY = "**Exploratory: trained without a frozen plan. No later figure makes it confirmatory.**"


def write_card(run: Run, manifest: Manifest) -> None:
    """Write `README.md` into the run folder and beside the adapter."""
    text = card(run.root.name, manifest)
    write_text(run.card_file, text)
    write_text(run.adapter / "README.md", text)


def card(name: str, manifest: Manifest) -> str:
    """Fill the card; the header is what model hubs read."""
    from huggingface_hub import ModelCardData

    header = ModelCardData(
        library_name="peft",
        base_model=manifest.facts["base"],
        pipeline_tag="text-generation",
        tags=["lora", "qlora", "sft", "winnow"],
    )
    return f"---\n{header.to_yaml()}\n---\n\n{_text(name, manifest)}"


def _text(name: str, manifest: Manifest) -> str:
    settings = TrainingConfig.model_validate(manifest.origin.settings["TrainingConfig"])
    facts = manifest.facts
    rows, plan, form = facts["rows"], facts["plan"], PromptForm.from_facts(facts)
    preserved = f" and {rows['preservation']} self-written ones ({facts['preservation_share']:.0%} of tokens)"
    return CARD.format(
        **{
            **settings.model_dump(),
            "name": name,
            "base": facts["base"],
            "domain": rows["domain"],
            "preservation": preserved if rows["preservation"] else "",
            "system": "the template's own" if form.system is None else f"`{canonical_json(form.system)}`",
            "template": canonical_json(form.template),
            "standing": EXPLORATORY if facts["exploratory"] else "Trained after the plan below was frozen.",
            "tokens": facts["trained_tokens"],
            "batch_size": facts["batch_size"],
            "accumulation": facts["accumulation"],
            "steps": facts["steps"],
            "stopped": f"best at {facts['best_step']}" if facts["best_step"] else "the last is kept",
            "train_loss": facts["train_loss"],
            "validation": _validation(facts["validation_loss"]),
            "modules": ", ".join(settings.target_modules),
            "precision": facts["precision"],
            "backend": facts["backend"],
            "seed": manifest.origin.seed,
            "plan": plan or "none",
            "base_hash": manifest.origin.inputs["base"],
            "data_hash": manifest.origin.inputs["train"],
            "seconds": manifest.seconds,
            "memory": manifest.peak_memory_gb,
            "energy": f"{facts['energy_wh']:g} Wh" if facts["energy_wh"] is not None else "not counted",
            "hardware": ", ".join(f"{key} {value}" for key, value in manifest.hardware.items()),
        }
    )


def _validation(loss: dict[str, float] | None) -> str:
    return f"{loss['start']:.3f} before, {loss['best']:.3f} best" if loss else "no validation rows"
