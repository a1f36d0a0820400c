"""The contract of Argilla's search engine interface, run inside the server's own environment.

Objects of the server's database are stood in for by plain ones with the same attributes: what the engine does
with them, it does in real index files.
"""

from __future__ import annotations

import asyncio
import uuid
from datetime import UTC, datetime, timedelta, timezone
from itertools import count
from types import SimpleNamespace

import numpy as np
import pytest
from argilla_search.engine import SQLiteSearchEngine, index_file
from argilla_search.store import Store, fingerprints
from argilla_server.enums import (
    MetadataPropertyType,
    QuestionType,
    RecordStatus,
    ResponseStatus,
    SimilarityOrder,
    SortOrder,
)
from argilla_server.errors.future import UnprocessableEntityError
from argilla_server.search_engine import (
    AndFilter,
    MetadataFilterScope,
    Order,
    RangeFilter,
    RecordFilterScope,
    ResponseFilterScope,
    SearchEngine,
    SuggestionFilterScope,
    TermsFilter,
    TextQuery,
)

NOON = datetime(2026, 11, 24, 12)  # the server stores UTC without a zone
ADA, BOB = SimpleNamespace(id=uuid.uuid4()), SimpleNamespace(id=uuid.uuid4())
SETTING = SimpleNamespace(id=uuid.uuid4())
_ORDINAL = count()


def run(coroutine):
    return asyncio.run(coroutine)


@pytest.fixture
def engine():
    return SQLiteSearchEngine()


@pytest.fixture
def dataset(engine):
    made = SimpleNamespace(
        id=uuid.uuid4(),
        is_draft=False,
        fields=[
            SimpleNamespace(name="question", is_image=False),
            SimpleNamespace(name="answer", is_image=False),
            SimpleNamespace(name="photo", is_image=True),
        ],
        metadata_properties=[SimpleNamespace(name=name) for name in ("signal", "length", "score")],
    )
    run(engine.create_index(made))
    return made


def record(question="", answer="", *, metadata=None, suggestions=(), responses=(), vector=None, at=None, **given):
    moment = at or NOON + timedelta(seconds=next(_ORDINAL))
    made = SimpleNamespace(
        id=uuid.uuid4(),
        external_id=given.pop("external_id", None),
        status=given.pop("status", RecordStatus.pending),
        inserted_at=moment,
        updated_at=moment,
        fields={"question": question, "answer": answer} | given,
        metadata_=metadata,
        suggestions=list(suggestions),
        responses=list(responses),
        vectors=[]
        if vector is None
        else [SimpleNamespace(vector_settings_id=SETTING.id, value=vector, updated_at=moment)],
    )
    for part in (*made.suggestions, *made.responses):
        part.record_id, part.record = made.id, made
    made.vector_value_by_vector_settings = lambda _: vector
    return made


def response(user, status=ResponseStatus.submitted, at=NOON, **values):
    return SimpleNamespace(
        id=uuid.uuid4(),
        user_id=user.id,
        status=status,
        values={name: {"value": value} for name, value in values.items()},
        updated_at=at,
    )


def suggestion(name, value, score=None, agent=None, at=NOON):
    question = SimpleNamespace(name=name, type=QuestionType.label_selection)
    return SimpleNamespace(question=question, value=value, score=score, agent=agent, type=None, updated_at=at)


def put(engine, dataset, *records):
    for made in records:
        made.dataset_id = dataset.id
    run(engine.index_records(dataset, records))
    return records


def found(engine, dataset, **asked):
    return [item.record_id for item in run(engine.search(dataset, **asked)).items]


def matches(engine, dataset, query):
    """Return the questions that match, sorted."""
    ids = found(engine, dataset, query=query)
    with Store(index_file(dataset.id)).reading() as connection:
        rows = dict(connection.execute("SELECT record.id, f_question FROM words JOIN record ON record.n = words.rowid"))
    return sorted(rows[str(id_)] for id_ in ids)


def only(*filters):
    return AndFilter(filters=list(filters))


