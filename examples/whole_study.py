"""A whole study in Python: from a raw file to the report, the settings written beside it.

python examples/whole_study.py faq.jsonl my-study
"""

from __future__ import annotations

import sys
from pathlib import Path

from studio.road import ROAD
from studio.study import open_study
from winnow.config import Config, IngestConfig, render
from winnow.data.files import write_text


def main(source: str, folder: str, *overrides: str) -> None:
    """Run every stage that people don't do, in order, and say where the report stands."""
    settings = Config(ingest=IngestConfig(sources=(str(Path(source).resolve()),)))
    write_text(Path(folder) / "winnow.yaml", render(settings) + "\n")
    study = open_study(Path(folder), overrides=overrides)
    for stage in ROAD:
        if stage.run is not None:
            stage.run(study)
            print(f"{stage.name}: {stage.standing(study).summary}")
    print(study.workspace.report / "report.html")


if __name__ == "__main__":
    main(*sys.argv[1:])
