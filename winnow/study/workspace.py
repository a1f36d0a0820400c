"""A workspace: the folder in which a study lives, and what stands where.

workspace = Workspace.find(Path("."))       # here or in a folder above
workspace.curated.records                   # the records table
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from winnow.config import Config, load
from winnow.data.files import read_table
from winnow.data.ledger import Ledger, View
from winnow.data.records import with_surroundings
from winnow.data.stamps import once
from winnow.errors import InputError

CONFIG_NAME = "winnow.yaml"


@dataclass(frozen=True)
class Curated:
    """A folder that curation wrote: the records, the ledger, and the views of them that people read."""

    root: Path

    @property
    def records_file(self) -> Path:
        """Where the records table stands."""
        return self.root / "records.parquet"

    @property
    def pairs_file(self) -> Path:
        """Where the scored candidate pairs stand, from which thresholds are moved."""
        return self.root / "pairs.parquet"

    @property
    def signals_file(self) -> Path:
        """Where the table row × quality signal stands."""
        return self.root / "signals.parquet"

    @property
    def topics_file(self) -> Path:
        """Where each measured row's topic stands, with its name and keywords."""
        return self.root / "topics.parquet"

    @property
    def manners_file(self) -> Path:
        """Where it stands what holds of whole files, such as a token behind every answer."""
        return self.root / "manners.json"

    @property
    def suspicion_file(self) -> Path:
        """Where it stands what the order of suspicion rests on; the order itself is a column of the signals."""
        return self.root / "suspicion.json"

    @property
    def left_file(self) -> Path:
        """Where the rows stand that were in a source once and aren't any more."""
        return self.root / "left.parquet"

    @property
    def before(self) -> Path:
        """The folder that remembers how the rows stood before the latest run."""
        return self.root / "before"

    @property
    def news_file(self) -> Path:
        """Where it stands what the latest run on grown sources changed."""
        return self.root / "news.json"

    @property
    def taught_reader(self) -> Path:
        """The folder of the reader's weights that people's verdicts taught, where they helped, and of what they did."""
        return self.root / "reader"

    @property
    def ledger(self) -> Ledger:
        """The decisions on these records."""
        return Ledger(self.root / "ledger")

    def records(self) -> pa.Table:
        """Read the records table; raises InputError where nothing was curated yet."""
        if not self.records_file.exists():
            raise InputError(f"{self.root}: nothing was curated here yet; run: winnow curate FILE --out {self.root}")
        return with_surroundings(read_table(self.records_file))

    def view(self) -> View:
        """Say how each record stands now."""
        return self.ledger.view(self.records())


@dataclass(frozen=True)
class Workspace:
    """Paths of one study; reading and writing are the stages' own."""

    root: Path

    @classmethod
    def find(cls, start: Path) -> Workspace:
        """Find the workspace at `start` or above it; raises InputError where there is none."""
        for folder in (start.resolve(), *start.resolve().parents):
            if (folder / CONFIG_NAME).exists():
                return cls(folder)
        raise InputError(f"{start}: no {CONFIG_NAME} here or above; make a workspace with: winnow init DIR")

    def config(self, overrides: tuple[str, ...] = ()) -> Config:
        """Read this workspace's configuration."""
        path = self.root / CONFIG_NAME
        if overrides:
            return load(path, overrides)
        return once("settings", [path], lambda: load(path))

    @property
    def curated(self) -> Curated:
        """What curation wrote."""
        return Curated(self.root / "curated")

    @property
    def split(self) -> Path:
        """The folder of `train.jsonl`, `validation.jsonl` and `held_out.jsonl`."""
        return self.root / "split"

    @property
    def labelling(self) -> Path:
        """The folder of the embedded Argilla and of what was put before people."""
        return self.root / "labelling"

    @property
    def plan_file(self) -> Path:
        """The frozen plan."""
        return self.root / "plan.json"

    @property
    def preservation(self) -> Path:
        """The folder of `preservation.jsonl`, its rejected rows and its funnel."""
        return self.root / "preservation"

    @property
    def runs(self) -> Path:
        """The folder of training runs."""
        return self.root / "runs"

    @property
    def preferred(self) -> Path:
        """The folder of runs that went on from a tuned adapter by what people prefer."""
        return self.root / "preferred"

    @property
    def collected(self) -> Path:
        """The folder of answers to training questions that people vote on, and of what they said."""
        return self.root / "collected"

    @property
    def compared_selections(self) -> list[Path]:
        """The results of `winnow compare-selections` that are there: on held-out rows first, then on validation."""
        found = (self.root / "selections" / asked / "selections.json" for asked in ("final", "validation"))
        return [path for path in found if path.exists()]

    @property
    def answers(self) -> Path:
        """The folder of held-out answers: `base.jsonl`, `tuned.jsonl`, `tuned-retrieval.jsonl`."""
        return self.root / "answers"

    @property
    def index(self) -> Path:
        """The folder of the passages that retrieval searches."""
        return self.root / "index"

    @property
    def judgments_file(self) -> Path:
        """The database of votes."""
        return self.root / "judgments.sqlite"

    @property
    def retention(self) -> Path:
        """The folder of general-ability results."""
        return self.root / "retention"

    @property
    def report(self) -> Path:
        """The folder of the final report."""
        return self.root / "report"

    @property
    def embeddings(self) -> Path:
        """The folder of the embeddings' cache, shared with curation."""
        return self.curated.root / "cache"

    def latest_run(self) -> Path:
        """Find the finished run that began last; raises InputError where none has finished."""
        finished = sorted(path.parent for path in self.runs.glob("*/manifest.json"))
        if not finished:
            raise InputError(f"{self.runs}: no finished training run; run: winnow train")
        return finished[-1]
