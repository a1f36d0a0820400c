"""The rater: one model and one rubric, ratings kept on disk as they come, so that none is asked for twice.

rater = open_rater(config.quality.rater, folder)
rater.estimate(records).line()              # "rater smollm2…: 1,200 rows to rate (1,200 requests), 800 rated before …"
ratings = rater.rate(records, say, advance)     # a second run, or one after a kill, asks only what is missing
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from math import nan
from pathlib import Path

from curation.rater.asking import Advance, Asker, asker_of
from curation.rater.estimate import Estimate
from curation.rater.prompt import prompt
from curation.rater.rating import EMPTY, REFUSED, TOO_LONG, Rating
from winnow.config.quality import RaterConfig
from winnow.data.files import append_lines, whole_lines
from winnow.data.records import Record, content_hash
from winnow.models.identity import weights_hash
from winnow.models.names import resolve_base_model

MAX_PROMPT_CHARACTERS = 20_000  # half a text would be rated for what it doesn't say
TIMED_ROWS = 8  # asked first, to say how long the others take
ROWS_COUNTED_AT_ONCE = 1_000  # whose prompts are in memory

Say = Callable[[str], None]


@dataclass
class Rater:
    """Rates records; `identity` says which weights, so that a stored rating can't be another model's."""

    settings: RaterConfig
    asker: Asker
    identity: str
    cache_file: Path

    def estimate(self, records: Sequence[Record], *, timed: bool = False) -> Estimate:
        """Count what is missing and its tokens; `timed` asks for a few rows to say how fast it goes. Stores nothing."""
        keys, known = [self._key(record) for record in records], dict(self._stored())
        missing = _missing(keys, records, known)
        prompts = (prompt(record, self.settings) for record in missing.values())
        read = sum(self.asker.tokens(part) for part in iter(lambda: [*islice(prompts, ROWS_COUNTED_AT_ONCE)], []))
        found = Estimate(
            str(self.settings.model),
            len(missing),
            sum(key in known for key in keys if isinstance(key, str)),
            read,
            len(missing) * self.asker.written,
            self.asker.is_here,
            (self.settings.input_price, self.settings.output_price),
            self.settings.currency,
        )
        return replace(found, speed=self._timed(missing)[0]) if timed and missing else found

    def rate(self, records: Sequence[Record], say: Say, advance: Advance = lambda done: None) -> list[Rating]:
        """Rate each record, in their order; equal rows are asked for once, and what it takes is said before it begins.

        A row without a rating (nothing in it, too much of it, a reply that is none) has a NaN that says why.
        """
        whole_lines(self.cache_file)  # cuts off what a kill left of a last line
        keys, known = [self._key(record) for record in records], dict(self._stored())
        missing = _missing(keys, records, known)
        if missing:
            say(self.estimate(records).line())
            speed, timed = self._timed(missing)
            self._keep(known, timed)
            if left := len(missing) - len(timed):
                say(
                    f"rater: {speed:.1f} rows/s on the first {len(timed)}; {left:,} left, {left / speed:,.0f} s at that"
                )
        open_ = [(key, record) for key, record in missing.items() if key not in known]
        advance(len(records) - len(open_))
        for start in range(0, len(open_), self.asker.batch):
            self._keep(known, self._asked(open_[start : start + self.asker.batch], advance))
        return [known[key] if isinstance(key, str) else key for key in keys]

    def _key(self, record: Record) -> str | Rating:
        """Name what the rating depends on, or say at once that there will be none."""
        if not (record.question.strip() and record.answer.strip()):
            return Rating(nan, EMPTY)
        written = prompt(record, self.settings)
        if len(written) > MAX_PROMPT_CHARACTERS:
            return Rating(nan, TOO_LONG)
        return content_hash(self.identity, self.asker.way, str(self.settings.highest), written)

    def _asked(self, rows: Sequence[tuple[str, Record]], advance: Advance | None = None) -> dict[str, Rating]:
        ratings = self.asker.rate([prompt(record, self.settings) for _, record in rows], advance)
        return {key: rating for (key, _), rating in zip(rows, ratings, strict=True)}

    def _timed(self, missing: Mapping[str, Record]) -> tuple[float, dict[str, Rating]]:
        """Ask for the first rows; returns how many a second that was, and their ratings."""
        rows = [*islice(missing.items(), TIMED_ROWS)]
        began = time.perf_counter()
        made = self._asked(rows)
        return len(rows) / (time.perf_counter() - began), made

    def _keep(self, known: dict[str, Rating], made: Mapping[str, Rating]) -> None:
        """Store ratings; what a server refused may be taken by it tomorrow."""
        lasting = {key: rating for key, rating in made.items() if not rating.shown.startswith(REFUSED)}
        append_lines(self.cache_file, *(json.dumps({"key": key, **r.as_dict()}) for key, r in lasting.items()))
        known.update(made)

    def _stored(self) -> Iterator[tuple[str, Rating]]:
        """Read what is on disk, without a change to a file that another process may be writing."""
        lines = self.cache_file.read_bytes().split(b"\n")[:-1] if self.cache_file.exists() else []
        return ((row["key"], Rating.from_dict(row)) for row in map(json.loads, lines))


def _missing(keys: Sequence[str | Rating], records: Sequence[Record], known: Mapping[str, Rating]) -> dict[str, Record]:
    """Give the first record of each key that has no rating yet."""
    found: dict[str, Record] = {}
    for key, record in zip(keys, records, strict=True):
        if isinstance(key, str) and key not in known:
            found.setdefault(key, record)
    return found


def open_rater(settings: RaterConfig, folder: Path) -> Rater:
    """Open the rater that the settings name, its ratings in a file of the folder; a server must be up, to be known."""
    assert settings.model is not None, "quality.rater.model is null: nobody rates"
    identity = weights_hash(resolve_base_model(settings.model))
    return Rater(settings, asker_of(settings), identity, folder / f"rater-{identity[:16]}.jsonl")
