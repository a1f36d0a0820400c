"""A model hub of this machine: the part of huggingface.co's protocol by which a folder of small files is uploaded."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread


class Hub(ThreadingHTTPServer):
    """Keeps what was made and sent: {"ada/rivers": {"private": True, "files": {"README.md": b"…"}}}."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Request)
        self.repositories: dict[str, dict] = {}

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class Request(BaseHTTPRequestHandler):
    server: Hub

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if not self.headers.get("Authorization", "").startswith("Bearer "):
            return self.answer(401, {"error": "who are you?"})
        if self.path == "/api/repos/create":
            asked = json.loads(body)
            name = f"{asked['organization']}/{asked['name']}" if asked.get("organization") else asked["name"]
            self.server.repositories[name] = {"private": asked.get("visibility") == "private", "files": {}}
            return self.answer(200, {"url": f"{self.server.url}/{name}", "name": name, "id": name})
        if self.path == "/api/validate-yaml":
            return self.answer(200, {"errors": [], "warnings": []})
        found = re.fullmatch(r"/api/models/(.+?)/(preupload|commit)/main.*", self.path)
        if found is None:
            return self.answer(404, {"error": self.path})
        name, step = found.groups()
        if step == "preupload":
            files = [
                {"path": one["path"], "uploadMode": "regular", "shouldIgnore": False}
                for one in json.loads(body)["files"]
            ]
            return self.answer(200, {"files": files})
        for line in map(json.loads, body.splitlines()):
            if line["key"] == "file":
                sent = line["value"]
                self.server.repositories[name]["files"][sent["path"]] = base64.b64decode(sent["content"])
        address = f"{self.server.url}/{name}/commit/0001"
        return self.answer(200, {"success": True, "commitOid": "0001", "commitUrl": address})

    def do_GET(self) -> None:
        self.answer(404, {"error": self.path})

    def answer(self, status: int, value: dict) -> None:
        text = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_: object) -> None:
        """Stay silent."""


@contextmanager
def hub() -> Iterator[Hub]:
    with Hub() as server:
        Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield server
        finally:
            server.shutdown()
