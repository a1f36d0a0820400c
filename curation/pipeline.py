"""The pipeline: pairs, signals and topics are measured once; the ordered steps decide from them and can be repeated.

report = curate_sources(["faq.jsonl"], Curated(Path("curated")), Config())
report = move_thresholds(Curated(Path("curated")), ["duplicates.semantic=0.93"])    # measures nothing again
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
from pydantic import BaseModel

from curation.ingest import ingest
from curation.pairs import candidates
from curation.publish.report import Report, reasons_text
from curation.publish.stage import publish, published
from curation.signals.corpus import learn
from curation.signals.meaning.load import load_tools
from curation.steps import contamination, contradictions, duplicates, quality, repair, selection
from winnow.config import Config, load, settings_hash
from winnow.data.files import read_json, read_table, write_json, write_table
from winnow.data.ledger import Decision, View, settle
from winnow.data.records import RECORDS
from winnow.errors import InputError
from winnow.models.embedder import Embedder
from winnow.models.identity import weights_hash
from winnow.models.names import resolve_embedder
from winnow.models.word_vectors import word_vectors
from winnow.parallel.cache import Measurement, rows_hash
from winnow.parallel.engine import is_local, spread_map, using
from winnow.progress import Progress, silent
from winnow.study.inputs import FileInput, Input, Inputs, Loaded, Value
from winnow.study.manifest import Manifest
from winnow.study.shared_inputs import local, people_input
from winnow.study.stage import Stage
from winnow.study.workspace import CONFIG_NAME, Curated
from winnow.text.topics import Topics, find_topics

SECTIONS = (
    "ingest", "curation", "clean", "contamination", "duplicates", "contradictions", "quality", "selection", "publish",
)  # fmt: skip


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
    assert course.topics is not None, "measure() comes before the steps that decide from it"
    ids, vectors = table["id"].to_pylist(), course.embedder.embed(table["question"].to_pylist())
    marks = dict.fromkeys(course.view().flags, 0.5)
    chosen = selection.select(ids, vectors, marks, course.topics, settings, seed)
    return selection.decide(ids, chosen, course.topics, settings)


Step = Callable[[pa.Table, Course], list[Decision]]

# The table of contents. A step sees the rows that the steps before it left, with their texts as repaired. From the
# third on they decide from what was measured, so that a threshold can move without measuring again.
STEPS: dict[str, Step] = {
    "clean": lambda table, course: repair.decide(table, course.config.clean),
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
MAX_ROWS_WITH_MODEL_KEPT = 200_000  # beyond, half a gigabyte is worth more than the ten seconds that loading takes
ORDER = {name: place for place, name in enumerate(("ingest", *STEPS))}


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
    cache, signals = course.curated.root / "cache", _signals_of(table, course)
    if signals.path(cache).exists() or len(table) > MAX_ROWS_WITH_MODEL_KEPT:
        _measure(table, course, cache, signals)
    else:
        with course.embedder.loading():
            _measure(table, course, cache, signals)


def _measure(table: pa.Table, course: Course, cache: Path, signals: Measurement) -> None:
    with course.timed("pairs"):
        course.pairs = candidates.find_once(table, course.config.duplicates, course.embedder, cache)
        write_table(course.curated.pairs_file, course.pairs)
    with course.timed("signals"):
        course.signals = signals.once(cache, lambda: _measure_signals(table, course))
        write_table(course.curated.signals_file, course.signals)
    with course.timed("topics"):
        count, seed = course.config.selection.topics, course.config.seed
        topics = Measurement("topics", [find_topics.__module__], [rows_hash(table), str(count), str(seed)])
        found = topics.once(cache, lambda: _topics(table, count, seed))
        write_table(course.curated.topics_file, found)
        course.topics = Topics.from_table(found)


def _topics(table: pa.Table, count: int, seed: int) -> pa.Table:
    return find_topics(table["id"].to_pylist(), table["question"].to_pylist(), count, seed).to_table()


def _signals_of(table: pa.Table, course: Course) -> Measurement:
    """Name everything that the signals' values depend on; limits aren't among it."""
    tools = course.config.quality
    names = (tools.cross_encoder, tools.difficulty, tools.personal_data.recogniser)
    made_of = [rows_hash(table), course.embedder.weights, settings_hash(course.config.models), *map(str, names)]
    return Measurement("signals", [quality.__name__, load_tools.__module__, learn.__module__], made_of)


def _measure_signals(table: pa.Table, course: Course) -> pa.Table:
    tools = load_tools(course.config.quality, course.config.models.base, course.embedder)
    return quality.measure(table, learn(table, word_vectors(course.embedder)), tools)


@dataclass(frozen=True)
class CurateInputs(Inputs):
    """The sources by their names, the rows that mustn't be trained on, the encoder, and what people decided."""

    sources: Mapping[str, Input[str]]
    held_out: Mapping[str, Input[str]]
    embedder: Input[str]
    people: Input[list[Decision]]


def curate_stage(
    sources: Sequence[str], curated: Curated, config: Config, held_out: Sequence[str] = ()
) -> Stage[CurateInputs]:
    """Declare the inputs and settings of curation."""
    encoder = config.models.embedder
    inputs = CurateInputs(
        {name: _source(name) for name in sources},
        {name: _source(name) for name in held_out},
        Loaded(lambda: weights_hash(resolve_embedder(encoder)), lambda: encoder, local(resolve_embedder(encoder))),
        people_input(curated),
    )
    return Stage(
        curated.root / "manifest.json", "curate", inputs, _sections(config), config.seed, code=[__name__],
        root=curated.root.parent if (curated.root.parent / CONFIG_NAME).exists() else None,
    )  # fmt: skip


