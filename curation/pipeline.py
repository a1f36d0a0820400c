"""The pipeline: pairs, signals and topics are measured once; the ordered steps decide from them and can be repeated.

measure(course)                     # course.pairs, course.signals, course.topics
for name in STEPS:
    course.decide(name)             # decisions on the rows that the earlier steps left
"""

from __future__ import annotations

import logging
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from curation.corpus.corpus import learn
from curation.corpus.tools import Tools
from curation.fit.load import load_tools, tool_models
from curation.labelling.learning import verdicts_of
from curation.pairs import candidates
from curation.rater import column
from curation.rater.estimate import Estimate
from curation.rater.rater import Rater, open_rater
from curation.signals import measuring
from curation.steps import contamination, contradictions, duplicates, manners, quality, repair, selection
from curation.steps.copies import Copies
from curation.steps.manners import Manners
from curation.suspicion.model import can_learn
from curation.suspicion.order import with_suspicion
from winnow.code import code_hash
from winnow.config import Config, settings_hash
from winnow.data.files import write_json, write_table
from winnow.data.ledger import Decision, View, settle
from winnow.data.records import RECORDS, content_hash, to_records
from winnow.models.embedder import Embedder
from winnow.models.identity import weights_hash
from winnow.models.word_vectors import word_vectors
from winnow.parallel.cache import Measurement, rows_hash
from winnow.parallel.engine import is_local, spread_map
from winnow.progress import Progress, silent
from winnow.study.workspace import Curated
from winnow.text.lexicon import given_lexicons
from winnow.text.topics import Topics, find_topics

LOG = logging.getLogger(__name__)


@dataclass
class Course:
    """The state of one run: the records, the measurements, and the decisions of the steps so far."""

    curated: Curated
    config: Config
    records: pa.Table
    people: list[Decision]
    held_out: pa.Table = field(default_factory=RECORDS.empty_table)
    progress: Progress = silent
    steps: list[Decision] = field(default_factory=list)
    pairs: pa.Table | None = None
    signals: pa.Table | None = None
    topics: Topics | None = None
    manners: Manners = field(default_factory=Manners)
    timings: dict[str, float] = field(default_factory=dict)
    columns: dict[str, Any] = field(default_factory=dict)  # of each source, by role

    @cached_property
    def embedder(self) -> Embedder:
        """The encoder with this folder's cache; it loads its model only for a text it hasn't seen."""
        mapper = map if is_local() else spread_map
        return Embedder(self.config.models.embedder, self.curated.root / "cache", mapper=mapper)

    def view(self) -> View:
        """How the rows stand after the steps so far, people's decisions included."""
        return settle(self.records, self.steps, self.people)

    def decide(self, name: str) -> None:
        """Run one step on the rows still there, and write and count in its decisions."""
        with self.timed(name):
            self.write(name, STEPS[name](self.view().kept_table, self))

    def write(self, name: str, decisions: list[Decision]) -> None:
        """Replace a step's decisions on disk and count them in."""
        self.curated.ledger.write_step(ORDER[name], name, decisions, settings_hash(getattr(self.config, name)))
        self.steps += decisions

    @contextmanager
    def timed(self, name: str) -> Iterator[None]:
        """Note the seconds of a block, and show that it runs."""
        began = time.perf_counter()
        with self.progress(name, None):
            yield
        self.timings[name] = round(time.perf_counter() - began, 3)


def _clean(table: pa.Table, course: Course) -> list[Decision]:
    """Learn what holds of whole files, and repair the rows by it."""
    course.manners = manners.learn(table)
    cleaned = repair.clean(table, course.config.clean, course.manners)
    write_json(course.curated.manners_file, [manner.as_json() for manner in cleaned.manners])
    return cleaned.decisions


def _faults(table: pa.Table, course: Course) -> dict[str, int]:
    """Count the faults of each row that may have a copy: the signals that flag it, and repairs of what was seen."""
    pairs = _judged(course.pairs)
    ids = pc.unique(pa.concat_arrays([pairs[name].combine_chunks() for name in ("id_a", "id_b")]))
    rows = table.filter(pc.is_in(table["id"], ids))
    flagged = quality.decide(_of(course.signals, rows), rows, course.config.quality)
    found = {(d.id, d.evidence["signal"]) for d in flagged if d.evidence["signal"] not in measuring.OF_THE_FILE}
    found |= {(d.id, "repaired") for d in course.steps if d.step == repair.STEP and repair.is_of_row(d)}
    return Counter(id_ for id_, _ in found)


