"""A small OpenID provider for tests, of the standard library and an RSA key: discovery, authorize, token and its keys."""

from __future__ import annotations

import base64
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa


def encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def whole(number: int) -> str:
    return encoded(number.to_bytes((number.bit_length() + 7) // 8, "big"))


class Provider(ThreadingHTTPServer):
    """Logs everybody in who asks, as the person that `email` names."""

    def __init__(self, email: str) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.email = email
        self.key = rsa.generate_private_key(65537, 2048)
        self.asked: dict[str, dict[str, list[str]]] = {}
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def issuer(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def id_token(self, client: str, nonce: str) -> str:
        now = int(time.time())
        claims = {"iss": self.issuer, "aud": client, "sub": "1", "email": self.email, "iat": now, "exp": now + 600}
        header = {"alg": "RS256", "typ": "JWT", "kid": "k1"}
        signed = ".".join(encoded(json.dumps(part).encode()) for part in (header, {**claims, "nonce": nonce}))
        return f"{signed}.{encoded(self.key.sign(signed.encode(), padding.PKCS1v15(), hashes.SHA256()))}"


class Handler(BaseHTTPRequestHandler):
    server: Provider

    def do_GET(self) -> None:
        place, issuer = urlsplit(self.path), self.server.issuer
        if place.path == "/.well-known/openid-configuration":
            ends = {f"{name}_endpoint": f"{issuer}/{name}" for name in ("authorization", "token", "userinfo")}
            self.give({"issuer": issuer, "jwks_uri": f"{issuer}/jwks", **ends,
                       "id_token_signing_alg_values_supported": ["RS256"]})  # fmt: skip
        elif place.path == "/jwks":
            numbers = self.server.key.public_key().public_numbers()
            key = {
                "kty": "RSA",
                "alg": "RS256",
                "use": "sig",
                "kid": "k1",
                "n": whole(numbers.n),
                "e": whole(numbers.e),
            }
            self.give({"keys": [key]})
        elif place.path == "/authorization":
            asked = parse_qs(place.query)
            self.server.asked["code"] = asked
            answer = urlencode({"code": "code", "state": asked["state"][0]})
            self.send_response(302)
            self.send_header("Location", f"{asked['redirect_uri'][0]}?{answer}")
            self.end_headers()

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        asked = self.server.asked["code"]
        token = self.server.id_token(asked["client_id"][0], asked.get("nonce", [""])[0])
        self.give({"access_token": "a", "token_type": "Bearer", "expires_in": 600, "id_token": token})

    def give(self, body: dict[str, object]) -> None:
        data = json.dumps(body).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: object) -> None:
        pass
