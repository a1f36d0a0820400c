"""Ask people whether rows are good: those that curation flagged, samples of the others; and who decides a dispute.

push(rows(study)); pull(rows(study))
export_sheet(path, adjudication(study))        # the rows on which people disagree
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from curation.labelling.definition import (
    Answer,
    Consequence,
    Facet,
    Fault,
    Field,
    Item,
    LabelledStudy,
    LabellingTask,
    Question,
)
from curation.labelling.form import escaped
from curation.labelling.labels import BEST_RATING, RATINGS, Label, checked, labels_in, latest
from curation.labelling.merge import decisions, merge
from curation.labelling.ranking import read_ranking
from curation.labelling.rooms import adjudication_room, rooms
from curation.labelling.tasks import LABEL_CHOICES, Task, assign, choose, read_gold, read_tasks, write_tasks
from curation.suspicion.flagged import CONTRADICTIONS, most_suspect_first, suspicion_of
from winnow.config import LabellingConfig
from winnow.data.ledger import Decision
from winnow.data.records import content_hash
from winnow.data.surroundings import TITLES, names_beside

BEGIN = "no rows were put before people yet; run: winnow label push"
_FIELDS = (
    *(Field(name, title, required=False) for name, title in TITLES.items()),
    Field("question", "Question"),
    Field("answer", "Answer"),
    Field("other_answers", "Other answers to this question in the data", required=False),
    Field("why_chosen", "Why this row was chosen", required=False),
)
_VOTES = Field("votes", "What the annotators said", required=False)
_FACETS = (
    Facet("signal", "Signal"),
    Facet("score", "Score", "number"),
    # Who saw that a row is a gold one (it comes from no source) would judge it with other eyes.
    Facet("source", "Source", hidden=True),
    Facet("role", "Role", hidden=True),
)
_GUIDELINES = """\
# Is this a good row to teach a model from?

Read the question and the answer as they stand, with the context or the earlier turns where the row has them.

- **Keep**: the answer is right and complete enough. Leave the corrected answer as it is.
- **Fix**: the question is worth keeping, the answer isn't right yet. Write the right one under *Corrected answer*.
- **Remove**: nothing here can be saved, or it doesn't belong to the domain.

