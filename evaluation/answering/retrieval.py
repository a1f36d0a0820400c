"""Retrieval beside tuning: the passages nearest to a question are put before it.

asked = with_passages(questions, open_index(workspace.index, embedder), config.retrieval)
asked[0].passages[0]["document"], asked[0].prompt     # "fees.md", "Answer the question from these passages. …"
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

PROMPT = """Answer the question from these passages. If they don't answer it, say so.

{passages}

Question: {question}"""


def with_passages(questions: Sequence[Question], store: Any, settings: RetrievalConfig) -> list[Question]:
    """Give each question its nearest `passages` and the `prompt` that puts them before it."""
    runnables = require("langchain_core.runnables", EXTRA)
    retriever = store.as_retriever(search_kwargs={"k": settings.passages})
    look_up = runnables.RunnableParallel(found=retriever, question=runnables.RunnablePassthrough())
    chain = look_up | runnables.RunnableLambda(_to_prompt)
    made = chain.batch([question.text for question in questions])
    return [
        replace(question, prompt=prompt, passages=passages)
        for question, (prompt, passages) in zip(questions, made, strict=True)
    ]


def _to_prompt(looked_up: Mapping[str, Any]) -> tuple[str, tuple[Mapping[str, str], ...]]:
    passages = tuple({"document": d.metadata["document"], "text": d.page_content} for d in looked_up["found"])
    joined = "\n\n".join(f"[{n}] {p['text']}" for n, p in enumerate(passages, start=1))
    return PROMPT.format(passages=joined, question=looked_up["question"]), passages


def hit_rate(answers: Sequence[Answer]) -> Interval:
    """Divide the answers whose `document` is among their passages by those that have one; Wilson's interval.

    Documents fees.md, rates.pdf and None, passages of fees.md each → 0.5 of n = 2
    """
    known = [answer for answer in answers if answer.document]
    hits = sum(any(p["document"] == answer.document for p in answer.passages or ()) for answer in known)
    return wilson(hits, len(known))
