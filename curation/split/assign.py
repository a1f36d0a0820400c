"""Group-wise stratified split: groups stay whole, and each part has the topics in their shares.

parts = split(ids, groups, topics, settings, seed)         # {"3f2a…": "train", "9b01…": "held_out", …}
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Literal

from curation.publish.markdown import reasons_text
from winnow.config import SplitConfig
from winnow.data.records import content_hash
from winnow.errors import InputError

Part = Literal["train", "validation", "held_out"]


def split(
    ids: Sequence[str],
    groups: Mapping[str, str],
    topics: Mapping[str, int],
    settings: SplitConfig,
    seed: int,
    largest: Callable[[], str] = lambda: "",
) -> dict[str, Part]:
    """Assign every row a part; no group stands on two sides, and the order of the rows doesn't matter.

    `groups` maps a row to its group (a row that is missing stands alone), `topics` to its cluster (missing: one
    cluster). Held-out and validation have exactly the configured sizes. Raises InputError when the rows are too few, or
    no set of whole groups has such a size; `largest` says what the groups are like.
    """
    require_rows(len(ids), settings)
    blocks = _blocks(ids, groups, topics, seed)
    parts: dict[str, Part] = dict.fromkeys(ids, "train")
    sizes: tuple[tuple[Part, int], ...] = (("held_out", settings.held_out), ("validation", settings.validation))
    for part, size in sizes:
        chosen = _choose(blocks, size, part, largest)
        blocks = [block for block in blocks if block.key not in chosen]
        parts.update({id_: part for block in chosen.values() for id_ in block.ids})
    return parts


def require_rows(
    usable: int, settings: SplitConfig, waiting: int = 0, removed: Mapping[str, int] | None = None
) -> None:
    """Raise InputError where the usable rows are too few for the sizes, with what takes the others away.

    `waiting` counts kept rows that a person must settle first, `removed` those that left by reason.

        require_rows(2, SplitConfig(), waiting=78)     # split: 80 rows are kept, and 78 of them wait for a person …
    """
    wanted = settings.held_out + settings.validation
    if usable > wanted:
        return
    kept = usable + waiting
    gone = f"; removed: {reasons_text(removed)}" if removed else ""
    if not kept:
        raise InputError(
            f"split: no row is kept{gone}; each stands with its reason in removed.jsonl: mend the file or the setting "
            "that removes them, and curate again"
        )
    if waiting and kept > wanted:
        raise InputError(
            f"split: {kept} rows are kept, and {waiting} of them wait for a person; the {usable} others can't give "
            f"{_sizes(settings)}; decide the waiting ones in the studio or with winnow label, or take them "
            "as they are: split.flagged=train"
        )
    wait = f" ({waiting} of them wait for a person)" if waiting else ""
    remedy = "lower split.held_out or split.validation" if kept > 1 else "curate more rows"
    raise InputError(f"split: {kept} kept rows{wait} can't give {_sizes(settings)}; {remedy}{gone}")


def _sizes(settings: SplitConfig) -> str:
    return f"{settings.held_out} held-out and {settings.validation} validation rows and leave some to train on"


class Block:
    """A group: its rows, their topic, and its place in the seeded order."""

    def __init__(self, ids: list[str], topic: int, seed: int) -> None:
        self.ids = sorted(ids)
        self.key = self.ids[0]
        self.topic = topic
        self.place = content_hash(str(seed), self.key)


def _blocks(ids: Iterable[str], groups: Mapping[str, str], topics: Mapping[str, int], seed: int) -> list[Block]:
    members: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for id_ in ids:
        members["group" if id_ in groups else "row", groups.get(id_, id_)].append(id_)
    blocks = []
    for rows in members.values():
        found = Counter(topics.get(id_, 0) for id_ in rows)
        topic = min(found, key=lambda name: (-found[name], name))
        blocks.append(Block(rows, topic, seed))
    return sorted(blocks, key=lambda block: block.place)


def _choose(blocks: Sequence[Block], size: int, part: Part, largest: Callable[[], str]) -> dict[str, Block]:
    """Choose whole groups of exactly `size` rows, each topic as near to its share as the groups allow."""
    by_topic: defaultdict[int, list[Block]] = defaultdict(list)
    for block in blocks:
        by_topic[block.topic].append(block)
    quotas = _quotas({topic: sum(len(b.ids) for b in members) for topic, members in by_topic.items()}, size)
    chosen: dict[str, Block] = {}
    for topic in sorted(by_topic):
        _fill(by_topic[topic], quotas[topic], chosen)
    _fill(blocks, size - _rows(chosen), chosen)
    if _rows(chosen) < size:
        chosen = {block.key: block for block in _exact(blocks, size, part, largest)}
    return chosen


def _rows(chosen: Mapping[str, Block]) -> int:
    return sum(len(block.ids) for block in chosen.values())


def _fill(blocks: Iterable[Block], room: int, chosen: dict[str, Block]) -> None:
    for block in blocks:
        if len(block.ids) <= room and block.key not in chosen:
            chosen[block.key] = block
            room -= len(block.ids)


def _quotas(sizes: Mapping[int, int], size: int) -> dict[int, int]:
    """Share `size` out by topic, the largest remainders first."""
    total = sum(sizes.values())
    exact = {topic: size * rows / total for topic, rows in sizes.items()}
    quotas = {topic: int(share) for topic, share in exact.items()}
    by_remainder = sorted(exact, key=lambda topic: (quotas[topic] - exact[topic], topic))
    for topic in by_remainder[: size - sum(quotas.values())]:
        quotas[topic] += 1
    return quotas


def _exact(blocks: Sequence[Block], size: int, part: Part, largest: Callable[[], str]) -> list[Block]:
    """Find the first groups in seeded order whose sizes add up exactly (subset sum)."""
    came_from: dict[int, tuple[int, Block]] = {}
    for block in blocks:
        for total in sorted((0, *came_from), reverse=True):
            reached = total + len(block.ids)
            if reached <= size and reached not in came_from:
                came_from[reached] = (total, block)
        if size in came_from:
            break
    if size not in came_from:
        raise InputError(
            f"split: whole groups can't make {size} rows of {part}{_why(blocks, came_from, part, largest())}"
        )
    picked = []
    while size:
        size, block = came_from[size]
        picked.append(block)
    return picked


def _why(blocks: Sequence[Block], reached: Mapping[int, object], part: Part, largest: str) -> str:
    """Name the size that would do, and what the largest group is; where there is none, the smallest group's."""
    if nearest := max(reached, default=0):
        would_do = f"; {nearest} would do: split.{part}={nearest}"
    else:
        least = min(len(block.ids) for block in blocks)
        would_do = f": the smallest group has {least} rows"
    return f"{would_do}; {largest}" if largest else would_do
