"""The plan of a county beyond `MOST_EXACT` arcs: the network's best plan, and overlaps taken back.

Without overlaps the network's plan is the best on every level. With them no plan is
better than it, level by level: where a plan reaches its value on the first levels, those are proven, and
the next level's value in the network is a bound. Of the seats that overlap a person keeps the
one the levels weigh most; what that leaves free is shared out exactly beside the rest. Then
the needs that lost a seat get another chance: the runs they fit are shared out anew,
while whoever holds several seats keeps them, and the better plan of the two stands.
"""

import numpy as np

from tasks.match.batches import loose_bounds, solve_in_batches
from tasks.match.columns import Array
from tasks.match.network import best_flow, is_overlapping
from tasks.match.problem import SeatProblem
from tasks.match.restrict import arcs_beside, part_of, plan_values
from tasks.match.solve import SeatPlan, solve_exactly

MOST_EXACT = 100_000
"""Arcs up to which a plan is solved as one whole."""
ROUNDS, MOST_AGAIN = 20, 500_000
"""How often, and with how many arcs at most, lost needs get another chance."""


def solve_any_size(problem: SeatProblem) -> SeatPlan:
    """Return the best plan with its proof, or beyond `MOST_EXACT` arcs a plan with a bound (see `bounds_beside`)."""
    return solve_exactly(problem) if problem.size <= MOST_EXACT else solve_as_network(problem)


def solve_as_network(problem: SeatProblem) -> SeatPlan:
    """Return a plan that keeps every limit: the network's, where nobody sits in two places the best there is."""
    best = best_flow(problem)
    chosen = _taken_back(problem, best)
    for _ in range(ROUNDS):
        again = _another_chance(problem, chosen, best)
        if tuple(plan_values(problem, again)) <= tuple(plan_values(problem, chosen)):
            break
        chosen = again
    values = plan_values(problem, chosen)
    return SeatPlan(chosen, values, bounds_beside(problem, values, plan_values(problem, best)))


def _taken_back(problem: SeatProblem, best: Array) -> Array:
    """Return a plan of the network without its overlaps, and what is left free shared out beside it."""
    chosen = without_overlaps(problem, best)
    if (chosen != best).any():
        rest = arcs_beside(problem, chosen)
        part = part_of(problem, rest, chosen)
        solve = solve_exactly if part.size <= MOST_EXACT else solve_in_batches
        chosen[rest] = solve(part).chosen
    return chosen


def _another_chance(problem: SeatProblem, chosen: Array, best: Array) -> Array:
    """Return a plan in which the runs of the needs that lost their seat are shared out anew."""
    served = np.zeros(int(problem.arc_need.max()) + 1, dtype=bool)
    served[problem.arc_need[chosen]] = True
    lost = np.flatnonzero(best & ~served[problem.arc_need])
    wanted = _runs_of(problem, lost[np.lexsort(-problem.weights[::-1][:, lost])])
    seats = np.bincount(problem.arc_person[chosen], minlength=len(problem.person_limit))
    kept: Array = chosen & ~(wanted[problem.arc_run] & (seats[problem.arc_person] == 1))
    rest = arcs_beside(problem, kept)
    again = kept.copy()
    if rest.any():
        part = part_of(problem, rest, kept)
        again[rest] = _taken_back(part, best_flow(part))
    return again


def _runs_of(problem: SeatProblem, lost: Array) -> Array:
    """Mark the runs that the needs of these arcs fit, the first needs first, as long as few enough arcs lie on them."""
    order = np.full(int(problem.arc_need.max()) + 1, len(lost), dtype=np.int64)
    order[problem.arc_need[lost]] = np.arange(len(lost))
    first = np.full(len(problem.capacity), len(lost), dtype=np.int64)
    np.minimum.at(first, problem.arc_run, order[problem.arc_need])
    runs = np.argsort(first, kind="stable")
    many = np.cumsum(np.bincount(problem.arc_run, minlength=len(runs))[runs]) > MOST_AGAIN
    marks = np.zeros(len(runs), dtype=bool)
    marks[runs] = (first[runs] < len(lost)) & ~many
    return marks


def without_overlaps(problem: SeatProblem, chosen: Array) -> Array:
    """Return the plan less the seats that overlap with another of the person's that weighs more."""
    kept = chosen.copy()
    over = [problem.instants[one] for one in np.flatnonzero(is_overlapping(problem.instants, chosen))]
    weighed = np.lexsort((np.arange(problem.size), *(-problem.weights[::-1])))
    place = np.empty(problem.size, dtype=np.int64)
    place[weighed] = np.arange(problem.size)
    for instant in over:
        seats = instant[kept[instant]]
        if len(seats) > 1:
            kept[seats[np.argsort(place[seats])[1:]]] = False
    return kept


def bounds_beside(problem: SeatProblem, values: Array, best: Array) -> Array:
    """Return what no plan passes on each level, given the levels before.

    Up to the first level that misses the network's value that value is the bound, which
    proves the levels that reach it; after it every need's own best is all that is known.
    """
    first = int(np.argmax(values != best)) if (values != best).any() else len(values)
    loose = np.maximum(loose_bounds(problem), values)
    return np.asarray(np.where(np.arange(len(values)) <= first, best, loose))
