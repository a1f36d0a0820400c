"""Winnow from Python, without a study: what `from winnow import …` gives.

from winnow import compare, curate, score

curated = curate("faq.jsonl")
curated.kept[0].question, curated.flagged[0].reason, curated.why("faq.jsonl:17")
print(score("predictions.jsonl").figures["token_f1"].interval)
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

from winnow.config import load
from winnow.data.bare_files import read_rows
from winnow.data.files import write_jsonl
from winnow.errors import InputError
from winnow.models.device import choose
from winnow.progress import Progress, silent
from winnow.study import workspace

if TYPE_CHECKING:
    import pyarrow as pa

    from curation.publish.browse import Row
    from evaluation.answering.answers import Answer
    from evaluation.comparison.compare import Comparison
    from evaluation.metrics.table import MetricChoice, Scored
    from winnow.data.ledger import View
    from winnow.data.records import Record

Columns = Mapping[str, str]
Rows = Iterable[Mapping[str, Any]]
Source = str | PathLike[str]
GIVEN = "rows.jsonl"  # what rows handed over as objects are called, as in rows.jsonl:17


@dataclass(frozen=True)
class Curated:
    """Rows as curation left them: kept, of which some are flagged, and removed, each of these with its reason.

    len(curated.kept) + len(curated.removed) is the number of rows that came in.
    """

    folder: Path
    report: Mapping[str, Any]
    _home: object = field(default=None, repr=False, compare=False)  # a folder of ours goes when the last result does

    @cached_property
    def _view(self) -> View:
        return workspace.Curated(self.folder).view()

    @cached_property
    def kept(self) -> list[Record]:
        """The rows that stay, with their texts as repaired."""
        from winnow.data.records import to_records

        return to_records(self._view.kept_table)

    @cached_property
    def flagged(self) -> list[Row]:
        """The kept rows that a person should look at, the likeliest to be bad first, with what speaks against each."""
        from curation.publish.browse import flagged_rows
        from curation.suspicion.flagged import suspicion_of

        return flagged_rows(self._view, suspicion_of(workspace.Curated(self.folder)))

    @cached_property
    def removed(self) -> list[Row]:
        """The rows that left, with the reason for each."""
        from curation.publish.browse import removed_rows

        return removed_rows(self._view)

    def why(self, id_: str) -> str:
        """Tell the story of one row, named by its id or by FILE:LINE, as `winnow why` does."""
        from curation.publish.story import story, story_text

        return story_text(story(workspace.Curated(self.folder), id_))

    def rethreshold(self, **cuts: float) -> Curated:
        """Move cuts and decide again, without measuring again: `rethreshold(duplicates__semantic=0.93)`."""
        from curation.stage import move_thresholds

        changes = [f"{name.replace('__', '.')}={value}" for name, value in cuts.items()]
        return Curated(self.folder, move_thresholds(workspace.Curated(self.folder), changes), self._home)


def curate(
    rows: Source | Sequence[Source] | Rows,
    out: Source | None = None,
    *,
    held_out: Sequence[Source] = (),
    settings: Mapping[str, Any] | None = None,
    progress: Progress = silent,
) -> Curated:
    """Judge every row of files, or of rows given as mappings: kept, flagged or removed, each with its reason.

    `settings` are those of winnow.yaml by section, as in {"duplicates": {"semantic": 0.93}}. The ledger, the report and
    the other files are written to `out`; without it to a temporary folder that goes with the result. Raises InputError
    where a row can't be read or no row is kept.
    """
    from curation.stage import curate_sources, require_kept

    home = tempfile.TemporaryDirectory(prefix="winnow-") if out is None else None
    folder = Path(home.name if home else out or "")
    sources = _sources(rows, folder)
    target, config = workspace.Curated(folder), load(values=settings)
    choose(config.device)
    report = curate_sources(sources, target, config, [str(file) for file in held_out], progress)
    require_kept(report, target)
    return Curated(folder, report, home)


def _sources(rows: Source | Sequence[Source] | Rows, folder: Path) -> list[str]:
    """Name the files; rows given as objects become a file of the folder first, so that each has a line."""
    if isinstance(rows, str | PathLike):
        return [str(rows)]
    given = list(rows)
    if not given:
        raise InputError("no rows given; pass a file, several files, or rows such as {'question': …, 'answer': …}")
    files = [one for one in given if isinstance(one, str | PathLike)]
    objects = [one for one in given if isinstance(one, Mapping)]
    if len(files) == len(given):
        return [str(file) for file in files]
    if len(objects) < len(given):
        raise InputError("files and rows stand in one list; pass either names of files or mappings")
    write_jsonl(folder / GIVEN, [dict(one) for one in objects])
    return [str(folder / GIVEN)]


def score(
    rows: Source | Rows, metrics: MetricChoice = None, *, columns: Columns | None = None, cluster: str = "group"
) -> Scored:
    """Score rows `question, reference, prediction` by every lexical metric, or those named, with 95 % intervals.

    `columns` maps Winnow's names to the file's; rows that share a value of `cluster` are drawn together.
    """
    from evaluation.metrics.table import score_rows

    return score_rows(_read(rows, columns, "prediction"), metrics, cluster=cluster)


def compare(
    base: Source | Rows, tuned: Source | Rows, metrics: MetricChoice = None, *, columns: Columns | None = None,
    judgments: Source | None = None,
) -> Comparison:  # fmt: skip
    """Compare two systems' answers to the same questions by id: tuned minus base, paired, with 95 % intervals."""
    from evaluation.comparison.compare import compare_answers
    from evaluation.comparison.pairs import pair_answers
    from evaluation.people.win_rate import to_votes
    from winnow.data.files import read_jsonl

    votes = to_votes(read_jsonl(Path(judgments))) if judgments is not None else []
    return compare_answers(
        pair_answers(_answers(base, "base", columns), _answers(tuned, "tuned", columns)), votes, metrics
    )


