"""Topics are found once, when a file is curated; the report, the split and the pages name a row's topic alike."""

from __future__ import annotations

import re
from collections import Counter

import pytest
import sklearn.cluster

from curation.split.stage import PARTS, split_curated
from curation.stage import curate_sources, move_thresholds, refresh
from evaluation.answering.written import read_answers
from evaluation.comparison.pairs import pair_answers
from evaluation.comparison.slices import judged_pairs, slicings
from evaluation.report.findings import gather, read_systems
from evaluation.report.llm_comparator import comparator
from evaluation.report.markdown import markdown
from evaluation.report.page import page
from evaluation.report.stage import report_of_plan
from winnow.config import load
from winnow.data.files import read_json, read_jsonl, write_json, write_jsonl
from winnow.data.ledger import Decision
from winnow.errors import InputError
from winnow.study.inputs import Loaded
from winnow.study.plan import freeze
from winnow.study.plan_fields import held_out_rows
from winnow.study.workspace import Workspace
from winnow.text.topics import Topic, Topics, find_topics

QUESTIONS = [f"How do I cancel my {card} card?" for card in ("red", "blue", "old", "new", "lost", "second")] * 5
QUESTIONS += [f"Which vaccine helps against {name}?" for name in ("measles", "mumps", "polio", "flu", "rabies")] * 6

# subject → (question, answer, what the questions are of); of cards, the largest, ten rows contradict each other
SUBJECTS = {
    "card": (
        "What is the yearly fee of the {} credit card?",
        "The {} credit card costs {} pounds a year.",
        "platinum bronze student travel business classic premium family junior corporate",
    ),
    "vaccine": (
        "Which vaccine protects children against {}?",
        "Against {} children are given {} doses of the vaccine.",
        "measles mumps polio influenza rabies tetanus cholera rubella typhoid diphtheria hepatitis varicella",
    ),
    "train": (
        "Which train goes to {} by night?",
        "The night train to {} departs at {} minutes past nine.",
        "Vienna Prague Zurich Hamburg Warsaw Venice Brussels Budapest Lyon Geneva Milan",
    ),
}
CONTRADICTED = 5
CONFIG = load(
    None,
    [
        "selection.topics=3",
        "split.held_out=12",
        "split.validation=2",
        "metrics.names=[token_f1]",
        "plan.primary=token_f1",
    ],
)


def rows_of_subjects():
    rows = []
    for question, answer, names in SUBJECTS.values():
        rows += [
            {"question": question.format(name), "answer": answer.format(name, number)}
            for number, name in enumerate(names.split(), start=11)
        ]
    question, answer, names = SUBJECTS["card"]
    again = names.split()[:CONTRADICTED]
    return rows + [{"question": question.format(name), "answer": answer.format(name, 90)} for name in again]


def fitted(monkeypatch):
    """Count the clusterings that really run."""
    runs = []
    fit = sklearn.cluster.MiniBatchKMeans.fit
    monkeypatch.setattr(
        sklearn.cluster.MiniBatchKMeans, "fit", lambda *given, **more: runs.append(1) or fit(*given, **more)
    )
    return runs


def curate(workspace, config=CONFIG):
    source = workspace.root / "faq.jsonl"
    write_jsonl(source, rows_of_subjects())
    return curate_sources([str(source)], workspace.curated, config)


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    """A file of three evident topics, curated and split, its held-out rows answered by both systems."""
    workspace = Workspace(tmp_path_factory.mktemp("study"))
    curate(workspace)
    split_curated(workspace.curated, workspace.split, CONFIG)
    held_out = read_jsonl(workspace.split / "held_out.jsonl")
    plan = freeze({"held_out": [row["id"] for row in held_out], "outcome": {"primary": "token_f1", "rope": 0.02}})
    for system, opening in (("base", "Nobody knows."), ("tuned", "Surely.")):
        answers = [
            {"id": row["id"], "question": row["question"], "reference": row["answer"], "system": system}
            | {"prediction": f"{opening} {row['answer']}", "tokens": 4, "seconds": 0.5, "plan": plan.hash}
            for row in held_out
        ]
        write_jsonl(workspace.answers / f"{system}.jsonl", answers)
        summary = {"tokens_per_second": 8.0, "latency_p50": 0.5, "latency_p95": 0.5}
        write_json(
            workspace.answers / f"{system}.manifest.json", {"at": "2026-01-02T00:00:00+00:00", "summary": summary}
        )
    run = {"plan": plan.hash, "base": "tiny", "seconds": 3.0, "peak_memory_gb": 1.0, "exploratory": False}
    write_json(workspace.runs / "monday" / "manifest.json", run)
    write_jsonl(workspace.runs / "monday" / "metrics.jsonl", [{"step": 1, "loss": 2.0}])
    return workspace, plan


def split_rows(workspace):
    return [row for part in PARTS for row in read_jsonl(workspace.split / f"{part}.jsonl")]


def subject(row):
    return next(name for name in SUBJECTS if name in row["question"])


def test_each_split_row_is_named_by_its_own_subject_as_the_curation_report_names_it(study):
    workspace, _ = study
    named = {row["topic"]: row["name"] for row in read_json(workspace.curated.root / "report.json")["topics"]}
    rows = split_rows(workspace)
    assert {subject(row) for row in rows} == {*SUBJECTS}
    for row in rows:
        assert subject(row) in row["topic_name"].split(", ")
        assert named[row["topic"]] == row["topic_name"]
        assert row["topic_name"] in (workspace.curated.root / "report.html").read_text()


