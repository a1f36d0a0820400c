"""A task as Argilla takes it: the form that people fill in, and an item as a record of it.

settings = form(task, dimensions=384)       # argilla.Settings
record_of(item, dataset.question_ids)       # {"external_id": "3f2a…", "fields": {…}, …}
"""

from __future__ import annotations

import html
from collections.abc import Iterable, Mapping
from typing import Any

from curation.labelling.dataset import Record
from curation.labelling.definition import Facet, Item, LabellingTask, Question

VECTOR = "similar"


def form(task: LabellingTask[Any], dimensions: int = 0) -> Any:
    """Return Argilla's settings of the dataset; `dimensions` of the items' vectors, 0 without them."""
    import argilla as rg

    return rg.Settings(
        guidelines=task.guidelines,
        fields=[
            rg.TextField(field.name, title=field.title, required=field.required, use_markdown=field.as_html)
            for field in task.fields
        ],
        questions=[_question(question) for question in task.questions],
        metadata=[_facet(facet) for facet in task.facets],
        vectors=[rg.VectorField(VECTOR, dimensions=dimensions, title="Similar questions")] if dimensions else [],
        distribution=rg.TaskDistribution(min_submitted=task.needed),
    )


def _question(question: Question) -> Any:
    import argilla as rg

    said = {"name": question.name, "title": question.title, "required": question.required}
    match question.kind:
        case "choice":
            return rg.LabelQuestion(labels={option: option.title() for option in question.options}, **said)
        case "several":
            return rg.MultiLabelQuestion(labels=list(question.options), **said)
        case "rating":
            return rg.RatingQuestion(values=[int(option) for option in question.options], **said)
        case "text":
            return rg.TextQuestion(**said)


def _facet(facet: Facet) -> Any:
    import argilla as rg

    kind = rg.TermsMetadataProperty if facet.kind == "terms" else rg.FloatMetadataProperty
    return kind(facet.name, title=facet.title, visible_for_annotators=not facet.hidden)


def escaped(fields: Mapping[str, str]) -> dict[str, str]:
    """Return what people see of texts; an empty one isn't shown.

    Argilla's web UI puts a text field into the page as HTML, scripts and all: escaped, it is shown as the text it is.
    """
    return {name: html.escape(text, quote=False) for name, text in fields.items() if text}


def record_of(item: Item, question_ids: Mapping[str, str], vector: Iterable[float] | None = None) -> Record:
    """Return the item as the API takes it, what is prefilled or suggested as suggestions, which the form preselects."""
    record = Record(external_id=item.id, fields=dict(item.fields))
    if facets := {name: value for name, value in item.facets.items() if value not in (None, "", [])}:
        record["metadata"] = facets
    if suggestions := {**item.prefilled, **item.suggested}:
        record["suggestions"] = [
            {"question_id": question_ids[name], "value": value, "agent": "winnow", "type": "model"}
            for name, value in suggestions.items()
        ]
    if vector is not None:
        record["vectors"] = {VECTOR: [float(x) for x in vector]}
    return record
