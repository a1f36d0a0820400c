"""What belongs together stands on one side of a split: copies, a conversation, a passage, a patient."""

from __future__ import annotations

from collections import defaultdict

import pytest

from curation.pairs.table import PAIRS
from curation.split.groups import Groups
from curation.split.stage import split_curated
from winnow.config import SplitConfig, load
from winnow.data.files import read_jsonl, write_jsonl, write_table
from winnow.data.records import Record, new_record, to_table
from winnow.errors import InputError
from winnow.study.workspace import Curated
from winnow.text.topics import Topics

PASSAGE = "Clause {n} of the lease says that the tenant of flat {n} pays for all repairs below {n}00 pounds."


def sides(folder, rows: list[Record], *overrides: str) -> dict[str, str]:
    """Split rows; returns the part in which each id stands."""
    curated = Curated(folder / "curated")
    write_table(curated.records_file, to_table(rows))
    write_table(curated.pairs_file, PAIRS.empty_table())
    write_table(curated.topics_file, Topics((), {}).to_table())
    curated.ledger.write_step(5, "quality", [])
    write_jsonl(curated.root / "kept.jsonl", [])
    split_curated(curated, folder / "split", load(None, ["split.validation=2", *overrides]))
    parts = ("train", "validation", "held_out")
    return {row["id"]: part for part in parts for row in read_jsonl(folder / "split" / f"{part}.jsonl")}


def parts_of(rows: list[Record], side: dict[str, str], key) -> dict[object, set[str]]:
    found = defaultdict(set)
    for row in rows:
        found[key(row)].add(side[row.id])
    return found


def on_passages(passages: int, questions: int) -> list[Record]:
    return [
        new_record(f"Who pays for repair {m}?", "The tenant.", context=PASSAGE.format(n=n))
        for n in range(passages)
        for m in range(questions)
    ]


def test_questions_on_one_passage_stand_on_one_side_and_are_one_group(tmp_path):
    rows = on_passages(20, 4)
    side = sides(tmp_path, rows, "split.held_out=8", "split.validation=4")
    assert all(len(parts) == 1 for parts in parts_of(rows, side, lambda row: row.context).values())
    held_out = read_jsonl(tmp_path / "split" / "held_out.jsonl")
    assert len({row["group"] for row in held_out}) == len({row["context"] for row in held_out}) == 2


def test_turns_of_a_conversation_stand_on_one_side(tmp_path):
    rows = []
    for n in range(20):
        history = []
        for question in (f"What does plan {n} cost?", "And for a child?", "And for two?"):
            answer = f"{n} pounds a month for {len(history)} of you."
            rows.append(new_record(question, answer, f"chats{n}.jsonl", 1, history=history))
            history = [*history, {"role": "user", "content": question}, {"role": "assistant", "content": answer}]
    side = sides(tmp_path, rows, "split.held_out=9", "split.validation=3")
    assert all(len(parts) == 1 for parts in parts_of(rows, side, lambda row: row.source).values())


def test_rows_of_one_patient_stand_on_one_side_and_rows_without_stand_alone(tmp_path):
    rows = [
        new_record(
            f"What was measured in case {n}?", f"{n} mm.", metadata={"patient": n % 10} if n < 40 else {"note": ""}
        )
        for n in range(60)
    ]
    side = sides(tmp_path, rows, "split.held_out=13", "split.group_by=patient")
    patients = parts_of(rows[:40], side, lambda row: row.metadata["patient"])
    assert len(patients) == 10
    assert all(len(parts) == 1 for parts in patients.values())
    assert set(side.values()) == {"train", "validation", "held_out"}


def test_what_is_tied_in_two_ways_is_one_group():
    rows = [
        new_record("q1", "a", context=PASSAGE.format(n=1), metadata={"patient": "x"}),
        new_record("q2", "a", context=PASSAGE.format(n=1), metadata={"patient": "y"}),
        new_record("q3", "a", metadata={"patient": "y", "site": " "}),
        new_record("q4", "a", metadata={"site": ""}),
        new_record("q5", "a", metadata={"site": "north"}),
    ]
    settings = SplitConfig(group_by=("patient", "site"))
    names = Groups.of(to_table(rows), PAIRS.empty_table(), settings).names
    assert len({names[row.id] for row in rows[:3]}) == 1
    assert len({*names.values()}) == 3


def test_a_column_that_no_row_has_is_an_error_that_names_those_there_are(tmp_path):
    rows = [new_record(f"q{n}", "a", metadata={"patient_id": n, "note": "x"}) for n in range(9)]
    with pytest.raises(
        InputError, match=r'split\.group_by: no row has a column "patient"; there are "note", "patient_id"'
    ):
        sides(tmp_path, rows, "split.held_out=3", "split.group_by=patient")


def test_where_all_rows_share_one_context_the_error_names_it_and_its_remedy_helps(tmp_path):
    rows = on_passages(1, 40)
    with pytest.raises(InputError, match=r"can't make 10 rows of held_out.* largest group holds 40 of 40 rows; 40 of them "
                       r"have one context: .*split\.together=\[conversation\]"):  # fmt: skip
        sides(tmp_path, rows, "split.held_out=10")
    side = sides(tmp_path, rows, "split.held_out=10", "split.together=[conversation]")
    assert [*side.values()].count("held_out") == 10


def test_where_a_column_makes_the_groups_too_large_the_error_names_the_column(tmp_path):
    rows = [new_record(f"q{n}", "a", metadata={"site": "north" if n < 39 else "south"}) for n in range(41)]
    with pytest.raises(InputError, match=r'39 of them have one value in the column "site": leave "site" out of split'):
        sides(tmp_path, rows, "split.held_out=10", 'split.group_by=["site"]')


def test_rows_alike_in_nothing_have_groups_of_their_own():
    rows = [new_record(f"q{n}", "a", "faq.jsonl", 1, metadata={"n": n}) for n in range(5)]
    groups = Groups.of(to_table(rows), PAIRS.empty_table(), SplitConfig())
    assert groups.names == {row.id: row.id for row in rows}
    assert groups.largest() == "each group is one row"
