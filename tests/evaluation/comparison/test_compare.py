from __future__ import annotations

import pytest

from evaluation.answering.answers import to_answers
from evaluation.comparison.compare import compare_answers, comparison_text
from evaluation.comparison.pairs import pair_answers
from evaluation.people.win_rate import tally, to_votes
from winnow.errors import InputError

RIVERS = ["Nile", "Amazon", "Danube", "Rhine", "Volga", "Ganges", "Loire", "Tagus", "Oder", "Elbe"]


def answers(predictions, **extra):
    return [
        {"id": f"q{place}", "question": f"River {place}?", "reference": f"the {RIVERS[place % 10]}", "prediction": text}
        | extra
        for place, text in enumerate(predictions)
    ]


def compared(base, tuned, said=(), metrics=None):
    paired = pair_answers(to_answers(base, "base"), to_answers(tuned, "tuned"))
    return compare_answers(paired, to_votes(said), metrics).as_dict()


def tallied(rows, **more):
    return tally(to_votes(rows), **more).as_dict()


def vote(item, preferred, reviewer="ada", left="base", repeat=0):
    right = "base" if left == "tuned" else "tuned"
    return {"id": item, "preferred": preferred, "reviewer": reviewer, "left": left, "right": right, "repeat": repeat}


def votes(wins, losses, ties=0, both_bad=0):
    said = ["tuned"] * wins + ["base"] * losses + ["tie"] * ties + ["both_bad"] * both_bad
    return [vote(f"q{place}", one, left=("base", "tuned")[place % 2]) for place, one in enumerate(said)]


# ── answers ───────────────────────────────────────────────────────────────────────────────────────────────


def test_the_difference_is_tuned_minus_base_over_the_same_questions():
    found = compared(answers(["no idea"] * 10), answers(RIVERS), metrics=["exact_match"])
    row = found["metrics"]["exact_match"]
    assert row["difference"]["estimate"] == 1
    assert row["is_difference"]
    assert (row["improved"], row["regressed"], row["equal"]) == (10, 0, 0)
    assert row["base"]["estimate"] == 0
    assert row["signature"].startswith("exact_match|winnow:")


def test_ids_that_one_side_lacks_are_named_not_dropped_in_silence():
    found = compared(answers(RIVERS)[:8], answers(RIVERS)[2:], metrics=["exact_match"])
    assert found["pairs"] == 6
    assert found["only_in"] == {"base": ["q0", "q1"], "tuned": ["q8", "q9"]}
    assert "only in base: 2 (q0, q1)" in comparison_text(found)


def test_no_common_id_a_repeated_id_and_a_changed_reference_are_errors():
    one = answers(RIVERS)
    with pytest.raises(InputError, match="no id in common"):
        compared(one[:3], one[5:])
    with pytest.raises(InputError, match='id "q0" stands on 2 rows'):
        compared([*one, one[0]], one)
    with pytest.raises(InputError, match='id "q3": the reference differs'):
        compared(one, [{**row, "reference": "the Thames"} if row["id"] == "q3" else row for row in one])
    with pytest.raises(InputError, match="row 1 has no id"):
        compared([{"id": None, "prediction": "x"}, {"id": 2, "prediction": "x"}], one)


def test_a_lower_refusal_counts_as_improved():
    found = compared(answers(["I can't help with that."] * 4), answers(["The Nile."] * 4), metrics=["refusal"])
    row = found["metrics"]["refusal"]
    assert row["difference"]["estimate"] == -1
    assert (row["improved"], row["regressed"]) == (4, 0)


def test_rows_unscored_on_one_side_are_counted_and_left_out():
    tuned = answers(RIVERS)
    tuned[0]["prediction"] = None
    row = compared(answers(RIVERS), tuned, metrics=["token_f1"])["metrics"]["token_f1"]
    assert row["unscored"] == 1
    assert row["difference"]["n"] == 9


def test_one_question_cannot_tell_a_difference_and_says_so():
    found = compared(answers(["no"]), answers(["the Nile maybe"]), metrics=["token_f1"])
    row = found["metrics"]["token_f1"]
    assert not row["is_difference"]
    assert row["difference"]["low"] is None
    assert "can't tell" in comparison_text(found)


def test_clusters_of_copies_count_once():
    base, tuned = (
        answers(["the Nile of old", "a Rhine", "x Danube", "Rhine y"]),
        answers(["Nile", "Rhine", "Po", "Rhine"]),
    )
    grow = lambda rows: [{**row, "id": f"{row['id']}-{copy}", "group": row["id"]} for row in rows for copy in range(20)]  # noqa: E731
    alone = compared(base, tuned, metrics=["rouge_l"])["metrics"]["rouge_l"]["difference"]
    copies = compared(grow(base), grow(tuned), metrics=["rouge_l"])
    grouped = copies["metrics"]["rouge_l"]["difference"]
    assert grouped["n"] == 80
    assert (grouped["low"], grouped["high"]) == pytest.approx((alone["low"], alone["high"]))


