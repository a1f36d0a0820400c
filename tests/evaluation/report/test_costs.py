from __future__ import annotations

import pytest

from evaluation.answering.answers import Answer
from evaluation.report.costs import costs
from winnow.config import CostsConfig

PRICES = CostsConfig(hour=3.6, api_input=1.0, api_output=10.0)


def answer(seconds=2.0, tokens=10, **more):
    return Answer("q0", "q" * 40, (), more.pop("prediction", "a" * 40), tokens=tokens, seconds=seconds, **more)


def test_the_own_machine_costs_by_time_and_an_api_by_tokens():
    found = costs([answer(), answer()], PRICES)
    assert found.own.estimate == pytest.approx(1000 * 2 * 0.001)
    assert found.prompt_tokens.estimate == pytest.approx(10)  # 40 characters, four a token as in the answers
    assert found.api.estimate == pytest.approx(1000 * (10 * 1 + 10 * 10) / 1e6)


def test_passages_are_read_and_paid():
    plain, fed = costs([answer()], PRICES), costs([answer(passages=({"text": "p" * 400},))], PRICES)
    assert fed.prompt_tokens.estimate == pytest.approx(11 * plain.prompt_tokens.estimate)


def test_one_answer_gives_no_interval_and_empty_answers_no_crash():
    assert costs([answer()], PRICES).own.is_known is False
    empty = answer(tokens=0, prediction="")
    assert costs([empty, empty], PRICES).api.estimate > 0


def test_all_that_is_read_beside_the_question_is_paid_and_passages_in_the_context_only_once():
    turns = ({"role": "user", "content": "u" * 40}, {"role": "assistant", "content": "a" * 40})
    plain = costs([answer()], PRICES).prompt_tokens.estimate
    fed = answer(context="c" * 80, history=turns, system_prompt="s" * 40, passages=({"text": "c" * 80},))
    assert costs([fed], PRICES).prompt_tokens.estimate == pytest.approx(6 * plain)
