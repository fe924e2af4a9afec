"""Two source ids, one person: which records of participants are linked among themselves."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from schemas.errors import StepFailed
from tasks.identify.records import group_records, link_records
from tasks.identify.weights import read_weights

WEIGHTS = read_weights()
BORN = dt.date(1999, 6, 14)
PADERBORN = "05774032"


def records(*rows):
    columns = ["record_key", "source", "last_name", "first_name", "birth_date", "ags"]
    return pd.DataFrame([(*row, PADERBORN) for row in rows], columns=columns)


def decided(*rows):
    return pd.DataFrame(rows, columns=["left_key", "right_key", "link"])


def rulings(*rows, decisions=None):
    pairs = link_records(records(*rows), WEIGHTS, decisions)
    return {(row.left_key, row.right_key): (row.state, row.rule) for row in pairs.itertuples()}


A = ("A1", "amt", "Ahmadzai", "Zahra", BORN)


def test_equal_safe_key_in_two_sources_is_one_person():
    assert rulings(A, ("B1", "bildung", "ZAHRA", "Ahmadzai", BORN)) == {("A1", "B1"): ("linked", "safe_key")}


def test_equal_safe_key_twice_in_one_source_is_one_person():
    assert rulings(A, ("A2", "amt", "Ahmadzai", "Zahra", BORN)) == {("A1", "A2"): ("linked", "safe_key")}


def test_another_spelling_in_another_source_is_linked_by_score():
    assert rulings(A, ("B1", "bildung", "Ahmedzay", "Zahraa", BORN)) == {("A1", "B1"): ("linked", "score")}


def test_another_spelling_with_another_id_of_the_same_source_goes_to_review():
    assert rulings(A, ("A2", "amt", "Ahmedzay", "Zahraa", BORN)) == {("A1", "A2"): ("review", "same_source")}


@pytest.mark.parametrize(
    ("born", "reason"),
    [
        (dt.date(1999, 1, 1), "birth_placeholder"),
        (None, "birth_missing"),
        (dt.date(1999, 6, 15), "birth_one_digit"),
    ],
)
def test_an_uncertain_birth_date_always_goes_to_review(born, reason):
    assert rulings(A, ("B1", "bildung", "Ahmadzai", "Zahra", born)) == {("A1", "B1"): ("review", reason)}


def test_a_birth_date_further_apart_and_another_id_is_never_linked_by_itself():
    assert (
        rulings(A, ("B1", "bildung", "Ahmadzai", "Zahra", dt.date(2003, 2, 28))).get(("A1", "B1"), ("none",))[0]
        != "linked"
    )


def test_twins_are_two_persons():
    linked = rulings(A, ("A2", "amt", "Ahmadzai", "Maryam", BORN), ("B1", "bildung", "Ahmadzai", "Zahra", BORN))
    assert linked.pop(("A1", "B1")) == ("linked", "safe_key")
    assert {state for state, _ in linked.values()} <= {"review"}


def test_a_split_stands_against_the_safe_key_and_through_a_third_record():
    rows = records(A, ("B1", "bildung", "Ahmadzai", "Zahra", BORN), ("C1", "chor", "Ahmadzai", "Zahra", BORN))
    split = decided(("B1", "A1", "cannot"))
    pairs = link_records(rows, WEIGHTS, split)
    groups, ruled = group_records(rows, pairs, split)
    assert groups["A1"] != groups["B1"]
    assert sorted(ruled["rule"]) == ["safe_key", "split_elsewhere"]


def test_a_decided_link_stands_where_nothing_else_joins_the_two():
    rows = records(A, ("B1", "bildung", "Novak", "Milan", dt.date(1990, 3, 3)))
    link = decided(("B1", "A1", "must"))
    pairs = link_records(rows, WEIGHTS, link)
    groups, _ = group_records(rows, pairs, link)
    assert pairs[["state", "rule"]].to_numpy().tolist() == [["linked", "decided"]]
    assert groups.tolist() == ["A1", "A1"]


def test_a_pair_decided_both_ways_is_refused():
    with pytest.raises(StepFailed, match="E405"):
        rulings(A, ("B1", "b", "X", "Y", BORN), decisions=decided(("A1", "B1", "must"), ("B1", "A1", "cannot")))


def test_permuted_records_give_the_same_pairs_and_groups():
    rows = records(
        A,
        ("B1", "bildung", "Ahmedzay", "Zahraa", BORN),
        ("C1", "chor", "Zahra", "Ahmadzai", BORN),
        ("A2", "amt", "Ahmadi", "Ali", dt.date(1999, 1, 1)),
        ("B2", "bildung", "Ahmadi", "Ali", dt.date(1999, 1, 1)),
    )
    pairs = link_records(rows, WEIGHTS)
    groups, _ = group_records(rows, pairs)
    for seed in range(5):
        shuffled = rows.sample(frac=1, random_state=np.random.default_rng(seed))
        again = link_records(shuffled, WEIGHTS)
        pd.testing.assert_frame_equal(again, pairs)
        pd.testing.assert_series_equal(group_records(shuffled, again)[0], groups)


def test_no_records_give_no_pairs():
    empty = records(A).iloc[:0]
    assert link_records(empty, WEIGHTS).empty
    assert link_records(records(A), WEIGHTS).empty
