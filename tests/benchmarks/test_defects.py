"""Inventories that nobody opens are measured by counts, and trained on by nobody."""

from __future__ import annotations

import json

import pytest

from benchmarks.defects import FAULTS, LOOKALIKES, PLANTS, UNREAD, inventories, read_inventory
from benchmarks.reader.prepare import _inventories

KINDS = ("placeholders", "short", "echoes", "refusals", "residues", "boilerplate", "markup", "addresses", "dangling")
NEEDS_TEXT = ("echoes", "residues", "markup", "stale", "personal")


def test_the_name_of_the_folder_stands_for_its_inventories():
    assert inventories(["dev"]) == ["dev"]
    names = inventories([UNREAD])
    assert names
    assert f"{UNREAD}/{LOOKALIKES}" not in names


@pytest.mark.parametrize("name", inventories([UNREAD]))
def test_an_unread_inventory_has_every_kind_in_the_form_that_planting_needs(name):
    inventory = read_inventory(name)
    assert set(inventory) <= {key for key, _ in PLANTS.values()}
    for kind in (*KINDS, *NEEDS_TEXT, "constants"):
        assert len(set(inventory[kind])) >= 12, kind
        assert all(("{}" in wording) == (kind in NEEDS_TEXT) for wording in inventory[kind]), kind


def test_look_alikes_are_sixty_questions_with_answers():
    rows = json.loads((FAULTS / UNREAD / f"{LOOKALIKES}.json").read_text(encoding="utf-8"))
    assert len({(question, answer) for _, question, answer in rows}) == 60
    assert all(len(row) == 3 and all(part.strip() for part in row) for row in rows)


def test_the_reader_is_trained_and_measured_on_no_unread_inventory():
    known = _inventories(held_out=False) + _inventories(held_out=True)
    assert not any(read_inventory(name) in known for name in inventories([UNREAD]))
