from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import expit

from benchmarks import intervals
from winnow.statistics import (
    Interval,
    auc,
    auc_gain,
    bradley_terry,
    cohen_kappa,
    decided_pairs,
    detectable_rate,
    jeffreys,
    kendall_tau_b,
    krippendorff_alpha,
    length_controlled_win_rate,
    margin_supported,
    mcnemar,
    mean,
    noninferiority,
    paired_difference,
    paired_proportions,
    pairs_for_margin,
    share,
    sign_test,
    sign_test_power,
    tau_influence,
    wilson,
    wins_needed,
)
from winnow.statistics.bounded import bounded_mean

counts = st.integers(0, 300).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


# ── shares ────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("wins", "n"), [(13, 20), (20, 30), (33, 50), (0, 20), (20, 20), (130, 200)])
def test_wilson_and_jeffreys_agree_with_statsmodels(wins, n):
    from statsmodels.stats.proportion import proportion_confint

    score = proportion_confint(wins, n, method="wilson")
    assert (wilson(wins, n).low, wilson(wins, n).high) == pytest.approx(score, abs=1e-12)
    if 0 < wins < n:  # statsmodels doesn't carry the ends of the scale
        beta = proportion_confint(wins, n, method="jeffreys")
        assert (jeffreys(wins, n).low, jeffreys(wins, n).high) == pytest.approx(beta, abs=1e-9)


def test_jeffreys_gives_95_percent_where_a_known_viewer_gives_90():
    assert jeffreys(20, 30).low == pytest.approx(0.489, abs=5e-4)  # not .518: 20 of 30 is no clear win


@given(counts)
def test_an_interval_of_a_share_holds_its_estimate_and_stays_in_the_unit_range(case):
    wins, n = case
    for interval in (wilson(wins, n), jeffreys(wins, n)):
        if n == 0:
            assert not interval.is_known
        else:
            assert 0 <= interval.low <= interval.estimate <= interval.high <= 1
            assert interval.high > interval.low


def test_no_item_gives_no_number():
    nothing = wilson(0, 0)
    assert nothing.as_dict() == {
        "estimate": None,
        "low": None,
        "high": None,
        "n": 0,
        "reason": "there is no item to count",
    }
    assert not nothing.excludes(0.5)
    assert "can't tell" in str(nothing)


# ── sign test and McNemar ─────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("wins", "losses"), [(13, 7), (15, 5), (0, 6), (3, 3), (0, 0), (61, 39)])
def test_the_sign_test_is_the_exact_binomial_test(wins, losses):
    from scipy.stats import binomtest

    expected = binomtest(wins, wins + losses).pvalue if wins + losses else 1.0
    assert sign_test(wins, losses) == pytest.approx(expected)


def test_mcnemar_agrees_with_statsmodels_and_mid_p_with_fagerland():
    from statsmodels.stats.contingency_tables import mcnemar as reference

    base = [True] * 59 + [True] * 6 + [False] * 16 + [False] * 80
    tuned = [True] * 59 + [False] * 6 + [True] * 16 + [False] * 80
    assert mcnemar(base, tuned) == pytest.approx(reference([[59, 6], [16, 80]], exact=True).pvalue)
    # Fagerland, Lydersen and Laake (2013), airway hyper-responsiveness: 1 against 7 discordant
    assert sign_test(1, 7) == pytest.approx(0.0703, abs=1e-4)
    assert sign_test(1, 7, mid_p=True) == pytest.approx(0.0391, abs=1e-4)


@pytest.mark.parametrize("n", [6, 20, 50, 200])
def test_a_fair_coin_is_called_a_difference_at_most_as_often_as_alpha_says(n):
    from scipy.stats import binom

    chance = binom.pmf(np.arange(n + 1), n, 0.5)
    exact = sum(p for wins, p in enumerate(chance) if sign_test(wins, n - wins) <= 0.05)
    mid = sum(p for wins, p in enumerate(chance) if sign_test(wins, n - wins, mid_p=True) <= 0.05)
    assert exact <= 0.05
    assert exact <= mid <= 0.07


# ── shares of items in groups ─────────────────────────────────────────────────────────────────────────────


def test_a_share_of_items_that_stand_alone_is_wilsons():
    assert share([1, 1, 0], ["a", "b", "c"]) == share([1, 1, 0]) == wilson(2, 3)
    assert share([]) == wilson(0, 0)