Correctness and clarity go from 1 (bad) to {best} (good); give them where you can. Reasons say what is wrong:
{reasons}. Where you are not sure, choose what you would want a model to repeat, and say why in the comment.
"""


def rows(study: LabelledStudy) -> LabellingTask[Task]:
    """Define the task of judging rows: keep, fix or remove; what people disagree on goes to adjudication."""
    config, fields = study.config, _fields(study)

    def asked() -> Mapping[str, Task]:
        return read_tasks(study.home, config.dataset)

    def remember(shown: Iterable[Task]) -> None:
        write_tasks(study.home, config.dataset, {**asked(), **{task.id: task for task in shown}}.values())

    return LabellingTask(
        name="rows",
        study=study,
        guidelines=_guidelines(config),
        fields=fields,
        questions=_questions(config),
        rooms=tuple(rooms(config)),
        people=config.annotators,
        accounts=(*config.annotators, *config.adjudicators),
        needed=1 if config.assignment == "assigned" else config.overlap,
        columns=tuple(field.name for field in fields),
        facets=_FACETS,
        begin=BEGIN,
        peace="no row waits for a person: none is flagged; to draw unflagged ones set labelling.audit",
        choose=lambda: chosen_rows(study, asked()),
        asked=asked,
        show=lambda task: item_of(task, config.suggestions),
        judge=lambda task, answer: judge_row(task, answer, config),
        says=what_is_said,
        follow=lambda people: settle(people, asked(), config),
        keep_text=lambda new, before: replace(before, role=new.role, annotators=new.annotators),
        remember=remember,
        escalation=adjudication(study),
    )


@dataclass(frozen=True, slots=True)
class Dispute:
    """A row and what each person said of it."""

    task: Task
    votes: tuple[Label, ...] = ()


def adjudication(study: LabelledStudy) -> LabellingTask[Dispute]:
    """Define the task of deciding where people disagree: the same form, with what they said; one word settles it."""
    config, fields = study.config, _fields(study)

    def asked() -> Mapping[str, Dispute]:
        return {id_: Dispute(task) for id_, task in read_tasks(study.home, config.dataset).items()}

    def disputes() -> list[Dispute]:
        tasks = read_tasks(study.home, config.dataset)
        outcome = merge(labels_in(study.curated.ledger.people_decisions()), tasks, config)
        return [Dispute(tasks[id_], tuple(votes)) for id_, votes in outcome.conflicts.items()]

    return LabellingTask(
        name="adjudication",
        study=study,
        guidelines=_guidelines(config),
        fields=(*fields, _VOTES),
        questions=_questions(config),
        rooms=(adjudication_room(config),),
        people=config.adjudicators,
        needed=1,
        columns=tuple(field.name for field in fields),
        facets=_FACETS,
        begin=BEGIN,
        peace="people disagree on no row: nothing to decide",
        choose=disputes,
        asked=asked,
        show=_disputed_item,
        judge=lambda dispute, answer: judge_row(dispute.task if dispute else None, answer, config, True),
        says=what_is_said,
        follow=lambda people: settle(people, read_tasks(study.home, config.dataset), config),
    )


def chosen_rows(study: LabelledStudy, known: Mapping[str, Task]) -> list[Task]:
    """Choose the rows, add the gold ones unrecognisably among them, and say who judges which."""
    ledger, config = study.curated.ledger, study.config
    people = ledger.people_decisions()
    ranking = read_ranking(study.home)
    tasks = choose(study.curated.records(), ledger.step_decisions(), people, config, study.seed, ranking)
    if config.gold:
        tasks += read_gold(study.home.parent / config.gold)
    if config.assignment == "assigned":
        tasks = assign(tasks, config.annotators, config.overlap, known)
    return _in_order(tasks, suspicion_of(study.curated))


def _in_order(tasks: Sequence[Task], suspicions: Mapping[str, float]) -> list[Task]:
    """Put flagged rows in the order of suspicion, and all others at places by chance among them, unrecognisably."""
    disputed = frozenset(task.id for task in tasks if CONTRADICTIONS in task.signals)
    flagged = most_suspect_first([task.id for task in tasks if task.role == "flagged"], suspicions, disputed)
    place = {id_: (number + 0.5) / len(flagged) for number, id_ in enumerate(flagged)}
    return sorted(tasks, key=lambda task: place.get(task.id, int(content_hash("order", task.id)[:8], 16) / 16**8))


def _fields(study: LabelledStudy) -> tuple[Field, ...]:
    """List what people see: of what may stand beside a question only that which some row has.

    So the form of a dataset of plain rows is what it always was, and one that was pushed before goes on.
    """
    there = set(names_beside(study.curated.records())) if study.curated.records_file.exists() else set()
    if study.config.gold:
        there |= {name for task in read_gold(study.home.parent / study.config.gold) for name in task.beside}
    return tuple(field for field in _FIELDS if field.name not in TITLES or field.name in there)


def item_of(task: Task, suggest: bool = False) -> Item:
    """Return a row as people see it, its answer prefilled for correction.

    `suggest` adds the verdict that the reasons point at; the form preselects it.
    """
    others = "\n\n".join(f"{number}. {answer}" for number, answer in enumerate(task.other_answers, start=1))
    shown = {**task.beside, "question": task.question, "answer": task.answer}
    reasons = "\n".join(f"• {reason}" for reason in task.reasons)
    return Item(
        id=task.id,
        fields=escaped({**shown, "other_answers": others, "why_chosen": reasons}),
        cells={**shown, "other_answers": "\n\n".join(task.other_answers), "why_chosen": "\n".join(task.reasons)},
        role=task.role,
        text=task.question,
        people=task.annotators,
        facets={
            "signal": list(task.signals),
            "score": task.score,
            "source": task.source.rpartition(":")[0],
            "role": task.role,
        },
        prefilled={"corrected_answer": task.answer},
        suggested={"verdict": "fix" if task.role == "flagged" else "keep"} if suggest else {},
    )


def _disputed_item(dispute: Dispute) -> Item:
    item, votes = item_of(dispute.task), in_words(dispute.votes)
    why = "\n".join(part for part in (item.cells["why_chosen"], votes) if part)
    return replace(item, fields={**item.fields, **escaped({"votes": votes})}, cells={**item.cells, "why_chosen": why})


def judge_row(task: Task | None, answer: Answer, config: LabellingConfig, adjudication: bool = False) -> Decision:
    """Turn a person's answer about a row into the ledger's label; raises Fault for one that can't be used."""
    if task is None and answer.fields is None:
        raise Fault(f'id "{answer.id}" was never exported; leave the id column as it was')
    if task is None:
        raise Fault("the record wasn't pushed from here; remove it in Argilla or push from its own workspace")
    shown = item_of(task).fields
    whole = ("question", "answer", *task.beside)
    if answer.fields is not None and any(answer.fields.get(name) != shown[name] for name in whole):
        raise Fault(
            "question, answer or what stands beside them was edited in Argilla, so the verdict isn't on our row; "
            "correct the answer by fix instead"
        )
    label = checked(
        answer.values,
        task,
        config.reasons,
        by=answer.by,
        at=answer.at,
        began=answer.began,
        adjudication=adjudication,
    )
    return label.as_decision()


def what_is_said(label: Decision) -> tuple[object, ...]:
    """Return what a label says, without when it was said."""
    said = label.evidence
    ratings = tuple(sorted(said["ratings"].items()))
    return label.reason, said["answer"], ratings, tuple(said["reasons"]), said["comment"]


def settle(people: Sequence[Decision], tasks: Mapping[str, Task], config: LabellingConfig) -> Consequence:
    """Settle what can be settled by all labels; list the decisions that the ledger doesn't have."""
    outcome = merge(labels_in(people), tasks, config)
    new = decisions(outcome, tasks, people)
    return Consequence(tuple(new), len(outcome.conflicts), len(outcome.waiting))


def in_words(votes: Sequence[Label]) -> str:
    """Say what each annotator said, without names."""
    lines = []
    for letter, label in zip(
        "ABCDEFGHIJKLMNOPQRST", sorted(latest(votes), key=lambda label: label.id + label.at), strict=False
    ):
        reasons = f" ({', '.join(label.reasons)})" if label.reasons else ""
        comment = f" {label.comment}" if label.comment else ""
        answer = f"\n   {label.answer}" if label.answer else ""
        lines.append(f"{letter}: {label.verdict}{reasons}{comment}{answer}")
    return "\n".join(lines)


def _questions(config: LabellingConfig) -> tuple[Question, ...]:
    steps = tuple(str(step) for step in range(1, BEST_RATING + 1))
    return (
        Question("verdict", "Verdict", "choice", LABEL_CHOICES, required=True),
        Question("corrected_answer", "Corrected answer", "text"),
        *(Question(name, name.title(), "rating", steps) for name in RATINGS),
        Question("reasons", "What is wrong", "several", config.reasons),
        Question("comment", "Comment", "text"),
    )


def _guidelines(config: LabellingConfig) -> str:
    """Write the guidelines, the config's own words below."""
    own = config.guidelines.strip()
    return _GUIDELINES.format(best=BEST_RATING, reasons=", ".join(config.reasons)) + (f"\n{own}\n" if own else "")
