"""An answer that its context doesn't have is flagged where answers are taken from contexts; texts that people can judge."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from curation.corpus.corpus import learn
from curation.corpus.rows import NOT_APPLICABLE, NOTHING, Row
from curation.corpus.told import in_english
from curation.corpus.tools import Tools
from curation.fit.support import is_supported, unsupported
from curation.signals.measuring import measure, personal_data
from curation.signals.packs import pointing, shape
from curation.signals.page.encoding import mojibake
from curation.steps.quality import decide
from winnow.config import QualityConfig
from winnow.data.ledger import View
from winnow.data.records import new_record, to_table

LEASE = "Lease {n}: the tenant gives notice {n} days ahead and pays {n}00 pounds a month to the owner, Mrs. Abbott."
MARKET = "The market stands at the old harbour. It opens at 7:30 on Saturdays, and fish is sold until noon."
QUESTION = "How long is the notice?"


def extractive(answer=lambda n: f"{n} days"):
    """Thirty leases, the answers of most of which stand in them."""
    rows = [new_record(QUESTION, f"{n} days", context=LEASE.format(n=n)) for n in range(20, 50)]
    rows += [new_record(f"Is lease {n} long?", answer(n), context=LEASE.format(n=n)) for n in range(20, 30)]
    return learn(to_table(rows))


CORPUS = extractive()


@pytest.mark.parametrize(
    ("answer", "lacks"),
    [
        ("at the old harbour", ""),
        ("At 7:30 on Saturdays.", ""),
        ("Fish, which is sold until noon", ""),
        ("until six", "six"),
        ("At 8:30 on Saturdays.", "8 30"),
        ("at the railway station", "railway, station"),
        ("Bread and flowers", "bread, flowers"),
    ],
)
def test_what_an_answer_says_beyond_its_context_is_found(answer, lacks):
    found = unsupported(Row("Where, when and what?", answer, MARKET), CORPUS)
    assert (found.value >= QualityConfig().unsupported.flag, found.matched) == (bool(lacks), lacks)


@pytest.mark.parametrize(
    ("row", "corpus"),
    [
        (Row(QUESTION, "By boat."), CORPUS),
        (Row("Is there fish?", "Yes.", MARKET), CORPUS),
        (Row(QUESTION, "By boat.", MARKET), learn(to_table([new_record(QUESTION, "By boat.", context=MARKET)] * 30))),
        (Row(QUESTION, "not stated in the text", MARKET), extractive(lambda n: "not stated in the text")),
    ],
    ids=["no context", "yes", "a file of free answers", "a set phrase of the file"],
)
def test_it_has_no_value_where_nothing_can_be_said(row, corpus):
    assert math.isnan(unsupported(row, corpus).value)


def test_it_flags_and_never_removes():
    rows = [new_record(QUESTION, f"{n} days", context=LEASE.format(n=n)) for n in range(20, 50)]
    rows.append(new_record(QUESTION, "90 days", context=LEASE.format(n=30)))
    table = to_table(rows)
    found = [
        d for d in decide(measure(table, learn(table)), table, QualityConfig()) if d.evidence["signal"] == "unsupported"
    ]
    assert [(d.id, d.action, d.evidence["matched"]) for d in found] == [(rows[-1].id, "flag", "90 days")]


def points(row):
    return pointing.dangling_reference(in_english(row), CORPUS, NOTHING)


def is_short(row, corpus):
    return shape.too_short(in_english(row), corpus, NOT_APPLICABLE)


def test_a_question_may_point_to_its_context_or_to_an_earlier_turn():
    for question in ("What does the passage above say?", "How is it treated?", "According to the text, who won?"):
        assert points(Row(question, "With rest.")).value == 1
        assert points(Row(question, "With rest.", MARKET)).value == 0
        assert points(Row(question, "With rest.", history="user: What is a cold?")).value == 0


def test_an_answer_taken_from_its_context_is_neither_too_short_nor_doubted():
    row = Row("Why is the market closed in the afternoon?", "sold until noon", MARKET)
    corpus = replace(CORPUS, usual_words=12.0)
    assert math.isnan(is_short(row, corpus).value)
    assert is_supported(row)
    assert not is_supported(Row(row.question, "The mayor forbids it.", MARKET))
    assert is_short(Row(row.question, "No idea", MARKET), corpus).value == 0, "a filler"
    assert is_short(Row(row.question, "fishermen's habit", MARKET), corpus).value == 2


def test_wrong_characters_and_personal_data_in_the_context_are_found_and_said_to_be_there():
    found = mojibake(Row("Where?", "In the cafÃ©.", "A cafe."), CORPUS)
    assert "(in the context)" not in found.matched
    found = mojibake(Row("Where?", "In the cafe.", "The cafÃ© is open."), CORPUS)
    assert found.value == 1
    assert found.matched == "The cafÃ© is open. (in the context)"
    row = Row("Who wrote?", "Ann.", "From ann@example.org, yesterday.", "user: Call 0171 496 0123")
    assert "EMAIL (in the context)" in personal_data([row], CORPUS, Tools())[0].matched


def test_masking_reaches_the_context_and_the_earlier_turns():
    history = [{"role": "user", "content": "I am ann@example.org."}, {"role": "assistant", "content": "Hello!"}]
    table = to_table([new_record("Who wrote?", "Ann.", context="From ann@example.org.", history=history)])
    settings = QualityConfig(personal_data={"action": "mask"})
    repairs = [d for d in decide(measure(table, learn(table)), table, settings) if d.action == "repair"]
    view = View(table, {}, {}, {(d.id, d.field): d.text for d in repairs})
    (row,) = view.kept_table.to_pylist()
    assert row["context"] == "From [EMAIL]."
    assert row["history"] == '[{"content":"I am [EMAIL].","role":"user"},{"content":"Hello!","role":"assistant"}]'
