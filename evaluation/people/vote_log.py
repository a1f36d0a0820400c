"""The vote log: every judgment of a blind review, appended and on disk before the next pair appears.

log = JudgmentLog(workspace.judgments_file)
log.cast(Judgment(plan.hash, "ada", item, "left", left="tuned", right="base"))
log.undo(plan.hash, "ada")                  # appends a retraction; nothing is ever rewritten
rows = export(log.judgments(plan.hash))     # for winnow compare --judgments
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from sqlalchemy import Connection, RowMapping, or_, select

from evaluation.people.marks import Mark, marks_from_json, marks_to_json
from evaluation.people.vote_store import ENTRIES, VoteStore

SideVerdict = Literal["left", "right", "tie", "both_bad", "skip", "flag"]


@dataclass(frozen=True, slots=True)
class Judgment:
    """What one reviewer said about one pair; `left` and `right` name the systems that stood there.

    `repeat` is 0 at the first showing and 1 when the pair is shown again with its sides swapped. `skip` puts the
    pair off, `flag` says that the question or its reference is bad; neither is a vote. `seconds` counts from the
    pair's appearance. `reasons` say what is wrong with the worse answer, `marks` where.
    """

    plan: str
    reviewer: str
    item: str
    verdict: SideVerdict
    left: str
    right: str
    repeat: int = 0
    note: str = ""
    reference_open: bool = False
    seconds: float = 0.0
    at: str = ""
    number: int = 0
    reasons: tuple[str, ...] = ()
    marks: tuple[Mark, ...] = ()

    @property
    def preferred(self) -> str:
        """Name the system preferred, or the verdict where no side was."""
        return {"left": self.left, "right": self.right}.get(self.verdict, self.verdict)

    @property
    def faulted(self) -> tuple[str, ...]:
        """Name the systems that the reasons speak of: the one not preferred, both where neither was."""
        if self.verdict in ("left", "right"):
            return (self.right if self.verdict == "left" else self.left,)
        return (self.left, self.right) if self.verdict in ("tie", "both_bad") else ()


@dataclass(frozen=True, slots=True)
class End:
    """A reviewer's end of a review: from then on the answers' systems are shown. `remaining` above 0 is early."""

    plan: str
    reviewer: str
    remaining: int
    at: str


@dataclass(frozen=True, slots=True)
class Waiver:
    """A person's word that they won't review the plan's answers: they may see which system wrote what."""

    plan: str
    person: str
    at: str


