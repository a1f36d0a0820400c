"""The pipeline: what is measured once, and the ordered list of steps that decide from it, again and again.

report = curate_sources(["faq.jsonl"], Curated(Path("curated")), Config())
report = move_thresholds(Curated(Path("curated")), ["duplicates.semantic=0.93"])    # measures nothing again
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from curation import candidates, clean, contamination, contradictions, duplicates, quality, selection
from curation.engine import is_local, spread_map, using
from curation.ingest import ingest
from curation.measured import is_known, once, rows_hash
from curation.publish import publish, published
from curation.signals.corpus import learn
from curation.signals.models import load_tools
from curation.static_embedder import word_vectors
from curation.topics import find_topics
from winnow.config import Config, load, settings_hash
from winnow.embedder import Embedder
from winnow.files import read_json, read_table, write_json, write_table
from winnow.ledger import Decision, View, settle
from winnow.manifest import Stage
from winnow.progress import Progress, silent
from winnow.records import RECORDS
from winnow.workspace import Curated

SECTIONS = (
    "ingest", "curation", "clean", "contamination", "duplicates", "contradictions", "quality", "selection", "publish",
)  # fmt: skip


@dataclass
class Course:
    """One walk through the steps: the records, what was measured, and all that was decided so far."""

    curated: Curated
    config: Config
    records: pa.Table
    people: list[Decision]
    held_out: pa.Table = field(default_factory=RECORDS.empty_table)
    progress: Progress = silent
    steps: list[Decision] = field(default_factory=list)
    pairs: pa.Table | None = None
    signals: pa.Table | None = None
    timings: dict[str, float] = field(default_factory=dict)

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


def _select(table: pa.Table, course: Course) -> list[Decision]:
    """Choose `selection.rows` of the rows; a flagged row counts half in quality."""
    settings, seed = course.config.selection, course.config.seed
    if settings.rows is None or settings.rows >= len(table):
        return []
    ids, questions = table["id"].to_pylist(), table["question"].to_pylist()
    vectors = course.embedder.embed(questions)
    topics = find_topics(ids, questions, vectors, settings.topics, seed)
    marks = dict.fromkeys(course.view().flags, 0.5)
    return selection.decide(ids, selection.select(ids, vectors, marks, topics.of, settings, seed), settings)


Step = Callable[[pa.Table, Course], list[Decision]]

# The table of contents. A step sees the rows that the steps before it left, with their texts as repaired. From the
# third on they decide from what was measured, so that a threshold can move without measuring again.
STEPS: dict[str, Step] = {
    "clean": lambda table, course: clean.decide(table, course.config.clean),
    "contamination": lambda table, course: contamination.decide(
        table, course.held_out, course.config.contamination, course.embedder
    ),
    "duplicates": lambda table, course: duplicates.decide(_judged(course.pairs), table, course.config.duplicates),
    "contradictions": lambda table, course: contradictions.decide(
        _judged(course.pairs), table, course.config.contradictions
    ),
    "quality": lambda table, course: quality.decide(_of(course.signals, table), table, course.config.quality),
    "selection": _select,
}
MEASURED = ("duplicates", "contradictions", "quality", "selection")
LARGE = 200_000  # rows for which half a gigabyte is worth more than the ten seconds that a model takes to load
ORDER = {name: place for place, name in enumerate(("ingest", *STEPS))}


def _of(measured: pa.Table | None, table: pa.Table, column: str = "id") -> pa.Table:
    assert measured is not None, "measure() comes before the steps that decide from it"
    return measured.filter(pc.is_in(measured[column], table["id"].combine_chunks()))


def _judged(pairs: pa.Table | None) -> pa.Table:
    """All pairs, also of rows that left: what a removed row contradicts is flagged for the copy that stays."""
    assert pairs is not None, "measure() comes before the steps that decide from it"
    return pairs


def measure(course: Course) -> None:
    """Judge the candidate pairs and measure the signals of every row that a moved threshold could bring back."""
    table = course.view().kept_table
    cache, made_of = course.curated.root / "cache", _made_of(table, course.config)
    if is_known(cache, "signals", made_of) or len(table) > LARGE:
        _measure(table, course, cache, made_of)
    else:
        with course.embedder.loading():
            _measure(table, course, cache, made_of)


def _measure(table: pa.Table, course: Course, cache: Path, made_of: Sequence[str]) -> None:
    with course.timed("pairs"):
        course.pairs = candidates.find_once(table, course.config.duplicates, course.embedder, cache)
        write_table(course.curated.pairs_file, course.pairs)
    with course.timed("signals"):
        course.signals = once(cache, "signals", made_of, lambda: _measure_signals(table, course))
        write_table(course.curated.signals_file, course.signals)


def _made_of(table: pa.Table, config: Config) -> list[str]:
    """Name everything that the signals' values depend on; limits aren't among it."""
    tools = config.quality
    names = (tools.cross_encoder, tools.difficulty, tools.personal_data.recogniser)
    return [rows_hash(table), settings_hash(config.models), *map(str, names)]


def _measure_signals(table: pa.Table, course: Course) -> pa.Table:
    tools = load_tools(course.config.quality, course.config.models.base, course.embedder)
    return quality.measure(table, learn(table, word_vectors(course.embedder)), tools)


def curate_sources(
    sources: Sequence[str],
    curated: Curated,
    config: Config,
    held_out: Sequence[str] = (),
    progress: Progress = silent,
) -> dict[str, Any]:
    """Read the sources, run every step and publish the outcome; nothing is done where it still holds on disk."""
    inputs: dict[str, Path | str] = {
        f"{role}:{name}": Path(name) if Path(name).exists() else name
        for role, names in (("source", sources), ("held-out", held_out))
        for name in names
    }
    stage = Stage(curated.root / "manifest.json", "curate", inputs, _sections(config), config.seed)

    def work(stage: Stage) -> dict[str, Any]:
        course = _begin(sources, curated, config, held_out, progress)
        for name in STEPS:
            if name == MEASURED[0]:
                measure(course)
            course.decide(name)
        with progress("publish", None):
            report = publish(curated, course.view(), course.steps, config, course.timings)
        stage.outputs = published(curated)
        return report

    with using(config.curation.engine):
        return stage.run(work)


def _sections(config: Config) -> tuple[Any, ...]:
    return tuple(getattr(config, name) for name in ("models", *SECTIONS))


def _begin(
    sources: Sequence[str], curated: Curated, config: Config, held_out: Sequence[str], progress: Progress
) -> Course:
    """Read everything first, so that a bad file ends the run before any hour is spent."""
    protected = ingest(held_out, config.ingest)[0] if held_out else RECORDS.empty_table()
    began = time.perf_counter()
    with progress("ingest", None) as advance:
        records, rejected = ingest(sources, config.ingest, advance)
    write_table(curated.records_file, records)
    course = Course(curated, config, records, curated.ledger.people_decisions(), protected, progress)
    course.write("ingest", rejected)
    course.timings["ingest"] = round(time.perf_counter() - began, 3)
    return course


def settings_of(curated: Curated, changes: Sequence[str] = ()) -> Config:
    """Read the settings with which a folder was curated, with changes such as `duplicates.semantic=0.93`."""
    manifest = read_json(curated.root / "manifest.json")
    names = {type(getattr(Config(), name)).__name__: name for name in ("models", *SECTIONS)}
    sections = {names[kind]: values for kind, values in manifest["settings"].items()}
    return load(None, changes, {**sections, "seed": manifest["seed"]})


def refresh(curated: Curated) -> dict[str, Any]:
    """Publish anew after a person decided; the steps' decisions stay as they are."""
    config = settings_of(curated)
    report = publish(curated, curated.view(), curated.ledger.step_decisions(), config, _timings(curated))
    _note_outputs(curated, config, report)
    return report


def move_thresholds(curated: Curated, changes: Sequence[str]) -> dict[str, Any]:
    """Decide again at other thresholds, from the pairs and signals on disk; nothing is embedded or searched."""
    config = settings_of(curated, changes)
    earlier = [d for d in curated.ledger.step_decisions() if d.step not in MEASURED]
    course = Course(curated, config, curated.records(), curated.ledger.people_decisions(), steps=earlier)
    course.pairs, course.signals = read_table(curated.pairs_file), read_table(curated.signals_file)
    for name in MEASURED:
        course.decide(name)
    report = publish(curated, course.view(), course.steps, config, _timings(curated) | course.timings)
    _note_outputs(curated, config, report)
    return report


def _timings(curated: Curated) -> dict[str, float]:
    return dict(read_json(curated.root / "report.json")["timings"])


def _note_outputs(curated: Curated, config: Config, report: dict[str, Any]) -> None:
    """Write the new hashes and thresholds into the manifest: what changed was asked for."""
    path = curated.root / "manifest.json"
    before = read_json(path)
    now = Stage(path, "curate", {}, _sections(config), config.seed, published(curated)).manifest()
    write_json(path, before | {name: now[name] for name in ("settings", "outputs")} | {"summary": report})
