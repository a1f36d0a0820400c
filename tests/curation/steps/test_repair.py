"""What is certainly broken is mended; what only looks broken stays."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curation.steps.repair import decide, mend
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


@given(st.lists(st.tuples(st.text(max_size=30), st.text(max_size=60)), max_size=5))
def test_no_row_is_lost(pairs):
    records = to_table(number_copies(new_record(question, answer) for question, answer in pairs))
    assert len(settle(records, decide(records, ON)).kept_table) == len(records)


def test_of_a_context_characters_are_repaired_and_its_markup_stays():
    table = to_table([new_record("Where?", "Here.", context="  <td>cafÃ©</td>\x00")])
    repair, flag = decide(table, CleanConfig())
    assert (repair.field, repair.text) == ("context", "  <td>café</td>")
    assert flag.reason == "mojibake was repaired in the context"
    (row,) = settle(table, [repair]).kept_table.to_pylist()
    assert row["context"] == repair.text
