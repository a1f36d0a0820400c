"""Active learning: rank the unlabelled rows by the chance that people would remove or fix them.

result = learn(workspace.curated, home, config.labelling, embed=embedder.embed)
print("\\n".join(result.lines()))        # the next `winnow label push` takes the ranking; nothing is removed
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from curation.labelling.ranking import write_ranking
from curation.labelling.tasks import read_tasks
from curation.suspicion.flagged import NAME as SUSPICION
from winnow.config import LabellingConfig
from winnow.data.files import read_table
from winnow.data.ledger import Decision, settle
from winnow.errors import InputError
from winnow.statistics import Interval, auc
from winnow.study.workspace import Curated
from winnow.text.plain_text import words

Embed = Callable[[Sequence[str]], NDArray[np.float32]]
Features = NDArray[np.float32]
MIN_ROWS_A_VERDICT = 10  # good and bad ones, each, below which nothing can be learned or checked
FOLDS = 5  # of the cross-validation
OF_READER = ("reader", "off_question")  # columns in which the reader has a say
ROWS_A_BLOCK = 8192  # whose features are in memory at once


@dataclass(frozen=True)
class Learned:
    """The fitted ranking: numbers of verdicts, cross-validated AUC, and the ranked rows.

    `auc` is cross-validated: the chance that a bad row is ranked above a good one. `ranked` holds ids with the
    chance that people would fix or remove the row, highest first.
    """

    good: int
    bad: int
    auc: Interval
    ranked: list[tuple[str, float]]

    def as_dict(self) -> dict[str, object]:
        """Give the JSON form, without the ranking, which stands in its own file."""
        return {"good": self.good, "bad": self.bad, "auc": self.auc.as_dict(), "ranked": len(self.ranked)}

    def lines(self) -> list[str]:
        """Say it in a few lines for people."""
        lines = [
            f"learned from {self.good} good and {self.bad} bad rows",
            f"chance to rank a bad row above a good one (cross-validated AUC): {self.auc}",
        ]
        if not self.auc.low > 0.5:  # an unknown bound, too
            lines.append("that can't be told from chance yet: label more rows, or trust the random share")
        return [*lines, f"{len(self.ranked)} unlabelled rows ranked for the next push"]


def learn(curated: Curated, home: Path, config: LabellingConfig, embed: Embed | None = None) -> Learned:
    """Fit logistic regression on quality signals and embeddings to "remove or fix", and rank the other kept rows.

    It decides nothing: the ranking only says which rows people see next. Without `embed` the signals alone are
    used. Raises InputError where there are fewer than ten good or ten bad verdicts.
    """
    records, ledger = curated.records(), curated.ledger
    people = ledger.people_decisions()
    verdicts = verdicts_of(people)
    labelled = records.filter(pc.is_in(records["id"], pa.array(list(verdicts), pa.string())))
    bad = np.array([verdicts[id_] for id_ in labelled["id"].to_pylist()], dtype=bool)
    good_count, bad_count = int((~bad).sum()), int(bad.sum())
    if min(good_count, bad_count) < MIN_ROWS_A_VERDICT:
        raise InputError(
            f"{good_count} rows are judged good and {bad_count} bad: {MIN_ROWS_A_VERDICT} of each are needed to learn "
            "from; label more with: winnow label push, then winnow label pull"
        )
    signals = _signal_table(curated)
    features = np.concatenate([*_features(labelled, signals, embed)])
    seen = {*verdicts, *read_tasks(home, config.dataset)}
    kept = settle(records, ledger.step_decisions(), people).kept_table
    others = kept.filter(pc.invert(pc.is_in(kept["id"], pa.array(list(seen), pa.string()))))
    model = _model().fit(features, bad)
    chances = [model.predict_proba(block)[:, 1] for block in _features(others, signals, embed)]
    scores = np.concatenate(chances) if chances else np.empty(0)
    ranked = sorted(zip(others["id"].to_pylist(), scores.tolist(), strict=True), key=lambda row: (-row[1], row[0]))
    write_ranking(home, ranked)
    return Learned(good_count, bad_count, _cross_validated(features, bad, labelled), ranked)


def verdicts_of(people: Sequence[Decision]) -> dict[str, bool]:
    """Give each decided row's last word: True where a person removed or corrected it, False where it was kept."""
    actions = {"remove": True, "correct": True, "restore": False}
    return {decision.id: actions[decision.action] for decision in people if decision.action in actions}


def _signal_table(curated: Curated) -> pa.Table | None:
    """Read the signals' values, without those that have learned from the verdicts themselves."""
    if not curated.signals_file.exists():
        return None
    table = read_table(curated.signals_file)
    of_verdicts = {SUSPICION, *(OF_READER if curated.taught_reader.exists() else ())}
    names = [name for name in table.column_names if pa.types.is_floating(table[name].type)]
    return table.select(["id", *(name for name in names if name not in of_verdicts)])


def _features(rows: pa.Table, signals: pa.Table | None, embed: Embed | None) -> Iterator[Features]:
    """Yield the features of the rows as they came in, a block at a time: signals, then the pair's embedding.

    The texts that came in are what the verdicts were about: a correction would give the answer away.
    """
    for start in range(0, rows.num_rows, ROWS_A_BLOCK):
        block = rows.slice(start, ROWS_A_BLOCK)
        parts = [_signals_of(block["id"], signals)] if signals is not None else []
        if embed:
            pairs = zip(block["question"].to_pylist(), block["answer"].to_pylist(), strict=True)
            parts.append(embed([f"{question}\n{answer}" for question, answer in pairs]))
        if not parts:
            raise InputError("there is nothing to learn from: no quality signals; run winnow curate first")
        yield np.hstack(parts).astype(np.float32)


def _signals_of(ids: pa.ChunkedArray, signals: pa.Table) -> Features:
    """Look the rows' signals up; a row that wasn't measured has zeros."""
    places = pc.index_in(ids, signals["id"])
    columns = [signals[name].take(places).to_numpy() for name in signals.column_names if name != "id"]
    return (
        np.nan_to_num(np.column_stack(columns).astype(np.float32)) if columns else np.empty((len(ids), 0), np.float32)
    )


def _model() -> Any:
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    # Hundreds of features and about as many verdicts: strong regularisation, or each row is learned by heart.
    return make_pipeline(StandardScaler(), LogisticRegression(C=0.003, class_weight="balanced", max_iter=2000))


def _cross_validated(features: Features, bad: NDArray[np.bool_], rows: pa.Table) -> Interval:
    """Measure the ranking on rows left out; rows of one question stand on one side together."""
    from sklearn.model_selection import StratifiedGroupKFold, cross_val_predict

    groups = [" ".join(words(question)) for question in rows["question"].to_pylist()]
    folds = StratifiedGroupKFold(FOLDS, shuffle=True, random_state=0)
    codes = np.unique(groups, return_inverse=True)[1]
    scores = cross_val_predict(_model(), features, bad, groups=codes, cv=folds, method="decision_function")
    return auc(scores, bad, clusters=groups)