def test_the_engine_is_in_argillas_registry_and_has_every_method_of_the_interface():
    assert SearchEngine.registered_classes["sqlite"] is SQLiteSearchEngine
    assert not SQLiteSearchEngine.__abstractmethods__
    assert run(SQLiteSearchEngine().ping()) is True
    assert run(SQLiteSearchEngine().info())["version"]["number"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("savings", ["cash savings", "savings account", "savings bond"]),
        ("savings account", ["savings account"]),
        ("savings AND account", ["savings account"]),
        ("savings + account", ["savings account"]),
        ("account | bond", ["savings account", "savings bond"]),
        ("account OR bond", ["savings account", "savings bond"]),
        ("savings -account", ["cash savings", "savings bond"]),
        ("savings NOT account", ["cash savings", "savings bond"]),
        ("savings -(account | bond)", ["cash savings"]),
        ("-savings", ["isa fees"]),
        ('"cash savings"', ["cash savings"]),
        ('"savings cash"', []),
        ("sav*", ["cash savings", "savings account", "savings bond"]),
        ("acc* | (isa fee*)", ["isa fees", "savings account"]),
        ("SAVINGS Account", ["savings account"]),
        ("sávings account", ["savings account"]),
        ("saving", []),
        ("", []),
        ("!!! ...", []),
        ('"savings acc', []),
        ("((savings) account", ["savings account"]),
        (") savings account (", ["savings account"]),
        ("savings - account", ["savings account"]),
        ("account~2", ["savings account"]),
    ],
)
def test_a_text_query_finds_what_its_operators_say(engine, dataset, query, expected):
    put(engine, dataset, *map(record, ["savings account", "savings bond", "cash savings", "isa fees"]))
    assert matches(engine, dataset, query) == expected


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("東京都の口座とは何ですか", "口座"),
        ("什么是储蓄账户", "储蓄"),
        ("은행 계좌를 어떻게 여나요", "계좌"),
        ("บัญชีออมทรัพย์คืออะไร", "ออมทรัพย์"),
        ("बचत खाता क्या है", "खाता"),
        ("Ünïcödé straße", "unicode"),
        ("ＩＳＡ account", "isa"),
    ],
)
def test_words_are_found_in_scripts_that_dont_separate_them(engine, dataset, text, query):
    hit, _ = put(engine, dataset, record(text), record("nothing of the kind"))
    assert found(engine, dataset, query=query) == [hit.id]


def test_a_query_can_ask_for_one_field(engine, dataset):
    asked, answered = put(engine, dataset, record("isa", "x"), record("x", "isa"))
    assert found(engine, dataset, query=TextQuery(q="isa", field="answer")) == [answered.id]
    assert set(found(engine, dataset, query="isa")) == {asked.id, answered.id}
    assert found(engine, dataset, query=TextQuery(q="-isa", field="answer")) == [asked.id]


def test_chats_and_objects_are_text_and_images_are_not(engine, dataset):
    chat, thing, _ = put(
        engine,
        dataset,
        record([{"role": "user", "content": "open an isa"}]),
        record({"product": "lisa"}),
        record("x", photo="data:isa"),
    )
    assert found(engine, dataset, query="isa") == [chat.id]
    assert found(engine, dataset, query="lisa") == [thing.id]


def test_better_matches_come_first_and_scores_fall(engine, dataset):
    often, once = put(engine, dataset, record("isa isa isa"), record("isa and a lot of other words besides"))
    items = run(engine.search(dataset, query="isa")).items
    assert [item.record_id for item in items] == [often.id, once.id]
    assert items[0].score > items[1].score > 0


def test_a_query_of_too_many_words_is_refused_in_words(engine, dataset):
    with pytest.raises(UnprocessableEntityError) as refused:
        run(engine.search(dataset, query="a " * 101))
    assert "100 terms" in refused.value.message


def test_pages_join_to_the_whole_and_tell_the_total(engine, dataset):
    made = put(engine, dataset, *(record(str(number)) for number in range(7)))
    pages = [run(engine.search(dataset, offset=offset, limit=3)) for offset in (0, 3, 6)]
    assert [page.total for page in pages] == [7, 7, 7]
    assert [item.record_id for page in pages for item in page.items] == [row.id for row in made]


def test_terms_filters_hold_for_words_numbers_and_lists(engine, dataset):
    short, both, _ = put(
        engine,
        dataset,
        record("a", metadata={"signal": "short", "length": 3}),
        record("b", metadata={"signal": ["short", "odd"], "length": 30, "score": 0.5}),
        record("c", metadata={"signal": None}),
    )

    def by(name, *values):
        return found(engine, dataset, filter=only(TermsFilter(MetadataFilterScope(name), list(values))))

    assert by("signal", "short") == [short.id, both.id]
    assert by("signal", "odd", "absent") == [both.id]
    assert by("length", "3") == [short.id]
    assert by("score", "0.50") == [both.id]


