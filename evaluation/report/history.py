"""One history of a study: a line for each report that was written, and how often its held-out rows were looked at.

remember(workspace)                     # after a report was written: appends to history.jsonl
for line in history(workspace):
    line["looks"]                       # 3: the third report on these held-out rows
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from evaluation.figures import figure
from winnow.data.files import append_lines, file_hash, read_json, read_jsonl
from winnow.study.plan import read
from winnow.study.workspace import Workspace

HISTORY = "history.jsonl"


def remember(workspace: Workspace) -> None:
    """Append what the newest report says, with the hashes of what it was made from."""
    report, run = read_json(workspace.report / "report.json"), workspace.latest_run()
    plan = read(workspace.plan_file)
    line = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "plan": plan.hash,
        "held_out": plan.fields.get("held_out"),
        "run": run.name,
        "adapter": file_hash(run / "manifest.json"),
        "report": file_hash(workspace.report / "report.json"),
        "figures": _figures(report),
    }
    append_lines(workspace.root / HISTORY, json.dumps(line, ensure_ascii=False))


def _figures(report: Mapping[str, Any]) -> dict[str, Any]:
    """Take the differences of the metrics, and the win rate where there are votes."""
    compared = report["comparison"]
    found = {name: row["difference"] for name, row in compared["metrics"].items()}
    return found | ({"win_rate": compared["judgments"]["win_rate"]} if compared["judgments"] else {})


def history(workspace: Workspace) -> list[dict[str, Any]]:
    """Read the reports in the order of time; `looks` counts those on the same held-out rows so far."""
    path: Path = workspace.root / HISTORY
    seen: Counter[str] = Counter()
    lines = []
    for line in read_jsonl(path) if path.exists() else []:
        rows = json.dumps(line["held_out"], sort_keys=True)
        seen[rows] += 1
        lines.append({**line, "looks": seen[rows]})
    return lines


def history_text(lines: list[dict[str, Any]]) -> str:
    """Lay the history out for a terminal; a set that was looked at often is said to be."""
    if not lines:
        return "no report was written yet; run: winnow report"
    shown = []
    for line in lines:
        looked = f"look {line['looks']} at these held-out rows"
        shown.append(f"{line['at'][:16]}  plan {line['plan'][:8]}  run {line['run']}  {looked}")
        for name, interval in line["figures"].items():
            shown.append(f"    {name}: {figure(interval, '' if name == 'win_rate' else '+')}")
    most = max(line["looks"] for line in lines)
    if most > 1:
        shown.append(
            f"Held-out rows were looked at up to {most} times: what was changed after a look fits them a little."
        )
    return "\n".join(shown)
