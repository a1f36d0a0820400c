"""What the trained reader finds, leaves alone and shows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from curation.corpus.corpus import Corpus, learn
from curation.corpus.rows import Row
from curation.corpus.tools import Tools
from curation.reader import reader as reading_rounds
from curation.reader.kinds import KINDS
from curation.reader.reader import ENCODER, Reader
from curation.signals.measuring import measure
from curation.signals.reading import kind_of, read_file
from curation.steps.quality import decide
from winnow.config import QualityConfig
from winnow.data.records import new_record, number_copies, to_table
from winnow.models.names import resolve_embedder

ABOUT_BREAD = "Bread rises because yeast turns sugar into gas, which the dough holds as bubbles while it warms."
HERON = "The heron wades in shallow water for fish."
FAULTS = {
    "refusal": ("How do I bleed a radiator?", "I'm afraid helping with heating systems is beyond what I'm able to do."),
    "placeholder": ("How do I bleed a radiator?", "<<text of the answer to be supplied by the editors>>"),
    "dangling_reference": ("What does the author mean in the second paragraph of it?", ABOUT_BREAD),
    "boilerplate": (
        "Why does bread rise?",
        "Was this page useful to you? Rate it with the stars and sign up for news.",
    ),
    "markup": ("Why does bread rise?", f'<div class="content"><p>{ABOUT_BREAD}</p></div>'),
}
FERRY = "Why does the ferry to the island not sail in winter?"
UNWORDED = (  # that no template and no rule knows
    ("prompt_residue", "What is yeast?", f"Prof. Adams: {ABOUT_BREAD}"),
    ("prompt_residue", "What is yeast?", f"{ABOUT_BREAD}\nOutput only the answer, nothing else."),
    ("dangling_reference", "Part (b): show that the sum is even.", ABOUT_BREAD),
    ("dangling_reference", "Is that included in the price?", ABOUT_BREAD),
    ("dangling_reference", "Is it legal to do so?", ABOUT_BREAD),
    ("dangling_reference", "What would the result be if she had bought three?", ABOUT_BREAD),
    ("dangling_reference", "Is 14.2 normal for that?", ABOUT_BREAD),
    ("echo", FERRY, f"On 4 May a member wrote:\n> {FERRY}"),
    ("echo", FERRY, f"Question no. 17: {FERRY}"),
    ("echo", FERRY, f"Topic: {FERRY} Replies: 12 Views: 340"),
    ("echo", FERRY, f"+1, also looking for this: {FERRY}"),
)
CLEAN = (
    ("Why does bread rise?", ABOUT_BREAD),
    ("Write a four-line poem in which a cloud refuses to rain.", "I'm sorry, fields, I can't, I won't,\nso don't."),
    ("How do you close a paragraph in HTML?", "With </p>."),
    ("Who wrote the opera Carmen?", "Georges Bizet"),
)


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader(resolve_embedder(ENCODER))


def table(*pairs: tuple[str, str]) -> pa.Table:
    return to_table(number_copies(new_record(*pair) for pair in pairs))


def unknown(rows: int) -> np.ndarray:
    """Nothing that the file's pairs tell of their answers."""
    return np.full(rows, np.nan, np.float32)


@pytest.mark.parametrize("kind", FAULTS)
def test_a_fault_in_words_of_its_own_is_found_by_its_kind(reader: Reader, kind: str) -> None:
    reading = read_file([Row(*FAULTS[kind])], Corpus(), reader, {kind: np.array([False])}, unknown(1))
    assert reading.findings[0].value >= 0.5
    assert kind_of(reading.findings[0].matched) == kind


def test_what_no_words_tell_is_read(reader: Reader) -> None:
    rows = [Row(question, answer) for _, question, answer in UNWORDED]
    nobody = {"refusal": np.zeros(len(rows), bool)}
    findings = read_file(rows, Corpus(), reader, nobody, unknown(len(rows))).findings
    assert [kind_of(found.matched) for found in findings if found.value >= 0.5] == [kind for kind, _, _ in UNWORDED]


@pytest.mark.parametrize("pair", CLEAN)
def test_what_only_looks_like_a_fault_is_left_alone(reader: Reader, pair: tuple[str, str]) -> None:
    reading = read_file([Row(*pair)], Corpus(), reader, {"refusal": np.array([False])}, unknown(1))
    assert reading.findings[0].value < 0.5


def test_a_question_that_points_at_its_own_context_is_left_alone(reader: Reader) -> None:
    asked, said = FAULTS["dangling_reference"]
    rows = [Row(asked, said), Row(asked, said, context=ABOUT_BREAD)]
    (alone, beside) = read_file(rows, Corpus(), reader, {"echo": np.array([False, False])}, unknown(2)).findings
    assert alone.value >= 0.5 > beside.value