def _source(name: str) -> Input[str]:
    """A file, a folder, or a name on the hub, which is read later, a row at a time."""
    path = Path(name)
    return FileInput(path, str) if path.exists() else Value(name)


def curate_sources(
    sources: Sequence[str],
    curated: Curated,
    config: Config,
    held_out: Sequence[str] = (),
    progress: Progress = silent,
) -> Report:
    """Read the sources, run every step and publish the outcome; nothing is done where it still holds on disk."""
    stage = curate_stage(sources, curated, config, held_out)
    with using(config.curation.engine):
        return stage.run(partial(_curate, curated=curated, progress=progress))


def require_kept(report: Report, curated: Curated) -> None:
    """Raise InputError with the reasons and their counts where not one row is kept; the files are written by then."""
    if not report["kept"]:
        raise InputError(
            f"{curated.root}: none of the {report['input']} rows is kept: {reasons_text(report['by_reason'])}; each "
            f"stands with its reason in {curated.root / 'removed.jsonl'}"
        )


def _curate(stage: Stage[CurateInputs], curated: Curated, progress: Progress) -> Report:
    course = _begin(stage, curated, progress)
    for name in STEPS:
        if name == MEASURED[0]:
            measure(course)
        course.decide(name)
    with progress("publish", None):
        report = publish(curated, course.view(), course.steps, course.config, course.timings)
    stage.outputs = _outputs(curated)
    return report


def _outputs(curated: Curated) -> dict[str, Path]:
    measured = (curated.pairs_file, curated.signals_file, curated.topics_file)
    return published(curated) | {path.name: path for path in measured}


def _sections(config: Config) -> tuple[BaseModel, ...]:
    return tuple(getattr(config, name) for name in ("models", *SECTIONS))


def _begin(stage: Stage[CurateInputs], curated: Curated, progress: Progress) -> Course:
    """Read everything first, so that a bad file ends the run before any hour is spent."""
    config = _config(stage.settings, stage.seed or 0)
    sources, held_out = (
        [one.open() for one in files.values()] for files in (stage.inputs.sources, stage.inputs.held_out)
    )
    protected = ingest(held_out, config.ingest)[0] if held_out else RECORDS.empty_table()
    began = time.perf_counter()
    with progress("ingest", None) as advance:
        records, rejected = ingest(sources, config.ingest, advance)
    write_table(curated.records_file, records)
    course = Course(curated, config, records, stage.inputs.people.open(), protected, progress)
    course.write("ingest", rejected)
    course.timings["ingest"] = round(time.perf_counter() - began, 3)
    return course


def _config(sections: Sequence[BaseModel], seed: int) -> Config:
    """Build the configuration of declared sections alone; the others stand at their defaults."""
    names = {type(getattr(Config(), name)): name for name in ("models", *SECTIONS)}
    return Config(seed=seed).model_copy(update={names[type(section)]: section for section in sections})


def settings_of(curated: Curated, changes: Sequence[str] = ()) -> Config:
    """Read the settings with which a folder was curated, with changes such as `duplicates.semantic=0.93`."""
    origin = Manifest.from_json(read_json(curated.root / "manifest.json")).origin
    names = {type(getattr(Config(), name)).__name__: name for name in ("models", *SECTIONS)}
    sections = {names[kind]: values for kind, values in origin.settings.items()}
    return load(None, changes, {**sections, "seed": origin.seed})


def refresh(curated: Curated) -> Report:
    """Publish anew after a person decided; the steps' decisions stay as they are."""
    config = settings_of(curated)
    report = publish(curated, curated.view(), curated.ledger.step_decisions(), config, _timings(curated))
    _note_outputs(curated, config, report)
    return report


def move_thresholds(curated: Curated, changes: Sequence[str]) -> Report:
    """Decide again at other thresholds, from the pairs, signals and topics on disk; nothing is embedded or searched.

    Raises InputError for another number of topics: they are found when a file is curated.
    """
    config = settings_of(curated, changes)
    if config.selection.topics != settings_of(curated).selection.topics:
        raise InputError(
            f"selection.topics={config.selection.topics}: topics are no threshold, they are found when a file is"
            f" curated; set it and curate again: winnow curate FILE --out {curated.root}"
        )
    earlier = [d for d in curated.ledger.step_decisions() if d.step not in MEASURED]
    course = Course(curated, config, curated.records(), curated.ledger.people_decisions(), steps=earlier)
    course.pairs, course.signals = read_table(curated.pairs_file), read_table(curated.signals_file)
    course.topics = Topics.read(curated.topics_file)
    for name in MEASURED:
        course.decide(name)
    report = publish(curated, course.view(), course.steps, config, _timings(curated) | course.timings)
    _note_outputs(curated, config, report)
    return report


def _timings(curated: Curated) -> dict[str, float]:
    return dict(read_json(curated.root / "report.json")["timings"])


def _note_outputs(curated: Curated, config: Config, report: Report) -> None:
    """Update settings, output hashes and people's decisions in the manifest, so that a wanted change isn't stale."""
    path = curated.root / "manifest.json"
    before = Manifest.from_json(read_json(path))
    stage = curate_stage([], curated, config)
    stage.outputs = _outputs(curated)
    now = stage.manifest()
    people = {"people": now.origin.inputs["people"]}
    origin = replace(before.origin, settings=now.origin.settings, inputs={**before.origin.inputs, **people})
    facts = {**before.facts, "summary": report}
    write_json(path, replace(before, origin=origin, outputs=now.outputs, facts=facts).as_dict())
