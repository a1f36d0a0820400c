"""What is certainly broken is mended; what only looks broken stays."""

from __future__ import annotations

import time

import pyarrow.compute as pc
import pytest
from hypothesis import given
from hypothesis import strategies as st

from curation.steps.manners import learn
from curation.steps.mending import mend
from curation.steps.repair import clean, decide
from winnow.config import CleanConfig
from winnow.data.ledger import settle
from winnow.data.records import new_record, number_copies, to_table

ON = CleanConfig()


@pytest.mark.parametrize(
    ("broken", "whole"),
    [
        ("Itâ€™s fine, donâ€™t worry", "It’s fine, don’t worry"),
        ("cafÃ© costs 5â‚¬", "café costs 5€"),
        ("Ð¿Ñ€Ð¸Ð²ÐµÑ‚", "привет"),
        ("The patient\x00 has\ufeff fever\u200b.", "The patient has fever."),
        ("one\r\ntwo", "one\ntwo"),
        ("<p>Hello <b>world</b>.</p>", "Hello world."),
        ("<ul><li>one</li><li>two</li></ul>", "- one\n- two"),
        ("AT&amp;T &lt; 5&nbsp;mg", "AT&T < 5 mg"),
        ("about 10<sup>5</sup> of H<sub>2</sub>O", "about 10⁵ of H2O"),
        ("[b]Bold[/b] text", "Bold text"),
        ("### Response:\nThe thing.<|im_end|>", "The thing."),
        ("Answer: yes it is.", "yes it is."),
        ("  padded \n", "padded"),
    ],
)
def test_certain_damage_is_mended(broken, whole):
    assert mend(broken, ON)[0] == whole


@pytest.mark.parametrize(
    "text",
    [
        "It’s fine — “quoted” naïve café",
        "SÃO PAULO",
        "if a < b and c > d, then a <b and c> d",
        "5 & 6; R&D",
        "A: Hi, how are you?\nB: Fine.",
        "میخواهم\u200cها",
        "👩\u200d👩\u200d👧 family",
        "see [1] and {x}",
        "Answer: ",
    ],
)
def test_what_only_looks_broken_stays(text):
    assert mend(text, ON)[0] == text.strip()


def test_tags_are_content_where_the_question_is_about_code():
    table = to_table([new_record("Write the HTML of a bold word.", "<b>word</b>")])
    assert decide(table, ON) == []


def test_the_original_stays_in_the_records_and_a_person_is_asked():
    records = to_table([new_record("What is it?", "<p>A loan.</p>")])
    decisions = decide(records, ON)
    view = settle(records, decisions)
    assert [d.action for d in decisions] == ["repair", "flag"]
    assert view.records["answer"].to_pylist() == ["<p>A loan.</p>"]
    assert view.kept_table["answer"].to_pylist() == ["A loan."]
    assert decisions[0].evidence["kinds"] == ["markup"]


def test_each_repair_can_be_switched_off():
    off = CleanConfig(mojibake=False, markup=False, prompt_marks=False, control_characters=False)
    assert mend("<p>cafÃ©\x00</p><|im_end|>", off)[0] == "<p>cafÃ©\x00</p><|im_end|>"


@given(st.text(max_size=200))
def test_mending_twice_changes_nothing_more(text):
    once, _ = mend(text, CleanConfig(mojibake=False))
    assert mend(once, CleanConfig(mojibake=False))[0] == once


def table_of(*pairs, source="faq.jsonl"):
    return to_table(number_copies(new_record(question, answer, source, 1) for question, answer in pairs))


def kept_answers(records, **settings):
    return settle(records, decide(records, CleanConfig(**settings))).kept_table["answer"].to_pylist()


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("How is a bold word written?", "<b>word</b>"),
        ("How do I centre a div?", '<div style="display:flex;justify-content:center">…</div>'),
        ("What does `&lt;` stand for?", "The sign <, written &lt; so that it isn't read as a tag."),
        ("How do I break a line?", "<br>"),
        ("Which token ends a text, </s> or <eos>?", "It is </s>"),
        ("What is it?", "<think>Perhaps a loan."),
        ("What is it?", "<think>Perhaps a loan.</think>"),
        ("What marks thinking: <think> or <thought>?", "<think>a</think> is the mark."),
        ("What is it?", "</s>"),
        ("What is it?", "<response>A loan.</response> Goodbye."),
        ("What is it?", "\u200b\u00ad"),
    ],
)
def test_a_repair_takes_neither_what_is_said_nor_most_of_it_nor_half_of_a_pair(question, answer):
    assert kept_answers(table_of((question, answer))) == [answer]


