"""Filter the self-written dialogues by rules and embeddings, without a judge model, down to a budget of tokens.

Every dialogue is kept or rejected with a reason, so that `written` = `kept` + the sum of the reasons:

    made = sieve(dialogues, writer.fault, embedder.embed, protected, settings, budget=10_000, seed=0)
    made.funnel, made.kept_rows(), made.rejected_rows()
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from math import floor

import numpy as np
from numpy.typing import NDArray

from curation.preservation.dialogues import Dialogue, Fault, is_refusal, same_words
from winnow.config import PreservationConfig
from winnow.data.records import content_hash
from winnow.text.language import language_of

Vectors = NDArray[np.float32]
Embed = Callable[[Sequence[str]], Vectors]
Rejected = list[tuple[Dialogue, Fault]]

REASONS = (
    "empty",
    "unfinished",
    "few_words",
    "ends_with_colon",
    "role_leak",
    "repeated",
    "wrong_language",
    "same_question",
    "leak",
    "near_duplicate",
    "refusal",
    "over_budget",
)
MAX_CLUSTERS = 256  # of the diversity pick: k-means on more costs minutes and spreads no better
QUESTIONS_A_BLOCK = 1024  # compared at once


@dataclass(frozen=True)
class Preservation:
    """The kept dialogues, the rejected ones with their faults, and the budget of tokens."""

    kept: list[Dialogue]
    rejected: Rejected
    budget: int

    @property
    def tokens(self) -> int:
        """Tokens of the kept answers, which a loss covers."""
        return sum(dialogue.tokens for dialogue in self.kept)

    @property
    def funnel(self) -> dict[str, int]:
        """Count the dialogues: `written`, then those rejected by reason in the filters' order, then `kept`."""
        counts = Counter(fault.reason for _, fault in self.rejected)
        reasons = {reason: counts[reason] for reason in REASONS}
        return {"written": len(self.kept) + len(self.rejected), **reasons, "kept": len(self.kept)}

    def kept_rows(self) -> list[dict[str, object]]:
        """Give the kept rows in the form that training reads."""
        return [_row(dialogue) for dialogue in self.kept]

    def rejected_rows(self) -> list[dict[str, object]]:
        """Give the rejected rows with reason and evidence, in the order they were written."""
        ordered = sorted(self.rejected, key=lambda pair: pair[0].number)
        return [_row(d) | {"reason": fault.reason, "evidence": fault.evidence} for d, fault in ordered]


def sieve(
    dialogues: Sequence[Dialogue],
    fault_of: Callable[[Dialogue], Fault | None],
    embed: Embed,
    protected: Sequence[str],
    settings: PreservationConfig,
    budget: int,
    seed: int,
) -> Preservation:
    """Reject dialogues by text, as copies or leaks of protected prompts, and beyond the budget, in this order."""
    rejected: Rejected = []
    kept = _drop(dialogues, {d.number: fault for d in dialogues if (fault := fault_of(d))}, rejected)
    kept = _drop(kept, _wrong_languages(kept, settings.language), rejected)
    kept = _drop(kept, _same_questions(kept), rejected)
    vectors = embed([text for dialogue in kept for text in dialogue.questions])
    by_number = dict(_own_vectors(kept, vectors))
    shield = embed(list(protected)) if protected and kept else np.empty((0, 0), np.float32)
    kept = _drop(kept, _leaks(kept, by_number, protected, shield, settings.leak), rejected)
    kept = _drop(kept, _near_duplicates(kept, by_number, settings.near_duplicate), rejected)
    kept = _drop(kept, _refusals(kept, settings.refusals), rejected)
    if kept:
        last = np.stack([by_number[dialogue.number][-1] for dialogue in kept])
        chosen = pick_diverse(last, [dialogue.tokens for dialogue in kept], budget, seed)
        over = {d.number: Fault("over_budget") for place, d in enumerate(kept) if place not in chosen}
        kept = _drop(kept, over, rejected)
    return Preservation(kept, rejected, budget)


def pick_diverse(vectors: Vectors, tokens: Sequence[int], budget: int, seed: int) -> set[int]:
    """Choose rows whose tokens fit the budget, spread over k-means clusters of their vectors.

    The clusters take turns; each gives its remaining row nearest to the centroid (after SSR, arXiv 2403.01244).
    """
    if sum(tokens) <= budget:
        return set(range(len(tokens)))
    from sklearn.cluster import KMeans

    wanted = max(1, round(budget / (sum(tokens) / len(tokens))))
    clusters = min(MAX_CLUSTERS, wanted, len(tokens))
    means = KMeans(clusters, n_init=1, random_state=seed).fit(vectors)
    distances = np.linalg.norm(vectors - means.cluster_centers_[means.labels_], axis=1)
    rank: Counter[int] = Counter()
    turns = []
    for row in np.argsort(distances, kind="stable").tolist():
        cluster = int(means.labels_[row])
        turns.append((rank[cluster], distances[row], row))
        rank[cluster] += 1
    chosen: set[int] = set()
    left = budget
    for _, _, row in sorted(turns):
        if tokens[row] <= left:
            chosen.add(row)
            left -= tokens[row]
    return chosen


