"""Run an Argilla server as one process: database, owner, search index, jobs, API and web UI.

Started by the server's own Python; `home` holds everything that the server keeps:

    python launch.py serve HOME --host 127.0.0.1 --port 6900
    python launch.py worker HOME          # only beside a server that was given a real Redis
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import importlib.util
import json
import os
import sys
from collections.abc import AsyncIterator, Iterator, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any


def main() -> None:
    """Read the command and run it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("command", choices=["serve", "worker"])
    parser.add_argument("home", type=Path)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=6900)
    asked = parser.parse_args()
    credentials = json.loads((asked.home / "credentials.json").read_text())
    package = _own_package()
    _set_environment(asked.home, asked.host, asked.port, credentials["secret"])
    if asked.command == "worker":
        _work(package)
        return
    with _only_server_of(asked.home, f"http://{asked.host}:{asked.port}"):
        _serve(package, asked.host, asked.port, credentials)


@contextlib.contextmanager
def _only_server_of(home: Path, url: str) -> Iterator[None]:
    """Hold the lock that says a server runs here, and tell who and where it is."""
    from filelock import FileLock, Timeout  # here by what the server's own packages ask for

    told, partial = home / "server.json", home / "server.json.part"
    try:
        with FileLock(home / "server.lock", timeout=2, poll_interval=0.02):  # who only looks holds it for an instant
            partial.write_text(json.dumps({"url": url, "pid": os.getpid()}), encoding="utf-8")
            partial.replace(told)
            yield
    except Timeout as busy:
        raise SystemExit(f"another server holds {busy.lock_file}") from None


def _own_package() -> ModuleType:
    """Load this folder as a package without its parents, whose dependencies aren't installed here."""
    folder = Path(__file__).parent
    spec = importlib.util.spec_from_file_location("argilla_search", folder / "__init__.py")
    if spec is None or spec.loader is None:
        raise ImportError(f"{folder} isn't a package")
    package = importlib.util.module_from_spec(spec)
    sys.modules["argilla_search"] = package
    spec.loader.exec_module(package)
    return package


def _set_environment(home: Path, host: str, port: int, secret: str) -> None:
    """Configure the server, which reads its settings while it is imported."""
    os.environ |= {
        "ARGILLA_HOME_PATH": str(home),
        "ARGILLA_DATABASE_URL": f"sqlite+aiosqlite:///{home / 'argilla.db'}?check_same_thread=False",
        "ARGILLA_DATABASE_SQLITE_TIMEOUT": "60",
        "ARGILLA_SEARCH_ENGINE": "sqlite",
        "ARGILLA_AUTH_SECRET_KEY": secret,
        "ARGILLA_CORS_ORIGINS": json.dumps([f"http://{host}:{port}", f"http://localhost:{port}"]),
        "ARGILLA_ENABLE_TELEMETRY": "0",
        "HF_HUB_DISABLE_TELEMETRY": "1",
        "HF_HUB_OFFLINE": "1",
    }


def _serve(package: ModuleType, host: str, port: int, credentials: Mapping[str, str]) -> None:
    in_process = "ARGILLA_REDIS_URL" not in os.environ
    if in_process:
        importlib.import_module(".jobs", package.__name__).install()
    import alembic.config
    import uvicorn
    from argilla_server import app
    from argilla_server.database import ALEMBIC_CONFIG_FILE

    importlib.import_module(".speed", package.__name__).apply()
    app.add_middleware(importlib.import_module(".content_policy", package.__name__).ContentPolicy)
    alembic.config.main(argv=["-c", ALEMBIC_CONFIG_FILE, "upgrade", "head"])
    wrapped = app.router.lifespan_context

    @contextlib.asynccontextmanager
    async def lifespan(application: Any) -> AsyncIterator[None]:
        await _prepare(package, credentials)
        async with wrapped(application):
            jobs = importlib.import_module(".jobs", package.__name__)
            task = asyncio.create_task(jobs.run_jobs()) if in_process else None
            yield
            if task:
                task.cancel()

    app.router.lifespan_context = lifespan
    uvicorn.run(app, host=host, port=port, access_log=False, log_level="warning", timeout_graceful_shutdown=10)


def _work(package: ModuleType) -> None:
    """Run the server's own worker with this search engine registered."""
    importlib.import_module(".engine", package.__name__)
    from argilla_server.cli.worker import worker

    worker(queues=["high", "default"], num_workers=1)


async def _prepare(package: ModuleType, credentials: Mapping[str, str]) -> None:
    """Make the owner where there is none, and mend what a kill may have left behind."""
    from argilla_server.contexts import accounts
    from argilla_server.database import AsyncSessionLocal
    from argilla_server.models import User, UserRole

    repair = importlib.import_module(".repair", package.__name__)
    async with AsyncSessionLocal() as db:
        if await accounts.get_user_by_username(db, credentials["username"]) is None:
            await User.create(
                db,
                first_name="",
                username=credentials["username"],
                role=UserRole.owner,
                api_key=credentials["api_key"],
                password_hash=accounts.hash_password(credentials["password"]),
                workspaces=[],
            )
        for name, count in (await repair.repair(db)).items():
            if count:
                sys.stderr.write(f"index of {name}: {count} records mended\n")


if __name__ == "__main__":
    main()
