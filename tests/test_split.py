"""A split has exact sizes, no group on two sides, and doesn't depend on the order of the rows."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curation.split import split
from winnow.config import SplitConfig
from winnow.errors import InputError

IDS = [f"row{n:03d}" for n in range(200)]
SETTINGS = SplitConfig(held_out=30, validation=20)


def test_sizes_are_exact_and_every_row_has_a_part():
    parts = split(IDS, {}, {}, SETTINGS, seed=0)
    assert Counter(parts.values()) == {"held_out": 30, "validation": 20, "train": 150}
    assert set(parts) == set(IDS)


def test_each_topic_gives_its_share():
    topics = {id_: 0 if n < 100 else 1 if n < 160 else 2 for n, id_ in enumerate(IDS)}
    parts = split(IDS, {}, topics, SETTINGS, seed=0)
    assert Counter(topics[id_] for id_ in IDS if parts[id_] == "held_out") == {0: 15, 1: 9, 2: 6}


def test_another_seed_gives_another_split_and_the_same_seed_the_same():
    first = split(IDS, {}, {}, SETTINGS, seed=0)
    assert split(IDS, {}, {}, SETTINGS, seed=0) == first
    assert split(IDS, {}, {}, SETTINGS, seed=1) != first


@given(st.lists(st.integers(1, 4), min_size=60, max_size=70), st.integers(0, 5), st.randoms())
def test_no_group_stands_on_two_sides_in_any_order(sizes, seed, random):
    members = [f"group{group}" for group, size in enumerate([*sizes, *[1] * 10]) for _ in range(size)]
    ids = [f"row{n:03d}" for n in range(len(members))]
    groups = dict(zip(ids, members, strict=True))
    parts = split(ids, groups, {}, SplitConfig(held_out=20, validation=10), seed)
    assert Counter(parts.values())["held_out"] == 20
    assert Counter(parts.values())["validation"] == 10
    assert len({(group, parts[id_]) for id_, group in groups.items()}) == len(set(members))
    shuffled = list(ids)
    random.shuffle(shuffled)
    assert split(shuffled, groups, {}, SplitConfig(held_out=20, validation=10), seed) == parts


def test_sizes_that_only_some_groups_make_are_found():
    groups = {f"row{n:03d}": f"g{n // 3 if n < 9 else n // 2}" for n in range(17)}
    parts = split(IDS[:17], groups, {}, SplitConfig(held_out=4, validation=0), seed=0)
    assert Counter(parts.values())["held_out"] == 4


def test_too_few_rows_and_impossible_sizes_say_what_would_do():
    with pytest.raises(InputError, match=r"40 kept rows can't give .* lower split\.held_out"):
        split(IDS[:40], {}, {}, SETTINGS, seed=0)
    pairs = {id_: f"g{n // 2}" for n, id_ in enumerate(IDS)}
    with pytest.raises(InputError, match=r"split\.held_out=30"):
        split(IDS, pairs, {}, SplitConfig(held_out=31, validation=0), seed=0)
