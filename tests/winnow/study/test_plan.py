"""A frozen plan refuses another study and names the field that differs."""

from __future__ import annotations

import json

import pytest

from winnow.errors import InputError, PlanChanged
from winnow.study import plan as plans

FIELDS = {"held_out": "abc", "generation": {"max_new_tokens": 160, "temperature": 0.0}, "alpha": 0.05}


def test_equal_fields_give_equal_hashes_whatever_their_order():
    again = dict(reversed(FIELDS.items()))
    assert plans.freeze(FIELDS).hash == plans.freeze(again).hash


def test_a_written_plan_reads_back_with_its_hash(tmp_path):
    plan = plans.freeze(FIELDS)
    plan.write(tmp_path / "plan.json")
    assert plans.read(tmp_path / "plan.json") == plan


def test_another_value_is_refused_by_name_with_both_values():
    with pytest.raises(PlanChanged) as caught:
        plans.freeze(FIELDS).verify({"generation": {"max_new_tokens": 200, "temperature": 0.0}})
    assert "generation.max_new_tokens: planned 160, found 200" in str(caught.value)
    assert caught.value.exit_code == 3


def test_what_was_planned_passes():
    plans.freeze(FIELDS).verify(FIELDS)


def test_a_plan_edited_by_hand_is_refused(tmp_path):
    path = tmp_path / "plan.json"
    plans.freeze(FIELDS).write(path)
    raw = json.loads(path.read_text())
    raw["fields"]["alpha"] = 0.1
    path.write_text(json.dumps(raw))
    with pytest.raises(PlanChanged, match="edited by hand"):
        plans.read(path)


def test_an_amendment_says_why_what_and_after_which_plan():
    first = plans.freeze(FIELDS)
    second = first.amend({**FIELDS, "alpha": 0.1}, "two raters fell ill")
    assert not first.amended
    assert second.amended
    assert second.amendments[0].changed == ["alpha"]
    assert second.amendments[0].previous == first.hash
    assert second.hash != plans.freeze({**FIELDS, "alpha": 0.1}).hash


def test_an_amendment_needs_a_reason_and_a_change():
    with pytest.raises(InputError, match="no reason"):
        plans.freeze(FIELDS).amend({**FIELDS, "alpha": 0.1}, "  ")
    with pytest.raises(InputError, match="nothing differs"):
        plans.freeze(FIELDS).amend(dict(FIELDS), "just so")


def test_no_plan_is_one_line_with_the_remedy(tmp_path):
    with pytest.raises(InputError, match="winnow plan freeze"):
        plans.read(tmp_path / "plan.json")
