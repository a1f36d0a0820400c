"""Labelling by several people in tables and words: who has done what, how far they agree, what the signals missed.

people_rows(status(study))[0]       # {"Person": "ada", "Rows": "12 of 40", "Pace": "14 s a row", …}
missed_words(status(study))         # "Of the rows that nothing was flagged in, between 2% and 17% are bad …"
"""

from __future__ import annotations

from collections.abc import Mapping

from curation.labelling.figures import Status
from evaluation.report.forest import CANT_TELL, Forest, ForestRow, ticks
from winnow.statistics import Interval

MORE_THAN_CHANCE = "more than chance"


def people_rows(found: Status) -> list[dict[str, str]]:
    """Give each person's progress and pace, and how often they were right where the answer is known."""
    return [
        {
            "Person": name,
            "Rows": f"{one.labelled}" + (f" of {one.assigned}" if one.assigned is not None else ""),
            "Pace": "not known yet" if one.seconds is None else f"{one.seconds:.0f} s a row",
            "Right where the answer is known": _share(one.gold),
        }
        for name, one in found.people.items()
    ]


def agreement_forest(found: Status) -> Forest | None:
    """Lay out how far people agree beyond chance: by question over all of them, and of each two; None without any."""
    rows = [
        *_rows("alpha", {f"all, on “{name}”": figure for name, figure in found.alpha.items()}),
        *_rows("kappa", found.kappa),
    ]
    if not rows:
        return None
    axis = "agreement: 0 is chance, 1 is full (Krippendorff's α, Cohen's κ)"
    low = min(0.0, *(row.low for row in rows))
    return Forest(axis, ("less than chance", "more"), 0, ticks(low, 1.0), rows)


def _rows(kind: str, figures: Mapping[str, Interval]) -> list[ForestRow]:
    return [
        ForestRow(f"{kind} {name}", name, one.low, one.estimate, one.high,
                  MORE_THAN_CHANCE if one.low > 0 else CANT_TELL, str(one))
        for name, one in figures.items()
        if one.is_known
    ]  # fmt: skip


def missed_words(found: Status) -> str:
    """Say what the audit tells of rows that nothing was flagged in."""
    missed = found.missed
    if not missed.is_known:
        return "How many bad rows nobody was shown can't be told yet: no row of the audit sample is settled."
    return (
        f"Of the rows in which nothing was flagged, between {missed.low:.0%} and {missed.high:.0%} are bad: "
        f"{round(missed.estimate * missed.n)} of {missed.n} that were drawn at random and read."
    )


def _share(interval: Interval) -> str:
    if not interval.is_known:
        return "not known yet"
    return f"{interval.estimate:.0%} ({interval.low:.0%} to {interval.high:.0%}, {interval.n} rows)"
