"""Quality filtering: limits over measured signals, which can move without measuring again.

values = measure(table, corpus)                      # curation.signals.measuring
decisions = decide(values, table, settings)          # again and again, as the limits move
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from curation.signals.measuring import SIGNALS, Signal
from curation.signals.reading import WORTH_SHOWING, kind_of
from winnow.config.quality import QualityConfig, Rule, rule_of
from winnow.data.ledger import Action, Decision
from winnow.data.records import canonical_json
from winnow.text.personal_data import Recogniser, mask, patterns, recogniser

STEP = "quality"


def decide(values: pa.Table, table: pa.Table, settings: QualityConfig) -> list[Decision]:
    """Compare the values with the limits; returns `flag`, `remove` and, where personal data are masked, `repair`.

    `table` holds the texts of the same rows, which masking needs.
    """
    decisions: list[Decision] = []
    for name, signal in SIGNALS.items():
        if name not in ("personal_data", "reader", "rater"):  # what the last says flags nothing
            decisions += _apply(rule_of(settings, name), name, signal, values)
    decisions += _personal_data(values, table, settings)
    decisions += _read(values, settings, {decision.id for decision in decisions if decision.action != "repair"})
    place = {id_: i for i, id_ in enumerate(values["id"].to_pylist())}
    return sorted(decisions, key=lambda decision: place[decision.id])


def _apply(rule: Rule, name: str, signal: Signal, values: pa.Table) -> Iterator[Decision]:
    """Decide about the rows whose value reaches the limit of removal or, else, of a flag."""
    both: tuple[tuple[Action, float | None], ...] = (("remove", rule.remove), ("flag", rule.flag))
    limits = [(action, limit) for action, limit in both if limit is not None]
    if not limits:
        return
    sign = -1 if signal.low_is_bad else 1
    column = values[name].to_numpy() * sign
    loosest = min(limit * sign for _, limit in limits)
    # float32 columns: a limit of .7 must catch a value that was .7 before it was stored
    for at in (column >= loosest - 1e-6).nonzero()[0]:
        value = round(float(column[at]) * sign, 4)
        action, limit = next(found for found in limits if value * sign >= found[1] * sign - 1e-6)
        matched = values[f"{name}.matched"][int(at)].as_py()
        yield Decision(
            values["id"][int(at)].as_py(), STEP, action, signal.reason.format(matched=matched),
            {"signal": name, "value": value, "limit": limit, "matched": matched},
        )  # fmt: skip


def _read(values: pa.Table, settings: QualityConfig, taken: Collection[str]) -> Iterator[Decision]:
    """Decide by the reader's limits, and in the words of the kind that it found; `taken` rows others decided on."""
    for decision in _apply(_within_budget(values, settings, taken), "reader", SIGNALS["reader"], values):
        kind = kind_of(decision.evidence["matched"])
        reason = SIGNALS["reader"].reason.format(matched=SIGNALS[kind].reason)
        yield replace(decision, reason=reason, evidence={**decision.evidence, "kind": kind})


def _within_budget(values: pa.Table, settings: QualityConfig, taken: Collection[str]) -> Rule:
    """Let the reader's limit down until so many rows are flagged by any signal, or nothing is worth showing.

    100 rows, a budget of .05, values .9, .6, .4, .3, .28 and one row taken → a limit of .3; with six of .6 it stays.
    """
    rule = settings.reader
    if rule.flag is None:
        return rule
    column = np.nan_to_num(values["reader"].to_numpy())
    is_open = (column < rule.flag) & ~pc.is_in(values["id"], pa.array(sorted(taken), pa.string())).to_numpy()
    left = round(settings.budget * len(column)) - int((~is_open).sum())
    below = np.sort(column[is_open])[::-1]
    if left <= 0 or not len(below):
        return rule
    last = np.floor(float(below[:left][-1]) * 1e4) / 1e4  # values are told to four places
    return rule.model_copy(update={"flag": min(rule.flag, max(float(last), WORTH_SHOWING))})


def _personal_data(values: pa.Table, table: pa.Table, settings: QualityConfig) -> Iterator[Decision]:
    action = settings.personal_data.action
    if action == "ignore":
        return
    signal = SIGNALS["personal_data"]
    recognise = recogniser(settings.personal_data.recogniser) if action == "mask" else patterns
    places = (values["personal_data"].to_numpy() > 0).nonzero()[0]
    for at in places.tolist():
        id_, kinds = values["id"][at].as_py(), values["personal_data.matched"][at].as_py()
        evidence = {
            "signal": "personal_data",
            "value": values["personal_data"][at].as_py(),
            "limit": 1,
            "matched": kinds,
        }
        reason = signal.reason
        if action != "mask":
            yield Decision(id_, STEP, action, reason, evidence)
            continue
        for name in ("question", "answer", "context", "history"):
            text = table[name][at].as_py()
            if (masked := _masked(name, text, recognise)) != text:
                yield Decision(id_, STEP, "repair", reason, evidence, field=name, text=masked)


def _masked(name: str, text: str, recognise: Recogniser) -> str:
    """Mask a field's text; of the history, which is JSON, what each message says."""
    if name != "history" or not text:
        return mask(text, recognise)
    said = [{**message, "content": mask(message["content"], recognise)} for message in json.loads(text)]
    return canonical_json(said)