def test_copies_add_no_certainty():
    own = [1] * 15 + [0] * 5
    alone, copied = share(own), share(own * 30, list(range(20)) * 30)
    assert (copied.estimate, copied.n) == (0.75, 600)
    assert copied.high - copied.low > alone.high - alone.low
    assert share([1] * 600, list(range(20)) * 30).low == pytest.approx(wilson(20, 20).low, abs=0.03)
    assert not share([1, 0, 1], ["one"] * 3).is_known


def grouped_votes(rng, n, chance, alike):
    """Decided votes on groups of one to four questions of which a quarter is tied; `alike` share the group's fate."""
    groups = np.repeat(np.arange(n), rng.integers(1, 5, n))
    fates, own = (rng.random(n) < chance)[groups], rng.random(len(groups)) < chance
    won = np.where(rng.random(len(groups)) < alike, fates, own)
    decided = rng.random(len(groups)) > 0.25
    return won[decided][:n].astype(float), groups[decided][:n].tolist()


@pytest.mark.parametrize("n", [20, 50, 200])
def test_a_share_of_grouped_votes_is_covered_where_wilson_alone_promises_too_much(n):
    hits = {"grouped": [], "wilson": []}
    for chance, alike in ((0.5, 1.0), (0.7, 0.7), (0.9, 0.7)):
        rng = np.random.default_rng(int(100 * chance))
        for _ in range(600):
            votes, groups = grouped_votes(rng, n, chance, alike)
            for name, found in (("grouped", share(votes, groups)), ("wilson", share(votes))):
                hits[name].append(found.low <= chance <= found.high)
    assert 0.93 <= np.mean(hits["grouped"]) <= (0.99 if n == 20 else 0.97)  # with a dozen groups on the wide side
    assert np.mean(hits["wilson"]) < 0.89


# ── means and paired differences ──────────────────────────────────────────────────────────────────────────

SHAPES = {
    "bell": (lambda rng, n: rng.normal(0.1, 1, n), 0.1),
    "two answers out of three unchanged": (
        lambda rng, n: np.where(rng.random(n) < 0.66, 0, rng.normal(0.2, 0.4, n)),
        0.068,
    ),
    "near zero with a tail": (lambda rng, n: rng.beta(0.3, 1.5, n), 0.3 / 1.8),
}


@pytest.mark.parametrize("n", [20, 50, 200])
@pytest.mark.parametrize("shape", SHAPES)
def test_the_studentised_interval_covers_93_to_97_percent(shape, n):
    draw, truth = SHAPES[shape]
    rng = np.random.default_rng(20)
    studies = 500 if n == 200 else 1_200
    hits = 0
    for study in range(studies):
        interval = mean(draw(rng, n), draws=400, seed=study)
        hits += interval.low <= truth <= interval.high
    assert 0.93 <= hits / studies <= 0.97


@pytest.mark.slow
@pytest.mark.parametrize("n", [20, 50, 200])
@pytest.mark.parametrize("shape", SHAPES)
def test_with_every_draw_the_studentised_interval_keeps_its_95_percent(shape, n):
    draw, truth = SHAPES[shape]
    rng = np.random.default_rng(21)
    hits = 0
    for study in range(800):
        interval = mean(draw(rng, n), seed=study)
        hits += interval.low <= truth <= interval.high
    assert 0.93 <= hits / 800 <= 0.97


@pytest.mark.parametrize("n", [20, 50, 200])
def test_shares_cover_93_to_97_percent_on_average_over_true_shares(n):
    from scipy.stats import binom

    truths = np.linspace(0.1, 0.9, 161)
    for method in (wilson, jeffreys):
        bounds = [method(wins, n) for wins in range(n + 1)]
        covers = np.array([[b.low <= truth <= b.high for b in bounds] for truth in truths])
        chance = binom.pmf(np.arange(n + 1), n, truths[:, None])
        assert 0.93 <= (covers * chance).sum(1).mean() <= 0.97


@pytest.mark.parametrize("n", [20, 50, 200])
def test_paired_pass_fail_differences_cover_93_to_97_percent(n):
    rng = np.random.default_rng(7)
    hits = 0
    for _ in range(3_000):
        change = rng.choice([-1, 0, 1], n, p=[0.15, 0.55, 0.30])
        interval = paired_proportions(change < 0, change > 0)
        hits += interval.low <= 0.15 <= interval.high
    assert 0.93 <= hits / 3_000 <= 0.97


