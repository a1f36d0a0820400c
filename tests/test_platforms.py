"""Nothing that POSIX alone has is asked for: modules, curation, scores and pages work where it is absent."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.blocking import POSIX_FUNCTIONS, POSIX_MODULES
from tests.studio import studio_workspace as study

ROOT = Path(__file__).parents[1]
FLOORS = ("winnow", "curation", "training", "evaluation", "studio")
WITHOUT = "from tests.blocking import without_posix; without_posix()\n"
# Where a module asks first whether the system has it.
ASKED_FOR = {"winnow/parallel/processes.py": {"resource", "fork"}}
# What Windows lacks besides: needed by libraries of this machine, so that it can't be taken away while they run.
LACKING = {
    *POSIX_FUNCTIONS,
    "sysconf",
    "geteuid",
    "getgid",
    "getloadavg",
    "uname",
    "statvfs",
    "mkfifo",
    "SIGKILL",
    "SIGHUP",
}


def elsewhere(code: str) -> str:
    """Run Python where nothing of POSIX is; give what it prints."""
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT + code], cwd=ROOT, env={**os.environ, "USERNAME": "ada"},
        capture_output=True, text=True, timeout=600, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


def test_no_module_names_what_posix_alone_has():
    found = set()
    for path in (file for floor in FLOORS for file in (ROOT / floor).rglob("*.py")):
        name = path.relative_to(ROOT).as_posix()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            named = set()
            if isinstance(node, ast.Import):
                named = {alias.name for alias in node.names} & set(POSIX_MODULES)
            elif isinstance(node, ast.ImportFrom):
                named = {node.module} & set(POSIX_MODULES)
            elif (
                isinstance(node, ast.Attribute)
                and isinstance(node.value, ast.Name)
                and node.value.id in ("os", "signal")
            ):
                named = {node.attr} & LACKING
            found |= {(name, one) for one in named - ASKED_FOR.get(name, set())}
    assert found == set()


def test_every_module_is_imported_where_posix_is_absent():
    """But the pages, which run when they are imported, and the modules that the Argilla server's own Python runs."""
    told = elsewhere(f"""
import importlib, pkgutil
import app
pages = {{f"studio.browser.{{name}}" for name, *_ in app.PAGES}} | {{"studio.browser.start"}}
skipped = lambda name: name in pages or name.startswith("curation.labelling.argilla.search.")
names = [found.name for found in pkgutil.walk_packages(["."]) if found.name.split(".")[0] in {FLOORS!r}]
for name in names:
    if not skipped(name):
        importlib.import_module(name)
print(len(names))
""")
    assert int(told) > 400


@pytest.mark.slow
def test_rows_are_curated_by_spawned_workers_and_scored_where_posix_is_absent(tmp_path):
    rows = (ROOT / "data" / "demo" / "faq.jsonl").read_text().splitlines()[:40]
    file = tmp_path / "faq.jsonl"
    file.write_text("".join(f"{row}\n" for row in rows))
    told = elsewhere(f"""
import json, os
from winnow import curate, score
from winnow.parallel.engine import spread
curated = curate({str(file)!r})
answers = [{{"question": one.question, "reference": one.answer, "prediction": one.answer}} for one in curated.kept]
scored = score(answers, ["token_f1"])
workers = set(spread(lambda part: [os.getpid() for _ in part], range(100), least=2))
print(json.dumps([len(curated.kept) + len(curated.removed), scored.figures["token_f1"].interval.estimate,
                  os.getpid() in workers]))
""")
    total, f1, by_itself = json.loads(told.splitlines()[-1])
    assert (total, f1) == (40, 1.0)
    assert by_itself is False or len(workers_here()) == 1


def workers_here() -> range:
    from winnow.parallel.engine import cores

    return range(cores())


@pytest.mark.parametrize("made", [False, True], ids=["nothing made yet", "answered"])
def test_the_studios_pages_open_where_posix_is_absent(made, tmp_path):
    workspace = study.make(tmp_path)
    if made:
        study.curate(workspace)
        study.answer(workspace)
    told = elsewhere(f"""
import os
os.environ["WINNOW_WORKSPACE"] = {str(tmp_path)!r}
import app as shim
from streamlit.testing.v1 import AppTest
for name, *_ in shim.PAGES:
    page = AppTest.from_file("app.py", default_timeout=120)
    page.session_state["reviewer"] = "ada"
    page = page.switch_page(f"studio/browser/{{name}}.py").run()
    assert not page.exception, (name, page.exception)
    print(name)
""")
    assert "results" in told
