"""Make the Argilla server's own Python environment, once, from the package registry.

The server holds back pydantic, httpx and fastapi, so it can't share Winnow's environment:

    python = server_python()        # ~/.cache/winnow/argilla-2.8.0/bin/python; the first call takes about a minute
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from filelock import FileLock

from winnow.data.files import cache_folder, write_text
from winnow.errors import WinnowError

VERSION = "2.8.0"
# Everything else is pinned by the server's own metadata; newer clicks break its command line.
REQUIREMENTS = (f"argilla-server=={VERSION}", "fakeredis==2.40.0", "click<8.2")


def server_python(tell: Callable[[str], None] = lambda _: None) -> Path:
    """Return the Python that runs the server, after making its environment where there is none.

    A stamp written last says that the environment is whole: what a killed run left is made again. Raises
    WinnowError with pip's last line when the packages can't be installed.
    """
    folder = cache_folder() / f"argilla-{VERSION}"
    python = folder / "bin" / "python"
    if _is_whole(folder):
        return python
    folder.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(folder.with_suffix(".lock")):
        if not _is_whole(folder):
            tell(f"making the Argilla server's environment in {folder} (once, about a minute)")
            shutil.rmtree(folder, ignore_errors=True)
            _make(folder)
    return python


def _is_whole(folder: Path) -> bool:
    stamp = folder / "requirements.txt"
    return stamp.is_file() and stamp.read_text() == "\n".join(REQUIREMENTS)


def _make(folder: Path) -> None:
    _run([sys.executable, "-m", "venv", str(folder)])
    pip = [str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    _run([*pip, "--upgrade", "pip"])  # the one that comes with Python takes minutes to resolve this
    _run([*pip, "--compile", *REQUIREMENTS])  # byte code made now is what lets every start take seconds
    write_text(folder / "requirements.txt", "\n".join(REQUIREMENTS))


def _run(command: list[str]) -> None:
    environment = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "PYTHONHOME")}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        last = (done.stderr or done.stdout).strip().splitlines()[-1:] or ["no message"]
        raise WinnowError(
            f"the Argilla server's environment can't be made: {last[0]}; check the network or pip's index, then run "
            "winnow label serve again"
        )
