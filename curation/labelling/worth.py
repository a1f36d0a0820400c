"""What the rater is worth here: how well its ratings rank the rows that people judged bad, beside cheaper guesses.

worth = worth_of_rater(curated)
print("\\n".join(worth.lines()))        # "rater: 0.520 (0.410 to 0.630, n = 120)" … "the rater can't tell …"
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from curation.labelling.learning import MIN_ROWS_A_VERDICT, verdicts_of
from winnow.data.files import read_table
from winnow.data.records import content_hash
from winnow.statistics import Interval, auc
from winnow.study.workspace import Curated
from winnow.text.plain_text import words

RATER, READER, LONGER, RANDOM = "rater", "reader", "longer answer", "random"
USEFUL_AUC = 0.6  # below it a ranking finds bad rows hardly sooner than chance does

Values = NDArray[np.float64]


@dataclass(frozen=True)
class Worth:
    """AUC of each way to rank rows against people's verdicts: the chance that a bad row is ranked above a good one.

    `good` and `bad` count the judged rows that have a rating; all but the reader, which reads no other language than
    English, are measured on these.
    """

    good: int
    bad: int
    figures: dict[str, Interval]

    @property
    def verdict(self) -> str:
        """Say in words what the figures mean for the rater."""
        rater = self.figures[RATER]
        if min(self.good, self.bad) < MIN_ROWS_A_VERDICT:
            return (
                f"{self.good} rows judged good and {self.bad} judged bad have a rating: too few to say what the rater"
                f" is worth; {MIN_ROWS_A_VERDICT} of each are needed, so label more: winnow label push"
            )
        if rater.estimate < USEFUL_AUC:
            return f"the rater can't tell bad rows from good ones here: its AUC is below {USEFUL_AUC}"
        if not rater.low >= USEFUL_AUC:
            return f"the rater may be worth something, but its AUC may be below {USEFUL_AUC} as well: label more rows"
        if rater.estimate <= self.figures[LONGER].estimate:
            return "the rater tells bad rows from good ones, but no better than the length of the answer does"
        return "the rater tells bad rows from good ones; winnow curate --learn weighs it by the same verdicts"

    def as_dict(self) -> dict[str, object]:
        """Give the JSON form."""
        figures = {name: interval.as_dict() for name, interval in self.figures.items()}
        return {"good": self.good, "bad": self.bad, "auc": figures, "verdict": self.verdict}

    def lines(self) -> list[str]:
        """Say it in a few lines for people."""
        lines = [f"ranks a row that people judged bad above a good one (AUC), {RATER}: {self.figures[RATER]}"]
        lines += [f"  beside it, {name}: {found}" for name, found in self.figures.items() if name != RATER]
        return [*lines, self.verdict]


def worth_of_rater(curated: Curated) -> Worth | None:
    """Hold ratings against people's verdicts; None where nobody was judged, or nothing was rated."""
    verdicts = verdicts_of(curated.ledger.people_decisions())
    if not verdicts or not curated.signals_file.exists():
        return None
    values = read_table(curated.signals_file)
    if RATER not in values.column_names:
        return None
    rated = values.filter(pc.is_finite(values[RATER])).select(["id", RATER, READER])
    rated = rated.filter(pc.is_in(rated["id"], pa.array(list(verdicts), pa.string())))
    if not len(rated):
        return None
    records = curated.records()
    rows = records.take(pc.index_in(rated["id"].combine_chunks(), records["id"]))
    bad = np.array([verdicts[id_] for id_ in rated["id"].to_pylist()], dtype=bool)
    return measure(rows, bad, rated[RATER].to_numpy(), rated[READER].to_numpy())


def measure(rows: pa.Table, bad: NDArray[np.bool_], ratings: Values, reader: Values) -> Worth:
    """Compute the AUC of low ratings, the reader's value, short answers and chance; rows of one question count once.

    `rows` are the judged ones, which have a rating; the reader may have NaN.
    """
    questions = [" ".join(words(question)) for question in rows["question"].to_pylist()]
    lengths = np.array([len(words(answer)) for answer in rows["answer"].to_pylist()], float)
    chance = np.array([int(content_hash(RANDOM, id_)[:12], 16) for id_ in rows["id"].to_pylist()], float)
    ways = {RATER: -np.asarray(ratings, float), READER: np.asarray(reader, float), LONGER: -lengths, RANDOM: chance}
    figures = {name: _auc(scores, bad, questions) for name, scores in ways.items()}
    return Worth(int((~bad).sum()), int(bad.sum()), figures)


def _auc(scores: Values, bad: NDArray[np.bool_], questions: Sequence[str]) -> Interval:
    known = np.flatnonzero(np.isfinite(scores))
    return auc(scores[known], bad[known], clusters=[questions[place] for place in known.tolist()])
