"""Our trainer's loss is the library's, to the bit, without what the library reads back from the card besides."""

from __future__ import annotations

import pytest

from tests.training_models import recipe, tiny_model  # noqa: F401
from training.qlora import prepare


@pytest.fixture(scope="module")
def trainer(tiny_model, tmp_path_factory):  # noqa: F811
    from training.arguments import training_arguments
    from training.backends import TrlBackend
    from training.rows import to_dataset
    from training.runs import Run
    from training.trainer import AnswerTrainer, keep_adapter_in_fp32

    job = recipe(tiny_model)
    model, tokenizer = TrlBackend().load(str(tiny_model), job.config, seed=0)
    examples = prepare(tokenizer, job)[0].examples[:4]
    trainer = AnswerTrainer(
        model=model,
        args=training_arguments(job.config, Run(tmp_path_factory.mktemp("run")), len(examples), False, 0),
        train_dataset=to_dataset(examples),
        processing_class=tokenizer,
    )
    keep_adapter_in_fp32(trainer.model)
    trainer.model.train()
    return trainer


def batch(trainer):
    rows = trainer.data_collator(list(trainer.train_dataset))
    return {name: rows[name] for name in ("input_ids", "labels", "attention_mask")}


def gradients(trainer, loss):
    trainer.model.zero_grad()
    loss.backward()
    return [p.grad.clone() for p in trainer.model.parameters() if p.grad is not None]


@pytest.mark.parametrize("tokens", [None, 40])
def test_loss_and_gradients_are_those_of_the_library(trainer, tokens):
    from trl import SFTTrainer

    theirs = SFTTrainer.compute_loss(trainer, trainer.model, batch(trainer), False, tokens)
    expected = gradients(trainer, theirs)
    ours = trainer.loss_of(trainer.model, batch(trainer), [], tokens)
    assert ours.item() == theirs.item() > 0
    assert all(one.equal(other) for one, other in zip(gradients(trainer, ours), expected, strict=True))
    assert len(expected) > 0


def test_a_step_reads_nothing_back_from_the_card(trainer, monkeypatch):
    import torch

    inputs = batch(trainer)
    read = []
    item = torch.Tensor.item
    monkeypatch.setattr(torch.Tensor, "item", lambda tensor: read.append(1) or item(tensor))
    trainer.loss_of(trainer.model, inputs, [], 40)
    assert not read
    from trl import SFTTrainer

    SFTTrainer.compute_loss(trainer, trainer.model, batch(trainer), False, 40)
    assert read, "the library's own does"


def test_a_step_calls_no_more_functions_than_the_bare_library_script(tiny_model, tmp_path):  # noqa: F811
    """What a step costs in time is too noisy to be asserted; what is called in it isn't."""
    from benchmarks.contenders import CallCount, Loaded, bare, ours, watching, winnow_recipe
    from training.backends import TrlBackend
    from winnow.config import TrainingConfig

    config = TrainingConfig(max_length=48, batch_size=2, accumulation=1, max_steps=6, evaluations=1, overlong="cut")
    job = winnow_recipe(str(tiny_model), config, 6)
    loaded = Loaded(TrlBackend(), job.source, config)
    counts = []
    for train in (bare, ours):
        with watching(CallCount(2, 6)) as count:
            train(job, loaded, tmp_path / "run")
        counts.append(count.calls)
    assert 1_000 < counts[1] <= counts[0]


def test_rows_of_like_length_share_a_batch_where_that_is_asked_for(trainer, tmp_path):
    from training.arguments import training_arguments
    from training.rows import Example, to_dataset
    from training.runs import Run

    rows = [Example(str(place), "domain", [1] * (10 if place % 2 else 100), 5) for place in range(16)]

    def mixed_batches(config):
        trainer.args = training_arguments(config, Run(tmp_path), len(rows), False, 0)
        order = list(trainer._get_train_sampler(to_dataset(rows)))
        lengths = [[len(rows[place].input_ids) for place in order[n : n + 2]] for n in range(0, 16, 2)]
        return sum(len(set(pair)) > 1 for pair in lengths)

    config = recipe("tiny", batch_size=2).config
    assert mixed_batches(config) > 0
    assert mixed_batches(config.model_copy(update={"group_by_length": True})) == 0
