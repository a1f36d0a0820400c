"""The KL loss has the value that paper and pencil give, and is nothing as long as the adapter changes nothing."""

from __future__ import annotations

import math

import pytest

from tests.training_models import metrics, recipe, tiny_model  # noqa: F401
from training.qlora import prepare, train


def test_the_divergence_is_the_hand_computed_one():
    import torch

    from training.kl_loss import kl_divergence

    base = torch.tensor([[0.5, 0.5], [0.25, 0.75]]).log()
    tuned = torch.tensor([[0.9, 0.1], [0.25, 0.75]]).log() + 3.0  # a constant on the logits changes nothing
    by_hand = 0.5 * math.log(0.5 / 0.9) + 0.5 * math.log(0.5 / 0.1)
    assert by_hand == pytest.approx(0.5108, abs=1e-4)
    assert kl_divergence(base, tuned).item() == pytest.approx(by_hand, abs=1e-6)
    assert kl_divergence(base, base).item() == pytest.approx(0, abs=1e-7)


@pytest.fixture(scope="module")
def mixed(tiny_model, tmp_path_factory):  # noqa: F811
    """A trainer with one batch of a domain and a preservation row."""
    from training.arguments import training_arguments
    from training.backends import TrlBackend
    from training.kl_loss import KlTrainer
    from training.rows import to_dataset
    from training.runs import Run
    from training.trainer import keep_adapter_in_fp32

    job = recipe(tiny_model, share=0.4, preservation_loss="kl", kl_weight=2.0)
    model, tokenizer = TrlBackend().load(str(tiny_model), job.config, seed=0)
    mixture, _ = prepare(tokenizer, job)
    examples = [next(e for e in mixture.examples if e.kind == kind) for kind in ("domain", "preservation")]
    trainer = KlTrainer(
        model=model,
        args=training_arguments(job.config, Run(tmp_path_factory.mktemp("kl")), 2, False, 0),
        train_dataset=to_dataset(examples),
        processing_class=tokenizer,
        preserved=[e.kind == "preservation" for e in examples],
        kl_weight=2.0,
    )
    keep_adapter_in_fp32(trainer.model)
    return trainer, examples


def batch(trainer, examples):
    from training.rows import to_dataset

    return trainer.data_collator(list(to_dataset(examples)))


def token_losses(trainer, example):
    """Compute, row by row and without the trainer, cross-entropy and KL of each answer token."""
    import torch

    ids = torch.tensor([example.input_ids])
    with torch.no_grad():
        tuned = trainer.model(input_ids=ids).logits[0].double().log_softmax(-1)
        with trainer.model.disable_adapter():
            base = trainer.model(input_ids=ids).logits[0].double().log_softmax(-1)
    places = range(example.answer_start - 1, len(example.input_ids) - 1)
    entropy = sum(-tuned[p, example.input_ids[p + 1]].item() for p in places)
    divergence = sum((base[p].exp() * (base[p] - tuned[p])).sum().item() for p in places)
    return entropy, divergence


def test_the_loss_is_cross_entropy_plus_weighted_divergence_a_token(mixed):
    import torch

    trainer, (domain, preserved) = mixed
    torch.manual_seed(1)
    for name, parameter in trainer.model.named_parameters():
        if "lora_B" in name:
            parameter.data = torch.randn_like(parameter) * 0.3
    trainer.model.train()
    entropy, _ = token_losses(trainer, domain)
    _, divergence = token_losses(trainer, preserved)
    assert divergence > 0.01
    tokens = domain.trained_tokens + preserved.trained_tokens
    loss = trainer.compute_loss(trainer.model, batch(trainer, [domain, preserved]))
    assert loss.item() == pytest.approx((entropy + 2.0 * divergence) / tokens, rel=1e-4)
    halved = trainer.compute_loss(
        trainer.model, batch(trainer, [domain, preserved]), num_items_in_batch=torch.tensor(2 * tokens)
    )
    assert halved.item() == pytest.approx(loss.item() / 2, rel=1e-5)


def test_an_adapter_that_changes_nothing_has_no_divergence(mixed):
    import torch

    trainer, (_, preserved) = mixed
    for name, parameter in trainer.model.named_parameters():
        if "lora_B" in name:
            parameter.data = torch.zeros_like(parameter)
    trainer.model.train()
    inputs = batch(trainer, [preserved])
    inputs["row"] = [1]
    assert trainer.compute_loss(trainer.model, inputs).item() == pytest.approx(0, abs=1e-6)


def test_a_run_trains_with_it(tiny_model, tmp_path):  # noqa: F811
    run = train(recipe(tiny_model, share=0.3, preservation_loss="kl"), tmp_path / "kl", no_plan=True)
    steps = [row for row in metrics(run) if "loss" in row]
    assert all(row["tokens_per_second"] > 0 for row in steps)
    validations = [row["validation_loss"] for row in metrics(run) if "validation_loss" in row]
    assert validations[-1] < validations[0]
