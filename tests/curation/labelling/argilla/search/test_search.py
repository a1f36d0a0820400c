"""The search engine: its query language here, the whole contract inside the server's own environment."""

from __future__ import annotations

import os
import sqlite3
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curation.labelling.argilla.search.query_language import (
    Node,
    Not,
    QueryTooLong,
    compile_query,
    match_expression,
    parse,
    wanted_terms,
)
from curation.labelling.argilla.search.store import RecordRow, Store, put_records
from curation.labelling.argilla.search.words import spaced

_HERE = Path(__file__).parent
_LAUNCHER = _HERE.parents[4] / "curation" / "labelling" / "argilla" / "search" / "launch.py"
_LOAD_PACKAGE = """\
import runpy
runpy.run_path({launcher!r})["_own_package"]()
import pytest, sys
sys.exit(pytest.main(["-q", "-p", "no:cacheprovider", "--noconftest", "-W", "ignore", {contract!r}]))
"""


def test_the_engine_keeps_argillas_contract(server_environment, test_extras, tmp_path):
    code = _LOAD_PACKAGE.format(launcher=str(_LAUNCHER), contract=str(_HERE / "engine_contract.py"))
    environment = {
        **os.environ,
        "PYTHONPATH": str(test_extras),
        "ARGILLA_HOME_PATH": str(tmp_path),
        "HF_HUB_OFFLINE": "1",
    }
    done = subprocess.run(
        [server_environment, "-P", "-c", code], cwd=tmp_path, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
    assert "skipped" not in done.stdout


@pytest.fixture(scope="module")
def index(tmp_path_factory) -> Store:
    store = Store(tmp_path_factory.mktemp("index") / "index.sqlite")
    store.create(["question", "answer"])
    texts = ["savings account", "savings bond", "東京都の口座", ""]
    with store.writing() as connection:
        put_records(
            connection,
            [RecordRow(str(n), None, "pending", 0, 0, 0, {"question": spaced(text)}) for n, text in enumerate(texts)],
        )
    return store


def select(index: Store, query: str) -> set[str]:
    return matching(index, parse(query))


def matching(index: Store, node: Node | None) -> set[str]:
    sql, values = compile_query(node)
    with index.reading() as connection:
        return {row[0] for row in connection.execute(f"SELECT id FROM record WHERE {sql}", values)}


_PIECES = ['"', "(", ")", "|", "-", "+", "*", "\\", "~2", "AND", "OR", "NOT", "savings", "口座", " "]
query_texts = st.one_of(st.text(), st.lists(st.sampled_from(_PIECES)).map("".join))


@given(query_texts)
def test_whatever_a_person_types_is_answered(index, query):
    try:
        found = select(index, query)
    except QueryTooLong:
        return
    assert found <= {"0", "1", "2", "3"}
    terms = wanted_terms(parse(query))
    with index.reading() as connection:
        for term in terms:
            score = "SELECT bm25(words) FROM words WHERE words MATCH ?"
            connection.execute(score, [match_expression(term, ("f_question",))]).fetchall()


@given(query_texts)
def test_a_query_and_its_negation_share_nothing_and_leave_nothing_out(index, query):
    try:
        node = parse(query)
    except QueryTooLong:
        return
    if node is not None:
        assert matching(index, Not(node)) == {"0", "1", "2", "3"} - matching(index, node)


@given(st.text())
def test_spacing_text_twice_changes_no_word(text):
    assert spaced(spaced(text)).split() == spaced(text).split()


def test_and_binds_tighter_than_or():
    assert parse("a b | c") == parse("(a b) | c")
    assert parse("a | b c") == parse("a | (b c)")
    assert parse("NOT a b") == parse("(-a) b")


def test_an_escaped_operator_is_a_letter(index):
    assert parse(r"\-savings") == parse('"-savings"')
    assert select(index, r"\-savings") == {"0", "1"}


def test_deep_brackets_dont_exhaust_the_stack(index):
    assert select(index, "(" * 5000 + "savings" + ")" * 5000) == {"0", "1"}
    assert select(index, "-" * 5000 + "savings") <= {"0", "1", "2", "3"}


def test_a_broken_off_creation_leaves_no_index(tmp_path):
    store = Store(tmp_path / "index.sqlite")
    with pytest.raises(sqlite3.OperationalError):
        store.create(['broken" name'])
    assert not store.path.exists()
    store.create(["question"])
    assert store.path.exists()
