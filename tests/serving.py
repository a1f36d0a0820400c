"""Real OpenAI-compatible servers on loopback that run a real local model: `server`, and `served` by transformers."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest

from winnow.models.chat import render
from winnow.models.interface import GenerationSettings


class Handler(BaseHTTPRequestHandler):
    """Models, chat and raw completions, echo with logprobs."""

    def do_GET(self):
        self.reply(200, {"data": [self.server.about | ({"created": time.time()} if self.server.tells_time else {})]})

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
        if body.get("top_logprobs", 0) > server.tells:
            return self.reply(400, {"error": {"message": f"top_logprobs must be at most {server.tells}"}})
        if server.longest and len(str(body.get("messages", ""))) > server.longest:
            return self.reply(400, {"error": {"message": "maximum context length exceeded"}})
        with server.lock:
            self.reply(200, self.echo(body) if body.get("echo") else self.generate(body))

    def generate(self, body):
        model = self.server.model
        prompt = render(model.tokenizer, body["messages"]) if "messages" in body else body["prompt"]
        settings = GenerationSettings(
            body["max_tokens"], body["temperature"], body.get("top_p", 1.0), body.get("seed", 0)
        )
        made = model.complete([prompt], settings)[0]
        choice = {"finish_reason": "stop" if made.finished else "length"}
        choice |= {"message": {"content": made.text}} if "messages" in body else {"text": made.text}
        if body.get("logprobs"):
            choice["logprobs"] = {"content": [*self.told(prompt, made.text, body["top_logprobs"])]}
        usage = {"prompt_tokens": len(model.tokenizer(prompt)["input_ids"]), "completion_tokens": made.tokens}
        return {"choices": [choice], "usage": usage, "system_fingerprint": self.server.fingerprint}

    def told(self, prompt, text, number):
        model = self.server.model
        ids, rest = (model.tokenizer(part, add_special_tokens=False)["input_ids"] for part in (prompt, text))
        logs = model._log_probabilities([ids + rest], [len(rest)])[0][0] if rest else []
        for token, row in zip(rest, logs, strict=True):
            best = [(model.tokenizer.decode([i]), float(row[i])) for i in row.topk(number).indices.tolist()]
            likeliest = [{"token": name, "logprob": value} for name, value in best]
            yield {
                "token": model.tokenizer.decode([token]),
                "logprob": float(row[token]),
                "top_logprobs": likeliest,
            }

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
    server.about, server.fingerprint = {"id": "smollm2", "owned_by": "us", "created": 1_700_000_000}, "build 1"
    server.tells_time, server.tells, server.longest = False, 20, None
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def url(server):
    return f"http://127.0.0.1:{server.server_port}/v1"


@pytest.fixture(scope="session")
def served(smollm2, tmp_path_factory):
    """URL of `transformers serve` with the packaged small model; it tells no probabilities.

    It lists what the hub's cache holds, and fails where there is no such folder: it gets an empty one.
    """
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    program = "from transformers.cli.transformers import main; main()"
    command = [sys.executable, "-c", program, "serve", str(smollm2), "--device", "cpu", "--port", str(port)]
    environment = {**os.environ, "HF_HUB_OFFLINE": "1", "HF_HUB_CACHE": str(tmp_path_factory.mktemp("hub"))}
    running = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment)
    try:
        address = f"http://127.0.0.1:{port}"
        for _ in range(240):
            if _answers(address) or running.poll() is not None:
                break
            time.sleep(0.5)
        assert running.poll() is None, "transformers serve ended by itself"
        yield f"{address}/v1#{smollm2}"
    finally:
        running.terminate()
        running.wait(20)


def _answers(address):
    try:
        return httpx.get(f"{address}/health", timeout=2).status_code == 200
    except httpx.TransportError:
        return False
