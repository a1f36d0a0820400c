"""What came of rows that were added to a study: the rows, the frozen plan, and the training that is stale now.

add_sources(study, ["more.jsonl"])          # the sources so far and these, curated; winnow.yaml lists them from now on
lines_of(study.workspace, study.config)     # "new rows: 96; left their source: 0", …
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from studio.study import Study
from winnow.errors import InputError

if TYPE_CHECKING:
    import pyarrow as pa

    from curation.publish.report import Report
    from winnow.config import Config
    from winnow.progress import Progress
    from winnow.study.workspace import Curated, Workspace

AMEND = 'winnow plan amend --anew --why "…" draws held-out rows anew'


def add_to_folder(files: Sequence[str], curated: Curated, changes: Sequence[str], progress: Progress) -> Report:
    """Curate a folder of bare files with further ones; the earlier files and settings are those it was made from."""
    from curation.stage import curate_sources, earlier_sources, settings_of

    sources, held_out = earlier_sources(curated)
    return curate_sources(joined(sources, files), curated, settings_of(curated, changes), held_out, progress)


def add_to_study(files: Sequence[str], study: Study) -> Report:
    """Curate a study's sources with further ones, and let its settings list them from now on."""
    from curation.stage import curate_sources
    from winnow.config.edit import change_setting
    from winnow.study.workspace import CONFIG_NAME

    sources = joined(study.sources, files)
    report = curate_sources(sources, study.workspace.curated, study.config, (), study.progress)
    listed = [_seen_from(study.workspace.root, source) for source in sources]
    if listed != list(study.config.ingest.sources):
        change_setting(study.workspace.root / CONFIG_NAME, "ingest.sources", listed, "by winnow add")
    return report


def joined(sources: Sequence[str], files: Sequence[str]) -> list[str]:
    """Put new sources behind the earlier ones; one that is named again keeps its place."""
    known = {os.path.realpath(source) for source in sources}
    return [*sources, *(file for file in dict.fromkeys(files) if os.path.realpath(file) not in known)]


def _seen_from(root: Path, source: str) -> str:
    """Name a source as winnow.yaml does: below the study by its path from there, elsewhere as it is."""
    path = Path(source).absolute()
    return str(path.relative_to(root)) if path.is_relative_to(root) and path.exists() else source


def lines_of(curated: Curated) -> list[str]:
    """Say what the latest run on a folder changed."""
    from curation.growth.news import read_news

    return read_news(curated).lines()


def plan_lines(workspace: Workspace, config: Config) -> Iterator[str]:
    """Say what new rows mean for a frozen plan: which tell a held-out row, and which topics it doesn't cover."""
    from curation.growth.coverage import uncovered
    from curation.growth.news import read_news
    from winnow.study.plan_fields import held_out_rows

    if not workspace.plan_file.exists():
        return
    held_out = held_out_rows(workspace)
    planned, new = {row.id for row in held_out}, set(read_news(workspace.curated).new)
    kept = workspace.curated.view().kept_table
    yield f"the plan holds: its {len(held_out)} held-out rows stay"
    if leaks := _leaks(workspace, config, kept, planned, new):
        yield f"  {len(leaks)} new rows tell a held-out row and aren't trained on: {', '.join(sorted(leaks)[:5])}"
    asked = list(zip(kept["id"].to_pylist(), kept["question"].to_pylist(), strict=True))
    others = [(id_ in new, question) for id_, question in asked if id_ not in planned]
    of_new, of_earlier = ([question for is_new, question in others if is_new == want] for want in (True, False))
    found = uncovered(of_new, of_earlier, [row.question for row in held_out])
    yield from (f"  {topic.in_words()}" for topic in found)
    if found:
        yield f"  {AMEND}"


def _leaks(workspace: Workspace, config: Config, kept: pa.Table, planned: set[str], new: set[str]) -> set[str]:
    from curation.split.groups import Groups
    from winnow.data.files import read_table

    names = Groups.of(kept, read_table(workspace.curated.pairs_file), config.split).names
    told = {names[id_] for id_ in planned if id_ in names}
    return {id_ for id_ in new if names.get(id_) in told}


def training_lines(workspace: Workspace, config: Config) -> Iterator[str]:
    """Say how many rows and tokens the newest run lacks of the training rows as they are split now."""
    from training.grown import Moved
    from training.runs import Run
    from winnow.data.files import read_records
    from winnow.models.prompt import prompt_form
    from winnow.models.tokenizer import load_tokenizer

    try:
        run, tokenizer = Run(workspace.latest_run()), load_tokenizer(config.models.base)
    except InputError:  # nothing was trained, or what would be trained isn't here
        return
    train = read_records(workspace.split / "train.jsonl")
    if moved := Moved.since(run, train, tokenizer, prompt_form(config)):
        yield f"training is stale: {moved.in_words()}; winnow train"
