"""The name that a browser remembers, signed: nobody becomes another person by writing a cookie.

kept = signed(study, "Ada")             # "Ada.9f2c…": the name and its HMAC under the study's secret
name_in(study, kept)                    # "Ada"; "" for a cookie that this study didn't sign
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
import tempfile
from contextlib import suppress
from pathlib import Path

SECRET_NAME = "studio.secret"
SECRET_BYTES = 32


def signed(study: Path, name: str) -> str:
    """Sign a name; "" stays "", which forgets."""
    return f"{name}.{_mac(_secret(study), name)}" if name else ""


def name_in(study: Path, cookie: str) -> str:
    """Read a name from a cookie that was signed here; "" from any other."""
    name, _, mac = cookie.rpartition(".")
    path = study / SECRET_NAME
    if not name or not path.exists():
        return ""
    return name if hmac.compare_digest(_mac(path.read_text(encoding="ascii"), name), mac) else ""


def _mac(secret: str, name: str) -> str:
    return hmac.new(secret.encode(), f"winnow-name:{name}".encode(), hashlib.sha256).hexdigest()


def _secret(study: Path) -> str:
    """Read the study's secret; the first who asks makes it, whole and readable for its owner alone."""
    path = study / SECRET_NAME
    if not path.exists():
        handle, made = tempfile.mkstemp(dir=study, prefix=f".{SECRET_NAME}")  # made 0600
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(secrets.token_hex(SECRET_BYTES))
        with suppress(FileExistsError):  # somebody else was first: theirs stays
            os.link(made, path)
        Path(made).unlink()
    return path.read_text(encoding="ascii")
