from __future__ import annotations

import json
import random
import time

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from curation.pairs import candidates
from curation.pairs.table import PAIRS
from curation.steps import contradictions, duplicates
from winnow.config import ContradictionsConfig, DuplicatesConfig
from winnow.data.files import cache_folder
from winnow.data.records import new_record, number_copies, to_table
from winnow.models.embedder import Embedder

ANSWER = "Early withdrawal costs ninety days of interest, which we take from the balance before we pay the rest out."
QUESTION = "What does it cost to close a fixed deposit early?"
OTHERS = [
    ("Which documents do I need for a mortgage?", "A payslip, a proof of identity and the contract of sale."),
    ("How long does a transfer to Norway take?", "Two working days, or one when it is ordered before noon."),
    ("Can I freeze my card in the app?", "Yes: choose the card, then tap the snowflake, and it stops working at once."),
    ("Who insures the deposits?", "The national deposit guarantee fund insures each customer up to a legal limit."),
    ("Where do I find my tax certificate?", "It lies in your electronic mailbox from the middle of February onwards."),
    ("Why was my direct debit returned?", "Because the balance wasn't sufficient on the day when it was presented."),
]


def table(*rows: tuple[str, str], metadata=None) -> pa.Table:
    rows = [*rows, *OTHERS]
    records = (new_record(q, a, "bank.jsonl", n, (metadata or {}).get(n)) for n, (q, a) in enumerate(rows, start=1))
    return to_table(number_copies(records))


def removed(rows: pa.Table, embedder=None, **options) -> dict[int, int]:
    """Return the line of each removed row with the line of the row that stays for it."""
    config = DuplicatesConfig(**options)
    line = dict(zip(rows["id"].to_pylist(), rows["line"].to_pylist(), strict=True))
    found = duplicates.decide(candidates.find(rows, config, embedder), rows, config)
    return {line[d.id]: line[d.evidence["twin"]] for d in found if d.action == "remove"}


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        (QUESTION, ANSWER),
        (QUESTION.upper(), ANSWER),
        (QUESTION.rstrip("?"), ANSWER.replace(",", "")),
        ("  What does it  cost to\nclose a fixed deposit early ?", ANSWER),
        (f"<p>{QUESTION}</p>", "<ul><li>" + ANSWER.replace(", ", "</li><li>") + "</li></ul>"),
        (QUESTION, ANSWER.replace("costs", "**costs**").replace(" ", "&nbsp;")),
        (
            QUESTION.replace("deposit", "depossit"),
            ANSWER.replace("withdrawal", "withdrawl").replace("balance", "balnace"),
        ),
        (f"Hello! {QUESTION} Thanks!", f"Happy to help. {ANSWER}"),
        (QUESTION, ANSWER[:60]),
    ],
    ids=["exact", "case", "punctuation", "whitespace", "html", "markdown", "typos", "wrapped", "cut off"],
)
def test_a_copy_leaves_and_the_clean_complete_row_stays(question, answer):
    assert removed(table((QUESTION, ANSWER), (question, answer))) == {2: 1}
    stays_second = {2: 1} if (question, answer) == (QUESTION, ANSWER) else {1: 2}
    assert removed(table((question, answer), (QUESTION, ANSWER))) == stays_second


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        (QUESTION.replace("a fixed", "2 fixed"), ANSWER),
        (QUESTION.replace("fixed deposit", "current account"), ANSWER),
        (QUESTION, ANSWER.replace("ninety", "sixty")),
        (QUESTION, ANSWER.replace("we take", "we do not take")),
        (QUESTION, f"It isn't true that {ANSWER}"),
        (QUESTION, ANSWER.replace("before", "after")),
        ("What is a fixed deposit?", ANSWER),
        (QUESTION, "Ask at the desk of your branch; they look it up in the contract that you signed."),
    ],
    ids=["number asked", "thing asked", "number", "negated", "denied", "opposite", "other question", "second answer"],
)
def test_a_row_that_says_something_else_stays(question, answer):
    assert removed(table((QUESTION, ANSWER), (question, answer))) == {}


def test_a_question_spelled_by_ear_leaves_where_the_answer_is_the_same():
    spelled = "What does it cost too close a fixt deposit erly?"
    assert removed(table((QUESTION, ANSWER), (spelled, ANSWER))) == {2: 1}
    assert removed(table((QUESTION, ANSWER), (spelled, OTHERS[0][1]))) == {}


