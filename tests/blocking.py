"""Imports that fail as they would on another machine: without a library, or without what POSIX alone has.

Run at the start of a fresh process: python -c "from tests.blocking import only; only('requirements-core.txt'); …"
"""

from __future__ import annotations

import builtins
import os
import re
import sys
from importlib import metadata
from pathlib import Path

POSIX_MODULES = ("fcntl", "grp", "pty", "pwd", "resource", "syslog", "termios", "tty")
POSIX_FUNCTIONS = ("fork", "forkpty", "getuid", "killpg", "pread", "pwrite", "sched_getaffinity", "setsid")

HERE = ("localhost", "::1", "0.0.0.0", "::", "")  # the addresses of this machine


class Absent:
    """A finder, asked first, by which some packages are found nowhere."""

    def __init__(self, names: set[str]) -> None:
        self.names = names

    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in self.names:
            raise ModuleNotFoundError(f"No module named {name!r}, which isn't installed here", name=name)


def only(requirements: str) -> None:
    """Let no library be found but those of a requirements file and what they need themselves."""
    there, asked = set(), [named(line) for line in Path(requirements).read_text().splitlines() if named(line)]
    while asked:
        if (name := asked.pop()) not in there:
            there.add(name)
            needs = metadata.requires(name) or ()
            asked += [named(need) for need in needs if "extra ==" not in need and installed(named(need))]
    packages = metadata.packages_distributions()
    absent = {package for package, owners in packages.items() if not {named(owner) for owner in owners} & there}
    ours = {"app", "curation", "evaluation", "studio", "tests", "training", "winnow"}
    assert "torch" in absent, "this environment lacks what is to be hidden"
    sys.meta_path.insert(0, Absent(absent - ours - set(sys.stdlib_module_names)))


def without_network() -> None:
    """Refuse every connection and every question for a name that leaves this machine, and write it to a file.

    The file's name stands in REFUSED. For all processes of a tree: a sitecustomize on PYTHONPATH calls this.
    """
    refused = os.environ["REFUSED"]

    def refuse(event: str, arguments: tuple) -> None:
        if event not in ("socket.connect", "socket.sendto", "socket.getaddrinfo", "socket.gethostbyname"):
            return
        asked = arguments[1] if event in ("socket.connect", "socket.sendto") else arguments
        host = asked[0] if isinstance(asked, tuple) else None  # a path is a socket of this machine
        if host is None or str(host) in HERE or str(host).startswith("127."):
            return
        with open(refused, "a") as file:  # noqa: PTH123  (a path's own open may not be there yet)
            file.write(f"{event} {host}\n")
        raise ConnectionRefusedError(f"{host}: nothing may leave this machine")

    sys.addaudithook(refuse)


def named(line: str) -> str:
    """Give a requirement's name as pip compares it: "PyYAML>=6  # …" is pyyaml."""
    found = re.match(r"[A-Za-z0-9._-]+", line)
    return re.sub(r"[-_.]+", "-", found[0]).lower() if found else ""


def installed(name: str) -> bool:
    try:
        return bool(metadata.version(name))
    except metadata.PackageNotFoundError:
        return False


def without_posix() -> None:
    """Take away what Windows lacks from everybody but Python's own library, which knows on what system it runs."""
    usual = builtins.__import__

    def guarded(name, globals=None, locals=None, fromlist=(), level=0):
        asking = str((globals or {}).get("__name__", "")).partition(".")[0]
        if not level and name in POSIX_MODULES and asking not in sys.stdlib_module_names:
            raise ModuleNotFoundError(f"No module named {name!r}, which POSIX alone has", name=name)
        return usual(name, globals, locals, fromlist, level)

    builtins.__import__ = guarded
    for name in POSIX_FUNCTIONS:
        delattr(os, name)
