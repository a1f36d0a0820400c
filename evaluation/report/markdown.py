"""The report as Markdown.

write_text(path, markdown(report))
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from evaluation.comparison.again import again_text
from evaluation.comparison.several import MEANING
from evaluation.figures import (
    CONTEXT_MEANING,
    Report,
    change,
    compared_selections,
    counts_text,
    exports,
    figure,
    how_tested,
    notices,
    side_leaning,
    standing,
)
from evaluation.judge.correct import worth_text
from winnow.data.surroundings import TITLES


def markdown(report: Report) -> str:
    """Write the report in Markdown; model output is indented as code, so that it can't act as markup."""
    lines = ["# Report", "", *(f"{line.strip()}  " for line in report["headline"].splitlines()), ""]
    lines += [f"> {notice}\n" for notice in notices(report)]
    for part in PARTS:
        lines += part(report)
    lines += [
        "## What this rests on",
        "",
        f"Plan `{report['plan']['hash']}`, look {report['look']} at its held-out rows. {report['plan']['note']}",
        "",
    ]
    return "\n".join(lines)


def _metrics(report: Report) -> list[str]:
    rows = [
        f"| {name} | {change(row)} | {row['improved']} | {row['equal']} | {row['regressed']} | {row['unscored']} "
        f"| {standing(report, name)} |"
        for name, row in report["comparison"]["metrics"].items()
    ]
    head = "| metric | base → tuned | improved | equal | regressed | unscored | headline |"
    return ["## Base against tuned", "", head, "|---|---|---:|---:|---:|---:|---|", *rows, ""]


def _contexts(report: Report) -> list[str]:
    if not report["contexts"]:
        return []
    head = ["| compared | metric | without → with, difference |", "|---|---|---|"]
    return [
        "## With and without the rows' contexts",
        "",
        CONTEXT_MEANING,
        "",
        *head,
        *_compared(report["contexts"]),
        "",
    ]


def _people(report: Report) -> list[str]:
    votes = report["comparison"]["judgments"]
    if not votes:
        return ["## What people said, blind", "", "Nobody has finished reading the answers blind: `winnow studio`.", ""]
    shares = {
        "win rate among decided pairs": votes["win_rate"],
        "ties as half": votes["ties_as_half"],
        "left side preferred": votes["side_bias"],
        "same verdict when shown again": votes["self_consistency"],
    }
    lines = ["## What people said, blind", "", f"Tuned: {counts_text(votes)}; {how_tested(votes)}.", ""]
    lines += ["| | |", "|---|---|", *(f"| {name} | {figure(share)} |" for name, share in shares.items()), ""]
    people = report["people"]
    if people:
        statistic = people["statistic"]
        lines += [f"| metric | {statistic} with the reviewers | |", "|---|---|---|"]
        lines += [f"| {name} | {figure(row[statistic])} | {_place(row)} |" for name, row in people["metrics"].items()]
    return [*lines, ""]


def _judges(report: Report) -> list[str]:
    shown = {name: judge for name, judge in report["judges"].items() if judge["current"]}
    if not shown:
        return []
    lines = ["## What models said as judges", ""]
    head = "| judge | tuned's win rate | ties | unscored | no clear verdict | same, sides swapped | first named | |"
    lines += [head, "|---|---|---:|---:|---|---|---|---|"]
    for name, judge in shown.items():
        named = f"{figure(judge['first_share'])}{side_leaning(judge)}"
        steady = (
            f"{figure(judge['doubt'])} | {figure(judge['swap_consistency'])} | {named} | {standing(report, name)} |"
        )
        lines.append(f"| {name} | {figure(judge['win_rate'])} | {judge['ties']} | {judge['unscored']} | {steady}")
    if report["corrections"]:
        head = "| people voted on a part | people alone | corrected by the judge of all pairs | |"
        lines += ["", head, "|---|---|---|---|"]
    for name, found in report["corrections"].items():
        part = f"{name}, {found['voted']} of {found['pairs']}"
        lines.append(f"| {part} | {figure(found['people'])} | {figure(found['corrected'])} | {worth_text(found)} |")
    return [*lines, ""]


def _place(row: Mapping[str, Any]) -> str:
    if row.get("is_baseline"):
        return "baseline"
    return "above the baselines" if row["beats_baseline"] else "no headline"


def _retention(report: Report) -> list[str]:
    lines = ["## What the model still can", ""]
    for name, kept in report["retention"].items():
        changed = figure(kept["gate"]["right"]["difference"], "+")
        lines.append(f"{name}: {kept['gate']['verdict']} at the margin {kept['gate']['margin']:g}; right {changed}.  ")
    return [*lines, *([] if report["retention"] else ["Not measured yet: `winnow retain`."]), ""]


