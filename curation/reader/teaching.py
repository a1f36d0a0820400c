"""Train the reader on with what people said of rows: bad or not, whatever the fault.

tensors = taught(model, WEIGHTS, [("How do I apply?", "Ask your branch."), …], bad)     # as in reader.safetensors
before, after = read_unseen(model, WEIGHTS, pairs, bad, groups)   # log-odds of any fault, float64 [pairs] each

The additions of the encoder's last layers and the outputs learn, so that the log-odds of any fault follow the verdicts;
what pulls them back to what they were keeps a hundred verdicts from undoing a hundred thousand examples. The encoder,
the earlier additions, the calibration and the first pass stay.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from curation.reader.reading import padded
from curation.reader.texts import Pieces, Read

if TYPE_CHECKING:
    from torch import Tensor

    from curation.reader.network import Network

Pairs = Sequence[tuple[str, str]]
Mask = NDArray[np.bool_]
Values = NDArray[np.float64]

LAYERS = 2  # of the encoder, the last ones, whose additions learn
EPOCHS, BATCH, RATE = 3, 16, 5e-4
PULL = 0.05  # of the squared distance from the weights as they were, beside the loss
FLATTEST = 0.25  # that the log-odds may count beside the verdicts, before they have learned
FOLDS = 5
SEED = 0
TINY = 1e-9


class Lesson(NamedTuple):
    """A network to teach, what turns its outputs into log-odds of each kind, and the weights that learn."""

    network: Network
    calibration: Tensor
    offsets: Tensor
    learning: dict[str, Tensor]


def taught(model: Path | str, weights: Path, pairs: Pairs, bad: Mask) -> dict[str, Tensor]:
    """Return all tensors of `reader.safetensors`, with those that learned in place of what they were."""
    from safetensors.torch import load_file

    from curation.reader.network import tensors_of

    tensors = load_file(weights)
    lesson = _lesson(model, tensors)
    _teach(lesson, Pieces(model).sequences(*zip(*pairs, strict=True)), bad)
    return tensors | tensors_of(lesson.network)


def read_unseen(
    model: Path | str, weights: Path, pairs: Pairs, bad: Mask, groups: Sequence[Hashable]
) -> tuple[Values, Values]:
    """Return the log-odds of any fault before and after learning, after by weights that learned from the other folds.

    Pairs of one group stand in one fold.
    """
    from safetensors.torch import load_file
    from sklearn.model_selection import StratifiedGroupKFold

    tensors, reads = load_file(weights), Pieces(model).sequences(*zip(*pairs, strict=True))
    before, after = _read(_lesson(model, tensors), reads), np.zeros(len(reads))
    folds = StratifiedGroupKFold(FOLDS, shuffle=True, random_state=SEED)
    codes = np.unique([str(one) for one in groups], return_inverse=True)[1]
    for known, unseen in folds.split(codes, bad, codes):
        lesson = _lesson(model, tensors)
        _teach(lesson, [reads[at] for at in known], bad[known])
        after[unseen] = _read(lesson, [reads[at] for at in unseen])
    return before, after


def _lesson(model: Path | str, tensors: Mapping[str, Tensor]) -> Lesson:
    """Load the network with additions that can learn, those of the last layers."""
    import torch

    from curation.reader.network import Network, additions, load_encoder, with_additions

    rank = next(len(value) for name, value in tensors.items() if name.endswith(".down"))
    encoder = with_additions(load_encoder(model), rank)
    network = Network(encoder, encoder.config.hidden_size).eval()  # type: ignore[union-attr, arg-type]
    with torch.no_grad():
        for name, addition in additions(network).items():
            addition.down.copy_(tensors[f"{name}.down"])
            addition.up.copy_(tensors[f"{name}.up"])
        network.head.load_state_dict({name: tensors[f"head.{name}"].float() for name in ("weight", "bias")})
    network.requires_grad_(False)
    last = sorted({_layer(name) for name in additions(network)})[-LAYERS:]
    learning: dict[str, Tensor] = {
        name: value
        for name, value in network.named_parameters()
        if name.startswith("head.") or (name.endswith((".down", ".up")) and _layer(name) in last)
    }
    for value in learning.values():
        value.requires_grad_(True)
    calibration, offsets = (tensors[name].float() for name in ("calibration", "offsets"))
    return Lesson(network, calibration, offsets, learning)


def _layer(name: str) -> int:
    """Return the number of the layer that a weight belongs to: "encoder.layer.5.output.dense.up" → 5."""
    return next(int(part) for part in name.split(".") if part.isdigit())


def _log_odds(lesson: Lesson, reads: Sequence[Read]) -> Tensor:
    """Return the log-odds that a row has some fault, as if the kinds came independently."""
    import torch
    from torch.nn.functional import softplus

    kinds = lesson.network(*padded(reads)) @ lesson.calibration + lesson.offsets
    none = softplus(kinds).sum(1)  # minus the logarithm of the probability that it has no fault
    return none + torch.log(-torch.expm1(-none.clamp(min=TINY)))


def _teach(lesson: Lesson, reads: Sequence[Read], bad: Mask) -> None:
    """Follow the verdicts, bad and good ones counting the same, on a line that is fitted before and then stands."""
    import torch
    from torch.nn.functional import binary_cross_entropy_with_logits

    torch.manual_seed(SEED)
    slope, intercept = _line(_read(lesson, reads), bad)
    wanted = torch.from_numpy(bad.astype(np.float32))
    weight = torch.from_numpy(np.where(bad, 0.5 / bad.mean(), 0.5 / (1 - bad.mean())).astype(np.float32))
    before = {name: value.detach().clone() for name, value in lesson.learning.items()}
    optimizer = torch.optim.AdamW(lesson.learning.values(), lr=RATE, weight_decay=0.0)
    steps = EPOCHS * -(-len(reads) // BATCH)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, RATE, total_steps=steps + 1)
    for part in _batches(len(reads)):
        found = slope * _log_odds(lesson, [reads[at] for at in part]) + intercept
        loss = binary_cross_entropy_with_logits(found, wanted[part], weight[part])
        pull = sum(((value - before[name]) ** 2).sum() for name, value in lesson.learning.items())
        optimizer.zero_grad(set_to_none=True)
        (loss + PULL * pull).backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        schedule.step()


def _line(log_odds: Values, bad: Mask) -> tuple[float, float]:
    """Fit what the log-odds say of the verdicts before anything is learned, at least FLATTEST of them."""
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(class_weight="balanced").fit(log_odds[:, None], bad)
    slope = max(float(model.coef_[0, 0]), FLATTEST)
    return slope, -slope * float((np.median(log_odds[bad]) + np.median(log_odds[~bad])) / 2)


def _batches(rows: int) -> Iterator[NDArray[np.int64]]:
    rng = np.random.default_rng(SEED)
    for _ in range(EPOCHS):
        order = rng.permutation(rows)
        yield from (order[at : at + BATCH] for at in range(0, rows, BATCH))


def _read(lesson: Lesson, reads: Sequence[Read]) -> Values:
    import torch

    order = np.argsort([len(one.ids) for one in reads], kind="stable")
    found = np.zeros(len(reads))
    with torch.inference_mode():
        for at in range(0, len(order), BATCH):
            part = order[at : at + BATCH]
            found[part] = _log_odds(lesson, [reads[place] for place in part]).double().numpy()
    return found
