"""Reports as one HTML file: no network, no script, opens from disk; texts of rows are escaped.

html = fill(Path("evaluation/templates/report.html"), title="Report", rows=419)
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

SHELL = Path(__file__).parent / "templates"


def fill(template: Path, **values: Any) -> str:
    """Fill a template that extends `page.html`; every value is escaped, and a name that is missing is an error."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    pages = Environment(
        autoescape=True, undefined=StrictUndefined, loader=FileSystemLoader([template.parent, SHELL]), trim_blocks=True
    )
    return pages.get_template(template.name).render(**values)
