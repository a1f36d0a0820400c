"""A stage is stale exactly when something that it reads has changed: each setting and each input in turn."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

import pytest
from pydantic import BaseModel, ValidationError

from curation.preservation.stage import preserve_stage
from curation.split.stage import split_curated, split_stage
from curation.stage import curate_sources, curate_stage
from evaluation.answering.stage import answer_stage
from evaluation.bakeoff.stage import bakeoff_stage
from evaluation.index.stage import index_documents, index_input, index_stage
from evaluation.judge.stage import judge_stage
from evaluation.people.vote_log import Judgment, JudgmentLog
from evaluation.report.stage import report_stage
from evaluation.retention.stage import retain_stage
from winnow.config import Config
from winnow.data.files import read_json, write_json, write_jsonl, write_text
from winnow.data.ledger import Decision
from winnow.errors import InputError, PlanChanged
from winnow.study.plan import freeze, read
from winnow.study.plan_fields import planned_fields
from winnow.study.shared_inputs import embedder_input
from winnow.study.workspace import Workspace

BASE = "smollm2-135m-instruct"
STAGES = (
    "curate",
    "split",
    "preserve",
    "index",
    "answer",
    "answer with retrieval",
    "judge",
    "retain",
    "bakeoff",
    "report",
)
PLANNED = {
    "answer",
    "answer with retrieval",
    "judge",
    "retain",
    "report",
}  # they refuse another study than the planned one

CURATION = (
    "ingest",
    "curation",
    "clean",
    "contamination",
    "duplicates",
    "contradictions",
    "quality",
    "selection",
    "publish",
)

# Who reads a section. What isn't here is read by no stage of these: labelling, training (its run's identity).
READERS: dict[str, set[str]] = {
    "seed": {"curate", "split", "preserve", "bakeoff", *PLANNED},
    "models": {"curate"},
    "models.embedder": {"curate", "preserve", "index", "answer with retrieval"},
    "models.base": {"curate", "preserve", *PLANNED},
    **{name: {"curate"} for name in CURATION},
    "split": {"split"},
    "preservation": {"preserve"},
    "preservation.prompts": {"preserve"},
    "answers": {"bakeoff", *PLANNED},
    "prompt": {"bakeoff", *PLANNED},
    "answers.batch_size": {"answer", "answer with retrieval", "bakeoff"},
    "retrieval": {"index", "answer with retrieval"},
    "metrics": {"bakeoff", *PLANNED},
    "plan": PLANNED,
    "release": PLANNED,
    "costs": {"report"},
    "retention": {"bakeoff", *PLANNED},
    "retention.prompts": {"preserve", "bakeoff", *PLANNED},
}
# Other models, files and servers must exist to be named: they are changed below, one by one.
NAMES = {"models", "ingest.sources", "retention.prompts", "retention.multiple_choice", "retention.final_number",
         "retention.lm_eval", "preservation.prompts", "preservation.server", "retrieval.documents",
         "quality.cross_encoder", "quality.rater.model"}  # fmt: skip


@pytest.fixture(scope="module")
def study(tmp_path_factory, minilm) -> Workspace:
    """A small study that was curated and split, with files in place of what models would have written."""
    root = tmp_path_factory.mktemp("study")
    write_text(root / "winnow.yaml", "")
    rows = [
        {"question": f"What does the fee number {n} cost?", "answer": f"It costs {n} pounds a year."} for n in range(9)
    ]
    rows += [{"question": f"Where is branch {name}?", "answer": "As above."} for name in ("Leith", "Perth", "Ayr")]
    write_jsonl(root / "faq.jsonl", rows)
    write_text(root / "docs" / "fees.md", "# Fees\n\nA card costs 5 pounds.\n")
    write_jsonl(root / "general.jsonl", [{"prompt": "Say yes.", "check": {"kind": "contains", "value": "yes"}}])
    workspace, config = Workspace(root), settings()
    curate_sources([str(root / "faq.jsonl")], workspace.curated, config)
    split_curated(workspace.curated, workspace.split, config)
    index_documents([root / "docs"], workspace.index, embedder_input(config, workspace), config.retrieval)
    freeze(planned_fields(workspace, config)).write(workspace.plan_file)
    for side in ("base", "tuned"):
        write_jsonl(
            workspace.answers / f"{side}.jsonl", [{"id": "1", "question": "?", "reference": "", "prediction": ""}]
        )
    adapter = workspace.runs / "1" / "adapter"
    write_text(adapter / "adapter_model.safetensors", "weights")
    write_text(workspace.runs / "1" / "manifest.json", "{}")
    for name in ("preserve", "answer", "answer with retrieval", "judge", "retain", "bakeoff", "report"):
        with declared(name, workspace, config):
            pass  # as if it had run: its manifest says what it was made from
    return workspace


def settings(**changes: Any) -> Config:
    values = {"split": {"held_out": 2, "validation": 1}, "retention": {"prompts": "general.jsonl"}}
    for place, value in changes.items():
        *sections, key = place.split(".")
        inner = values
        for section in sections:
            inner = inner.setdefault(section, {})
        inner[key] = value
    return Config.model_validate(values)


def declared(name: str, workspace: Workspace, config: Config) -> Any:
    """The stage as it would run now."""
    root = workspace.root
    return {
        "curate": lambda: curate_stage([str(root / "faq.jsonl")], workspace.curated, config),
        "split": lambda: split_stage(workspace.curated, workspace.split, config),
        "preserve": lambda: preserve_stage(workspace, config),
        "index": lambda: index_stage(
            [root / "docs"], workspace.index, embedder_input(config, workspace), config.retrieval
        ),
        "answer": lambda: answer_stage(workspace, config, "tuned"),
        "answer with retrieval": lambda: answer_stage(workspace, config, "tuned-retrieval"),
        "judge": lambda: judge_stage(workspace, config, BASE),
        "retain": lambda: retain_stage(workspace, config),
        "bakeoff": lambda: bakeoff_stage(workspace, config, BASE),
        "report": lambda: report_stage(workspace, config),
    }[name]()


def stale(workspace: Workspace, config: Config) -> set[str]:
    """Which stages have to run again; one that refuses, because the plan is another, must too."""
    found = set()
    for name in STAGES:
        try:
            if declared(name, workspace, config).stale():
                found.add(name)
        except PlanChanged:
            found.add(name)
    return found


def leaves(section: BaseModel, place: str = "") -> Iterator[tuple[str, Any, Any]]:
    """Every setting: where it stands, its value, its type."""
    for name, info in type(section).model_fields.items():
        value, where = getattr(section, name), f"{place}{name}"
        if isinstance(value, BaseModel):
            yield from leaves(value, f"{where}.")
        else:
            yield where, value, info.annotation


def others(value: Any, kind: Any) -> Iterator[Any]:
    """Values that differ from this one and may be allowed in its place."""
    if get_origin(kind) is Literal:
        yield from (one for one in get_args(kind) if one != value)
    elif isinstance(value, bool):
        yield not value
    elif isinstance(value, int | float):
        yield from (value + 1, value / 2, value - 1, value * 0.9, value + 0.01)
    elif isinstance(value, str):
        yield from ("changed", "utf-16", "changed: {question}")
    elif isinstance(value, tuple | list):
        yield from ([*value, *value[:1]], [*value][:-1], ["chrf"], ["changed"], ["cy"], [1])
    elif isinstance(value, dict):
        yield from ({"*": {"context": "Passage"}}, {"kundin": "user"})
    for inner in get_args(kind):
        if get_origin(inner) is Literal:
            yield from (one for one in get_args(inner) if one != value)
    if value is None:
        yield from (3, 0.5, "changed", "en", ["en"], True, "auto", {})  # {}: a section with its own defaults


def changed(place: str, value: Any, kind: Any) -> Config | None:
    for other in others(value, kind):
        try:
            config = settings(**{place: other})
        except ValidationError:
            continue
        if config != settings():
            return config
    return None


CASES = [(place, value, kind) for place, value, kind in leaves(settings())
         if place not in NAMES and place.split(".")[0] not in NAMES]  # fmt: skip


def readers(place: str) -> set[str]:
    return READERS.get(place, READERS.get(place.split(".")[0], set()))


def test_nothing_is_stale_while_nothing_changes(study):
    assert stale(study, settings()) == set()


@pytest.mark.parametrize(("place", "value", "kind"), CASES, ids=[place for place, _, _ in CASES])
def test_a_changed_setting_makes_exactly_its_readers_stale(study, place, value, kind):
    config = changed(place, value, kind)
    assert config is not None, f"no other value of {place} was found"
    assert stale(study, config) == readers(place)


@pytest.fixture
def copy(study, tmp_path) -> Workspace:
    """The study in a folder of its own, to be changed."""
    shutil.copytree(study.root, tmp_path / "study")
    workspace = Workspace(tmp_path / "study")
    for name in ("curate", "index", "answer with retrieval"):
        with declared(name, workspace, settings()):
            pass  # what they read is named by where it stands
    return workspace


def append_to(path: Path, text: str) -> None:
    path.write_text(path.read_text() + text)


def summarise_anew(manifest: Path) -> None:
    write_json(manifest, {**read_json(manifest), "summary": {"rows": 1}})


def vote(workspace: Workspace) -> None:
    plan = read(workspace.plan_file).hash
    assert JudgmentLog(workspace.judgments_file).cast(Judgment(plan, "ada", "1", "left", left="tuned", right="base"))


CHANGES = {
    "a source": (lambda w: append_to(w.root / "faq.jsonl", '{"question": "a?", "answer": "b"}\n'), {"curate"}),
    "a document": (lambda w: append_to(w.root / "docs" / "fees.md", "More.\n"), {"index"}),
    "general items": (
        lambda w: append_to(w.root / "general.jsonl", json.dumps({"prompt": "Say no."}) + "\n"),
        {"preserve", "retain", "bakeoff"},
    ),
    "the adapter": (
        lambda w: append_to(w.runs / "1" / "adapter" / "adapter_model.safetensors", "!"),
        {"answer", "answer with retrieval", "retain"},
    ),
    "training rows": (lambda w: append_to(w.split / "train.jsonl", "{}\n"), {"split", "preserve"}),
    "answers of the base": (lambda w: append_to(w.answers / "base.jsonl", "{}\n"), {"judge", "report"}),
    "answers of another system": (lambda w: write_jsonl(w.answers / "other.jsonl", []), {"report"}),
    "how the base answered": (lambda w: write_json(w.answers / "base.manifest.json", {}), {"report"}),
    "what curation found": (lambda w: append_to(w.curated.root / "report.json", "\n"), {"report"}),
    "what the split left": (lambda w: summarise_anew(w.split / "manifest.json"), {"report"}),
    "what preservation wrote": (lambda w: summarise_anew(w.preservation / "manifest.json"), {"report"}),
    "the run's manifest": (lambda w: append_to(w.runs / "1" / "manifest.json", "\n"), {"report"}),
    "the run's losses": (lambda w: write_jsonl(w.runs / "1" / "metrics.jsonl", [{"loss": 2.0}]), {"report"}),
    "an export's parity": (lambda w: write_json(w.runs / "1" / "parity.json", {}), {"report"}),
    "a retention result": (lambda w: write_json(w.retention / "tuned" / "retention.json", {}), {"report"}),
    "a judge's verdicts": (lambda w: write_jsonl(w.root / "judges" / f"{BASE}.jsonl", []), {"report"}),
    "a vote": (vote, {"report"}),
    "the index": (lambda w: append_to(w.index / "manifest.json", "\n"), {"answer with retrieval"}),
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_changed_input_makes_exactly_its_readers_stale(copy, name):
    assert stale(copy, settings()) == set()
    change, expected = CHANGES[name]
    change(copy)
    assert stale(copy, settings()) == expected


def test_flags_that_a_person_settles_reach_the_split(copy):
    waiting = copy.curated.view().flags
    assert waiting, "the answers that point nowhere are flagged"
    before = split_curated(copy.curated, copy.split, settings())
    assert before["current"]
    assert before["waiting"] == len(waiting)
    copy.curated.ledger.append(*(Decision(id_, "restore", "restore", "it is right", by="ada") for id_ in waiting))
    assert stale(copy, settings()) == {"curate", "split"}
    after = split_curated(copy.curated, copy.split, settings())
    assert "current" not in after
    assert after["waiting"] == 0
    assert after["train"] == before["train"] + len(waiting)


@pytest.mark.parametrize(("setting", "tool"), [("cross_encoder", "cross_encoder"), ("rater.model", "rater")])
def test_other_weights_of_a_model_that_measures_make_curation_stale(copy, minilm, tmp_path, setting, tool):
    reader = tmp_path / "model that measures"
    shutil.copytree(minilm, reader)
    config = settings(**{f"quality.{setting}": str(reader)})
    with declared("curate", copy, config):
        pass
    assert declared("curate", copy, config).stale() == []
    weights = next(reader.rglob("*.safetensors"))
    weights.write_bytes(weights.read_bytes()[:-1] + b"\x01")
    assert declared("curate", copy, config).stale() == [f"tools:{tool}"]


def test_an_index_of_another_encoder_is_stale_and_is_not_searched(copy, minilm, tmp_path):
    other = tmp_path / "other-encoder"
    shutil.copytree(minilm, other)
    weights = next(other.rglob("*.safetensors"))
    weights.write_bytes(weights.read_bytes()[:-1] + b"\x01")
    config = settings(**{"models.embedder": str(other)})
    assert declared("index", copy, config).stale() == ["embedder"]
    with pytest.raises(InputError, match=r"another models\.embedder .*winnow index"):
        index_input(copy, embedder_input(config, copy)).open()
