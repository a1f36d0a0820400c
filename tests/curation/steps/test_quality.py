"""From values to decisions: limits move without measuring again, batches and processes change nothing."""

from __future__ import annotations

import math
import os

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from curation.corpus.corpus import learn
from curation.signals.measuring import SIGNALS, VALUES, measure, not_looked_for
from curation.steps.quality import decide
from winnow.config import Config, QualityConfig
from winnow.data.records import new_record, number_copies, to_table

ROWS = [
    ("What is an ISA?", "A savings account in which gains aren't taxed."),
    ("What is a bond?", ""),
    ("What is a share?", "A part of a company, and it can be bought on the"),
    ("Who do I call?", "Ring Ada on +44 7911 123456 or write to ada.roe@mail.net."),
]


def table_of(pairs):
    return to_table(number_copies(new_record(question, answer) for question, answer in pairs))


TABLE = table_of(ROWS)
MEASURED = measure(TABLE, learn(TABLE))


def test_by_default_only_the_certain_is_removed_and_the_rest_flagged():
    decided = {(d.action, d.evidence["signal"]) for d in decide(MEASURED, TABLE, QualityConfig())}
    assert decided == {("remove", "empty"), ("flag", "cut_off"), ("flag", "personal_data")}


@pytest.mark.parametrize("answer", ["NA", "Na", "NULL", "#", "-", "?", "N/A", "Pending", "Igpay atinlay", "…", "n.d."])
def test_what_depends_on_the_question_is_never_removed(answer):
    """It may be the answer: of Namibia, of sodium, of a sign. Only a person can tell."""
    table = table_of([("Which one is it?", answer), (answer, "A savings account in which gains aren't taxed.")])
    assert {d.action for d in decide(measure(table, learn(table)), table, QualityConfig())} <= {"flag"}


@pytest.mark.parametrize("text", ["", " \n", "\u200b\ufeff", "\u3164\u2800", "\x00\u00ad"])
def test_nothing_that_can_be_seen_is_removed_as_empty(text):
    table = table_of([("Which one is it?", text), (text, "A savings account in which gains aren't taxed.")])
    found = decide(measure(table, learn(table)), table, QualityConfig())
    assert [d.evidence["signal"] for d in found if d.action == "remove"] == ["empty", "empty"]


def test_a_user_may_still_have_placeholders_removed():
    table = table_of([("Which one is it?", "TODO")])
    settings = QualityConfig.model_validate({"placeholder": {"remove": 1}})
    assert "remove" in {d.action for d in decide(measure(table, learn(table)), table, settings)}


def test_every_signal_has_a_rule_and_a_column_pair():
    assert set(QualityConfig.model_fields) == {*SIGNALS, "cross_encoder", "difficulty", "budget", "lexicons"}
    assert MEASURED.schema == VALUES


def test_a_limit_moves_both_ways_without_measuring_again():
    strict = QualityConfig.model_validate({"cut_off": {"remove": 0.9}})
    lax = QualityConfig.model_validate({"cut_off": {"flag": None}})
    assert ("remove", "cut_off") in {(d.action, d.evidence["signal"]) for d in decide(MEASURED, TABLE, strict)}
    assert "cut_off" not in {d.evidence["signal"] for d in decide(MEASURED, TABLE, lax)}
    assert strict.cut_off.flag == QualityConfig().cut_off.flag, "the other limit keeps its default"


def test_evidence_names_value_limit_and_matched_text():
    cut = next(d for d in decide(MEASURED, TABLE, QualityConfig()) if d.evidence["signal"] == "cut_off")
    assert cut.evidence["value"] >= cut.evidence["limit"] == 0.7
    assert cut.evidence["matched"].endswith("on the")


def test_masking_is_a_repair_and_evidence_never_repeats_the_data():
    masked = QualityConfig.model_validate({"personal_data": {"action": "mask"}})
    repair = next(d for d in decide(MEASURED, TABLE, masked) if d.action == "repair")
    assert repair.text == "Ring Ada on [PHONE] or write to [EMAIL]."
    assert "7911" not in str(repair.evidence)


def test_the_whole_configuration_still_reads_a_single_limit():
    assert Config.model_validate({"quality": {"echo": {"flag": 0.9}}}).quality.echo.flag == 0.9


