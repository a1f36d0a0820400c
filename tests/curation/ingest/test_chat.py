"""Messages of any customary shape are turns; what can't be a pair says what it truly is."""

from __future__ import annotations

import pytest

from curation.ingest.cells import RowError
from curation.ingest.chat import exchanges, turns_of
from winnow.config.curation import ROLES

USER = {"role": "user", "content": "What is tare weight?"}
TARE = "The weight of the empty vehicle."


def pairs(messages: object, **roles: str) -> list[tuple[str, str]]:
    return [
        (pair.question, pair.answer)
        for pair in exchanges(turns_of(messages, "messages", ROLES | roles), "messages").pairs
    ]


@pytest.mark.parametrize(
    "messages",
    [
        [USER, {"role": "model", "content": TARE}],
        [{"from": "human", "value": USER["content"]}, {"from": "gpt", "value": TARE}],
        [{"role": "prompter", "text": USER["content"]}, {"role": "Assistant ", "text": TARE}],
        [{"role": "user", "content": [{"type": "text", "text": USER["content"]}]}, {"role": "assistant", "content": [TARE]}],
        [{"role": "user", "parts": [{"text": USER["content"]}]}, {"role": "model", "parts": [{"text": TARE}]}],
        {"role": ["user", "assistant"], "content": [USER["content"], TARE]},
        '[{"role": "user", "content": "What is tare weight?"}, {"role": "assistant", "content": "' + TARE + '"}]',
        "[{'role': 'user', 'content': 'What is tare weight?'}, {'role': 'assistant', 'content': '" + TARE + "'}]",
    ],
)  # fmt: skip
def test_the_customary_shapes_say_the_same(messages):
    assert pairs(messages) == [(USER["content"], TARE)]


@pytest.mark.parametrize(
    ("messages", "reason"),
    [
        ([USER, {"role": "assistant", "content": None, "tool_calls": [{"id": "1"}]}], "message 2 calls a tool"),
        ([USER, {"role": "tool", "content": "7400"}], "message 2 is what a tool said"),
        ([{"role": "user", "content": [{"type": "image_url", "image_url": "x"}]}], "message 1 holds a part of the kind image_url"),
        ([USER, {"role": "kundin", "content": "x"}], 'message 2 has the role "kundin"'),
        ([{"role": "assistant", "content": "x"}], "holds the turns assistant"),
        ([USER, {"role": "assistant"}], "message 2 (assistant) lacks its text"),
        ("no messages", 'field "messages" is not a list of messages'),
        ([USER, {"role": "system", "content": "x"}, {"role": "assistant", "content": "y"}], "system message in mid-conversation"),
    ],
)  # fmt: skip
def test_what_is_no_pair_says_what_it_is(messages, reason):
    with pytest.raises(RowError) as raised:
        pairs(messages)
    assert reason in str(raised.value)


def test_a_role_is_known_by_the_settings():
    assert pairs([{"role": "Kundin", "content": "Was?"}, {"role": "assistant", "content": "Das."}], kundin="user") == [
        ("Was?", "Das.")
    ]


def test_turns_of_one_role_in_a_row_are_one_and_an_answer_of_no_weight_is_only_history():
    found = exchanges(
        turns_of(
            [
                {"role": "system", "content": "Be brief."},
                {"role": "user", "content": "Hello."},
                {"role": "assistant", "content": "Yes?", "weight": 0},
                {"role": "user", "content": "One thing."},
                {"role": "user", "content": "What is tare weight?"},
                {"role": "assistant", "content": TARE},
                {"role": "user", "content": "Thanks."},
            ],
            "messages",
            ROLES,
        ),
        "messages",
    )
    (pair,) = found.pairs
    assert found.system == "Be brief."
    assert pair.question == "One thing.\n\nWhat is tare weight?"
    assert [turn["content"] for turn in pair.history] == ["Hello.", "Yes?"]
    assert [turn.text for turn in found.unanswered] == ["Thanks."]
