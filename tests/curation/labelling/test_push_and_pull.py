"""Labelling against the real server: push, several people, pull, adjudication, and what can go wrong."""

from __future__ import annotations

import json

import httpx
import pytest

from curation.labelling import dataset as dataset_module
from curation.labelling import pull, push, rows, status
from curation.labelling.argilla import server as argilla_server
from curation.labelling.connection import KEY_VARIABLE, connect
from tests.curation.labelling.labelling_study import BESIDE, PAIRS, config, make_curated
from tests.curation.labelling.labelling_study import study as study_of
from winnow.data.ledger import Decision
from winnow.errors import InputError, WinnowError

PEOPLE = ("ada", "bob")


class Study:
    """A curated file, pushed; people answer by what the answer says."""

    def __init__(self, server, curated, name, **settings):
        self.server, self.curated = server, curated
        self.config = config(dataset=name, **{"annotators": PEOPLE, "audit": 2} | settings)

    def push(self, **more):
        self.result = push(rows(self.labelled), tell=self.server.told.append, **more)
        return self.result

    @property
    def labelled(self):
        return study_of(self.curated, self.server.home, self.config)

    def pull(self):
        return pull(rows(self.labelled))

    def status(self):
        return status(self.labelled)

    def dataset(self, name=""):
        return self.result.urls[name or self.config.dataset].split("/")[4]

    def records(self, dataset=None):
        with self.server.client() as owner:
            path = f"/datasets/{dataset or self.dataset()}/records"
            items = owner.get(path, params={"include": "responses", "limit": 100}).json()["items"]
        return {item["fields"]["answer"]: item for item in items}

    def answer(self, name, verdicts, dataset=None):
        """Submit as `name`: {the answer's text: its verdict, or verdict and further values}."""
        records = self.records(dataset)
        with self.server.client(name) as person:
            for text, given in verdicts.items():
                values = {"verdict": given} if isinstance(given, str) else given
                body = {"status": "submitted", "values": {key: {"value": value} for key, value in values.items()}}
                response = person.post(f"/records/{records[text]['id']}/responses", json=body)
                assert response.status_code == 201, response.text


def test_a_push_again_adds_what_is_new_and_keeps_every_response(server, curated):
    study = Study(server, curated, "again")
    first = study.push()
    assert (first.new, first.roles) == (5, {"flagged": 3, "audit": 2})
    study.answer("ada", {"idk": "remove"})
    again = study.push()
    assert (again.new, again.updated, again.unchanged, again.edited) == (0, 0, 5, 0)

    ids = curated.records()["id"].to_pylist()
    curated.ledger.write_step(4, "wording", [Decision(ids[i], "wording", "flag", "looks odd") for i in (2, 3, 10)])
    later = study.push()
    assert later.new >= 1  # row 10, unless the audit had it
    assert later.updated >= 1  # row 3 has one more reason; row 2 was answered and stays as it was
    records = study.records()
    assert [answer["values"]["verdict"]["value"] for answer in records["idk"]["responses"]] == ["remove"]
    assert "looks odd" in records["250 pounds."]["fields"]["why_chosen"]
    assert "looks odd" not in records["idk"]["fields"]["why_chosen"]


