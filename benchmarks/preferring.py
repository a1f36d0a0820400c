"""Learn from corrections on a GPU, and see what it does to pairs and questions that nobody learned from.

python -m benchmarks.carried --out study
python -m benchmarks.preferring --study study --base MODEL --out out [--backend unsloth] [--rows 24]  # minutes, a GPU

A model is tuned on the study's rows, answers training questions (sampled as `winnow collect` does), and the reference
is taken for a person's correction: good, the model's own answer bad. `winnow prefer`'s DPO goes on from there, once as
it is, once killed after a checkpoint and resumed. On held-out questions, each with the tuned model's sampled answer:
the margin of the reference over that answer in nats against the tuned model, and greedy answers scored, with intervals.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from evaluation.answering.answers import Answerer, Question
from evaluation.metrics import chosen, score_each
from training.prefer import PreferenceRecipe, prefer
from training.preferences import Said, read_said, write_said
from training.qlora import train
from training.recipe import Recipe, TrainingData
from winnow.config import PreferenceConfig, TrainingConfig
from winnow.data.files import read_json, read_jsonl, read_records, write_json
from winnow.data.records import Record
from winnow.models.interface import GenerationSettings
from winnow.models.load import load_local_model
from winnow.models.local import LocalModel
from winnow.models.prompt import BARE
from winnow.statistics import mean, paired_difference

LEARNED = 600  # training questions that are answered and corrected
NEW_TOKENS = 96  # longest answer
AT_ONCE = 256  # answers written at once
METRICS = ("token_f1", "rouge_l")
TUNED = TrainingConfig(
    backend="trl", batch_size=16, accumulation=1, epochs=2, learning_rate=1e-3, max_length=512, overlong="cut",
    gradient_checkpointing=False, evaluations=1, patience=None,
)  # fmt: skip
BATCH = 8  # pairs an update of DPO
CHECKPOINTS = 4
FACTS = ("backend", "steps", "train_loss", "margin", "peak_memory_gb", "estimated_memory_gb", "kept_back")


def main() -> None:
    """Do every step that isn't done, and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--study", type=Path, required=True)
    parser.add_argument("--base", required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--backend", choices=("trl", "unsloth"), default="trl", help="of what learns from corrections")
    parser.add_argument("--rows", type=int, help="of training and held-out questions at most, to try it out")
    options = parser.parse_args()
    study = Study(options.study, options.base, options.out, options.backend, options.rows)
    for step in (study.tune, study.correct, study.prefer_both, study.measure):
        began = time.perf_counter()
        _apart(step)
        print(step.__name__, f"{time.perf_counter() - began:.0f} s", flush=True)
    print(json.dumps(read_json(options.out / "preferring.json")["figures"], indent=1))


def _apart(step: Any, *arguments: Any) -> None:
    """Run a step in a process of its own, whose memory on the card ends with it."""
    process = multiprocessing.get_context("spawn").Process(target=step, args=arguments)
    process.start()
    process.join()
    if process.exitcode:
        raise SystemExit(f"{step.__name__}: exit {process.exitcode}")


class Study:
    """The rows, the base, and where each step's output lies."""

    def __init__(self, study: Path, base: str, out: Path, backend: str, few: int | None) -> None:
        self.base, self.out, self.backend = base, out, backend
        self.train = read_records(study / "split" / "train.jsonl")[:few]
        self.held_out = read_records(study / "split" / "held_out.jsonl")[:few]
        self.groups = [row["group"] for row in read_jsonl(study / "split" / "held_out.jsonl")][:few]

    def tune(self) -> None:
        """Train the adapter that is gone on with."""
        recipe = Recipe(TrainingData(self.train), self.base, TUNED, None)
        train(recipe, self.out / "tuned", resume=True, no_plan=True)

    def correct(self) -> None:
        """Let the tuned model answer training questions; the reference is good, another answer of the model's bad."""
        asked = self.train[:LEARNED]
        answers = self._answered(self._model("tuned"), "tuned", asked, sampled=True)
        rows = zip(asked, answers, strict=True)
        said = [Said(row, (row.answer,), (text,), "correction") for row, text in rows if text not in ("", row.answer)]
        write_said(self.out / "said.jsonl", said)

    def prefer_both(self) -> None:
        """Learn once without a break, and beside it once killed after a checkpoint and resumed."""
        spawn = multiprocessing.get_context("spawn").Process
        whole, broken = spawn(target=self.prefer, args=("preferred",)), spawn(target=self.prefer, args=("resumed",))
        whole.start()
        broken.start()
        found: list[Path] = []
        while broken.is_alive() and not found:
            found = sorted((self.out / "resumed" / "checkpoints").glob("checkpoint-*/trainer_state.json"))
            time.sleep(0.1)
        broken.kill()
        broken.join()
        write_json(self.out / "killed.json", {"at": [path.parent.name for path in found]})
        _apart(self.prefer, "resumed")
        whole.join()

    def prefer(self, name: str) -> None:
        """Run `winnow prefer`'s recipe, or go on with it."""
        config = TUNED.model_copy(update={"batch_size": BATCH, "evaluations": CHECKPOINTS, "backend": self.backend})
        said, adapter = read_said(self.out / "said.jsonl"), self.out / "tuned" / "adapter"
        prefer(PreferenceRecipe(said, self.base, adapter, config, PreferenceConfig()), self.out / name, resume=True)

    def measure(self) -> None:
        """Measure margins and answers on held-out questions, and write every value and the figures."""
        rejected: list[str] = []
        sides = {}
        for name in ("tuned", "preferred"):
            model = self._model(name)
            rejected = rejected or self._answered(model, name, self.held_out, sampled=True)
            answers = self._answered(model, name, self.held_out, sampled=False)
            sides[name] = {
                "chosen": self._nats(model, [row.answer for row in self.held_out]),
                "rejected": self._nats(model, rejected),
                **self._scores(answers),
                "words": [float(len(text.split())) for text in answers],
            }
        found = {
            "figures": self._figures(sides["tuned"], sides["preferred"], rejected),
            "runs": {name: self._run(name) for name in ("preferred", "resumed")},
            "killed": read_json(self.out / "killed.json"),
            "weights_apart": _apart_by(self.out / "preferred" / "adapter", self.out / "resumed" / "adapter"),
            "pairs": len(read_said(self.out / "said.jsonl")),
            "sides": sides,
        }
        write_json(self.out / "preferring.json", found)

    def _figures(self, before: dict[str, list[float]], after: dict[str, list[float]], rejected: list[str]) -> Any:
        """Give after against before: the margin in nats a pair, the share of pairs where it grew, other changes.

        A pair whose rejected answer is the reference, or empty, is no pair.
        """
        pairs = [at for at, row in enumerate(self.held_out) if rejected[at] not in ("", row.answer)]
        gained = {
            side: [a - b for a, b in zip(after[side], before[side], strict=True)] for side in ("chosen", "rejected")
        }
        margins = [gained["chosen"][at] - gained["rejected"][at] for at in pairs]
        groups = [self.groups[at] for at in pairs]
        told = {"margin": mean(margins, groups), "margin_above_0": mean([float(one > 0) for one in margins], groups)}
        told |= {side: mean([gained[side][at] for at in pairs], groups) for side in gained}
        told |= {name: paired_difference(before[name], after[name], self.groups) for name in (*METRICS, "words")}
        return {name: interval.as_dict() for name, interval in told.items()}

    def _model(self, name: str) -> LocalModel:
        return load_local_model(self.base, self.out / name / "adapter")

    def _answered(self, model: LocalModel, name: str, rows: Sequence[Record], sampled: bool) -> list[str]:
        settings = GenerationSettings(
            NEW_TOKENS, *((PreferenceConfig().temperature,) if sampled else ()), batch_size=AT_ONCE
        )
        answerer = Answerer(model, name, name, settings, self.out / "answers.jsonl")
        return [answer.text for answer in answerer.answer([Question.of(row) for row in rows])]

    def _nats(self, model: LocalModel, answers: Sequence[str]) -> list[float]:
        pairs = [(BARE.text(model.tokenizer, row), text) for row, text in zip(self.held_out, answers, strict=True)]
        return [likelihood.total for likelihood in model.log_likelihood(pairs)]

    def _scores(self, answers: Sequence[str]) -> dict[str, list[float]]:
        rows = [{"prediction": text, "reference": row.answer} for row, text in zip(self.held_out, answers, strict=True)]
        return {one.name: [score.value or 0.0 for score in score_each(rows, one)] for one in chosen(list(METRICS))}

    def _run(self, name: str) -> Any:
        facts = read_json(self.out / name / "manifest.json")
        rows = read_jsonl(self.out / name / "metrics.jsonl")
        return {
            **{name: facts[name] for name in FACTS},
            "losses": [row["loss"] for row in rows if "loss" in row],
            "seconds": [row["seconds"] for row in rows if "loss" in row],
        }


def _apart_by(one: Path, other: Path) -> float:
    """Give the largest difference of a weight between two adapters."""
    from safetensors.torch import load_file

    weights = [load_file(folder / "adapter_model.safetensors") for folder in (one, other)]
    return max(float((weights[0][name] - weights[1][name]).abs().max()) for name in weights[0])


if __name__ == "__main__":
    main()
