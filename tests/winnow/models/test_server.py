"""Against a real HTTP server that runs the real small model."""

from __future__ import annotations

import time

import pytest

from tests.serving import Handler, url
from winnow.errors import InputError, WinnowError
from winnow.models.chat import format_prompt, to_messages
from winnow.models.interface import GenerationSettings
from winnow.models.load import load_language_model
from winnow.models.server import API_KEY, ServerModel

SHORT = GenerationSettings(max_new_tokens=12)


def test_a_server_answers_like_the_same_model_here(server, smollm2, smollm2_model):
    conversations = [to_messages("What is the capital of France?"), to_messages("Name three colours.")]
    remote = load_language_model(url(server), tokenizer=str(smollm2))
    ours = smollm2_model.answer(conversations, SHORT)
    theirs = remote.answer(conversations, SHORT)
    assert [(one.text, one.tokens, one.finished) for one in theirs] == [
        (one.text, one.tokens, one.finished) for one in ours
    ]
    prompts = [format_prompt(remote.tokenizer, "What is the capital of France?")]
    assert remote.complete(prompts, SHORT)[0].text == ours[0].text


def test_thinking_is_off_where_the_server_takes_template_options(server):
    ServerModel(url(server)).answer([to_messages("Hi")], SHORT)
    assert server.seen[-1][1]["chat_template_kwargs"]["enable_thinking"] is False
    server.strict = True
    answers = ServerModel(url(server)).answer([to_messages("Hi")], SHORT)
    assert answers[0].text
    assert "chat_template_kwargs" not in server.seen[-1][1]


def test_equal_prompts_get_different_seeds_and_the_same_ones_again(server):
    remote = ServerModel(url(server))
    settings = GenerationSettings(max_new_tokens=2, temperature=0.7, batch_size=1)
    remote.complete(["One", "One"], settings)
    remote.complete(["One", "One"], settings)
    seeds = [body["seed"] for _, body, _ in server.seen]
    assert seeds[:2] == seeds[2:]
    assert seeds[0] != seeds[1]


def test_requests_side_by_side_share_the_time_that_passed(server):
    began = time.perf_counter()
    made = ServerModel(url(server)).complete(["One", "Two", "Three"], GenerationSettings(max_new_tokens=2))
    assert sum(one.seconds for one in made) < time.perf_counter() - began


def test_log_likelihood_by_echo_equals_the_local_one(server, smollm2_model):
    pairs = [("The capital of France is", " Paris."), ("One, two", ", three")]
    for here, there in zip(
        smollm2_model.log_likelihood(pairs), ServerModel(url(server)).log_likelihood(pairs), strict=True
    ):
        assert there.tokens == pytest.approx(here.tokens, abs=1e-3)


def test_passing_trouble_is_retried(server):
    server.failures = [503, 429]
    assert ServerModel(url(server), wait=0).complete(["One"], SHORT)[0].tokens > 0


def test_lasting_trouble_is_one_line(server):
    remote = ServerModel(url(server), wait=0)
    server.failures = [503] * 10
    with pytest.raises(WinnowError, match="after 4 attempts") as caught:
        remote.complete(["One"], SHORT)
    assert "\n" not in str(caught.value)
    server.failures = [404]
    with pytest.raises(InputError, match="HTTP 404"):
        remote.complete(["One"], SHORT)


def test_nobody_at_the_url_is_one_line():
    with pytest.raises(WinnowError, match="is the server up"):
        ServerModel("http://127.0.0.1:9/v1", wait=0)


def test_the_key_comes_from_the_environment_and_is_never_shown(server, monkeypatch):
    server.key = "sesame"
    with pytest.raises(InputError, match=API_KEY) as caught:
        ServerModel(url(server)).complete(["One"], SHORT)
    assert "sesame" not in str(caught.value)
    monkeypatch.setenv(API_KEY, "sesame")
    remote = ServerModel(url(server))
    assert remote.complete(["One"], SHORT)[0].tokens > 0
    assert "sesame" not in remote.name


def test_a_server_without_echo_says_so(server, monkeypatch):
    monkeypatch.setattr(Handler, "echo", lambda self, body: {"choices": [{"text": "!"}]})
    with pytest.raises(InputError, match="score with a local model"):
        ServerModel(url(server)).log_likelihood([("One", " two")])


def test_a_server_says_which_model_it_runs_and_a_clock_is_no_identity(server, monkeypatch):
    assert ServerModel(url(server)).identity() == {
        **{"id": "smollm2", "owner": "us", "created": 1_700_000_000, "fingerprint": "build 1"},
    }
    monkeypatch.setattr("winnow.models.server.CLOCK_STEP_SECONDS", 0.01)
    server.tells_time = True
    assert ServerModel(url(server)).identity()["created"] is None


def test_one_of_several_models_is_named_behind_the_url(server):
    remote = ServerModel(f"{url(server)}#other")
    remote.complete(["One"], SHORT)
    assert server.seen[-1][1]["model"] == "other"
    assert remote.identity()["owner"] is None  # it isn't listed
    assert remote.url == url(server)


QUESTIONS = [to_messages("What is the capital of France?"), to_messages("Name three colours.")]


def test_a_server_tells_the_probabilities_of_what_it_writes(server, smollm2_model):
    told = ServerModel(url(server)).tell(QUESTIONS, SHORT)
    written = smollm2_model.answer(QUESTIONS, SHORT)
    assert [one.text for one in told] == [one.text for one in written]
    for one in told:
        assert one.read > 0
        assert one.written > 0
        assert not one.refusal
        assert "".join(token.text for token in one.tokens).strip() == one.text
        for token in one.tokens:  # greedily, the token written is the likeliest
            assert token.likeliest[token.text] == pytest.approx(max(token.likeliest.values()), abs=1e-4)


@pytest.mark.parametrize("tells", [5, 0])
def test_fewer_probabilities_are_asked_for_where_the_server_tells_no_more(server, tells):
    server.tells = tells
    remote = ServerModel(url(server))
    told = remote.tell(QUESTIONS, SHORT)
    assert all(one.text for one in told)
    assert {len(token.likeliest) for one in told for token in one.tokens} <= {tells, tells + 1}
    assert any(one.tokens for one in told) == bool(tells)
    before = len(server.seen)
    remote.tell(QUESTIONS, SHORT)
    assert len(server.seen) == before + 2  # what was refused isn't tried again


def test_one_text_that_is_refused_stops_no_other_and_all_of_them_do(server):
    server.longest = 200
    remote = ServerModel(url(server))
    told = remote.tell([to_messages("Hi"), to_messages("Hi " * 200)], SHORT)
    assert told[0].text
    assert "maximum context length" in told[1].refusal
    assert "context length" in remote.tell([to_messages("Hi " * 200)], SHORT)[0].refusal
    with pytest.raises(InputError, match=r"refused every request: HTTP 400: .*context length"):
        ServerModel(url(server)).tell([to_messages("Hi " * 200)], SHORT)