def _select(table: pa.Table, course: Course) -> list[Decision]:
    """Choose `selection.rows` of the rows; a flagged row counts half in quality."""
    settings, seed = course.config.selection, course.config.seed
    if settings.rows is None or settings.rows >= len(table):
        return []
    assert course.topics is not None, "measure() comes before the steps that decide from it"
    ids, vectors = table["id"].to_pylist(), course.embedder.embed(table["question"].to_pylist())
    marks = dict.fromkeys(course.view().flags, 0.5)
    chosen = selection.select(ids, vectors, marks, course.topics, settings, seed)
    return selection.decide(ids, chosen, course.topics, settings)


Step = Callable[[pa.Table, Course], list[Decision]]

# The table of contents. A step sees the rows that the steps before it left, with their texts as repaired. From the
# third on they decide from what was measured, so that a threshold can move without measuring again.
STEPS: dict[str, Step] = {
    "clean": _clean,
    "contamination": lambda table, course: contamination.decide(
        table, course.held_out, course.config.contamination, course.embedder
    ),
    "duplicates": lambda table, course: duplicates.decide(
        _judged(course.pairs), table, course.config.duplicates, _faults(table, course), repair.thoughts(course.steps)
    ),
    "contradictions": lambda table, course: contradictions.decide(
        _judged(course.pairs), table, course.config.contradictions
    ),
    "quality": lambda table, course: quality.decide(_of(course.signals, table), table, course.config.quality),
    "selection": _select,
}
MEASURED = ("duplicates", "contradictions", "quality", "selection")
MAX_ROWS_WITH_MODEL_KEPT = 200_000  # beyond, half a gigabyte is worth more than the ten seconds that loading takes
ORDER = {name: place for place, name in enumerate(("ingest", *STEPS))}


def copies_in(course: Course) -> Copies:
    """Number the copies among the rows that the steps so far left, with their faults, as `duplicates` does."""
    table = course.view().kept_table
    return Copies.of(_judged(course.pairs), table, course.config.duplicates, _faults(table, course))


def _of(measured: pa.Table | None, table: pa.Table, column: str = "id") -> pa.Table:
    assert measured is not None, "measure() comes before the steps that decide from it"
    return measured.filter(pc.is_in(measured[column], table["id"].combine_chunks()))


def _judged(pairs: pa.Table | None) -> pa.Table:
    """All pairs, also of rows that left: what a removed row contradicts is flagged for the copy that stays."""
    assert pairs is not None, "measure() comes before the steps that decide from it"
    return pairs


def measure(course: Course) -> None:
    """Judge the pairs, measure the signals and find the topics of every row that a moved threshold could bring back."""
    table = course.view().kept_table
    said = manners.said(table, course.manners)
    cache, signals = course.curated.root / "cache", _signals_of(table, said, course)
    rater = _rater(course.config, cache)  # first: a server that isn't there ends the run before any hour is spent
    if signals.path(cache).exists() or len(table) > MAX_ROWS_WITH_MODEL_KEPT:
        _measure(table, said, course, cache, signals)
    else:
        with course.embedder.loading():
            _measure(table, said, course, cache, signals)
    assert course.signals is not None, "_measure() sets them"
    if rater is not None:
        course.signals = _rated(course.signals, table, course, rater)
    with course.timed("suspicion"):
        judged, bad = _judged_rows(said, course, cache)
        course.signals, standing = with_suspicion(course.signals, judged, bad)
        write_json(course.curated.suspicion_file, standing.as_json())
    write_table(course.curated.signals_file, course.signals)


def _measure(table: pa.Table, said: pa.Table, course: Course, cache: Path, signals: Measurement) -> None:
    with course.timed("pairs"):
        course.pairs = candidates.find_once(table, course.config.duplicates, course.embedder, cache)
        write_table(course.curated.pairs_file, course.pairs)
    with course.timed("signals"):
        course.signals = signals.once(cache, lambda: _measure_signals(table, said, course))
    with course.timed("topics"):
        count, seed = course.config.selection.topics, course.config.seed
        topics = Measurement("topics", [find_topics.__module__], [rows_hash(table), str(count), str(seed)])
        found = topics.once(cache, lambda: _topics(table, count, seed))
        write_table(course.curated.topics_file, found)
        course.topics = Topics.from_table(found)


