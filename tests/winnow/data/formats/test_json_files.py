"""JSON of any shape is read with each row's line, and what is broken is named."""

from __future__ import annotations

import json

import pytest

from winnow.data.cells import cell_text
from winnow.data.readers import Reading
from winnow.errors import InputError

FUSE = {"question": "What is a fuse?", "answer": "A wire that melts."}
RCD = {"question": "What is an RCD?", "answer": "A switch."}


def values(found) -> list[dict]:
    return [row[1] for row in found]


@pytest.mark.parametrize(
    "text",
    [
        f"{json.dumps(FUSE)}\n{json.dumps(RCD)}\n",
        f"{json.dumps(FUSE)}{json.dumps(RCD)}",
        f"{json.dumps(FUSE)},\n{json.dumps(RCD)},\n",
        f"\x1e{json.dumps(FUSE)}\n\x1e{json.dumps(RCD)}\n",
        f"{json.dumps(FUSE, indent=2)}\n{json.dumps(RCD, indent=2)}",
        f"{json.dumps(FUSE)}\r{json.dumps(RCD)}\r",
        json.dumps([FUSE, RCD]),
        json.dumps([FUSE, RCD], indent=2)[:-1] + ",]",
        f"[{json.dumps(FUSE)}]\n[{json.dumps(RCD)}]",
        json.dumps({"data": [FUSE, RCD]}),
        json.dumps({"result": {"rows": [FUSE, RCD]}}, indent=1),
        json.dumps({"question": [FUSE["question"], RCD["question"]], "answer": [FUSE["answer"], RCD["answer"]]}),
        json.dumps({name: {"0": FUSE[name], "1": RCD[name]} for name in FUSE}),
        json.dumps({"columns": list(FUSE), "index": [0, 1], "data": [list(FUSE.values()), list(RCD.values())]}),
        json.dumps({"schema": {"fields": [{"name": "question"}]}, "data": [FUSE, RCD]}),
        json.dumps([list(FUSE), list(FUSE.values()), list(RCD.values())]),
    ],
)
@pytest.mark.parametrize("name", ["a.json", "a.jsonl"])
def test_every_shape_gives_the_same_rows_whatever_the_file_is_called(rows, name, text):
    assert values(rows(name, text)) == [FUSE, RCD]


def test_rows_in_a_document_stand_in_their_lines(rows):
    assert [row[0] for row in rows("a.json", json.dumps({"version": "1.0", "data": [FUSE, RCD]}, indent=1))] == [4, 8]
    assert [row[0] for row in rows("a.json", json.dumps(FUSE, indent=1) + "\n\n" + json.dumps(RCD))] == [1, 6]


def test_what_stands_beside_the_rows_stays_with_them(rows, caplog):
    found = rows("a.json", json.dumps({"context": "Wiring.", "answer": "old", "data": [FUSE], "authors": ["A"]}))
    assert values(found) == [{"context": "Wiring.", "answer (of the file)": "old", **FUSE}]
    assert "holds no rows under 'authors'" in caplog.text


def test_all_splits_are_read_by_name_and_one_can_be_named(rows, caplog):
    text = json.dumps({"train": [FUSE], "test": [RCD]})
    assert values(rows("a.json", text)) == [{**FUSE, "split": "train"}, {**RCD, "split": "test"}]
    assert "read 'train' (1 rows) and 'test' (1 rows), named under `split`; one alone:" in caplog.text
    assert values(rows("a.json#test")) == [RCD]
    with pytest.raises(InputError, match=r"a.json: no list of rows 'dev'; there are train, test"):
        rows("a.json#dev")


def test_a_list_without_the_columns_that_are_looked_for_is_named_and_not_read(rows, caplog):
    assert values(rows("a.json", json.dumps({"people": [{"name": "Eve"}], "faq": [FUSE]}))) == [FUSE]
    assert "read the rows under 'faq' and not those under 'people'" in caplog.text


def test_rows_by_their_keys_keep_the_key(rows):
    assert values(rows("a.json", json.dumps({"q1": FUSE, "q2": RCD}))) == [{"id": "q1", **FUSE}, {"id": "q2", **RCD}]
    assert values(rows("a.json", json.dumps({"q1": {"id": 7, **FUSE}})))[0]["key"] == "q1"


def test_one_row_is_a_row_whatever_lists_it_holds(rows):
    for row in ({**FUSE, "sources": [{"url": "x"}]}, {**FUSE, "tags": ["a", "b"], "more": ["c", "d"]}):
        assert values(rows("a.json", json.dumps(row, indent=1))) == [row]


