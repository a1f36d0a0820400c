from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from curation.labelling.learning import learn
from curation.labelling.ranking import read_ranking
from curation.labelling.tasks import choose, write_tasks
from tests.curation.labelling.labelling_study import config, make_curated
from winnow.data.files import write_table
from winnow.data.ledger import Decision
from winnow.errors import InputError

GOOD = "Call the branch and ask for the form; it takes a working day."
BAD = "asdf"


@pytest.fixture
def study(tmp_path):
    """120 rows, every third one nonsense; people judged the first 60."""
    pairs = [(f"How do I change item {n}?", f"{BAD} {n}" if n % 3 == 0 else f"{GOOD} {n}") for n in range(120)]
    curated = make_curated(tmp_path / "curated", pairs, flagged=(), removed=(119,))
    ids = curated.records()["id"].to_pylist()
    for n, id_ in enumerate(ids[:60]):
        is_bad = n % 3 == 0
        action = ("remove" if n % 2 else "correct") if is_bad else "restore"
        text = {"field": "answer", "text": GOOD} if action == "correct" else {}
        curated.ledger.append(Decision(id_, "label", action, "x", by="ada", **text))
    return curated, tmp_path / "labelling", ids


def measure(curated, values):
    """Write a signal table: one number a row, with the text it matched beside it."""
    ids = curated.records()["id"]
    table = {"id": ids, "short": pa.array(values, pa.float32()), "short.matched": pa.array([""] * len(ids))}
    write_table(curated.signals_file, pa.table(table))


def lengths(curated):
    return [float(len(answer)) for answer in curated.records()["answer"].to_pylist()]


def by_length(texts):
    return np.array([[len(text), 1.0] for text in texts], np.float32)


@pytest.mark.parametrize("with_signals", [True, False])
def test_bad_rows_are_ranked_first_by_signals_or_by_embeddings(study, with_signals):
    curated, home, ids = study
    if with_signals:
        measure(curated, lengths(curated))
    learned = learn(curated, home, config(), embed=None if with_signals else by_length)
    assert (learned.good, learned.bad) == (40, 20)
    assert learned.auc.estimate == 1
    assert learned.auc.low > 0.8
    assert {id_ for id_, _ in learned.ranked} == set(
        ids[60:119]
    )  # the removed row and the judged ones aren't asked about
    assert {id_ for id_, _ in learned.ranked[:20]} == {ids[n] for n in range(60, 119) if n % 3 == 0}
    assert learned.as_dict()["auc"]["n"] == 60
    assert read_ranking(home) == [id_ for id_, _ in learned.ranked]


def test_a_signal_that_says_nothing_is_told_from_one_that_does(study):
    curated, home, _ = study
    measure(curated, list(np.random.default_rng(0).normal(size=120)))
    learned = learn(curated, home, config())
    assert not learned.auc.low > 0.5
    assert any("can't be told from chance" in line for line in learned.lines())


def test_it_never_decides_by_itself_and_says_the_same_twice(study):
    curated, home, _ = study
    measure(curated, lengths(curated))
    before = curated.ledger.people_file.read_bytes(), curated.ledger.step_decisions()
    first, second = learn(curated, home, config()), learn(curated, home, config())
    assert first == second
    assert (curated.ledger.people_file.read_bytes(), curated.ledger.step_decisions()) == before


def test_the_next_push_takes_the_ranking_with_a_random_share(study):
    curated, home, _ = study
    measure(curated, lengths(curated))
    learned = learn(curated, home, config())
    steps, people = curated.ledger.step_decisions(), curated.ledger.people_decisions()
    settings = config(audit=0, learned=10, random_share=0.3)
    tasks = choose(curated.records(), steps, people, settings, 0, read_ranking(home))
    top = {task.id for task in tasks if task.role == "learned"}
    assert top == {id_ for id_, _ in learned.ranked[:7]}
    assert sum(task.role == "random" for task in tasks) == 3
    write_tasks(home, "winnow", tasks)
    assert top.isdisjoint(id_ for id_, _ in learn(curated, home, config()).ranked)


def test_too_few_verdicts_are_named(tmp_path):
    curated = make_curated(tmp_path / "curated")
    with pytest.raises(InputError, match="0 rows are judged good and 0 bad: 10 of each are needed"):
        learn(curated, tmp_path / "labelling", config())


def test_with_neither_signals_nor_embeddings_there_is_nothing_to_learn_from(study):
    curated, home, _ = study
    with pytest.raises(InputError, match="no quality signals"):
        learn(curated, home, config())
