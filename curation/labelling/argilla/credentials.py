"""Keep the embedded Argilla server's passwords and keys in one file that only its owner can read.

credentials = load(home)            # generated at the first call, kept in home/credentials.json, mode 600
"""

from __future__ import annotations

import json
import os
import secrets
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from filelock import FileLock

from winnow.errors import InputError

OWNER = "owner"


@dataclass(frozen=True)
class Credentials:
    """The owner's name, password and API key, the secret that signs sessions, and annotators' passwords by name."""

    username: str
    password: str = field(repr=False)
    api_key: str = field(repr=False)
    secret: str = field(repr=False)
    people: dict[str, str] = field(default_factory=dict, repr=False)


def credentials_file(home: Path) -> Path:
    """Say where the credentials of the server in `home` stand."""
    return home / "credentials.json"


def load(home: Path) -> Credentials:
    """Read the credentials; generate them where there are none yet.

    Raises InputError when the file isn't one of ours.
    """
    path = credentials_file(home)
    home.mkdir(parents=True, exist_ok=True)
    home.chmod(0o700)  # the server's database holds everyone's API key
    with FileLock(home / ".credentials.lock", mode=0o600):
        if not path.exists():
            _write(path, Credentials(OWNER, generate_password(), secrets.token_urlsafe(48), secrets.token_hex(32)))
        try:
            return Credentials(**json.loads(path.read_text(encoding="utf-8")))
        except (json.JSONDecodeError, TypeError) as error:
            raise InputError(f"{path}: not a credentials file; restore it from a copy") from error


def keep_person(home: Path, name: str, password: str) -> None:
    """Add an annotator's password."""
    known = load(home)
    with FileLock(home / ".credentials.lock", mode=0o600):
        _write(credentials_file(home), replace(known, people={**known.people, name: password}))


def generate_password() -> str:
    """Draw a password that can be typed: about 95 bits."""
    return secrets.token_urlsafe(12)


def _write(path: Path, credentials: Credentials) -> None:
    """Write the file whole, readable by its owner alone from its first byte on."""
    partial = path.with_suffix(".part")
    partial.unlink(missing_ok=True)
    with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(json.dumps(asdict(credentials), indent=2) + "\n")
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)
