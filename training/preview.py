"""Show what a run would train on, and whether it fits, without training.

print(preview_run(data, config)["text"])
"""

from __future__ import annotations

from typing import Any

from training.arguments import total_steps
from training.backends import backend_name, load_tokenizer
from training.leakage import refuse_leaks
from training.memory import estimate_memory, free_gb, remedy
from training.qlora import Recipe, TrainingData, prepare
from training.rows import preview
from winnow.config import Config

ROWS = 3


def preview_run(data: TrainingData, config: Config) -> dict[str, Any]:
    """Return rows as the model sees them, counts, steps and memory; `text` says it all for people.

    Raises what the run itself would raise on these rows.
    """
    share, system = config.preservation.share if data.preservation else 0.0, config.answers.system
    recipe = Recipe(data, config.models.base, config.training, None, share, system, config.seed)
    refuse_leaks(data.train, data.held_out, data.judged)
    tokenizer = load_tokenizer(recipe.source)
    mixture, _ = prepare(tokenizer, recipe)
    longest = max(len(e.input_ids) for e in mixture.examples)
    estimate = estimate_memory(recipe.source, config.training, longest, backend_name(config.training) == "unsloth")
    shown = {
        "rows": [preview(tokenizer, example) for example in mixture.examples[:ROWS]],
        "training_rows": len(mixture.examples),
        "trained_tokens": sum(e.trained_tokens for e in mixture.examples),
        "longest": longest,
        "preservation_share": round(mixture.share, 4),
        "steps": total_steps(config.training, len(mixture.examples)),
        "memory_gb": {name: round(size, 2) for name, size in estimate.parts.items()},
        "memory_total_gb": round(estimate.total_gb, 2),
        "memory_free_gb": round(free_gb(), 2),
    }
    return {**shown, "text": _text(shown, remedy(config.training, longest))}


def _text(shown: dict[str, Any], remedy: str) -> str:
    parts = ", ".join(f"{name} {size:.2f}" for name, size in shown["memory_gb"].items() if size)
    fits = shown["memory_total_gb"] <= shown["memory_free_gb"]
    return "\n\n".join(
        [
            *shown["rows"],
            f"{shown['training_rows']} rows, {shown['trained_tokens']:,} trained tokens (between ⟦ and ⟧), "
            f"{shown['preservation_share']:.0%} of them preservation; the longest row has {shown['longest']} tokens; "
            f"{shown['steps']} steps",
            f"memory: about {shown['memory_total_gb']:.1f} GB of {shown['memory_free_gb']:.1f} GB free ({parts})"
            + ("" if fits else f"; to fit, {remedy}"),
        ]
    )
