"""Where a person judges cards: the next ones to show, and what the page sends back, taken once each.

desk = ReviewDesk(log, plan.hash, "ada", shown, pairs)
desk.cards()                    # the next three, so that the page never waits for the following one
taken = desk.take([{"id": "e1", "key": "9f2c…", "choice": "left", "seconds": 12.4}])
taken.ids                       # ["e1"]: saved, the page may forget it
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, get_args

from curation.publish.cases import Case, decisions
from evaluation.comparison.pairs import AnswerPair
from evaluation.people.queue import Showing, pending
from evaluation.people.vote_log import Judgment, JudgmentLog, SideVerdict
from studio.cards import Card, case_card, review_card
from winnow.data.ledger import Entry, Ledger, Overtaken, View

AHEAD = 3  # cards that the page holds: the one that is read, and those after it
MAX_NOTE_CHARACTERS = 2_000
UNDO = "undo"
VERDICTS: tuple[SideVerdict, ...] = get_args(SideVerdict)

Event = Mapping[str, Any]


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

    def take(self, events: Iterable[Event], done: Sequence[str] = ()) -> Taken:
        """Take the events that weren't `done` before, in their order; a page sends each until it hears of it."""
        taken = Taken()
        for event in events:
            name, before = str(event.get("id")), [*done, *taken.ids]
            if name in before:
                continue
            try:
                if event.get("choice") != UNDO:
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

    def left(self) -> list[Showing]:
        """List the showings still to be judged, in their order."""
        return pending(self.shown, self.log.judgments(self.plan, self.who))

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
        seconds = max(0.0, float(event.get("seconds") or 0))
        self.log.cast(
            Judgment(
                self.plan, self.who, showing.item, verdict, showing.left, showing.right, showing.repeat,
                note=str(event.get("note") or "").strip()[:MAX_NOTE_CHARACTERS],
                reference_open=bool(event.get("reference")),
                seconds=round(seconds, 1),
            )
        )  # fmt: skip

    def last(self) -> str:
        """Name the last vote by its number."""
        return next((str(j.number) for j in reversed(self.log.judgments(self.plan, self.who))), "")

    def undo(self) -> None:
        """Retract the last vote."""
        self.log.undo(self.plan, self.who)


@dataclass
class DecisionDesk(Desk):
    """The rows that wait for a person; `later` are keys of cases put off, `seen` the last entry the page knew of."""

    ledger: Ledger
    view: View
    waiting: Sequence[Case]
    who: str
    seen: int
    later: list[str] = field(default_factory=list)

    def left(self) -> list[Case]:
        """List the cases, those that were put off last."""
        return sorted(self.waiting, key=lambda case: self.later.index(case.key) + 1 if case.key in self.later else 0)

    def cards(self) -> list[Card]:
        """Lay out the next cases."""
        return [case_card(case, self.view) for case in self.left()[:AHEAD]]

    def judge(self, key: str, event: Event) -> None:
        """Write the person's decision about each row of the case, or put the case off."""
        case = next((case for case in self.waiting if case.key == key), None)
        if event.get("choice") == "skip":
            self.later[:] = [*(other for other in self.later if other != key), key]
        elif case is not None:
            self.ledger.append(*decisions(case, str(event.get("choice")), self.who), seen=self.seen)

    def last(self) -> str:
        """Name the last decision of this person by its number."""
        return next((str(entry.number) for entry in reversed(self._mine())), "")

    def _mine(self) -> list[Entry]:
        entries = self.ledger.history()
        return [e for e in entries if e.counts and e.decision.by == self.who and e.decision.action != UNDO]

    def undo(self) -> None:
        """Take back the last decision of this person, on all rows that it was about."""
        if mine := self._mine():
            last = mine[-1].decision
            together = last.evidence.get("settled", [last.id])
            self.ledger.undo(
                [e.number for e in mine if e.decision.id in together and e.decision.at == last.at], by=self.who
            )
