"""Against a real HTTP server that runs the real small model."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from winnow.chat import format_prompt, render, to_messages
from winnow.errors import InputError, WinnowError
from winnow.language_model import GenerationSettings, load_language_model
from winnow.server_model import API_KEY, ServerModel


class Handler(BaseHTTPRequestHandler):
    """An OpenAI-compatible server in forty lines: models, chat and raw completions, echo with logprobs."""

    def do_GET(self):
        self.reply(200, {"data": [{"id": "smollm2"}]})

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        server = self.server
        server.seen.append((self.path, body, self.headers.get("Authorization")))
        if server.failures:
            return self.reply(server.failures.pop(0), {"error": {"message": "not now"}})
        if server.key and self.headers.get("Authorization") != f"Bearer {server.key}":
            return self.reply(401, {"error": {"message": "who are you?"}})
        if server.strict and "chat_template_kwargs" in body:
            return self.reply(400, {"error": {"message": "Unrecognized request argument"}})
        with server.lock:
            self.reply(200, self.echo(body) if body.get("echo") else self.generate(body))

    def generate(self, body):
        model = self.server.model
        prompt = render(model.tokenizer, body["messages"]) if "messages" in body else body["prompt"]
        settings = GenerationSettings(body["max_tokens"], body["temperature"], body["top_p"], body["seed"])
        made = model.complete([prompt], settings)[0]
        choice = {"finish_reason": "stop" if made.finished else "length"}
        choice |= {"message": {"content": made.text}} if "messages" in body else {"text": made.text}
        return {"choices": [choice], "usage": {"completion_tokens": made.tokens}}

    def echo(self, body):
        tokenizer, prompt = self.server.model.tokenizer, body["prompt"]
        encoded = tokenizer(prompt, add_special_tokens=False, return_offsets_mapping=True)
        offsets = [start for start, _ in encoded["offset_mapping"]]
        first = tokenizer.decode(encoded["input_ids"][:1])
        scored = self.server.model.log_likelihood([(first, prompt[len(first) :])])[0]
        logs = {"text_offset": [*offsets, len(prompt)], "token_logprobs": [None, *scored.tokens, -1.0]}
        return {"choices": [{"text": prompt + "!", "logprobs": logs}]}

    def reply(self, status, value):
        data = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *args):
        pass


@pytest.fixture
def server(smollm2_model):
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.model, server.lock, server.seen = smollm2_model, threading.Lock(), []
    server.failures, server.key, server.strict = [], None, False
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def url(server):
    return f"http://127.0.0.1:{server.server_port}/v1"


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