def test_two_people_agree_and_their_verdicts_become_decisions(server, curated):
    study = Study(server, curated, "agree", overlap=2, adjudicators=("eve",))
    study.push()
    study.answer(
        "ada", {"idk": "remove", "250 pounds.": "remove", "500 pounds.": {"verdict": "keep", "correctness": 5}}
    )
    assert study.pull().waiting == 3
    fix = {"verdict": "fix", "corrected_answer": "Up to 500 pounds.", "reasons": ["incomplete"], "comment": "since May"}
    study.answer("bob", {"idk": "remove", "250 pounds.": "remove", "500 pounds.": fix})
    result = study.pull()
    assert (result.labels, result.decided, result.conflicts, result.faults) == (3, {"remove": 2}, 1, [])
    view = curated.view()
    assert {found.by for found in view.removed.values() if found.reason == "human"} == {"ada, bob"}
    before = curated.ledger.people_file.read_bytes()
    assert study.pull().labels == 0
    assert curated.ledger.people_file.read_bytes() == before

    figures = study.status()
    assert (figures.rows, figures.settled, figures.conflicts) == (5, 2, 1)
    assert figures.people["ada"].labelled == figures.people["bob"].labelled == 3
    assert figures.kappa["ada and bob"].n == 3
    assert figures.people["ada"].seconds is not None

    # The conflict went to the adjudicators, with the votes but no names; their word settles it.
    dataset = result.adjudication_url.split("/")[4]
    disputed = study.records(dataset)["500 pounds."]
    assert "since May" in disputed["fields"]["votes"]
    assert "bob" not in json.dumps(disputed["fields"])
    study.answer("eve", {"500 pounds.": fix}, dataset)
    assert study.pull().decided == {"fix": 1}
    assert "Up to 500 pounds." in curated.view().kept_table["answer"].to_pylist()
    lineage = [d for d in curated.ledger.people_decisions() if d.action == "correct"]
    assert [(d.by, d.text) for d in lineage] == [("eve", "Up to 500 pounds.")]


def test_assigned_rows_are_seen_by_their_people_alone(server, curated, tmp_path):
    gold = tmp_path / "gold.jsonl"
    gold.write_text(json.dumps({"question": "2 + 2?", "answer": "5", "verdict": "remove"}))
    study = Study(server, curated, "own", assignment="assigned", audit=8, gold=str(gold))
    assert study.push().new == 11 + 2  # eleven rows to one of two people each, the gold row to both
    ada, bob = (study.records(study.dataset(f"own-{name}")) for name in PEOPLE)
    assert set(ada) & set(bob) == {"5"}
    assert abs(len(ada) - len(bob)) <= 1
    with server.client("ada") as person:
        assert person.get(f"/datasets/{study.dataset('own-bob')}").status_code == 403
        seen = person.post(f"/me/datasets/{study.dataset('own-ada')}/records/search", json={}).json()
        assert seen["total"] == len(ada)
        looks = {item["record"]["fields"]["answer"]: sorted(item["record"]["metadata"]) for item in seen["items"]}
        assert looks["5"] == []  # a gold row looks as a row of the audit sample does
        assert list(looks.values()).count([]) > 1
    study.answer("ada", {"5": "remove"}, study.dataset("own-ada"))
    study.answer("bob", {"5": "keep"}, study.dataset("own-bob"))
    figures = study.status()
    assert (figures.people["ada"].gold.estimate, figures.people["bob"].gold.estimate) == (1, 0)
    assert figures.people["ada"].assigned == len(ada)


def test_a_record_edited_in_argilla_isnt_overwritten_and_its_verdict_isnt_taken_for_ours(server, curated):
    study = Study(server, curated, "edited")
    study.push()
    record = study.records()["idk"]
    with server.client() as owner:
        fields = record["fields"] | {"answer": "About a day."}
        assert owner.patch(f"/records/{record['id']}", json={"fields": fields}).status_code == 200
    study.answer("ada", {"About a day.": "keep", "250 pounds.": "remove"})
    result = study.pull()
    assert result.decided == {"remove": 1}
    assert "was edited in Argilla" in result.faults[0]
    assert study.push().edited == 1
    assert "About a day." in study.records()


def test_answers_that_contradict_themselves_are_named_and_stay(server, curated):
    study = Study(server, curated, "faults")
    study.push()
    study.answer("ada", {"idk": {"verdict": "fix", "corrected_answer": "idk"}, "250 pounds.": "keep"})
    result = study.pull()
    assert result.decided == {"keep": 1}
    (fault,) = result.faults
    assert fault.startswith("faults: row ")
    assert "ada: the verdict is fix, but the answer wasn't changed" in fault


