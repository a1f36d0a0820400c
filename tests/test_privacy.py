"""Nothing leaves the machine: every connection to another one is refused and noted; the end-to-end test runs so too."""

from __future__ import annotations

import json

import pytest

from tests.alone import Alone
from tests.studio import studio_workspace
from winnow.counters import SWITCHES


@pytest.fixture
def alone(tmp_path) -> Alone:
    return Alone(tmp_path)


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
