"""Copies of held-out rows are found whatever their wording; rows that only look alike aren't."""

from __future__ import annotations

import json
from dataclasses import replace

import pyarrow as pa
import pytest

from curation.pairs import candidates
from curation.pairs.table import PAIRS
from curation.stage import curate_sources, refresh
from training.leakage import Judged, leaks, refuse_leaks
from winnow.config import DuplicatesConfig
from winnow.data.files import read_records, write_json, write_table
from winnow.data.ledger import Decision
from winnow.data.records import new_record, to_table
from winnow.errors import InputError
from winnow.study.workspace import Curated, Workspace

QUESTION = "How much can I pay into an ISA each tax year?"
ANSWER = "You can pay in up to £20,000 each tax year across all of your ISAs, and the limit isn't carried over."
HELD_OUT = [new_record(QUESTION, ANSWER)]


def verdicts(question: str, answer: str) -> list[str]:
    return [verdict for _, _, verdict in leaks([new_record(question, answer)], HELD_OUT, Judged())]


def test_the_same_row_leaks_whatever_its_case_and_spaces():
    assert verdicts(QUESTION, ANSWER) == ["exact"]
    assert verdicts(QUESTION.upper(), f"  {ANSWER}") == ["exact"]


def test_a_row_with_a_few_other_words_leaks():
    assert verdicts(QUESTION, ANSWER.replace("You can pay in up to", "Up to").replace("all of your", "all your"))


def test_another_question_of_the_same_template_does_not_leak():
    assert not verdicts(QUESTION.replace("ISA", "pension"), ANSWER.replace("£20,000", "£60,000"))


def test_the_refusal_names_both_rows():
    row = new_record(QUESTION, ANSWER)
    with pytest.raises(InputError, match=rf"1 training rows .*{row.id} \(held-out {row.id}: exact\)"):
        refuse_leaks([row, new_record("What is a bond?", "A loan to a company.")], HELD_OUT, Judged())
    refuse_leaks([new_record("What is a bond?", "A loan to a company.")], HELD_OUT, Judged())
    refuse_leaks([row], [], Judged())


PASSAGE = "An ISA is a savings account without tax. Up to £20,000 a year can be paid in, over all ISAs together."


def test_the_same_question_in_another_context_does_not_leak():
    item = new_record(QUESTION, ANSWER, context=PASSAGE)
    same = new_record(QUESTION, ANSWER, context=PASSAGE.replace("savings", "savngs"))
    other = new_record(QUESTION, ANSWER.replace("20", "9"), context=PASSAGE.replace("20", "9").replace("ISA", "LISA"))
    assert [verdict for *_, verdict in leaks([same, other], [item], Judged())] == ["damaged"]


def test_a_passage_or_a_conversation_on_both_sides_leaks_unless_the_split_parts_it():
    history = [{"role": "user", "content": QUESTION}, {"role": "assistant", "content": ANSWER}]
    items = [new_record(QUESTION, ANSWER), new_record("Is an ISA taxed?", "No.", context=PASSAGE)]
    train = [
        new_record("And for a child?", "£9,000.", history=history),
        new_record("What is an ISA?", "A savings account without tax.", context=PASSAGE),
        new_record("What is a bond?", "A loan to a company."),
    ]
    assert leaks(train, items, Judged()) == sorted(
        [(train[0].id, items[0].id, "the same conversation"), (train[1].id, items[1].id, "the same context")]
    )
    assert leaks(train, items, Judged(together=("context",))) == [(train[1].id, items[1].id, "the same context")]
    assert leaks(train, items, Judged(together=())) == []


ROWS = [
    (QUESTION, ANSWER),
    ("How do I open an ISA?", "Open one in the app under Savings, with your National Insurance number at hand."),
    ("What is a bond?", "A loan to a company or a government that pays interest until it is given back."),
    ("Which fee does a CHAPS payment cost?", "Each CHAPS payment costs £25, and it arrives on the same working day."),
    (QUESTION, ANSWER.replace("You can pay in up to", "Up to").replace("all of your", "all your")),
    (QUESTION.upper(), ANSWER),
]


