"""The short way to a night's plan: what is out for decision stays, and only what lies beside it is solved.

Why that is exact: on the optimal plans of the levels above ``proposals_kept``, that level
is highest where every open proposal is kept. So where the plan that keeps them all reaches
the bound of each level above, every best plan keeps them all, and the best plan beside
them is the best plan at all. Where it does not (a seat is gone, an urgent need claims
one), everything is solved. Beside the kept ones stand needs without a proposal and runs with a seat left.
"""

import numpy as np

from tasks.match.columns import Array
from tasks.match.large import solve_any_size
from tasks.match.model import build_model
from tasks.match.problem import SeatProblem
from tasks.match.restrict import arcs_beside, fits, part_of, plan_values
from tasks.match.solve import SeatPlan, optimal_corner

KEPT, URGENT = "proposals_kept", "priority_one_served"


def solve_beside_kept(problem: SeatProblem, kept: Array) -> tuple[SeatPlan, float]:
    """Return the best plan, and the part of the arcs that was solved for it.

    Args:
        problem: arcs and limits. kept: marks of the arcs that are out for decision.
    """
    if kept.any() and KEPT in problem.levels and fits(problem, kept):
        free = arcs_beside(problem, kept)
        found = solve_any_size(part_of(problem, free, kept))
        chosen = kept.copy()
        chosen[free] = found.chosen
        values = plan_values(problem, chosen)
        above = problem.levels.index(KEPT)
        if _is_highest(problem, above, values):
            return SeatPlan(chosen, values, _bounds(problem, found, values, above)), float(free.mean())
    return solve_any_size(problem), 1.0


def _bounds(problem: SeatProblem, found: SeatPlan, values: Array, above: int) -> Array:
    """Return the bounds of a plan beside kept ones: its values, and below the kept level what the part left open."""
    open_by = found.bounds - found.values
    return values + np.where(np.arange(len(problem.levels)) > above, open_by, 0)


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