def test_clusters_widen_the_interval_that_copies_would_narrow():
    rng = np.random.default_rng(3)
    base, tuned = rng.random(20), rng.random(20)
    once = paired_difference(base, tuned)
    copies = paired_difference(np.repeat(base, 10), np.repeat(tuned, 10))
    grouped = paired_difference(np.repeat(base, 10), np.repeat(tuned, 10), clusters=np.repeat(range(20), 10))
    assert copies.high - copies.low < 0.5 * (once.high - once.low)
    assert (grouped.low, grouped.high) == pytest.approx((once.low, once.high), rel=1e-9)


def test_clustered_intervals_cover_93_to_97_percent():
    rng = np.random.default_rng(11)
    groups = np.repeat(range(40), 5)
    hits = 0
    for study in range(800):
        values = np.repeat(rng.exponential(1, 40), 5) + rng.normal(0, 0.5, 200)
        interval = mean(values, clusters=groups, draws=600, seed=study)
        hits += interval.low <= 1 <= interval.high
    assert 0.93 <= hits / 800 <= 0.97


def test_a_large_sample_gets_the_interval_the_bootstrap_would_give(monkeypatch):
    values = np.random.default_rng(5).beta(0.5, 2, 1_500)
    quick = mean(values)
    monkeypatch.setattr("winnow.statistics.means.MIN_STUDENT_UNITS", 2_000)
    slow = mean(values)
    assert quick.low == pytest.approx(slow.low, abs=5e-4)
    assert quick.high == pytest.approx(slow.high, abs=5e-4)


def test_the_same_seed_gives_the_same_interval():
    values = [0.1, 0.4, 0.35, 0.8, 0.0, 0.66]
    assert mean(values, seed=4) == mean(values, seed=4)
    assert mean(values, seed=4) != mean(values, seed=5)


@pytest.mark.parametrize(("values", "word"), [([], "no item"), ([0.4], "one item"), ([0.4] * 30, "equal")])
def test_scores_without_spread_give_no_bounds(values, word):
    interval = mean(values)
    assert not interval.is_known
    assert word in interval.reason


# ── on a scale with two ends, whatever is rare there ──────────────────────────────────────────────────────


@pytest.mark.parametrize("values", [[0.4] * 30, [0.0] * 29 + [0.3], [0.5, 1.0]])
def test_on_a_scale_with_ends_too_little_spread_still_gives_bounds(values):
    assert not mean(values).is_known
    found = mean(values, scale=(0, 1))
    assert 0 <= found.low < found.estimate < found.high <= 1
    hundredfold = mean([100 * value for value in values], scale=(0, 100))
    assert (hundredfold.low, hundredfold.high) == pytest.approx((100 * found.low, 100 * found.high))


def test_scores_of_0_and_1_alone_get_the_interval_of_bonett_and_price():
    base, tuned = [0, 0, 1, 1, 0, 1, 0, 0] * 5, [1, 0, 1, 0, 1, 1, 1, 0] * 5
    exact = paired_proportions(base, tuned)
    found = bounded_mean(np.subtract(tuned, base, dtype=float), (-1, 1))
    assert (found.low, found.high) == pytest.approx((exact.low, exact.high))


@given(st.lists(st.floats(0, 1), min_size=2, max_size=60), st.integers(1, 4))
def test_a_bounded_interval_holds_its_estimate_stays_on_its_scale_and_isnt_narrowed_by_copies(values, copies):
    found = bounded_mean(np.array(values), (0, 1))
    assert 0 <= found.low <= found.estimate <= found.high <= 1
    groups = [*range(len(values))] * copies
    copied = bounded_mean(np.array(values * copies), (0, 1), groups)
    assert (copied.low, copied.high) == pytest.approx((found.low, found.high))


@pytest.mark.parametrize("items", [20, 50, 200])
def test_scores_on_a_scale_are_held_in_93_percent_of_the_studies_whatever_their_distribution(items):
    """A small part of `python -m benchmarks.intervals`, whose bounds are those of the function itself."""
    rng = np.random.default_rng(items)
    for shape in intervals.shapes(items):
        base, tuned = shape.draw(rng, (1_500, items))
        low, high = intervals.bounded(base, tuned, rng)
        one = paired_difference(base[0], tuned[0], scale=(0, 1))
        assert (one.low, one.high) == pytest.approx((low[0], high[0])), shape.name
        truth = shape.truth(400_000)
        assert np.mean((low <= truth) & (truth <= high)) >= 0.93, shape.name


