"""Cards on which people judge: what stands on one, as JSON for the page, with every text made inert.

card = review_card("9f2c…", pair, showing)      # two answers side by side, blind
card = case_card(case, view)                    # rows that contradict each other, or one doubtful row
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from curation.publish.browse import Other, Row, others_of
from curation.publish.cases import Case, choices
from evaluation.comparison.pairs import AnswerPair
from evaluation.people.marks import REASONS
from evaluation.people.queue import Showing
from studio.row_story import AMENDS
from studio.showing import differing, plain, rendered
from winnow.data.ledger import View
from winnow.data.surroundings import TITLES

Card = Mapping[str, Any]

VERDICTS = (("left", "Left is better", "1", 0), ("tie", "Tie", "3", None), ("both_bad", "Both bad", "4", None),
            ("right", "Right is better", "2", 1))  # fmt: skip
ASIDE = (
    {"name": "skip", "label": "Skip", "key": "s", "help": "it comes again at the end"},
    {"name": "flag", "label": "Flag", "key": "f", "help": "the question or its reference is wrong"},
)
LABELS = {name: label for name, label, _, _ in VERDICTS} | {str(one["name"]): str(one["label"]) for one in ASIDE}
# The digits that no verdict has, for what is wrong with the worse answer.
CHIPS = tuple({"name": name, "label": name.capitalize(), "key": str(key)} for key, name in enumerate(REASONS, start=5))
LATER = {"name": "skip", "label": "Later", "key": "s", "help": "it comes again after the others"}
IN_PLAN = ({"title": "In the frozen plan", "html": plain(AMENDS)},)
KEYS_OF_ONE = {"keep": "k", "remove": "x", "right": "k", "wrong": "x"}


def review_card(key: str, pair: AnswerPair, showing: Showing) -> Card:
    """Lay out a pair of answers; nothing on it says which system stands where, or whether it was shown before."""
    left, right = (pair.sides[side].text for side in (showing.left, showing.right))
    marks = differing(left, right)
    return {
        "key": key,
        "kind": "",
        "around": _around(pair.around),
        "question": plain(pair.question),
        "panes": [
            _pane(title, text, mark) for title, text, mark in zip(("Left", "Right"), (left, right), marks, strict=True)
        ],
        "choices": [
            {"name": name, "label": label, "key": shortcut, "pane": pane} for name, label, shortcut, pane in VERDICTS
        ],
        "aside": ASIDE,
        "reasons": CHIPS,
        "reference": rendered(pair.reference),
        "note": True,
    }


def case_card(case: Case, view: View, planned: Collection[str] = ()) -> Card:
    """Lay out the rows of a case beside each other, or a single row beside those that it was compared with.

    `planned` are ids of rows that the frozen plan holds; whoever decides about one is told.
    """
    single = len(case.rows) == 1
    others = others_of(case.rows[0], view) if single else []
    texts = [_text(row) for row in case.rows] + [f"{o.record.question}\n\n{o.record.answer}" for o in others]
    marks = _marks(texts)
    titles = [row.place for row in case.rows] + [other.title for other in others]
    return {
        "key": case.key,
        "kind": case.kind,
        "around": [
            {"title": "Why", "html": plain("\n".join(case.reasons))},
            *(
                [{"title": "In the frozen plan", "html": plain(AMENDS)}]
                if {r.id for r in case.rows} & {*planned}
                else []
            ),
            *_shared(case.rows, others),
        ],
        "question": "",
        "panes": [_pane(title, text, mark) for title, text, mark in zip(titles, texts, marks, strict=True)],
        "choices": [
            {
                "name": choice.name,
                "label": choice.label,
                "key": KEYS_OF_ONE.get(choice.name) or str(number),
                "pane": place if choice.name.startswith("row ") else None,
            }
            for number, (place, choice) in enumerate(enumerate(choices(case)), start=1)
        ],
        "aside": (LATER,),
        "reasons": (),
        "reference": "",
        "note": False,
    }


def _text(row: Row) -> str:
    return f"{row.question}\n\n{row.answer}"


def _marks(texts: Sequence[str]) -> list[str]:
    """Mark in each text what differs from the first, and in the first what differs from the second."""
    if len(texts) == 1:
        return [plain(texts[0])]
    first = differing(texts[0], texts[1])[0]
    return [first, *(differing(texts[0], other)[1] for other in texts[1:])]


def _shared(rows: Sequence[Row], others: Sequence[Other]) -> list[dict[str, str]]:
    """Show what stands beside the first row's question; the rows of a case were compared with it in mind."""
    return _around({name: text for name, text in rows[0].around.items() if name in TITLES})


def _around(texts: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"title": TITLES[name], "html": plain(text)} for name, text in texts.items()]


def _pane(title: str, text: str, mark: str) -> dict[str, str]:
    return {"title": title, "rendered": rendered(text), "plain": plain(text), "marked": mark}