def review_table(
    base: Source | Rows, tuned: Source | Rows, metric: str = "token_f1", *, columns: Columns | None = None
) -> pa.Table:
    """Lay two systems' answers beside each other for reading, the largest loss first and the largest gain last.

    Columns: id, question, reference, base, tuned, base_score, tuned_score, gain; what can't be scored is null and last.
    """
    import pyarrow as pa

    from evaluation.comparison.pairs import pair_answers
    from evaluation.metrics.table import chosen, score_all

    pairs = pair_answers(_answers(base, "base", columns), _answers(tuned, "tuned", columns)).pairs
    wanted = chosen([metric], has_references=any(pair.references for pair in pairs))
    scores = {
        side: [one.value for one in score_all([pair.scored_row(side) for pair in pairs], wanted)[metric]]
        for side in ("base", "tuned")
    }
    gains = [None if b is None or t is None else t - b for b, t in zip(scores["base"], scores["tuned"], strict=True)]
    table = pa.table(
        {
            "id": [pair.id for pair in pairs],
            "question": [pair.question for pair in pairs],
            "reference": [pair.reference for pair in pairs],
            "base": [pair.base.text for pair in pairs],
            "tuned": [pair.tuned.text for pair in pairs],
            **{f"{side}_score": pa.array(found, pa.float64()) for side, found in scores.items()},
            "gain": pa.array(gains, pa.float64()),
        }
    )
    return table.sort_by("gain")


def _answers(rows: Source | Rows, side: str, columns: Columns | None) -> list[Answer]:
    from evaluation.answering.answers import to_answers

    return to_answers(_read(rows, columns, "id", "prediction"), side)


def _read(rows: Source | Rows, columns: Columns | None, *needed: str) -> list[Mapping[str, Any]]:
    """Read a file of any format, or take the rows as they are, with the named columns under Winnow's names."""
    if isinstance(rows, str | PathLike):
        return read_rows(Path(rows), columns, None, needed)[0]
    theirs = columns or {}
    return [{**row, **{ours: row.get(name) for ours, name in theirs.items()}} for row in rows]
