"""The signals of models, from the settings to the flagged rows, each with a real model."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from curation.fit.load import load_cross_encoder
from curation.stage import curate_sources
from winnow.config import load
from winnow.data.files import read_jsonl, read_table
from winnow.errors import InputError
from winnow.study.workspace import Curated

DEMO = Path(__file__).parents[3] / "data" / "demo"
STRAYS = (
    "Soak the chickpeas overnight and simmer them until they are soft.",
    "The heron wades in shallow water for fish.",
)


def curate(folder: Path, rows: list[dict], *changes: str) -> tuple[Curated, dict[str, set[str]]]:
    """Curate rows, and give the signals that flag each question."""
    source = folder / "rows.jsonl"
    source.write_text("".join(json.dumps(row) + "\n" for row in rows))
    curated = Curated(folder / "out")
    curate_sources([str(source)], curated, load(None, list(changes)))
    flagged = read_jsonl(curated.root / "flagged.jsonl")
    return curated, {row["question"]: {reason["signal"] for reason in row["reasons"]} for row in flagged}


@pytest.fixture(scope="module")
def rows() -> list[dict]:
    """Eighty rows of the demo's bank as they are, two of them with an answer of quite another matter."""
    lines = [json.loads(line) for line in (DEMO / "faq.jsonl").read_text().splitlines()]
    planted = json.loads((DEMO / "planted.json").read_text())["planted"]
    faulty = {entry["line"] for entry in planted} | {entry["twin"] for entry in planted}
    clean = [line for number, line in enumerate(lines, start=1) if number not in faulty][:80]
    return [{**row, "answer": STRAYS[i]} if i < len(STRAYS) else row for i, row in enumerate(clean)]


def cross_encoder(folder: Path, minilm: Path) -> Path:
    """Make a tiny cross-encoder whose last layer says of every pair that it fits."""
    import torch
    from transformers import AutoTokenizer, BertConfig, BertForSequenceClassification

    tokenizer = AutoTokenizer.from_pretrained(minilm)
    model = BertForSequenceClassification(
        BertConfig(
            vocab_size=len(tokenizer), hidden_size=8, num_hidden_layers=1, num_attention_heads=1, intermediate_size=8,
            num_labels=1,
        )
    )  # fmt: skip
    torch.nn.init.zeros_(model.classifier.weight)
    torch.nn.init.constant_(model.classifier.bias, 5.0)
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


def test_answers_of_another_matter_are_flagged_and_others_are_not(rows, tmp_path):
    _, flags = curate(tmp_path, rows)
    off = {question for question, signals in flags.items() if "off_question" in signals}
    assert {rows[0]["question"], rows[1]["question"]} <= off
    assert len(off) <= len(STRAYS) + 0.05 * len(rows)


def test_a_cross_encoder_clears_what_it_finds_relevant(rows, tmp_path, minilm):
    _, flags = curate(tmp_path, rows, f"quality.cross_encoder={cross_encoder(tmp_path / 'model', minilm)}")
    assert not any("off_question" in signals for signals in flags.values())


def test_a_cross_encoder_that_does_not_load_is_named(tmp_path):
    with pytest.raises(InputError, match="nowhere"):
        load_cross_encoder(str(tmp_path / "nowhere"))


def test_difficulty_is_measured_with_the_base_model_and_both_tails_are_flagged(rows, tmp_path, smollm2):
    copied = {"question": "Say after me: the vault opens at nine and closes at five on every day of the week.",
              "answer": "The vault opens at nine and closes at five on every day of the week."}  # fmt: skip
    changes = ["quality.difficulty=true", f"models.base={smollm2}", "quality.echo.flag=null"]
    curated, flags = curate(tmp_path, [*rows[:6], copied], *changes)
    signals = read_table(curated.signals_file)
    ratios = dict(zip(curated.records()["question"].to_pylist(), signals["ifd"].to_pylist(), strict=True))
    assert ratios[copied["question"]] < min(ratios[row["question"]] for row in rows[:6])
    assert "trivial" in flags[copied["question"]]
    assert ratios[rows[0]["question"]] > min(ratios[row["question"]] for row in rows[2:6])


@pytest.mark.slow
def test_presidio_masks_what_only_it_knows(rows, tmp_path):
    pytest.importorskip("presidio_analyzer", reason="extra pii isn't installed")
    wallet = {
        "question": "Where do I send the coins?",
        "answer": "Send them to 1BoatSLRHtKNngkdXEeobR76b53LETtpyT today.",
    }
    settings = ["quality.personal_data.recogniser=presidio", "quality.personal_data.action=mask"]
    curated, _ = curate(tmp_path, [*rows[:3], wallet], *settings)
    kept = {row["question"]: row["answer"] for row in read_jsonl(curated.root / "kept.jsonl")}
    assert kept[wallet["question"]] == "Send them to [CRYPTO] today."
