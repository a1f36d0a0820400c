"""Retrieval beside tuning: the passages nearest to a question become its context, after the row's own.

asked = with_passages(questions, open_index(workspace.index, embedder), config.retrieval)
asked[0].passages[0]["document"], asked[0].context     # "fees.md", "Answer the question from these passages. …"
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from evaluation.answering.answers import Answer, Question
from evaluation.index.documents import EXTRA
from winnow.config import RetrievalConfig
from winnow.errors import require
from winnow.statistics import Interval, wilson

CONTEXT = """Answer the question from these passages. If they don't answer it, say so.

{passages}"""


def with_passages(questions: Sequence[Question], store: Any, settings: RetrievalConfig) -> list[Question]:
    """Give each question its nearest `passages`, found by its own words, and put them into its `context`."""
    runnables = require("langchain_core.runnables", EXTRA)
    retriever = store.as_retriever(search_kwargs={"k": settings.passages})
    made = (retriever | runnables.RunnableLambda(_passages)).batch([question.question for question in questions])
    return [
        replace(question, context=_joined(question.context, passages), passages=passages)
        for question, passages in zip(questions, made, strict=True)
    ]


def _passages(found: Sequence[Any]) -> tuple[Mapping[str, str], ...]:
    return tuple({"document": d.metadata["document"], "text": d.page_content} for d in found)


def _joined(context: str, passages: Sequence[Mapping[str, str]]) -> str:
    listed = "\n\n".join(f"[{n}] {p['text']}" for n, p in enumerate(passages, start=1))
    return "\n\n".join(part for part in (context, CONTEXT.format(passages=listed)) if part)


def hit_rate(answers: Sequence[Answer]) -> Interval:
    """Divide the answers whose `document` is among their passages by those that have one; Wilson's interval.

    Documents fees.md, rates.pdf and None, passages of fees.md each → 0.5 of n = 2
    """
    known = [answer for answer in answers if answer.document]
    hits = sum(any(p["document"] == answer.document for p in answer.passages or ()) for answer in known)
    return wilson(hits, len(known))
