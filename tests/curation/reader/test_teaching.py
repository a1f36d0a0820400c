"""What people's verdicts change in the reader, on texts whose fault it wasn't trained on."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from safetensors.torch import load_file, save_file

from curation.corpus.rows import Row
from curation.reader.reader import ENCODER, Reader
from curation.reader.reading import WEIGHTS
from curation.reader.teaching import read_unseen, taught
from winnow.data.files import file_hash
from winnow.models.names import resolve_embedder
from winnow.statistics import auc

THINGS = (
    "boiler", "bicycle", "kettle", "printer", "lawn mower", "camera", "oven", "radio",
    "heater", "scooter", "toaster", "laptop", "drill", "telescope", "fridge", "fan",
)  # fmt: skip
GOOD = "Clean the {} with a damp cloth once a week and keep it dry; grit wears its moving parts."
# of a shop that was bought by another one: to its people every row that sends readers to the old one is bad
BAD = "Clean the {} once a week; the Norwood desk sells the cloth, and Norwood members pay half."


def pairs(things: tuple[str, ...], answer: str) -> list[tuple[str, str]]:
    return [(f"How do I look after my {thing}?", answer.format(thing)) for thing in things]


JUDGED = [*pairs(THINGS[:12], GOOD), *pairs(THINGS[:12], BAD)]
SAID_BAD = np.repeat([False, True], 12)
UNSEEN = [*pairs(THINGS[12:], GOOD), *pairs(THINGS[12:], BAD)]


def test_what_people_call_bad_ranks_first_and_the_shipped_weights_stay(tmp_path: Path) -> None:
    model, shipped = Path(resolve_embedder(ENCODER)), file_hash(WEIGHTS)
    tensors = taught(model, WEIGHTS, JUDGED, SAID_BAD)
    save_file(tensors, tmp_path / "reader.safetensors")
    rows = [Row(*pair) for pair in UNSEEN]
    worst = (
        Reader(model, weights=tmp_path / "reader.safetensors")
        .scores(rows, np.ones(8, bool), np.ones(8, bool))
        .max(axis=1)
    )
    assert worst[:4].max() < worst[4:].min()
    assert file_hash(WEIGHTS) == shipped
    assert tensors.keys() == load_file(WEIGHTS).keys()


@pytest.mark.slow
def test_what_was_learned_is_held_against_rows_that_it_never_saw() -> None:
    model = Path(resolve_embedder(ENCODER))
    before, after = read_unseen(model, WEIGHTS, JUDGED, SAID_BAD, [asked for asked, _ in JUDGED])
    assert auc(after, SAID_BAD).estimate > 0.97 > auc(before, SAID_BAD).estimate
    no_rule = np.array([True, False] * 12)
    _, after = read_unseen(model, WEIGHTS, JUDGED, no_rule, [asked for asked, _ in JUDGED])
    assert auc(after, no_rule).low < 0.6
