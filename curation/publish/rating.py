"""The report's part on the rater: how many rows it rated, and what people's verdicts say of its ratings.

rater_report(curated)       # None where no model rated
"""

from __future__ import annotations

from collections import Counter

from curation.labelling.worth import worth_of_rater
from curation.publish.report import RaterReport
from curation.rater.column import NAME, in_words, reason_of
from winnow.data.files import read_table
from winnow.study.workspace import Curated


def rater_report(curated: Curated) -> RaterReport | None:
    """Read the column of ratings, and hold it against the verdicts where there are some."""
    values = read_table(curated.signals_file) if curated.signals_file.exists() else None
    if values is None or NAME not in values.column_names:
        return None
    shown = values[f"{NAME}.matched"].to_pylist()
    if not any(shown):
        return None
    rated = [value == value for value in values[NAME].to_pylist()]
    unrated = Counter(reason_of(text) for text, is_rated in zip(shown, rated, strict=True) if not is_rated)
    told = in_words(shown, rated)
    worth = worth_of_rater(curated)
    unjudged = ["nobody has judged a rated row yet, so the ratings count for nothing"] if any(rated) else []
    report: RaterReport = {
        "rated": sum(rated), "unrated": dict(unrated.most_common()), "told": told,
        "lines": [told, *(worth.lines() if worth else unjudged)],
    }  # fmt: skip
    return report | {"worth": worth.as_dict()} if worth else report
