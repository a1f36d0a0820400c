"""A rating from what a model said: the expected one where it tells the probabilities of the ratings, else the digit.

>>> round(weighed({"1": -2.303, "4": -1.204, "5": -2.303}).value, 2)    # (1·.1 + 4·.3 + 5·.1) / .5
3.6
>>> read_rating("**4**", 5), read_rating("4 out of 5", 5), read_rating("6", 5)
(4, None, None)
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from math import exp, inf, nan

import numpy as np

from winnow.models.interface import ToldGeneration, ToldToken

NO_RATING = "the reply is no rating"
TOO_LONG = "longer than is read whole"
REFUSED = "the server refused it"
EMPTY = "nothing to rate"
_MARKS = " \t*_`#\"'"  # around a digit, which change nothing
_RATING = re.compile(r"(?:rating: ?)?[*_`]*([1-9])\.?", re.I)


@dataclass(frozen=True, slots=True)
class Rating:
    """A row's rating, NaN where there is none; `shown` says how likely each was, or why there is none.

    `read` and `written` count the tokens of asking.
    """

    value: float
    shown: str
    read: int = 0
    written: int = 0

    def as_dict(self) -> dict[str, object]:
        """Give the JSON form; no rating is null."""
        return {**asdict(self), "value": self.value if self.is_rated else None}

    @classmethod
    def from_dict(cls, fields: Mapping[str, object]) -> Rating:
        """Read the JSON form."""
        value, shown, read, written = (fields[name] for name in ("value", "shown", "read", "written"))
        return cls(nan if value is None else float(str(value)), str(shown), int(str(read)), int(str(written)))

    @property
    def is_rated(self) -> bool:
        """Whether there is a rating."""
        return self.value == self.value


def weighed(logs: Mapping[str, float], read: int = 0, written: int = 0) -> Rating:
    """Weigh ratings by their probabilities among themselves.

    {"4": ln .6, "5": ln .2} → 4.25, shown as "4: 75 %, 5: 25 %"
    """
    highest = max(logs.values())
    chances = {rating: exp(log - highest) for rating, log in logs.items()}
    whole = sum(chances.values())
    value = sum(int(rating) * chance for rating, chance in chances.items()) / whole
    likeliest = sorted(chances.items(), key=lambda one: (-one[1], one[0]))
    shown = ", ".join(f"{rating}: {chance / whole:.0%}" for rating, chance in likeliest if chance / whole >= 0.005)
    return Rating(value, shown.replace("%", " %"), read, written)


def read_rating(reply: str, highest: int) -> int | None:
    """Read the digit that is the reply's last line; None for anything else, or where lines give two ratings.

    "Too short.\\n2" → 2, "Rating: 2." → 2; "2 or 3", "2\\n3", "2/5", "two" → None
    """
    lines = [line.strip(_MARKS) for line in reply.strip().splitlines() if line.strip()]
    said = {int(found[1]) for line in lines if (found := _RATING.fullmatch(line))}
    is_last = bool(lines) and _RATING.fullmatch(lines[-1]) is not None
    rating = said.pop() if len(said) == 1 and is_last else 0
    return rating if 1 <= rating <= highest else None


def rating_of(told: ToldGeneration, highest: int) -> Rating:
    """Rate by a reply that is a rating: by the tokens that were likely in its place, or by the digit alone."""
    if told.refusal:
        return Rating(nan, f"{REFUSED}: {told.refusal}")
    said = read_rating(told.text, highest)
    if said is None:
        return Rating(nan, NO_RATING, told.read, told.written)
    place = next((token for token in reversed(told.tokens) if token.text.strip(_MARKS + ".\n") == str(said)), None)
    logs = _ratings_among(place, highest) if place else {}
    return weighed(logs, told.read, told.written) if logs else Rating(said, str(said), told.read, told.written)


def _ratings_among(token: ToldToken, highest: int) -> dict[str, float]:
    """Pick the ratings among the likeliest tokens; the probabilities of "4" and " 4", two forms of one, are added."""
    known = {str(rating) for rating in range(1, highest + 1)}
    found: dict[str, float] = {}
    for text, log in token.likeliest.items():
        if (rating := text.strip()) in known:
            found[rating] = float(np.logaddexp(log, found.get(rating, -inf)))
    return found
