"""A night solves only what lies beside the proposals that stay, and comes to the plan of a full solve."""

import random
import runpy
from dataclasses import replace
from datetime import date, timedelta

import pandas as pd
import pytest

from tasks.match import assign, batches, large
from tasks.match.eligibility import eligible_pairs
from tasks.match.solve import solve_exactly
from tests.spec.match.conftest import ROOT, RULES

_MADE_UP = runpy.run_path(str(ROOT / "bench" / "match" / "instances.py"))
Shape, county = _MADE_UP["Shape"], _MADE_UP["county"]
# Not at the turn of the school year: then every lottery number is drawn anew.
AUTUMN = date(2021, 9, 15)


def night(data, order=None, pairs=None):
    rules = RULES.on(data.as_of)
    order = order or RULES.order_on(data.as_of)
    pairs = eligible_pairs(data, rules, order) if pairs is None else pairs
    return assign.assign_seats(pairs, data, rules, order)


def in_full(data, order=None, pairs=None):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(assign, "solve_beside_kept", lambda problem, kept: (solve_exactly(problem), 1.0))
        return night(data, order, pairs)


def after(data, found, days=1):
    return replace(data, as_of=data.as_of + timedelta(days=days), open_proposals=found.proposals)


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


@pytest.mark.parametrize("seed", range(6))
def test_changed_nights_come_to_the_plan_of_a_full_solve(seed):
    rng = random.Random(seed)
    data = county(Shape(120, 60, seed=seed), AUTUMN)
    found, shares = night(data), []
    for _ in range(5):
        data = changed(after(data, found), rng)
        pairs = eligible_pairs(data, RULES.on(data.as_of), RULES.order_on(data.as_of))
        full, found = in_full(data, pairs=pairs), night(data, pairs=pairs)
        pd.testing.assert_frame_equal(found.levels, full.levels)
        pd.testing.assert_frame_equal(found.proposals, full.proposals)
        shares.append(found.solved_share)
    assert min(shares) < 0.5


def test_a_quiet_night_keeps_everything_and_solves_next_to_nothing():
    data = county(Shape(150, 60), AUTUMN)
    first = night(data)
    second = night(after(data, first))
    assert second.solved_share < 0.1
    assert list(second.proposals["proposal_id"]) == list(first.proposals["proposal_id"])
    assert list(second.levels["value"]) == list(second.levels["bound"])


def test_one_seat_more_where_seats_are_short_is_given_without_solving_the_county():
    data = county(Shape(200, 40), AUTUMN)
    first = night(data)
    runs = data.runs.copy()
    taken = runs["offer_id"].isin(first.proposals["offer_id"])
    runs.loc[runs.index[taken][0], "seats_free"] += 1
    data = replace(after(data, first), runs=runs)
    found = night(data)
    pd.testing.assert_frame_equal(found.proposals, in_full(data).proposals)
    assert found.solved_share < 0.1


def test_an_urgent_need_that_claims_a_kept_seat_is_solved_in_full(world):
    world.person("p1").need("N1", "p1").run(seats_free=1)
    first = world.assign()
    world.next_night(first).person("p2").need("N2", "p2", priority=1)
    found = world.assign()
    assert (list(found.proposals["need_id"]), list(found.ended["cause"])) == (["N2"], ["displaced"])
    assert found.solved_share == 1


@pytest.mark.parametrize("order_of", ["waiting_days", "distance", None])
def test_any_order_of_levels_comes_to_the_plan_of_a_full_solve(order_of):
    data = county(Shape(60, 30), AUTUMN)
    order = RULES.order_on(data.as_of)
    rest = tuple(one for one in order.levels if one not in (order_of, "proposals_kept"))
    order = replace(order, levels=rest if order_of is None else (order_of, "proposals_kept", *rest))
    data = changed(after(data, night(data, order)), random.Random(3))
    pd.testing.assert_frame_equal(night(data, order).proposals, in_full(data, order).proposals)


def test_a_quota_and_lost_seats_hold_beside_kept_proposals():
    data = county(Shape(60, 30), AUTUMN)
    order = replace(RULES.order_on(data.as_of), module_quota=(("REGEL", 5),))
    first = night(data, order)
    assert len(first.proposals) >= 5
    data = changed(after(data, first), random.Random(1))
    pd.testing.assert_frame_equal(night(data, order).proposals, in_full(data, order).proposals)
    less = replace(order, module_quota=(("REGEL", 3),))
    pd.testing.assert_frame_equal(night(data, less).proposals, in_full(data, less).proposals)


def test_a_plan_in_batches_keeps_every_limit_and_claims_no_more_than_its_bound(monkeypatch):
    data = county(Shape(200, 60), AUTUMN)
    exact = night(data)
    monkeypatch.setattr(large, "MOST_EXACT", 0)
    monkeypatch.setattr(batches, "BATCH", 200)
    found = night(data)
    shuffled = night(replace(data, needs=data.needs.sample(frac=1, random_state=1), runs=data.runs[::-1]))
    pd.testing.assert_frame_equal(shuffled.proposals, found.proposals)
    values, bounds = found.levels["value"].to_numpy(), found.levels["bound"].to_numpy()
    assert (values <= bounds).all()
    assert values[0] == exact.levels["value"][0]
    assert len(found.proposals) > 0.9 * len(exact.proposals)
    seats = found.proposals.groupby("offer_id").size()
    assert (seats <= data.runs.set_index("offer_id")["seats_free"].reindex(seats.index)).all()
    quiet = night(after(data, found))
    assert set(found.proposals["proposal_id"]) <= set(quiet.proposals["proposal_id"])
