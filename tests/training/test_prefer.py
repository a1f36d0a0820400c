"""What people prefer moves the tuned model towards it, by TRL's own loss, and leaves a run's folder behind."""

from __future__ import annotations

import json
import math
import os
import shutil
import signal
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.training_models import metrics, recipe, records, tiny_model  # noqa: F401
from training.backends import TrlBackend
from training.prefer import PreferenceRecipe, build, prefer
from training.preferences import Said, paired_rows, read_said, single_rows, write_said
from training.qlora import train
from training.runs import Run
from winnow.config import PreferenceConfig, TrainingConfig
from winnow.errors import InputError, WinnowError
from winnow.models.prompt import BARE

ROOT = Path(__file__).parents[2]
QUICK = {"batch_size": 2, "accumulation": 1, "evaluations": 2}


@pytest.fixture(scope="module")
def adapter(tiny_model, tmp_path_factory):  # noqa: F811
    return train(recipe(tiny_model), tmp_path_factory.mktemp("runs") / "tuned", no_plan=True) / "adapter"


def said(count: int) -> list[Said]:
    """Short answers are preferred to those that ramble."""
    return [
        Said(row, ("It is a fee.",), ("Well, that may or may not be so, who knows.",), "vote") for row in records(count)
    ]


def preferring(model, adapter, rows, **settings):
    own = {"learning_rate": 1e-2, "max_steps": 8, "validation": 0.25} | settings
    return PreferenceRecipe(rows, str(model), adapter, TrainingConfig(**QUICK), PreferenceConfig(**own))


@pytest.fixture(scope="module")
def whole(tiny_model, adapter, tmp_path_factory):  # noqa: F811
    """A run of DPO that nothing broke off."""
    return prefer(preferring(tiny_model, adapter, said(16)), tmp_path_factory.mktemp("preferred") / "dpo")


def test_dpo_raises_the_margin_of_preferred_answers_on_questions_it_hasnt_learned(whole, tiny_model, adapter):  # noqa: F811
    one, run = preferring(tiny_model, adapter, said(16)), whole
    manifest = json.loads((run / "manifest.json").read_text())
    assert manifest["margin"]["start"] == pytest.approx(0, abs=1e-3), "the reference is the tuned adapter itself"
    assert manifest["margin"]["end"] > 1
    assert manifest["kept_back"] == 4
    assert {path.name for path in run.iterdir()} >= {
        "adapter",
        "lineage.jsonl",
        "metrics.jsonl",
        "README.md",
        "run.json",
    }
    assert (run / "adapter" / "adapter_model.safetensors").exists(), "the learning adapter alone is saved"
    assert "nats" in (run / "README.md").read_text()
    assert prefer(one, run, resume=True) == run, "a finished run is returned as it is"


def test_kto_goes_on_at_a_checkpoint_with_what_it_had_learned(tiny_model, adapter, tmp_path):  # noqa: F811
    """At the checkpoint halfway: the same losses and the same weights as without a break."""
    one = preferring(tiny_model, adapter, said(8), max_steps=4, validation=0.0, method="kto")
    whole, broken = prefer(one, tmp_path / "whole"), tmp_path / "broken"
    shutil.copytree(whole, broken)
    (broken / "manifest.json").unlink()
    shutil.rmtree(broken / "adapter")
    shutil.rmtree(broken / "checkpoints" / "checkpoint-4")
    prefer(one, broken, resume=True)
    losses = [[row["loss"] for row in metrics(run) if "loss" in row] for run in (whole, broken)]
    assert losses[0] == losses[1]
    assert losses[0][2] < losses[0][0], "it had learned before the break"
    ended = [(run / "adapter" / "adapter_model.safetensors").read_bytes() for run in (whole, broken)]
    assert ended[0] == ended[1]


def test_kto_learns_from_answers_that_were_both_bad(tiny_model, adapter, tmp_path):  # noqa: F811
    rows = [*said(6), *(Said(row, (), ("Perhaps.", "Who knows."), "vote") for row in records(4, "And "))]
    run = prefer(preferring(tiny_model, adapter, rows, method="kto", validation=0.0, max_steps=2), tmp_path / "kto")
    assert json.loads((run / "manifest.json").read_text())["method"] == "kto"


