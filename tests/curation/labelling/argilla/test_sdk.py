"""The whole of Argilla's own SDK against the embedded server: every kind of question, query and export."""

from __future__ import annotations

import os
import random

import httpx
import pytest

from curation.labelling.argilla import credentials

os.environ.setdefault("HF_HUB_OFFLINE", "1")
WORDS = [
    "aspirin",
    "statute",
    "bond",
    "dosage",
    "tort",
    "yield",
    "fever",
    "clause",
    "equity",
    "placebo",
    "appeal",
    "hedge",
]
DOMAINS = ("medicine", "law", "finance")
N = 60


@pytest.fixture(scope="module")
def client(server):
    import argilla as rg

    return rg.Argilla(api_url=server.url, api_key=credentials.load(server.home).api_key, timeout=120)


@pytest.fixture(scope="module")
def records():
    import argilla as rg

    draw = random.Random(0)
    made = []
    for i in range(N):
        one, two, three = draw.sample(WORDS, 3)
        made.append(
            rg.Record(
                id=f"r{i}",
                fields={"question": f"Question {i} about {one} and {two}?", "answer": f"Answer {i}: {three}."},
                metadata={"domain": DOMAINS[i % 3], "tokens": 10 + i, "judge_score": round(draw.random(), 3)},
                vectors={"emb": [draw.gauss(0, 1) for _ in range(8)]},
                suggestions=[
                    rg.Suggestion(
                        "verdict", draw.choice(["accept", "edit", "reject"]), score=draw.random(), agent="judge"
                    ),
                    rg.Suggestion("quality", draw.randint(1, 5), agent="judge"),
                    rg.Suggestion("issues", ["style"], agent="judge", score=[0.4]),
                    rg.Suggestion("evidence", [{"start": 0, "end": 6, "label": "key"}], agent="rule"),
                ],
            )
        )
    return made


@pytest.fixture(scope="module")
def dataset(client, records):
    import argilla as rg

    rg.Workspace("sdk", client=client).create()
    settings = rg.Settings(
        guidelines="# Review",
        fields=[rg.TextField("question"), rg.TextField("answer", use_markdown=True)],
        questions=[
            rg.LabelQuestion("verdict", labels=["accept", "edit", "reject"]),
            rg.RatingQuestion("quality", values=[1, 2, 3, 4, 5]),
            rg.MultiLabelQuestion("issues", labels=["hallucination", "incomplete", "style"], required=False),
            rg.TextQuestion("corrected", required=False),
            rg.SpanQuestion("evidence", field="answer", labels=["wrong", "key"], required=False),
            rg.RankingQuestion("rank", values=["q", "a", "c"], required=False),
        ],
        metadata=[
            rg.TermsMetadataProperty("domain"),
            rg.IntegerMetadataProperty("tokens"),
            rg.FloatMetadataProperty("judge_score"),
        ],
        vectors=[rg.VectorField("emb", dimensions=8)],
        distribution=rg.TaskDistribution(min_submitted=2),
    )
    made = rg.Dataset("sdk", workspace="sdk", settings=settings, client=client).create()
    made.records.log(records)
    return made


def ids(dataset, query):
    return {record.id for record in dataset.records(query=query)}


def test_records_come_back_as_they_were_logged(dataset, records):
    found = {record.id: record for record in dataset.records(with_vectors=True)}
    assert set(found) == {record.id for record in records}
    assert found["r7"].fields.to_dict() == records[7].fields.to_dict()
    assert found["r7"].metadata.to_dict() == records[7].metadata.to_dict()
    assert found["r7"].vectors["emb"] == pytest.approx(records[7].vectors["emb"], rel=1e-5)
    assert found["r7"].suggestions["verdict"].value == records[7].suggestions["verdict"].value


@pytest.mark.parametrize("words", ["aspirin", "aspirin dosage", "aspirin -dosage", "aspirin | tort", "asp*"])
def test_text_searches_agree_with_a_search_by_hand(dataset, records, words):
    def by_hand(text):
        if "|" in words:
            return "aspirin" in text or "tort" in text
        if "-" in words:
            return "aspirin" in text and "dosage" not in text
        return all(word.strip("*") in text for word in words.split())

    texts = {record.id: " ".join(record.fields.to_dict().values()) for record in records}
    assert ids(dataset, words) == {id_ for id_, text in texts.items() if by_hand(text)}


