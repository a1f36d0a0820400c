"""A machine without a network: what is run there can reach this machine alone, and what it wanted to reach is noted.

alone = Alone(tmp_path)
alone.winnow("run", "-w", "study")
alone.wanted                        # ["socket.getaddrinfo huggingface.co"] where something asked for another machine
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from winnow.counters import SWITCHES

ROOT = Path(__file__).parents[1]


class Alone:
    """A machine without a network: processes run on it, and what they wanted to reach is known afterwards."""

    def __init__(self, folder: Path) -> None:
        self.refused = folder / "refused.txt"
        site = folder / "site"
        site.mkdir()
        (site / "sitecustomize.py").write_text("from tests.blocking import without_network\nwithout_network()\n")
        switched = {*SWITCHES, "HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE", "HF_DATASETS_OFFLINE"}
        kept = {name: value for name, value in os.environ.items() if name not in switched}
        path = os.pathsep.join((str(site), str(ROOT)))
        self.environment = {**kept, "REFUSED": str(self.refused), "PYTHONPATH": path}

    def python(self, *words: str) -> str:
        command = [sys.executable, *words]
        done = subprocess.run(
            command, cwd=ROOT, env=self.environment, capture_output=True, text=True, timeout=1800, check=False
        )
        assert done.returncode == 0, done.stderr[-3000:]
        return done.stdout

    def winnow(self, *words: str) -> str:
        return self.python("-m", "studio.terminal.main", *words)

    @property
    def wanted(self) -> list[str]:
        return self.refused.read_text().splitlines() if self.refused.exists() else []