def test_in_a_file_that_speaks_of_markup_no_tag_is_taken():
    examples = [("How do I link?", '<a href="https://example.org">Text</a>'), ("How is bold written?", "<b>word</b>")]
    paragraph = ("And a paragraph?", "<p>Hello world, hello again</p>")
    assert kept_answers(table_of(*examples, paragraph))[2] == paragraph[1]
    assert kept_answers(table_of(paragraph)) == ["Hello world, hello again"]


def test_thinking_leaves_or_stays_as_a_whole():
    records = table_of(("Is a laptop deductible?", "<think>Below 952.</think>\nYes, at once."))
    assert kept_answers(records) == ["Yes, at once."]
    assert kept_answers(records, thinking="keep") == ["<think>Below 952.</think>\nYes, at once."]
    assert {d.action for d in decide(records, ON)} == {"repair"}


ROWS = [(f"What does card {n} cost?", f"It costs {n} pounds, and {n + 1} in the year after.") for n in range(3, 15)]


def test_a_manner_of_a_file_is_one_repair_a_row_no_flag_and_one_line():
    records = table_of(*((question, f"{answer}</s>") for question, answer in ROWS))
    cleaned = clean(records, ON, learn(records))
    assert [d.action for d in cleaned.decisions] == ["repair"] * len(ROWS)
    assert "manner of its file" in cleaned.decisions[0].reason
    assert "</s>" in cleaned.decisions[0].reason
    (manner,) = cleaned.manners
    assert (manner.rows, manner.of, manner.text, manner.done) == (12, 12, "</s>", "repaired")
    assert "clean.manners=keep" in manner.sentence()
    assert kept_answers(records) == [answer for _, answer in ROWS]


def test_a_manner_that_is_kept_is_still_said_once():
    records = table_of(*((question, f"{answer}</s>") for question, answer in ROWS))
    cleaned = clean(records, CleanConfig(manners="keep"), learn(records))
    assert cleaned.decisions == []
    assert [manner.done for manner in cleaned.manners] == ["kept"]


def test_a_polite_ending_stays_and_is_said_once():
    records = table_of(*((question, f"{answer} I hope this helps!") for question, answer in ROWS))
    cleaned = clean(records, ON, learn(records))
    assert cleaned.decisions == []
    assert [(m.done, m.place, m.text) for m in cleaned.manners] == [("reported", "end", "I hope this helps!")]


def test_a_manner_is_one_of_its_own_file():
    ours = [new_record(question, f"{answer}</s>", "ours.jsonl", 1) for question, answer in ROWS]
    theirs = [new_record(question, f"No, {answer}", "theirs.jsonl", 1) for question, answer in ROWS * 4]
    records = to_table(number_copies([*ours, *theirs]))
    assert [manner.source for manner in clean(records, ON, learn(records)).manners] == ["ours.jsonl"]


def test_a_fault_of_most_rows_is_said_once_and_flags_none():
    records = table_of(*((question, f"<p>{answer}</p>") for question, answer in ROWS))
    cleaned = clean(records, ON, learn(records))
    assert {d.action for d in cleaned.decisions} == {"repair"}
    assert [manner.kind for manner in cleaned.manners] == ["markup"]


@pytest.mark.parametrize("piece", ["a", "<b>a", "\n", "#", "<!", "`<b>", "Label: ", "<think>", "[a_", "-", " ", "&lt;"])
def test_a_text_made_to_keep_patterns_busy_is_repaired_like_any_other(piece):
    records = table_of(*((f"What is {n}? {piece * 3_000}", f"<b>{piece * 3_000} {n}") for n in range(9)))
    began = time.perf_counter()
    decide(records, ON)
    assert time.perf_counter() - began < 20  # a second and less alone


PIECES = st.sampled_from(["<b>", "</b>", "<p>", "</s>", "<think>", "</think>", "&lt;", "word ", "A loan. ", "Answer: "])
TEXTS = st.lists(PIECES, max_size=8).map("".join)


@given(st.lists(st.tuples(TEXTS, TEXTS), max_size=12))
def test_a_repair_keeps_half_of_the_letters_and_a_second_one_finds_nothing(pairs):
    records = table_of(*pairs)
    decisions = decide(records, ON)
    for decision in decisions:
        if decision.action == "repair" and not {"thinking", "manner"} & set(decision.evidence["kinds"]):
            before = records.filter(pc.equal(records["id"], decision.id))[decision.field][0].as_py()
            assert 2 * sum(map(str.isalnum, decision.text)) >= sum(map(str.isalnum, before))
            assert decision.text.strip()
    assert [d for d in decide(settle(records, decisions).kept_table, ON) if d.action == "repair"] == []


@given(st.lists(st.tuples(st.text(max_size=30), st.text(max_size=60)), max_size=5))
def test_no_row_is_lost(pairs):
    records = to_table(number_copies(new_record(question, answer) for question, answer in pairs))
    assert len(settle(records, decide(records, ON)).kept_table) == len(records)
