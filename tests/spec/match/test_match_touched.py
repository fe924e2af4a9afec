"""A night solves only what it touches, and comes to the plan of a full solve."""

import random
import runpy
from dataclasses import replace
from datetime import date, timedelta

import pandas as pd
import pytest

from tasks.match.assign import assign_seats
from tasks.match.eligibility import eligible_pairs
from tests.spec.match.conftest import ROOT, RULES

_MADE_UP = runpy.run_path(str(ROOT / "bench" / "match" / "instances.py"))
Shape, county = _MADE_UP["Shape"], _MADE_UP["county"]
# Not at the turn of the school year: then every lottery number is drawn anew.
AUTUMN = date(2021, 9, 15)


def night(data, remembered=None, order=None):
    rules = RULES.on(data.as_of)
    order = order or RULES.order_on(data.as_of)
    return assign_seats(eligible_pairs(data, rules, order), data, rules, order, remembered)


def after(data, found, days=1):
    return replace(data, as_of=data.as_of + timedelta(days=days), open_proposals=found.proposals)


def plans(found):
    return dict(zip(found.components["component"], found.components["plan"], strict=True))


def changed(data, rng):
    """One seat opens or a run fills up, a need becomes urgent, or a need is gone."""
    runs, needs = data.runs.copy(), data.needs.copy()
    match rng.randrange(4):
        case 0:
            runs.loc[rng.randrange(len(runs)), "seats_free"] += 1
        case 1:
            runs.loc[rng.randrange(len(runs)), "seats_free"] = 0
        case 2:
            needs.loc[rng.randrange(len(needs)), "priority"] = 1
        case _:
            needs = needs.drop(index=rng.randrange(len(needs))).reset_index(drop=True)
    return replace(data, runs=runs, needs=needs)


@pytest.mark.parametrize("seed", range(10))
def test_changed_nights_come_to_the_plan_of_a_full_solve(seed):
    rng = random.Random(seed)
    data = county(Shape(120, 60, seed=seed), AUTUMN)
    found, shares = night(data), []
    for _ in range(5):
        data = changed(after(data, found), rng)
        full, found = night(data), night(data, plans(found))
        pd.testing.assert_frame_equal(found.levels, full.levels)
        pd.testing.assert_frame_equal(found.proposals, full.proposals)
        shares.append(found.solved_share)
    assert min(shares) < 1


def test_a_quiet_night_solves_nothing_and_keeps_everything():
    data = county(Shape(150, 60), AUTUMN)
    first = night(data)
    second = night(after(data, first), plans(first))
    assert second.solved_share == 0
    assert list(second.proposals["proposal_id"]) == list(first.proposals["proposal_id"])
    assert list(second.levels["value"]) == list(second.levels["bound"])


def test_where_waiting_goes_before_kept_proposals_everything_is_solved():
    data = county(Shape(60, 30), AUTUMN)
    order = RULES.order_on(data.as_of)
    waiting_first = replace(order, levels=("waiting_days", *(one for one in order.levels if one != "waiting_days")))
    first = night(data, order=waiting_first)
    assert night(after(data, first), plans(first), waiting_first).solved_share == 1


def test_a_quota_ties_all_its_persons_together():
    data = county(Shape(60, 30), AUTUMN)
    order = replace(RULES.order_on(data.as_of), module_quota=(("REGEL", 5),))
    first = night(data, order=order)
    next_night = changed(after(data, first), random.Random(1))
    full, part = night(next_night, order=order), night(next_night, plans(first), order)
    pd.testing.assert_frame_equal(part.proposals, full.proposals)


def test_a_new_school_year_draws_the_lottery_anew_and_solves_everything():
    data = county(Shape(60, 30), date(2021, 7, 31))
    first = night(data)
    assert night(after(data, first), plans(first)).solved_share == 1
