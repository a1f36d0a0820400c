from __future__ import annotations

import pytest

from curation.labelling.audit import precision, removed_by_steps
from curation.publish.browse import Row
from curation.publish.cases import audit_cases, cases, choices, decisions
from tests.studio import studio_workspace as study
from winnow.data.ledger import Decision
from winnow.errors import InputError


def row(id_, answer, *group):
    evidence = {"group": sorted((id_, *group))} if group else {}
    flag = Decision(id_, "contradictions" if group else "quality", "flag", "it says otherwise", evidence)
    return Row(id_, "What does it cost?", answer, "faq.jsonl:1", (flag,))


PAIR = (row("a", "£20", "b"), row("b", "£35", "a"))


def standing(case, name):
    return {decision.id: decision.action for decision in decisions(case, name, "ada")}


def test_rows_that_contradict_each_other_are_one_case_wherever_they_stand_in_the_list():
    found = cases([PAIR[0], row("c", "Ring us."), PAIR[1]])
    assert [[r.id for r in case.rows] for case in found] == [["a", "b"], ["c"]]


def test_a_chain_of_contradictions_is_one_case():
    chain = [row("a", "£1", "b"), row("b", "£2", "a", "c"), row("c", "£3", "b")]
    assert [len(case.rows) for case in cases(chain)] == [3]


def test_a_row_whose_partner_was_settled_waits_alone():
    assert [len(case.rows) for case in cases([PAIR[1]])] == [1]


@pytest.mark.parametrize(("name", "kept"), [("row 1", {"a"}), ("row 2", {"b"}), ("all", {"a", "b"}), ("none", set())])
def test_a_pair_is_settled_at_once_this_one_that_one_both_or_neither(name, kept):
    said = standing(cases(PAIR)[0], name)
    assert {id_ for id_, action in said.items() if action == "restore"} == kept
    assert {id_ for id_, action in said.items() if action == "remove"} == {"a", "b"} - kept


def test_a_removal_by_a_person_keeps_the_row_that_it_was_compared_with():
    removed = next(d for d in decisions(cases(PAIR)[0], "row 1", "ada") if d.action == "remove")
    assert (removed.id, removed.evidence["twin"], removed.by) == ("b", "a", "ada")


def test_a_single_row_is_kept_or_removed_and_nothing_else():
    case = cases([row("c", "Ring us.")])[0]
    assert [choice.name for choice in choices(case)] == ["keep", "remove"]
    assert standing(case, "remove") == {"c": "remove"}
    with pytest.raises(InputError, match="no way to settle"):
        decisions(case, "row 1", "ada")


def test_a_case_of_other_texts_has_another_key():
    assert cases(PAIR)[0].key != cases([PAIR[0], row("b", "£36", "a")])[0].key


def test_the_audit_asks_each_person_once_about_each_removed_row_and_a_wrong_removal_is_restored(tmp_path):
    workspace = study.make(tmp_path)
    ids = study.curate(workspace)
    ledger = workspace.curated.ledger
    removed = removed_by_steps(ledger.step_decisions())

    def waiting(who):
        return audit_cases(workspace.curated.view(), removed, ledger.people_decisions(), 10, 1, who)

    asked = {case.rows[0].id: case for case in waiting("ada")}
    assert asked.keys() == {ids["copy"], ids["empty"]}
    assert {case.kind for case in asked.values()} == {"Was this row rightly removed?"}
    ledger.append(*decisions(asked[ids["empty"]], "right", "ada"))
    ledger.append(*decisions(asked[ids["copy"]], "wrong", "ada"))
    assert waiting("ada") == []
    assert {case.rows[0].id for case in waiting("ben")} == {ids["copy"], ids["empty"]}
    assert ids["copy"] not in workspace.curated.view().removed
    share = precision(removed, ledger.people_decisions(), 10, 1)["all"]
    assert (share.n, share.estimate) == (2, 0.5), "a restored row is a removal that wasn't right"
