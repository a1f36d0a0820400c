from __future__ import annotations

from evaluation.answering.answers import to_answers
from evaluation.comparison.pairs import pair_answers
from evaluation.people.win_rate import to_votes
from evaluation.report.llm_comparator import comparator


def rows(*texts, **more):
    return [
        {"id": f"q{n}", "question": f"River {n}?", "reference": ["the Nile", "Nile"], "prediction": text, **more}
        for n, text in enumerate(texts)
    ]


def paired(base, tuned):
    return pair_answers(to_answers(base, "base"), to_answers(tuned, "tuned"))


def vote(item, preferred, left="base", repeat=0):
    return {"id": item, "preferred": preferred, "left": left, "repeat": repeat, "note": "clearer"}


def test_every_pair_stands_there_with_what_people_said_averaged():
    votes = [vote("q0", "base"), vote("q0", "tie", left="tuned"), vote("q0", "tuned", repeat=1), vote("q1", "skip")]
    found = comparator(paired(rows("the Rhine", "", topic=3), rows("the Nile", "the Nile")), to_votes(votes))
    first, second = found["examples"]
    assert (first["output_text_a"], first["output_text_b"], first["tags"]) == ("the Rhine", "the Nile", ["topic 3"])
    assert first["score"] == 0.5  # positive speaks for A, the base
    assert [rater["is_flipped"] for rater in first["individual_rater_scores"]] == [False, True]
    assert (second["score"], second["individual_rater_scores"]) == (0, [])
    assert [model["name"] for model in found["models"]] == ["base", "tuned"]


def test_custom_fields_are_those_of_the_schema():
    found = comparator(paired(rows("the Rhine"), rows("the Nile")))
    declared = {field["name"] for field in found["metadata"]["custom_fields_schema"]}
    assert set(found["examples"][0]["custom_fields"]) == declared
    assert found["examples"][0]["custom_fields"]["reference"] == "the Nile\n— or —\nNile"


def test_an_answer_without_counterpart_is_left_out():
    assert len(comparator(paired(rows("a", "b"), rows("a")))["examples"]) == 1


def test_what_was_read_beside_the_questions_has_fields_of_its_own_where_there_is_any():
    around = {"context": "The Nile flows north.", "history": [{"role": "user", "content": "Hello."}]}
    base, tuned = rows("the Rhine", "no idea"), rows("the Nile", "the Nile")
    found = comparator(paired([{**base[0], **around}, base[1]], [{**tuned[0], **around}, tuned[1]]))
    declared = [field["name"] for field in found["metadata"]["custom_fields_schema"]]
    assert declared == ["id", "reference", "earlier_turns", "context"]
    first, second = (example["custom_fields"] for example in found["examples"])
    assert (first["context"], first["earlier_turns"]) == ("The Nile flows north.", "User: Hello.")
    assert (second["context"], second["earlier_turns"]) == ("", "")