def _drop(dialogues: Iterable[Dialogue], faults: dict[int, Fault], rejected: Rejected) -> list[Dialogue]:
    """Append the dialogues with a fault to `rejected`; returns the others."""
    kept = []
    for dialogue in dialogues:
        if fault := faults.get(dialogue.number):
            rejected.append((dialogue, fault))
        else:
            kept.append(dialogue)
    return kept


def _wrong_languages(dialogues: Sequence[Dialogue], wanted: str | None) -> dict[int, Fault]:
    guesses = {d.number: language_of(f"{d.question}\n{d.answer}") for d in dialogues}
    codes = Counter(guess.code for guess in guesses.values() if guess.code)
    usual = wanted or (codes.most_common(1)[0][0] if codes else "")
    return {
        number: Fault("wrong_language", {"value": guess.code, "wanted": usual})
        for number, guess in guesses.items()
        if guess.code and guess.code != usual
    }


def _same_questions(dialogues: Sequence[Dialogue]) -> dict[int, Fault]:
    """Find repeated questions by their words; a second turn counts together with its first."""
    first: dict[tuple[str, ...], int] = {}
    faults = {}
    for dialogue in dialogues:
        key = tuple(same_words(question) for question in dialogue.questions)
        if (twin := first.setdefault(key, dialogue.number)) != dialogue.number:
            faults[dialogue.number] = Fault("same_question", {"twin": twin})
    return faults


def _own_vectors(dialogues: Sequence[Dialogue], vectors: Vectors) -> Iterable[tuple[int, Vectors]]:
    """Yield each dialogue's number with the vectors of its questions."""
    start = 0
    for dialogue in dialogues:
        end = start + len(dialogue.questions)
        yield dialogue.number, vectors[start:end]
        start = end


def _leaks(
    dialogues: Sequence[Dialogue],
    vectors: dict[int, Vectors],
    protected: Sequence[str],
    shield: Vectors,
    limit: float,
) -> dict[int, Fault]:
    """Find dialogues of which a question lies within the cosine limit of a held-out question or test prompt."""
    exact = {same_words(prompt): prompt for prompt in protected}
    faults = {}
    for dialogue in dialogues:
        for question, vector in zip(dialogue.questions, vectors[dialogue.number], strict=True):
            if (words := same_words(question)) in exact:
                faults[dialogue.number] = Fault("leak", {"twin": exact[words], "score": 1.0})
                break
            near = shield @ vector if len(shield) else np.zeros(1)
            if near.max() >= limit:
                twin = protected[int(near.argmax())]
                faults[dialogue.number] = Fault("leak", {"twin": twin, "score": round(float(near.max()), 4)})
                break
    return faults


def _near_duplicates(dialogues: Sequence[Dialogue], vectors: dict[int, Vectors], limit: float) -> dict[int, Fault]:
    """Find questions near an earlier kept one; only dialogues with equally many turns are compared."""
    faults: dict[int, Fault] = {}
    for turns in {len(dialogue.questions) for dialogue in dialogues}:
        group = [dialogue for dialogue in dialogues if len(dialogue.questions) == turns]
        matrix = np.stack([vectors[dialogue.number].mean(axis=0) for dialogue in group])
        matrix /= np.linalg.norm(matrix, axis=1, keepdims=True).clip(min=1e-9)
        faults |= _close_rows(group, matrix, limit)
    return faults


def _close_rows(group: Sequence[Dialogue], matrix: Vectors, limit: float) -> dict[int, Fault]:
    faults: dict[int, Fault] = {}
    stays = np.ones(len(group), dtype=bool)
    for start in range(0, len(group), QUESTIONS_A_BLOCK):
        block = matrix[start : start + QUESTIONS_A_BLOCK]
        near = block @ matrix[: start + len(block)].T
        for offset, row in enumerate(range(start, start + len(block))):
            scores = np.where(stays[:row], near[offset, :row], -1.0)
            if row and scores.max() >= limit:
                twin = int(scores.argmax())
                stays[row] = False
                evidence = {"twin": group[twin].number, "score": round(float(scores[twin]), 4)}
                faults[group[row].number] = Fault("near_duplicate", evidence)
    return faults


def _refusals(dialogues: Sequence[Dialogue], share: float) -> dict[int, Fault]:
    """Reject refusals beyond their allowed share, the latest first; the base refuses too, so that some are kept."""
    refusing = [dialogue for dialogue in dialogues if is_refusal(dialogue)]
    allowed = floor(share * len(dialogues))
    return {d.number: Fault("refusal", {"allowed": allowed, "found": len(refusing)}) for d in refusing[allowed:]}


def _row(dialogue: Dialogue) -> dict[str, object]:
    identity = content_hash("preservation", str(dialogue.number), dialogue.question, dialogue.answer)[:16]
    return {
        "question": dialogue.question,
        "answer": dialogue.answer,
        **({"history": list(dialogue.history)} if dialogue.history else {}),
        "id": identity,
        "kind": "preservation",
        "origin": dialogue.origin,
        "number": dialogue.number,
        "tokens": dialogue.tokens,
    }