# A process that ends itself at its sixth update, two after the checkpoint of the fourth.
BREAK_OFF = """
import os, sys
from contextlib import contextmanager
from pathlib import Path

sys.path[:0] = ["{root}", "{root}/tests"]
from tests.training.test_prefer import preferring, said
from training.prefer import prefer

@contextmanager
def break_off(description, total):
    done = 0
    def advance(updates):
        nonlocal done
        done += updates
        if done == 6:
            os.kill(os.getpid(), 9)
    yield advance

prefer(preferring(Path("{model}"), Path("{adapter}"), said(16)), Path("{out}"), progress=break_off)
"""


def weights(run):
    return (run / "adapter" / "adapter_model.safetensors").read_bytes()


def updates(run):
    return [row["loss"] for row in map(json.loads, (run / "metrics.jsonl").open()) if "loss" in row]


def goes_on_as(whole, one, broken_off):
    """Resume, and hold the run bit by bit against one that nothing broke off."""
    run = prefer(one, broken_off, resume=True)
    assert updates(run) == updates(whole)
    assert weights(run) == weights(whole)
    margins = [json.loads((folder / "manifest.json").read_text())["margin"]["end"] for folder in (run, whole)]
    assert margins[0] == margins[1], "held against the tuned adapter, not against itself half way"


def test_a_run_that_was_told_to_stop_goes_on_and_ends_as_one_that_wasnt(whole, tiny_model, adapter, tmp_path):  # noqa: F811
    @contextmanager
    def told_to_stop(description, total):
        done = []

        def advance(updates):
            done.append(updates)
            if sum(done) == 5:
                os.kill(os.getpid(), signal.SIGTERM)

        yield advance

    one = preferring(tiny_model, adapter, said(16))
    with pytest.raises(WinnowError, match=r"SIGTERM after step 5 of 8.*winnow prefer --resume"):
        prefer(one, tmp_path / "stopped", progress=told_to_stop)
    goes_on_as(whole, one, tmp_path / "stopped")


@pytest.mark.slow
def test_a_run_that_was_killed_goes_on_from_its_last_checkpoint(whole, tiny_model, adapter, tmp_path):  # noqa: F811
    script = BREAK_OFF.format(root=ROOT, model=tiny_model, adapter=adapter, out=tmp_path / "killed")
    assert subprocess.run([sys.executable, "-c", script], env=os.environ, timeout=300).returncode == -signal.SIGKILL
    assert not (tmp_path / "killed" / "manifest.json").exists()
    goes_on_as(whole, preferring(tiny_model, adapter, said(16)), tmp_path / "killed")


def likelihood(model, asked, answer):
    """The log-likelihood of an answer after its prompt, in nats."""
    import torch

    ids = torch.tensor([asked + answer])
    logits = model(input_ids=ids).logits[0, len(asked) - 1 : -1].float().log_softmax(-1)
    return logits.gather(1, ids[0, len(asked) :, None]).sum()


def test_the_loss_is_the_papers_with_the_tuned_adapter_as_reference(tiny_model, adapter, tmp_path):  # noqa: F811
    import torch

    one = preferring(tiny_model, adapter, said(2))
    rows = paired_rows(one.inputs.tokenizer.open(), one.said, BARE, 512)
    trainer = build(one, Run(tmp_path / "run"), TrlBackend(), rows, [])
    model = trainer.model.eval()
    with torch.no_grad():
        for name, weights in model.named_parameters():
            if "lora_B.default" in name:
                weights.add_(0.05)
        found = trainer.compute_loss(model, trainer.data_collator(rows)).item()
        gains = {}
        for kind in ("default", "ref"):
            model.set_adapter(kind)
            gains[kind] = [
                likelihood(model, row["prompt_ids"], row["chosen_ids"])
                - likelihood(model, row["prompt_ids"], row["rejected_ids"])
                for row in rows
            ]
    margins = torch.stack(gains["default"]) - torch.stack(gains["ref"])
    assert margins.abs().min() > 0.01
    expected = -torch.nn.functional.logsigmoid(one.preference.beta * margins).mean().item()
    assert found == pytest.approx(expected, rel=1e-3)


