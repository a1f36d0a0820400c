"""How far a study is, looked at anew when a file of it changed or seconds passed; who can't wait gets the last look.

look = looked(workspace)                    # the stages as they stand
glanced(workspace, patience=0.3)            # the same if it is known that soon, else the look before, else None
"""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor, TimeoutError
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from time import monotonic

from studio.stations import Station, stations
from studio.study import Study
from winnow.data.stamps import Stamp, stamp
from winnow.study.workspace import Workspace

SECONDS_BETWEEN = 10.0  # looks at files deeper in the folder than those that `_state` sees
SHARE_OF_TIME = 0.1  # that looks beside may take: votes change the study's files all the time, and wait for them


@dataclass(frozen=True)
class Look:
    """The stages as they were seen at a moment, of files in that state; how long it took, in seconds."""

    study: Study
    stations: list[Station]
    state: Stamp
    at: float
    took: float


_last: dict[Path, Look] = {}
_coming: dict[Path, Future[Look]] = {}
_one_at_a_time = Lock()
_beside = ThreadPoolExecutor(1, "look")


def looked(place: Workspace) -> Look:
    """Look at the stages, or give the last look where nothing can have changed since."""
    with _one_at_a_time:
        state, before = _state(place), _last.get(place.root)
        if before and before.state == state and monotonic() - before.at < SECONDS_BETWEEN:
            return before
        began, study = monotonic(), Study(place, place.config())
        found, at = stations(study), monotonic()
        look = _last[place.root] = Look(study, found, state, at, at - began)
        return look


def glanced(place: Workspace, patience: float) -> Look | None:
    """Look at the stages beside, and wait for it as long as this; then the last look is given, None where none was.

    After a look that took a second nobody looks beside for ten.
    """
    last = _last.get(place.root)
    if last and monotonic() - last.at < last.took / SHARE_OF_TIME:
        return last
    coming = _coming.get(place.root)
    if coming is None or coming.done():
        coming = _coming[place.root] = _beside.submit(looked, place)
    try:
        return coming.result(patience)
    except TimeoutError:
        return _last.get(place.root)


def _state(place: Workspace) -> Stamp:
    return stamp(*sorted(place.root.glob("*")), *sorted(place.root.glob("*/*")))