def test_range_filters_include_their_limits(engine, dataset):
    rows = put(engine, dataset, *(record("", metadata={"length": n}) for n in (1, 2, 3)))

    def between(ge, le):
        return found(engine, dataset, filter=only(RangeFilter(MetadataFilterScope("length"), ge=ge, le=le)))

    assert between(2, None) == [rows[1].id, rows[2].id]
    assert between(None, 2) == [rows[0].id, rows[1].id]
    assert between(2, 2) == [rows[1].id]


@pytest.mark.parametrize(
    "limit",
    [
        "2026-11-24T12:00:00",
        "2026-11-24T12:00:00Z",
        "2026-11-24T13:00:00+01:00",
        "2026-11-24T07:00:00-05:00",
        datetime(2026, 11, 24, 13, tzinfo=timezone(timedelta(hours=1))),
        datetime(2026, 11, 24, 12, tzinfo=UTC).timestamp() * 1000,
    ],
)
def test_date_filters_know_time_zones(engine, dataset, limit):
    at_noon, later = put(engine, dataset, record("a", at=NOON), record("b", at=NOON + timedelta(microseconds=1)))
    _ = put(engine, dataset, record("c", at=NOON - timedelta(microseconds=1)))
    scope = RecordFilterScope("inserted_at")
    assert found(engine, dataset, filter=only(RangeFilter(scope, ge=limit))) == [at_noon.id, later.id]
    assert at_noon.id in found(engine, dataset, filter=only(RangeFilter(scope, le=limit)))
    assert later.id not in found(engine, dataset, filter=only(RangeFilter(scope, le=limit)))


def test_a_limit_of_the_wrong_kind_is_refused_in_words(engine, dataset):
    for scope, limit in ((RecordFilterScope("inserted_at"), "yesterday"), (MetadataFilterScope("length"), "long")):
        with pytest.raises(UnprocessableEntityError) as refused:
            run(engine.search(dataset, filter=RangeFilter(scope, ge=limit)))
        assert limit in refused.value.message


def test_values_never_become_sql(engine, dataset):
    put(engine, dataset, record("a", metadata={"signal": "x"}))
    for poison in ("x') OR 1=1 --", '"; DROP TABLE record; --', "'", "?"):
        assert found(engine, dataset, filter=TermsFilter(MetadataFilterScope("signal"), [poison])) == []
        assert found(engine, dataset, filter=TermsFilter(MetadataFilterScope(poison), ["x"])) == []
        assert found(engine, dataset, query=poison) == []


def test_filters_over_record_metadata_suggestion_and_response_are_all_required(engine, dataset):
    hit, *_ = put(
        engine,
        dataset,
        record("isa", metadata={"length": 5}, suggestions=[suggestion("verdict", "keep", 0.9, "judge")], responses=[response(ADA, verdict="keep", correctness=4)]),
        record("isa", metadata={"length": 9}, suggestions=[suggestion("verdict", "keep", 0.9, "judge")], responses=[response(ADA, verdict="keep", correctness=4)]),
        record("isa", metadata={"length": 5}, suggestions=[suggestion("verdict", "fix", 0.9, "judge")], responses=[response(ADA, verdict="keep", correctness=4)]),
        record("isa", metadata={"length": 5}, suggestions=[suggestion("verdict", "keep", 0.9, "judge")], responses=[response(BOB, verdict="keep", correctness=4)]),
        record("isa", metadata={"length": 5}, suggestions=[suggestion("verdict", "keep", 0.1, "judge")], responses=[response(ADA, verdict="keep", correctness=2)]),
    )  # fmt: skip
    asked = only(
        RangeFilter(MetadataFilterScope("length"), le=5),
        TermsFilter(SuggestionFilterScope("verdict", "value"), ["keep"]),
        only(
            RangeFilter(SuggestionFilterScope("verdict", "score"), ge=0.5),
            TermsFilter(SuggestionFilterScope("verdict", "agent"), ["judge"]),
        ),
        TermsFilter(ResponseFilterScope(question="verdict", user=ADA), ["keep", "remove"]),
        RangeFilter(ResponseFilterScope(question="correctness", user=ADA), ge=4, le=5),
        TermsFilter(RecordFilterScope("status"), ["pending"]),
    )
    assert found(engine, dataset, query="isa", filter=asked) == [hit.id]


