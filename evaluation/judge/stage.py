"""The stage that lets a language model judge the answers, base against tuned, and keeps its replies for a restart.

A server writes a reply that is read strictly; a model that runs here chooses among the verdicts by their likelihood.

judge_rows(rows, "http://127.0.0.1:8000/v1", progress)      # bare rows: pairs, or single answers with references
judge_study(workspace, config, "qwen3-8b", progress)        # base against tuned on the held-out rows → judges/
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from evaluation.answering.answers import Answer, Answerer, Question, to_answers
from evaluation.answering.stage import System, file_name, recorded_server
from evaluation.comparison.pairs import pair_answers
from evaluation.judge.choice import WAY, VerdictChoice
from evaluation.judge.prompts import CORRECTNESS, SAID_FIRST, WRITTEN, Judging, judge_answers, judge_pairs
from evaluation.people.judged_rows import is_pairs
from evaluation.people.win_rate import Vote, tally
from winnow.config import Config
from winnow.data.columns import Row
from winnow.data.files import cache_folder, read_json, read_jsonl, write_jsonl
from winnow.data.records import content_hash
from winnow.models.interface import Answering, GenerationSettings
from winnow.models.load import load_language_model
from winnow.models.names import is_server
from winnow.progress import Progress
from winnow.study.held_out import HeldOutRow, held_out_groups
from winnow.study.inputs import FileInput, Input, Inputs, Loaded, Value
from winnow.study.plan import Plan
from winnow.study.shared_inputs import held_out_input, plan_input
from winnow.study.stage import Stage
from winnow.study.workspace import Workspace

MAX_REPLY_TOKENS = 400  # a few sentences and the verdict; a reply that doesn't come to its end is unscored
MANIFEST = ".manifest.json"
SYSTEMS = {"a": "base", "b": "tuned", "tie": "tie"}


@dataclass(frozen=True, slots=True)
class ReadJudge:
    """A judge's figures as they were written, the hashes of the answers that it read, its verdicts by question id."""

    summary: Mapping[str, Any]
    answers: Mapping[str, str]
    verdicts: Mapping[str, str | None]

    @property
    def name(self) -> str:
        """The judge's name in tables."""
        return f"judge {self.summary['model']}"

    def has_read(self, answers: Mapping[str, str]) -> bool:
        """Tell whether the verdicts are on these answers, given as the hash of each side's file."""
        return all(self.answers.get(side) == digest for side, digest in answers.items())


def judge_rows(rows: Sequence[Row], name: str, progress: Progress) -> Judging:
    """Judge bare rows with the model named; gives what `judge_pairs` or `judge_answers` does.

    The model is a folder, a hub name, or URL or URL#MODEL of an OpenAI-compatible server.
    """
    system = System(name, name)
    return _judge(rows, system, system.identity, cache_folder() / "judges" / f"{file_name(name)}.jsonl", progress)


@dataclass(frozen=True)
class JudgeInputs(Inputs):
    """The answers of both sides, the duplicate groups of their questions, the judge and its way, the plan."""

    base: Input[list[Answer]]
    tuned: Input[list[Answer]]
    held_out: Input[list[HeldOutRow]]
    judge: Input[System]
    way: Input[str]
    plan: Input[Plan]


def judge_stage(workspace: Workspace, config: Config, name: str) -> Stage[JudgeInputs]:
    """Declare what a judge's verdicts are made from."""
    system, folder, stem = System(name, name), _folder(workspace), file_name(name)
    held_out = held_out_input(workspace)
    inputs = JudgeInputs(
        _answers_input(workspace, "base"),
        _answers_input(workspace, "tuned"),
        held_out,
        system.as_input(),
        Value(_way(system)),
        plan_input(workspace, config, held_out, recorded_server(workspace, config)),
    )
    return Stage(
        folder / f"{stem}{MANIFEST}", "judge", inputs, code=[__name__],
        root=workspace.root, own=(folder / f"{stem}.jsonl", folder / "cache" / f"{stem}.jsonl"),
    )  # fmt: skip


def _answers_input(workspace: Workspace, side: str) -> Input[list[Answer]]:
    missing = f"no answers yet to judge; run: winnow answer {side}"
    return FileInput(workspace.answers / f"{side}.jsonl", lambda file: to_answers(read_jsonl(file), side), missing)


def judge_study(workspace: Workspace, config: Config, name: str, progress: Progress) -> dict[str, Any]:
    """Judge the tuned answers against the base's, unless what the judge said of these answers is on disk."""
    return judge_stage(workspace, config, name).run(partial(_judge_study, progress=progress))


