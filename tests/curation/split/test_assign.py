"""A split has exact sizes, no group on two sides, and doesn't depend on the order of the rows."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curation.pairs.table import PAIRS
from curation.split.assign import split
from curation.split.stage import split_curated
from winnow.config import SplitConfig, load
from winnow.data.files import write_jsonl, write_table
from winnow.data.ledger import Decision
from winnow.data.records import new_record, to_table
from winnow.errors import InputError
from winnow.study.workspace import Curated
from winnow.text.topics import Topics

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


def curated_with(folder, decisions) -> Curated:
    """A curated folder of ten rows on which some decisions stand."""
    curated = Curated(folder)
    records = [new_record(f"What does plan {n} cost?", f"{n} pounds a month.", "faq.jsonl", n) for n in range(10)]
    write_table(curated.records_file, to_table(records))
    write_table(curated.pairs_file, PAIRS.empty_table())
    write_table(curated.topics_file, Topics((), {}).to_table())
    curated.ledger.write_step(5, "quality", decisions([record.id for record in records]))
    write_jsonl(curated.root / "kept.jsonl", [])
    return curated


SMALL = load(None, ["split.held_out=3", "split.validation=2"])


def test_rows_that_wait_for_a_person_are_named_as_what_is_missing(tmp_path):
    flagged = curated_with(tmp_path, lambda ids: [Decision(id_, "quality", "flag", "gibberish") for id_ in ids[:8]])
    with pytest.raises(InputError, match=r"10 rows are kept, and 8 of them wait for a person; the 2 others .*"
                       r"winnow label, or take them as they are: split\.flagged=train"):  # fmt: skip
        split_curated(flagged, tmp_path / "split", SMALL)
    taken = SMALL.model_copy(update={"split": SMALL.split.model_copy(update={"flagged": "train"})})
    assert split_curated(flagged, tmp_path / "split", taken)["held_out"] == 3, "the remedy named is one"


def test_where_every_row_was_removed_the_reasons_are_named(tmp_path):
    reasons = ['field "answer" is missing'] * 9 + ["the answer is empty"]
    removed = curated_with(
        tmp_path,
        lambda ids: [Decision(id_, "ingest", "remove", reason) for id_, reason in zip(ids, reasons, strict=True)],
    )
    with pytest.raises(InputError) as error:
        split_curated(removed, tmp_path / "split", SMALL)
    assert 'no row is kept; removed: 9 field "answer" is missing, 1 the answer is empty' in str(error.value)
    assert "split.held_out" not in str(error.value)


def test_a_single_row_cant_be_split_whatever_the_sizes():
    with pytest.raises(InputError, match=r"1 kept rows can't give .* curate more rows"):
        split(["row"], {}, {}, SplitConfig(held_out=1, validation=0), seed=0)
