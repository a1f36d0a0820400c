"""Two answers of the tuned model to questions of its training rows, for people to vote on, and their votes as data.

collect_pairs(workspace, config, progress)      # collected/pairs.jsonl, never a held-out question
paired = collected(workspace)                   # the pairs, as the blind screen shows them
said = said_of(workspace)                       # votes and corrections, which `winnow prefer` learns from

Both answers are the model's own, sampled with two seeds; the screen calls them left and right as ever. Votes stand in
the study's log under the hash of the collection, so that none of them is taken for one on the held-out rows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from evaluation.answering.answers import Answer, Answerer, Question, to_answers
from evaluation.answering.stage import System, find_system
from evaluation.comparison.pairs import Paired, pair_answers
from evaluation.people.verdicts import plurality
from evaluation.people.vote_log import JudgmentLog, export
from evaluation.people.win_rate import DISAGREE, first_votes, to_votes
from training.preferences import Said
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

SIDES = ("base", "tuned")  # as the blind screen calls its two columns: here the first sample and the second


@dataclass(frozen=True)
class CollectInputs(Inputs):
    """The questions drawn from training and validation rows, the model that answers them, how they are asked."""

    rows: Input[list[Record]]
    system: Input[System]
    prompt: Input[PromptForm]


def collect_pairs(workspace: Workspace, config: Config, progress: Progress, system: str = "tuned") -> dict[str, Any]:
    """Answer questions of the training and validation rows twice, unless that was done already."""
    data, settings = training_data(workspace, config), config.preference
    held_out = {row.id for row in data.held_out}
    pool = [row for row in (*data.train, *data.validation) if row.id not in held_out]
    drawn = sorted(pool, key=lambda row: content_hash(str(config.seed), row.id, "collected"))[: settings.questions]
    form = prompt_form(config)
    inputs = CollectInputs(
        Loaded(lambda: data_hash(drawn), lambda: drawn),
        find_system(workspace, config, system).as_input(),
        Value(form),
    )
    folder = workspace.collected
    stage = Stage(folder / "manifest.json", "collect", inputs, (config.answers, settings), config.seed, code=[__name__])
    return stage.run(partial(_collect, progress=progress))


def _collect(stage: Stage[CollectInputs], progress: Progress) -> dict[str, object]:
    rows, system = stage.inputs.rows.open(), stage.inputs.system.open()
    model, asked = system.load(), [Question.of(row) for row in rows]
    answers, preference = stage.setting(AnswersConfig), stage.setting(PreferenceConfig)
    said = []
    for sample in range(len(SIDES)):
        seed = (stage.seed or 0) + sample
        settings = GenerationSettings(
            answers.max_new_tokens, preference.temperature, answers.top_p, seed, answers.batch_size
        )
        cache = stage.folder / "cache.jsonl"
        answerer = Answerer(model, system.name, system.identity, settings, cache, stage.inputs.prompt.open())
        with progress(f"collecting: answer {sample + 1}", len(asked)) as advance:
            said.append(answerer.answer(asked, advance))
    different = [(row, one, two) for row, one, two in zip(rows, *said, strict=True) if one.text != two.text]
    stage.outputs = {"pairs": stage.folder / "pairs.jsonl"}
    write_jsonl(stage.outputs["pairs"], (_row(*pair) for pair in different))
    return {"questions": len(rows), "pairs": len(different), "same": len(rows) - len(different)}


def _row(record: Record, first: Answer, second: Answer) -> dict[str, Any]:
    return {**kept_row(record), "first": first.text, "second": second.text}


def collected(workspace: Workspace) -> Paired:
    """Read the pairs that were collected; raises InputError where there are none."""
    sides = []
    for side, column in zip(SIDES, ("first", "second"), strict=True):
        rows = [
            {**row, "reference": row["answer"], "prediction": row[column], "system": side}
            | {"system_prompt": row.get("system", "")}
            for row in _rows(workspace)
        ]
        sides.append(to_answers(rows, side))
    return pair_answers(*sides)


def _rows(workspace: Workspace) -> list[dict[str, Any]]:
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
    are bad and a note says how it should be, or the row's answer was corrected, that is good and both are bad.
    """
    rows = _rows(workspace)
    log = JudgmentLog(workspace.judgments_file)
    votes = to_votes(export(log.judgments(collection_hash(workspace))))
    words = {item: plurality([vote.preferred for vote in said], DISAGREE) for item, said in first_votes(votes).items()}
    corrected = {vote.id: vote.note for vote in votes if vote.preferred == "both_bad" and vote.note}
    corrected |= _corrections(workspace)
    records = read_records(workspace.collected / "pairs.jsonl")
    found = [_said(record, row, words.get(record.id), corrected) for record, row in zip(records, rows, strict=True)]
    return [one for one in found if one is not None]


def _said(record: Record, row: Mapping[str, Any], word: str | None, corrected: Mapping[str, str]) -> Said | None:
    both = (row["first"], row["second"])
    if record.id in corrected:
        right = corrected[record.id]
        return Said(record, (right,), tuple(text for text in both if text != right), "correction")
    if word == "both_bad":
        return Said(record, (), both, "vote")
    if word not in SIDES:
        return None
    good = SIDES.index(word)
    return Said(record, (both[good],), (both[1 - good],), "vote")


def _corrections(workspace: Workspace) -> dict[str, str]:
    """Give the answers that people corrected, by the row's id; the last word counts."""
    made: Sequence[Any] = workspace.curated.ledger.people_decisions()
    return {one.id: one.text for one in made if one.action == "correct" and one.field == "answer" and one.text}