def test_labels_of_a_deleted_annotator_stay(server, curated):
    study = Study(server, curated, "leaver", annotators=("ada", "leaver"))
    study.push()
    study.answer("leaver", {"idk": "remove"})
    assert study.pull().decided == {"remove": 1}
    with server.client() as owner:
        ids = {user["username"]: user["id"] for user in owner.get("/users").json()["items"]}
        assert owner.delete(f"/users/{ids['leaver']}").status_code == 200
    result = study.pull()
    assert (result.labels, result.decided) == (0, {})
    assert [found.by for found in curated.view().removed.values() if found.reason == "human"] == ["leaver"]
    assert study.status().people["leaver"].labelled == 1


@pytest.mark.slow
def test_a_server_that_goes_down_in_the_middle_of_a_push_costs_nothing(server, curated, monkeypatch):
    monkeypatch.setattr(dataset_module, "_RECORDS_AT_ONCE", 2)
    study = Study(server, curated, "down", audit=6)
    with pytest.raises(
        WinnowError, match="2 of 9 records arrived and stay, the same push again sends the rest"
    ) as failed:
        study.push(progress=lambda _: argilla_server.stop(server.home))
    assert "\n" not in str(failed.value)
    server.start()
    result = study.push()
    assert (result.new, result.unchanged) == (7, 2)
    assert len(study.records()) == 9


def test_a_dataset_of_that_name_with_another_form_is_left_alone(server, curated):
    study = Study(server, curated, "form")
    study.push()
    study.config = study.config.model_copy(update={"reasons": ("good", "bad")})
    with pytest.raises(InputError, match=r'dataset "form" at .* has another form \(questions reasons: ') as refused:
        study.push()
    assert "give labelling.dataset another name" in str(refused.value)


@pytest.mark.parametrize(
    ("url", "key", "complaint"),
    [
        ("http://127.0.0.1:9", "x", "nothing answers at http://127.0.0.1:9"),
        ("127.0.0.1:9", "x", "nothing answers at 127.0.0.1:9"),
        (None, "wrong-key", "doesn't accept the API key; set ARGILLA_API_KEY"),
        (None, "", "ARGILLA_API_KEY isn't set"),
    ],
)
def test_a_wrong_address_or_key_is_one_line(server, tmp_path, monkeypatch, url, key, complaint):
    monkeypatch.setenv(KEY_VARIABLE, key)
    with pytest.raises(InputError, match=complaint) as refused:
        connect(config(url=url or server.url), tmp_path)
    assert "\n" not in str(refused.value)
    assert "wrong-key" not in str(refused.value)


def test_an_address_where_something_else_answers_is_one_line(tmp_path, monkeypatch):
    import threading
    from http.server import BaseHTTPRequestHandler, HTTPServer

    class Page(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"<html>hello</html>")

        def log_message(self, *_):
            pass

    monkeypatch.setenv(KEY_VARIABLE, "x")
    with HTTPServer(("127.0.0.1", 0), Page) as page:
        threading.Thread(target=page.serve_forever, daemon=True).start()
        with pytest.raises(InputError, match="answers, but not as Argilla does"):
            connect(config(url=f"http://127.0.0.1:{page.server_port}"), tmp_path)
        page.shutdown()


def test_without_a_server_and_without_a_push_the_next_step_is_named(tmp_path, curated):
    with pytest.raises(InputError, match="start it with: winnow label serve"):
        push(rows(study_of(curated, tmp_path, config())))
    with pytest.raises(InputError, match="run: winnow label push"):
        pull(rows(study_of(curated, tmp_path, config())))


