"""Held-out votes of an earlier study as what a next study learns from: they are spent, and its history says so.

spend(workspace, config, earlier)       # collected/spent.jsonl here, a line in the earlier study's history

Refused where a question that people voted on, or a copy of it, is held out here: a next study needs new held-out rows.
"""

from __future__ import annotations

from evaluation.answering.written import read_answers
from evaluation.collection.said import SIDES, SPENT, said_by_votes
from evaluation.people.review import review_of
from evaluation.people.vote_log import JudgmentLog, export
from evaluation.people.win_rate import to_votes
from evaluation.report.history import remember_spent
from training.leakage import refuse_leaks
from training.preferences import write_said
from training.stage import SPENT as REMEDY
from training.stage import training_data
from winnow.config import Config
from winnow.data.files import read_records
from winnow.errors import InputError
from winnow.study.plan import read
from winnow.study.plan_fields import held_out_rows
from winnow.study.workspace import Workspace


def spend(workspace: Workspace, config: Config, earlier: Workspace) -> dict[str, object]:
    """Take what most reviewers of the earlier study preferred, base or tuned, as good and bad answers to learn from.

    A reviewer's note is a remark there, no answer, and isn't learnt from. Raises InputError while the earlier review
    is open, or where nothing was decided.
    """
    plan = read(earlier.plan_file)
    review = review_of(plan, JudgmentLog(earlier.judgments_file))
    if review.is_open:
        raise InputError(f"{earlier.root}: its blind review isn't over; votes are spent once it is")
    systems = read_answers(earlier, plan, held_out_rows(earlier))
    texts = [{answer.id: answer.text for answer in systems.get(side, [])} for side in SIDES]
    asked = [row for row in read_records(earlier.split / "held_out.jsonl") if all(row.id in side for side in texts)]
    answers = [(texts[0][row.id], texts[1][row.id]) for row in asked]
    said = said_by_votes(asked, answers, to_votes(export(review.counted)), corrected={})
    if not said:
        raise InputError(f"{earlier.root}: no vote there prefers an answer, so nothing can be learnt from it")
    data = training_data(workspace, config)
    refuse_leaks([one.record for one in said], data.held_out, data.judged, REMEDY)
    write_said(workspace.collected / SPENT, said)
    remember_spent(earlier, len(said), workspace.root.resolve().name)
    return {"from": earlier.root.resolve().name, "said": len(said)}
