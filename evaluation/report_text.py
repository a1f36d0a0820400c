"""The report in words: the headline, and the whole as Markdown.

headline(report)        # "Can't tell yet: nobody has voted … rouge_l 0.142 → 0.231, +0.089 [+0.051, +0.127] …"
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Report = Mapping[str, Any]


def headline(report: Report) -> str:
    """Say the planned outcome first, then the metrics; "can't tell" is an answer."""
    plan, comparison = report["plan"], report["comparison"]
    amended = ", amended after data were seen" if plan["amendments"] else ""
    lines = [
        f"Base against tuned on {comparison['pairs']} held-out questions (plan {plan['hash'][:8]}{amended})",
        primary(report),
    ]
    lines += [f"  {name}: {change(row)}" for name, row in comparison["metrics"].items()]
    return "\n".join(lines)


def primary(report: Report) -> str:
    """Say how the one planned outcome came out."""
    outcome = report["plan"]["outcome"]["primary"]
    comparison = report["comparison"]
    if outcome != "win_rate":
        row = comparison["metrics"].get(outcome)
        return f"Primary outcome {outcome}: {verdict(row) if row else 'not among the metrics of the plan'}."
    votes = comparison["judgments"]
    if not votes or not votes["items"]:
        return "Primary outcome win rate: can't tell yet, nobody has read the answers blind."
    rate, counts = votes["win_rate"], "{wins} wins, {losses} losses, {ties} ties, {both_bad} both bad".format(**votes)
    if rate["estimate"] is None:
        return f"Primary outcome win rate: can't tell, no pair was decided ({counts})."
    word = "tuned wins" if rate["estimate"] > 0.5 else "base wins"
    said = word if votes["is_difference"] else "can't tell"
    return f"Primary outcome win rate of tuned: {figure(rate)}, p = {votes['p']:.3f}: {said} ({counts})."


def verdict(row: Mapping[str, Any]) -> str:
    """Say in one word group what a paired difference shows."""
    if not row["is_difference"]:
        return f"can't tell ({change(row)})"
    better = (row["difference"]["estimate"] > 0) != (row["better"] == "lower")
    return f"{'tuned is better' if better else 'base is better'} ({change(row)})"


def change(row: Mapping[str, Any]) -> str:
    """Write base → tuned and the difference with its interval and n."""
    base, tuned, difference = row["base"], row["tuned"], row["difference"]
    if base["estimate"] is None or tuned["estimate"] is None:
        return f"can't tell: {difference.get('reason', 'nothing could be scored')}"
    return f"{base['estimate']:.3f} → {tuned['estimate']:.3f}, difference {figure(difference, '+')}"


def figure(interval: Mapping[str, Any], sign: str = "") -> str:
    """Write an estimate with its 95 % interval and n."""
    if interval["estimate"] is None:
        return f"can't tell: {interval.get('reason', '')}"
    if interval["low"] is None:
        return f"{interval['estimate']:{sign}.3f} (no interval: {interval.get('reason', '')}; n = {interval['n']})"
    low, high = (f"{interval[end]:{sign}.3f}" for end in ("low", "high"))
    return f"{interval['estimate']:{sign}.3f} [{low}, {high}] n={interval['n']}"


def markdown(report: Report) -> str:
    """Write the report in Markdown; model output is indented as code, so that it can't act as markup."""
    lines = ["# Report", "", *(f"{line.strip()}  " for line in report["headline"].splitlines()), ""]
    for amendment in report["plan"]["amendments"]:
        lines.append(f"> Amended {amendment['at']}: {', '.join(amendment['changed'])}. {amendment['why']}")
    lines += [*_curation(report), *_training(report), *_systems(report), *_readings(report)]
    lines += ["## What this rests on", "", f"Plan `{report['plan']['hash']}`. {report['plan']['note']}", ""]
    return "\n".join(lines)


def _curation(report: Report) -> list[str]:
    found = report["curation"]
    if not found:
        return []
    lines = ["## What came in, and why rows left", ""]
    lines.append(
        f"{found['input']} rows; {found['kept']} kept, {found['flagged']} of them flagged; {found['removed']} removed."
    )
    lines += ["", "| rows | reason |", "|---:|---|"]
    return [*lines, *(f"| {count} | {reason} |" for reason, count in found["by_reason"].items()), ""]


def _training(report: Report) -> list[str]:
    run = report["training"]
    losses = [row["loss"] for row in run["curve"] if "loss" in row]
    fell = f"Loss {losses[0]:.2f} → {losses[-1]:.2f}. " if losses else ""
    explored = " This run is exploratory: it was made without a plan." if run["exploratory"] else ""
    return ["## What was trained", "", f"Run `{run['run']}` on {run['base']}, {run['seconds']} s. {fell}{explored}", ""]


def _systems(report: Report) -> list[str]:
    lines = ["## The systems", "", "| system | metric | estimate |", "|---|---|---|"]
    for name, system in report["systems"].items():
        lines += [f"| {name} | {metric} | {figure(row)} |" for metric, row in system["metrics"].items()]
    return [*lines, ""]


def _readings(report: Report) -> list[str]:
    lines = ["## Read in full", ""]
    for name, pair in report["readings"].items():
        lines += [f"### {name}: {pair['metric']} {pair['gain']:+.3f}", ""]
        for part in ("question", "reference", "base", "tuned"):
            lines += [f"{part}:", "", *(f"    {line}" for line in pair[part].splitlines() or [""]), ""]
    return lines
