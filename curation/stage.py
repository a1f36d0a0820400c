"""The stage that curates: sources in, every row decided and published out; people's decisions and moved limits after.

report = curate_sources(["faq.jsonl"], Curated(Path("curated")), Config())
report = refresh(Curated(Path("curated")))                                          # after a person decided
report = move_thresholds(Curated(Path("curated")), ["duplicates.semantic=0.93"])    # measures nothing again
"""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

from curation.fit.load import tool_models
from curation.growth.before import Before, remember
from curation.growth.news import write_news
from curation.ingest import ingest
from curation.ingest.layout import Layout
from winnow.config import Config, load
from winnow.data.files import read_json, read_table, write_json, write_table
from winnow.data.formats.containers import on_disk
from winnow.data.ledger import Decision
from winnow.data.records import RECORDS
from winnow.errors import InputError
from winnow.models.identity import weights_hash
from winnow.models.names import is_server, resolve_base_model, resolve_embedder
from winnow.parallel.engine import using
from winnow.progress import Progress, silent
from winnow.study.alone import alone
from winnow.study.inputs import FileInput, Input, Inputs, Loaded, Value
from winnow.study.manifest import Manifest
from winnow.study.shared_inputs import local, people_input
from winnow.study.stage import Stage
from winnow.study.workspace import CONFIG_NAME, Curated
from winnow.text.topics import Topics

if TYPE_CHECKING:  # who only asks whether curation still holds, as every page does, shouldn't wait for all that it runs
    from curation.pipeline import Course
    from curation.publish.report import Report
    from curation.rater.estimate import Estimate
    from curation.steps.copies import Copies

LOG = logging.getLogger(__name__)
SECTIONS = (
    "ingest", "curation", "clean", "contamination", "duplicates", "contradictions", "quality", "selection", "publish",
)  # fmt: skip


@dataclass(frozen=True)
class CurateInputs(Inputs):
    """The sources by their names, the rows that mustn't be trained on, the models that measure, and people's decisions.

    `tools` are the models beside the encoder that the quality settings ask for, by the setting that names them, and
    `lexicons` the files that teach the signals further languages.
    """

    sources: Mapping[str, Input[str]]
    held_out: Mapping[str, Input[str]]
    embedder: Input[str]
    tools: Mapping[str, Input[str]]
    lexicons: Mapping[str, Input[Path]]
    people: Input[list[Decision]]


def curate_stage(
    sources: Sequence[str], curated: Curated, config: Config, held_out: Sequence[str] = ()
) -> Stage[CurateInputs]:
    """Declare the inputs and settings of curation."""
    encoder = config.models.embedder
    inputs = CurateInputs(
        {name: _source(name) for name in sources},
        {name: _source(name) for name in held_out},
        _model(resolve_embedder(encoder)),
        {name: _model(model) for name, model in _tools(config, curated).items()},
        {path: FileInput(Path(path), Path) for path in config.quality.lexicons},
        people_input(curated),
    )
    return Stage(
        curated.root / "manifest.json", "curate", inputs, _sections(config), config.seed, code=[__name__],
        root=curated.root.parent if (curated.root.parent / CONFIG_NAME).exists() else None,
    )  # fmt: skip


def _model(model: Path | str) -> Input[str]:
    """A model by its folder or hub name, known by its weights."""
    return Loaded(lambda: weights_hash(model), lambda: str(model), local(model))


def _tools(config: Config, curated: Curated) -> dict[str, Path | str]:
    """Name the models beside the encoder, those of the signals and the one that rates.

    A server that rates is known here by its address, which the settings hold: rows are restored while it is down.
    """
    rater = config.quality.rater.model
    rating = {} if rater is None or is_server(rater) else {"rater": resolve_base_model(rater)}
    return tool_models(config.quality, config.models.base, curated.taught_reader) | rating


def _source(name: str) -> Input[str]:
    """A file or folder, or the one that holds the source, or a name on the hub; it is read later, a row at a time."""
    path = on_disk(name)
    return Value(name) if path is None else FileInput(path, lambda _: name)


def curate_sources(
    sources: Sequence[str],
    curated: Curated,
    config: Config,
    held_out: Sequence[str] = (),
    progress: Progress = silent,
) -> Report:
    """Read the sources, run every step and publish the outcome; nothing is done where it still holds on disk."""
    stage = curate_stage(sources, curated, config, held_out)
    with alone(curated.root, "a curation"), using(config.curation.engine):
        if not stage.is_current():
            remember(curated)
        return stage.run(partial(_curate, curated=curated, progress=progress))


def estimate_sources(sources: Sequence[str], curated: Curated, config: Config) -> Estimate | None:
    """Say what the rater would take on these sources, writing nothing; None where no model is to rate."""
    from curation.pipeline import estimate_rating

    if config.quality.rater.model is None:
        return None
    records, _, _ = ingest(list(sources), config.ingest)
    return estimate_rating(records, curated.ledger.people_decisions(), config, curated.root / "cache")


def require_kept(report: Report, curated: Curated) -> None:
    """Raise InputError with the reasons and their counts where not one row is kept; the files are written by then."""
    from curation.publish.markdown import reasons_text

    if not report["kept"]:
        raise InputError(
            f"{curated.root}: none of the {report['input']} rows is kept: {reasons_text(report['by_reason'])}; each "
            f"stands with its reason in {curated.root / 'removed.jsonl'}"
        )


