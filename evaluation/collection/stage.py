"""Two answers to questions of the training rows, of the tuned model or of base and tuned, and people's votes as data.

collect_pairs(workspace, config, progress)      # collected/pairs.jsonl, never a held-out question
paired = collected(workspace)                   # the pairs, as the blind screen shows them
said = said_of(workspace)                       # votes and corrections, which `winnow prefer` learns from

Answers are sampled, each with its seed; the screen calls them left and right as ever. Votes stand in the study's log
under the hash of the collection, so that none of them is taken for one on the held-out rows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from evaluation.answering.answers import Answer, Answerer, Question, to_answers
from evaluation.answering.stage import System, find_system
from evaluation.collection.said import SIDES, SPENT, said_by_votes
from evaluation.comparison.pairs import Paired, pair_answers
from evaluation.people.vote_log import JudgmentLog, export
from evaluation.people.win_rate import to_votes
from training.preferences import Said, read_said
from training.runs import data_hash
from training.stage import training_data
from winnow.config import AnswersConfig, Config, PreferenceConfig
from winnow.data.files import file_hash, read_jsonl, read_records, write_jsonl
from winnow.data.outputs import kept_row
from winnow.data.records import Record, content_hash
from winnow.errors import InputError
from winnow.models.interface import GenerationSettings
from winnow.models.prompt import PromptForm, prompt_form
from winnow.progress import Progress
from winnow.study.inputs import Input, Inputs, Loaded, Value
from winnow.study.stage import Stage
from winnow.study.workspace import Workspace

PLACES = ("first", "second")  # the columns of the two answers


@dataclass(frozen=True)
class CollectInputs(Inputs):
    """The questions drawn from training and validation rows, the two that answer them, how they are asked.

    Where both answers are the tuned model's, it stands twice among the `systems`.
    """

    rows: Input[list[Record]]
    systems: Mapping[str, Input[System]]
    prompt: Input[PromptForm]


def collect_pairs(workspace: Workspace, config: Config, progress: Progress, system: str = "tuned") -> dict[str, object]:
    """Answer questions of the training and validation rows twice, unless that was done already.

    Both answers are of `system`, or the first is of the base where `preference.pairs` says so.
    """
    data, settings = training_data(workspace, config), config.preference
    held_out = {row.id for row in data.held_out}
    pool = [row for row in (*data.train, *data.validation) if row.id not in held_out]
    drawn = sorted(pool, key=lambda row: content_hash(str(config.seed), row.id, "collected"))[: settings.questions]
    form, names = prompt_form(config), (system if settings.pairs == "tuned" else "base", system)
    inputs = CollectInputs(
        Loaded(lambda: data_hash(drawn), lambda: drawn),
        {place: find_system(workspace, config, name).as_input() for place, name in zip(PLACES, names, strict=True)},
        Value(form),
    )
    folder = workspace.collected
    stage = Stage(folder / "manifest.json", "collect", inputs, (config.answers, settings), config.seed, code=[__name__])
    return stage.run(partial(_collect, progress=progress))


def _collect(stage: Stage[CollectInputs], progress: Progress) -> dict[str, object]:
    rows, systems = stage.inputs.rows.open(), [system.open() for system in stage.inputs.systems.values()]
    samples: dict[int, list[Answer]] = {}
    for system in dict.fromkeys(systems):
        places = [place for place, one in enumerate(systems) if one == system]
        samples |= _sampled(stage, system, places, [Question.of(row) for row in rows], progress)
    said = [samples[place] for place in range(len(systems))]
    different = [(row, one, two) for row, one, two in zip(rows, *said, strict=True) if one.text != two.text]
    stage.outputs = {"pairs": stage.folder / "pairs.jsonl"}
    write_jsonl(stage.outputs["pairs"], (_row(*pair) for pair in different))
    return {"questions": len(rows), "pairs": len(different), "same": len(rows) - len(different)}


def _sampled(
    stage: Stage[CollectInputs], system: System, places: Sequence[int], asked: Sequence[Question], progress: Progress
) -> dict[int, list[Answer]]:
    """Let one model answer for each of its places, each with a seed of its own; it is in memory only while it does."""
    answers, preference, model = stage.setting(AnswersConfig), stage.setting(PreferenceConfig), system.load()
    cache, form, found = stage.folder / "cache.jsonl", stage.inputs.prompt.open(), {}
    for place in places:
        settings = GenerationSettings(
            answers.max_new_tokens, preference.temperature, answers.top_p, (stage.seed or 0) + place, answers.batch_size
        )
        answerer = Answerer(model, system.name, system.identity, settings, cache, form)
        with progress(f"collecting: answer {place + 1}, of {system.name}", len(asked)) as advance:
            found[place] = answerer.answer(asked, advance)
    return found


def _row(record: Record, first: Answer, second: Answer) -> dict[str, object]:
    return {**kept_row(record), "first": first.text, "second": second.text}


def collected(workspace: Workspace) -> Paired:
    """Read the pairs that were collected; raises InputError where there are none."""
    sides = []
    for side, column in zip(SIDES, PLACES, strict=True):
        rows = [
            {**row, "reference": row["answer"], "prediction": row[column], "system": side}
            | {"system_prompt": row.get("system", "")}
            for row in _rows(workspace)
        ]
        sides.append(to_answers(rows, side))
    return pair_answers(*sides)


def _rows(workspace: Workspace) -> list[dict[str, str]]:
    path = workspace.collected / "pairs.jsonl"
    if not path.exists():
        raise InputError(f"{path}: no answers to vote on yet; run: winnow collect")
    return read_jsonl(path)


def collection_hash(workspace: Workspace) -> str:
    """Name the collection in the vote log: other answers are another collection."""
    return content_hash("collection", file_hash(workspace.collected / "pairs.jsonl"))


def said_of(workspace: Workspace) -> list[Said]:
    """Turn votes, and corrections that people made of these rows in the ledger, into good and bad answers.

    What most reviewers preferred counts; a tie, and a pair on which they disagree, teach nothing. Where both answers
    are bad and a note says how it should be, or the row's answer was corrected, that is good and both are bad. What an
    earlier study's held-out votes said stands at the end.
    """
    spent = workspace.collected / SPENT
    earlier = read_said(spent) if spent.exists() else []
    if earlier and not (workspace.collected / "pairs.jsonl").exists():
        return earlier
    answers = [(row["first"], row["second"]) for row in _rows(workspace)]
    log = JudgmentLog(workspace.judgments_file)
    votes = to_votes(export(log.judgments(collection_hash(workspace))))
    corrected = {vote.id: vote.note for vote in votes if vote.preferred == "both_bad" and vote.note}
    records = read_records(workspace.collected / "pairs.jsonl")
    return [*said_by_votes(records, answers, votes, corrected | _corrections(workspace)), *earlier]


def _corrections(workspace: Workspace) -> dict[str, str]:
    """Give the answers that people corrected, by the row's id; the last word counts."""
    made: Sequence[Any] = workspace.curated.ledger.people_decisions()
    return {one.id: one.text for one in made if one.action == "correct" and one.field == "answer" and one.text}
