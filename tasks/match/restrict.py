"""Parts of an assignment problem: what a plan takes, what it leaves, and the problem of that alone."""

from dataclasses import dataclass, replace

import numpy as np

from tasks.match.columns import Array
from tasks.match.problem import SeatProblem


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