def test_processes_give_the_same_values(monkeypatch):
    table = table_of([(f"What is number {n}?", f"It is {n} and nothing else, as far as I know.") for n in range(4500)])
    corpus, measured = learn(table), []
    for cores in ({0}, {0, 1}):
        monkeypatch.setattr(os, "sched_getaffinity", lambda pid, cores=cores: cores)
        measured.append(measure(table, corpus))
    assert str(measured[0].to_pydict()) == str(measured[1].to_pydict())  # NaN equals nothing


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.text(max_size=60), st.text(max_size=120)), max_size=8))
def test_any_text_is_measured_and_at_most_once_decided_by_each_signal(pairs):
    table = table_of(pairs)
    values = measure(table, learn(table))
    decisions = decide(values, table, QualityConfig())
    assert values["id"].equals(table["id"])
    assert len({(d.id, d.evidence["signal"]) for d in decisions}) == len(decisions)


def test_no_row_one_row_and_a_very_long_answer():
    assert len(measure(table_of([]), learn(table_of([])))) == 0
    long = table_of([("Why?", " ".join(f"word{n}" for n in range(50_000)))])
    names = {d.evidence["signal"] for d in decide(measure(long, learn(long)), long, QualityConfig())}
    assert "too_long" in names


@pytest.mark.parametrize("piece", ["a_", "\n", "  ", "1", " > ab", "you gave him ", "@@a", " -- a", "no "])
def test_a_text_made_to_keep_patterns_busy_is_measured_like_any_other(piece):
    text = "home" + piece * 10_000 + "!"
    table = table_of([("Why does the ferry stay in port?", text), (text, "It has no ice class.")])
    assert len(measure(table, learn(table))) == 2


SIGNS = "aA1 _-.,:?[{(<#*|\"'\n"


@pytest.mark.slow
@pytest.mark.timeout(60)  # seconds, thirty times the longest: the pattern that hung would take eight minutes here
@pytest.mark.parametrize("piece", [one + other for one in SIGNS for other in SIGNS])
def test_no_two_signs_said_over_and_over_keep_a_pattern_busy(piece):
    """Where time grows with the cube of a text's length this doesn't end before its limit."""
    text = "home" + piece * 5_000 + "!"
    table = table_of([("Why does the ferry stay in port?", text)])
    assert len(measure(table, learn(table))) == 1


def test_the_budget_lets_the_readers_limit_down_to_the_likeliest_rows():
    read = [0.9, 0.6, 0.4, 0.3, 0.28, 0.27, *[0.01] * 94]
    columns = {
        name: [float("nan")] * 100 if VALUES.field(name).type == pa.float32() else [""] * 100 for name in VALUES.names
    }
    echoes = [float("nan")] * 99 + [1.0]
    columns |= {"id": list(map(str, range(100))), "reader": read, "reader.matched": ["refusal: I can't."] * 100}

    def flagged(budget, **others):
        table = pa.table({**columns, **others}, VALUES)
        found = decide(table, table, QualityConfig(budget=budget))
        return [int(d.id) for d in found if d.evidence["signal"] == "reader"]

    assert flagged(0.05) == [0, 1, 2, 3, 4]
    assert flagged(0.05, echo=echoes) == [0, 1, 2, 3], "a row that another signal flags takes of the budget"
    assert flagged(0.01) == [0, 1], "what reaches the limit is flagged however many there are"
    assert flagged(0.5) == [0, 1, 2, 3, 4, 5], "what isn't worth showing isn't flagged for a budget's sake"


def test_wordings_are_looked_for_in_languages_with_a_lexicon_and_have_no_value_in_others():
    german = [
        ("Wie eröffne ich ein Konto bei der Bank?", "Mit dem Personalausweis in jeder Filiale der Bank."),
        ("Was kostet die Überweisung ins Ausland?", "Eine Überweisung ins Ausland kostet zehn Euro."),
    ]
    polish = [("Jak założyć konto w banku przez internet?", "Wystarczy wypełnić wniosek i potwierdzić tożsamość.")]
    english = [("How do I open an account at the bank?", "With your passport, at any branch of the bank.")]
    rows = to_table(new_record(*pair) for pair in [*german, *polish, *english])
    values = measure(rows, learn(rows))
    refusals = dict(zip(values["id"].to_pylist(), values["refusal"].to_pylist(), strict=True))
    assert [refusals[new_record(*pair).id] for pair in [*german, *english]] == [0, 0, 0]
    assert math.isnan(refusals[new_record(*polish[0]).id])
    assert not_looked_for(["de", "en"]) == {"de": ["reader"]}, "the reader is trained on English"
    assert "refusal" in not_looked_for(["pl"])["pl"]
    assert "outlier" in not_looked_for(["de"], encoder_reads=frozenset({"en"}))["de"]
