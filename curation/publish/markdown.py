"""The curation report in words: as Markdown, and single lines of it for a card and for the screen.

markdown(summarise(view, decisions, timings))                # "# Curation report\\n\\n20 rows came in; …"
reasons_text({"the answer is empty": 3, "cut off": 2})      # 3 the answer is empty, 2 cut off
"""

from __future__ import annotations

from collections.abc import Mapping

from curation.publish.languages import unread_lines
from curation.publish.report import Example, Report

MAX_NAMED_REASONS = 5  # in a line of text; the rest are counted together
MAX_QUOTED_CHARS = 160  # of an example in Markdown


def markdown(report: Report) -> str:
    """Write the report as Markdown; texts of rows are quoted as code, so that they can't act as markup."""
    lines = [
        "# Curation report",
        "",
        _headline(report),
        "",
        "| step | in | removed | flagged | repaired | out | seconds |",
    ]
    lines.append("|---|---:|---:|---:|---:|---:|---:|")
    for step in report["steps"]:
        seconds = report["timings"].get(step["step"])
        cells = [step["step"], step["in"], step["removed"], step["flagged"], step["repaired"], step["out"]]
        lines.append("| " + " | ".join(map(str, [*cells, "" if seconds is None else f"{seconds:.1f}"])) + " |")
    for line in unread_lines(report.get("not_looked_for", {})):
        lines += ["", line]
    if report["manners"]:
        lines += ["", "## Manners of whole files", ""]
        lines += [f"- `{manner['sentence'].replace('`', chr(39))}`" for manner in report["manners"]]
    lines += ["", "## Reasons", ""]
    for reason, count in report["by_reason"].items():
        lines.append(f"- **{count}** {reason}")
        lines += [f"  - `{_quoted(example)}`" for example in report["examples"][reason]]
    if report["topics"]:
        lines += ["", "## Topics", "", "| topic | keywords | rows | removed | flagged |", "|---|---|---:|---:|---:|"]
        lines += [
            f"| {t['name']} | {', '.join(t['keywords'])} | {t['rows']} | {t['removed']} | {t['flagged']} |"
            for t in report["topics"]
        ]
    if "order" in report:
        lines += ["", "## The order of suspicion", "", *(f"- {line}" for line in report["order"]["lines"])]
    if "rater" in report:
        lines += ["", "## The rater", "", *(f"- {line.strip()}" for line in report["rater"]["lines"])]
    return "\n".join([*lines, "", "## Precision of the removals", "", *precision_lines(report), ""])


def _headline(report: Report) -> str:
    return (
        f"{report['input']} rows came in; {report['kept']} are kept, {report['flagged']} of them flagged for people;"
        f" {report['removed']} are removed and {report['repaired']} kept rows repaired."
    )


def precision_lines(report: Report) -> list[str]:
    """Say what share of the removals people confirmed, or that nobody answered yet."""
    if not report["precision"]:
        return ["Not known: nobody has looked at the sample of removed rows yet."]
    return [
        f"- {step}: {p['estimate']:.3f} right (95 % interval {p['low']:.3f} to {p['high']:.3f}, n = {p['n']})"
        for step, p in report["precision"].items()
    ]


def reasons_text(counts: Mapping[str, int]) -> str:
    """Name the most frequent reasons with their counts, and count the rest together.

    reasons_text({"the answer is empty": 3, "cut off": 2})      # 3 the answer is empty, 2 cut off
    """
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    shown, rest = ordered[:MAX_NAMED_REASONS], ordered[MAX_NAMED_REASONS:]
    named = [f"{count} {reason}" for reason, count in shown]
    others = [f"{sum(count for _, count in rest)} for {len(rest)} other reasons"] if rest else []
    return ", ".join([*named, *others])


def _quoted(example: Example) -> str:
    texts = [example["question"], example["answer"], *(f"{n}: {t}" for n, t in example.get("around", {}).items())]
    text = f"{example['id']} {' / '.join(texts)}"
    return " ".join(text.replace("`", "'").split())[:MAX_QUOTED_CHARS]