@pytest.mark.parametrize(
    ("clean", "other"),
    [
        ("When will a cheque I paid in clear?", "When will a check I payed in clear?"),
        ("Can I overpay my mortgage?", "Can I over-pay my mortgage?"),
        ("How often do I pay a standing order?", "How oftendo I pay a standing order?"),
        (
            "I got a text saying my account is locked. Is it from you?",
            "I got a text saying my account's locked. Is it from you",
        ),
    ],
    ids=["by ear", "split", "joined", "no mark at the end"],
)
def test_of_two_spellings_the_usual_one_stays(clean, other):
    """Whichever comes first, and whatever its id."""
    told = [
        ("Is a cheque safe?", "A cheque is safe, and a cheque crossed twice is safer; check who paid it."),
        ("Why was my cheque stopped?", "Who paid by cheque may stop it; check the date, then who paid for it."),
        ("May I overpay a loan?", "You may overpay what you like in the first year, as long as it's paid."),
    ]
    assert removed(table((clean, ANSWER), (other, ANSWER), *told)) == {2: 1}
    assert removed(table((other, ANSWER), (clean, ANSWER), *told)) == {1: 2}


def test_a_question_in_other_words_leaves_where_the_encoder_says_the_same(minilm):
    rows = table((QUESTION, ANSWER), ("Could you explain what it costs to close a fixed deposit early?", ANSWER))
    assert removed(rows) == {}
    assert removed(rows, Embedder("all-minilm-l6-v2", cache_folder())) in ({1: 2}, {2: 1})


def test_the_evidence_names_the_twin_the_score_and_what_differs():
    rows = table((QUESTION, ANSWER), (QUESTION, ANSWER.replace("balance", "balanec")))
    config = DuplicatesConfig()
    decisions = {d.action: d for d in duplicates.decide(candidates.find(rows, config), rows, config)}
    evidence = decisions["remove"].evidence
    assert evidence["twin"] == decisions["group"].id == rows["id"][0].as_py()
    assert evidence["score"] == pytest.approx(1)
    assert evidence["differs"] == [{"field": "answer", "kind": "typo", "a": "balanec", "b": "balance"}]
    assert decisions["group"].evidence == {"copies": 1, "policy": "most_complete"}


@pytest.mark.parametrize(
    ("keep", "stays"), [("first", 1), ("newest", 2), ("best_source", 1), ("cleanest", 2), ("most_complete", 2)]
)
def test_the_policy_says_which_row_stays(keep, stays):
    rows = table(
        (f"<b>{QUESTION}</b>", ANSWER),
        (QUESTION, ANSWER),
        metadata={1: {"date": "2020-01-01"}, 2: {"date": "2024-05-01"}},
    )
    rows = rows.set_column(rows.schema.get_field_index("source"), "source", pa.array(["a", "b"] + ["c"] * len(OTHERS)))
    assert removed(rows, keep=keep, sources=("a", "b")) == {3 - stays: stays}


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_of_copies_the_one_with_fewer_faults_stays_and_what_it_lacks_is_named(order):
    pair = [(QUESTION, ANSWER), (QUESTION, f"{ANSWER} Ask Ada Roe on 07700 900123.")]
    rows = table(*(pair[at] for at in order))
    config = DuplicatesConfig(lexical=0.5)
    pairs = candidates.find(rows, config)
    clean, told = (rows["id"][order.index(at)].as_py() for at in (0, 1))
    assert [d.id for d in duplicates.decide(pairs, rows, config) if d.action == "remove"] == [clean]
    (removal,) = [d for d in duplicates.decide(pairs, rows, config, {told: 1}) if d.action == "remove"]
    assert (removal.id, removal.evidence["twin"]) == (told, clean)
    assert removal.evidence["only_here"] == ["Ask Ada Roe on 07700 900123."]


