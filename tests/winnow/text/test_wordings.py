"""Hints only save time: what they find is what each pattern finds alone."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from curation.signals.slots import SLOTS
from winnow.text.wordings import Wording, Wordings

FAULTS = Path(__file__).parents[3] / "benchmarks" / "faults"
SOON = Wording.of("soon|shortly", r"\bvery (?:soon|shortly)\b")
NOW = Wording.of(" now", r"\b(?:right|just) now\b")
PIECES = ["It opens ", "very soon", "very", " shortly", ". ", "\n", "right now", " now", "Ünder ", "é", "soon ", "! "]


@given(st.lists(st.sampled_from(PIECES), max_size=12).map("".join))
def test_each_pattern_finds_what_it_finds_alone(text):
    found = {wording.pattern: match.span() for wording, match in Wordings([SOON, NOW]).find(text)}
    alone = {wording.pattern: wording.pattern.search(text) for wording in (SOON, NOW)}
    assert found == {pattern: match.span() for pattern, match in alone.items() if match}


@given(st.lists(st.sampled_from(PIECES), max_size=12), st.data())
def test_pieces_are_searched_each_on_its_own(words, data):
    text = "".join(words)
    starts = [0, *sorted(data.draw(st.sets(st.integers(1, max(1, len(text) - 1)), max_size=4)))]
    found = [(wording, match.span()) for wording, match in Wordings([SOON, NOW]).find_within(text, starts)]
    ends = [(start, end + 1) for start, end in pairwise([*starts, len(text)])]
    alone = [(wording, match.span()) for wording in (SOON, NOW) for piece in ends
             for match in wording.pattern.finditer(text, *piece)]  # fmt: skip
    assert found == alone


def test_whatever_a_slot_finds_has_one_of_its_hints():
    texts = [
        text.lower()
        for path in sorted(FAULTS.glob("*.json"))
        for texts in json.loads(path.read_text()).values()
        for text in texts
    ]
    unhinted = [
        (wording.hints, found.group())
        for wording in SLOTS
        for found in filter(None, map(wording.pattern.search, texts))
        if not any(hint in found.string for hint in wording.hints)
    ]
    assert not unhinted
