"""What is too large for one whole: the plan in batches of needs, each batch exact on the seats left.

The levels of the order say which needs come first (shipped: urgent ones, then one need a
person, then priority and waiting), so what weighs most is decided while all seats are
free. Nothing is claimed: the bound of each level counts every need at its own best, and
value and bound stand side by side in the table.
"""

import numpy as np

from tasks.match.columns import Array
from tasks.match.problem import SeatProblem
from tasks.match.restrict import arcs_beside, part_of, plan_values
from tasks.match.solve import SeatPlan, solve_exactly

BATCH = 40_000


def solve_in_batches(problem: SeatProblem) -> SeatPlan:
    """Return a plan that keeps every limit, and by level a bound that no plan passes; ties go by the order of needs."""
    chosen = np.zeros(problem.size, dtype=bool)
    batch_of_need = need_batches(problem)
    for batch in range(int(batch_of_need.max()) + 1):
        wanted = arcs_beside(problem, chosen) & (batch_of_need[problem.arc_need] == batch)
        chosen[wanted] = solve_exactly(part_of(problem, wanted, chosen)).chosen
    return SeatPlan(chosen, plan_values(problem, chosen), loose_bounds(problem))


def need_batches(problem: SeatProblem) -> Array:
    """Return the batch of each need: the levels' own weights in their order, arcs of a need together."""
    best = np.full((len(problem.levels), int(problem.arc_need.max()) + 1), np.iinfo(np.int64).min)
    for level, weights in enumerate(problem.weights):
        np.maximum.at(best[level], problem.arc_need, weights)
    if "persons_with_measure" in problem.levels:  # one need a person before anybody's second
        best[problem.levels.index("persons_with_measure")] = _first_needs(problem, np.lexsort(-best[::-1]))
    order = np.lexsort(-best[::-1])
    arcs = np.bincount(problem.arc_need)[order]
    batches = np.empty(len(order), dtype=np.int64)
    batches[order] = (np.cumsum(arcs) - arcs) // BATCH
    return batches


def _first_needs(problem: SeatProblem, order: Array) -> Array:
    """Mark the first need, in the order given, of each person without a measure."""
    person_of = np.zeros(len(order), dtype=np.int64)
    person_of[problem.arc_need] = problem.arc_person
    first = np.zeros(len(order), dtype=np.int64)
    first[order[np.unique(person_of[order], return_index=True)[1]]] = 1
    return first * problem.new_person[person_of]


def loose_bounds(problem: SeatProblem) -> Array:
    """Return by level the sum of every need's best, or the persons who could be served; no plan passes it."""
    bounds = []
    for level, weights in zip(problem.levels, problem.weights, strict=True):
        if level == "persons_with_measure":
            bounds.append(int(problem.new_person[np.unique(problem.arc_person)].sum()))
            continue
        best = np.zeros(int(problem.arc_need.max()) + 1, dtype=np.int64)
        np.maximum.at(best, problem.arc_need, weights)
        bounds.append(int(best.sum()))
    return np.array(bounds, dtype=np.int64)
