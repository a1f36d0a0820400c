"""The curation report as one HTML file: no network, no script, every text of a row escaped.

    write_text(root / "report.html", page(report))
"""

from __future__ import annotations

from typing import Any

from curation.report import Report, precision_lines

WIDTH, BAR, GAP = 720, 26, 10
TEMPLATE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>Curation report</title>
<style>
  :root { color-scheme: light dark; --kept: #2a7f62; --removed: #b5483d; --flagged: #c78a1b; --line: #8885; }
  body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
  table { border-collapse: collapse; width: 100%; } th, td { padding: .3rem .6rem; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; }
  td.n, th.n { text-align: right; font-variant-numeric: tabular-nums; } svg { width: 100%; height: auto; }
  .cards { display: flex; gap: 1rem; flex-wrap: wrap; } .cards div { border: 1px solid var(--line); border-radius: .5rem; padding: .6rem 1rem; }
  .cards b { display: block; font-size: 1.6rem; } details { margin: .4rem 0; } summary { cursor: pointer; }
  .pair { border-left: 3px solid var(--line); padding-left: .8rem; margin: .6rem 0; white-space: pre-wrap; overflow-wrap: anywhere; }
  .pair.removed { border-color: var(--removed); } .pair.flagged { border-color: var(--flagged); } small, code { opacity: .8; } text { fill: currentColor; font-size: 13px; }
</style></head><body>
<h1>Curation report</h1>
<div class="cards">
  <div><b>{{ report.input }}</b>came in</div><div><b>{{ report.kept }}</b>kept</div><div><b>{{ report.flagged }}</b>of them flagged</div>
  <div><b>{{ report.repaired }}</b>of them repaired</div><div><b>{{ report.removed }}</b>removed</div>
</div>
<h2>Funnel</h2>
<svg viewBox="0 0 {{ width }} {{ bars|length * row + 4 }}" role="img" aria-label="Rows that are left after each step">
{% for bar in bars %}  <g><rect x="150" y="{{ bar.y }}" width="{{ bar.kept }}" height="{{ height }}" fill="var(--kept)"/><rect x="{{ 150 + bar.kept }}" y="{{ bar.y }}" width="{{ bar.removed }}" height="{{ height }}" fill="var(--removed)"/>
  <text x="142" y="{{ bar.y + 18 }}" text-anchor="end">{{ bar.step }}</text><text x="{{ 156 + bar.kept + bar.removed }}" y="{{ bar.y + 18 }}">{{ bar.label }}</text></g>
{% endfor %}</svg>
<table><tr><th>step<th class="n">in<th class="n">removed<th class="n">flagged<th class="n">repaired<th class="n">out<th class="n">seconds</tr>
{% for s in report.steps %}<tr><td>{{ s.step }}<td class="n">{{ s.in }}<td class="n">{{ s.removed }}<td class="n">{{ s.flagged }}<td class="n">{{ s.repaired }}<td class="n">{{ s.out }}<td class="n">{{ "%.1f"|format(report.timings[s.step]) if s.step in report.timings else "" }}</tr>
{% endfor %}</table>
<h2>Reasons</h2>
{% for reason, count in report.by_reason.items() %}<details><summary><b>{{ count }}</b> {{ reason }}</summary>
{% for e in report.examples[reason] %}<div class="pair {{ 'removed' if e.action == 'remove' else 'flagged' }}"><small><code>{{ e.id }}</code> {{ e.action }} by {{ e.step }}</small>
<b>{{ e.question }}</b>
{{ e.answer }}{% if e.twin_question is defined %}
<small>its twin</small>
<b>{{ e.twin_question }}</b>
{{ e.twin_answer }}{% endif %}
<small>{% for name, value in e.evidence.items() %}{{ name }}: {{ value }}{{ "; " if not loop.last }}{% endfor %}</small></div>
{% endfor %}</details>
{% else %}<p>No row was removed or flagged.</p>
{% endfor %}
{% if columns %}<h2>Similarity of candidate pairs</h2>
<svg viewBox="0 0 {{ width }} 180" role="img" aria-label="Number of candidate pairs by similarity">
{% for c in columns %}  <g><title>{{ c.title }}</title><rect x="{{ c.x }}" y="{{ 150 - c.height }}" width="{{ c.width }}" height="{{ c.height }}" fill="var(--flagged)"/><text x="{{ c.x }}" y="168">{{ c.label }}</text></g>
{% endfor %}</svg>
<p><small>Heights are on a logarithmic scale.</small></p>
{% endif %}
{% if report.topics %}<h2>Topics</h2>
<table><tr><th>keywords<th class="n">rows<th class="n">removed<th class="n">flagged</tr>
{% for t in report.topics %}<tr><td>{{ t.keywords|join(", ") }}<td class="n">{{ t.rows }}<td class="n">{{ t.removed }}<td class="n">{{ t.flagged }}</tr>
{% endfor %}</table>{% endif %}
<h2>Precision of the removals</h2>
{% for line in precision %}<p>{{ line }}</p>
{% endfor %}</body></html>
"""


def page(report: Report) -> str:
    """Draw the report; a text of a row can neither run nor load anything."""
    from jinja2 import Environment, StrictUndefined

    template = Environment(autoescape=True, undefined=StrictUndefined).from_string(TEMPLATE)
    return template.render(
        report=report,
        bars=_bars(report),
        columns=_columns(report["similarity"]),
        precision=precision_lines(report),
        width=WIDTH,
        height=BAR,
        row=BAR + GAP,
    )


def _bars(report: Report) -> list[dict[str, Any]]:
    scale = (WIDTH - 300) / max(report["input"], 1)
    return [
        {
            "step": step["step"],
            "y": place * (BAR + GAP) + 2,
            "kept": round(step["out"] * scale, 1),
            "removed": round(step["removed"] * scale, 1),
            "label": f"{step['out']}" + (f" (−{step['removed']})" if step["removed"] else ""),
        }
        for place, step in enumerate(report["steps"])
    ]


def _columns(bins: list[dict[str, float]]) -> list[dict[str, Any]]:
    if not bins:
        return []
    width = WIDTH / len(bins)
    tallest = max(int(b["pairs"]).bit_length() for b in bins) or 1
    return [
        {
            "x": round(place * width, 1),
            "width": round(width - 4, 1),
            "height": round(140 * int(b["pairs"]).bit_length() / tallest, 1),
            "label": f"{b['from']:.2f}",
            "title": f"{b['pairs']} pairs from {b['from']} to {b['to']}",
        }
        for place, b in enumerate(bins)
    ]
