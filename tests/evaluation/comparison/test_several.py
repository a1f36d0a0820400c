from __future__ import annotations

import json
from dataclasses import replace

import pytest
from typer.testing import CliRunner

from evaluation.answering.answers import Answer, to_answers
from evaluation.bakeoff.stage import page
from evaluation.comparison.several import compare_several, several_text, strengths
from evaluation.metrics import METRICS
from studio.terminal import main as cli
from winnow.data.files import write_jsonl
from winnow.errors import InputError

RIVERS = ["Nile", "Amazon", "Danube", "Rhine", "Volga", "Ganges", "Loire", "Tagus", "Oder", "Elbe"] * 3
EXACT = METRICS["exact_match"]


def right_in(many, copies=1):
    """Answers of which so many are right; each question stands there in so many copies, as one group."""
    return to_answers(rows_right_in(many, copies), "a system")


def rows_right_in(many, copies=1):
    return [
        {"id": f"q{place}-{copy}", "group": place, "question": f"River {place}?", "reference": river}
        | {"prediction": river if place < many else "no idea"}
        for place, river in enumerate(RIVERS)
        for copy in range(copies)
    ]


def test_systems_are_ranked_by_the_questions_that_each_wins():
    found = strengths({"base": right_in(3), "tuned": right_in(27), "prompted": right_in(15)}, EXACT)
    assert list(found.systems) == ["tuned", "prompted", "base"]
    assert sum(interval.estimate for interval in found.systems.values()) == pytest.approx(0, abs=1e-9)
    assert found.systems["tuned"].low > 0 > found.systems["base"].high
    assert found.systems["tuned"].n == 30  # questions, not battles


def test_copies_of_questions_make_no_system_look_surer():
    alone, copied = (
        strengths({name: right_in(many, copies) for name, many in (("a", 3), ("b", 9), ("c", 15))}, EXACT)
        for copies in (1, 20)
    )
    for name, row in copied.systems.items():
        one = alone.systems[name]
        assert row.high - row.low == pytest.approx(one.high - one.low, rel=0.15)


def test_where_less_is_better_the_one_that_refuses_least_is_strongest():
    refusing = [replace(answer, prediction="I can't help with that.") for answer in right_in(30)]
    found = strengths({"refusing": refusing, "plain": right_in(30), "other": right_in(30)}, METRICS["refusal"])
    assert list(found.systems)[-1] == "refusing"
    assert found.systems["plain"].estimate == found.systems["other"].estimate


def test_unscored_answers_are_no_battles_and_a_system_without_one_is_not_ranked():
    silent = [replace(answer, prediction=None) for answer in right_in(0)] + [Answer("own", "", (), "x")]
    ranked = strengths({"a": right_in(20), "b": right_in(10), "silent": silent}, EXACT).systems
    assert ranked["silent"].reason == "no question was scored"
    assert ranked["a"].n == 30
    nothing = strengths(dict.fromkeys("abc", silent), EXACT).systems
    assert not any(interval.is_known for interval in nothing.values())


def test_a_metric_that_nothing_can_win_by_is_refused():
    with pytest.raises(InputError, match="length: neither more nor less is better"):
        compare_several({name: right_in(3) for name in "abc"}, ["length"])


def test_three_files_are_compared_by_the_verb_and_told_alike_in_both_forms(tmp_path):
    files = [tmp_path / f"{name}.jsonl" for name in ("base", "tuned", "prompted")]
    for file, many in zip(files, (3, 27, 15), strict=True):
        write_jsonl(file, rows_right_in(many))
    asked = ["compare", *map(str, files), "--metric", "exact_match"]
    found = json.loads(CliRunner().invoke(cli.app, [*asked, "--json"]).stdout)
    assert list(found["against_first"]) == ["tuned", "prompted"]
    assert list(found["strengths"]["systems"]) == ["tuned", "prompted", "base"]
    told = CliRunner().invoke(cli.app, asked).stdout
    assert "prompted - base +0.400" in told
    assert told.strip() == several_text(found).strip()
    for more in (["--judgments", str(files[0])], [str(files[0])]):
        assert isinstance(CliRunner().invoke(cli.app, [*asked, *more]).exception, InputError)


def test_candidates_of_a_bake_off_are_ranked_on_its_page():
    ranked = strengths({"one": right_in(3), "two": right_in(27), "<three>": right_in(15)}, EXACT).as_dict()
    html = page({"held_out": 30, "metrics": [], "rows": [], "strengths": ranked})
    assert html.index("<td>two") < html.index("<td>&lt;three&gt;") < html.index("<td>one")
