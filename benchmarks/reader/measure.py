"""Measure a trained reader on what it never saw: recall by kind, clean rows and look-alikes flagged, people's grades.

figures = measure(Path("work"), "trained")       # figures["kinds"]["refusal"] → {"own": .97, "any": .98, "n": 150}
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from benchmarks.reader.examples import Examples, read_examples
from curation.signals.reader.kinds import KINDS

PREVALENCE = 0.01  # of each kind, in a file of which nothing is known

Logits = NDArray[np.float32]


def measure(out: Path, name: str) -> dict[str, Any]:
    """Calibrate on the validation rows, then give the figures of the held-out parts at a probability of one half."""
    examples = read_examples(out / "reader.npz")
    with np.load(out / name / "logits.npz") as found:
        logits = np.full((len(examples.ends), len(KINDS)), np.nan, np.float32)
        logits[found["rows"]] = found["logits"]
    slopes, offsets = calibrate(examples, logits)
    return figures(examples, logits * slopes + offsets) | {"slopes": slopes.tolist(), "offsets": offsets.tolist()}


def calibrate(examples: Examples, logits: Logits) -> tuple[Logits, Logits]:
    """Fit slope and offset of each kind's logit on validation rows, weighted so that the kind has PREVALENCE."""
    rows = examples.part("validation")
    slopes, offsets = np.ones(len(KINDS), np.float32), np.zeros(len(KINDS), np.float32)
    for kind in range(len(KINDS)):
        judged = rows[(examples.judged[rows] >> kind & 1) == 1]
        faulty = examples.kinds[judged] == kind
        if not faulty.any():
            continue
        weights = np.where(faulty, PREVALENCE / faulty.sum(), (1 - PREVALENCE) / (~faulty).sum()) * len(judged)
        model = LogisticRegression(C=1.0).fit(logits[judged, kind : kind + 1], faulty, weights)
        slopes[kind], offsets[kind] = model.coef_[0, 0], model.intercept_[0]
    return slopes, offsets


def figures(examples: Examples, scores: Logits) -> dict[str, Any]:
    """Give recall, shares flagged and AUC from calibrated logits; a row is flagged from 0 on."""
    result: dict[str, Any] = {"kinds": {}, "clean": {}}
    faults = examples.part("faults")
    for kind, name in enumerate(KINDS):
        rows = faults[examples.kinds[faults] == kind]
        if len(rows):
            own, flagged = (scores[rows, kind] >= 0).mean(), (scores[rows] >= 0).any(1).mean()
            result["kinds"][name] = {"own": round(float(own), 3), "any": round(float(flagged), 3), "n": len(rows)}
    for part in ("clean", "lookalikes"):
        rows = examples.part(part)
        for name in np.unique(examples.sets[rows]):
            found = scores[rows[examples.sets[rows] == name]] >= 0
            often = {KINDS[k]: int(found[:, k].sum()) for k in np.argsort(-found.sum(0))[:3] if found[:, k].any()}
            result.setdefault(part, {})[str(name)] = {"flagged": round(float(found.any(1).mean()), 3), "n": len(found), "often": often}
    for part in ("trec", "medical"):
        rows = examples.part(part)
        if len(rows):
            wrong = examples.kinds[rows] == KINDS.index("off_question")
            result[part] = round(float(roc_auc_score(wrong, scores[rows, KINDS.index("off_question")])), 3)
    return result
