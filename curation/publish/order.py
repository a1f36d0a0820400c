"""The report's part on the order in which people see rows: what it rests on, what is left, what an hour finds.

order_report(curated, view)         # None of a folder that was curated before there was an order
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from curation.labelling.figures import seconds_a_row
from curation.labelling.labels import Label, labels_in, latest
from curation.labelling.learning import verdicts_of
from curation.publish.report import OrderReport
from curation.suspicion.flagged import contradicted, of_flagged, suspicion_of
from curation.suspicion.order import Standing
from winnow.data.files import read_json
from winnow.data.ledger import Decision, View
from winnow.statistics import wilson
from winnow.study.workspace import Curated

PLACES = (0, 25, 50, 100, 200, 400, 800)  # in the list, between which is said what an hour finds
ASSUMED_SECONDS = 20.0  # for a row, where nobody's pace is known yet


def order_report(curated: Curated, view: View) -> OrderReport | None:
    """Say what the order rests on, how many bad rows are likely left unflagged, and what people find in an hour."""
    suspicions = suspicion_of(curated)
    if not suspicions or not curated.suspicion_file.exists():
        return None
    standing = Standing.from_json(read_json(curated.suspicion_file))
    people = curated.ledger.people_decisions()
    kept = view.kept_table["id"].to_pylist()
    unflagged = [id_ for id_ in kept if id_ not in view.flags]
    labels = latest(labels_in(people))
    lines = [standing.in_words(), _left(unflagged, suspicions, labels, people)]
    disputed = contradicted(view.flags)
    flagged = sorted((of_flagged(id_, suspicions, disputed) for id_ in kept if id_ in view.flags), reverse=True)
    return {"lines": [*lines, *_by_hour(flagged, labels)], "bins": [list(one) for one in standing.bins]}


def _left(
    unflagged: Sequence[str], suspicions: dict[str, float], labels: Sequence[Label], people: Sequence[Decision]
) -> str:
    expected = sum(suspicions.get(id_, 0.0) for id_ in unflagged)
    by_order = f"of {len(unflagged)} unflagged rows {expected:.0f} are bad by the order's own probabilities"
    audited, verdicts = {label.id for label in labels if label.role == "audit"}, verdicts_of(people)
    bad = [verdicts[id_] for id_ in audited if id_ in verdicts]
    if not bad:
        return f"{by_order}; an audit sample that people judge will say it better (winnow label push)"
    share = wilson(sum(bad), len(bad))
    many = [round(bound * len(unflagged)) for bound in (share.estimate, share.low, share.high)]
    return f"{by_order}; by the {len(bad)} rows of the audit sample {many[0]} are ({many[1]} to {many[2]})"


def _by_hour(flagged: Sequence[float], labels: Sequence[Label]) -> list[str]:
    """Say for stretches of the list of flagged rows how many bad ones a person finds in an hour there."""
    pace = seconds_a_row(labels)
    seconds = pace or ASSUMED_SECONDS
    known = f"{seconds:.0f} s a row as people took" if pace else f"{seconds:.0f} s a row, an assumption"
    lines = []
    for begin, end in pairwise(PLACES):
        if part := flagged[begin:end]:
            an_hour = float(np.mean(part)) * 3600 / seconds
            lines.append(f"flagged rows {begin + 1} to {begin + len(part)}: {an_hour:.0f} bad ones an hour ({known})")
    return lines
