"""The assignment against a checker and a second solver that share no code with it.

Small and medium instances: seats, levels, overlaps and quotas drawn at random. The
second solver tries all plans (small) or pushes one unit of flow at a time with
whole tuples of levels as costs (medium, without overlaps).
"""

import random
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from config.matching_order import LEVELS
from tasks.match.problem import SeatProblem
from tasks.match.solve import solve_exactly

PERSON_LEVEL = LEVELS.index("persons_with_measure")


def instance(seed: int, persons: int, runs: int, overlaps: bool, scale: int = 3) -> SeatProblem:
    """Draw a problem; ``scale`` small makes many ties."""
    rng = random.Random(seed)
    arcs = []
    need = 0
    for person in range(persons):
        for _ in range(rng.choice([1, 1, 2, 3])):
            for run in sorted(rng.sample(range(runs), rng.randint(1, min(runs, 4)))):
                arcs += [(need, person, run)]
            need += 1
    codes = np.array(arcs)
    priority = np.array([rng.randint(1, 3) for _ in range(need)])[codes[:, 0]]
    waiting = np.array([rng.randint(0, scale) for _ in range(need)])[codes[:, 0]]
    weights = np.array(
        [
            priority == 1,
            [rng.random() < 0.15 for _ in arcs],
            [0] * len(arcs),
            4 - priority,
            waiting,
            [-rng.randint(0, scale) for _ in arcs],
            [rng.randint(0, 65535 if scale > 3 else 3) for _ in arcs],
        ],
        dtype=np.int64,
    )
    hours = [(rng.randint(0, 6), rng.randint(1, 4)) for _ in range(runs)]
    return SeatProblem(
        arc_need=codes[:, 0],
        arc_person=codes[:, 1],
        arc_run=codes[:, 2],
        levels=LEVELS,
        weights=weights,
        new_person=np.array([rng.random() < 0.9 for _ in range(persons)], dtype=np.int64),
        capacity=np.array([rng.randint(0, 3) for _ in range(runs)]),
        person_limit=np.full(persons, rng.choice([1, 2, 3])),
        run_module=np.array([rng.choice([-1, 0]) for _ in range(runs)]),
        quota=np.array([rng.randint(0, persons)]),
        instants=moments(codes, hours) if overlaps else (),
    )


def moments(codes, hours):
    """Each hour of the day in which a person could sit in two places."""
    sets = set()
    for person in set(codes[:, 1].tolist()):
        for hour in range(12):
            here = [
                place
                for place, (_, owner, run) in enumerate(codes.tolist())
                if owner == person and hours[run][0] <= hour < sum(hours[run])
            ]
            if len({codes[place][0] for place in here}) > 1:
                sets.add(tuple(here))
    return tuple(np.array(one) for one in sorted(sets))


def faults(problem, chosen):
    """Return what is wrong with a plan, counted seat by seat."""
    found = []
    picked = [place for place, taken in enumerate(chosen) if taken]
    for name, limits in (("need", None), ("run", problem.capacity), ("person", problem.person_limit)):
        codes = [int(getattr(problem, f"arc_{name}")[place]) for place in picked]
        found += [name for code in set(codes) if codes.count(code) > (1 if limits is None else limits[code])]
    for module, limit in enumerate(problem.quota):
        if sum(problem.run_module[problem.arc_run[place]] == module for place in picked) > limit:
            found.append("quota")
    found += ["overlap" for instant in problem.instants if len(set(instant.tolist()) & set(picked)) > 1]
    return found


def worth(problem, picked):
    """Return the levels of a plan as a tuple."""
    totals = [sum(int(row[place]) for place in picked) for row in problem.weights]
    served = {int(problem.arc_person[place]) for place in picked}
    totals[PERSON_LEVEL] = sum(int(problem.new_person[person]) for person in served)
    return tuple(totals)


def best_by_trying(problem):
    """Try every plan, need by need."""
    options = {}
    for place, need in enumerate(problem.arc_need.tolist()):
        options.setdefault(need, []).append(place)
    best = (worth(problem, []), [])

    def extend(needs, picked):
        nonlocal best
        if not needs:
            best = max(best, (worth(problem, picked), picked), key=lambda found: found[0])
            return
        extend(needs[1:], picked)
        for place in options[needs[0]]:
            more = [*picked, place]
            chosen = [number in more for number in range(problem.size)]
            if not faults(problem, chosen):
                extend(needs[1:], more)

    extend(sorted(options), [])
    return best[0]


