"""The sample of removals: to the real Argilla or a sheet, and back as precision."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from curation.labelling import export_sheet, import_sheet, pull, push, removals
from curation.labelling.audit import precision
from curation.labelling.removals import item_of, sample
from curation.labelling.sheets import read_sheet
from tests.curation.labelling.labelling_study import config, make_curated, study
from winnow.data.ledger import Decision
from winnow.errors import InputError
from winnow.study.workspace import Curated

PAIRS = [
    ("What is an ISA?", "A savings account whose interest is free of tax."),
    ("What is an ISA", "A savings account whose interest is <b>free</b> of tax."),
    ("What is the daily limit?", "250 pounds."),
    ("What's the daily limit?", "500 pounds."),
    ("How do I open an account?", "TODO"),
]


@pytest.fixture
def curated(tmp_path) -> Curated:
    """Three removals: a copy, a row that says something else, a row without a twin."""
    folder = make_curated(tmp_path / "curated", PAIRS, flagged=(), removed=())
    ids = folder.records()["id"].to_pylist()
    twins = {1: 0, 3: 2}
    folder.ledger.write_step(
        1, "duplicates",
        [Decision(ids[i], "duplicates", "remove", "says the same", {"twin": ids[j], "score": 0.97}) for i, j in twins.items()],
        "settings",
    )  # fmt: skip
    folder.ledger.write_step(
        2, "quality", [Decision(ids[4], "quality", "remove", "a placeholder stands there")], "settings"
    )
    return folder


def asked(curated, home=Path("labelling"), **settings):
    return removals(study(curated, home, config(**settings)))


def judged(curated):
    """Return the precision as the report gives it: step → (share, n)."""
    found = precision(curated.view().removed, curated.ledger.people_decisions(), 10, 0)
    return {step: (interval.estimate, interval.n) for step, interval in found.items()}


def test_both_rows_stand_side_by_side_escaped_with_their_differences_marked(curated):
    records = {removal.removed.question: item_of(removal).fields for removal in sample(asked(curated).study)}
    copy = records["What is an ISA"]
    assert "&lt;b&gt;" in copy["rows"]
    assert "<b>" not in copy["rows"]
    assert copy["why_removed"] == "duplicates: says the same (score 0.97)"
    other = records["What's the daily limit?"]["rows"]
    assert other.index("<mark>500</mark>") < other.index("<mark>250</mark>")
    assert "Kept instead" in other
    assert "\n" not in other
    assert "–" in records["How do I open an account?"]["rows"]


def test_verdicts_given_in_argilla_become_precision_with_an_interval(server, curated):
    task = asked(curated, server.home, dataset="removed", annotators=("ada",))
    pushed = push(task, tell=server.told.append)
    assert (pushed.new, pushed.roles) == (3, {"removal": 3})
    again = push(task)
    assert (again.new, again.unchanged, again.urls) == (0, 3, pushed.urls)
    path = f"/datasets/{pushed.urls['removed-removals'].split('/')[4]}/records"
    with server.client() as owner, server.client("ada") as ada:
        items = owner.get(path, params={"limit": 100}).json()["items"]
        assert len(items) == 3
        for item in items:
            verdict = "wrong" if "<mark>500</mark>" in item["fields"]["rows"] else "right"
            body = {"status": "submitted", "values": {"verdict": {"value": verdict}}}
            assert ada.post(f"/records/{item['id']}/responses", json=body).status_code == 201
    pulled = pull(task)
    assert (pulled.labels, pulled.faults) == (3, [])
    assert pull(task).labels == 0
    assert push(task).unchanged == 3
    assert judged(curated) == {"all": (pytest.approx(2 / 3), 3), "duplicates": (0.5, 2), "quality": (1.0, 1)}


def test_pulling_before_pushing_says_what_to_do(server, curated):
    with pytest.raises(InputError, match="winnow label push --task removals"):
        pull(asked(curated, server.home, dataset="never"))


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_a_sheet_carries_the_sample_out_and_the_verdicts_back(curated, tmp_path, suffix):
    path, filled = tmp_path / f"removals{suffix}", tmp_path / "filled.csv"
    assert export_sheet(path, asked(curated)) == 3
    ids = list(asked(curated).asked())
    with filled.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(
            [("id", "verdict"), (ids[0], "Right"), (ids[1], "wrong"), (ids[2], "maybe"), ("x", "right")]
        )
    assert list(read_sheet(path, asked(curated).sheet)) == []  # nobody has filled it in yet
    result = import_sheet(filled, asked(curated), "ada")
    assert result.labels == 2
    assert any('"maybe"' in fault for fault in result.faults)
    assert any(fault.startswith(f"{filled}:5: x: isn't among the sampled") for fault in result.faults)
    assert import_sheet(filled, asked(curated), "ada").labels == 0
    assert judged(curated)["all"] == (0.5, 2)


def test_a_sheet_that_nobody_filled_in_or_filled_in_otherwise_is_refused(curated, tmp_path):
    path, other = tmp_path / "removals.csv", tmp_path / "other.csv"
    export_sheet(path, asked(curated))
    with pytest.raises(InputError, match="no line has a verdict yet"):
        import_sheet(path, asked(curated), "ada")
    other.write_text("id,verdict\nx,right\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"none of 1 lines with a verdict can be used; the first: .*other\.csv:2: "):
        import_sheet(other, asked(curated), "ada")


def test_the_last_word_of_a_person_counts(curated, tmp_path):
    id_ = next(iter(asked(curated).asked()))
    for verdict in ("right", "wrong"):
        path = tmp_path / f"{verdict}.csv"
        path.write_text(f"id,verdict\n{id_},{verdict}\n", encoding="utf-8")
        import_sheet(path, asked(curated), "ada")
    assert judged(curated)["all"] == (0.0, 1)


def test_a_file_of_which_nothing_was_removed_has_no_sample(tmp_path):
    folder = make_curated(tmp_path / "whole", PAIRS, flagged=(), removed=())
    with pytest.raises(InputError, match="no step removed a row"):
        sample(asked(folder).study)


def test_what_stands_beside_the_questions_is_shown_for_both_rows(tmp_path):
    beside = {0: {"context": "Basic card."}, 1: {"context": "<b>Gold</b> card."}}
    curated = make_curated(tmp_path / "curated", PAIRS, flagged=(), removed=(4,), beside=beside)
    ids = curated.records()["id"].to_pylist()
    copy = Decision(ids[1], "duplicates", "remove", "says the same", {"twin": ids[0], "score": 0.97})
    curated.ledger.write_step(2, "wording", [copy])
    items = {removal.removed.question: item_of(removal) for removal in sample(asked(curated).study)}
    item = items["What is an ISA"]
    assert "&lt;b&gt;" in item.fields["rows"]
    assert (item.cells["removed_context"], item.cells["kept_context"]) == ("<b>Gold</b> card.", "Basic card.")
    assert "removed_context" not in items["How do I open an account?"].cells
    path = tmp_path / "removals.csv"
    export_sheet(path, asked(curated))
    head = path.read_text(encoding="utf-8-sig").splitlines()[0]
    assert head.startswith("id,removed_context,kept_context,removed_question,kept_question,removed_answer")
