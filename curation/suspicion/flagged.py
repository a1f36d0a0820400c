"""The order in which people see flagged rows, from the stored probabilities: the likeliest to be bad first.

suspicions = suspicion_of(curated)                                      # {"3f2a…": 0.83, …}
most_suspect_first(ids, suspicions, contradicted(view.flags))

Nothing here measures: who only shows rows doesn't wait for the signals to be loaded.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from winnow.data.files import read_table
from winnow.data.ledger import Decision
from winnow.study.workspace import Curated

NAME = "suspicion"  # the column of the signals table
CONTRADICTIONS = "contradictions"  # the step
CONTRADICTED = 0.5  # of two rows that contradict each other one is wrong, whatever the signals say


def suspicion_of(curated: Curated) -> dict[str, float]:
    """Read each measured row's probability to be bad; nothing of a folder curated before there was one."""
    if not curated.signals_file.exists():
        return {}
    values = read_table(curated.signals_file)
    if NAME not in values.column_names:
        return {}
    return dict(zip(values["id"].to_pylist(), values[NAME].to_pylist(), strict=True))


def contradicted(flags: Mapping[str, Sequence[Decision]]) -> frozenset[str]:
    """Return the flagged rows that another row contradicts."""
    return frozenset(id_ for id_, found in flags.items() if any(d.step == CONTRADICTIONS for d in found))


def most_suspect_first(ids: Sequence[str], suspicions: Mapping[str, float], disputed: frozenset[str]) -> list[str]:
    """Order rows as people see them: the likeliest to be bad first, equals in the order given."""
    return sorted(ids, key=lambda id_: -of_flagged(id_, suspicions, disputed))


def of_flagged(id_: str, suspicions: Mapping[str, float], disputed: frozenset[str]) -> float:
    """Give the probability by which a flagged row has its place: CONTRADICTED at least where another contradicts it."""
    return max(suspicions.get(id_, 0.0), CONTRADICTED if id_ in disputed else 0.0)