@pytest.fixture(scope="module")
def study(tmp_path_factory) -> Workspace:
    """Six curated rows, three of which ask about the limit, two of them with the same words; a person kept all."""
    root = tmp_path_factory.mktemp("study")
    source = root / "faq.jsonl"
    source.write_text("".join(json.dumps({"question": q, "answer": a}) + "\n" for q, a in ROWS))
    (root / "winnow.yaml").write_text("duplicates:\n  floor: 0.6\n")
    workspace = Workspace(root)
    curate_sources([str(source)], workspace.curated, workspace.config())
    removed = workspace.curated.view().removed
    workspace.curated.ledger.append(*(Decision(id_, "restore", "restore", "kept", by="ada") for id_ in removed))
    assert len(removed) == 2
    refresh(workspace.curated)
    return workspace


@pytest.fixture
def searched(monkeypatch) -> list[tuple[set[str], Judged]]:
    """Note the questions of each search, which goes on as it would."""
    noted, find = [], candidates.find

    def watched(table, settings, embedder=None):
        noted.append((set(table["question"].to_pylist()), settings, embedder and embedder.model_name))
        return find(table, settings, embedder)

    monkeypatch.setattr(candidates, "find", watched)
    return noted


def test_rows_of_the_study_are_looked_up_among_the_judged_pairs_and_not_searched_again(study, searched):
    limit, *others, again, loud = read_records(study.curated.root / "kept.jsonl")
    judged = Judged.of(study, study.config())
    for row in (limit, loud):
        ((id_, twin, verdict),) = leaks([row, *others[:1]], [again, *others[1:]], judged)
        assert (id_, twin) == (row.id, again.id), "also where another row of the same words stands in the pair"
        assert verdict in ("same", "damaged")
    assert leaks([limit], [loud], judged) == [(limit.id, loud.id, "exact")]
    assert leaks([limit, again, loud], others, judged) == []
    assert searched == []


@pytest.mark.parametrize(("semantic", "found"), [(0.7, 1), (0.9, 0)])
def test_how_near_two_questions_in_other_words_must_be_is_the_study_s_to_say(tmp_path, semantic, found):
    """Their cosine is 0.8 in the table that curation wrote."""
    row, item = new_record("What is the yearly ISA limit?", ANSWER), HELD_OUT[0]
    curated = Curated(tmp_path)
    write_table(curated.records_file, to_table([row, item]))
    write_table(curated.signals_file, pa.table({"id": [row.id, item.id]}))
    pair = {"id_a": row.id, "id_b": item.id, "verdict": "paraphrase", "lexical": 0.5, "semantic": 0.8, "differs": "[]"}
    write_table(curated.pairs_file, pa.Table.from_pylist([pair], schema=PAIRS))
    write_json(curated.root / "manifest.json", {})
    assert len(leaks([row], [item], Judged(DuplicatesConfig(semantic=semantic), None, curated))) == found


def test_only_rows_that_curation_did_not_judge_are_searched_with_the_study_s_settings(study, searched):
    limit, isa, *others = read_records(study.curated.root / "kept.jsonl")
    config = study.config()
    foreign = new_record(QUESTION.lower(), ANSWER, "other.jsonl", 1)
    assert leaks([limit, isa], [foreign, *others[:1]], Judged.of(study, config)) == [(limit.id, foreign.id, "exact")]
    assert searched == [({limit.question, isa.question, foreign.question}, config.duplicates, config.models.embedder)]


def test_a_row_corrected_since_curation_is_searched_with_its_new_text(study, searched):
    _, isa, bond, fee, *_ = read_records(study.curated.root / "kept.jsonl")
    corrections = [("question", bond.question), ("answer", bond.answer)]
    study.curated.ledger.append(
        *(Decision(fee.id, "label", "correct", "human", field=f, text=t, by="ada") for f, t in corrections)
    )
    judged = Judged.of(study, study.config())
    corrected = replace(fee, question=bond.question, answer=bond.answer)
    assert leaks([corrected, isa], [bond], judged) == [(fee.id, bond.id, "exact")]
    assert [questions for questions, *_ in searched] == [{bond.question}]
    edited = replace(isa, question=bond.question, answer=bond.answer)
    assert leaks([edited], [bond], judged) == [(isa.id, bond.id, "exact")], "an edited file counts as it reads"
