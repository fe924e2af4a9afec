"""Which part of the plan a night has to solve anew, and which part stands as it is.

Persons that compete for the same scarce run form a component. A component whose arcs,
limits and weights are those of the last night, and whose proposals are all still out for
decision, keeps its plan without a solve. Why that is exact: only waiting days and the
marks of kept proposals have changed in it. Levels above ``proposals_kept`` count neither
(else everything is solved), so the old plan is still best there, and it keeps all
proposals. Only a plan that contains it could keep as many; but one seat more would have
raised the sum of priorities last night and lowered nothing above it. So it is the only best.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
import scipy.sparse as sp
from scipy.sparse.csgraph import connected_components

from config.matching_order import MatchingOrder
from tasks.match.columns import Array
from tasks.match.problem import SeatProblem

_STEADY = frozenset({"priority_one_served", "persons_with_measure", "priority_sum", "distance", "lottery"})
_NEVER_LOWERED = frozenset({"priority_one_served", "proposals_kept", "persons_with_measure", "waiting_days", "lottery"})


def can_stand(levels: Sequence[str]) -> bool:
    """Tell whether the order of levels allows a component to keep its plan unsolved (see the module)."""
    if "proposals_kept" not in levels or "priority_sum" not in levels:
        return False
    above_kept = levels[: levels.index("proposals_kept")]
    above_sum = levels[: levels.index("priority_sum")]
    return set(above_kept) <= _STEADY and set(above_sum) <= _NEVER_LOWERED


def component_of_arcs(problem: SeatProblem) -> Array:
    """Return the component of each arc; a run or quota that all its arcs fit in connects nobody."""
    if not problem.size:
        return np.zeros(0, dtype=np.int64)
    persons, runs = len(problem.person_limit), len(problem.capacity)
    arcs = np.flatnonzero(is_scarce(problem)[problem.arc_run])
    links = [(problem.arc_person[arcs], persons + problem.arc_run[arcs])]
    module = problem.run_module[problem.arc_run]
    limited = np.flatnonzero(module >= 0)
    links.append((problem.arc_person[limited], persons + runs + module[limited]))
    one, other = (np.concatenate(side) for side in zip(*links, strict=True))
    size = persons + runs + len(problem.quota)
    graph = sp.csr_array((np.ones(len(one)), (one, other)), shape=(size, size))
    labels = connected_components(graph, directed=False)[1]
    return np.asarray(labels[problem.arc_person])


def is_scarce(problem: SeatProblem) -> Array:
    """Mark runs with fewer seats than arcs."""
    asked = np.bincount(problem.arc_run, minlength=len(problem.capacity))
    return np.asarray(asked > problem.capacity)


def component_marks(problem: SeatProblem, arcs: pd.DataFrame, chosen: Array, order: MatchingOrder) -> pd.DataFrame:
    """Return for each component of arcs its label, the hash of what it is, and the hash of its plan.

    Args:
        arcs: need_id, offer_id, run_id of each arc of the problem, in its order.
        chosen: marks of the arcs of a plan.
    """
    names = ["label", "component", "plan"]
    if not problem.size:
        return pd.DataFrame(columns=names)
    labels = component_of_arcs(problem)
    head = repr((order.levels, problem.quota.tolist()))
    spoken = _spoken_arcs(problem, arcs)
    groups = [("a", labels, spoken)]
    if problem.instants:
        own = labels[[int(one[0]) for one in problem.instants]]
        groups.append(("i", own, _spoken_instants(problem, arcs)))
    parts: dict[int, list[str]] = {}
    for sort, owners, words in groups:
        for label, word in zip(owners.tolist(), words, strict=True):
            parts.setdefault(label, []).append(sort + word)
    plans: dict[int, list[str]] = {label: [] for label in parts}
    keys = _keys(arcs)
    for arc in np.flatnonzero(chosen).tolist():
        plans[int(labels[arc])].append(keys[arc])
    rows = [(label, _hash(head, *sorted(words)), _hash(*sorted(plans[label]))) for label, words in parts.items()]
    return pd.DataFrame(rows, columns=names)


def standing_arcs(
    problem: SeatProblem, arcs: pd.DataFrame, order: MatchingOrder, remembered: Mapping[str, str]
) -> Array:
    """Mark the arcs of components that keep the plan they had, ``remembered`` by the hash of what they are."""
    if not remembered or not can_stand(order.levels):
        return np.zeros(problem.size, dtype=bool)
    kept = arcs["kept"].to_numpy(dtype=bool)
    marks = component_marks(problem, arcs, kept, order)
    same = [remembered.get(one) == plan for one, plan in zip(marks["component"], marks["plan"], strict=True)]
    return np.asarray(np.isin(component_of_arcs(problem), marks.loc[same, "label"].to_numpy(dtype=np.int64)))


def part_of(problem: SeatProblem, wanted: Array) -> SeatProblem:
    """Return the problem of some arcs alone; they must be whole components."""
    rows = np.flatnonzero(wanted)
    place = np.full(problem.size, -1, dtype=np.int64)
    place[rows] = np.arange(len(rows))
    persons, person = np.unique(problem.arc_person[rows], return_inverse=True)
    runs, run = np.unique(problem.arc_run[rows], return_inverse=True)
    return replace(
        problem,
        arc_need=np.unique(problem.arc_need[rows], return_inverse=True)[1],
        arc_person=person,
        arc_run=run,
        weights=problem.weights[:, rows],
        new_person=problem.new_person[persons],
        capacity=problem.capacity[runs],
        person_limit=problem.person_limit[persons],
        run_module=problem.run_module[runs],
        instants=tuple(place[one] for one in problem.instants if wanted[one[0]]),
    )


def plan_values(problem: SeatProblem, chosen: Array) -> Array:
    """Return the value of each level of a plan, counted in whole numbers."""
    values = problem.weights @ chosen.astype(np.int64)
    if "persons_with_measure" in problem.levels:
        served = np.unique(problem.arc_person[chosen])
        values[problem.levels.index("persons_with_measure")] = problem.new_person[served].sum()
    return np.asarray(values)


def _keys(arcs: pd.DataFrame) -> list[str]:
    return ["|".join(key) for key in zip(arcs["need_id"], arcs["offer_id"], arcs["run_id"], strict=True)]


def _spoken_arcs(problem: SeatProblem, arcs: pd.DataFrame) -> list[str]:
    steady = [row for row, level in enumerate(problem.levels) if level not in ("proposals_kept", "waiting_days")]
    scarce = is_scarce(problem)
    seats = np.where(scarce, problem.capacity, -1)[problem.arc_run]
    module = problem.run_module[problem.arc_run]
    first = problem.new_person[problem.arc_person]
    most = problem.person_limit[problem.arc_person]
    facts = [*(problem.weights[row] for row in steady), seats, module, first, most]
    return [
        f"{key}|{numbers}"
        for key, numbers in zip(_keys(arcs), zip(*(one.tolist() for one in facts), strict=True), strict=True)
    ]


def _spoken_instants(problem: SeatProblem, arcs: pd.DataFrame) -> list[str]:
    keys = _keys(arcs)
    return ["&".join(sorted(keys[arc] for arc in one.tolist())) for one in problem.instants]


def _hash(*words: str) -> str:
    return hashlib.sha256("\n".join(words).encode()).hexdigest()[:24]
