"""What a run on grown sources changed, row by row and in words: who came, what it copies and contradicts, what left.

news = News.of(before, records, view, people, left)
news.lines()        # ["new rows: 41; left their source: 3", "  copies of earlier rows, removed: 5", …]
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any, Self

import pyarrow as pa

from curation.growth.before import Before, Stood
from curation.growth.left import Left, leave
from winnow.data.files import read_json, write_json, write_table
from winnow.data.ledger import Decision, View
from winnow.study.workspace import Curated

NAMED = 5  # cases of a kind that the lines name; news.json has all
COPIES, CONTRADICTIONS = "duplicates", "contradictions"  # the steps


@dataclass(frozen=True, slots=True)
class Copy:
    """A row that left as a copy of another one, of which one is new."""

    removed: str
    twin: str
    is_new: bool  # the removed one


@dataclass(frozen=True, slots=True)
class Contradiction:
    """A new row that contradicts an earlier one, and what a person had decided about that."""

    new: str
    earlier: str
    by: str = ""
    decided: str = ""


@dataclass(frozen=True, slots=True)
class Reworded:
    """A row that its source corrected, and what a person had decided about its earlier form."""

    earlier: str
    now: str
    by: str = ""
    decided: str = ""


@dataclass(frozen=True, slots=True)
class Flag:
    """A flag that an earlier row has no more, or has now."""

    id: str
    reason: str


@dataclass(frozen=True)
class News:
    """What is new: ids of rows, and the cases in which earlier rows are concerned."""

    new: Sequence[str] = ()
    left: Sequence[str] = ()
    copies: Sequence[Copy] = ()
    contradictions: Sequence[Contradiction] = ()
    reworded: Sequence[Reworded] = ()
    vanished: Sequence[Flag] = ()
    appeared: Sequence[Flag] = ()
    back: Sequence[str] = ()  # earlier rows that had been removed and are kept now
    gone: Sequence[str] = ()  # earlier rows that were kept and are removed now

    @classmethod
    def of(
        cls, before: Before, records: pa.Table, view: View, people: Sequence[Decision], left: Mapping[str, str]
    ) -> Self:
        """Compare a view with how the rows stood; `left` maps the rows that left now to what they became."""
        earlier, now = set(before.records["id"].to_pylist()), records["id"].to_pylist()
        new = [id_ for id_ in now if id_ not in earlier]
        stays = [id_ for id_ in now if id_ in earlier]
        last = {decision.id: decision for decision in people}
        return cls(
            new=new,
            left=sorted(left),
            copies=list(_copies(view, earlier)),
            contradictions=list(_contradictions(view, new, earlier, last)),
            reworded=[Reworded(was, became, *_decided(last.get(was))) for was, became in left.items() if became],
            **_moved(before, view, stays),
        )

    def as_json(self) -> dict[str, object]:
        """Return the form in news.json."""
        return asdict(self)

    def lines(self) -> list[str]:
        """Say it in words, the sums first."""
        return [f"new rows: {len(self.new)}; left their source: {len(self.left)}", *self._details()]

    def _details(self) -> Iterator[str]:
        copies = [copy for copy in self.copies if copy.is_new]
        if copies:
            yield f"  copies of earlier rows, removed: {len(copies)}"
        if replaced := [copy for copy in self.copies if not copy.is_new]:
            gave_way = _some(copy.removed for copy in replaced)
            yield f"  earlier rows that gave way to a better new copy: {len(replaced)} ({gave_way})"
        yield from self._contradicted()
        if self.reworded:
            yield f"  earlier rows that the source reworded: {len(self.reworded)}"
            yield from _named(
                f"    {r.now} was {r.earlier}; {r.by} had decided: {r.decided}; look again: winnow why {r.now}"
                for r in self.reworded
                if r.by
            )
        for what, flags in (("no longer flagged", self.vanished), ("flagged now", self.appeared)):
            for reason, count in Counter(flag.reason for flag in flags).most_common(NAMED):
                yield f"  earlier rows {what}: {count}, {reason}"
        for what, ids in (("kept again", self.back), ("removed now", self.gone)):
            if ids:
                yield f"  earlier rows {what}: {len(ids)} ({_some(ids)})"

    def _contradicted(self) -> Iterator[str]:
        if not self.contradictions:
            return
        rows = {found.new for found in self.contradictions}
        decided = [found for found in self.contradictions if found.by]
        yield f"  new rows that contradict earlier ones: {len(rows)}; cases that people had decided: {len(decided)}"
        yield from _named(f"    {f.new} contradicts {f.earlier}; {f.by} had decided: {f.decided}" for f in decided)


def write_news(curated: Curated, before: Before, view: View, people: Sequence[Decision]) -> News:
    """Write what has left and what is new; a run that was cut off and is run again writes the same."""
    at = datetime.now(UTC).isoformat(timespec="seconds")
    left = leave(before.records, view.records, Left.of(curated).table, at)
    write_table(curated.left_file, left)
    earlier = set(before.records["id"].to_pylist())
    became = zip(left["id"].to_pylist(), left["became"].to_pylist(), strict=True)
    news = News.of(before, view.records, view, people, {id_: new for id_, new in became if id_ in earlier})
    write_json(curated.news_file, news.as_json())
    return news


def read_news(curated: Curated) -> News:
    """Read what the latest run changed; nothing where a folder was curated once."""
    if not curated.news_file.exists():
        return News()
    told = read_json(curated.news_file)
    cases = {"copies": Copy, "contradictions": Contradiction, "reworded": Reworded, "vanished": Flag, "appeared": Flag}
    return News(
        **{name: [cases[name](**one) for one in rows] if name in cases else rows for name, rows in told.items()}
    )


def _copies(view: View, earlier: set[str]) -> Iterator[Copy]:
    for id_, decision in view.removed.items():
        twin = decision.evidence.get("twin")
        if decision.step == COPIES and isinstance(twin, str) and (id_ in earlier) != (twin in earlier):
            yield Copy(id_, twin, id_ not in earlier)


def _contradictions(
    view: View, new: Sequence[str], earlier: set[str], last: Mapping[str, Decision]
) -> Iterator[Contradiction]:
    for id_ in new:
        groups = (d.evidence.get("group", ()) for d in view.flags.get(id_, ()) if d.step == CONTRADICTIONS)
        for other in sorted({other for group in groups for other in group} & earlier):
            yield Contradiction(id_, other, *_decided(last.get(other)))


def _decided(decision: Decision | None) -> tuple[str, str]:
    return (decision.by, f"{decision.action}: {decision.reason}") if decision else ("", "")


def _moved(before: Before, view: View, stays: Sequence[str]) -> dict[str, Any]:
    """Compare how the rows that were there before stood and stand."""
    found: defaultdict[str, list[Any]] = defaultdict(list)
    for id_ in stays:
        was, now = before.stood(id_), Stood.of(view, id_)
        if was == now:
            continue
        if bool(was.removed) != bool(now.removed):
            found["back" if was.removed else "gone"].append(id_)
            continue
        found["vanished"] += [Flag(id_, reason) for reason in was.flags if reason not in now.flags]
        found["appeared"] += [Flag(id_, reason) for reason in now.flags if reason not in was.flags]
    return dict(found)


def _some(ids: Any) -> str:
    found = list(ids)
    return ", ".join(found[:NAMED]) + (f" and {len(found) - NAMED} more" if len(found) > NAMED else "")


def _named(lines: Iterator[str]) -> Iterator[str]:
    """Give the first few lines, and how many there are beyond."""
    found = list(lines)
    yield from found[:NAMED]
    if len(found) > NAMED:
        yield f"    and {len(found) - NAMED} more: news.json"
