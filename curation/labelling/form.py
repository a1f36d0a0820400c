"""The form that people fill in: fields, questions, guidelines, and a task as a record of it.

settings = form(config.labelling, dimensions=384)       # argilla.Settings
"""

from __future__ import annotations

import html
from collections.abc import Iterable, Mapping
from typing import Any

from curation.labelling.labels import BEST_RATING, RATINGS
from curation.labelling.tasks import Task
from winnow.config import LabellingConfig

VECTOR = "similar"
_FIELDS = {
    "question": "Question",
    "answer": "Answer",
    "other_answers": "Other answers to this question in the data",
    "why_chosen": "Why this row was chosen",
    "votes": "What the annotators said",
}
_VERDICTS = {"keep": "Keep", "fix": "Fix", "remove": "Remove"}
_GUIDELINES = """\
# Is this a good row to teach a model from?

Read the question and the answer as they stand.

- **Keep**: the answer is right and complete enough. Leave the corrected answer as it is.
- **Fix**: the question is worth keeping, the answer isn't right yet. Write the right one under *Corrected answer*.
- **Remove**: nothing here can be saved, or it doesn't belong to the domain.

Correctness and clarity go from 1 (bad) to {best} (good); give them where you can. Reasons say what is wrong:
{reasons}. Where you are not sure, choose what you would want a model to repeat, and say why in the comment.
"""


def form(config: LabellingConfig, dimensions: int = 0, adjudication: bool = False) -> Any:
    """Return Argilla's settings of the dataset; `dimensions` of the questions' vectors, 0 without them."""
    import argilla as rg

    names = [name for name in _FIELDS if adjudication or name != "votes"]
    needed = 1 if adjudication or config.assignment == "assigned" else config.overlap
    return rg.Settings(
        guidelines=guidelines(config),
        fields=[
            rg.TextField(name, title=_FIELDS[name], required=name in ("question", "answer"), use_markdown=False)
            for name in names
        ],
        questions=[
            rg.LabelQuestion("verdict", labels=_VERDICTS, title="Verdict"),
            rg.TextQuestion("corrected_answer", title="Corrected answer", required=False),
            *(
                rg.RatingQuestion(name, values=list(range(1, BEST_RATING + 1)), title=name.title(), required=False)
                for name in RATINGS
            ),
            rg.MultiLabelQuestion("reasons", labels=list(config.reasons), title="What is wrong", required=False),
            rg.TextQuestion("comment", title="Comment", required=False),
        ],
        metadata=[
            rg.TermsMetadataProperty("signal", title="Signal"),
            rg.FloatMetadataProperty("score", title="Score"),
            # Who saw that a row is a gold one (it comes from no source) would judge it with other eyes.
            rg.TermsMetadataProperty("source", title="Source", visible_for_annotators=False),
            rg.TermsMetadataProperty("role", title="Role", visible_for_annotators=False),
        ],
        vectors=[rg.VectorField(VECTOR, dimensions=dimensions, title="Similar questions")] if dimensions else [],
        distribution=rg.TaskDistribution(min_submitted=needed),
    )


def guidelines(config: LabellingConfig) -> str:
    """Write the guidelines, the config's own words below."""
    return _GUIDELINES.format(best=BEST_RATING, reasons=", ".join(config.reasons)) + (
        f"\n{config.guidelines.strip()}\n" if config.guidelines.strip() else ""
    )


def fields_of(task: Task, votes: str = "") -> dict[str, str]:
    """Return what people see of a task; an absent field isn't shown.

    Argilla's web UI puts a text field into the page as HTML, scripts and all: escaped, it is shown as the text it is.
    """
    others = "\n\n".join(f"{number}. {answer}" for number, answer in enumerate(task.other_answers, start=1))
    reasons = "\n".join(f"• {reason}" for reason in task.reasons)
    shown = {"question": task.question, "answer": task.answer, "other_answers": others, "why_chosen": reasons}
    return {name: html.escape(text, quote=False) for name, text in (shown | {"votes": votes}).items() if text}


def record_of(
    task: Task, question_ids: Mapping[str, str], suggest: bool, vector: Iterable[float] | None = None, votes: str = ""
) -> dict[str, Any]:
    """Return the task as the API takes it, with the answer prefilled for correction.

    `suggest` adds the verdict that the reasons point at; the form preselects it.
    """
    metadata = {
        "signal": list(task.signals),
        "score": task.score,
        "source": task.source.rpartition(":")[0],
        "role": task.role,
    }
    suggestions = {"corrected_answer": task.answer}
    if suggest:
        suggestions["verdict"] = "fix" if task.role == "flagged" else "keep"
    return {
        "external_id": task.id,
        "fields": fields_of(task, votes),
        "metadata": {name: value for name, value in metadata.items() if value not in (None, "", [])},
        "suggestions": [
            {"question_id": question_ids[name], "value": value, "agent": "winnow", "type": "model"}
            for name, value in suggestions.items()
        ],
        **({"vectors": {VECTOR: [float(x) for x in vector]}} if vector is not None else {}),
    }
