"""What people said: verdicts on pairs, ratings of single answers, and how far the people agree.

>>> pair_verdicts([["A", "[[B]]", "Model_A wins"], "tie"])
[['a', 'b', 'a'], ['tie']]
>>> plurality(["a", "b", "a"])
'a'
>>> ratings([[4, 5, None], "yes"])
[[4.0, 5.0], [1.0]]

Anything else than a verdict is an error with its row: a verdict misread is worse than none.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from winnow.data.columns import texts
from winnow.errors import InputError
from winnow.statistics import Interval, krippendorff_alpha, mean

Verdict = Literal["a", "b", "tie"]

SYSTEMS = ("", "model", "response", "answer", "output", "prediction", "assistant", "system")
NAMES: dict[str, Verdict] = {
    **dict.fromkeys((*(f"{system}a" for system in SYSTEMS), "left", "first", "a>b", "b<a", "1>2"), "a"),
    **dict.fromkeys((*(f"{system}b" for system in SYSTEMS), "right", "second", "b>a", "a<b", "2>1"), "b"),
    **dict.fromkeys((f"{system}1" for system in SYSTEMS[1:]), "a"),
    **dict.fromkeys((f"{system}2" for system in SYSTEMS[1:]), "b"),
    **dict.fromkeys(("tie", "tied", "equal", "same", "draw", "both", "neither", "a=b"), "tie"),
    **dict.fromkeys(("bothbad", "bothgood", "tiebothbad", "tiebothgood"), "tie"),
}
MAX_VERDICTS_NAMED = 5
NUMBERED: dict[str, Verdict] = {"1": "a", "2": "b", "0": "tie", "1.5": "tie"}
TRUTHS = {
    **dict.fromkeys(("true", "yes", "correct", "good", "right", "pass"), 1.0),
    **dict.fromkeys(("false", "no", "incorrect", "bad", "wrong", "fail"), 0.0),
}


def pair_verdicts(cells: Sequence[Any]) -> list[list[Verdict]]:
    """Read every row's verdicts: a, b or tie in the usual spellings, or 1, 2 and 0 where a 2 shows what is meant."""
    written = [[_plain(word) for word in texts(cell) if word.strip()] for cell in cells]
    used = {word for row in written for word in row}
    if used & {*NUMBERED} and "2" not in used:
        raise InputError(
            f"human verdicts {', '.join(sorted(used)[:MAX_VERDICTS_NAMED])} can mean two things for a pair; "
            "say which is which, as in --verdict 1=a --verdict 0=b"
        )
    return [[_verdict(word, place) for word in row] for place, row in enumerate(written, start=1)]


def _plain(word: str) -> str:
    """Reduce a spelling to its letters: "[[A]]", "Model_A wins" and "A>>B" to a, modela and a>b."""
    letters = re.sub(r"[\s_()\[\]]+|(?<=\w)-(?=\w)", "", word.lower())
    return re.sub(r"(?<=[>=<])[>=<]+|wins$|isbetter$|(?<=\d)\.0$", "", letters)


def _verdict(word: str, row: int) -> Verdict:
    verdict = {**NAMES, **NUMBERED}.get(word)
    if verdict is None:
        raise InputError(
            f'row {row}: human verdict "{word}" is none of a, b, tie; say what it means, as in --verdict "{word}=a"'
        )
    return verdict


def plurality(verdicts: Sequence[str], undecided: str = "tie") -> str:
    """Give the verdict that occurs most often; `undecided` where two are as frequent: ["a", "b"] → "tie"."""
    ranked = Counter(verdicts).most_common(2)
    return ranked[0][0] if len(ranked) == 1 or ranked[0][1] > ranked[1][1] else undecided


def ratings(cells: Sequence[Any]) -> list[list[float]]:
    """Read every row's ratings as numbers; words such as yes and no are 1 and 0."""
    return [[_rating(word, place) for word in texts(cell) if word.strip()] for place, cell in enumerate(cells, start=1)]


def _rating(word: str, row: int) -> float:
    plain = word.strip().lower()
    if plain in TRUTHS:
        return TRUTHS[plain]
    try:
        value = float(plain)
    except ValueError:
        raise InputError(
            f'row {row}: human verdict "{word}" is no number; say what it means, as in --verdict "{word}=0"'
        ) from None
    if value - value != 0:
        raise InputError(f'row {row}: human verdict "{word}" is not finite; leave it empty where nobody judged')
    return value


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far several people agree: alpha, the raw share of agreeing pairs, one against the others.

    `one_against_others` is how often a single person gives the verdict that the others lead with: what a metric as
    good as one more person would reach; None for ratings.
    """

    people: int
    krippendorff_alpha: Interval
    raw_agreement: Interval
    one_against_others: Interval | None = None

    def as_dict(self) -> dict[str, object]:
        """Give the JSON form."""
        one = {} if self.one_against_others is None else {"one_against_others": self.one_against_others.as_dict()}
        return {
            "people": self.people,
            "krippendorff_alpha": self.krippendorff_alpha.as_dict(),
            "raw_agreement": self.raw_agreement.as_dict(),
            **one,
        }


def agreement(verdicts: Iterable[Sequence[Any]], level: Literal["nominal", "ordinal"]) -> Agreement | None:
    """Measure agreement over the rows that two people or more judged; None where there is none.

    [["a", "a"], ["b", "tie"]] → raw agreement 0.5: one of two rows agrees
    """
    several = [list(row) for row in verdicts if len(row) > 1]
    if not several:
        return None
    return Agreement(
        max(map(len, several)),
        krippendorff_alpha(several, level),
        mean([_raw(row) for row in several]),
        mean([_one_against_others(row) for row in several]) if level == "nominal" else None,
    )


def _raw(row: Sequence[Any]) -> float:
    agreeing: int = sum(count * (count - 1) for count in Counter(row).values())
    return agreeing / (len(row) * (len(row) - 1))


def _one_against_others(row: Sequence[Any]) -> float:
    hits: list[bool] = [own == plurality([*row[:place], *row[place + 1 :]]) for place, own in enumerate(row)]
    return sum(hits) / len(hits)
