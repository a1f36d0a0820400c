"""How far a study is, looked at anew when a file of it changed or seconds passed; who can't wait gets the last look.

look = looked(workspace)                    # the stages as they stand
glanced(workspace, patience=0.3)            # the same if it is known that soon, else the look before, else None
"""

from __future__ import annotations

import time
from concurrent.futures import Future, ThreadPoolExecutor, TimeoutError
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

from studio.stations import Station, stations
from studio.study import Study
from winnow.data.stamps import Stamp, stamp
from winnow.study.workspace import Workspace

SECONDS_BETWEEN = 10.0  # looks at files deeper in the folder than those that `_state` sees


@dataclass(frozen=True)
class Look:
    """The stages as they were seen at a moment, of files in that state."""

    study: Study
    stations: list[Station]
    state: Stamp
    at: float


_last: dict[Path, Look] = {}
_coming: dict[Path, Future[Look]] = {}
_one_at_a_time = Lock()
_beside = ThreadPoolExecutor(1, "look")


def looked(place: Workspace) -> Look:
    """Look at the stages, or give the last look where nothing can have changed since."""
    with _one_at_a_time:
        state, before = _state(place), _last.get(place.root)
        if before and before.state == state and time.monotonic() - before.at < SECONDS_BETWEEN:
            return before
        study = Study(place, place.config())
        look = _last[place.root] = Look(study, stations(study), state, time.monotonic())
        return look


def glanced(place: Workspace, patience: float) -> Look | None:
    """Look at the stages beside, and wait for it as long as this; then the last look is given, None where none was."""
    coming = _coming.get(place.root)
    if coming is None or coming.done():
        coming = _coming[place.root] = _beside.submit(looked, place)
    try:
        return coming.result(patience)
    except TimeoutError:
        return _last.get(place.root)


def _state(place: Workspace) -> Stamp:
    return stamp(*sorted(place.root.glob("*")), *sorted(place.root.glob("*/*")))
