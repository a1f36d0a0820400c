from __future__ import annotations

import re
from dataclasses import replace

import pytest
from huggingface_hub import ModelCard

from evaluation.figures import figure, headline
from evaluation.people.vote_log import Judgment
from evaluation.people.vote_log import export as export_votes
from evaluation.people.win_rate import to_votes
from evaluation.report.cards import eval_results, evaluation_section, with_results, with_section
from evaluation.report.findings import gather, read_systems
from evaluation.report.forest import forests
from evaluation.report.inputs import CastVotes
from evaluation.report.markdown import markdown
from evaluation.report.page import page
from evaluation.report.plots import LEFT, WIDTH, lay_out
from evaluation.report.stage import report_of_plan
from evaluation.retention.outcomes import gate
from winnow.config import load
from winnow.data.files import file_hash, write_json, write_jsonl
from winnow.errors import PlanChanged
from winnow.statistics import wilson
from winnow.study.inputs import Loaded, Value
from winnow.study.plan import freeze
from winnow.study.workspace import Workspace

RIVERS = ["Nile", "Amazon", "Danube", "Rhine", "Volga", "Ganges", "Loire", "Tagus", "Oder", "Elbe"]
CONFIG = load(overrides=["metrics.names=[token_f1, exact_match]"])
PLAN = freeze({"outcome": {"primary": "win_rate"}})


def write_answers(study, name, texts, plan=PLAN, **more):
    rows = [
        {"id": f"q{n}", "question": f"River {n}?", "reference": f"the {RIVERS[n]}", "prediction": text, "system": name}
        | {"tokens": 4, "seconds": 0.5, "plan": plan.hash, **more}
        for n, text in enumerate(texts)
    ]
    write_jsonl(study.answers / f"{name}.jsonl", rows)
    summary = {"tokens_per_second": 8.0, "latency_p50": 0.5, "latency_p95": 0.5}
    write_json(study.answers / f"{name}.manifest.json", {"at": "2026-01-02T00:00:00+00:00", "summary": summary})


@pytest.fixture
def study(tmp_path):
    study = Workspace(tmp_path)
    rows = [
        {"id": f"q{n}", "question": f"River {n}?", "answer": f"the {river}", "topic": n % 2, "group": f"g{n}"}
        | {"document": "rivers.md"}
        for n, river in enumerate(RIVERS)
    ]
    write_jsonl(study.split / "held_out.jsonl", rows)
    write_answers(study, "base", ["no idea"] * 9 + ["the Elbe"])
    write_answers(study, "tuned", [f"the {river}" for river in RIVERS[:9]] + ["<script>alert(1)</script>"])
    run = {"plan": PLAN.hash, "base": "tiny", "seconds": 3.0, "peak_memory_gb": 1.0, "exploratory": False}
    write_json(study.runs / "monday" / "manifest.json", run)
    write_jsonl(study.runs / "monday" / "metrics.jsonl", [{"step": 1, "loss": 2.0}])
    return study


def votes(verdict="tuned", at="2026-01-03T00:00:00+00:00"):
    sides = [("tuned", "base"), ("base", "tuned")]
    said = []
    for n in range(10):
        left, right = sides[n % 2]
        said.append(Judgment(PLAN.hash, "ada", f"q{n}", {left: "left", right: "right"}[verdict], left, right, at=at))
    return export_votes(said)


def report_of(study, votes=(), plan=PLAN):
    stage = report_of_plan(study, CONFIG, Loaded(lambda: plan.hash, lambda: plan))
    stage.inputs = replace(stage.inputs, votes=Value(CastVotes(to_votes(votes))))
    return gather(stage, read_systems(stage.inputs))


def test_without_votes_the_planned_outcome_cant_be_told_and_the_pages_stand(study):
    report = report_of(study)
    assert "can't tell yet, nobody has read the answers blind" in report["headline"]
    assert "Nobody has finished reading the answers blind" in page(report)
    assert "Not measured yet" in markdown(report)


def test_a_page_loads_nothing_and_runs_nothing(study):
    html = page(report_of(study))
    assert "&lt;script&gt;alert(1)" in html
    assert not re.search(r"<script|https?://|src=", html)