def test_each_user_has_queues_of_their_own(engine, dataset):
    rows = put(
        engine,
        dataset,
        record("untouched"),
        record("ada submitted", responses=[response(ADA)]),
        record("bob submitted", responses=[response(BOB)]),
        record("ada's draft", responses=[response(ADA, ResponseStatus.draft)]),
        record("ada discarded, bob submitted", responses=[response(ADA, ResponseStatus.discarded), response(BOB)]),
    )

    def queue(user, *statuses):
        scope = ResponseFilterScope(property="status", user=user)
        ids = found(engine, dataset, filter=only(TermsFilter(scope, list(statuses))))
        return [next(row.fields["question"] for row in rows if row.id == id_) for id_ in ids]

    assert queue(ADA, "pending") == ["untouched", "bob submitted"]
    assert queue(BOB, "pending") == ["untouched", "ada submitted", "ada's draft"]
    assert queue(ADA, "draft") == ["ada's draft"]
    assert queue(ADA, "discarded") == ["ada discarded, bob submitted"]
    assert queue(ADA, "pending", "submitted") == ["untouched", "ada submitted", "bob submitted"]
    assert queue(None, "pending") == ["untouched"]
    assert queue(None, "submitted") == ["ada submitted", "bob submitted", "ada discarded, bob submitted"]


def test_a_users_order_is_random_stable_and_another_than_the_next_users(engine, dataset):
    rows = put(engine, dataset, *(record(str(number)) for number in range(200)))
    arrival = [row.id for row in rows]
    ada = found(engine, dataset, user_id=ADA.id, limit=200)
    bob = found(engine, dataset, user_id=BOB.id, limit=200)
    assert sorted(ada) == sorted(bob) == sorted(arrival)
    assert len({tuple(arrival), tuple(ada), tuple(bob)}) == 3
    # Like a fair shuffle, an order shows no trace of arrival: 200 places correlate by chance below 0.25.
    places = np.argsort(np.argsort([arrival.index(id_) for id_ in ada]))
    assert abs(np.corrcoef(places, range(200))[0, 1]) < 0.25
    rows[3].status = RecordStatus.completed
    put(engine, dataset, rows[3])
    assert found(engine, dataset, user_id=ADA.id, limit=200) == ada
    assert found(engine, dataset, user_id=ADA.id, offset=50, limit=50) == ada[50:100]


def test_sorts_by_every_scope_put_missing_values_last(engine, dataset):
    low, high, none = put(
        engine,
        dataset,
        record("a", metadata={"score": 1}, suggestions=[suggestion("verdict", "fix", 0.2)], responses=[response(ADA, correctness=1), response(BOB, correctness=3)]),
        record("b", metadata={"score": 2}, suggestions=[suggestion("verdict", "keep", 0.8)], responses=[response(ADA, correctness=5)]),
        record("c"),
    )  # fmt: skip

    def by(scope, order=SortOrder.asc):
        return found(engine, dataset, sort=[Order(scope, order)])

    for scope in (
        MetadataFilterScope("score"),
        SuggestionFilterScope("verdict", "score"),
        SuggestionFilterScope("verdict", "value"),
        ResponseFilterScope(question="correctness"),
        ResponseFilterScope(question="correctness", user=ADA),
    ):
        assert by(scope) == [low.id, high.id, none.id]
        assert by(scope, SortOrder.desc) == [high.id, low.id, none.id]
    assert by(RecordFilterScope("inserted_at"), SortOrder.desc) == [none.id, high.id, low.id]
    assert by(ResponseFilterScope(question="correctness", user=BOB)) == [low.id, high.id, none.id]


def test_several_sorts_are_applied_in_their_order(engine, dataset):
    a, b, c = put(
        engine,
        dataset,
        record("", metadata={"signal": "x", "score": 2}),
        record("", metadata={"signal": "y", "score": 9}),
        record("", metadata={"signal": "x", "score": 1}),
    )
    sort = [Order(MetadataFilterScope("signal"), SortOrder.asc), Order(MetadataFilterScope("score"), SortOrder.asc)]
    assert found(engine, dataset, sort=sort) == [c.id, a.id, b.id]


