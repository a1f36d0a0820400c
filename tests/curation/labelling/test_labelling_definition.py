"""A further labelling task is a definition alone: sheets and Argilla carry it out and back."""

from __future__ import annotations

import csv

from curation.labelling import LabellingTask, export_sheet, import_sheet, pull, push
from curation.labelling.definition import Fault, Field, Item, Question
from curation.labelling.rooms import Room
from tests.curation.labelling.labelling_study import config, study
from winnow.data.ledger import Decision


def difficulty(labelled) -> LabellingTask[str]:
    """Ask how hard each kept question is."""
    kept = labelled.curated.view().kept_table
    questions = dict(zip(kept["id"].to_pylist(), kept["question"].to_pylist(), strict=True))

    def judge(id_, answer):
        if id_ is None or answer.values["verdict"] not in ("easy", "hard"):
            raise Fault(f'{answer.id}: "{answer.values["verdict"]}" is neither easy nor hard')
        return Decision(id_, "difficulty", "label", answer.values["verdict"], by=answer.by, at=answer.at)

    return LabellingTask(
        name="difficulty",
        study=labelled,
        guidelines="How hard is it?",
        fields=(Field("question", "Question"),),
        questions=(Question("verdict", "It is", "choice", ("easy", "hard"), required=True),),
        rooms=(Room("winnow", "winnow-difficulty"),),
        people=(),
        needed=1,
        columns=("question",),
        begin="nobody was asked yet",
        peace="nothing to judge",
        choose=lambda: list(questions),
        asked=lambda: {id_: id_ for id_ in questions},
        show=lambda id_: Item(id_, {"question": questions[id_]}, {"question": questions[id_]}, "all"),
        judge=judge,
        says=lambda word: word.reason,
    )


def test_a_new_task_needs_no_code_of_its_own_for_sheets(curated, tmp_path):
    task, path = difficulty(study(curated, tmp_path, config())), tmp_path / "sheet.csv"
    assert export_sheet(path, task) == 11
    with path.open(encoding="utf-8-sig", newline="") as file:
        lines = list(csv.DictReader(file))
    assert list(lines[0]) == ["id", "question", "verdict"]
    lines[0]["verdict"], lines[1]["verdict"], lines[2]["verdict"] = "easy", "HARD", "so-so"
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, lines[0])
        writer.writeheader()
        writer.writerows(lines)
    result = import_sheet(path, task, "ada")
    assert result.labels == 2
    assert result.faults == [f'{path}:4: {lines[2]["id"]}: "so-so" is neither easy nor hard']
    words = {word.id: word.reason for word in curated.ledger.people_decisions() if word.step == "difficulty"}
    assert words == {lines[0]["id"]: "easy", lines[1]["id"]: "hard"}
    assert import_sheet(path, task, "ada").labels == 0


def test_nor_for_argilla(server, curated):
    task = difficulty(study(curated, server.home, config()))
    pushed = push(task)
    assert (pushed.new, pushed.roles) == (11, {"all": 11})
    assert push(task).unchanged == 11
    path = f"/datasets/{pushed.urls['winnow-difficulty'].split('/')[4]}/records"
    with server.client() as owner:
        item = owner.get(path, params={"limit": 1}).json()["items"][0]
        body = {"status": "submitted", "values": {"verdict": {"value": "hard"}}}
        assert owner.post(f"/records/{item['id']}/responses", json=body).status_code == 201
    assert pull(task).labels == 1
    assert pull(task).labels == 0
    (word,) = curated.ledger.people_decisions()
    assert (word.id, word.step, word.reason) == (item["external_id"], "difficulty", "hard")