def test_votes_are_drawn_and_a_metric_that_doesnt_follow_them_is_no_headline(study):
    report = report_of(study, votes("base"))  # people prefer what the metrics call worse
    assert "base wins" in report["headline"]
    assert "token_f1, exact_match: no headline" in headline(report)
    html = page(report)
    assert 'class="grey"><td>token_f1' in html
    assert "left side preferred" in html


def test_page_and_markdown_carry_the_same_figures(study):
    report = report_of(study, votes())
    html, text = page(report), markdown(report)
    shown = [figure(row["difference"], "+") for row in report["comparison"]["metrics"].values()]
    shown += [figure(row["metrics"]["token_f1"]) for row in report["systems"].values()]
    shown += [figure(report["comparison"]["judgments"][name]) for name in ("win_rate", "side_bias", "ties_as_half")]
    shown += [figure(row["pairwise_accuracy"]) for row in report["people"]["metrics"].values()]
    for one in shown:
        assert one in text
        assert one.replace("'", "&#39;") in html


def test_exports_that_disagree_with_the_adapter_are_told(study):
    parity = {"gguf-q8_0": {"identical": wilson(1, 2).as_dict(), "first_difference": [None, 7]}}
    write_json(study.runs / "monday" / "parity.json", parity)
    report = report_of(study)
    for text in (page(report), markdown(report)):
        assert "gguf-q8_0 differs from the adapter in 1 of 2 answers, first at token 8; identical: 0.500" in text
        assert "answers as the adapter does" not in text


def test_an_answer_without_counterpart_is_in_no_figure_and_is_named_on_the_page(study):
    write_answers(study, "tuned", [f"the {river}" for river in RIVERS[:9]])
    report = report_of(study)
    assert report["comparison"]["pairs"] == 9
    assert "in no figure of base against tuned: only in base: 1 (q9)" in page(report)
    write_answers(study, "tuned", [f"the {river}" for river in RIVERS])
    assert "only in base" not in page(report_of(study))


def judge_said(study, answers_of="these"):
    """Write what a judge said of the answers on disk, or of others."""
    rows = [{"id": f"q{n}", "judge": "b" if n else None} for n in range(10)]
    write_jsonl(study.root / "judges" / "big.jsonl", rows)
    hashes = {side: file_hash(study.answers / f"{side}.jsonl") for side in ("base", "tuned")}
    share = {"estimate": 0.9, "low": 0.6, "high": 0.98, "n": 10}
    summary = {"model": "big", "signature": "judge_pairs|model:big", "unscored": 1, "ties": 0, "win_rate": share}
    inputs = hashes if answers_of == "these" else {**hashes, "tuned": "another hash"}
    summary |= {"swap_consistency": share, "first_share": share, "doubt": share}
    write_json(study.root / "judges" / "big.manifest.json", {"summary": summary, "inputs": inputs})


def test_a_judge_is_held_against_people_like_a_metric_and_is_grey_until_it_follows_them(study):
    judge_said(study)
    unread = report_of(study)
    assert '<tr class="grey"><td title="judge_pairs|model:big">judge big<td>0.900' in page(unread)
    report = report_of(study, votes())
    assert report["people"]["metrics"]["judge big"]["pairwise_accuracy"]["n"] == 9
    assert "| judge big | 0.900 [0.600, 0.980] n=10 | 0 | 1 |" in markdown(report)
    for text in (markdown(report), page(report)):
        assert "0.900 [0.600, 0.980] n=10: biased to the first position" in text


def test_a_judge_of_other_answers_is_named_and_not_shown(study):
    judge_said(study, answers_of="others")
    report = report_of(study, votes())
    assert "judge big" not in report["people"]["metrics"]
    assert "judge big read other answers than these" in page(report)
    assert "What models said as judges" not in page(report)


def test_what_lost_most_stands_in_full(study):
    report = report_of(study)
    assert [pair["id"] for pair in report["regressions"]] == ["q9"]
    assert "<h2>The worst regressions</h2>" in page(report)
    assert "    <script>alert(1)</script>" in markdown(report)  # as code: it can't act


def test_slices_count_every_question_once_with_its_votes(study):
    slices = report_of(study, votes())["slices"]
    assert sum(row["n"] for row in slices) == 10
    assert sum(row["votes"]["tuned"] for row in slices) == 10


