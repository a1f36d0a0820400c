"""The studio in a terminal: one verb a stage.

winnow curate faq.jsonl --out curated      # bare files
winnow run                                 # every stage of the study here that isn't up to date
"""

from __future__ import annotations

import logging
import os
import sys

import typer

from studio.road import ROAD
from studio.terminal import add, curate, evaluate, label, plan, release, run, search, studio, tune
from winnow import DISTRIBUTION
from winnow.errors import InputError, WinnowError

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Curate domain question-answer pairs, tune a small model on them, and know that it got better.\n\n"
    "winnow demo    shows the whole road on shipped data.",
    epilog="The road: " + " ─ ".join(stage.name for stage in ROAD),
)
for module in (studio, curate, add, label, plan, tune, evaluate, search, release, run):
    module.register(app)


def main() -> None:
    """Run a verb; an error is one line on stderr and an exit code that says its kind."""
    _quiet_libraries()
    try:
        app()
    except WinnowError as error:
        _fail(str(error), error.exit_code)
    except ModuleNotFoundError as error:  # where only the core requirements are installed
        _fail(f"{error.name} isn't installed, which this needs; run: pip install {DISTRIBUTION}", InputError.exit_code)
    except (OSError, MemoryError) as error:
        _fail(f"{type(error).__name__}: {error}; free space or memory, or check the path", 1)
    except KeyboardInterrupt:
        _fail("interrupted; run the same command again to go on", 130)


def _quiet_libraries() -> None:
    """Leave stderr to Winnow's own progress: loading bars and hints about absent kernels help nobody here."""
    os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    logging.getLogger("bitsandbytes").setLevel(logging.ERROR)


def _fail(message: str, code: int) -> None:
    if os.environ.get("WINNOW_DEBUG"):
        raise
    typer.echo(" ".join(message.split()), err=True)
    sys.exit(code)


if __name__ == "__main__":
    main()
