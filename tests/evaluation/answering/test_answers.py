from __future__ import annotations

from dataclasses import replace

import pytest

from evaluation.answering.answers import Answerer, Question, prove_adapter_off, speed, to_answers
from winnow.errors import WinnowError
from winnow.models.interface import Generation, GenerationSettings

QUESTIONS = [Question(f"q{n}", f"River {n}?", "the Nile") for n in range(3)]


class Echo:
    """A model that answers with the question, and remembers what it was asked."""

    name, tokenizer, usual_batch = "echo", None, 8

    def __init__(self):
        self.asked = []

    def answer(self, conversations, settings, progress=None):
        self.asked += [messages[-1]["content"] for messages in conversations]
        return [Generation(messages[-1]["content"], 2, True, 0.25) for messages in conversations]


@pytest.fixture
def echo():
    return Echo()


def answerer(model, folder, identity="w", **settings):
    return Answerer(model, "base", identity, GenerationSettings(**settings), folder / "cache.jsonl")


def test_a_second_run_asks_only_what_is_missing(echo, tmp_path):
    answerer(echo, tmp_path).answer(QUESTIONS[:2])
    answers = answerer(echo, tmp_path).answer(QUESTIONS)
    assert echo.asked == ["River 0?", "River 1?", "River 2?"]
    assert [answer.prediction for answer in answers] == echo.asked
    assert [answer.reference for answer in answers] == ["the Nile"] * 3


def test_an_answer_that_was_written_is_read_as_it_was(echo, tmp_path):
    passages = ({"document": "rivers.md", "text": "The Nile is long."},)
    answers = answerer(echo, tmp_path).answer([replace(QUESTIONS[0], passages=passages), QUESTIONS[1]])
    assert to_answers([answer.as_dict() for answer in answers], "base") == answers


@pytest.mark.parametrize("other", [{"identity": "other weights"}, {"max_new_tokens": 9}, {"seed": 1}])
def test_answers_of_other_weights_or_settings_are_asked_anew(echo, tmp_path, other):
    answerer(echo, tmp_path).answer(QUESTIONS)
    answerer(echo, tmp_path, **other).answer(QUESTIONS)
    assert len(echo.asked) == 6


def test_a_line_that_a_crash_broke_off_costs_one_answer(echo, tmp_path):
    answerer(echo, tmp_path).answer(QUESTIONS)
    cache = tmp_path / "cache.jsonl"
    cache.write_bytes(cache.read_bytes()[:-20])
    rows = answerer(echo, tmp_path).answer(QUESTIONS)
    assert echo.asked[3:] == ["River 2?"]
    assert len(rows) == 3
    assert len(answerer(echo, tmp_path).answer(QUESTIONS)) == 3
    assert len(echo.asked) == 4


def test_a_base_that_isnt_the_adapters_base_is_refused():
    proof = prove_adapter_off([-10.0, -20.0], [-10.0, -20.0], [-12.0, -21.0])
    assert (proof.adapter_off_differs_by, proof.adapter_on_differs_by) == (0, 2)
    with pytest.raises(WinnowError, match=r"with the adapter off a probe differs by 0\.5000 nats"):
        prove_adapter_off([-10.0], [-10.5], [-12.0])


def test_speed_is_tokens_over_all_seconds(echo, tmp_path):
    assert speed(answerer(echo, tmp_path).answer(QUESTIONS))["tokens_per_second"] == 8
