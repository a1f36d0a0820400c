"""What verdicts teach the reader, where it is kept, and who reads with it then."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from curation.fit.load import reader_weights, tool_models
from curation.labelling.teaching import Taught, teach_reader
from curation.reader.reading import WEIGHTS
from tests.curation.labelling.labelling_study import make_curated
from winnow.config import QualityConfig
from winnow.data.files import read_json
from winnow.data.ledger import Decision
from winnow.models.identity import weights_hash
from winnow.statistics import Interval
from winnow.study.workspace import Curated

THINGS = (
    "boiler", "bicycle", "kettle", "printer", "lawn mower", "camera", "oven", "radio", "heater", "scooter", "toaster",
    "laptop", "drill", "telescope", "fridge", "fan", "sofa", "mixer", "piano", "guitar", "tent", "canoe", "saddle",
    "sledge", "clock", "lamp", "mirror", "carpet",
)  # fmt: skip
GOOD = "Clean the {} with a damp cloth once a week and keep it dry; grit wears its moving parts."
BAD = "Clean the {} once a week; the Norwood desk sells the cloth, and Norwood members pay half."


def judged(folder: Path, is_bad: Callable[[int], bool], rows: int) -> Curated:
    """A folder in which people judged every row; two rows a thing, the second with the desk of a shop that is gone."""
    pairs = [(f"How do I look after my {thing}?", text.format(thing)) for thing in THINGS for text in (GOOD, BAD)]
    curated = make_curated(folder, pairs[:rows], flagged=(), removed=())
    ids = curated.records()["id"].to_pylist()
    actions = ["remove" if is_bad(at) else "restore" for at in range(rows)]
    curated.ledger.append(
        *(Decision(id_, "label", does, "x", by="ada") for id_, does in zip(ids, actions, strict=True))
    )
    return curated


def test_a_few_verdicts_teach_nothing_and_what_was_taught_before_goes(tmp_path: Path) -> None:
    curated = judged(tmp_path, lambda at: at % 2 == 1, rows=24)
    curated.taught_reader.mkdir()
    (curated.taught_reader / WEIGHTS.name).write_bytes(WEIGHTS.read_bytes())
    assert teach_reader(curated) is None
    assert reader_weights(curated.taught_reader) == WEIGHTS


def test_no_gain_is_said_in_words() -> None:
    known = Interval(0.7, 0.6, 0.8, 60)
    told = Taught(40, 20, known, known, Interval(0.02, -0.01, 0.05, 60))
    assert not told.is_used
    assert "that can't be told from no gain" in told.lines()[1]


@pytest.mark.slow
def test_what_helps_is_kept_in_the_study_and_known_by_its_hash(tmp_path: Path) -> None:
    curated = judged(tmp_path, lambda at: at % 2 == 1, rows=56)
    told = teach_reader(curated)
    assert told is not None
    assert told.is_used
    assert told.after.estimate > 0.9
    weights = reader_weights(curated.taught_reader)
    assert weights == curated.taught_reader / WEIGHTS.name
    models = tool_models(QualityConfig(), "", curated.taught_reader)
    assert weights_hash(models["reader"]) != weights_hash(WEIGHTS.parent)
    assert read_json(curated.taught_reader / "taught.json")["used"]


@pytest.mark.slow
def test_verdicts_without_a_rule_leave_the_reader_as_it_is(tmp_path: Path) -> None:
    curated = judged(tmp_path, lambda at: at // 2 % 2 == at % 2, rows=56)
    told = teach_reader(curated)
    assert told is not None
    assert not told.is_used
    assert reader_weights(curated.taught_reader) == WEIGHTS
