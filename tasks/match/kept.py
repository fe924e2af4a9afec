"""The short way to a night's plan: what is out for decision stays, and only what lies beside it is solved.

Why that is exact: on the optimal plans of the levels above ``proposals_kept``, that level
is highest where every open proposal is kept. So where the plan that keeps them all reaches
the bound of each level above, every best plan keeps them all, and the best plan beside
them is the best plan at all. Where it does not (a seat is gone, an urgent need claims
one), everything is solved. Beside the kept ones stand needs without a proposal and runs with a seat left.
"""

from dataclasses import dataclass, replace

import numpy as np

from tasks.match.columns import Array
from tasks.match.model import build_model
from tasks.match.problem import SeatProblem
from tasks.match.solve import SeatPlan, optimal_corner, solve_exactly

KEPT, URGENT = "proposals_kept", "priority_one_served"


def solve_beside_kept(problem: SeatProblem, kept: Array) -> tuple[SeatPlan, float]:
    """Return the best plan, and the part of the arcs that was solved for it.

    Args:
        problem: as `solve_exactly` takes it. kept: marks of the arcs that are out for decision.
    """
    if kept.any() and KEPT in problem.levels and fits(problem, kept):
        free = arcs_beside(problem, kept)
        found = solve_exactly(part_of(problem, free, kept))
        chosen = kept.copy()
        chosen[free] = found.chosen
        values = plan_values(problem, chosen)
        above = problem.levels.index(KEPT)
        if _is_highest(problem, above, values):
            return SeatPlan(chosen, values, values.copy()), float(free.mean())
    return solve_exactly(problem), 1.0


def _is_highest(problem: SeatProblem, above: int, values: Array) -> bool:
    """Tell whether no plan passes these values on the levels above ``proposals_kept``."""
    if not above:
        return True
    if problem.levels[:above] != (URGENT,):
        wanted = np.ones(problem.size, dtype=bool)
    else:
        wanted = problem.weights[0] > 0  # arcs of other needs neither count on this level nor help it
        if values[0] == len(np.unique(problem.arc_need[wanted])):
            return True
    part = part_of(problem, wanted, np.zeros(problem.size, dtype=bool))
    bounds = optimal_corner(build_model(part), problem.levels[:above])[2]
    return bool((values[:above] == bounds).all())


def fits(problem: SeatProblem, chosen: Array) -> bool:
    """Tell whether a plan keeps every limit."""
    counts = _taken(problem, chosen)
    return bool(
        (np.bincount(problem.arc_need[chosen], minlength=1) <= 1).all()
        and (counts.runs <= problem.capacity).all()
        and (counts.persons <= problem.person_limit).all()
        and (counts.quota <= problem.quota).all()
        and all(chosen[one].sum() <= 1 for one in problem.instants)
    )


def arcs_beside(problem: SeatProblem, kept: Array) -> Array:
    """Mark the arcs that may be chosen in addition to the kept ones."""
    counts = _taken(problem, kept)
    served = np.zeros(int(problem.arc_need.max()) + 1, dtype=bool)
    served[problem.arc_need[kept]] = True
    free = ~served[problem.arc_need]
    free &= (counts.runs < problem.capacity)[problem.arc_run]
    free &= (counts.persons < problem.person_limit)[problem.arc_person]
    module = problem.run_module[problem.arc_run]
    free &= np.append(counts.quota < problem.quota, True)[module]  # module -1: no quota
    for one in problem.instants:
        if kept[one].any():
            free[one] = False
    return free


@dataclass(frozen=True)
class Taken:
    """Seats that a plan takes: by run, by person, by quota."""

    runs: Array
    persons: Array
    quota: Array


def _taken(problem: SeatProblem, chosen: Array) -> Taken:
    module = problem.run_module[problem.arc_run[chosen]]
    return Taken(
        np.bincount(problem.arc_run[chosen], minlength=len(problem.capacity)),
        np.bincount(problem.arc_person[chosen], minlength=len(problem.person_limit)),
        np.bincount(module[module >= 0], minlength=len(problem.quota)),
    )


def part_of(problem: SeatProblem, wanted: Array, taken: Array) -> SeatProblem:
    """Return the problem of some arcs in which the seats of ``taken`` are gone and their persons served."""
    rows = np.flatnonzero(wanted)
    place = np.full(problem.size, -1, dtype=np.int64)
    place[rows] = np.arange(len(rows))
    persons, person = np.unique(problem.arc_person[rows], return_inverse=True)
    runs, run = np.unique(problem.arc_run[rows], return_inverse=True)
    counts = _taken(problem, taken)
    left = [place[one][place[one] >= 0] for one in problem.instants]
    return replace(
        problem,
        arc_need=np.unique(problem.arc_need[rows], return_inverse=True)[1],
        arc_person=person,
        arc_run=run,
        weights=problem.weights[:, rows],
        new_person=np.where(counts.persons > 0, 0, problem.new_person)[persons],
        capacity=(problem.capacity - counts.runs)[runs],
        person_limit=(problem.person_limit - counts.persons)[persons],
        run_module=problem.run_module[runs],
        quota=problem.quota - counts.quota,
        instants=tuple(one for one in left if len(one) > 1),
    )


def plan_values(problem: SeatProblem, chosen: Array) -> Array:
    """Return the value of each level of a plan, counted in whole numbers."""
    values = problem.weights @ chosen.astype(np.int64)
    if "persons_with_measure" in problem.levels:
        served = np.unique(problem.arc_person[chosen])
        values[problem.levels.index("persons_with_measure")] = problem.new_person[served].sum()
    return np.asarray(values)