def test_the_spread_that_is_seen_alone_misses_rare_gains_or_is_too_sure():
    rng = np.random.default_rng(3)
    nothing_else, noise = (intervals.rare(0.05, 0.0, 0.8, noise=spread) for spread in (0.0, 0.1))
    low, _ = intervals.bootstrap(*nothing_else.draw(rng, (600, 20)), rng)
    assert np.mean(np.isnan(low)) > 0.6
    low, high = intervals.bootstrap(*noise.draw(rng, (600, 20)), rng)
    truth = noise.truth(400_000)
    assert np.mean((low <= truth) & (truth <= high)) < 0.9


def test_a_group_of_copies_with_a_rare_gain_is_held():
    rng, groups = np.random.default_rng(4), np.repeat(range(20), 5).tolist()
    gains = np.repeat(np.where(rng.random((600, 20)) < 0.05, 0.8, 0.0), 5, axis=1)
    found = [paired_difference(np.zeros(100), gained, groups, scale=(0, 1)) for gained in gains]
    assert np.mean([one.low <= 0.04 <= one.high for one in found]) >= 0.93


def test_a_gain_that_rare_losses_could_undo_cant_be_told_and_the_reason_is_said():
    gains = np.full(40, 0.2) + np.tile([0.02, 0.06], 20)
    few = paired_difference(np.full(40, 0.2), gains, scale=(0, 1))
    assert not few.excludes(0)
    assert few.reason == "rare large differences could hide among 40 items"
    many = paired_difference(np.full(200, 0.2), np.tile(gains, 5), scale=(0, 1))
    assert many.low > 0
    assert not many.reason
    assert not paired_difference(gains, gains[::-1], scale=(0, 1)).reason


def test_unscored_items_must_be_left_out_by_name():
    with pytest.raises(ValueError, match="NaN"):
        mean([0.2, math.nan])
    with pytest.raises(ValueError, match="same items"):
        paired_difference([0.1, 0.2], [0.1])


def test_unchanged_pass_fail_items_still_leave_room_for_a_change():
    same = paired_difference([1, 0, 1, 1] * 5, [1, 0, 1, 1] * 5)
    assert same.estimate == 0
    assert same.low < -0.05 < 0.05 < same.high


def test_noninferiority_has_three_outcomes():
    assert noninferiority(Interval(0.0, -0.02, 0.02, 300), margin=0.03) == "pass"
    assert noninferiority(Interval(-0.1, -0.15, -0.05, 300), margin=0.03) == "fail"
    assert noninferiority(Interval(0.0, -0.09, 0.09, 50), margin=0.03) == "inconclusive"
    assert noninferiority(Interval.unknown(1, "one item"), margin=0.03) == "inconclusive"
    with pytest.raises(ValueError, match="negative"):
        noninferiority(Interval(0.0, -0.02, 0.02, 300), margin=-0.03)


@pytest.mark.parametrize("n", [50, 200])
def test_a_loss_as_large_as_the_margin_passes_at_most_about_5_percent_of_the_time(n):
    rng = np.random.default_rng(6)
    passed = 0
    for _ in range(3_000):
        change = rng.choice([-1, 0, 1], n, p=[0.15, 0.80, 0.05])
        passed += noninferiority(paired_proportions(change < 0, change > 0, confidence=0.9), margin=0.1) == "pass"
    assert passed / 3_000 <= 0.06


# ── agreement ─────────────────────────────────────────────────────────────────────────────────────────────

# the worked example of Krippendorff (2011), "Computing Krippendorff's alpha-reliability": 4 observers, 12 units
OBSERVERS = [
    [1, 2, 3, 3, 2, 1, 4, 1, 2, None, None, None],
    [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, None, 3],
    [None, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, None],
    [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, None],
]


@pytest.mark.parametrize(("level", "alpha"), [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849)])
def test_alpha_gives_krippendorffs_worked_example(level, alpha):
    interval = krippendorff_alpha(list(zip(*OBSERVERS, strict=True)), level=level)
    assert interval.estimate == pytest.approx(alpha, abs=5e-4)
    assert interval.n == 11  # one unit has a single value
    assert interval.low < alpha < interval.high <= 1