def test_the_sentence_that_shows_the_fault_is_named(reader: Reader) -> None:
    answer = f"{ABOUT_BREAD} As an AI language model I cannot bake. Knead it well and let it rest for an hour."
    assert reader.show([Row("Why does bread rise?", answer)], [KINDS.index("refusal")]) == [
        "As an AI language model I cannot bake."
    ]


def test_rows_in_another_language_have_no_value_and_keep_their_suspicions(reader: Reader) -> None:
    german = Row("Warum geht das Brot auf?", "Weil die Hefe den Zucker in Gas verwandelt, das der Teig in Blasen hält.")
    rows = [german, Row(*CLEAN[0])]
    reading = read_file(rows, Corpus(), reader, {"cut_off": np.array([True, True])}, unknown(2))
    assert np.isnan(reading.findings[0].value)
    assert not np.isnan(reading.findings[1].value)
    assert reading.cleared["cut_off"].tolist() == [False, True]


def test_a_rule_that_the_reader_contradicts_flags_nothing(reader: Reader) -> None:
    poem = table(
        ("Write a refusal in one sentence, as a shy robot would say it.", "I'm sorry, but I can't help with that.")
    )
    corpus = learn(poem)
    by_rules = decide(measure(poem, corpus), poem, QualityConfig())
    assert "refusal" in {decision.evidence["signal"] for decision in by_rules}
    both = decide(measure(poem, corpus, Tools(reader=reader)), poem, QualityConfig())
    assert "refusal" not in {decision.evidence["signal"] for decision in both}


def test_where_the_rows_read_last_are_wrong_the_next_ones_are_read_too() -> None:
    rows = [Row(f"How do I open account {number}?", f"{HERON} It is {number} inches tall.") for number in range(90)]
    assert read_of(rows) == 90
    rows = [Row(f"Why does bread {number} rise?", f"{ABOUT_BREAD} It is loaf {number}.") for number in range(90)]
    assert read_of(rows) == 30


def read_of(rows: Sequence[Row]) -> int:
    """Count the rows that the model reads, where rounds are of thirty of them."""
    seen: list[tuple[str, str]] = []

    def noted(function: Any, chunks: Any) -> Any:
        chunks = list(chunks)
        seen.extend(pair for chunk in chunks for pair in chunk)
        return map(function, chunks)

    reader = Reader(resolve_embedder(ENCODER), noted)
    pieces = max(len(one.ids) for one in reader._pieces.sequences([r.question for r in rows], [r.answer for r in rows]))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reading_rounds, "FEWEST_PIECES", 30 * pieces)
        patch.setattr(reading_rounds, "PIECES_A_ROW", 0)
        reader.scores(rows, np.zeros(len(rows), bool), np.ones(len(rows), bool))
    return len(seen)


def test_the_reason_is_that_of_the_kind(reader: Reader) -> None:
    rows = table(FAULTS["refusal"])
    decisions = decide(measure(rows, learn(rows), Tools(reader=reader)), rows, QualityConfig())
    found = next(decision for decision in decisions if decision.evidence["signal"] == "reader")
    assert (found.action, found.reason) == ("flag", "reads as: the answer refuses")
    assert found.evidence["kind"] == "refusal"


def test_what_the_pairs_of_the_file_tell_of_an_answer_counts_beside_what_the_reader_says(reader: Reader) -> None:
    rows = [Row(*CLEAN[0]), Row("How do I open an account?", HERON), Row(*CLEAN[0])]
    by_chance = np.array([0.02, 0.97, np.nan], np.float32)
    reading = read_file(rows, Corpus(), reader, {"echo": np.zeros(3, bool)}, by_chance)
    assert reading.elsewhere[0] < 0.01
    assert reading.elsewhere[1] >= 0.5
    assert np.isnan(reading.elsewhere[2])
    assert kind_of(reading.findings[1].matched) == "off_question"


def test_an_answer_that_only_lacks_the_stop_which_its_file_never_sets_is_whole(reader: Reader) -> None:
    said = [
        f"Bring your {thing} to any branch, where a clerk checks it and stores a copy in your file for the {purpose}"
        for thing in ("passport", "licence", "statement", "contract", "cheque", "card", "deed", "bill")
        for purpose in ("loan", "account", "transfer", "claim", "refund")
    ]
    rows = table(*((f"What do I need in case {number}?", answer) for number, answer in enumerate(said)))
    corpus = learn(rows)
    assert corpus.endings.is_without_stop(said[0])
    found = decide(measure(rows, corpus, Tools(reader=reader)), rows, QualityConfig())
    assert not [d for d in found if "cut_off" in (d.evidence["signal"], d.evidence.get("kind"))]