def test_another_server_is_labelled_by_the_same_code(server, curated, tmp_path, monkeypatch):
    """By address and key: accounts are that server's own, so people without one are named."""
    from curation.labelling.argilla.credentials import load

    monkeypatch.setenv(KEY_VARIABLE, load(server.home).api_key)
    elsewhere = config(dataset="elsewhere", url=server.url + "/")
    assert push(rows(study_of(curated, tmp_path, elsewhere))).new == 5
    assert pull(rows(study_of(curated, tmp_path, elsewhere))).labels == 0
    with pytest.raises(InputError, match='has no user "nobody"; add the account there'):
        push(rows(study_of(curated, tmp_path, elsewhere.model_copy(update={"annotators": ("nobody",)}))))
    assert load(server.home).api_key not in "".join(path.read_text() for path in tmp_path.rglob("*.json*"))


def test_a_megabyte_of_answer_and_markup_in_a_question_go_through_unchanged(server, tmp_path):
    pairs = [("<script>alert()</script> & <b>bold</b>?", "word " * 200_000), *PAIRS[:3]]
    study = Study(server, make_curated(tmp_path / "large", pairs, flagged=(0,), removed=()), "large")
    study.push()
    record = study.records()[pairs[0][1]]
    # The web UI shows a field as HTML: escaped it is text there (the browser test looks).
    assert record["fields"]["question"] == "&lt;script&gt;alert()&lt;/script&gt; &amp; &lt;b&gt;bold&lt;/b&gt;?"
    study.answer("ada", {record["fields"]["answer"]: "remove"})
    assert study.pull().decided == {"remove": 1}


def test_vectors_find_similar_questions(server, curated):
    import numpy as np

    study = Study(server, curated, "vectors")
    study.push(embed=lambda texts: np.array([[len(text), 1.0] for text in texts], np.float32))
    records = study.records()
    with server.client() as owner:
        asked = {"query": {"vector": {"name": "similar", "record_id": records["250 pounds."]["id"]}}}
        found = owner.post(f"/datasets/{study.dataset()}/records/search", json=asked).json()
    assert found["items"][0]["record"]["fields"]["answer"] == "500 pounds."


def test_suggestions_are_off_but_for_the_answer_to_correct(server, curated):
    def suggested(study):
        study.push()
        with server.client() as owner:
            path = f"/datasets/{study.dataset()}/records"
            items = owner.get(path, params={"include": "suggestions"}).json()["items"]
            questions = owner.get(f"/datasets/{study.dataset()}/questions").json()["items"]
        names = {question["id"]: question["name"] for question in questions}
        return {names[suggestion["question_id"]] for item in items for suggestion in item["suggestions"]}

    assert suggested(Study(server, curated, "bare")) == {"corrected_answer"}
    assert suggested(Study(server, curated, "anchored", suggestions=True)) == {"corrected_answer", "verdict"}
    assert httpx.get(f"{server.url}/api/v1/version", timeout=60).json()["version"] == "2.8.0"


def test_context_and_turns_are_fields_where_some_row_has_them_and_an_edit_of_them_is_seen(server, curated, tmp_path):
    plain = Study(server, curated, "nothing-beside")
    plain.push()
    assert set(plain.records()["idk"]["fields"]) == {"question", "answer", "why_chosen"}
    study = Study(server, make_curated(tmp_path / "surrounded", beside=BESIDE), "beside")
    study.push()
    assert study.push().unchanged == 5
    shown = study.records()
    assert shown["idk"]["fields"]["context"] == "&lt;i&gt;Abroad&lt;/i&gt;: up to three working days."
    assert shown["250 pounds."]["fields"]["earlier_turns"] == "User: =Hello.\n\nAssistant: Good day."
    assert shown["250 pounds."]["fields"]["system_prompt"] == "You answer holders of a basic card."
    assert "context" not in shown["500 pounds."]["fields"]
    with server.client() as owner:
        fields = shown["idk"]["fields"] | {"context": "Nothing."}
        assert owner.patch(f"/records/{shown['idk']['id']}", json={"fields": fields}).status_code == 200
    study.answer("ada", {"idk": "keep", "250 pounds.": "remove"})
    result = study.pull()
    assert result.decided == {"remove": 1}
    assert "was edited in Argilla" in result.faults[0]
