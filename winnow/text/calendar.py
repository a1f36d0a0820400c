"""The names of months, weekdays and seasons, as data and as alternatives of a regular expression.

>>> MONTH_NUMBERS["sept"], any_name(MONTHS[:3], but=("february",))
(9, 'january|march')
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
)  # fmt: skip
MONTH_NUMBERS = {form: number for number, word in enumerate(MONTHS, start=1) for form in (word, word[:3])} | {"sept": 9}
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
SEASONS = ("spring", "summer", "autumn", "winter")
FEASTS = ("christmas", "easter")
VERBS = frozenset(("may", "march"))  # names of months that are verbs too


def any_name(names: Iterable[str], but: Collection[str] = ()) -> str:
    """Join names with strokes, leaving out those that are other words too: "may", "march"."""
    return "|".join(name for name in names if name not in but)
