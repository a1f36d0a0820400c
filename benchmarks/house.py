"""The house in figures: files, lines, levels of import, circles and untyped objects of each package.

python -m benchmarks.house            # the floors
python -m benchmarks.house --rooms    # and every package within them

A package's direct children are files and packages. One child stands on another where anything in it imports anything in
the other; the levels are the children on the longest such chain, and a circle is a set of children of which each
stands, directly or through others, on every other one.
"""

from __future__ import annotations

import argparse
import ast
from collections.abc import Iterator, Mapping
from graphlib import TopologicalSorter
from pathlib import Path
from typing import NamedTuple

import grimp

ROOT = Path(__file__).resolve().parents[1]
FLOORS = ("studio", "evaluation", "training", "curation", "winnow")
UNTYPED = "dict[str, Any]"

Arrows = Mapping[str, frozenset[str]]


class Package(NamedTuple):
    """The figures of one package; files, lines and untyped objects are those of the packages within it too."""

    name: str
    files: int
    lines: int
    children: int
    arrows: int
    levels: int
    circles: int
    untyped: int


def measure(package: str, graph: grimp.ImportGraph) -> Package:
    """Measure one package of the project."""
    between = arrows(package, graph)
    groups = circles(between)
    sources = [path.read_text(encoding="utf-8") for path in ROOT.joinpath(*package.split(".")).rglob("*.py")]
    return Package(
        package,
        len(sources),
        sum(source.count("\n") for source in sources),
        len(between),
        sum(map(len, between.values())),
        levels(between),
        sum(len(group) > 1 for group in groups),
        sum(map(untyped, sources)),
    )


def arrows(package: str, graph: grimp.ImportGraph) -> dict[str, frozenset[str]]:
    """Map each direct child of a package to the children that it stands on."""
    children = graph.find_children(package)
    owner = {module: child for child in children for module in (child, *graph.find_descendants(child))}
    found: dict[str, set[str]] = {child: set() for child in children}
    for module, child in owner.items():
        found[child] |= {owner[other] for other in graph.find_modules_directly_imported_by(module) if other in owner}
    return {child: frozenset(others - {child}) for child, others in found.items()}


def levels(between: Arrows) -> int:
    """Count the children on the longest chain; those of one circle count as one.

    >>> levels({"report": frozenset({"pairs"}), "pairs": frozenset({"answers"}), "answers": frozenset()})
    3
    """
    group_of = {child: group for group in circles(between) for child in group}
    below = {
        group: {group_of[other] for child in group for other in between[child]} - {group} for group in group_of.values()
    }
    level: dict[frozenset[str], int] = {}
    for group in TopologicalSorter(below).static_order():
        level[group] = 1 + max((level[other] for other in below[group]), default=0)
    return max(level.values(), default=0)


def circles(between: Arrows) -> set[frozenset[str]]:
    """Group the children that stand on each other; one that is in no circle is a group of its own.

    >>> sorted(map(sorted, circles({"a": frozenset("b"), "b": frozenset("a"), "c": frozenset("a")})))
    [['a', 'b'], ['c']]
    """
    reach = {child: frozenset(_reached(child, between)) for child in between}
    return {frozenset({child, *(other for other in reach[child] if child in reach[other])}) for child in between}


def _reached(child: str, between: Arrows) -> set[str]:
    known: set[str] = set()
    waiting = [*between[child]]
    while waiting:
        other = waiting.pop()
        if other not in known:
            known.add(other)
            waiting += between[other]
    return known


def untyped(source: str) -> int:
    """Count the places where code says `dict[str, Any]`; comments and docstrings say nothing.

    >>> untyped("def read(rows: list[dict[str, Any]]) -> dict[str, Any]: ...")
    2
    """
    return sum(isinstance(node, ast.Subscript) and ast.unparse(node) == UNTYPED for node in ast.walk(ast.parse(source)))


def packages(graph: grimp.ImportGraph, rooms: bool) -> Iterator[str]:
    """Name the floors from the top, each followed by the packages within it where `rooms`."""
    for floor in FLOORS:
        yield floor
        if rooms:
            yield from sorted(room for room in graph.find_descendants(floor) if graph.find_children(room))


def table(found: list[Package]) -> str:
    """Lay the figures out as Markdown, and their sum: of the floors, and of all circles that were looked for."""
    lines = [
        "| package | files | lines | children | arrows | levels | circles | `dict[str, Any]` |",
        "|---|---:|---:|---:|---:|---:|---:|---:|",
    ]
    lines += ["| " + " | ".join((f"`{one.name}`", *(f"{figure:,}" for figure in one[1:]))) + " |" for one in found]
    floors = [one for one in found if one.name in FLOORS]
    files, size = sum(one.files for one in floors), sum(one.lines for one in floors)
    circular, loose = sum(one.circles for one in found), sum(one.untyped for one in floors)
    return "\n".join([*lines, f"| all | {files:,} | {size:,} | | | | {circular:,} | {loose:,} |"])


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rooms", action="store_true", help="every package, not only the floors")
    rooms = parser.parse_args().rooms
    graph = grimp.build_graph(*FLOORS, cache_dir=None)
    print(table([measure(package, graph) for package in packages(graph, rooms)]))


if __name__ == "__main__":
    main()
