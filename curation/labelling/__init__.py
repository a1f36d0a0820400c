"""Human labelling: what curation flagged goes to people, their verdicts come back as decisions.

    push(workspace.curated, home, config.labelling, seed=config.seed)      # winnow label push
    pull(workspace.curated, home, config.labelling)                        # winnow label pull
    status(workspace.curated, home, config.labelling)                      # winnow label status

`home` is the workspace's folder `labelling/`; the server is Argilla, embedded or any other, or a CSV or Excel sheet.
"""

from curation.labelling.exchange import export_sheet, import_sheet
from curation.labelling.figures import Status
from curation.labelling.pull import PullResult, pull, status
from curation.labelling.push import PushResult, push

__all__ = ["PullResult", "PushResult", "Status", "export_sheet", "import_sheet", "pull", "push", "status"]