@pytest.mark.parametrize("level", ["nominal", "ordinal", "interval"])
def test_alphas_with_one_item_left_out_are_the_packages_own(level):
    import krippendorff

    from winnow.statistics.agreement import _alphas_without_each

    rows = np.random.default_rng(2).multinomial(3, [0.5, 0.3, 0.2], 25)
    domain = np.array([0.0, 1.0, 2.0])
    theirs = [
        krippendorff.alpha(value_counts=np.delete(rows, place, axis=0), value_domain=domain, level_of_measurement=level)
        for place in range(25)
    ]
    assert _alphas_without_each(rows, domain, level) == pytest.approx(theirs)


@pytest.mark.parametrize("n", [20, 50, 200])
def test_alpha_covers_93_to_97_percent(n):
    rng = np.random.default_rng(8)
    hits = 0
    for _ in range(800):
        truth = rng.integers(0, 3, n)[:, None]
        said = np.where(rng.random((n, 3)) < 0.75, truth, rng.integers(0, 3, (n, 3)))
        interval = krippendorff_alpha(said.tolist())
        hits += interval.low <= 0.75**2 <= interval.high  # two raters both know with .75², else agree by chance
    assert 0.93 <= hits / 800 <= 0.97


def test_perfect_agreement_still_has_a_lower_bound_below_one():
    alpha = krippendorff_alpha([["a", "a"], ["b", "b"]] * 10)
    kappa = cohen_kappa(["a", "b"] * 10, ["a", "b"] * 10)
    assert alpha.estimate == kappa.estimate == 1
    assert 0.5 < alpha.low < 0.8
    assert 0.5 < kappa.low < 0.8


def test_one_and_the_same_value_cannot_tell_agreement():
    assert not krippendorff_alpha([["a", "a"]] * 9).is_known
    assert not cohen_kappa(["a"] * 9, ["a"] * 9).is_known
    assert krippendorff_alpha([["a"], [None, "b"]]).n == 0


@pytest.mark.parametrize("n", [20, 50, 200])
def test_kappa_covers_93_to_97_percent(n):
    rng = np.random.default_rng(1)
    table = np.array([0.4, 0.1, 0.1, 0.4])  # agreement .8, chance .5: kappa .6
    hits = 0
    for _ in range(2_000):
        cell = rng.choice(4, n, p=table)
        interval = cohen_kappa((cell // 2).tolist(), (cell % 2).tolist())
        hits += interval.low <= 0.6 <= interval.high
    assert 0.93 <= hits / 2_000 <= 0.97


def test_kappa_agrees_with_statsmodels():
    from statsmodels.stats.inter_rater import cohens_kappa

    first, second = [1, 0, 1, 1, 0, 2] * 5, [1, 0, 1, 0, 0, 1] * 5
    table = np.zeros((3, 3))
    for a, b in zip(first, second, strict=True):
        table[a, b] += 1
    assert cohen_kappa(first, second).estimate == pytest.approx(cohens_kappa(table).kappa)


# ── association ───────────────────────────────────────────────────────────────────────────────────────────


def test_auc_agrees_with_sklearn_and_counts_ties_as_half():
    from sklearn.metrics import roc_auc_score

    rng = np.random.default_rng(0)
    labels = rng.random(300) < 0.3
    scores = np.round(rng.normal(size=300) + labels, 1)
    assert auc(scores, labels).estimate == pytest.approx(roc_auc_score(labels, scores))
    assert auc([1, 1, 1, 1], [True, False, True, False]).estimate == 0.5


def test_the_gain_of_one_ranking_over_another_on_the_same_items_is_surer_than_two_intervals():
    rng = np.random.default_rng(1)
    labels = np.arange(200) % 2 == 0
    worse = rng.normal(size=200) + labels
    better = worse + 0.3 * labels
    gain = auc_gain(better, worse, labels)
    assert gain.estimate == pytest.approx(auc(better, labels).estimate - auc(worse, labels).estimate)
    assert gain.low > 0
    assert auc(better, labels).low < auc(worse, labels).high
    assert auc_gain(worse, worse, labels).low == auc_gain(worse, worse, labels).high == 0


@pytest.mark.parametrize("n", [40, 200])
def test_the_gain_of_equally_good_rankings_covers_0_in_93_to_97_percent(n):
    rng = np.random.default_rng(2)
    labels = np.arange(n) % 2 == 0
    covered = 0
    for _ in range(1_000):
        known = rng.normal(size=n) + labels
        gain = auc_gain(known + rng.normal(size=n), known + rng.normal(size=n), labels)
        covered += gain.low <= 0 <= gain.high
    assert 0.93 <= covered / 1_000 <= 0.97


def test_tau_b_agrees_with_scipy():
    from scipy.stats import kendalltau

    ratings = [1, 2, 2, 3, 5, 4, 4, 5, 1, 3]
    scores = [0.1, 0.2, 0.1, 0.5, 0.9, 0.4, 0.8, 0.7, 0.3, 0.3]
    assert kendall_tau_b(scores, ratings).estimate == pytest.approx(kendalltau(scores, ratings).statistic)


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), min_size=2, max_size=40))
def test_each_items_part_in_tau_is_what_comparing_it_with_every_other_gives(pairs):
    x, y = np.array(pairs, dtype=float).T
    if not np.ptp(x) or not np.ptp(y):
        return
    signs = [np.sign(column[:, None] - column) for column in (x, y)]
    concordance, apart = (signs[0] * signs[1]).sum(1), [(one != 0).sum(1) for one in signs]
    scale = np.sqrt(apart[0].mean() * apart[1].mean())
    own = 2 * (concordance - concordance.mean()) / scale
    ties = (apart[0] / apart[0].mean() - 1) + (apart[1] / apart[1].mean() - 1)
    assert tau_influence(x, y) == pytest.approx(own - concordance.mean() / scale * ties)


