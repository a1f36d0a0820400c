"""A row of any shape becomes what the model is asked, and nothing of it is lost."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curation.ingest.cells import RowError
from curation.ingest.layout import find_layout
from curation.ingest.rows import Place, records_of
from winnow.config import IngestConfig

ORGAN = {"question": "Which organ makes insulin?", "choices": ["Liver", "Pancreas"]}


def record(row: dict, answered: bool = True, **settings):
    config = IngestConfig(**settings)
    (made,) = records_of(
        Place("a.jsonl", 1), row, find_layout("a.jsonl", [row], config, {}, answered), config, answered
    )
    return made


@pytest.mark.parametrize(
    ("cells", "kept"),
    [
        ({"answer": 1}, 1),
        ({"answer": "B"}, "B"),
        ({"answer": "(b)"}, "(b)"),
        ({"answer": "B. Pancreas"}, "B. Pancreas"),
        ({"answer": "pancreas"}, None),
        ({"choices": {"label": ["A", "B"], "text": ["Liver", "Pancreas"]}, "answerKey": "B"}, "B"),
        ({"choices": '["Liver", "Pancreas"]', "answer": "1"}, "1"),
        ({"options": {"A": "Liver", "B": "Pancreas"}, "choices": None, "answer": "B"}, "B"),
    ],
)
def test_the_answer_of_a_choice_is_its_text_and_the_choices_are_asked(cells, kept):
    row = {name: value for name, value in (ORGAN | cells).items() if value is not None}
    made = record(row)
    assert made.answer == "Pancreas"
    assert made.context == "A. Liver\nB. Pancreas"
    assert kept is None or kept in made.metadata.values()


def test_choices_count_from_one_where_the_file_says_so():
    rows = [ORGAN | {"answer": 2}, ORGAN | {"answer": 1}]
    found = find_layout("a.jsonl", rows, IngestConfig(), {})
    assert found.first_choice == 1
    answers = [records_of(Place("a", 1), row, found, IngestConfig())[0].answer for row in rows]
    assert answers == ["Pancreas", "Liver"]


def test_numbers_among_the_choices_are_texts():
    made = record({"question": "How many legs has a fly?", "choices": ["2", "4", "6"], "answer": "4"})
    assert made.answer == "4"


def test_an_answer_that_names_no_choice_is_said():
    with pytest.raises(RowError, match='"E" names none of the 2 choices'):
        record(ORGAN | {"answer": "E"})


@pytest.mark.parametrize(
    ("answer", "texts"),
    [
        (["1981", "in 1981"], ["1981", "in 1981"]),
        ({"text": ["1981", "1981"], "answer_start": [3, 3]}, ["1981"]),
        ({"value": "Hull", "aliases": ["Kingston upon Hull"]}, ["Hull", "Kingston upon Hull"]),
        ({"diagnosis": "flu", "days": 7}, ['{"diagnosis": "flu", "days": 7}']),
        (True, ["true"]),
        (7, ["7"]),
    ],
)
def test_several_answers_are_references_and_an_object_is_its_json(answer, texts):
    made = record({"question": "When?", "answer": answer})
    assert [made.answer, *made.references] == texts


def test_a_row_without_an_answer_in_its_context_is_answered_as_the_settings_say():
    row = {"context": "Hull has two rivers.", "question": "Who?", "answers": {"text": []}, "is_impossible": True}
    with pytest.raises(RowError, match="marked as one whose context holds no answer"):
        record(row)
    assert record(row, unanswerable="The text doesn't say.").answer == "The text doesn't say."


def test_earlier_turns_are_read_in_pairs_and_as_messages():
    turns = [{"role": "user", "content": "Hello."}, {"role": "assistant", "content": "Good morning."}]
    row = {"instruction": "How do I pay?", "output": "By card."}
    assert list(record(row | {"history": [["Hello.", "Good morning."]]}).history) == turns
    assert list(record(row | {"history": json.dumps(turns)}).history) == turns


def test_a_completion_may_repeat_its_prompt():
    asked, said = {"role": "user", "content": "What is tare weight?"}, {"role": "assistant", "content": "Its own."}
    for completion in ([said], [asked, said], "Its own."):
        made = record({"prompt": [asked], "chosen": completion, "rejected": "The load."})
        assert (made.question, made.answer, made.history) == ("What is tare weight?", "Its own.", ())


words = st.sampled_from(["", " ", "yes", "a b c d e", "é", "[1]", '{"a": 1}', "[{", "B", "0"])  # quick to draw
cells = st.one_of(st.none(), words, st.integers(0, 9), st.booleans(), st.lists(words, max_size=3),
                  st.dictionaries(words, words, max_size=2))  # fmt: skip
names = st.sampled_from(
    ["question", "answer", "context", "system", "history", "choices", "references", "metadata", "id"]
)


@given(st.dictionaries(names, cells))
def test_any_row_is_a_record_or_says_why_it_is_none(row):
    found = find_layout("a", [{"question": "What is it?", "answer": "A lien."} | row], IngestConfig(), {})
    try:
        (made,) = records_of(Place("a", 1), row, found, IngestConfig())
    except RowError:
        return
    told = json.dumps(
        [made.question, made.answer, made.context, made.system, made.history, made.references, made.metadata]
    )
    for value in row.values():
        for text in value if isinstance(value, list) else [value]:
            if isinstance(text, str) and text.strip():
                assert json.dumps(text.strip("[]"))[1:-1] in told  # a list that was written out is read as one