def _curate(stage: Stage[CurateInputs], curated: Curated, progress: Progress) -> Report:
    from curation.pipeline import MEASURED, STEPS, measure
    from curation.publish.publish import publish

    course = _begin(stage, curated, progress)
    for name in STEPS:
        if name == MEASURED[0]:
            measure(course)
        course.decide(name)
    with progress("publish", None):
        report = publish(curated, course.view(), course.steps, course.config, course.timings, course.columns)
    if before := Before.of(curated):
        write_news(curated, before, course.view(), course.people)
    stage.outputs = _outputs(curated)
    return report


def earlier_sources(curated: Curated) -> tuple[list[str], list[str]]:
    """Name the files that a folder was curated from, in order, and those whose rows mustn't be trained on."""
    inputs = Manifest.from_json(read_json(curated.root / "manifest.json")).origin.inputs
    sources, held_out = ([n.removeprefix(of) for n in inputs if n.startswith(of)] for of in ("sources:", "held_out:"))
    return sources, held_out


def _outputs(curated: Curated) -> dict[str, Path]:
    from curation.publish.publish import published

    measured = (
        curated.pairs_file, curated.signals_file, curated.topics_file, curated.manners_file, curated.suspicion_file,
    )  # fmt: skip
    return published(curated) | {path.name: path for path in measured}


def _sections(config: Config) -> tuple[BaseModel, ...]:
    return tuple(getattr(config, name) for name in ("models", *SECTIONS))


def _begin(stage: Stage[CurateInputs], curated: Curated, progress: Progress) -> Course:
    """Read everything first, so that a bad file ends the run before any hour is spent."""
    from curation.pipeline import Course

    config = _config(stage.settings, stage.seed or 0)
    sources, held_out = (
        [one.open() for one in files.values()] for files in (stage.inputs.sources, stage.inputs.held_out)
    )
    protected = RECORDS.empty_table()
    if held_out:
        protected, _, read = ingest(held_out, config.ingest, answered=False)
        _tell(read)
    began = time.perf_counter()
    with progress("ingest", None) as advance:
        records, rejected, layouts = ingest(sources, config.ingest, advance)
    _tell(layouts)
    write_table(curated.records_file, records)
    course = Course(curated, config, records, stage.inputs.people.open(), protected, progress)
    course.columns = {layout.source: layout.as_dict() for layout in layouts}
    course.write("ingest", rejected)
    course.timings["ingest"] = round(time.perf_counter() - began, 3)
    return course


def _tell(layouts: Sequence[Layout]) -> None:
    """Say on stderr which column of each file was read as what."""
    for layout in layouts:
        LOG.warning("%s: %s", layout.source, layout.in_words())


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
    from curation.publish.publish import publish

    config = settings_of(curated)
    report = publish(curated, curated.view(), curated.ledger.step_decisions(), config, *_known(curated))
    _note_outputs(curated, config, report)
    return report


def move_thresholds(curated: Curated, changes: Sequence[str]) -> Report:
    """Decide again at other thresholds, from the pairs, signals and topics on disk; nothing is embedded or searched.

    Raises InputError for another number of topics: they are found when a file is curated.
    """
    from curation.pipeline import MEASURED
    from curation.publish.publish import publish

    config = settings_of(curated, changes)
    if config.selection.topics != settings_of(curated).selection.topics:
        raise InputError(
            f"selection.topics={config.selection.topics}: topics are no threshold, they are found when a file is"
            f" curated; set it and curate again: winnow curate FILE --out {curated.root}"
        )
    course = _measured(curated, config)
    course.topics = Topics.read(curated.topics_file)
    for name in MEASURED:
        course.decide(name)
    timings, columns = _known(curated)
    report = publish(curated, course.view(), course.steps, config, timings | course.timings, columns)
    _note_outputs(curated, config, report)
    return report


def copies_of(curated: Curated) -> Copies:
    """Read the copies that a cut decides about, as the step on duplicates sees them: for a preview of another cut."""
    from curation.pipeline import copies_in

    return copies_in(_measured(curated, settings_of(curated)))


def _measured(curated: Curated, config: Config) -> Course:
    """Read what a run measured and decided before the steps that decide from measurements."""
    from curation.pipeline import MEASURED, Course
    from curation.signals.measuring import VALUES

    earlier = [d for d in curated.ledger.step_decisions() if d.step not in MEASURED]
    course = Course(curated, config, curated.records(), curated.ledger.people_decisions(), steps=earlier)
    course.pairs, course.signals = read_table(curated.pairs_file), read_table(curated.signals_file)
    if unmeasured := [name for name in VALUES.names if name not in course.signals.column_names]:
        raise InputError(
            f"{curated.root}: was curated before Winnow measured {unmeasured[0]}; curate again: winnow curate FILE "
            f"--out {curated.root}"
        )
    return course


def _known(curated: Curated) -> tuple[dict[str, float], dict[str, Any]]:
    """Give what only the run that measured knows: its seconds by step, and the columns of each file by role."""
    report = read_json(curated.root / "report.json")
    return dict(report["timings"]), dict(report.get("columns", {}))


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
