"""Start and stop a real Argilla server, API and web UI, as one process on this machine.

    server = serve(home, background=True)       # http://127.0.0.1:6900; the first call makes its environment
    stop(home)

`home` holds all that the server keeps: its database, search indexes, credentials (mode 600), log and lock.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import psutil
from filelock import FileLock, Timeout

from curation.labelling.argilla.credentials import credentials_file, load
from curation.labelling.argilla.environment import server_python
from winnow.errors import InputError, WinnowError

DEFAULT_PORT = 6900
_LAUNCHER = Path(__file__).parent / "search" / "launch.py"
_START_SECONDS = 180  # a start takes seconds; a first one on a busy machine migrates and compiles
_STOP_SECONDS = 20
_LOOK_SECONDS = 0.1  # who only looks holds the lock for an instant
Tell = Callable[[str], None]


@dataclass(frozen=True)
class Server:
    """A running server."""

    url: str
    pid: int


def serve(
    home: Path,
    host: str = "127.0.0.1",
    port: int = DEFAULT_PORT,
    background: bool = False,
    redis_url: str | None = None,
    tell: Tell = lambda _: None,
) -> Server:
    """Start the server and, unless `background`, stay until it ends.

    Port 0 takes a free one. Without `redis_url` jobs run in the server's own process. `tell` is given each line
    a person should see; the owner's password is among them once, when it is made. Raises InputError when the
    port is taken or a server runs here already, WinnowError with the log's last line when it doesn't start.
    """
    if (known := running(home)) is not None:
        raise InputError(f"a server for {home} runs already at {known.url}; stop it with: winnow label serve --stop")
    port = _free_port(host, port)
    python = server_python(tell)
    first_use = not credentials_file(home).exists()
    credentials = load(home)
    if first_use:
        tell(f"signs in as {credentials.username}, password {credentials.password} (kept in {credentials_file(home)})")
    began = time.monotonic()
    process = _launch(python, home, host, port, redis_url)
    try:
        server = _wait_until_ready(process, home, host, port)
        tell(f"Argilla answers at {server.url} after {time.monotonic() - began:.1f} s")
        if not background:
            process.wait()
    except BaseException:
        process.terminate()
        process.wait()
        raise
    return server


def stop(home: Path) -> bool:
    """End the server of this home, by its own process id; False when none runs."""
    server = running(home)
    if server is None:
        return False
    deadline = time.monotonic() + _STOP_SECONDS
    with contextlib.suppress(psutil.NoSuchProcess):  # it ended meanwhile
        process = psutil.Process(server.pid)
        process.terminate()
        while running(home) is not None:
            if time.monotonic() > deadline:
                process.kill()
            time.sleep(0.05)
    return True


def running(home: Path) -> Server | None:
    """Find the server of this home.

    The server holds a lock for as long as it lives, so a process that merely has its number is never taken for it.
    """
    path = home / "server.json"
    if not path.exists():
        return None
    try:
        with FileLock(home / "server.lock", timeout=_LOOK_SECONDS, poll_interval=0.02):
            return None
    except Timeout:
        return Server(**json.loads(path.read_text(encoding="utf-8")))


def _free_port(host: str, port: int) -> int:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise InputError(f"port {port} on {host} can't be used ({error.strerror}); pass another --port") from error
        return int(probe.getsockname()[1])


def _launch(python: Path, home: Path, host: str, port: int, redis_url: str | None) -> subprocess.Popen[bytes]:
    scratch = home / "tmp"  # the server copies its web UI to a temporary folder and never removes it
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir()
    inherited = {k: v for k, v in os.environ.items() if not k.startswith(("ARGILLA_", "PYTHONPATH", "PYTHONHOME"))}
    environment = inherited | {"TMPDIR": str(scratch)} | ({"ARGILLA_REDIS_URL": redis_url} if redis_url else {})
    # -P: the launcher's folder isn't a place to import from, or its modules could hide the server's.
    command = [str(python), "-P", str(_LAUNCHER), "serve", str(home.resolve()), "--host", host, "--port", str(port)]
    with (home / "server.log").open("w") as log:
        return subprocess.Popen(
            command,
            cwd=scratch,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


def _wait_until_ready(process: subprocess.Popen[bytes], home: Path, host: str, port: int) -> Server:
    import httpx

    url = f"http://{host}:{port}"
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise WinnowError(f"the Argilla server ended while starting: {_complaint(home)}; see {home / 'server.log'}")
        try:
            if httpx.get(f"{url}/api/v1/version", timeout=2).is_success:
                return Server(url, process.pid)
        except httpx.TransportError:
            time.sleep(0.1)
    raise WinnowError(f"the Argilla server didn't answer within {_START_SECONDS} s; see {home / 'server.log'}")


def _complaint(home: Path) -> str:
    """Find the line of the log that says what went wrong: the last one that names an error, or the last."""
    lines = (home / "server.log").read_text(errors="replace").strip().splitlines() or ["no message"]
    named = [line for line in lines if re.match(r"[\w.]*(Error|Exception|Exit)\b", line)]
    return (named or lines)[-1]