def test_the_thinking_that_only_the_removed_copy_had_is_named():
    rows = table((QUESTION, ANSWER), (QUESTION, ANSWER))
    pairs = candidates.find(rows, DuplicatesConfig())
    (one, other), thoughts = rows["id"].to_pylist()[:2], ("<think>Ninety days.</think>", "<think>By contract.</think>")
    found = duplicates.decide(pairs, rows, DuplicatesConfig(), {}, dict(zip((one, other), thoughts, strict=True)))
    (removal,) = [d for d in found if d.action == "remove"]
    assert removal.evidence["only_here"] == [thoughts[removal.id == other]]


def test_a_policy_comes_before_faults():
    rows = table((QUESTION, ANSWER), (QUESTION, ANSWER.lower()))
    config = DuplicatesConfig(keep="first")
    found = duplicates.decide(candidates.find(rows, config), rows, config, {rows["id"][0].as_py(): 3})
    assert [d.id for d in found if d.action == "remove"] == [rows["id"][1].as_py()]


def test_a_row_is_removed_only_against_a_kept_row_that_it_was_judged_with():
    """Cut twice, a row is like its neighbour in the chain, but the shortest may be too short for the longest."""
    parts = [ANSWER, ANSWER[:80], ANSWER[:40]]
    rows = table(*((QUESTION, part) for part in parts))
    pairs = candidates.find(rows, DuplicatesConfig())
    judged = {frozenset(pair) for pair in zip(pairs["id_a"].to_pylist(), pairs["id_b"].to_pylist(), strict=True)}
    for decision in duplicates.decide(pairs, rows, DuplicatesConfig()):
        if decision.action == "remove":
            assert frozenset((decision.id, decision.evidence["twin"])) in judged


def test_of_equally_good_rows_the_one_stays_that_most_others_are_copies_of():
    first, second, third = (
        "We pay no rest.",
        "Early withdrawal costs ninety days of interest.",
        "We take it on Mondays.",
    )
    said = f"{first} {second} {third}"
    reordered = f"{second} {first} {third}".replace("withdrawal", "withdrawal,")
    rows = table((QUESTION, reordered), (QUESTION, said), (QUESTION, said[:50]), (QUESTION, said[:56]))
    assert removed(rows) == {1: 2, 3: 2, 4: 2}


def test_a_row_that_contradicts_a_copy_of_the_kept_row_stays():
    edited = ANSWER.replace("costs", "will cost").replace("Early withdrawal", "An early withdrawal")
    false = ANSWER.replace("ninety", "sixty")
    assert set(removed(table((QUESTION, ANSWER), (QUESTION, edited), (QUESTION, false)))) <= {1, 2}


def test_a_cut_copy_of_two_rows_that_contradict_each_other_leaves_for_the_likelier_one_and_both_stay():
    false = ANSWER.replace("rest out", "fee back")
    rows = table(
        (QUESTION, ANSWER), (QUESTION, ANSWER.replace("balance", "balanec")), (QUESTION, false), (QUESTION, ANSWER[:60])
    )
    assert removed(rows) == {2: 1, 4: 1}


@given(st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7), st.sampled_from(["same", "conflict"])), max_size=20))
def test_in_no_group_do_two_rows_contradict_each_other(links):
    verdict = {(min(a, b), max(a, b)): found for a, b, found in links if a != b}
    rows = table(*((f"{QUESTION} {n}", ANSWER) for n in range(8)))
    ids = rows["id"].to_pylist()
    lines = [(*sorted((ids[a], ids[b])), found, 0.9, None, 0, 0, 0, 0, "[]") for (a, b), found in verdict.items()]
    pairs = pa.Table.from_arrays(
        [pa.array([line[n] for line in lines], field.type) for n, field in enumerate(PAIRS)], schema=PAIRS
    )
    twin = {
        d.id: d.evidence["twin"] for d in duplicates.decide(pairs, rows, DuplicatesConfig()) if d.action == "remove"
    }
    assert not twin.keys() & set(twin.values())
    for (a, b), found in verdict.items():
        if found == "conflict":
            assert twin.get(ids[a], ids[a]) != twin.get(ids[b], ids[b])


def test_a_threshold_moves_both_ways_without_searching_again():
    rows = table((QUESTION, ANSWER), (QUESTION, ANSWER.replace("the rest", "quickly the whole small rest")))
    pairs = candidates.find(rows, DuplicatesConfig())
    counts = [
        sum(d.action == "remove" for d in duplicates.decide(pairs, rows, DuplicatesConfig(lexical=cut)))
        for cut in (0.5, 0.8, 1.0)
    ]
    assert counts == [1, 1, 0]


