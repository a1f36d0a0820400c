"""Curating with a rater: a column and a report, no decision; the small model is found worthless, which is the point."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from curation.labelling.worth import worth_of_rater
from curation.stage import curate_sources, refresh
from studio.terminal import main as cli
from tests.curation.rated_rows import RIGHT, ROWS
from winnow.config import load
from winnow.data.files import read_table, write_jsonl
from winnow.data.ledger import Decision
from winnow.study.workspace import Curated


@pytest.fixture(scope="module")
def rated(smollm2, tmp_path_factory):
    """Twenty rows, half of them with another question's answer, rated by the small model."""
    folder = tmp_path_factory.mktemp("rated")
    write_jsonl(folder / "rows.jsonl", ({"question": question, "answer": answer} for question, answer in ROWS))
    settings = load(None, [f"quality.rater.model={smollm2}"])
    curated = Curated(folder / "curated")
    return folder, curated, settings, curate_sources([str(folder / "rows.jsonl")], curated, settings)


def test_a_rating_is_a_column_and_decides_nothing(rated):
    _, curated, settings, report = rated
    values = read_table(curated.signals_file)
    assert len(values) == len(ROWS)
    assert all(1 <= value <= settings.quality.rater.highest for value in values["rater"].to_pylist())
    decided = [decision for decision in curated.ledger.step_decisions() if decision.evidence.get("signal") == "rater"]
    assert decided == []
    assert report["rater"]["rated"] == len(ROWS)
    assert report["rater"]["unrated"] == {}
    assert "worth" not in report["rater"]
    assert "nobody has judged a rated row" in (curated.root / "report.md").read_text()
    assert "rater" in report["timings"]


def test_another_limit_asks_for_no_rating_again(rated):
    folder, curated, settings, _ = rated
    (cache,) = (curated.root / "cache").glob("rater-*.jsonl")
    before, values = cache.read_bytes(), read_table(curated.signals_file)["rater"]
    other = settings.model_copy(update={"quality": settings.quality.model_copy(update={"budget": 0.1})})
    curate_sources([str(folder / "rows.jsonl")], curated, other)
    assert cache.read_bytes() == before
    assert read_table(curated.signals_file)["rater"].equals(values)


def test_the_small_model_is_found_worthless_by_peoples_verdicts(rated):
    """Swapped answers are bad, right ones good: SmolLM2 with 135M parameters doesn't see it."""
    _, curated, _, _ = rated
    right = set(RIGHT)
    for row in curated.records().to_pylist():
        action = "restore" if (row["question"], row["answer"]) in right else "remove"
        curated.ledger.append(Decision(row["id"], "label", action, "as judged", by="ada"))
    report = refresh(curated)
    worth = report["rater"]["worth"]
    assert (worth["good"], worth["bad"]) == (len(RIGHT), len(ROWS) - len(RIGHT))
    assert worth["verdict"].startswith("the rater can't tell bad rows from good ones here")
    assert [*worth["auc"]] == ["rater", "reader", "longer answer", "random"]
    for figure in worth["auc"].values():
        assert figure["low"] <= figure["estimate"] <= figure["high"]
    assert worth["auc"]["reader"]["estimate"] > worth["auc"]["rater"]["estimate"]
    for name in ("report.md", "report.html"):
        assert "tell bad rows from good ones here" in (curated.root / name).read_text()
    assert json.loads((curated.root / "report.json").read_text())["rater"] == report["rater"]
    assert worth_of_rater(curated).as_dict() == worth


def test_a_dry_run_says_what_the_rater_costs_and_writes_nothing(server, tmp_path):
    write_jsonl(tmp_path / "rows.jsonl", ({"question": question, "answer": answer} for question, answer in ROWS))
    address = f"http://127.0.0.1:{server.server_port}/v1"
    chosen = {"model": address, "input_price": 2.5, "output_price": 10, "currency": "EUR"}
    overrides = [part for key, value in chosen.items() for part in ("--set", f"quality.rater.{key}={value}")]
    arguments = ["curate", str(tmp_path / "rows.jsonl"), "--out", str(tmp_path / "curated"), "--dry-run", *overrides]
    told = CliRunner().invoke(cli.app, [*arguments, "--json"])
    assert told.exit_code == 0, told.output
    rater = json.loads(told.stdout)["rater"]
    assert (rater["rows"], rater["known"], rater["requests"], rater["currency"]) == (len(ROWS), 0, len(ROWS), "EUR")
    assert rater["tokens_in"] > 100 * len(ROWS)
    assert rater["cost"] == pytest.approx((rater["tokens_in"] * 2.5 + rater["tokens_out"] * 10) / 1e6)
    assert [path.name for path in tmp_path.iterdir()] == ["rows.jsonl"]
    assert not any("You rate an answer" in str(body) for _, body, _ in server.seen)  # no row left this machine
    in_words = CliRunner().invoke(cli.app, arguments).output
    assert f"{len(ROWS)} rows to rate ({len(ROWS)} requests), 0 rated before" in in_words
    assert "EUR" in in_words


def test_a_row_is_restored_while_the_server_that_rated_is_down(server, tmp_path):
    write_jsonl(tmp_path / "rows.jsonl", ({"question": question, "answer": answer} for question, answer in RIGHT[:2]))
    address = f"http://127.0.0.1:{server.server_port}/v1"
    settings = load(
        None, [f"quality.rater.model={address}", "quality.rater.reply_tokens=1", "quality.reader.flag=null"]
    )
    curated = Curated(tmp_path / "curated")
    report = curate_sources([str(tmp_path / "rows.jsonl")], curated, settings)
    assert report["rater"]["rated"] + sum(report["rater"]["unrated"].values()) == 2
    server.shutdown()
    server.server_close()
    assert refresh(curated)["rater"] == report["rater"]