def _judge_study(stage: Stage[JudgeInputs], progress: Progress) -> dict[str, object]:
    inputs = stage.inputs
    system, stem = inputs.judge.open(), stage.path.name.removesuffix(MANIFEST)
    paired = pair_answers(inputs.base.open(), inputs.tuned.open())
    judged = _judge(
        [pair.as_judged_row() for pair in paired.pairs],
        system,
        system.identity,
        stage.folder / "cache" / f"{stem}.jsonl",
        progress,
    )
    stage.outputs = {"verdicts": stage.folder / f"{stem}.jsonl"}
    write_jsonl(stage.outputs["verdicts"], judged.rows)
    votes = [Vote(row["id"], SYSTEMS[row["judge"]]) for row in judged.rows if row["judge"]]
    counted = tally(votes, groups=held_out_groups(inputs.held_out.open()))
    lone = {"only_in": paired.only_in} if paired.lone_text else {}
    told = {"wins": counted.wins, "losses": counted.losses, "ties": counted.ties}
    return {"model": system.name, **judged.as_dict(), **told, "win_rate": counted.win_rate.as_dict(), **lone}


def judge_inputs(workspace: Workspace) -> dict[str, Input[ReadJudge]]:
    """Find what every judge said, by the name of its files."""
    stems = [path.name.removesuffix(MANIFEST) for path in sorted(_folder(workspace).glob(f"*{MANIFEST}"))]
    return {stem: _judge_input(_folder(workspace), stem) for stem in stems}


def _judge_input(folder: Path, stem: str) -> Input[ReadJudge]:
    """A judge's figures and verdicts, known by the bytes of both files."""
    figures = FileInput(folder / f"{stem}{MANIFEST}", read_json)
    verdicts = FileInput(folder / f"{stem}.jsonl", read_jsonl, "the judge's verdicts are gone; run: winnow judge")

    def read() -> ReadJudge:
        manifest, rows = figures.open(), verdicts.open()
        return ReadJudge(manifest["summary"], manifest["inputs"], {row["id"]: row["judge"] for row in rows})

    return Loaded(
        lambda: content_hash(figures.fingerprint(), verdicts.fingerprint()), read, (*figures.paths, *verdicts.paths)
    )


def judge_text(found: Mapping[str, Any]) -> str:
    """Write a judge's doubt, its agreement with itself when the sides are swapped, and its verdict, for a terminal.

    Who is unsteady can't be believed; who is steady may still be wrong.
    """
    from evaluation.figures import figure, lone_text, side_leaning

    lines = [f"judge {found['signature']}: {found['unscored']} unscored"]
    lines.append(f"  replies without a clear verdict: {figure(found['doubt'])}")
    if "swap_consistency" in found:
        lines.append(f"  same verdict with the sides swapped: {figure(found['swap_consistency'])}")
        lines.append(f"  named the first answer: {figure(found['first_share'])}{side_leaning(found)}")
    if "only_in" in found:
        lines.append(f"  answers without counterpart weren't judged: {lone_text(found['only_in'])}")
    if "win_rate" in found:
        lines.append(f"  tuned's win rate among decided pairs: {figure(found['win_rate'])}; {found['ties']} ties")
    return "\n".join(lines)


def _judge(rows: Sequence[Row], system: System, identity: str, cache: Path, progress: Progress) -> Judging:
    judge, verdicts = (judge_pairs, SAID_FIRST) if is_pairs(rows) else (judge_answers, CORRECTNESS)
    model, way = load_language_model(system.base), _way(system)
    settings = GenerationSettings(MAX_REPLY_TOKENS, batch_size=model.usual_batch)
    answering: Answering = model if way == WRITTEN else VerdictChoice(model, list(verdicts))
    answerer = Answerer(answering, system.name, content_hash(identity, way, *verdicts), settings, cache)

    def ask(prompts: Sequence[str]) -> list[str]:
        asked = [Question(str(place), prompt) for place, prompt in enumerate(prompts)]
        with progress(f"judging: {system.name}", len(prompts)) as advance:
            return [answer.text if answer.finished else "" for answer in answerer.answer(asked, advance)]

    return judge(rows, ask, f"{system.name}@{identity[:8]}", way=way)


def _way(system: System) -> str:
    """Name how this judge comes to a verdict: of a model that runs here the log-likelihoods are at hand."""
    return WRITTEN if is_server(system.base) else WAY


def _folder(workspace: Workspace) -> Path:
    return workspace.root / "judges"
