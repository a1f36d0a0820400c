"""Reports as one HTML file: no network, no script, opens from disk; texts of rows are escaped.

    html = fill("Curation report", "<h1>{{ rows }} rows</h1>", rows=419)
"""

from __future__ import annotations

from typing import Any

SHELL = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>{{ title }}</title>
<style>
  :root { color-scheme: light dark; --good: #2a7f62; --bad: #b5483d; --open: #c78a1b; --base: #5b6b8c; --line: #8885; }
  body { font: 16px/1.5 system-ui, sans-serif; max-width: 62rem; margin: 2rem auto; padding: 0 1rem; }
  h2 { margin-top: 2.2rem; } table { border-collapse: collapse; width: 100%; }
  th, td { padding: .3rem .6rem; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; }
  td.n, th.n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
  tr.grey td { opacity: .55; } svg { width: 100%; height: auto; } text { fill: currentColor; font-size: 13px; }
  .cards { display: flex; gap: 1rem; flex-wrap: wrap; }
  .cards div { border: 1px solid var(--line); border-radius: .5rem; padding: .6rem 1rem; } .cards b { display: block; font-size: 1.6rem; }
  .notice { border-left: 4px solid var(--open); padding: .4rem 1rem; } details { margin: .4rem 0; } summary { cursor: pointer; }
  .pair { border-left: 3px solid var(--line); padding-left: .8rem; margin: .6rem 0; white-space: pre-wrap; overflow-wrap: anywhere; }
  .pair.removed { border-color: var(--bad); } .pair.flagged { border-color: var(--open); }
  .sides { display: grid; grid-template-columns: 1fr 1fr; gap: 1rem; } .sides > div { white-space: pre-wrap; overflow-wrap: anywhere; }
  small, code { opacity: .8; } .lead { font-size: 1.2rem; }
</style></head><body>
{% block content %}{% endblock %}
</body></html>
"""


def fill(title: str, content: str, **values: Any) -> str:
    """Fill a page's template; every value is escaped, and a name that is missing is an error."""
    from jinja2 import DictLoader, Environment, StrictUndefined

    page = "{% extends 'shell' %}{% block content %}" + content + "{% endblock %}"
    pages = Environment(
        autoescape=True, undefined=StrictUndefined, loader=DictLoader({"shell": SHELL, "page": page}), trim_blocks=True
    )
    return pages.get_template("page").render(title=title, **values)
