"""A thousand persons with overlaps: every level equals the bound of a second program that shares no code.

The second one writes down the limits itself, states each level found so far as a row
(not as a face), and lets the interior-point method of HiGHS bound the next level.
"""

import os
import runpy
from datetime import date

import numpy as np
import pytest
import scipy.sparse as sp
from scipy.optimize import linprog

from tasks.match.assign import seat_arcs, standing_proposals
from tasks.match.eligibility import eligible_pairs
from tasks.match.inputs import order_input
from tasks.match.problem import seat_problem
from tasks.match.solve import solve_exactly
from tests.spec.match.conftest import ROOT, RULES

_MADE_UP = runpy.run_path(str(ROOT / "bench" / "match" / "instances.py"))
Shape, county = _MADE_UP["Shape"], _MADE_UP["county"]
PERSONS = int(os.environ.get("TEILHABE_SECOND_SOLVER_PERSONS", "1000"))


def made_up(persons, runs, seed):
    data = county(Shape(persons, runs, seed=seed), date(2021, 9, 15))
    rules, order = RULES.on(data.as_of), RULES.order_on(data.as_of)
    pairs, data = eligible_pairs(data, rules, order), order_input(data)
    return seat_problem(seat_arcs(pairs, data, standing_proposals(pairs, data, order)[0]), data, order)


def counted(codes, limits):
    """One row a limit over arcs with its code."""
    rows = sp.coo_array((np.ones(len(codes)), (codes, np.arange(len(codes)))), shape=(len(limits), len(codes)))
    return rows, np.asarray(limits, dtype=float)


def limits_of(problem):
    """Arcs, then a variable a person (served at least once) as rows ``A x <= b``."""
    persons = len(problem.person_limit)
    needs = np.ones(int(problem.arc_need.max()) + 1)
    blocks = [counted(problem.arc_need, needs), counted(problem.arc_run, problem.capacity)]
    blocks += [counted(problem.arc_person, problem.person_limit)]
    for instant in problem.instants:
        row = sp.coo_array((np.ones(len(instant)), (np.zeros(len(instant), int), instant)), shape=(1, problem.size))
        blocks.append((row, np.ones(1)))
    rows = [sp.hstack([block, sp.coo_array((block.shape[0], persons))]) for block, _ in blocks]
    rows.append(sp.hstack([-counted(problem.arc_person, problem.person_limit)[0], sp.eye_array(persons)]))
    return sp.csr_array(sp.vstack(rows)), np.concatenate([*(limit for _, limit in blocks), np.zeros(persons)])


def bounds_of(problem, values):
    """Bound each level while the levels before hold at least the values given."""
    matrix, limit = limits_of(problem)
    found = []
    for place, level in enumerate(problem.levels):
        goal = np.concatenate([problem.weights[place], np.zeros(len(problem.person_limit))]).astype(float)
        if level == "persons_with_measure":
            goal[problem.size :] = problem.new_person
        answer = linprog(-goal, A_ub=matrix, b_ub=limit, bounds=(0, 1), method="highs-ipm")
        assert answer.status == 0, (level, answer.message)
        found.append(int(np.floor(-answer.fun + 1e-4)))
        matrix = sp.csr_array(sp.vstack([matrix, sp.csr_array(-goal[None, :])]))
        limit = np.append(limit, -values[place])
    return found


@pytest.mark.parametrize("seed", [1, 2])
def test_a_thousand_persons_reach_the_second_solvers_bound_on_every_level(seed):
    problem = made_up(PERSONS, PERSONS * 3 // 20, seed)
    assert len(problem.instants) > PERSONS // 10
    plan = solve_exactly(problem)
    bounds = np.array(bounds_of(problem, plan.values))
    assert list(plan.values[:-1]) == list(bounds[:-1])
    # Thirty million drawn points: the second solver's own tolerance is a few of them.
    assert 0 <= bounds[-1] - plan.values[-1] <= 1e-6 * plan.values[-1]
