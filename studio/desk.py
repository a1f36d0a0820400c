"""Where a person judges cards: the next ones to show, and what the page sends back, taken once each.

desk = ReviewDesk(log, plan.hash, "ada", shown, pairs)
desk.cards()                    # the next three, so that the page never waits for the following one
taken = desk.take([{"id": "e1", "key": "9f2c…", "choice": "left", "seconds": 12.4}])
taken.ids                       # ["e1"]: saved, the page may forget it
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from textwrap import shorten
from typing import Any, get_args

import pyarrow as pa
import pyarrow.compute as pc

from curation.publish.cases import Case, decisions
from evaluation.comparison.pairs import AnswerPair
from evaluation.people.marks import REASONS, Mark, passage
from evaluation.people.queue import Showing, pending
from evaluation.people.vote_log import Judgment, JudgmentLog, SideVerdict
from studio.cards import LABELS, Card, case_card, review_card
from winnow.data.ledger import Entry, Ledger, Overtaken, View

AHEAD = 3  # cards that the page holds: the one that is read, and those after it
MAX_NOTE_CHARACTERS = 2_000
MAX_MARKS = 20
MAX_HISTORY_CHARACTERS = 40  # of a question in the list of the last judgments
UNDO = "undo"
BACK = "back"  # takes back a judgment and all after it
MAX_HISTORY = 8  # judgments that the page lists, the newest last
MADE_HERE = ("studio", "audit")  # steps under which decisions of a desk stand, apart from labels of Argilla
WORDS = {"restore": "kept", "remove": "removed", "correct": "corrected", "label": "answered"}
VERDICTS: tuple[SideVerdict, ...] = get_args(SideVerdict)

Event = Mapping[str, Any]
Past = Mapping[str, str]


@dataclass
class Taken:
    """The events that were taken, by their ids, and what a person must be told of those that couldn't be."""

    ids: list[str] = field(default_factory=list)
    told: list[str] = field(default_factory=list)


class Desk(ABC):
    """A queue of cards, and what happens when one is judged."""

    @abstractmethod
    def cards(self) -> list[Card]:
        """Give the next cards, the first of which is to be judged now."""

    @abstractmethod
    def judge(self, key: str, event: Event) -> None:
        """Save a judgment of the card with this key; one that was saved before changes nothing."""

    @abstractmethod
    def last(self) -> str:
        """Name the person's last judgment that stands; "" where there is none."""

    @abstractmethod
    def undo(self) -> None:
        """Take the person's last judgment back."""

    def history(self) -> list[Past]:
        """List the person's last judgments that stand, the newest last; "number" is what going back names."""
        return []

    def back(self, number: str) -> None:
        """Take back the judgment of this number and all after it; one that doesn't stand changes nothing."""
        if number in {past["number"] for past in self.history()}:
            while int(self.last() or -1) >= int(number):
                self.undo()

    def take(self, events: Iterable[Event], done: Sequence[str] = ()) -> Taken:
        """Take the events that weren't `done` before, in their order; a page sends each until it hears of it."""
        taken = Taken()
        for event in events:
            name, before = str(event.get("id")), [*done, *taken.ids]
            if name in before:
                continue
            try:
                if event.get("choice") == BACK:
                    self.back(str(event.get("of")))
                elif event.get("choice") != UNDO:
                    self.judge(str(event.get("key")), event)
                elif event.get("of") in (self.last() or None, *before[-1:]):  # a page may ask twice, after a crash
                    self.undo()
            except Overtaken as error:
                taken.told.append(str(error))
            taken.ids.append(name)
        return taken


