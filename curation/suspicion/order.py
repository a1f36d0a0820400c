"""The column `suspicion` of the signals table, and what the order by it rests on.

values, standing = with_suspicion(values, judged, bad)
standing.rests_on          # "planted faults", or "people's verdicts" where at least 50 rows are judged
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from curation.suspicion.evidence import evidence_of
from curation.suspicion.flagged import NAME
from curation.suspicion.model import can_learn, learned, suspicion, unseen, usual_figures, usual_weights
from winnow.statistics import Interval, auc, calibration_error, reliability
from winnow.statistics.calibration import Bin

PLANTED, PEOPLE = "planted faults", "people's verdicts"
Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Standing:
    """What the order rests on, how well it ranks (AUC) and whether its probabilities hold, on rows it never saw.

    `bins` are those of a reliability plot; planted faults have none here.
    """

    rests_on: str
    rows: int
    auc: Interval
    calibration: Interval
    bins: tuple[Bin, ...] = ()

    def as_json(self) -> dict[str, object]:
        """Return the form in suspicion.json."""
        figures = {name: getattr(self, name).as_dict() for name in ("auc", "calibration")}
        return {"rests_on": self.rests_on, "rows": self.rows, **figures, "bins": [list(one) for one in self.bins]}

    @classmethod
    def from_json(cls, row: Mapping[str, Any]) -> Standing:
        """Read what `as_json` wrote."""
        ranks, holds = (Interval.from_dict(row[name]) for name in ("auc", "calibration"))
        return cls(row["rests_on"], row["rows"], ranks, holds, tuple(Bin(*one) for one in row["bins"]))

    def in_words(self) -> str:
        """Say it in a line for people."""
        whose = "that people judged" if self.rests_on == PEOPLE else "of other files"
        return (
            f"the order rests on {self.rests_on}; on {self.rows} rows {whose}, none of which it had learned from, it "
            f"ranks a bad row above a good one with probability {self.auc}, and its probabilities are off by "
            f"{self.calibration} on average"
        )


def with_suspicion(values: pa.Table, judged: pa.Table, bad: Mask) -> tuple[pa.Table, Standing]:
    """Append the probability that each row is bad, by weights that people's verdicts corrected where there are enough.

    `judged` are the signals of rows as people saw them, and `bad` what they said.
    """
    usual, seen = usual_weights(), evidence_of(judged)
    weights = learned(seen, bad, usual) or usual
    column = pa.array(suspicion(evidence_of(values), weights), pa.float32())
    return values.append_column(NAME, column), _of_people(seen, bad) if can_learn(bad) else _of_planted()


def _of_people(seen: NDArray[np.float32], bad: Mask) -> Standing:
    found = unseen(seen, bad, usual_weights())
    return Standing(PEOPLE, len(bad), auc(found, bad), calibration_error(found, bad), tuple(reliability(found, bad)))


def _of_planted() -> Standing:
    figures = usual_figures()
    interval = Interval.from_dict
    return Standing(PLANTED, figures["held-out rows"], interval(figures["AUC"]), interval(figures["calibration error"]))
