"""Reach an Argilla server, the embedded one or any other, with errors that a person can act on.

connection = connect(config.labelling, home)       # Argilla's own client, signed in
"""

from __future__ import annotations

import logging
import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from curation.labelling.argilla import credentials
from curation.labelling.argilla import server as argilla_server
from winnow.config import LabellingConfig
from winnow.errors import InputError, WinnowError

KEY_VARIABLE = "ARGILLA_API_KEY"


@dataclass(frozen=True)
class Connection:
    """A signed-in client of Argilla's own SDK."""

    url: str
    embedded: bool
    client: Any = field(repr=False)
    home: Path

    def call(self, method: str, path: str, **arguments: Any) -> Any:
        """Send one request to the API and return its JSON; raises WinnowError in one line."""
        # Compressing what never leaves the machine would take a fifth of an upload.
        headers = {"Accept-Encoding": "identity"} if self.embedded else {}
        with plain_errors(self.url):
            response = self.client.http_client.request(method, f"/api/v1/{path}", headers=headers, **arguments)
        if response.is_success:
            return response.json() if response.content else None
        raise _refusal(self.url, response.status_code, response.text)


def connect(config: LabellingConfig, home: Path) -> Connection:
    """Sign in to `labelling.url` with the key in ARGILLA_API_KEY, or to the embedded server with its own.

    Raises InputError when nothing answers there, when it isn't Argilla, or when the key is wrong.
    """
    import argilla

    if config.url is None:
        server = argilla_server.running(home)
        if server is None:
            raise InputError("no Argilla server runs here; start it with: winnow label serve --background")
        url, key = server.url, credentials.load(home).api_key
    else:
        url, key = config.url.rstrip("/"), os.environ.get(KEY_VARIABLE, "")
        if not key:
            raise InputError(f"labelling.url is {url}, but {KEY_VARIABLE} isn't set; set it to your API key there")
    with plain_errors(url):
        client = argilla.Argilla(api_url=url, api_key=key, timeout=120, retries=2)
    return Connection(url, config.url is None, client, home)


@contextmanager
def plain_errors(url: str) -> Iterator[None]:
    """Turn what the SDK and its transport raise into one line; no line ever holds the key."""
    import httpx
    from argilla._exceptions import ArgillaAPIError, ArgillaError

    # What the SDK warns and logs about is either expected here or raised below.
    logging.getLogger("argilla.sdk").setLevel(logging.CRITICAL)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)
            yield
    except (httpx.ConnectError, httpx.InvalidURL, httpx.UnsupportedProtocol) as error:
        raise InputError(
            f"nothing answers at {url} ({error}); start Argilla with winnow label serve, or correct labelling.url"
        ) from error
    except httpx.TransportError as error:
        raise WinnowError(
            f"{url} stopped answering ({type(error).__name__}); look at its log, then try again"
        ) from error
    except ArgillaAPIError as error:
        raise _refusal(url, error.status_code, str(error)) from error
    except ArgillaError as error:
        if "credentials" in type(error).__name__.lower():
            raise _refusal(url, 401, "") from error
        raise WinnowError(f"{url} refused: {' '.join(str(error.__cause__ or error).split())[:300]}") from error
    except ValueError as error:  # what answers there is no JSON
        raise InputError(f"{url} answers, but not as Argilla does; correct labelling.url") from error


def _refusal(url: str, status: int, text: str) -> WinnowError:
    if status == 401:
        return InputError(f"{url} doesn't accept the API key; set {KEY_VARIABLE} to a key of that server")
    if status == 403:
        return InputError(f"{url} doesn't let this key do that; use the key of an owner")
    if status == 404 and "<html" in text.lower():
        return InputError(f"{url} answers, but not as Argilla does; correct labelling.url")
    return WinnowError(f"{url} refused with status {status}: {' '.join(text.split())[:300]}")