def test_indexing_again_replaces_all_that_belongs_to_a_record(engine, dataset):
    (row,) = put(engine, dataset, record("old", metadata={"signal": "x"}, responses=[response(ADA)], vector=[1.0, 0.0]))
    row.fields, row.metadata_, row.responses, row.vectors = {"question": "new"}, {}, [], []
    put(engine, dataset, row)
    assert found(engine, dataset, query="old") == []
    assert found(engine, dataset, query="new") == [row.id]
    assert found(engine, dataset, filter=TermsFilter(MetadataFilterScope("signal"), ["x"])) == []
    assert run(engine.get_dataset_user_progress(dataset, ADA)) == {"total": 0}
    assert run(engine.similarity_search(dataset, SETTING, value=[1.0, 0.0])).items == []


def test_progress_counts_records_and_a_users_responses(engine, dataset):
    put(
        engine,
        dataset,
        record("a", status=RecordStatus.completed, responses=[response(ADA), response(BOB)]),
        record("b", responses=[response(ADA, ResponseStatus.draft)]),
        record("c"),
    )
    assert run(engine.get_dataset_progress(dataset)) == {"total": 3, "completed": 1, "pending": 2}
    assert run(engine.get_dataset_user_progress(dataset, ADA)) == {"total": 2, "submitted": 1, "draft": 1}
    dataset.is_draft = True
    assert run(engine.get_dataset_progress(dataset)) == run(engine.get_dataset_user_progress(dataset, ADA)) == {}


def test_responses_are_added_changed_and_deleted(engine, dataset):
    (row,) = put(engine, dataset, record("a"))
    given = response(ADA, verdict="keep")
    given.record, given.record_id = row, row.id
    scope = ResponseFilterScope(question="verdict", user=ADA)
    run(engine.update_record_response(given))
    assert found(engine, dataset, filter=TermsFilter(scope, ["keep"])) == [row.id]
    given.values, given.updated_at = {"verdict": {"value": "fix"}}, NOON + timedelta(seconds=1)
    run(engine.update_record_response(given))
    assert found(engine, dataset, filter=TermsFilter(scope, ["keep"])) == []
    assert found(engine, dataset, filter=TermsFilter(scope, ["fix"])) == [row.id]
    run(engine.delete_record_response(given))
    assert found(engine, dataset, filter=TermsFilter(scope, ["fix"])) == []
    assert run(engine.get_dataset_user_progress(dataset, ADA)) == {"total": 0}


def test_a_request_that_was_overtaken_changes_nothing(engine, dataset):
    (row,) = put(engine, dataset, record("a", at=NOON))
    newer, older = response(ADA, at=NOON + timedelta(seconds=2), verdict="fix"), response(ADA, at=NOON, verdict="keep")
    older.id = newer.id
    for given in (newer, older):
        given.record, given.record_id = row, row.id
        run(engine.update_record_response(given))
    scope = ResponseFilterScope(question="verdict")
    assert found(engine, dataset, filter=TermsFilter(scope, ["fix"])) == [row.id]
    row.updated_at = NOON + timedelta(seconds=2)
    run(engine.partial_record_update(row, status=RecordStatus.completed))
    row.updated_at = NOON + timedelta(seconds=1)
    run(engine.partial_record_update(row, status=RecordStatus.pending))
    assert run(engine.get_dataset_progress(dataset)) == {"total": 1, "completed": 1}


def test_suggestions_are_added_replaced_and_deleted(engine, dataset):
    (row,) = put(engine, dataset, record("a", suggestions=[suggestion("verdict", "keep", 0.1)]))
    given = suggestion("verdict", "fix", 0.9)
    given.record, given.record_id = row, row.id
    scope = SuggestionFilterScope("verdict", "value")
    run(engine.update_record_suggestion(given))
    assert found(engine, dataset, filter=TermsFilter(scope, ["keep"])) == []
    assert found(engine, dataset, filter=TermsFilter(scope, ["fix"])) == [row.id]
    run(engine.delete_record_suggestion(given))
    assert found(engine, dataset, filter=TermsFilter(scope, ["fix"])) == []


def test_deleted_records_leave_nothing(engine, dataset):
    gone, left = put(
        engine,
        dataset,
        record("isa", metadata={"signal": "x"}, responses=[response(ADA)], vector=[1.0, 0.0]),
        record("isa"),
    )
    run(engine.delete_records(dataset, [gone]))
    assert found(engine, dataset, query="isa") == [left.id]
    with Store(index_file(dataset.id)).reading() as connection:
        assert list(fingerprints(connection)) == [str(left.id)]
        for table in ("value", "response", "vector"):
            assert connection.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,)


