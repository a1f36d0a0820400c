"""Instruction-following difficulty: how much the question helps a language model to predict the answer.

    tools = Tools(log_likelihood=answer_scorer(load_language_model("smollm2-135m-instruct")))

Loss ratio of Li et al., "From Quantity to Quality" (arXiv 2308.12032): mean loss of the answer after its question
over its mean loss after an empty one. Both terms score the same tokens, the answer's own, behind the same template.
"""

from __future__ import annotations

from collections.abc import Sequence

from curation.corpus.corpus import Corpus
from curation.corpus.rows import NOT_APPLICABLE, Finding, Row
from curation.corpus.tools import LogLikelihood, Tools
from winnow.models.chat import format_prompt
from winnow.models.interface import LanguageModel

SHORT = 5  # words; the ratio of a few tokens' losses says more about their length than about the row
LONGEST = 2_000  # characters of the answer, and of what it follows, that are scored


def answer_scorer(model: LanguageModel) -> LogLikelihood:
    """Score answers with a model behind its own chat template; an empty question is an empty user turn."""

    def score(pairs: Sequence[tuple[str, str]]) -> list[Sequence[float]]:
        rendered = [(format_prompt(model.tokenizer, question), answer) for question, answer in pairs]
        return [scored.tokens for scored in model.log_likelihood(rendered)]

    return score


def ifd(rows: Sequence[Row], corpus: Corpus, tools: Tools) -> list[Finding]:
    """Give the ratio of losses: 1 and more, the question doesn't help; near 0, it gives the answer away."""
    findings = [NOT_APPLICABLE] * len(rows)
    scored = [i for i, row in enumerate(rows) if len(row.words) >= SHORT and row.question_words]
    if tools.log_likelihood is None or not scored:
        return findings
    answers = [rows[i].answer[:LONGEST] for i in scored]
    questions = [rows[i].asked[-LONGEST:] for i in scored]
    with_question = tools.log_likelihood(list(zip(questions, answers, strict=True)))
    alone = tools.log_likelihood([("", answer) for answer in answers])
    for i, given, bare in zip(scored, with_question, alone, strict=True):
        if len(given) != len(bare):
            raise ValueError(f"{len(given)} tokens scored with the question and {len(bare)} without it")
        if (loss := -sum(bare)) > 0:
            findings[i] = Finding(-sum(given) / loss)
    return findings