class JudgmentLog:
    """Votes on disk or on a team's server; several reviewers and processes may write at once."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.store = VoteStore(path)

    def cast(self, judgment: Judgment) -> bool:
        """Append a judgment, synced to disk; False when the reviewer has judged this showing, ended, or waived.

        A showing that was skipped may be judged later; one that was judged must be undone first.
        """
        with self.store.writing() as connection:
            entries = _entries(connection, judgment.plan, judgment.reviewer)
            settled = {(j.item, j.repeat) for j in _live(entries) if j.verdict != "skip"}
            if (judgment.item, judgment.repeat) in settled or _is_over(entries):
                return False
            values = asdict(judgment) | {"at": judgment.at or _now(), "kind": "vote"}
            values |= {"reasons": ", ".join(judgment.reasons), "marks": marks_to_json(judgment.marks)}
            del values["number"]
            connection.execute(ENTRIES.insert().values(values))
        return True

    def undo(self, plan: str, reviewer: str) -> Judgment | None:
        """Append a retraction of the reviewer's last judgment and return it; None where nothing can be undone.

        After the end or a waiver nothing can: the systems may have been seen.
        """
        with self.store.writing() as connection:
            entries = _entries(connection, plan, reviewer)
            live = _live(entries)
            if not live or _is_over(entries):
                return None
            connection.execute(
                ENTRIES.insert().values(
                    kind="retract", plan=plan, reviewer=reviewer, at=_now(), retracts=live[-1].number
                )
            )
            return live[-1]

    def end(self, plan: str, reviewer: str, remaining: int) -> None:
        """Record that the reviewer ended, with how many showings left; ending twice changes nothing."""
        with self.store.writing() as connection:
            if not _ends(_entries(connection, plan, reviewer)):
                connection.execute(
                    ENTRIES.insert().values(kind="end", plan=plan, reviewer=reviewer, at=_now(), remaining=remaining)
                )

    def waive(self, plan: str, person: str) -> None:
        """Record that a person won't review, from then on for good; saying it twice changes nothing."""
        with self.store.writing() as connection:
            if not _waivers(_entries(connection, plan, person)):
                connection.execute(ENTRIES.insert().values(kind="waive", plan=plan, reviewer=person, at=_now()))

    def judgments(self, plan: str, reviewer: str | None = None, verdict: SideVerdict | None = None) -> list[Judgment]:
        """Read the judgments that stand, in the order of time; of one reviewer or verdict where one is named."""
        return _live(self._read(plan, reviewer, verdict))

    def ends(self, plan: str, reviewer: str | None = None) -> list[End]:
        """Read who has ended the review, and how early."""
        return _ends(self._read(plan, reviewer))

    def waivers(self, plan: str) -> list[Waiver]:
        """Read who has said that they won't review."""
        return _waivers(self._read(plan, None))

    def standing(self, plan: str) -> tuple[list[Judgment], list[End], list[Waiver]]:
        """Read the judgments that stand, the ends and the waivers of all, as they were at one moment."""
        entries = self._read(plan, None)
        return _live(entries), _ends(entries), _waivers(entries)

    def _read(self, plan: str, reviewer: str | None, verdict: SideVerdict | None = None) -> Sequence[RowMapping]:
        if not self.store.is_there():
            return []
        with self.store.reading() as connection:
            return _entries(connection, plan, reviewer, verdict)


def export(judgments: Iterable[Judgment], systems: tuple[str, str] = ("base", "tuned")) -> list[dict[str, object]]:
    """Turn judgments into the JSON rows that winnow compare reads; skips and flags stay, marked by their verdict.

    `preferred` is one of `systems`, tie, both_bad, skip or flag.
    """
    return [
        {"id": j.item, "preferred": j.preferred} | {k: v for k, v in asdict(j).items() if k not in ("item", "number")}
        for j in judgments
        if {j.left, j.right} == set(systems)
    ]


def _entries(
    connection: Connection, plan: str, reviewer: str | None, verdict: SideVerdict | None = None
) -> Sequence[RowMapping]:
    query = select(ENTRIES).where(ENTRIES.c.plan == plan).order_by(ENTRIES.c.number)
    if reviewer is not None:
        query = query.where(ENTRIES.c.reviewer == reviewer)
    if verdict is not None:
        query = query.where(or_(ENTRIES.c.kind != "vote", ENTRIES.c.verdict == verdict))
    return connection.execute(query).mappings().all()


def _live(entries: Sequence[RowMapping]) -> list[Judgment]:
    retracted = {entry["retracts"] for entry in entries if entry["kind"] == "retract"}
    names = [f.name for f in fields(Judgment) if f.name not in ("reasons", "marks")]
    return [
        Judgment(
            **{name: entry[name] for name in names},
            reasons=tuple(filter(None, (entry["reasons"] or "").split(", "))),
            marks=marks_from_json(entry["marks"]),
        )
        for entry in entries
        if entry["kind"] == "vote" and entry["number"] not in retracted
    ]


def _ends(entries: Sequence[RowMapping]) -> list[End]:
    return [End(e["plan"], e["reviewer"], e["remaining"], e["at"]) for e in entries if e["kind"] == "end"]


def _waivers(entries: Sequence[RowMapping]) -> list[Waiver]:
    return [Waiver(e["plan"], e["reviewer"], e["at"]) for e in entries if e["kind"] == "waive"]


def _is_over(entries: Sequence[RowMapping]) -> bool:
    return any(entry["kind"] in ("end", "waive") for entry in entries)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
