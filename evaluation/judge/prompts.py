"""A language model as a judge: asked in both orders, read strictly, unscored on doubt.

    judged = judge_pairs(rows, ask, "qwen3-8b")     # ask: prompts → replies; of a local model see VerdictChoice
    meta(judged.rows, judges=["judge"])             # is it worth anything? people decide
    judge_answers(rows, ask, "qwen3-8b")            # one answer each, against its reference

A judge is one more metric: its verdicts are a headline only after `meta` has held them against people. The texts it
reads are untrusted: they are fenced, and only the last line of its reply is read.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from winnow.data.columns import Row, text, texts, with_columns
from winnow.data.records import content_hash
from winnow.data.surroundings import TITLES, as_texts, messages_in
from winnow.statistics import Interval, wilson
from winnow.text.fence import block, fence_of

Ask = Callable[[Sequence[str]], Sequence[str]]

TEMPLATES = Path(__file__).parent / "templates"
PAIR_PROMPT = (TEMPLATES / "pair.txt").read_text(encoding="utf-8")
SINGLE_PROMPT = (TEMPLATES / "single.txt").read_text(encoding="utf-8")

_VERDICT = re.compile(r"VERDICT: ([A-Z]+)\.?")
SAID_FIRST = {"FIRST": ("a", "b"), "SECOND": ("b", "a"), "TIE": ("tie", "tie")}  # by which answer stood first
CORRECTNESS = {"CORRECT": 1.0, "INCORRECT": 0.0}
MAX_PROMPT_CHARACTERS = 20_000  # half a text would be judged for what it doesn't say
MAX_REASON_CHARACTERS = 500  # of a reply, kept as its reason
WRITTEN = "written-reply"  # the way to a verdict, unless another is named


@dataclass(frozen=True, slots=True)
class Judging:
    """The rows with the judge's verdict (`judge`) and why (`judge_why`), and how steady the judge was.

    `unscored` rows have no verdict, `doubt` is the share of replies without a clear one. Of pairs `swap_consistency`
    is how often both orders agreed, `first_share` how often a decided reply named the first answer (0.5 is no bias);
    of single answers `correct` is the share of 1 among the scored.
    """

    rows: Sequence[Row]
    unscored: int
    doubt: Interval
    signature: str
    swap_consistency: Interval | None = None
    first_share: Interval | None = None
    correct: Interval | None = None

    def as_dict(self) -> dict[str, object]:
        """Give the JSON form of the figures, without the rows."""
        figures = {
            "swap_consistency": self.swap_consistency,
            "first_share": self.first_share,
            "correct": self.correct,
            "doubt": self.doubt,
        }
        known = {name: interval.as_dict() for name, interval in figures.items() if interval is not None}
        return {"unscored": self.unscored, **known, "signature": self.signature}


def judge_pairs(
    rows: Iterable[Row], ask: Ask, model_name: str, columns: Mapping[str, str] | None = None, *, way: str = WRITTEN
) -> Judging:
    """Judge `prediction_a` against `prediction_b` in both orders, with `question` and `reference` where there are.

    A row's `context`, `history` (messages) and `system_prompt` are shown before the question where it has them. A
    verdict is a, b, tie, or None; only two equal verdicts are one. `way` names in the signature how the replies came
    about.
    """
    taken = with_columns(rows, columns, needed=["prediction_a", "prediction_b"])
    straight, swapped = (_asked([_pair_prompt(row, order) for row in taken], ask) for order in ("ab", "ba"))
    asked = [(_read(one, SAID_FIRST), _read(other, SAID_FIRST)) for one, other in zip(straight, swapped, strict=True)]
    combined = [_combine(one and SAID_FIRST[one][0], other and SAID_FIRST[other][1]) for one, other in asked]
    named = [said for replies in asked for said in replies if said in ("FIRST", "SECOND")]
    both = [verdict for (verdict, _), replies in zip(combined, asked, strict=True) if None not in replies]
    return Judging(
        [_with_verdict(row, *verdict) for row, verdict in zip(taken, combined, strict=True)],
        sum(verdict is None for verdict, _ in combined),
        _doubt([*straight, *swapped], SAID_FIRST),
        _signature("judge_pairs", model_name, PAIR_PROMPT, way),
        swap_consistency=wilson(sum(verdict is not None for verdict in both), len(both)),
        first_share=wilson(named.count("FIRST"), len(named)),
    )


def judge_answers(
    rows: Iterable[Row], ask: Ask, model_name: str, columns: Mapping[str, str] | None = None, *, way: str = WRITTEN
) -> Judging:
    """Judge whether each `prediction` says what its `reference` says: a verdict is 1, 0, or None.

    There is one order only, so nothing here shows the judge's own steadiness: hold it against people.
    """
    taken = with_columns(rows, columns, needed=["prediction", "reference"])
    replies = _asked([_single_prompt(row) for row in taken], ask)
    judged = [_correctness(reply) for reply in replies]
    scored = [value for value, _ in judged if value is not None]
    return Judging(
        [_with_verdict(row, *verdict) for row, verdict in zip(taken, judged, strict=True)],
        len(judged) - len(scored),
        _doubt(replies, CORRECTNESS),
        _signature("judge_answers", model_name, SINGLE_PROMPT, way),
        correct=wilson(sum(scored), len(scored)),
    )


def read_verdict(reply: str) -> str | None:
    """Read the verdict of the reply's last line; None for anything but one line in the form that was asked for.

    "Both are right.\\nVERDICT: TIE" → "TIE"; "The first is better." → None
    """
    lines = [line.strip().strip("*_`# ") for line in reply.strip().splitlines()]
    match = _VERDICT.fullmatch(lines[-1]) if lines else None
    said = {found[1] for line in lines if (found := _VERDICT.fullmatch(line))}
    return match[1] if match and len(said) == 1 else None


def _asked(prompts: Sequence[str | None], ask: Ask) -> list[str | None]:
    """Ask all prompts that there are, in one go so that they share batches."""
    replies = iter(ask([prompt for prompt in prompts if prompt is not None]))
    return [None if prompt is None else next(replies) for prompt in prompts]


def _pair_prompt(row: Row, order: str) -> str | None:
    """Write the question with its sides in this order; None where one is missing or it is too long to judge."""
    first, second = (text(row.get(f"prediction_{side}")) for side in order)
    return None if first is None or second is None else _prompt(PAIR_PROMPT, row, first, second)


def _single_prompt(row: Row) -> str | None:
    said = text(row.get("prediction"))
    has_reference = any(one.strip() for one in texts(row.get("reference")))
    return _prompt(SINGLE_PROMPT, row, said) if said is not None and has_reference else None


def _prompt(prompt: str, row: Row, first: str, second: str = "") -> str | None:
    question, wanted = ("\n".join(texts(row.get("question"))), "\nor\n".join(texts(row.get("reference"))))
    around = _around(row)
    fence = fence_of([*around.values(), question, wanted, first, second])
    beside = "".join(block(TITLES[name], said, fence) for name, said in around.items())
    reference = block("Reference", wanted, fence) if wanted.strip() else ""
    written = prompt.format(
        fence=fence, beside=beside, question=question, reference=reference, first=first, second=second
    )
    return written if len(written) <= MAX_PROMPT_CHARACTERS else None


def _around(row: Row) -> dict[str, str]:
    """Give what was read beside the question, where the row has it."""
    context, system = "\n\n".join(texts(row.get("context"))), text(row.get("system_prompt")) or ""
    return as_texts(context, system, messages_in(row.get("history")))


def _read(reply: str | None, known: Mapping[str, Any]) -> str | None:
    verdict = None if reply is None else read_verdict(reply)
    return verdict if verdict in known else None


def _doubt(replies: Sequence[str | None], known: Mapping[str, Any]) -> Interval:
    """Give the share of replies without a clear verdict, among the prompts that were asked."""
    asked = [reply for reply in replies if reply is not None]
    return wilson(sum(_read(reply, known) is None for reply in asked), len(asked))


def _combine(straight: str | None, swapped: str | None) -> tuple[str | None, str]:
    if straight is None or swapped is None:
        return None, "no clear verdict in one of the orders, or nothing that could be judged"
    if straight != swapped:
        return None, f"{straight} in one order, {swapped} with the sides swapped"
    return straight, "the same verdict in both orders"


def _correctness(reply: str | None) -> tuple[float | None, str]:
    if reply is None:
        return None, "there is no prediction, no reference, or too much text to judge"
    verdict = _read(reply, CORRECTNESS)
    return (
        (None, "no clear verdict")
        if verdict is None
        else (CORRECTNESS[verdict], " ".join(reply.split())[:MAX_REASON_CHARACTERS])
    )


def _with_verdict(row: Row, verdict: str | float | None, why: str) -> Row:
    return {**row, "judge": verdict, "judge_why": why}


def _signature(name: str, model_name: str, prompt: str, way: str) -> str:
    return f"{name}|model:{model_name}|prompt:{content_hash(prompt)[:8]}|way:{way}|on-doubt:unscored"
