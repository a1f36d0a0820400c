"""Numbers: the share of the reference's quantities that the prediction states.

    number_recall("Sales were about $1.5 billion.", "$1,496.5 million")   # 1: a correct rounding
    number_recall("12.5 bps", "12.5%")                                    # 0: another quantity

A number in the prediction that the reference doesn't have costs nothing here, but the explanation names it. Whether
"1.500" is 1500 the file says (`in_file`): it has a decimal comma or a decimal point.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache, partial

from evaluation.metrics.score import References, Score, best_of
from winnow.text.decimal_marks import decimal_mark
from winnow.text.quantities import Quantity, quantities

# 2: ounce, yard and decade are units, dozen a scale; figures made before aren't comparable
SETTINGS = "measure:recall|units:2|scales:2|rounding:half-step,2-digits|signs:yes|digits:any|mark:file"
MAX_QUANTITIES_NAMED = 5


def number_recall(prediction: str, references: References, mark: str = ".") -> Score:
    """Give the share of the reference's quantities found in the prediction, 0 to 1; unscored when it has none.

    `mark` is the decimal mark of the file.
    """
    return best_of(partial(_number_recall, mark), prediction, references)


def in_file(texts: Sequence[str]) -> Callable[[str, References], Score]:
    """Give `number_recall` with the decimal mark of these texts."""
    return partial(number_recall, mark=decimal_mark(texts))


def _number_recall(mark: str, prediction: str, reference: str) -> Score:
    wanted = _quantities(reference, mark)
    if not wanted:
        return Score.unscored("the reference states no number")
    given = _quantities(prediction, mark)
    if not given:
        return Score(0.0, "the prediction states no number")
    missing = [one for one in wanted if not any(one.matches(other) for other in given)]
    extra = [one for one in given if not any(one.matches(other) for other in wanted)]
    found = len(wanted) - len(missing)
    parts = [f"{found} of {len(wanted)} numbers"]
    parts += [f"missing: {_named(missing)}"] if missing else []
    parts += [f"not in the reference: {_named(extra)}"] if extra else []
    return Score(found / len(wanted), "; ".join(parts))


@lru_cache(maxsize=256)
def _quantities(text: str, mark: str) -> tuple[Quantity, ...]:
    """Give each distinct quantity once."""
    return tuple({(one.value, one.dimension): one for one in quantities(text, mark)}.values())


def _named(some: list[Quantity]) -> str:
    return ", ".join(one.text for one in some[:MAX_QUANTITIES_NAMED]) + (
        ", …" if len(some) > MAX_QUANTITIES_NAMED else ""
    )