@dataclass
class ReviewDesk(Desk):
    """The blind review of one person under one plan."""

    log: JudgmentLog
    plan: str
    who: str
    shown: Sequence[Showing]
    pairs: Mapping[str, AnswerPair]
    _read: list[Judgment] | None = None

    def judgments(self) -> list[Judgment]:
        """Give the person's judgments that stand, read once until something is taken or undone here."""
        if self._read is None:
            self._read = self.log.judgments(self.plan, self.who)
        return self._read

    def take(self, events: Iterable[Event], done: Sequence[str] = ()) -> Taken:
        """Take the events; another page of the same person may have judged since this one was drawn."""
        self._read = None
        return super().take(events, done)

    def left(self) -> list[Showing]:
        """List the showings still to be judged, in their order."""
        return pending(self.shown, self.judgments())

    def cards(self) -> list[Card]:
        """Lay out the next pairs."""
        return [
            review_card(showing.key(self.plan, self.who), self.pairs[showing.item], showing)
            for showing in self.left()[:AHEAD]
        ]

    def judge(self, key: str, event: Event) -> None:
        """Cast the vote; what isn't a verdict on a pair of this queue is nothing that the page can have sent."""
        showing = {one.key(self.plan, self.who): one for one in self.shown}.get(key)
        verdict = next((known for known in VERDICTS if known == event.get("choice")), None)
        if showing is None or verdict is None:
            return
        self._read = None
        seconds = max(0.0, float(event.get("seconds") or 0))
        given = event.get("reasons") or ()
        self.log.cast(
            Judgment(
                self.plan, self.who, showing.item, verdict, showing.left, showing.right, showing.repeat,
                note=str(event.get("note") or "").strip()[:MAX_NOTE_CHARACTERS],
                reference_open=bool(event.get("reference")),
                seconds=round(seconds, 1),
                reasons=tuple(reason for reason in REASONS if reason in given),
                marks=tuple(self._marks(showing, event.get("marks") or ())),
            )
        )  # fmt: skip

    def _marks(self, showing: Showing, selected: Iterable[Mapping[str, Any]]) -> Iterator[Mark]:
        """Find what was selected in the panes; what isn't in that answer is nothing that the page can have sent."""
        for selection in list(selected)[:MAX_MARKS]:
            system = showing.left if selection.get("pane") == 0 else showing.right
            if mark := passage(system, self.pairs[showing.item].sides[system].text, str(selection.get("text") or "")):
                yield mark

    def history(self) -> list[Past]:
        """List the last votes by what was voted; which system stood where is no part of it."""
        judged = self.judgments()[-MAX_HISTORY:]
        return [
            {
                "number": str(judgment.number),
                "said": LABELS[judgment.verdict],
                "about": shorten(self.pairs[judgment.item].question, MAX_HISTORY_CHARACTERS, placeholder="…"),
            }
            for judgment in judged
            if judgment.item in self.pairs
        ]

    def last(self) -> str:
        """Name the last vote by its number."""
        return next((str(j.number) for j in reversed(self.judgments())), "")

    def undo(self) -> None:
        """Retract the last vote."""
        self.log.undo(self.plan, self.who)
        self._read = None


@dataclass
class DecisionDesk(Desk):
    """The rows that wait for a person; `later` are keys of cases put off, `seen` the last entry the page knew of.

    `planned` are ids of rows that the frozen plan holds.
    """

    ledger: Ledger
    view: View
    waiting: Sequence[Case]
    who: str
    seen: int
    later: list[str] = field(default_factory=list)
    planned: Collection[str] = ()

    def left(self) -> list[Case]:
        """List the cases, those that were put off last."""
        if not self.later:  # a key hashes a case's texts, of which there may be thousands
            return list(self.waiting)
        return sorted(self.waiting, key=lambda case: self.later.index(case.key) + 1 if case.key in self.later else 0)

    def cards(self) -> list[Card]:
        """Lay out the next cases."""
        return [case_card(case, self.view, self.planned) for case in self.left()[:AHEAD]]

    def judge(self, key: str, event: Event) -> None:
        """Write the person's decision about each row of the case, or put the case off."""
        case = next((case for case in self.waiting if case.key == key), None)
        if event.get("choice") == "skip":
            self.later[:] = [*(other for other in self.later if other != key), key]
        elif case is not None:
            self.ledger.append(*decisions(case, str(event.get("choice")), self.who), seen=self.seen)

    def last(self) -> str:
        """Name the last decision of this person by its number."""
        return next((str(press[-1].number) for press in reversed(self._mine())), "")

    def history(self) -> list[Past]:
        """List the last presses: "removed", "Where is my card?"; "1 kept, 1 removed", "What is the fee?"."""
        presses = self._mine()[-MAX_HISTORY:]
        questions = self._questions({press[0].decision.id for press in presses})
        return [
            {"number": str(press[-1].number), "said": _said(press), "about": questions[press[0].decision.id]}
            for press in presses
        ]

    def _mine(self) -> list[list[Entry]]:
        """Group this person's decisions that stand by press, the newest last."""
        presses: dict[tuple[str, ...], list[Entry]] = {}
        for entry in self.ledger.history():
            decision = entry.decision
            if entry.counts and decision.by == self.who and decision.action != UNDO and decision.step in MADE_HERE:
                rows = decision.evidence.get("settled", [decision.id])
                presses.setdefault((decision.at, *rows), []).append(entry)
        return sorted(presses.values(), key=lambda press: press[-1].number)

    def _questions(self, ids: set[str]) -> dict[str, str]:
        records = self.view.records
        found = records.filter(pc.is_in(records["id"], pa.array(sorted(ids), pa.string())))
        questions = dict(zip(found["id"].to_pylist(), found["question"].to_pylist(), strict=True))
        return {id_: shorten(questions.get(id_, id_), MAX_HISTORY_CHARACTERS, placeholder="…") for id_ in ids}

    def undo(self) -> None:
        """Take back the last decision of this person, on all rows that it was about."""
        self.back(self.last())

    def back(self, number: str) -> None:
        """Take back this press alone, on all rows that it was about; decisions about other rows stand."""
        for press in self._mine():
            if str(press[-1].number) == number:
                self.ledger.undo([entry.number for entry in press], by=self.who)


def _said(press: Sequence[Entry]) -> str:
    rows = {entry.decision.id: entry.decision.action for entry in press}
    counts = Counter(WORDS.get(action, action) for action in rows.values())
    return next(iter(counts)) if len(rows) == 1 else ", ".join(f"{n} {word}" for word, n in sorted(counts.items()))
