"""Human labelling: what curation flagged goes to people, their verdicts come back as decisions.

    study = LabelledStudy(workspace.curated, workspace.labelling, config.labelling, config.seed)
    push(rows(study))                        # winnow label push
    pull(rows(study))                        # winnow label pull
    status(study)                            # winnow label status
    push(removals(study))                    # winnow label push --task removals

A task is a `LabellingTask`; the server is Argilla, embedded or any other, or a CSV or Excel sheet.
"""

from curation.labelling.definition import LabelledStudy, LabellingTask
from curation.labelling.exchange import export_sheet, import_sheet
from curation.labelling.figures import Status, status
from curation.labelling.pull import PullResult, pull
from curation.labelling.push import PushResult, push
from curation.labelling.removals import removals
from curation.labelling.rows import adjudication, rows

__all__ = [
    "LabelledStudy",
    "LabellingTask",
    "PullResult",
    "PushResult",
    "Status",
    "adjudication",
    "export_sheet",
    "import_sheet",
    "pull",
    "push",
    "removals",
    "rows",
    "status",
]
