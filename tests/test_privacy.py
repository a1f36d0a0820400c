"""Nothing leaves the machine: the demo's stages are walked while every connection to another one is refused and noted."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.studio import studio_workspace
from tests.training_models import tiny_model  # noqa: F401
from winnow.counters import SWITCHES

ROOT = Path(__file__).parents[1]
DEMO = ROOT / "data" / "demo" / "faq.jsonl"
QUICK = """
ingest: {{sources: [faq.jsonl]}}
models: {{base: {base}}}
split: {{held_out: 6, validation: 4}}
preservation: {{share: {share}, surplus: 1.0, batch_size: 4}}
training: {{max_steps: 2, batch_size: 2, accumulation: 1, evaluations: 1}}
answers: {{max_new_tokens: 8}}
metrics: {{names: [rouge_l, token_f1]}}
"""


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


@pytest.fixture
def alone(tmp_path) -> Alone:
    return Alone(tmp_path)


def a_study(folder: Path, base: str, share: float, rows: int) -> Path:
    folder.mkdir()
    lines = DEMO.read_text().splitlines()[:rows]
    (folder / "faq.jsonl").write_text("\n".join(lines) + "\n")
    (folder / "winnow.yaml").write_text(QUICK.format(base=base, share=share))
    return folder


def test_what_wants_to_leave_is_refused_and_noted(alone):
    reach = "import socket, contextlib\nwith contextlib.suppress(OSError): socket.create_connection(('{}', 80), 5)"
    alone.python("-c", reach.format("192.0.2.7"))
    alone.python(
        "-c", f"import subprocess, sys; subprocess.run([sys.executable, '-c', {reach.format('example.org')!r}])"
    )
    assert [line.split()[1] for line in alone.wanted] == ["192.0.2.7", "example.org"]


def test_every_counter_is_off_as_soon_as_winnow_is_imported(alone):
    told = alone.python(
        "-c",
        "import json, winnow\n"
        "from huggingface_hub import constants\n"
        "from huggingface_hub.utils import send_telemetry\n"
        "from streamlit import config\n"
        "import os\n"
        "send_telemetry('winnow/test'); import time; time.sleep(0.3)\n"
        "print(json.dumps([constants.HF_HUB_DISABLE_TELEMETRY, config.get_option('browser.gatherUsageStats'), "
        "dict(os.environ)]))",
    )
    hub_off, streamlit_on, environment = json.loads(told.splitlines()[-1])
    assert hub_off is True
    assert streamlit_on is False
    assert {name: environment[name] for name in SWITCHES} == dict(SWITCHES)
    assert alone.wanted == []


def test_whoever_wants_to_be_counted_may(alone):
    alone.environment["HF_HUB_DISABLE_TELEMETRY"] = "0"
    told = alone.python("-c", "import winnow, os; print(os.environ['HF_HUB_DISABLE_TELEMETRY'])")
    assert told.strip() == "0"


def test_a_study_is_walked_from_rows_to_report_without_a_network(alone, tiny_model, tmp_path):  # noqa: F811
    """The real stages on a model of two random layers, which writes no preservation rows."""
    folder = a_study(tmp_path / "study", str(tiny_model), 0, 40)
    alone.winnow("run", "-w", str(folder))
    assert (folder / "report" / "report.html").exists()
    assert alone.wanted == []


def test_the_pages_are_drawn_without_a_network(alone, tmp_path):
    workspace = studio_workspace.make(tmp_path / "study")
    studio_workspace.curate(workspace)
    studio_workspace.answer(workspace)
    alone.environment["WINNOW_WORKSPACE"] = str(workspace.root)
    alone.python(
        "-c",
        "import app as shim\n"
        "from streamlit.testing.v1 import AppTest\n"
        "for name, *_ in shim.PAGES:\n"
        "    page = AppTest.from_file('app.py', default_timeout=120)\n"
        "    page.session_state['reviewer'] = 'ada'\n"
        "    page = page.switch_page(f'studio/browser/{name}.py').run()\n"
        "    assert not page.exception, page.exception\n",
    )
    assert alone.wanted == []


@pytest.mark.slow
def test_the_demo_is_walked_with_its_own_model_without_a_network(alone, tmp_path):
    folder = a_study(tmp_path / "study", "smollm2-135m-instruct", 0.25, 60)
    alone.winnow("run", "-w", str(folder))
    assert (folder / "report" / "report.html").exists()
    assert alone.wanted == []
