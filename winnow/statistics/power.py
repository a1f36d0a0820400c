"""Statistical power before anyone labels: detectable win rates, margins, and the items they need.

    wins_needed(30)                     # 21 of 30 decided pairs for p <= 0.05
    sign_test_power(30, rate=0.7)       # the chance of getting there when 70 % is the truth
    margin_supported(250, changed=0.2)  # the retention margin that n items can carry

n is the number of decided pairs: `decided_pairs` takes the expected ties off.
"""

from __future__ import annotations

from math import ceil, floor, sqrt

from winnow.statistics.proportions import sign_test

ALPHA = 0.05
POWER = 0.8


def wins_needed(n: int, alpha: float = ALPHA) -> int | None:
    """Give the fewest wins of n decided pairs with an exact two-sided p <= alpha; None when even n is too few."""
    winning = (wins for wins in range(n // 2 + 1, n + 1) if sign_test(wins, n - wins) <= alpha)
    return next(winning, None)


def sign_test_power(n: int, rate: float, alpha: float = ALPHA) -> float:
    """Give the chance of a significant result on either side when the true win rate is `rate`."""
    from scipy.special import bdtr, bdtrc

    needed = wins_needed(n, alpha)
    if needed is None:
        return 0.0
    return float(bdtrc(needed - 1, n, rate) + bdtr(n - needed, n, rate))


def detectable_rate(n: int, power: float = POWER, alpha: float = ALPHA) -> float | None:
    """Give the smallest true win rate found with the wanted power, to 0.001; None when none is."""
    rates = (step / 1000 for step in range(501, 1001))
    return next((rate for rate in rates if sign_test_power(n, rate, alpha) >= power), None)


def pairs_for_margin(margin: float, changed: float, alpha: float = ALPHA, power: float = POWER) -> int:
    """Give the pass/fail items that non-inferiority needs when nothing is lost and `changed` of them differ.

    One-sided alpha; normal approximation of the paired difference, whose variance is changed / n.
    """
    if not (0 < margin <= 1 and 0 <= changed <= 1):
        raise ValueError(f"margin {margin} and changed {changed}: expected shares, margin above 0")
    return ceil(_reach(alpha, power) ** 2 * changed / margin**2)


def margin_supported(n: int, changed: float, alpha: float = ALPHA, power: float = POWER) -> float:
    """Give the smallest non-inferiority margin that n pass/fail items can carry."""
    if n < 1:
        raise ValueError(f"n = {n}: expected 1 or more items")
    return _reach(alpha, power) * sqrt(changed / n)


def decided_pairs(pairs: int, ties: float) -> int:
    """Give the pairs left for the sign test when a share `ties` of them ends in a tie."""
    return floor(pairs * (1 - ties) + 1e-9)


def _reach(alpha: float, power: float) -> float:
    from scipy.special import ndtri

    return float(ndtri(1 - alpha) + ndtri(power))
