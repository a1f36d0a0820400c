"""A model's thinking is one thing with its marks: it is split off as a whole, or not at all."""

from __future__ import annotations

import pytest

from curation.signals.residue.thinking import split


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("<think>\nA laptop below 952.\n</think>\n\nYes, at once.", "Yes, at once."),
        ("<think>\n\n</think>\n\nYes.", "Yes."),
        ("<Thinking>Unter 952 Euro.</Thinking> Ja, sofort.", "Ja, sofort."),
        ("[THINK]少于952欧元。[/THINK]可以，立即扣除。", "可以，立即扣除。"),
        ("◁think▷952 미만.◁/think▷ 네, 바로요.", "네, 바로요."),
        ("<|begin_of_thought|>a<|end_of_thought|><|begin_of_solution|>Yes.<|end_of_solution|>", "Yes."),
        ("<reasoning>Share of use.</reasoning><answer>By the share of use.</answer>", "By the share of use."),
        ("<think>a<think>b</think>c</think>Yes.", "Yes."),
        ("Is it below 952? It is.</think>\nYes, at once.", "Yes, at once."),
        (
            "<|channel|>analysis<|message|>They ask.<|end|><|start|>assistant<|channel|>final<|message|>Yes.",
            "Yes.",
        ),
    ],
)
def test_what_is_said_remains(text, said):
    thought, rest = split(text)
    assert rest == said
    assert thought


@pytest.mark.parametrize(
    "text",
    [
        "Yes, at once.",
        "<think>Is it below 952? Yes, at once.",
        "<think>Is it below 952?</think>",
        "<think>Is it below 952?</think>\n\u200b",
        "The marks are `<think>` and `</think>`.",
        "I think [reason] it is so.",
        "```\n<think>a</think>\n```",
    ],
)
def test_nothing_is_split_where_nothing_would_be_said_or_a_mark_is_open_or_named(text):
    assert split(text) is None
