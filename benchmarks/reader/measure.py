"""Measure a trained reader on what it never saw: recall by kind, clean rows and look-alikes flagged, people's grades.

figures = measure(Path("work"), "trained")       # figures["kinds"]["refusal"] → {"own": .97, "any": .98, "n": 150}
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file, save_file
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from benchmarks.reader.examples import Examples, read_examples
from curation.reader.kinds import KINDS, OUTPUTS
from curation.reader.limits import USUAL_SHARE

Logits = NDArray[np.float32]


@dataclass(frozen=True)
class Calibration:
    """Turns outputs into log-odds of a file in which each kind has USUAL_SHARE: `outputs @ weights + offsets`."""

    weights: Logits  # [outputs, kinds]
    offsets: Logits

    def __call__(self, outputs: Logits) -> Logits:
        """Return the log-odds, float32 [rows, kinds]."""
        return np.asarray(outputs @ self.weights + self.offsets, np.float32)


def measure(out: Path, name: str, ship: Path | None = None) -> dict[str, Any]:
    """Calibrate on the validation rows, then give the figures of the held-out parts at a probability of one half.

    With `ship` the weights, their calibration and the figures are written there.
    """
    examples = read_examples(out / "reader.npz")
    with np.load(out / name / "logits.npz") as found:
        rows, outputs = found["rows"], {which: found[which] for which in ("logits", "first")}
    calibrations = {which: calibrate(examples, rows, values) for which, values in outputs.items()}
    scores = np.full((len(examples.ends), len(KINDS)), np.nan, np.float32)
    scores[rows] = calibrations["logits"](outputs["logits"])
    result = figures(examples, scores)
    if ship is not None:
        _ship(out / name, ship, calibrations)
        (ship / "figures.json").write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    return result


def calibrate(examples: Examples, rows: NDArray[np.int64], outputs: Logits) -> Calibration:
    """Fit each kind's log-odds on validation rows, weighted so that the kind has USUAL_SHARE.

    Each is a line in the kind's own output; for wrong answers in equal parts of that and of how little alike question
    and answer are, which people's grades follow where exchanged answers alone would teach to trust the first.
    """
    validation = np.flatnonzero(examples.parts[rows] == "validation")
    calibration = Calibration(np.zeros((len(OUTPUTS), len(KINDS)), np.float32), np.zeros(len(KINDS), np.float32))
    for place, kind in enumerate(KINDS):
        judged = validation[(examples.judged[rows[validation]] >> place & 1) == 1]
        faulty = examples.kinds[rows[judged]] == place
        parts = {place: 1.0} | ({OUTPUTS.index("alike"): -1.0} if kind == "off_question" else {})
        direction = np.zeros(len(OUTPUTS), np.float32)
        for column, sign in parts.items():
            direction[column] = sign / outputs[judged, column].std()
        weights = np.where(faulty, USUAL_SHARE / faulty.sum(), (1 - USUAL_SHARE) / (~faulty).sum()) * len(judged)
        model = LogisticRegression(C=1.0).fit(outputs[judged] @ direction[:, None], faulty, weights)
        calibration.weights[:, place] = direction * model.coef_[0, 0]
        calibration.offsets[place] = model.intercept_[0]
    return calibration


def _ship(trained: Path, folder: Path, calibrations: dict[str, Calibration]) -> None:
    """Write the weights with their calibrations; that of the first pass is folded into its last layer."""
    tensors = load_file(trained / "reader.safetensors")
    of, first = calibrations["logits"], calibrations["first"]
    tensors |= {"calibration": of.weights, "offsets": of.offsets}
    out, offset = tensors["first.out"].astype(np.float32), tensors["first.out_offset"].astype(np.float32)
    tensors |= {"first.out": out @ first.weights, "first.out_offset": offset @ first.weights + first.offsets}
    folder.mkdir(parents=True, exist_ok=True)
    save_file({name: np.ascontiguousarray(value) for name, value in tensors.items()}, folder / "reader.safetensors")


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
            result.setdefault(part, {})[str(name)] = {
                "flagged": round(float(found.any(1).mean()), 3),
                "n": len(found),
                "often": often,
            }
    for part in ("trec", "medical"):
        rows = examples.part(part)
        if len(rows):
            wrong = examples.kinds[rows] == KINDS.index("off_question")
            result[part] = round(float(roc_auc_score(wrong, scores[rows, KINDS.index("off_question")])), 3)
    return result
