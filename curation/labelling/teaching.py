"""Let people's verdicts teach the reader of defects, and keep what it learned where that helps.

told = teach_reader(workspace.curated)
print("\\n".join(told.lines()))     # "the reader, taught by 62 good and 31 bad rows, ranks rows it never saw: …"
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from curation.labelling.learning import MIN_ROWS_A_VERDICT, verdicts_of
from curation.reader.reader import ENCODER
from curation.reader.reading import WEIGHTS
from curation.reader.teaching import read_unseen, taught
from winnow.data.files import file_hash, whole_file, write_json
from winnow.models.names import resolve_embedder
from winnow.statistics import Interval, auc, auc_gain
from winnow.study.workspace import Curated
from winnow.text.plain_text import words

if TYPE_CHECKING:
    from torch import Tensor

MIN_VERDICTS = 50  # below which weights of hundreds of thousands of numbers learn the rows by heart


@dataclass(frozen=True)
class Taught:
    """What verdicts taught the reader, by rows that it hadn't learned from.

    `before` and `after` are the chances that a row judged bad ranks above one judged good (AUC), `gain` their
    difference on the same rows. `is_used` where the gain's interval lies above 0.
    """

    good: int
    bad: int
    before: Interval
    after: Interval
    gain: Interval

    @property
    def is_used(self) -> bool:
        """Whether the file is read with what was learned."""
        return bool(self.gain.low > 0)

    def as_dict(self) -> dict[str, object]:
        """Give the JSON form."""
        figures = {name: getattr(self, name).as_dict() for name in ("before", "after", "gain")}
        return {"good": self.good, "bad": self.bad, **figures, "used": self.is_used}

    def lines(self) -> list[str]:
        """Say it in a few lines for people."""
        return [
            f"the reader, taught by {self.good} good and {self.bad} bad rows, ranks a bad row that it hadn't learned"
            f" from above a good one with probability {self.after}; before, {self.before}; it gains {self.gain}",
            "so the file is read with what it learned"
            if self.is_used
            else "that can't be told from no gain, so the file is read with the weights that Winnow ships",
        ]


def teach_reader(curated: Curated) -> Taught | None:
    """Teach the reader with people's verdicts, keep its weights in the folder where they help, and say what came of it.

    None, and nothing is kept, from fewer than MIN_VERDICTS verdicts or too few of one kind. What isn't in English isn't
    left out: people's verdicts say what the rows' texts mean. Texts are those that came in: a correction would give the
    answer away.
    """
    weights = curated.taught_reader / WEIGHTS.name
    records, bad = _judged(curated)
    if len(bad) < MIN_VERDICTS or min(int(bad.sum()), int((~bad).sum())) < MIN_ROWS_A_VERDICT:
        weights.unlink(missing_ok=True)
        return None
    questions, answers = records["question"].to_pylist(), records["answer"].to_pylist()
    pairs, groups = list(zip(questions, answers, strict=True)), [" ".join(words(question)) for question in questions]
    model = resolve_embedder(ENCODER)
    before, after = read_unseen(model, WEIGHTS, pairs, bad, groups)
    told = Taught(
        int((~bad).sum()), int(bad.sum()), auc(before, bad, groups), auc(after, bad, groups),
        auc_gain(after, before, bad, groups),
    )  # fmt: skip
    if told.is_used:
        _keep(taught(model, WEIGHTS, pairs, bad), weights)
    else:
        weights.unlink(missing_ok=True)
    write_json(curated.taught_reader / "taught.json", {**told.as_dict(), "from": file_hash(WEIGHTS)})
    return told


def _judged(curated: Curated) -> tuple[pa.Table, NDArray[np.bool_]]:
    """Return the judged records, and which of them people removed or corrected."""
    records = curated.records()
    verdicts = verdicts_of(curated.ledger.people_decisions())
    found = records.filter(pc.is_in(records["id"], pa.array(list(verdicts), pa.string())))
    return found, np.array([verdicts[id_] for id_ in found["id"].to_pylist()], bool)


def _keep(tensors: dict[str, Tensor], weights: Path) -> None:
    from safetensors.torch import save_file

    with whole_file(weights) as partial:
        save_file(tensors, partial)
