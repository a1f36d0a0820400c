"""What a report is made from: every file of the study that it opens, each an input that is hashed.

inputs = report_inputs(workspace, config, plan_input(workspace, config, held_out))
inputs.votes.open().of_amended_plans        # 12: cast under a plan that was amended since, and not counted
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from evaluation.answering.stage import recorded_server
from evaluation.answering.written import WrittenAnswers, answer_files, read_written
from evaluation.judge.stage import ReadJudge, judge_inputs
from evaluation.people.review import Review, review_of
from evaluation.people.vote_log import JudgmentLog, export
from evaluation.people.win_rate import Vote, to_votes
from evaluation.report.history import HISTORY, looks
from evaluation.report.page import TEMPLATE
from winnow.config import Config
from winnow.data.columns import Row
from winnow.data.files import file_hash, read_json, read_jsonl
from winnow.data.records import canonical_json, content_hash
from winnow.page import SHELL
from winnow.study.held_out import HeldOutRow
from winnow.study.inputs import FileInput, Input, Inputs, Loaded, Value
from winnow.study.plan import Plan
from winnow.study.shared_inputs import held_out_input
from winnow.study.workspace import Workspace


@dataclass(frozen=True, slots=True)
class TrainedRun:
    """A finished training run, as its manifest describes it."""

    folder: Path
    manifest: Mapping[str, Any]

    @property
    def card(self) -> Path:
        """The model card, which a report fills in."""
        return self.folder / "README.md"


@dataclass(frozen=True, slots=True)
class CastVotes:
    """The counted votes under the study's plan, how the review stands, and the number of votes under amended plans."""

    votes: Sequence[Vote]
    of_amended_plans: int = 0
    review: Review = field(default_factory=Review)


@dataclass(frozen=True)
class ReportInputs(Inputs):
    """The study as it stands: rows, plan, answers with their manifests, curation, training, retention, verdicts, votes.

    `server` is what the base's server said of itself when it answered. `is_greedy` answers can't vary.
    `look` is the how manieth look at the held-out rows this report is.
    """

    held_out: Input[list[HeldOutRow]]
    plan: Input[Plan]
    server: Input[Mapping[str, Any] | None]
    is_greedy: Input[bool]
    answers: Mapping[str, Input[WrittenAnswers]]
    answer_manifests: Mapping[str, Input[Mapping[str, Any] | None]]
    curation: Input[Mapping[str, Any] | None]
    split: Input[Mapping[str, Any]]
    preservation: Input[Mapping[str, Any]]
    run: Input[TrainedRun]
    losses: Input[Sequence[Row]]
    parity: Input[Mapping[str, Any] | None]
    retention: Mapping[str, Input[Mapping[str, Any]]]
    selections: Mapping[str, Input[Mapping[str, Any]]]
    judges: Mapping[str, Input[ReadJudge]]
    votes: Input[CastVotes]
    dataset_card: Input[str] | None
    look: Input[int]
    templates: Mapping[str, Input[Path]]


def report_inputs(workspace: Workspace, config: Config, plan: Input[Plan]) -> ReportInputs:
    """Find what a report of the study would read now; raises InputError where no run has finished."""
    answers = {path.stem: path for path in answer_files(workspace)}
    run, card = workspace.latest_run(), workspace.curated.root / "card.md"
    return ReportInputs(
        held_out=held_out_input(workspace),
        plan=plan,
        server=Value(recorded_server(workspace, config)),
        is_greedy=Value(config.answers.temperature == 0),
        answers={name: FileInput(path, read_written) for name, path in answers.items()},
        answer_manifests={name: _if_there(path.with_suffix(".manifest.json")) for name, path in answers.items()},
        curation=_if_there(workspace.curated.root / "report.json"),
        split=_summary(workspace.split / "manifest.json"),
        preservation=_summary(workspace.preservation / "manifest.json"),
        run=_run(run),
        losses=FileInput(run / "metrics.jsonl", read_jsonl, "the run wrote no losses; run: winnow train"),
        parity=_if_there(run / "parity.json"),
        retention={
            path.parent.name: FileInput(path, read_json)
            for path in sorted(workspace.retention.glob("*/retention.json"))
        },
        selections={path.parent.name: FileInput(path, read_json) for path in workspace.compared_selections},
        judges=judge_inputs(workspace),
        votes=_votes(JudgmentLog(workspace.judgments_file), plan.open()),
        dataset_card=FileInput(card, lambda path: path.read_text(encoding="utf-8")) if card.exists() else None,
        look=_look(workspace, plan.open()),
        templates={path.name: FileInput(path, Path) for path in (TEMPLATE, SHELL / "page.html")},
    )


def _look(workspace: Workspace, plan: Plan) -> Input[int]:
    """The number of this look; always known by the same word: a later look doesn't make an earlier report untrue."""
    return Loaded(lambda: "look", lambda: looks(workspace, plan) + 1, (workspace.root / HISTORY,))


def _if_there(path: Path) -> Input[Mapping[str, Any] | None]:
    """A JSON file; None where there is none."""
    file = FileInput(path, read_json)
    return Loaded(file.fingerprint, lambda: file.open() if path.exists() else None, file.paths)


def _summary(manifest: Path) -> Input[Mapping[str, Any]]:
    """A manifest's summary, known by itself: when and where the stage ran is no matter; empty without a manifest."""

    def read() -> Mapping[str, Any]:
        return dict(read_json(manifest).get("summary", {})) if manifest.exists() else {}

    return Loaded(lambda: content_hash(canonical_json(read())), read, (manifest,))


def _run(folder: Path) -> Input[TrainedRun]:
    """A run, known by its name and its manifest."""
    manifest = folder / "manifest.json"
    return Loaded(
        lambda: content_hash(folder.name, file_hash(manifest)),
        lambda: TrainedRun(folder, read_json(manifest)),
        (manifest,),
    )


def _votes(log: JudgmentLog, plan: Plan) -> Input[CastVotes]:
    """The votes, known by what they say: the bytes of an SQLite file change later than its rows, or without them."""

    def read() -> CastVotes:
        earlier = (log.judgments(amendment.previous) for amendment in plan.amendments)
        review = review_of(plan, log)
        return CastVotes(to_votes(export(review.counted)), sum(map(len, earlier)), review)

    def fingerprint() -> str:
        cast = read()
        votes = [asdict(vote) for vote in cast.votes]
        return content_hash(canonical_json([votes, cast.of_amended_plans, cast.review.as_dict()]))

    return Loaded(fingerprint, read, log.store.files)
