"""Errors that a person can act on: one line, and an exit code that a script can act on."""

from __future__ import annotations

import importlib
from types import ModuleType

from winnow import DISTRIBUTION


class WinnowError(Exception):
    """Say in one line what is wrong, the value, where it stands and the remedy."""

    exit_code = 1


class InputError(WinnowError):
    """The user's file, value or command is at fault."""

    exit_code = 2


class NotInstalled(InputError):
    """A package that this needs isn't here; the message says how to install it."""


class PlanChanged(WinnowError):
    """Something differs from the frozen plan."""

    exit_code = 3


class GateFailed(WinnowError):
    """The tuned model lost more than the plan's margin allows."""

    exit_code = 4


class Inconclusive(WinnowError):
    """The data can't tell whether the margin holds."""

    exit_code = 5


def require(module: str, extra: str) -> ModuleType:
    """Import an optional module, or raise NotInstalled with the line that installs it."""
    try:
        return importlib.import_module(module)
    except ModuleNotFoundError as error:
        if error.name and error.name.split(".")[0] != module.split(".")[0]:
            raise
        raise NotInstalled(f"{module} isn't installed; run: {install_line(extra)}") from error


def install_line(*extras: str) -> str:
    """Write the command that installs Winnow with extras: `pip install 'winnow-studio[rag]'`."""
    return f"pip install '{DISTRIBUTION}[{','.join(extras)}]'"