# ── votes ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_win_rate_is_over_decided_pairs_with_ties_beside_it():
    found = tallied(votes(wins=21, losses=9, ties=8, both_bad=2))
    assert found["win_rate"]["estimate"] == 0.7
    assert found["win_rate"]["n"] == 30
    assert (found["items"], found["ties"], found["both_bad"]) == (40, 8, 2)
    assert found["ties_as_half"]["estimate"] == pytest.approx((21 + 5) / 40)
    assert found["net_margin"]["estimate"] == pytest.approx(12 / 40)
    assert found["is_difference"]
    assert found["p"] == pytest.approx(0.0428, abs=1e-4)
    assert not tallied(votes(wins=20, losses=10))["is_difference"]


def test_all_ties_cannot_tell():
    found = tallied(votes(0, 0, ties=12))
    assert found["win_rate"]["estimate"] is None
    assert found["p"] == 1
    assert not found["is_difference"]


def test_several_reviewers_of_a_pair_count_as_one_item():
    said = [vote("q0", "tuned", "ada"), vote("q0", "tuned", "bo"), vote("q0", "base", "cy")]
    split = [vote("q1", "tuned", "ada"), vote("q1", "base", "bo")]
    found = tallied([*said, *split])
    assert (found["wins"], found["losses"], found["ties"], found["disagreements"]) == (1, 0, 0, 1)
    assert found["reviewers"]["n"] == 3
    assert found["reviewers"]["krippendorff_alpha"]["n"] == 2


def test_a_hidden_repeat_measures_consistency_and_is_not_counted_again():
    steady = [vote("q0", "tuned", left="base"), vote("q0", "tuned", left="tuned", repeat=1)]
    left_handed = [vote("q1", "base", left="base"), vote("q1", "tuned", left="tuned", repeat=1)]
    found = tallied([*steady, *left_handed])
    assert found["items"] == 2
    assert found["self_consistency"]["estimate"] == 0.5
    assert found["self_consistency"]["same_side_twice"] == 1


def test_always_left_is_seen_as_side_bias():
    found = tallied([vote(f"q{i}", ("base", "tuned")[i % 2], left=("base", "tuned")[i % 2]) for i in range(20)])
    assert found["side_bias"]["estimate"] == 1
    assert found["side_bias"]["p"] < 0.001
    assert found["win_rate"]["estimate"] == 0.5


def test_skips_and_flags_are_no_votes_and_nonsense_is_an_error():
    found = tallied([*votes(3, 2), vote("q8", "skip"), vote("q9", "flag")])
    assert found["items"] == 5
    assert found["not_votes"] == {"skip": 1, "flag": 1}
    with pytest.raises(InputError, match="judgment 1"):
        tallied([vote("q0", "the left one")])


def test_votes_for_unknown_ids_are_named():
    found = compared(answers(RIVERS), answers(RIVERS), [*votes(2, 1), vote("q99", "tuned")], metrics=["length"])
    assert found["judgments"]["unknown_ids"] == ["q99"]


def test_votes_on_copies_of_a_question_count_as_one_in_the_test_and_widen_the_interval():
    said = [
        vote(f"q{place}", "tuned" if place < 9 else "base", left=("base", "tuned")[place % 2]) for place in range(12)
    ]
    groups = {f"q{place}": f"g{place // 3}" for place in range(12)}  # three groups that tuned won, one that it lost
    alone, grouped = tallied(said), tallied(said, groups=groups)
    assert alone["groups"] is None
    assert (grouped["groups"], grouped["wins"], grouped["losses"]) == (4, 9, 3)
    assert grouped["win_rate"]["estimate"] == alone["win_rate"]["estimate"]
    assert grouped["win_rate"]["low"] < alone["win_rate"]["low"]
    assert grouped["net_margin"]["low"] < alone["net_margin"]["low"]
    assert grouped["p"] == 0.625  # three groups against one
    assert tallied(said, groups={f"q{place}": f"g{place}" for place in range(12)}) == alone


def test_a_comparison_draws_the_votes_on_one_group_together():
    rows = [{**row, "group": int(row["id"][1:]) // 2} for row in answers(RIVERS)]
    found = compared(rows, rows, votes(wins=8, losses=2), metrics=["exact_match"])
    assert found["judgments"]["groups"] == 5
    assert "over 5 groups of like questions" in comparison_text(found)


def test_references_that_one_file_alone_has_count_for_both():
    base = to_answers([{"id": "q1", "reference": "The fee is £5.", "prediction": "No idea."}], "base")
    tuned = to_answers([{"id": "q1", "prediction": "The fee is £5."}], "tuned")
    for one, other, sign in ((base, tuned, 1), (tuned, base, -1)):
        found = compare_answers(pair_answers(one, other), (), ["token_f1"]).metrics["token_f1"]
        assert (found.unscored, found.difference.estimate) == (0, sign * 1.0)
