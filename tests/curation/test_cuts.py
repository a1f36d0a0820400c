from __future__ import annotations

import pyarrow as pa
import pytest

from curation.cuts import move_cuts, moved_cuts
from curation.stage import copies_of, curate_sources, settings_of
from curation.steps.thresholds import removed_at
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


def test_a_preview_names_the_rows_that_leave_when_the_cut_is_moved(tmp_path):
    answer = "Close it in the app under Accounts; the balance goes to the account that you name there."
    rows = [
        {"question": "How do I close my savings account?", "answer": answer},
        {"question": "How can I close a savings account of mine?", "answer": f"{answer} Ask Ann at +44 20 7946 0958."},
        {"question": "What is an ISA?", "answer": "An account whose interest is free of tax."},
    ]
    write_jsonl(tmp_path / "faq.jsonl", rows)
    write_text(tmp_path / "winnow.yaml", "duplicates: {lexical: 1.0, semantic: 1.0}\n")
    workspace = Workspace(tmp_path)
    curate_sources([str(tmp_path / "faq.jsonl")], workspace.curated, workspace.config())
    for change in ("lexical=0.5", "semantic=0.5"):
        name, _, cut = change.partition("=")
        copies = copies_of(workspace.curated)
        told = copies.ids.filter(pa.array(removed_at(copies, name, float(cut)))).to_pylist()
        move_cuts(workspace, [f"duplicates.{change}"], by="ada")
        left = [d.id for d in workspace.curated.view().removed.values() if d.step == "duplicates"]
        assert sorted(told) == sorted(left)
    assert workspace.curated.view().removed, "the one with a phone number leaves"
