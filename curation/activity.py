"""What people did to the rows, the newest first: decisions and moved cuts, each of which can be taken back.

act = activity(curated)[0]
act.words, act.by, act.at       # "removed 1 row: checked: wrong fee", "ada", "2026-11-29T09:12:40+00:00"
take_back(curated, act, by="ben")
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from curation.cuts import MovedCut, moved_cuts
from winnow.data.ledger import Action, Entry
from winnow.study.workspace import Curated

WORDS: dict[Action, str] = {
    "remove": "removed",
    "restore": "kept",
    "correct": "corrected",
    "undo": "took back",
    "label": "labelled",
}


@dataclass(frozen=True, slots=True)
class Act:
    """What one person did at once: the ledger's entries of it, or a moved cut; `counts` is False once taken back."""

    by: str
    at: str
    words: str
    counts: bool
    entries: tuple[Entry, ...] = ()
    cut: MovedCut | None = None

    @property
    def rows(self) -> list[str]:
        """The ids of the rows."""
        return list(dict.fromkeys(entry.decision.id for entry in self.entries))


def activity(curated: Curated) -> list[Act]:
    """List what people did; what one did in one second of one kind and for one reason is one act."""
    history = curated.ledger.history()
    acts = [_act(tuple(together)) for _, together in groupby(history, key=_press)]
    acts += [
        Act(cut.by, cut.at, f"moved {cut.name} from {cut.before} to {cut.after}", True, cut=cut)
        for cut in moved_cuts(curated)
    ]
    return sorted(acts, key=lambda act: act.at, reverse=True)


def meanwhile(curated: Curated, seen: int, who: str) -> list[Act]:
    """List what others did and didn't take back since entry `seen` of the ledger, the newest first."""
    return [act for act in activity(curated) if act.by != who and act.counts and act.entries
            and act.entries[0].number > seen and act.entries[0].decision.action != "undo"]  # fmt: skip


def _press(entry: Entry) -> tuple[object, ...]:
    decision = entry.decision
    group = decision.evidence.get("settled")
    return decision.by, decision.at, entry.counts, str(group) if group else (decision.action, decision.reason)


def _act(entries: Sequence[Entry]) -> Act:
    first, rows = entries[0].decision, len({entry.decision.id for entry in entries})
    if first.evidence.get("settled"):
        kept = sum(entry.decision.action == "restore" for entry in entries)
        words = f"settled {rows} rows that contradict each other: {kept} kept, {rows - kept} removed"
    else:
        words = f"{WORDS.get(first.action, first.action)} {rows} row{'s' if rows > 1 else ''}: {first.reason}"
    return Act(first.by, first.at, words, entries[0].counts, tuple(entries))


def take_back(curated: Curated, act: Act, by: str) -> None:
    """Void an act's entries; taking back what took something back brings that again."""
    curated.ledger.undo([entry.number for entry in act.entries], by)
