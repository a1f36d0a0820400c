"""The dataset card of a curated file: a Hugging Face README with its YAML header.

write_text(root / "card.md", card(report, name="faq", sources=["faq.jsonl"], seed=0))
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import yaml

from curation.report import Report, precision_lines

SIZES = (
    (1_000, "n<1K"),
    (10_000, "1K<n<10K"),
    (100_000, "10K<n<100K"),
    (1_000_000, "100K<n<1M"),
    (10_000_000, "1M<n<10M"),
)


def card(
    report: Report,
    name: str,
    sources: Sequence[str],
    seed: int,
    languages: Mapping[str, float] | None = None,
    licence: str = "unknown",
    version: str = "",
) -> str:
    """Write the card; what Winnow can't know, who wrote the rows and under which licence, is said to be unknown."""
    front = _front_matter(name, report["kept"], languages or {}, licence)
    files = ", ".join(f"`{source}`" for source in sources)
    return f"""---
{front}---

# {name}

{report["kept"]} question-answer pairs, curated from {report["input"]} of {files}
by Winnow{f" {version}" if version else ""} (seed {seed}).

```python
load_dataset("json", data_files="kept.jsonl")
```

## Fields

`question`, `answer`: the pair, as repaired. `id`: constant through repairs and corrections. `source`, `line`: where the
row came from. `metadata`: every other column of the source, as it was.

## How it was curated

{report["removed"]} rows were removed, {report["repaired"]} kept rows repaired, and {report["flagged"]} kept rows wait
for a person. Nothing else was dropped; every removed row stands in `removed.jsonl` with its reason.

{_reason_lines(report)}

## How right the removals are

{chr(10).join(precision_lines(report))}

## Limits

Signals find faults of form. Whether an answer is true was judged by no step here; personal data were looked for by
patterns, which find no names.
"""


def size_category(rows: int) -> str:
    """Name the hub's size category of a number of rows."""
    return next((name for limit, name in SIZES if rows < limit), "n>10M")


def _front_matter(name: str, kept: int, languages: Mapping[str, float], licence: str) -> str:
    header: dict[str, Any] = {
        "pretty_name": name,
        "license": licence,
        "language": [code for code, share in languages.items() if share >= 0.02] or ["und"],
        "task_categories": ["question-answering", "text-generation"],
        "size_categories": [size_category(kept)],
        "tags": ["winnow", "curated"],
        "configs": [{"config_name": "default", "data_files": "kept.jsonl"}],
    }
    return yaml.safe_dump(header, sort_keys=False, allow_unicode=True)


def _reason_lines(report: Report) -> str:
    return "\n".join(f"- {count} {reason}" for reason, count in report["by_reason"].items()) or "No row had a fault."
