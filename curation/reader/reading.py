"""Apply the trained reader: log-odds of each kind for pairs, and the sentence that shows a fault.

scores = read(model, WEIGHTS, [("How do I apply?", "TBD")])                 # float32 [1, kinds]
shown(model, WEIGHTS, [("How do I apply?", "Online. I can't help.", 7)])    # ["I can't help."]

These run in whichever process holds the models; weights and tokenizer are loaded there once.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import numpy as np
from numpy.typing import NDArray

from curation.reader.kinds import KINDS
from curation.reader.texts import Pieces, Read
from winnow.models.encoder import passes
from winnow.text.words import SENTENCE_END

if TYPE_CHECKING:
    from torch import Tensor

    from curation.reader.network import Network

Array = NDArray[np.float32]
T = TypeVar("T")
R = TypeVar("R")

WEIGHTS = Path(__file__).parent / "weights" / "reader.safetensors"
ROWS_A_PASS = 16  # more of them don't fit a core's cache
MOST_CORES = 16
OF_THE_QUESTION = frozenset({KINDS.index("dangling_reference")})


def read(model: Path | str, weights: Path, pairs: Sequence[tuple[str, str]]) -> Array:
    """Return calibrated log-odds, float32 [pairs, kinds].

    A pair's depend neither on how many cores there are nor on the other pairs.
    """
    network, pieces, calibration, offsets = _loaded(model, weights)
    sequences = pieces.sequences([question for question, _ in pairs], [answer for _, answer in pairs])
    parts = list(passes([len(sequence.ids) for sequence in sequences], ROWS_A_PASS))
    found = np.empty((len(pairs), len(KINDS)), np.float32)
    logits = _on_cores(lambda part: _logits(network, [sequences[at] for at in part[0]], part[1]), parts)
    for (places, _), of_part in zip(parts, logits, strict=True):
        for place, of_pair in zip(places, of_part, strict=True):  # by itself: sums depend on what is multiplied at once
            found[place] = of_pair @ calibration + offsets
    return found


def shown(model: Path | str, weights: Path, faults: Sequence[tuple[str, str, int]]) -> list[str]:
    """Return of each (question, answer, kind) the sentence without which it shows the kind least.

    Where the kind is the question's fault it is the question.
    """
    network, pieces, _, _ = _loaded(model, weights)
    return _on_cores(lambda fault: _telling(network, pieces, *fault), faults)


def _on_cores(work: Callable[[T], R], items: Sequence[T]) -> list[R]:
    """Map on all cores, one thread of torch each: two threads at one small batch take half as long again."""
    import torch

    usual = torch.get_num_threads()
    try:
        with ThreadPoolExecutor(min(usual, MOST_CORES), initializer=torch.set_num_threads, initargs=(1,)) as pool:
            return list(pool.map(work, items))
    finally:
        torch.set_num_threads(usual)


def _logits(network: Network, sequences: Sequence[Read], width: int) -> Array:
    import torch

    with torch.inference_mode():
        found: Array = network(*padded(sequences, width)).numpy()
    return found


def padded(sequences: Sequence[Read], width: int = 0) -> tuple[Tensor, Tensor, Tensor]:
    """Pad to the longest, or to `width`: ids, the mask of what is text, and which side each piece is on."""
    import torch

    shape = len(sequences), max(width, *(len(one.ids) for one in sequences))
    ids, mask, types = np.zeros(shape, np.int64), np.zeros(shape, np.int64), np.ones(shape, np.int64)
    for at, one in enumerate(sequences):
        ids[at, : len(one.ids)], mask[at, : len(one.ids)], types[at, : one.question] = one.ids, 1, 0
    return torch.from_numpy(ids), torch.from_numpy(mask), torch.from_numpy(types)


def _telling(network: Network, pieces: Pieces, question: str, answer: str, kind: int) -> str:
    """Leave each sentence's pieces out of the means that the outputs read; return the sentence that is missed most."""
    import torch

    sentences = [part for part in (one.strip() for one in SENTENCE_END.split(answer)) if part]
    if kind in OF_THE_QUESTION or len(sentences) < 2:
        return question if kind in OF_THE_QUESTION else answer.strip()
    sequence, of = pieces.joined([pieces.of(part) for part in (question, *sentences)])
    places = np.array(of)
    read_sentences = np.unique(places[places > 0])
    masks = torch.from_numpy(np.stack([(places != one).astype(np.int64) for one in read_sentences]))
    size = len(read_sentences)
    with torch.inference_mode():
        ids, mask, types = padded([sequence])
        hidden = network.hidden(ids, mask, types).expand(size, -1, -1)
        values = network.outputs(hidden, masks, types.expand(size, -1))[:, kind].numpy()
    return sentences[int(read_sentences[int(values.argmin())]) - 1]


@lru_cache(1)
def _loaded(model: Path | str, weights: Path) -> tuple[Network, Pieces, Array, Array]:
    from safetensors.torch import load_file

    from curation.reader.network import build

    tensors = load_file(weights)
    calibration, offsets = (tensors[name].float().numpy() for name in ("calibration", "offsets"))
    return build(model, tensors), Pieces(model), calibration, offsets
