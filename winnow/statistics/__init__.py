"""Every interval, test and agreement figure of the project: pure functions, no I/O.

    from winnow.statistics import wilson, sign_test, paired_difference
    wilson(15, 20)                    # Interval(estimate=0.75, low=0.53, high=0.89, n=20)
    paired_difference(base, tuned)    # scores of the same items, tuned minus base

An estimate never travels without its interval and n (`Interval`); what the data can't tell is NaN with a reason.
"""

from winnow.statistics.agreement import cohen_kappa, krippendorff_alpha
from winnow.statistics.association import auc, auc_gain, auc_influence, kendall_tau_b, tau_influence
from winnow.statistics.bounded import least_difference
from winnow.statistics.calibration import calibration_error, reliability
from winnow.statistics.corrected import Corrected, corrected_share
from winnow.statistics.crossed import Crossed, crossed_difference
from winnow.statistics.interval import CONFIDENCE, DRAWS, Interval
from winnow.statistics.means import mean, noninferiority, paired_difference, share
from winnow.statistics.power import (
    decided_pairs,
    detectable_rate,
    margin_supported,
    pairs_for_margin,
    sign_test_power,
    wins_needed,
)
from winnow.statistics.preference import bradley_terry, length_controlled_win_rate
from winnow.statistics.proportions import (
    discordant,
    jeffreys,
    mcnemar,
    net_share,
    net_signs,
    paired_proportions,
    sign_test,
    wilson,
)
from winnow.statistics.sequential import (
    AnytimePower,
    anytime_power,
    confidence_sequence,
    decided_after,
    pairs_to_decision,
)

__all__ = [
    "CONFIDENCE",
    "DRAWS",
    "AnytimePower",
    "Corrected",
    "Crossed",
    "Interval",
    "anytime_power",
    "auc",
    "auc_gain",
    "auc_influence",
    "bradley_terry",
    "calibration_error",
    "cohen_kappa",
    "confidence_sequence",
    "corrected_share",
    "crossed_difference",
    "decided_after",
    "decided_pairs",
    "detectable_rate",
    "discordant",
    "jeffreys",
    "kendall_tau_b",
    "krippendorff_alpha",
    "least_difference",
    "length_controlled_win_rate",
    "margin_supported",
    "mcnemar",
    "mean",
    "net_share",
    "net_signs",
    "noninferiority",
    "paired_difference",
    "paired_proportions",
    "pairs_for_margin",
    "pairs_to_decision",
    "reliability",
    "share",
    "sign_test",
    "sign_test_power",
    "tau_influence",
    "wilson",
    "wins_needed",
]