def _systems(report: Report) -> list[str]:
    lines = ["## The systems", "", "| system | metric | estimate |", "|---|---|---|"]
    for name, system in report["systems"].items():
        lines += [f"| {name} | {metric} | {figure(row)} |" for metric, row in system["metrics"].items()]
        if "hit_rate" in system:
            lines.append(f"| {name} | retrieval finds the source | {figure(system['hit_rate'])} |")
    if report["others"]:
        lines += ["", "| compared | metric | difference |", "|---|---|---|"]
    lines += _compared(report["others"])
    if ranked := report["strengths"]:
        lines += ["", f"Strengths by {ranked['metric']}: {MEANING}.", "", "| system | strength |", "|---|---|"]
        lines += [f"| {name} | {figure(row, '+')} |" for name, row in ranked["systems"].items()]
    if report["again"]:
        lines += [
            "",
            "The base against itself:",
            "",
            *(f"    {line}" for line in again_text(report["again"]).splitlines()),
        ]
    return [*lines, ""]


def _compared(pairs: Sequence[Mapping[str, Any]]) -> list[str]:
    return [
        f"| {pair['one']} → {pair['other']} | {metric} | {change(row)} |"
        for pair in pairs
        for metric, row in pair["metrics"].items()
    ]


def _costs(report: Report) -> list[str]:
    lines = ["## Speed and costs", "", "| system | tokens/s | s, p50 | s, p95 | 1,000 here | 1,000 of an API |"]
    lines.append("|---|---:|---:|---:|---|---|")
    for name, system in report["systems"].items():
        cost = system["costs"]
        speed = f"{system['tokens_per_second']} | {system['latency_p50']} | {system['latency_p95']}"
        lines.append(f"| {name} | {speed} | {figure(cost['own'])} | {figure(cost['api'])} |")
    prices = report["systems"]["base"]["costs"]["prices"]
    said = (
        f"In {prices['currency']}, at {prices['hour']:g} an hour, {prices['api_input']:g} and {prices['api_output']:g}"
    )
    return [*lines, "", f"{said} a million tokens read and written.", ""]


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


def _selections(report: Report) -> list[str]:
    """Tell of each comparison of selections, on held-out or validation rows, its claims by budget."""
    lines = []
    for table in report["selections"].values():
        lines += ["## Does curation pay, on this data?", "", compared_selections(table), ""]
        for budget, part in table["tables"].items():
            lines += [f"Equal {budget}:", "", *(f"- {claim['sentence']}" for claim in part["claims"]), ""]
    return lines


def _training(report: Report) -> list[str]:
    run = report["training"]
    losses = [row["loss"] for row in run["curve"] if "loss" in row]
    fell = f"Loss {losses[0]:.2f} → {losses[-1]:.2f}. " if losses else ""
    explored = " This run is exploratory: it was made without a plan." if run["exploratory"] else ""
    told = f"Run `{run['run']}` on {run['base']}, {run['seconds']} s. {fell}{explored}"
    return ["## What was trained", "", told, "", *(f"- {line}" for line in exports(run)), ""]


def _readings(report: Report) -> list[str]:
    lines = ["## Read in full", ""]
    shown = [*report["readings"].items(), *(("regression", pair) for pair in report["regressions"])]
    for name, pair in shown:
        lines += [f"### {name}: {pair['metric']} {pair['gain']:+.3f}", ""]
        texts = {TITLES[name].lower(): text for name, text in pair["beside"].items()}
        texts |= {part: pair[part] for part in ("question", "reference", "base", "tuned")} | pair["others"]
        texts |= {f"passage of {passage['document']}": passage["text"] for passage in pair["passages"]}
        for part, text in texts.items():
            lines += [f"{part}:", "", *(f"    {line}" for line in text.splitlines() or [""]), ""]
    return lines


def _slices(report: Report) -> list[str]:
    lines = [
        "## By topic, without tests",
        "",
        "| topic | n | mean gain | improved | regressed |",
        "|---|---:|---:|---:|---:|",
    ]
    for row in report["slices"]:
        counts = f"{row['n']} | {row['gain']:+.3f} | {row['improved']} | {row['regressed']}"
        lines.append(f"| {row['topic_name'] or '-'} | {counts} |")
    return [*lines, ""]


PARTS = (
    _metrics, _contexts, _people, _judges, _retention, _systems, _costs, _curation, _selections, _training, _readings,
    _slices,
)  # fmt: skip
