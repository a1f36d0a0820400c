"""The column `rater` of the table of signals: ratings beside what other signals measured, and what became of the rows.

values = with_ratings(values, ratings)      # ratings in the order of the rows
>>> in_words(["4: 90 %, 5: 10 %", "the reply is no rating", "3"], [True, False, True])
'2 of 3 rows are rated (1 by probabilities, 1 by the digit alone); none for 1: the reply is no rating'
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import pyarrow as pa

from curation.rater.rating import NO_RATING, Rating

NAME = "rater"
REMEDY = (
    "take a larger model, more quality.rater.reply_tokens for one that thinks first, or a model that runs here, whose"
    " probabilities of the digits are read"
)


def with_ratings(values: pa.Table, ratings: Sequence[Rating]) -> pa.Table:
    """Fill in the column of ratings, NaN where a row has none, and how likely each was, or why there is none."""
    columns = {
        NAME: pa.array([rating.value for rating in ratings], pa.float32()),
        f"{NAME}.matched": pa.array([rating.shown for rating in ratings], pa.string()),
    }
    for name, array in columns.items():
        values = values.set_column(values.schema.get_field_index(name), name, array)
    return values


def in_words(shown: Sequence[str], rated: Sequence[bool]) -> str:
    """Count the rows by how they came to a rating, or why they have none."""
    how = Counter("%" in text for text, is_rated in zip(shown, rated, strict=True) if is_rated)
    why = Counter(reason_of(text) for text, is_rated in zip(shown, rated, strict=True) if not is_rated)
    parts = [f"{sum(how.values()):,} of {len(shown):,} rows are rated"]
    if how:
        parts[0] += f" ({how[True]:,} by probabilities, {how[False]:,} by the digit alone)"
    parts += [f"none for {count:,}: {reason}" for reason, count in why.most_common()]
    if why[NO_RATING] > sum(how.values()):
        parts.append(REMEDY)
    return "; ".join(parts)


def reason_of(shown: str) -> str:
    """Give why a row has no rating, without a server's own words.

    "the server refused it: HTTP 400: too long" → "the server refused it"
    """
    return shown.partition(":")[0]