def as_texts(tokenizer, rows):
    """What was said as TRL reads it: texts, whose tokens, and an end of turn after each answer, it makes itself."""
    asked = [[{"role": "user", "content": one.record.question}] for one in rows]
    prompts = [tokenizer.apply_chat_template(turn, tokenize=False, add_generation_prompt=True) for turn in asked]
    return [
        {"prompt": prompt, "chosen": one.good[0], "rejected": one.bad[0]}
        for prompt, one in zip(prompts, rows, strict=True)
    ]


def moved(model):
    """Move the learning adapter away from its reference."""
    import torch

    with torch.no_grad():
        for name, weights in model.named_parameters():
            if "lora_B.default" in name:
                weights.add_(0.05)
    return model.eval()


@pytest.mark.parametrize("method", ["dpo", "kto"])
def test_the_loss_is_what_trl_gives_for_the_same_texts(method, tiny_model, adapter, tmp_path):  # noqa: F811
    import torch
    import trl
    from datasets import Dataset

    from training.arguments import common_arguments
    from training.backends import TrlBackend

    one = preferring(tiny_model, adapter, said(2), method=method)
    tokenizer, run = one.inputs.tokenizer.open(), Run(tmp_path / "run")
    if method == "dpo":
        rows, texts = paired_rows(tokenizer, one.said, BARE, 512), as_texts(tokenizer, one.said)
        trainer_of, settings_of = trl.DPOTrainer, trl.DPOConfig
    else:
        rows, trainer_of, settings_of = single_rows(tokenizer, one.said, BARE, 512, 4), trl.KTOTrainer, trl.KTOConfig
        texts = [
            {"prompt": pair["prompt"], "completion": pair[side], "label": side == "chosen"}
            for pair in as_texts(tokenizer, one.said)
            for side in ("chosen", "rejected")
        ]
    ours = build(one, run, TrlBackend(), rows, [])
    model, _ = TrlBackend().load(one.source, one.settings, one.seed, adapter)
    arguments = common_arguments(one.settings, run, len(texts), False, one.seed)
    theirs = trainer_of(
        model=model,
        args=settings_of(**arguments, beta=one.preference.beta),
        train_dataset=Dataset.from_list(texts),
        processing_class=tokenizer,
    )
    with torch.no_grad():
        losses = [
            trainer.compute_loss(moved(trainer.model), trainer.data_collator(list(trainer.train_dataset))).item()
            for trainer in (ours, theirs)
        ]
    assert losses[0] == pytest.approx(losses[1], rel=1e-5)
    assert abs(losses[0] - (math.log(2) if method == "dpo" else 0.5)) > 1e-4, "the adapter was moved"


def test_answers_of_one_question_stand_in_pairs_or_alone(smollm2_tokenizer):
    [row] = records(1)
    rows = [Said(row, ("Right.", "Also right."), ("Wrong.",), "correction")]
    pairs = paired_rows(smollm2_tokenizer, rows, BARE, 512)
    assert [smollm2_tokenizer.decode(pair["chosen_ids"]) for pair in pairs] == [
        "Right.<|im_end|>", "Also right.<|im_end|>",
    ]  # fmt: skip
    alone = single_rows(smollm2_tokenizer, rows, BARE, 512, batch=4)
    assert sorted(row["label"] for row in alone) == [False, True, True]
    assert all(row["KL_completion_ids"] != row["completion_ids"] for row in alone)


def test_what_was_said_is_read_as_it_was_written(tmp_path):
    rows = said(3)
    write_said(tmp_path / "said.jsonl", rows)
    assert read_said(tmp_path / "said.jsonl") == rows
    with pytest.raises(InputError, match="nobody has said yet"):
        read_said(tmp_path / "none.jsonl")


def test_a_row_that_is_too_long_is_named_and_never_cut(smollm2_tokenizer):
    [row] = records(1)
    with pytest.raises(InputError, match=row.id):
        paired_rows(smollm2_tokenizer, [Said(row, ("word " * 99,), ("no",), "vote")], BARE, 64)


def test_two_bad_answers_give_dpo_nothing_to_compare(smollm2_tokenizer):
    with pytest.raises(InputError, match="collect more votes"):
        paired_rows(smollm2_tokenizer, [Said(records(1)[0], (), ("a", "b"), "vote")], BARE, 512)
