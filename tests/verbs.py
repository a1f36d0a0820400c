"""Verbs of the terminal, run in this process: one of its own costs seconds of imports each time.

>>> winnow("plan", "power", "20").returncode
0
"""

from __future__ import annotations

import io
import logging
import sys
from contextlib import chdir, redirect_stderr, redirect_stdout
from pathlib import Path
from typing import NamedTuple
from unittest.mock import patch

from studio.terminal.main import main

ROOT = Path(__file__).parents[1]


class Done(NamedTuple):
    """What a verb left behind, under the names of `subprocess.CompletedProcess`."""

    returncode: int
    stdout: str
    stderr: str


def winnow(*arguments: str, cwd: Path = ROOT) -> Done:
    """Run `winnow ARGUMENTS` in a folder, from the entry point that the command has."""
    out, err = io.StringIO(), io.StringIO()
    warnings = logging.StreamHandler(err)  # where nobody else listens, as here pytest, Python writes them on stderr
    warnings.setLevel(logging.WARNING)
    logging.getLogger().addHandler(warnings)
    with chdir(cwd), redirect_stdout(out), redirect_stderr(err), patch.object(sys, "argv", ["winnow", *arguments]):
        try:
            main()
            code = 0
        except SystemExit as ended:
            code = ended.code if isinstance(ended.code, int) else int(ended.code is not None)
        finally:
            logging.getLogger().removeHandler(warnings)
    return Done(code, out.getvalue(), err.getvalue())