def best_by_flow(problem):
    """Push units of flow along dearest paths; costs are whole tuples, so no level weighs on another."""
    levels = len(problem.levels)
    zero = (0,) * levels
    edges = []

    def edge(start, end, room, worth_of):
        edges.append([start, end, room, worth_of])
        edges.append([end, start, 0, tuple(-part for part in worth_of)])

    for person, limit in enumerate(problem.person_limit.tolist()):
        first = tuple(int(problem.new_person[person]) if row == PERSON_LEVEL else 0 for row in range(levels))
        edge("s", ("p", person), 1, first)
        if limit > 1:
            edge("s", ("p", person), limit - 1, zero)
    for need, person in sorted(set(zip(problem.arc_need.tolist(), problem.arc_person.tolist(), strict=True))):
        edge(("p", person), ("n", need), 1, zero)
    for place in range(problem.size):
        gain = tuple(int(row[place]) for row in problem.weights)
        edge(("n", int(problem.arc_need[place])), ("r", int(problem.arc_run[place])), 1, gain)
    for run, seats in enumerate(problem.capacity.tolist()):
        module = int(problem.run_module[run])
        edge(("r", run), "t" if module < 0 else ("m", module), seats, zero)
    for module, limit in enumerate(problem.quota.tolist()):
        edge(("m", module), "t", limit, zero)
    total = zero
    while True:
        gain = _push(edges, zero)
        if gain is None or gain <= zero:
            return total
        total = tuple(map(sum, zip(total, gain, strict=True)))


def _push(edges, zero):
    best, came = {"s": zero}, {}
    changed = True
    while changed:
        changed = False
        for number, (start, end, room, gain) in enumerate(edges):
            if room and start in best:
                reach = tuple(map(sum, zip(best[start], gain, strict=True)))
                if end not in best or reach > best[end]:
                    best[end], came[end] = reach, number
                    changed = True
    if "t" not in best:
        return None
    node = "t"
    while node != "s":
        number = came[node]
        edges[number][2] -= 1
        edges[number ^ 1][2] += 1
        node = edges[number][0]
    return best["t"]


def solved(problem):
    plan = solve_exactly(problem)
    assert faults(problem, plan.chosen) == []
    assert tuple(plan.values) == worth(problem, np.flatnonzero(plan.chosen).tolist())
    assert tuple(plan.values) == tuple(plan.bounds)
    return tuple(plan.values)


@pytest.mark.parametrize("batch", range(10))
def test_two_hundred_small_instances_with_overlaps_equal_the_best_of_all_plans(batch):
    for seed in range(batch * 20, batch * 20 + 20):
        problem = instance(seed, persons=2 + seed % 3, runs=2 + seed % 4, overlaps=True)
        assert solved(problem) == best_by_trying(problem), seed


@pytest.mark.parametrize("batch", range(10))
def test_one_hundred_medium_instances_equal_the_flow_with_tuple_costs(batch):
    for seed in range(batch * 10, batch * 10 + 10):
        problem = instance(1000 + seed, persons=8 + seed % 12, runs=6, overlaps=False, scale=3 + seed % 50)
        assert solved(problem) == best_by_flow(problem), seed


@pytest.mark.parametrize("seed", range(8))
def test_larger_instances_with_overlaps_are_feasible_and_proven(seed):
    solved(instance(seed, persons=120, runs=25, overlaps=True, scale=200))


@pytest.mark.parametrize("seed", range(20))
def test_one_seat_more_never_lowers_the_plan(seed):
    problem = instance(seed, persons=12, runs=6, overlaps=True, scale=50)
    before = solved(problem)
    for run in range(6):
        capacity = problem.capacity.copy()
        capacity[run] += 1
        assert solved(replace(problem, capacity=capacity)) >= before


@given(st.integers(0, 10**6), st.integers(1, 4), st.integers(1, 5), st.booleans())
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
def test_any_drawn_instance_equals_the_best_of_all_plans(seed, persons, runs, overlaps):
    problem = instance(seed, persons, runs, overlaps)
    assert solved(problem) == best_by_trying(problem)


def test_a_half_seat_is_never_the_answer():
    """Three needs of one person, each pair of runs overlapping at another hour: an odd cycle."""
    codes = np.array([(need, 0, need) for need in range(3)])
    pairs = (np.array([0, 1]), np.array([1, 2]), np.array([0, 2]))
    weights = np.zeros((7, 3), dtype=np.int64)
    weights[0] = 1
    weights[6] = [5, 7, 6]
    problem = SeatProblem(
        arc_need=codes[:, 0],
        arc_person=codes[:, 1],
        arc_run=codes[:, 2],
        levels=LEVELS,
        weights=weights,
        new_person=np.array([1]),
        capacity=np.ones(3, dtype=np.int64),
        person_limit=np.array([3]),
        run_module=np.full(3, -1),
        quota=np.zeros(0, dtype=np.int64),
        instants=pairs,
    )
    assert solved(problem) == (1, 0, 1, 0, 0, 0, 7)
