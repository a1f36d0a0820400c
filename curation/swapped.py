"""Tell a second answer from one that strayed in from another question.

An answer strayed when other questions have it too, none of them resembles its question, and it fits one of them
better.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from curation.coded_rows import CodedRows
from curation.pairs import Pair
from curation.text_vectors import text_vectors
from curation.verify import Verdict

ASKERS = 20  # questions with the same answer that are looked at
RESEMBLES = 0.6  # cosine from which two questions may well have one answer


def mark_swapped(rows: CodedRows, pairs: Sequence[Pair]) -> list[Pair]:
    """Give pairs whose one answer strayed the verdict `swapped`."""
    seconds = [pair for pair in pairs if pair.judgement.verdict is Verdict.SECOND]
    if not seconds or not rows.lexicon.has_vectors:
        return list(pairs)
    strays = _Strays(rows)
    astray = {node: strays.strayed(node) for pair in seconds for node in (pair.one, pair.other)}
    out = []
    for pair in pairs:
        if pair.judgement.verdict is Verdict.SECOND and (astray[pair.one] or astray[pair.other]):
            pair = replace(pair, judgement=replace(pair.judgement, verdict=Verdict.SWAPPED))
        out.append(pair)
    return out


class _Strays:
    def __init__(self, rows: CodedRows) -> None:
        self._nodes = rows.nodes
        self._questions = text_vectors(rows.lexicon, rows.questions)
        self._answers = text_vectors(rows.lexicon, rows.answers)
        self._askers: dict[int, list[int]] = defaultdict(list)
        for question, answer in rows.nodes.tolist():
            if len(self._askers[answer]) < ASKERS:
                self._askers[answer].append(question)

    def strayed(self, node: int) -> bool:
        question, answer = self._nodes[node].tolist()
        others = [asker for asker in self._askers[answer] if asker != question]
        if not others:
            return False
        if float(np.max(self._questions[others] @ self._questions[question])) >= RESEMBLES:
            return False
        fits = self._questions[[question, *others]] @ self._answers[answer]
        return bool(fits[0] < fits[1:].max())