def test_the_report_counts_each_held_out_row_under_its_own_topics_name(study):
    workspace, plan = study
    held_out = read_jsonl(workspace.split / "held_out.jsonl")
    stage = report_of_plan(workspace, CONFIG, Loaded(lambda: plan.hash, lambda: plan))
    report = gather(stage, read_systems(stage.inputs))
    counts = Counter(row["topic_name"] for row in held_out)
    assert {row["topic_name"]: row["n"] for row in report["slices"]} == counts
    shown = re.findall(r'<tr><td>([^<]+)<td class="n">(\d+)<td', page(report).split("<h2>By topic</h2>")[1])
    assert {name: int(n) for name, n in shown} == counts
    listed = re.findall(r"^\| ([^|]+) \| (\d+) \|", markdown(report).split("## By topic")[1], re.MULTILINE)
    assert {name: int(n) for name, n in listed} == counts


def test_the_pages_slice_by_the_same_names(study):
    workspace, plan = study
    systems = read_answers(workspace, plan, held_out_rows(workspace))
    held_out = read_jsonl(workspace.split / "held_out.jsonl")
    named = {row["id"]: row["topic_name"] for row in held_out}
    paired = pair_answers(systems["base"], systems["tuned"])
    assert slicings(judged_pairs(paired), held_out)["topic"] == named
    examples = comparator(paired)["examples"]
    assert {e["custom_fields"]["id"]: e["tags"] for e in examples} == {k: [f"topic {v}"] for k, v in named.items()}


def test_one_clustering_serves_selection_report_split_and_moved_thresholds(tmp_path, monkeypatch):
    runs, workspace = fitted(monkeypatch), Workspace(tmp_path)
    curate(workspace, load(None, ["selection.topics=3", "selection.rows=30"]))
    split_curated(workspace.curated, workspace.split, CONFIG)
    stored = workspace.curated.topics_file.read_bytes()
    refresh(workspace.curated)
    move_thresholds(workspace.curated, ["selection.rows=25"])
    assert len(runs) == 1
    assert workspace.curated.topics_file.read_bytes() == stored
    names = {topic.name for topic in Topics.read(workspace.curated.topics_file).topics}
    reasons = [d.reason for d in workspace.curated.ledger.step_decisions() if d.reason.startswith("chosen as number")]
    assert {re.search(r"for the topic (.+) \(diverse\)", reason)[1] for reason in reasons} == names


def test_the_topics_table_counts_every_kept_row_also_one_that_was_restored_later(tmp_path):
    workspace = Workspace(tmp_path)
    exam = {"question": "Where do I block a stolen card?", "answer": "In the app, under Cards and then Security."}
    source, protected = tmp_path / "faq.jsonl", tmp_path / "exam.jsonl"
    write_jsonl(source, [*rows_of_subjects(), exam])
    write_jsonl(protected, [exam])
    curate_sources([str(source)], workspace.curated, CONFIG, [str(protected)])
    removed = {row["question"]: row["id"] for row in read_jsonl(workspace.curated.root / "removed.jsonl")}
    leak = removed[exam["question"]]
    workspace.curated.ledger.append(Decision(leak, "restore", "restore", "the exam is over", by="ada"))
    report = refresh(workspace.curated)
    assert sum(row["rows"] - row["removed"] for row in report["topics"]) == report["kept"]
    assert report["topics"][-1] == {"topic": None, "name": "-", "keywords": [], "rows": 1, "removed": 0, "flagged": 0}
    split_curated(workspace.curated, workspace.split, CONFIG)
    row = next(row for row in split_rows(workspace) if row["id"] == leak)
    assert (row["topic"], row["topic_name"]) == (None, None)


def test_a_folder_without_topics_says_so_and_curating_again_makes_them(tmp_path):
    workspace = Workspace(tmp_path)
    curate(workspace)
    stored = workspace.curated.topics_file.read_bytes()
    workspace.curated.topics_file.unlink()
    before = (workspace.curated.root / "kept.jsonl").stat().st_mtime_ns
    for read in (
        lambda: refresh(workspace.curated),
        lambda: move_thresholds(workspace.curated, ["duplicates.lexical=0.9"]),
        lambda: split_curated(workspace.curated, workspace.split, CONFIG),
    ):
        with pytest.raises(InputError, match=r"no topics are stored here.*winnow curate FILE --out"):
            read()
    assert (workspace.curated.root / "kept.jsonl").stat().st_mtime_ns == before
    assert "current" not in curate(workspace)
    assert workspace.curated.topics_file.read_bytes() == stored


def test_another_number_of_topics_is_no_threshold(study):
    workspace, _ = study
    with pytest.raises(InputError, match=r"selection\.topics=5: .*curate again"):
        move_thresholds(workspace.curated, ["selection.topics=5"])


def test_topics_have_the_keywords_of_their_questions_in_any_order(tmp_path):
    ids = [f"q{n:02d}" for n in range(len(QUESTIONS))]
    topics = find_topics(ids, QUESTIONS, count=2, seed=0)
    assert topics.of["q00"] != topics.of["q59"]
    assert "vaccine" in topics.of_row("q59").keywords
    assert len(topics.of) == len(QUESTIONS)
    assert topics.of_row("another") is None
    assert find_topics(ids[::-1], QUESTIONS[::-1], count=2, seed=0) == topics == Topics.from_table(topics.to_table())


def test_no_rows_one_row_and_questions_without_words():
    assert find_topics([], [], 20, 0) == Topics((), {}) == Topics.from_table(Topics((), {}).to_table())
    assert find_topics(["a"], ["?"], 20, 0).of_row("a") == Topic(0, "topic 0", ())
    assert find_topics(["a", "b"], ["the", "of"], 20, 0).of == {"a": 0, "b": 0}