def test_retrieval_is_compared_and_its_passages_stand_beside_the_answers(study):
    passages = [{"document": "rivers.md", "text": "The Nile flows north."}]
    for name in ("base-retrieval", "tuned-retrieval"):
        write_answers(study, name, [f"the {river}" for river in RIVERS], passages=passages)
    report = report_of(study)
    pairs = [(pair["one"], pair["other"]) for pair in report["others"]]
    assert pairs == [("base", "base-retrieval"), ("base", "tuned-retrieval"), ("tuned", "tuned-retrieval")]
    assert report["systems"]["tuned-retrieval"]["hit_rate"]["estimate"] == 1
    assert "The Nile flows north." in page(report)
    assert "rivers.md" in markdown(report)


def test_a_model_that_went_on_by_votes_stands_beside_base_and_tuned(study):
    write_answers(study, "preferred", [f"the {river}" for river in RIVERS])
    report = report_of(study)
    assert list(report["systems"]) == ["base", "tuned", "preferred"]
    pairs = {(pair["one"], pair["other"]): pair["metrics"]["token_f1"] for pair in report["others"]}
    assert list(pairs) == [("base", "preferred"), ("tuned", "preferred")]
    assert pairs["tuned", "preferred"]["improved"] == 1
    for text in (page(report), markdown(report)):
        assert "tuned → preferred" in text
        assert figure(report["systems"]["preferred"]["metrics"]["token_f1"]) in text


def test_more_than_two_systems_are_ranked_alike_on_page_and_in_markdown(study):
    assert report_of(study)["strengths"] is None
    write_answers(study, "tuned-retrieval", [f"the {river}" for river in RIVERS])
    report = report_of(study)
    assert list(report["strengths"]["systems"]) == ["tuned-retrieval", "tuned", "base"]
    for name, row in report["strengths"]["systems"].items():
        assert f"| {name} | {figure(row, '+')} |" in markdown(report)
        assert f"<td>{name}<td>{figure(row, '+')}</tr>" in page(report)


def test_two_mixtures_with_retention_make_a_frontier(study):
    for name, right in (("tuned", 6), ("monday", 4)):
        write_answers(study, name, [f"the {river}" for river in RIVERS[:right]] + ["no idea"] * (10 - right))
    for name in ("tuned", "monday"):
        write_json(study.retention / name / "retention.json", {"gate": gate(outcomes(), 0.1).as_dict()})
    html = page(report_of(study))
    assert "the margin, −0.1" in html
    assert "</b> monday" in html


def outcomes():
    from evaluation.retention.items import Item
    from evaluation.retention.outcomes import Outcome

    item = Item("i", "general", "2 + 2?", {"type": "number", "value": 4})
    return [Outcome(item, "4", "4", True, n > 0) for n in range(30)]


def test_answers_of_another_plan_are_refused_with_the_field_and_both_values(study):
    other = freeze({"outcome": {"primary": "token_f1"}})
    write_answers(study, "tuned", ["x"] * 10, plan=other)
    with pytest.raises(PlanChanged, match=f"plan: planned {PLAN.hash[:12]}, found {other.hash[:12]}") as refused:
        report_of(study)
    assert refused.value.exit_code == 3


def test_a_run_of_another_plan_is_refused_but_not_one_of_a_plan_amended_since(study):
    amended = PLAN.amend({"outcome": {"primary": "token_f1"}}, "the metric was chosen after reading answers")
    for name in ("base", "tuned"):
        write_answers(study, name, ["the Nile"] * 10, plan=amended)
    report = report_of(study, plan=amended)
    assert "amended after data were seen" in report["headline"]
    assert "the metric was chosen after reading answers" in page(report)
    write_json(study.runs / "tuesday" / "manifest.json", {"plan": "0" * 64, "exploratory": False})
    with pytest.raises(PlanChanged, match=r"planned .*, found 000000000000"):
        report_of(study, plan=amended)


def test_an_exploratory_run_and_votes_older_than_the_answers_are_marked(study):
    run = {"plan": None, "base": "tiny", "seconds": 3.0, "peak_memory_gb": 1.0, "exploratory": True}
    write_json(study.runs / "monday" / "manifest.json", run)
    html = page(report_of(study, votes(at="2026-01-01T00:00:00+00:00")))
    assert "exploratory run" in html
    assert "10 votes are older than the answers" in html