def test_metrics_count_terms_and_find_limits(engine, dataset):
    put(
        engine,
        dataset,
        record("", metadata={"signal": ["short", "odd"], "length": 3, "score": 0.5}),
        record("", metadata={"signal": "short", "length": 9, "score": 1}),
        record(""),
    )

    def metrics(name, kind):
        return run(engine.compute_metrics_for(SimpleNamespace(name=name, type=kind, dataset_id=dataset.id)))

    terms = metrics("signal", MetadataPropertyType.terms)
    assert (terms.total, [(value.term, value.count) for value in terms.values]) == (3, [("short", 2), ("odd", 1)])
    assert (
        metrics("length", MetadataPropertyType.integer).min,
        metrics("length", MetadataPropertyType.integer).max,
    ) == (3, 9)
    assert metrics("score", MetadataPropertyType.float).max == 1
    assert metrics("nothing", MetadataPropertyType.float).min is None


def test_nearest_vectors_agree_with_numpy_filters_included(engine, dataset):
    random = np.random.default_rng(0)
    vectors = random.normal(size=(60, 8))
    rows = put(
        engine,
        dataset,
        *(
            record("even" if n % 2 == 0 else "odd", metadata={"length": n}, vector=list(v))
            for n, v in enumerate(vectors)
        ),
        record("without a vector"),
    )
    asked = random.normal(size=8)
    cosines = vectors @ asked / np.linalg.norm(vectors, axis=1) / np.linalg.norm(asked)
    best = np.argsort(-cosines)

    def nearest(**more):
        more = {"value": list(asked), "max_results": 5} | more
        items = run(engine.similarity_search(dataset, SETTING, **more)).items
        return [(item.record_id, pytest.approx(item.score, abs=1e-5)) for item in items]

    assert nearest() == [(rows[i].id, (1 + cosines[i]) / 2) for i in best[:5]]
    assert nearest(order=SimilarityOrder.least_similar) == [(rows[i].id, (1 - cosines[i]) / 2) for i in best[::-1][:5]]
    even = [i for i in best if i % 2 == 0]
    assert [id_ for id_, _ in nearest(query="even")] == [rows[i].id for i in even[:5]]
    low = [i for i in best if i < 10]
    asked_low = only(RangeFilter(MetadataFilterScope("length"), le=9))
    assert [id_ for id_, _ in nearest(filter=asked_low)] == [rows[i].id for i in low[:5]]
    near = [rows[i].id for i in best if (1 + cosines[i]) / 2 >= 0.8]
    assert near
    assert [id_ for id_, _ in nearest(threshold=0.8, max_results=60)] == near


def test_a_record_isnt_similar_to_itself_and_either_vector_or_record_is_asked_for(engine, dataset):
    one, two = put(engine, dataset, record("a", vector=[1.0, 0.0]), record("b", vector=[0.9, 0.1]))
    assert [item.record_id for item in run(engine.similarity_search(dataset, SETTING, record=one)).items] == [two.id]
    for asked in ({}, {"record": one, "value": [1.0, 0.0]}):
        with pytest.raises(ValueError, match="either"):
            run(engine.similarity_search(dataset, SETTING, **asked))


def test_an_index_is_made_once_and_deleted_wholly(engine, dataset):
    (row,) = put(engine, dataset, record("isa"))
    run(engine.create_index(dataset))
    assert found(engine, dataset, query="isa") == [row.id]
    run(engine.delete_index(dataset))
    assert not list(index_file(dataset.id).parent.glob(f"{dataset.id}*"))
    run(engine.delete_index(dataset))
    with pytest.raises(FileNotFoundError):
        found(engine, dataset)


def test_many_at_once_read_and_write_without_an_error(engine, dataset):
    rows = put(engine, dataset, *(record(f"isa {number}") for number in range(40)))

    async def crowd():
        given = []
        for row in rows:
            answer = response(ADA, verdict="keep")
            answer.record, answer.record_id = row, row.id
            given.append(answer)
        await asyncio.gather(
            *(engine.update_record_response(answer) for answer in given),
            *(engine.search(dataset, query="isa") for _ in range(40)),
        )

    run(crowd())
    assert run(engine.get_dataset_user_progress(dataset, ADA)) == {"total": 40, "submitted": 40}
