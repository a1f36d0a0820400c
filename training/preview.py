"""Show what a run would train on, and whether it fits, without training.

print(preview_run(data, config).text)
"""

from __future__ import annotations

from dataclasses import asdict, dataclass

from training.arguments import total_steps
from training.backends import backend_name, load_tokenizer
from training.leakage import refuse_leaks
from training.memory import estimate_memory, free_gb, remedy
from training.qlora import Recipe, TrainingData, prepare
from training.rows import preview
from winnow.config import Config
from winnow.models.prompt import prompt_form

ROWS_SHOWN = 3


@dataclass(frozen=True)
class Preview:
    """Rows as the model sees them, counts of the mixture, memory in GB by part, and how a run would take less."""

    rows: list[str]
    training_rows: int
    trained_tokens: int
    longest: int
    preservation_share: float
    steps: int
    memory_gb: dict[str, float]
    memory_total_gb: float
    memory_free_gb: float
    remedy: str

    @property
    def text(self) -> str:
        """All of it in words for people."""
        parts = ", ".join(f"{name} {size:.2f}" for name, size in self.memory_gb.items() if size)
        fits = self.memory_total_gb <= self.memory_free_gb
        return "\n\n".join(
            [
                *self.rows,
                f"{self.training_rows} rows, {self.trained_tokens:,} trained tokens (between ⟦ and ⟧), "
                f"{self.preservation_share:.0%} of them preservation; the longest row has {self.longest} tokens; "
                f"{self.steps} steps",
                f"memory: about {self.memory_total_gb:.1f} GB of {self.memory_free_gb:.1f} GB free ({parts})"
                + ("" if fits else f"; to fit, {self.remedy}"),
            ]
        )

    def as_dict(self) -> dict[str, object]:
        """Give the JSON form: every figure, and the words."""
        figures = {name: value for name, value in asdict(self).items() if name != "remedy"}
        return {**figures, "text": self.text}


def preview_run(data: TrainingData, config: Config) -> Preview:
    """Tokenise and mix the rows as the run would, and estimate its memory; nothing is trained.

    Raises what the run itself would raise on these rows.
    """
    share = config.preservation.share if data.preservation else 0.0
    recipe = Recipe(data, config.models.base, config.training, None, share, prompt_form(config), config.seed)
    refuse_leaks(data.train, data.held_out, data.judged)
    tokenizer = load_tokenizer(recipe.source)
    mixture, _ = prepare(tokenizer, recipe)
    longest = max(len(e.input_ids) for e in mixture.examples)
    estimate = estimate_memory(recipe.source, config.training, longest, backend_name(config.training) == "unsloth")
    return Preview(
        rows=[preview(tokenizer, example) for example in mixture.examples[:ROWS_SHOWN]],
        training_rows=len(mixture.examples),
        trained_tokens=sum(e.trained_tokens for e in mixture.examples),
        longest=longest,
        preservation_share=round(mixture.share, 4),
        steps=total_steps(config.training, len(mixture.examples)),
        memory_gb={name: round(size, 2) for name, size in estimate.parts.items()},
        memory_total_gb=round(estimate.total_gb, 2),
        memory_free_gb=round(free_gb(), 2),
        remedy=remedy(config.training, longest),
    )