@pytest.mark.parametrize("n", [20, 50, 200])
def test_auc_and_tau_cover_93_to_97_percent(n):
    rng = np.random.default_rng(4)
    labels = np.arange(n) % 2 == 0
    aucs = [auc(rng.normal(size=n) + 0.9539 * labels, labels) for _ in range(1_000)]
    assert 0.93 <= np.mean([one.low <= 0.75 <= one.high for one in aucs]) <= 0.97
    draws = rng.normal(size=(600, 2, n))
    taus = [kendall_tau_b(x, x + noise) for x, noise in draws]
    assert 0.93 <= np.mean([one.low <= 0.5 <= one.high for one in taus]) <= 0.975


@pytest.mark.parametrize(("positives", "negatives"), [(4, 4), (4, 96), (5, 40), (8, 8)])
def test_auc_of_few_items_of_a_class_is_covered_at_least_95_percent_of_the_time(positives, negatives):
    rng = np.random.default_rng(6)
    labels = np.arange(positives + negatives) < positives
    intervals = [auc(rng.normal(size=len(labels)) + 1.4657 * labels, labels) for _ in range(1_000)]
    assert sum(one.low <= 0.85 <= one.high for one in intervals) / 1_000 >= 0.95


def test_a_perfect_metric_on_few_items_does_not_look_sure():
    assert auc([1, 2, 3, 4, 5, 6], [0, 0, 0, 1, 1, 1]).low < 0.6
    assert kendall_tau_b([1, 2, 3, 4, 5, 6], [1, 2, 3, 4, 5, 6]).low < 0.3


def test_one_class_or_a_constant_column_cannot_tell():
    assert not auc([0.1, 0.9], [True, True]).is_known
    assert "both classes" in auc([0.1, 0.9], [True, True]).reason
    assert math.isnan(kendall_tau_b([1, 1, 1, 1], [1, 2, 3, 4]).estimate)
    assert kendall_tau_b([1.0], [2.0]).n == 1


# ── preference ────────────────────────────────────────────────────────────────────────────────────────────


def test_length_control_leaves_equal_lengths_alone_and_takes_length_out():
    equal = length_controlled_win_rate([1] * 60 + [0] * 40, [0] * 100)
    assert equal.estimate == pytest.approx(0.6, abs=0.01)
    # tuned wins exactly where it's longer: what is left is a coin
    longer = length_controlled_win_rate([1] * 70 + [0] * 30, [30] * 70 + [-30] * 30)
    assert longer.low < 0.5 < longer.estimate < 0.65


@pytest.mark.parametrize("n", [20, 50, 200])
def test_the_win_rate_at_equal_length_covers_93_to_97_percent(n):
    rng = np.random.default_rng(9)
    hits = 0
    for _ in range(1_000):
        longer = rng.normal(100, 200, n)
        won = rng.random(n) < expit(0.5 + 0.8 * np.tanh(longer / 200))
        interval = length_controlled_win_rate(won.astype(float), longer)
        hits += interval.low <= expit(0.5) <= interval.high
    assert 0.93 <= hits / 1_000 <= 0.975


