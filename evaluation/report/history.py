"""One history of a study: a line for each look at its held-out rows, by a report, a final comparison or a diff.

remember(workspace)                     # after a report was written: appends to history.jsonl
for line in history(workspace):
    line["looks"]                       # 3: the third report on these held-out rows

Each line ends with the hash of all that stands before it, so that a line changed later is found (`altered`).
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from evaluation.figures import figure
from evaluation.people.vote_log import JudgmentLog
from winnow.data.files import append_lines, file_hash, read_json, read_jsonl, whole_lines
from winnow.data.records import canonical_json, content_hash
from winnow.study.plan import Plan, read
from winnow.study.workspace import Workspace

HISTORY = "history.jsonl"
BESIDE = ("plan.json", "report/manifest.json")  # files of which nothing else says every byte

Kind = Literal["report", "selections", "diff", "spent"]


def remember(workspace: Workspace) -> None:
    """Append what the newest report says, with the hashes of what it was made from, unless its line stands already."""
    written = file_hash(workspace.report / "report.json")
    if look_of(workspace, written):
        return
    report, run = read_json(workspace.report / "report.json"), workspace.latest_run()
    made_of: dict[str, object] = {"run": run.name, "adapter": file_hash(run / "manifest.json"), "report": written}
    made_of |= {"files": {name: file_hash(workspace.root / name) for name in BESIDE}, "votes": _votes(workspace)}
    _append(workspace, "report", made_of | {"figures": _figures(report)})


def remember_selections(workspace: Workspace, table: Mapping[str, Any]) -> None:
    """Append that selections were compared on the held-out rows: a look at them as a report is one."""
    _append(workspace, "selections", {"result": content_hash(canonical_json(table)), "figures": {}})


def remember_diff(workspace: Workspace, beside: str, result: str) -> None:
    """Append that tuned answers were laid beside another study's, unless the same was found before.

    `result` is the hash of what was found.
    """
    if not any(line["kind"] == "diff" and line["result"] == result for line in history(workspace)):
        _append(workspace, "diff", {"result": result, "study": beside, "figures": {}})


def remember_spent(workspace: Workspace, votes: int, study: str) -> None:
    """Append that what people said of held-out rows teaches another study: no look, but these votes are spent."""
    _append(workspace, "spent", {"votes": votes, "study": study, "figures": {}})


def _append(workspace: Workspace, kind: Kind, told: Mapping[str, Any]) -> None:
    plan = read(workspace.plan_file)
    rows = {"plan": plan.hash, "held_out": plan.fields.get("held_out")}
    line = {"at": datetime.now(UTC).isoformat(timespec="seconds"), "kind": kind, **rows, **told}
    path = workspace.root / HISTORY
    line |= {"sum": _sum(whole_lines(path), line)}
    append_lines(path, json.dumps(line, ensure_ascii=False))


def _sum(earlier: Sequence[str], line: Mapping[str, Any]) -> str:
    return content_hash(*earlier, canonical_json({name: value for name, value in line.items() if name != "sum"}))


def _votes(workspace: Workspace) -> str:
    """Hash all that the log keeps of the plan's votes: when and in how many seconds too, of which no figure is made."""
    cast = JudgmentLog(workspace.judgments_file).judgments(read(workspace.plan_file).hash)
    return content_hash(canonical_json([asdict(one) for one in cast]))


def altered(workspace: Workspace) -> Iterator[str]:
    """Name each line that isn't what was appended, and what changed since the newest report's line: files, votes."""
    path = workspace.root / HISTORY
    texts, lines = path.read_text(encoding="utf-8").splitlines(), read_jsonl(path)
    for at, (text, line) in enumerate(zip(texts, lines, strict=True)):
        if line.get("sum") != _sum(texts[:at], line) or json.dumps(line, ensure_ascii=False) != text:
            yield f"{HISTORY}: line {at + 1}, or one before it, isn't what was appended"
    written = file_hash(workspace.report / "report.json")
    for own in [line for line in lines if line.get("report") == written]:
        for name, digest in own["files"].items():
            if file_hash(workspace.root / name) != digest:
                yield f"{name}: its bytes aren't those that were written"
        if own["votes"] != _votes(workspace):
            yield f"{workspace.judgments_file.name}: other votes than those that were counted"


def _figures(report: Mapping[str, Any]) -> dict[str, object]:
    """Take the differences of the metrics, and the win rate where there are votes."""
    compared = report["comparison"]
    found = {name: row["difference"] for name, row in compared["metrics"].items()}
    return found | ({"win_rate": compared["judgments"]["win_rate"]} if compared["judgments"] else {})


def history(workspace: Workspace) -> list[dict[str, Any]]:
    """Read what was looked at in the order of time; `looks` counts those at the same held-out rows so far."""
    path: Path = workspace.root / HISTORY
    seen: Counter[str] = Counter()
    lines = []
    for line in read_jsonl(path) if path.exists() else []:
        rows = canonical_json(line["held_out"])
        seen[rows] += line.get("kind") != "spent"
        lines.append({"kind": "report", **line, "looks": seen[rows]})
    return lines


def looks(workspace: Workspace, plan: Plan) -> int:
    """Count how often the plan's held-out rows were looked at so far."""
    rows = canonical_json(plan.fields.get("held_out"))
    return max((line["looks"] for line in history(workspace) if canonical_json(line["held_out"]) == rows), default=0)


def look_of(workspace: Workspace, report: str) -> int:
    """Say the how manieth look a written report was, by its hash; 0 where the history doesn't know it."""
    return next((int(line["looks"]) for line in history(workspace) if line.get("report") == report), 0)


def history_text(lines: list[dict[str, Any]]) -> str:
    """Lay the history out for a terminal; a set that was looked at often is said to be."""
    if not lines:
        return "no report was written yet; run: winnow report"
    shown = []
    for line in lines:
        shown.append(f"{line['at'][:16]}  plan {line['plan'][:8]}  {_what(line)}")
        for name, interval in line["figures"].items():
            shown.append(f"    {name}: {figure(interval, '' if name == 'win_rate' else '+')}")
    most = max(line["looks"] for line in lines)
    if most > 1:
        shown.append(
            f"Held-out rows were looked at up to {most} times: what was changed after a look fits them a little."
        )
    return "\n".join(shown)


def _what(line: Mapping[str, Any]) -> str:
    if line["kind"] == "spent":
        return f"spent: what people said of {line['votes']} held-out pairs teaches the study {line['study']}"
    return f"{_by(line)}  look {line['looks']} at these held-out rows"


def _by(line: Mapping[str, Any]) -> str:
    if line["kind"] == "report":
        return f"run {line['run']}"
    return f"winnow diff, beside {line['study']}" if line["kind"] == "diff" else "winnow compare-selections --final"