def cpu_seconds(work):
    started = time.process_time()
    work()
    return time.process_time() - started


def test_to_decide_a_hundred_thousand_rows_costs_a_few_times_what_it_costs_to_read_them():
    size, copies = 100_000, 12_000
    ids = [f"{n:06d}" for n in range(size)]
    empty = {name: [""] * size for name in ("question", "answer", "source")}
    rows = pa.table({"id": ids, **empty, "line": range(size), "metadata": ["{}"] * size})
    pairs = pa.table(
        {
            "id_a": ids[0 : 2 * copies : 2],
            "id_b": ids[1 : 2 * copies : 2],
            "verdict": ["same"] * copies,
            "lexical": [0.95] * copies,
            "semantic": pa.nulls(copies, pa.float32()),
            "damage_a": [0] * copies,
            "damage_b": [1] * copies,
            "missing_a": [0] * copies,
            "missing_b": [0] * copies,
            "differs": ["[]"] * copies,
        }
    )
    decisions = duplicates.decide(pairs, rows, DuplicatesConfig())
    deciding = min(cpu_seconds(lambda: duplicates.decide(pairs, rows, DuplicatesConfig())) for _ in range(3))
    reading = min(cpu_seconds(rows.to_pylist) for _ in range(3))  # so that a slow machine is slow at both
    assert deciding < 20 * reading  # five times alone; what is quadratic takes thousands
    assert sum(decision.action == "remove" for decision in decisions) == copies


def test_many_copies_of_one_row_and_rows_that_are_all_equal_do_not_explode():
    rows = to_table(number_copies(new_record(QUESTION, ANSWER, "bank.jsonl", n) for n in range(20_000)))
    started = time.process_time()
    assert len(removed(rows)) == 19_999
    assert time.process_time() - started < 10


@pytest.mark.parametrize(
    "rows", [[], [("", "")], [("?", "!"), ("?", "!")], [("你好吗", "我很好"), ("你好吗?", "我很好。")]]
)
def test_no_row_one_row_and_odd_texts_are_fine(rows):
    records = to_table(number_copies(new_record(q, a, "odd", n) for n, (q, a) in enumerate(rows)))
    assert len(removed(records)) == max(0, len(rows) - 1)


def test_an_answer_of_fifty_thousand_words_is_compared_in_time():
    random.seed(0)
    long = " ".join(random.choices(ANSWER.split(), k=50_000))
    started = time.process_time()
    assert removed(table((QUESTION, long), (QUESTION, long[: len(long) // 2]))) == {2: 1}
    assert time.process_time() - started < 20


WORDS = st.sampled_from(
    (
        "what",
        "is",
        "the",
        "cost",
        "of",
        "a",
        "card",
        "fee",
        "no",
        "not",
        "two",
        "three",
        "increase",
        "decrease",
        "early",
    )
)
TEXTS = st.lists(WORDS, min_size=1, max_size=7).map(" ".join)
ROWS = st.lists(st.tuples(TEXTS, TEXTS), max_size=12)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(ROWS, st.randoms(use_true_random=False))
def test_every_twin_is_kept_order_changes_nothing_and_a_second_run_finds_nothing(rows, rng):
    records = table(*rows)
    config = DuplicatesConfig()
    pairs = candidates.find(records, config)
    decisions = duplicates.decide(pairs, records, config)
    gone = {d.id for d in decisions if d.action == "remove"}
    assert all(d.evidence["twin"] not in gone for d in decisions if d.action == "remove")
    order = list(range(len(records)))
    rng.shuffle(order)
    shuffled = records.take(order)
    assert candidates.find(shuffled, config).equals(pairs)
    assert duplicates.decide(pairs, shuffled, config) == decisions
    flagged = contradictions.decide(pairs, records, ContradictionsConfig())
    assert all(d.action == "flag" and d.id in d.evidence["group"] for d in flagged)
    kept = records.filter(pa.array([id_ not in gone for id_ in records["id"].to_pylist()]))
    assert not [d for d in duplicates.decide(candidates.find(kept, config), kept, config) if d.action == "remove"]
    json.dumps([d.evidence for d in [*decisions, *flagged]])