@pytest.mark.parametrize("n", [20, 50, 200])
def test_strengths_of_three_systems_are_covered_93_to_97_percent_of_the_time(n):
    rng = np.random.default_rng(10)
    truth = {"a": 0.6, "b": 0.0, "c": -0.6}
    hits, pairs = [], [("a", "b"), ("a", "c"), ("b", "c")]
    for _ in range(150):
        met = [pairs[number] for number in rng.integers(0, 3, n)]
        chances = expit(np.array([truth[one] - truth[other] for one, other in met]))
        battles = [(*pair, float(won)) for pair, won in zip(met, rng.random(n) < chances, strict=True)]
        found = bradley_terry(battles, draws=500)
        hits += [one.low <= truth[name] <= one.high for name, one in found.items()]
    assert 0.92 <= np.mean(hits) <= 0.98  # three strengths of one study aren't three studies


@pytest.mark.parametrize("n", [20, 50, 200])
def test_strengths_are_covered_where_all_systems_answer_the_same_questions(n):
    """Scores of one question go together, so its three battles aren't three."""
    rng = np.random.default_rng(12)

    def battles(questions):
        scores = rng.normal([0.6, 0.0, -0.6], 1, (questions, 3)) + 0.4 * rng.normal(size=(questions, 1))
        pairs = [("a", "b", 0, 1), ("a", "c", 0, 2), ("b", "c", 1, 2)]
        return [(x, y, float(row[i] > row[j])) for row in scores for x, y, i, j in pairs]

    truth = {name: found.estimate for name, found in bradley_terry(battles(20_000), draws=2).items()}
    hits = []
    for _ in range(150):
        found = bradley_terry(battles(n), np.repeat(np.arange(n), 3).tolist(), draws=500)
        hits += [one.low <= truth[name] <= one.high for name, one in found.items()]
    assert 0.92 <= np.mean(hits) <= 0.98
    assert found["a"].n == n


def test_two_systems_get_the_log_odds_with_jeffreys_half_wins():
    strengths = bradley_terry([("base", "tuned", 0.0)] * 15 + [("base", "tuned", 1.0)] * 5)
    gap = strengths["tuned"].estimate - strengths["base"].estimate
    assert gap == pytest.approx(math.log(15.5 / 5.5), abs=1e-9)
    assert strengths["tuned"].low > 0 > strengths["base"].high


def test_strengths_follow_the_model_and_an_unbeaten_system_stays_finite():
    rng = np.random.default_rng(9)
    truth = {"a": 1.0, "b": 0.0, "c": -1.0}
    battles = []
    for first, second in [("a", "b"), ("b", "c"), ("a", "c")]:
        chance = 1 / (1 + math.exp(truth[second] - truth[first]))
        battles += [(first, second, float(rng.random() < chance)) for _ in range(400)]
    strengths = bradley_terry(battles, draws=2_000)
    assert all(strengths[name].low < value < strengths[name].high for name, value in truth.items())
    assert math.isfinite(bradley_terry([("a", "b", 1.0)] * 9)["a"].high)


def test_systems_that_never_met_are_not_compared():
    apart = bradley_terry([("a", "b", 1.0), ("c", "d", 0.5)])
    assert all("never met" in interval.reason for interval in apart.values())


# ── power ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_wins_needed_and_power_match_the_published_table():
    assert [wins_needed(n) for n in (5, 20, 30, 40, 50, 100)] == [None, 15, 21, 27, 33, 61]
    power = [round(sign_test_power(n, 0.65), 2) for n in (20, 30, 50, 100, 200)]
    assert power == [0.25, 0.36, 0.51, 0.83, 0.99]
    assert detectable_rate(50) == pytest.approx(0.70, abs=0.01)
    assert detectable_rate(5) is None


def test_a_margin_needs_the_pairs_that_carry_it():
    assert pairs_for_margin(0.10, changed=0.1) == 62
    assert pairs_for_margin(0.05, changed=0.2) == 495
    assert margin_supported(495, changed=0.2) == pytest.approx(0.05, abs=1e-4)
    assert decided_pairs(50, ties=0.3) == 35
