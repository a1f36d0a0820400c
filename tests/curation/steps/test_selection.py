"""Chosen rows are good and different, from every topic, and say what they added."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from curation.steps.selection import decide, select
from winnow.config import SelectionConfig
from winnow.text.topics import Topic, Topics

RNG = np.random.default_rng(0)


def unit(vectors):
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


# ninety near copies of one row, and ten rows that differ
CROWD = unit(np.vstack([np.eye(16)[:1] + RNG.normal(0, 0.01, (90, 16)), np.eye(16)[1:11]]))
IDS = [f"row{n:03d}" for n in range(100)]


def topics_of(numbers):
    """Give topics of these numbers, each named by its letter."""
    return Topics(tuple(Topic(n, "abc"[n], ("abc"[n],)) for n in sorted({*numbers.values()})), numbers)


ONE_TOPIC = dict.fromkeys(IDS, 0)


def chosen(rows, method="diverse", quality=None, topics=None, weight=0.3):
    settings = SelectionConfig(rows=rows, method=method, quality_weight=weight)
    return select(IDS, CROWD, quality or {}, topics_of(topics or ONE_TOPIC), settings, seed=0)


def test_a_crowd_of_copies_gives_few_rows_and_the_rare_are_taken():
    rare = set(IDS[90:])
    assert len({pick.id for pick in chosen(11)} & rare) == 10
    assert len({pick.id for pick in chosen(11, "random")} & rare) < 5


def test_gain_falls_and_each_pick_names_its_nearest():
    picks = chosen(11)
    gains = [pick.coverage for pick in picks]
    assert gains == sorted(gains, reverse=True)
    assert picks[0].nearest == ""
    assert all(pick.nearest for pick in picks[1:])


def test_quality_comes_first_where_it_weighs_all():
    quality = {id_: 1.0 if id_ in IDS[40:45] else 0.1 for id_ in IDS}
    assert {pick.id for pick in chosen(5, quality=quality, weight=1.0)} == set(IDS[40:45])


def test_every_topic_gives_the_same_number_as_far_as_it_has_rows():
    topics = {id_: 0 if n < 80 else 1 if n < 97 else 2 for n, id_ in enumerate(IDS)}
    assert Counter(pick.topic for pick in chosen(23, topics=topics)) == {0: 10, 1: 10, 2: 3}


def test_distance_takes_what_is_farthest_from_those_taken():
    assert len({pick.id for pick in chosen(11, "distance")} & set(IDS[90:])) == 10
    similar = [pick.similarity for pick in chosen(15, "distance", weight=0.0)]
    assert max(similar[:11]) < 0.1
    assert min(similar[11:]) > 0.9


@pytest.mark.parametrize("method", ["diverse", "distance", "random"])
def test_the_order_of_rows_changes_nothing(method):
    order = RNG.permutation(100)
    settings = SelectionConfig(rows=20, method=method)
    again = select([IDS[i] for i in order], CROWD[order], {}, topics_of(ONE_TOPIC), settings, seed=0)
    assert {pick.id for pick in again} == {pick.id for pick in chosen(20, method)}


def test_the_rest_is_removed_by_decision():
    settings = SelectionConfig(rows=20)
    removed = [d for d in decide(IDS, chosen(20), topics_of(ONE_TOPIC), settings) if d.action == "remove"]
    assert len(removed) == 80
    assert removed[0].reason == "not among the 20 rows chosen (diverse)"


def test_each_chosen_row_says_what_it_added():
    picks = chosen(20)
    decisions = decide(IDS, picks, topics_of(ONE_TOPIC), SelectionConfig(rows=20))
    said = {d.id: d for d in decisions if d.action == "group"}
    assert said.keys() == {pick.id for pick in picks}
    assert said[picks[0].id].reason == "chosen as number 1, for the topic a (diverse)"
    assert said[picks[1].id].evidence["coverage"] == picks[1].coverage > 0
    assert said[picks[1].id].evidence["twin"] == picks[1].nearest == picks[0].id


def test_a_row_that_is_in_no_topic_is_chosen_and_says_so():
    topics = topics_of({id_: 0 for id_ in IDS if id_ != "row099"})
    picks = select(IDS, CROWD, {}, topics, SelectionConfig(rows=10), seed=0)
    assert Counter(pick.topic for pick in picks) == {0: 9, None: 1}
    said = {d.id: d.reason for d in decide(IDS, picks, topics, SelectionConfig(rows=10))}
    assert said["row099"] == "chosen as number 2, in no topic (diverse)"