def test_a_list_of_rows_may_bear_the_name_of_a_column(rows):
    reading = Reading(fits=lambda names: "messages" in names or "conversations" in names)
    turns = [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Hello"}]
    chats = [{"messages": turns}, {"messages": turns[::-1]}]
    assert values(rows("a.json", json.dumps({"conversations": chats}), reading)) == chats
    assert values(rows("a.json", json.dumps({"conversations": turns}), reading)) == [{"conversations": turns}]


def test_squad_s_questions_come_with_their_context_and_title(rows):
    question = {
        "id": "q1",
        "question": "When?",
        "answers": [{"text": "1981", "answer_start": 3}],
        "is_impossible": False,
    }
    paragraphs = [{"context": "In 1981 it rained.", "qas": [question]}, {"context": "Nothing here.", "qas": []}]
    squad = {"version": "v2.0", "data": [{"title": "Rain", "paragraphs": paragraphs}]}
    found = rows("a.json", json.dumps(squad, indent=1))
    assert found[0] == (10, {"version": "v2.0", "title": "Rain", "context": "In 1981 it rained.", **question})
    assert found[1][:2] == (23, "a paragraph without questions")
    assert "Nothing here." in found[1][2]


def test_numbers_and_truth_values_keep_their_text_and_their_type(rows):
    written = ["7.40", "1e3", "12345678901234567890", "-0", "true", "0.12345678901234567890", "1e999", "NaN"]
    line = "{" + ", ".join(f'"{number}": {text}' for number, text in enumerate(written)) + "}"
    (row,) = values(rows("a.jsonl", line, Reading()))
    assert [cell_text(cell) for cell in row.values()] == written
    assert json.dumps(list(row.values())[:5]) == "[7.4, 1000.0, 12345678901234567890, -0.0, true]"
    assert cell_text(values(rows("a.jsonl", '{"n": ' + "9" * 5_000 + "}", Reading()))[0]["n"]) == "9" * 5_000


def test_one_key_twice_is_named_with_its_line(rows):
    twice = '{"question": "a", "answer": "b", "answer": "c"}'
    why = 'the key "answer" stands twice in the object at column 1'
    assert rows("a.jsonl", f"{json.dumps(FUSE)}\n{twice}\n") == [(1, FUSE), (2, why, twice)]
    assert rows("a.jsonl", f"{twice}\n{json.dumps(FUSE)}\n") == [(1, why, twice), (2, FUSE)]
    with pytest.raises(InputError, match=r'a.json:4: the key "k" stands twice in the object'):
        rows("a.json", '{"data": [\n{"question": "a",\n"answer": "b", "more":\n{"k": 1, "k": 2}}\n]}')


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (json.dumps([FUSE, RCD], indent=1)[:-9], 8),
        (json.dumps({"data": [FUSE, RCD]}, indent=1)[:-12], 9),
        (json.dumps([FUSE]) + "\nand more", 2),
        (json.dumps(FUSE, indent=1) + '\n{"question": broken}', 5),
    ],
)
def test_a_document_that_breaks_is_an_error_with_the_line(rows, text, line):
    with pytest.raises(InputError, match=rf"a.json:{line}: .*; mend the file"):
        rows("a.json", text)


def test_a_bad_line_costs_only_itself(rows):
    found = rows("a.jsonl", '{"question": "cut",\n' + json.dumps(FUSE) + '\n"text"\n' + json.dumps(RCD) + " x\n")
    assert [row[0] for row in found] == [1, 2, 3, 4, 4]
    assert [row[2] for row in found if len(row) == 3] == ['{"question": "cut",', '"text"', "x"]


@pytest.mark.parametrize("depth", [150, 100_000])
def test_what_is_nested_too_deeply_is_named(rows, depth):
    found = rows("a.jsonl", json.dumps(FUSE) + "\n" + '{"question": ' + "[" * depth + "]" * depth + "}\n")
    assert found[1][:2] == (2, "not readable: nested too deeply at column 1")


@pytest.mark.parametrize("text", [",", "\ufeff", "[]", " \n", "[,]"])
def test_a_file_without_a_row_says_so(rows, text):
    with pytest.raises(InputError, match=r"a.json: the file holds no rows"):
        rows("a.json", text)


def test_columns_of_different_lengths_are_no_rows(rows):
    with pytest.raises(InputError, match="columns of different lengths: question 2, answer 1"):
        rows("a.json", json.dumps({"question": ["a", "b"], "answer": ["c"]}))
