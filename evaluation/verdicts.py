"""What people said: verdicts on pairs, ratings of single answers, and how far the people agree.

    read_pair(["a", "tie", "a"])      # "a", what most said; "tie" where no verdict leads
    read_rating([4, 5, None])         # 4.5, the mean
    agreement([["a", "a"], ["b", "tie"]], level="nominal")

Anything else than a verdict is an error with its row: a verdict misread is worse than none.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any, Literal

from evaluation.rows import texts
from winnow.errors import InputError
from winnow.statistics import Interval, krippendorff_alpha, mean

Verdict = Literal["a", "b", "tie"]

NAMES: dict[str, Verdict] = {
    **dict.fromkeys(("a", "model_a", "response_a", "prediction_a", "left", "first"), "a"),
    **dict.fromkeys(("b", "model_b", "response_b", "prediction_b", "right", "second"), "b"),
    **dict.fromkeys(("tie", "equal", "same", "draw", "both", "neither", "both_bad", "both bad"), "tie"),
    **dict.fromkeys(("tie (bothbad)", "tie (both bad)"), "tie"),
}
NUMBERED: dict[str, Verdict] = {"1": "a", "2": "b", "0": "tie"}
TRUTHS = {
    **dict.fromkeys(("true", "yes", "correct", "good", "right", "pass"), 1.0),
    **dict.fromkeys(("false", "no", "incorrect", "bad", "wrong", "fail"), 0.0),
}


def pair_verdicts(cells: Sequence[Any]) -> list[list[Verdict]]:
    """Read every row's verdicts: a, b or tie, or 1, 2 and 0 where a 2 shows that this code is meant."""
    written = [[_plain_number(word.strip().lower()) for word in texts(cell) if word.strip()] for cell in cells]
    used = {word for row in written for word in row}
    numbered = used & {*NUMBERED}
    if numbered and "2" not in numbered:
        raise InputError(
            f'human verdicts {", ".join(sorted(numbered))} can mean two things for a pair; write "a", "b" or "tie"'
        )
    return [[_verdict(word, place) for word in row] for place, row in enumerate(written, start=1)]


def _plain_number(word: str) -> str:
    return word.removesuffix(".0")


def _verdict(word: str, row: int) -> Verdict:
    verdict = {**NAMES, **NUMBERED}.get(word)
    if verdict is None:
        raise InputError(f'row {row}: human verdict "{word}" is none of a, b, tie; map it before scoring')
    return verdict


def plurality(verdicts: Sequence[str]) -> str:
    """Give the verdict most people gave; without a single leader it's a tie."""
    ranked = Counter(verdicts).most_common(2)
    return ranked[0][0] if len(ranked) == 1 or ranked[0][1] > ranked[1][1] else "tie"


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
        raise InputError(f'row {row}: human verdict "{word}" is no number; write 0, 1 or a rating') from None
    if value - value != 0:
        raise InputError(f'row {row}: human verdict "{word}" is not finite; leave it empty where nobody judged')
    return value


def agreement(verdicts: Iterable[Sequence[Any]], level: Literal["nominal", "ordinal"]) -> dict[str, Any] | None:
    """Say how far several people agree: alpha, the raw share of agreeing pairs, one against the others.

    None when no row has two people. `one_against_others` is how often a single person gives the verdict that the
    others lead with: what a metric as good as one more person would reach.
    """
    several = [list(row) for row in verdicts if len(row) > 1]
    if not several:
        return None
    figures: dict[str, Interval] = {
        "krippendorff_alpha": krippendorff_alpha(several, level),
        "raw_agreement": mean([_raw(row) for row in several]),
    }
    if level == "nominal":
        figures["one_against_others"] = mean([_one_against_others(row) for row in several])
    return {"people": max(map(len, several)), **{name: figure.as_dict() for name, figure in figures.items()}}


def _raw(row: Sequence[Any]) -> float:
    agreeing: int = sum(count * (count - 1) for count in Counter(row).values())
    return agreeing / (len(row) * (len(row) - 1))


def _one_against_others(row: Sequence[Any]) -> float:
    hits: list[bool] = [own == plurality([*row[:place], *row[place + 1 :]]) for place, own in enumerate(row)]
    return sum(hits) / len(hits)