def test_marks_of_plots_lie_in_their_order_and_unknown_figures_are_left_out():
    known = {"estimate": 0.1, "low": -0.1, "high": 0.3, "n": 9}
    unknown = {"estimate": None, "low": None, "high": None, "n": 0, "reason": "no pair"}
    metric = {"difference": known, "is_difference": False, "better": "higher"}
    (forest,) = forests({"metrics": {"one": metric, "none": {**metric, "difference": unknown}}, "judgments": None})
    plot = lay_out(forest)
    (row,) = plot.rows
    assert LEFT <= row.low < plot.zero < row.at < row.high <= WIDTH
    assert (row.said, row.is_difference) == ("can't tell", False)
    assert [x for x, _ in plot.ticks] == sorted(x for x, _ in plot.ticks)


def test_a_card_is_filled_again_and_again_without_growing(study):
    section = evaluation_section(report_of(study, votes()))
    once = with_section("# A model\n\nIts limits.\n", section)
    assert with_section(once, section) == once
    assert once.startswith("# A model\n\nIts limits.\n\n<!-- evaluation -->")
    assert "10 wins, 0 losses" in once


def test_the_model_card_s_header_has_the_tuned_results_once(study):
    report = report_of(study)
    results = eval_results(report, "nile")
    card = "---\nlibrary_name: peft\ntags:\n- winnow\n---\n\n# A model\n"
    once = with_results(card, "monday", results)
    assert with_results(once, "monday", results) == once
    data = ModelCard(once).data
    assert (data.library_name, data.model_name) == ("peft", "monday")
    tuned = {name: row["tuned"]["estimate"] for name, row in report["comparison"]["metrics"].items()}
    assert {r.metric_type: r.metric_value for r in data.eval_results} == pytest.approx(tuned, abs=1e-4)
    assert {r.dataset_revision for r in data.eval_results} == {PLAN.hash[:12]}


def test_with_and_without_context_stand_against_each_other_with_the_paired_difference(study):
    assert report_of(study)["contexts"] == []
    write_answers(study, "tuned-no-context", [f"the {river}" for river in RIVERS[:2]] + ["no idea"] * 8)
    write_answers(study, "monday-no-context", ["no idea"] * 10)  # monday itself has no answers to hold it against
    write_answers(study, "tuned-no-context-retrieval", ["no idea"] * 10)
    report = report_of(study)
    (compared,) = report["contexts"]
    assert (compared["one"], compared["other"]) == ("tuned-no-context", "tuned")
    row = compared["metrics"]["exact_match"]
    assert (row["difference"]["estimate"], row["difference"]["n"]) == (pytest.approx(0.7), 10)
    assert row["difference"]["low"] > 0
    for text in (markdown(report), page(report).replace("&#39;", "'")):
        assert "With and without the rows' contexts" in text
        assert "tuned-no-context → tuned" in text


def test_what_stands_beside_a_question_is_read_in_full_as_text(study):
    around = {"context": "<b>Rivers</b> of the world. " * 30, "system_prompt": "You teach geography."}
    around["history"] = [{"role": "user", "content": "Hello.\n# A heading"}]
    for name in ("base", "tuned"):
        write_answers(study, name, ["the Nile"] * 10, **around)
    told, shown = markdown(report_of(study)), page(report_of(study))
    assert "system prompt:\n\n    You teach geography." in told
    assert "    User: Hello.\n    # A heading" in told
    assert "<details><summary>Context</summary>&lt;b&gt;Rivers" in shown
    assert "<small>Earlier turns</small>\nUser: Hello." in shown
    assert "<b>Rivers" not in shown


def test_a_review_that_could_stop_early_is_reported_by_what_its_looks_decided(study):
    plan = freeze({"outcome": {"primary": "win_rate", "stopping": "anytime", "alpha": 0.05, "raters": 1}})
    for name in ("base", "tuned"):
        write_answers(study, name, [f"the {river}" for river in RIVERS], plan=plan)
    write_json(
        study.runs / "monday" / "manifest.json", {"plan": plan.hash, "base": "tiny", "exploratory": False, "seconds": 3}
    )
    told = {count: report_of(study, votes()[:count], plan) for count in (5, 8)}
    assert "can't tell" in told[5]["headline"]
    looks = told[8]["comparison"]["judgments"]["stopping"]
    assert (looks["decided_after"], looks["votes"], looks["fixed_votes"]) == (6, 8, 10)
    written = page(told[8]) + markdown(told[8])
    assert "an interval that holds at every look: decided after 6 of 10 pairs; 8 votes were cast" in written
    assert "exact p" not in written
