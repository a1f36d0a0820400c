"""The dataset card of a curated file: a Hugging Face README with its YAML header.

write_text(root / "card.md", card(report, "faq", ["faq.jsonl"], {"en": 1.0}, config))
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from curation.publish.languages import MIN_LANGUAGE_SHARE, unread_lines
from curation.publish.markdown import precision_lines
from curation.publish.report import Report
from winnow.config import Config, PublishConfig

SIZES = (
    (1_000, "n<1K"),
    (10_000, "1K<n<10K"),
    (100_000, "10K<n<100K"),
    (1_000_000, "100K<n<1M"),
    (10_000_000, "1M<n<10M"),
)
UNDETERMINED = "und"
LICENCE_IDENTIFIER = re.compile(r"[a-z0-9][a-z0-9.\-]*")  # as the hub's are: cc-by-4.0, mit
TEMPLATE = (Path(__file__).parent / "templates" / "card.md.jinja").read_text(encoding="utf-8")


def card(report: Report, name: str, sources: Sequence[str], languages: Mapping[str, float], config: Config) -> str:
    """Fill the card from report and settings; what neither says is written as unknown.

    `languages` are shares of the kept rows; the languages that the configuration names stand before them.
    """
    from huggingface_hub import DatasetCard, DatasetCardData

    named = config.publish
    is_identifier = LICENCE_IDENTIFIER.fullmatch(named.licence) is not None
    codes = list(named.language) or _languages(languages)
    data = DatasetCardData(
        pretty_name=name,
        version=named.version or None,
        language=codes,
        multilinguality="multilingual" if len(codes) > 1 else "monolingual",
        license=named.licence if is_identifier else "other",
        license_name=None if is_identifier else named.licence,
        task_categories=["question-answering", "text-generation"],
        size_categories=[size_category(report["kept"])],
        tags=["winnow", "curated"],
        configs=[{"config_name": "default", "data_files": "kept.jsonl"}],
    )
    filled = DatasetCard.from_template(
        data,
        template_str=TEMPLATE,
        report=report,
        sources=", ".join(f"`{source}`" for source in sources),
        seed=config.seed,
        language_said=_language_said(codes, named),
        licence_said=named.licence
        if named.licence != "unknown"
        else "unknown; whoever publishes the rows must name it",
        precision="\n".join(precision_lines(report)),
        unread=unread_lines(report.get("not_looked_for", {})),
    )
    return f"{filled}\n"


def size_category(rows: int) -> str:
    """Name the hub's size category of a number of rows."""
    return next((name for limit, name in SIZES if rows < limit), "n>10M")


def _languages(shares: Mapping[str, float]) -> list[str]:
    """List the languages that some rows are in, the commonest first; `und` where the texts are too short to tell."""
    common = sorted(shares, key=lambda code: (-shares[code], code))
    return [code for code in common if shares[code] >= MIN_LANGUAGE_SHARE] or [UNDETERMINED]


def _language_said(codes: Sequence[str], named: PublishConfig) -> str:
    if named.language:
        return f"{', '.join(codes)}, as the configuration says"
    return "too few words to tell" if codes == [UNDETERMINED] else f"{', '.join(codes)}, as identified in the rows"