def test_filters_agree_with_filters_by_hand(dataset, records):
    import argilla as rg

    def filtered(*conditions):
        return ids(dataset, rg.Query(filter=rg.Filter(list(conditions))))

    assert filtered(("metadata.domain", "==", "law")) == {f"r{i}" for i in range(N) if i % 3 == 1}
    assert filtered(("metadata.tokens", ">=", 20), ("metadata.tokens", "<=", 29)) == {f"r{i}" for i in range(10, 20)}
    accepted = {record.id for record in records if record.suggestions["verdict"].value == "accept"}
    assert filtered(("verdict.suggestion", "==", "accept")) == accepted
    likely = {record.id for record in records if record.suggestions["verdict"].score >= 0.5}
    assert filtered(("verdict.score", ">=", 0.5)) == likely
    assert len(filtered(("verdict.agent", "==", "judge"))) == N
    assert len(filtered(("inserted_at", ">=", "2020-01-01T00:00:00+09:00"))) == N
    assert not filtered(("inserted_at", "<=", "2020-01-01T00:00:00Z"))


def test_the_most_similar_record_to_a_vector_is_its_own(dataset, records):
    import argilla as rg

    found = list(dataset.records(query=rg.Query(similar=rg.Similar("emb", list(records[7].vectors["emb"]))), limit=3))
    assert found[0][0].id == "r7"
    assert found[0][1] == pytest.approx(1, abs=1e-4)


def test_responses_of_two_people_complete_records_and_export_whole(dataset, client, server, tmp_path):
    import argilla as rg

    people = []
    for name in ("sdk-alice", "sdk-bob"):
        password = credentials.generate_password()
        user = rg.User(username=name, password=password, role="annotator", client=client).create()
        user.add_to_workspace(client.workspaces("sdk"))
        token = httpx.post(
            f"{server.url}/api/v1/token", data={"username": name, "password": password}, timeout=60
        ).json()
        people.append(
            httpx.Client(
                base_url=f"{server.url}/api/v1",
                headers={"Authorization": f"Bearer {token['access_token']}"},
                timeout=120,
            )
        )
    some = [str(record._server_id) for record in list(dataset.records())[:6]]
    values = {
        "verdict": {"value": "edit"},
        "quality": {"value": 4},
        "issues": {"value": ["style"]},
        "corrected": {"value": "fixed"},
        "evidence": {"value": [{"start": 0, "end": 6, "label": "wrong"}]},
    }
    bulk = {"items": [{"record_id": id_, "status": "submitted", "values": values} for id_ in some[:4]]}
    assert people[0].post("/me/responses/bulk", json=bulk).status_code == 200
    for id_ in some[:3]:
        assert (
            people[1].post(f"/records/{id_}/responses", json={"status": "submitted", "values": values}).status_code
            == 201
        )
    assert (
        people[1].post(f"/records/{some[4]}/responses", json={"status": "discarded", "values": {}}).status_code == 201
    )
    refused = people[1].post(
        f"/records/{some[5]}/responses", json={"status": "submitted", "values": {"quality": {"value": 9}}}
    )
    assert refused.status_code == 422

    progress = dataset.progress(with_users_distribution=True)
    assert (progress["total"], progress["completed"]) == (N, 3)
    assert progress["users"]["sdk-alice"]["completed"]["submitted"] == 3
    assert len(ids(dataset, rg.Query(filter=rg.Filter([("status", "==", "completed")])))) == 3
    assert len(ids(dataset, rg.Query(filter=rg.Filter([("verdict.response", "==", "edit")])))) == 4
    assert len(ids(dataset, rg.Query(filter=rg.Filter([("response.status", "==", "discarded")])))) == 1

    table = dataset.records(with_responses=True, with_vectors=True).to_datasets()
    assert table.num_rows == N
    assert sum(row is not None for row in table["verdict.responses"]) == 4
    dataset.to_disk(str(tmp_path), with_records=True)
    assert (tmp_path / "records.json").exists()

    dataset.records.delete(records=list(dataset.records())[-10:])
    assert dataset.progress()["total"] == N - 10


def test_metadata_metrics_and_a_webhook_work(dataset, client):
    call = client.http_client
    properties = call.get(f"/api/v1/me/datasets/{dataset.id}/metadata-properties").json()["items"]
    metrics = {p["name"]: call.get(f"/api/v1/metadata-properties/{p['id']}/metrics").json() for p in properties}
    assert metrics["domain"]["total"] == N - 10
    assert metrics["tokens"]["min"] == 10
    made = call.post(
        "/api/v1/webhooks",
        json={"url": "http://127.0.0.1:9/hook", "events": ["record.updated"], "description": "nobody listens"},
    )
    assert made.status_code == 201
    # With a listener events are built and queued; one that isn't there must not harm the record.
    record = next(iter(dataset.records()))
    assert call.patch(f"/api/v1/records/{record._server_id}", json={"metadata": {"tokens": 99}}).status_code == 200
    assert call.delete(f"/api/v1/webhooks/{made.json()['id']}").status_code == 200
