from __future__ import annotations

import pytest

from curation.cuts import move_cuts, moved_cuts
from curation.stage import curate_sources, settings_of
from winnow.data.files import write_jsonl, write_text
from winnow.study.workspace import Workspace


@pytest.fixture
def workspace(tmp_path):
    rows = [{"question": f"What does fee {n} cost?", "answer": f"It costs {n} pounds a year."} for n in range(6)]
    write_jsonl(tmp_path / "faq.jsonl", rows)
    write_text(tmp_path / "winnow.yaml", "duplicates:\n  semantic: 0.9  # mine\n")
    workspace = Workspace(tmp_path)
    curate_sources([str(tmp_path / "faq.jsonl")], workspace.curated, workspace.config())
    return workspace


def test_a_moved_cut_outlives_the_next_curation_and_says_who_moved_it(workspace):
    move_cuts(workspace, ["duplicates.semantic=0.8"], by="ada")
    again = curate_sources([str(workspace.root / "faq.jsonl")], workspace.curated, workspace.config())
    assert again["current"], "settings and manifest say the same"
    assert settings_of(workspace.curated).duplicates.semantic == 0.8
    cut = moved_cuts(workspace.curated)[0]
    assert (cut.name, cut.before, cut.after, cut.by) == ("duplicates.semantic", 0.9, 0.8, "ada")
    assert f"semantic: 0.8  # moved from 0.9 by ada, {cut.at}; mine" in (workspace.root / "winnow.yaml").read_text()
