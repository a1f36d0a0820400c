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
  table { border-collapse: collapse; width: 100%; }
  th, td { padding: .3rem .6rem; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; }
  td.n, th.n { text-align: right; font-variant-numeric: tabular-nums; }
  svg { width: 100%; height: auto; }
  .cards { display: flex; gap: 1rem; flex-wrap: wrap; }
  .cards div { border: 1px solid var(--line); border-radius: .5rem; padding: .6rem 1rem; }
  .cards b { display: block; font-size: 1.6rem; }
  details { margin: .4rem 0; }
  summary { cursor: pointer; }
  .pair { border-left: 3px solid var(--line); padding-left: .8rem; margin: .6rem 0; }
  .pair { white-space: pre-wrap; overflow-wrap: anywhere; }
  .pair.remove { border-color: var(--removed); }
  .pair.flag { border-color: var(--flagged); }
  small, code { opacity: .8; }
  text { fill: currentColor; font-size: 13px; }
</style></head><body>
{% macro cells(row, names) %}{% for name in names %}<td class="n">{{ row[name] }}</td>{% endfor %}{% endmacro %}
{% macro heads(names) %}{% for name in names %}<th class="n">{{ name }}</th>{% endfor %}{% endmacro %}
{% macro bar(x, y, width, height, fill) %}
<rect x="{{ x }}" y="{{ y }}" width="{{ width }}" height="{{ height }}" fill="var(--{{ fill }})"/>
{%- endmacro %}
<h1>Curation report</h1>
<div class="cards">
{% for name, words in (("input", "came in"), ("kept", "kept"), ("flagged", "of them flagged"),
                       ("repaired", "of them repaired"), ("removed", "removed")) %}
  <div><b>{{ report[name] }}</b>{{ words }}</div>
{% endfor %}
</div>
<h2>Funnel</h2>
<svg viewBox="0 0 {{ width }} {{ bars|length * row + 4 }}" role="img" aria-label="Rows left after each step">
{% for b in bars %}
  <g>{{ bar(150, b.y, b.kept, height, "kept") }}{{ bar(150 + b.kept, b.y, b.removed, height, "removed") }}
  <text x="142" y="{{ b.y + 18 }}" text-anchor="end">{{ b.step }}</text>
  <text x="{{ 156 + b.kept + b.removed }}" y="{{ b.y + 18 }}">{{ b.label }}</text></g>
{% endfor %}
</svg>
{% set counts = ("in", "removed", "flagged", "repaired", "out") %}
<table><tr><th>step</th>{{ heads(counts) }}<th class="n">seconds</th></tr>
{% for s in report.steps %}
<tr><td>{{ s.step }}</td>{{ cells(s, counts) }}
<td class="n">{{ "%.1f"|format(report.timings[s.step]) if s.step in report.timings else "" }}</td></tr>
{% endfor %}
</table>
<h2>Reasons</h2>
{% for reason, count in report.by_reason.items() %}
<details><summary><b>{{ count }}</b> {{ reason }}</summary>
{% for e in report.examples[reason] %}
<div class="pair {{ e.action }}"><small><code>{{ e.id }}</code> {{ e.action }} by {{ e.step }}</small>
<b>{{ e.question }}</b>
{{ e.answer }}
{%- if e.twin_question is defined %}

<small>its twin</small>
<b>{{ e.twin_question }}</b>
{{ e.twin_answer }}
{%- endif %}

<small>{% for name, value in e.evidence.items() %}{{ name }}: {{ value }}{{ "; " if not loop.last }}{% endfor %}</small>
</div>
{% endfor %}
</details>
{% else %}
<p>No row was removed or flagged.</p>
{% endfor %}
{% if columns %}
<h2>Similarity of candidate pairs</h2>
<svg viewBox="0 0 {{ width }} 180" role="img" aria-label="Number of candidate pairs by similarity">
{% for c in columns %}
  <g><title>{{ c.title }}</title>{{ bar(c.x, 150 - c.height, c.width, c.height, "flagged") }}
  <text x="{{ c.x }}" y="168">{{ c.label }}</text></g>
{% endfor %}
</svg>
<p><small>Heights are on a logarithmic scale.</small></p>
{% endif %}
{% if report.topics %}
{% set counts = ("rows", "removed", "flagged") %}
<h2>Topics</h2>
<table><tr><th>keywords</th>{{ heads(counts) }}</tr>
{% for t in report.topics %}
<tr><td>{{ t.keywords|join(", ") }}</td>{{ cells(t, counts) }}</tr>
{% endfor %}
</table>
{% endif %}
<h2>Precision of the removals</h2>
{% for line in precision %}
<p>{{ line }}</p>
{% endfor %}
</body></html>
"""


def page(report: Report) -> str:
    """Draw the report; a text of a row can neither run nor load anything."""
    from jinja2 import Environment, StrictUndefined

    template = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True).from_string(TEMPLATE)
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