def _rater(config: Config, cache: Path) -> Rater | None:
    return None if config.quality.rater.model is None else open_rater(config.quality.rater, cache)


def _rated(values: pa.Table, table: pa.Table, course: Course, rater: Rater) -> pa.Table:
    """Ask a model for a rating of every row, but for those that it rated before."""
    records, began = list(to_records(table)), time.perf_counter()
    assert values["id"].to_pylist() == [record.id for record in records], "signals stand in the order of the rows"
    with course.progress("rater", len(records)) as advance:
        ratings = rater.rate(records, LOG.warning, advance)
    course.timings["rater"] = round(time.perf_counter() - began, 3)
    LOG.warning("rater: %s", column.in_words([r.shown for r in ratings], [r.is_rated for r in ratings]))
    return column.with_ratings(values, ratings)


def estimate_rating(records: pa.Table, people: Sequence[Decision], config: Config, cache: Path) -> Estimate:
    """Say what rating all rows would take, with their texts as repaired; of a model that runs here a few are timed.

    Nothing is written, and no row leaves this machine. Steps before the signals may remove some of the rows.
    """
    rater = open_rater(config.quality.rater, cache)
    repaired = repair.clean(records, config.clean, manners.learn(records)).decisions
    rows = list(to_records(settle(records, repaired, people).kept_table))
    return rater.estimate(rows, timed=rater.asker.is_here)


def _judged_rows(said: pa.Table, course: Course, cache: Path) -> tuple[pa.Table, NDArray[np.bool_]]:
    """Measure the rows that people judged with the texts that they saw; none where too few are to learn from."""
    verdicts = verdicts_of(course.people)
    seen = settle(course.records, course.steps).kept_table
    rows = seen.filter(pc.is_in(seen["id"], pa.array([*verdicts], pa.string())))
    bad = np.array([verdicts[id_] for id_ in rows["id"].to_pylist()], bool)
    if not can_learn(bad):
        return measuring.VALUES.empty_table(), np.zeros(0, bool)
    judged = manners.said(rows, course.manners)
    measurement = replace(_signals_of(rows, said, course), kind="judged")
    return measurement.once(cache, lambda: _measure_like(judged, said, course)), bad


def _topics(table: pa.Table, count: int, seed: int) -> pa.Table:
    return find_topics(table["id"].to_pylist(), table["question"].to_pylist(), count, seed).to_table()


def _signals_of(table: pa.Table, said: pa.Table, course: Course) -> Measurement:
    """Name everything that the signals' values depend on; limits aren't among it."""
    tools = course.config.quality
    names = (tools.cross_encoder, tools.difficulty, tools.personal_data.recogniser)
    models_of = tool_models(tools, course.config.models.base, course.curated.taught_reader)
    weights = [weights_hash(model) for model in models_of.values()]
    encoder, models = course.embedder.weights, settings_hash(course.config.models)
    lexicons = [lexicon.digest for lexicon in given_lexicons(tools.lexicons)]
    made_of = [rows_hash(table), rows_hash(said), encoder, models, *map(str, names), *weights, *lexicons]
    return Measurement("signals", [measuring.__name__, load_tools.__module__, learn.__module__], made_of)


def _tools(course: Course) -> Tools:
    return load_tools(course.config.quality, course.config.models.base, course.embedder, course.curated.taught_reader)


def _measure_signals(table: pa.Table, said: pa.Table, course: Course) -> pa.Table:
    """Measure what each row says by itself: a sign-off of the whole file is no row's fault, unless it names people."""
    tools = _tools(course)
    made_of = settings_hash(course.config.quality.personal_data), *(lexicon.digest for lexicon in tools.lexicons)
    kept = course.curated.root / "cache" / f"own-{content_hash(code_hash(measuring.__name__), *made_of)[:16]}.parquet"
    values = measuring.measure(said, learn(said, word_vectors(course.embedder)), tools, kept)
    return measuring.with_personal_data(values, table, said, tools)


def _measure_like(rows: pa.Table, said: pa.Table, course: Course) -> pa.Table:
    """Measure the rows that people judged by the habits of the whole file.

    The reader reads them with the weights that Winnow ships: others have seen these very verdicts.
    """
    tools = load_tools(course.config.quality, course.config.models.base, course.embedder)
    return measuring.measure(rows, learn(said, word_vectors(course.embedder)), tools)
