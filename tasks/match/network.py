"""The assignment problem without overlaps as a network, and its cheapest flow level by level.

A person sends one unit a measure to needs, a need one unit to a run, a run its seats
(through its module where a quota holds) to the sink; a unit that finds no seat goes
straight to the sink. Levels stand on the arcs as whole-number costs, so each optimum is
whole. Several levels share one cost where that provably fits: the upper one is multiplied
by more than the lower ones can differ between two plans. OR-tools finds the flow; that it
is the cheapest is proven here, by whole-number potentials under which no arc with room
has a reduced cost below zero. Arcs with another reduced cost than zero are the same in every
cheapest flow: fixing them keeps all optima and drops all else.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from schemas.errors import StepFailed
from tasks.match.columns import Array
from tasks.match.problem import SeatProblem

SAFE = 2**60
"""OR-tools multiplies costs by the number of nodes; beyond this a cost does not fit its 64 bits."""


@dataclass(frozen=True)
class Network:
    """Arcs of a flow, those of the problem first; ``costs`` has one row a level, less is better; supplies sum to 0."""

    tail: Array
    head: Array
    capacity: Array
    costs: Array
    supply: Array


@dataclass(frozen=True)
class Face:
    """All cheapest flows so far: arcs that are still free, and the flow of the others."""

    free: Array
    fixed: Array


def best_flow(problem: SeatProblem) -> Array:
    """Return the marks of a plan that is lexicographically best where overlaps are allowed.

    Equal plans are told apart by the order of arcs alone.

    Raises:
        StepFailed: E630 when the flow is not proven cheapest.
    """
    network = build_network(problem)
    face = Face(np.ones(len(network.tail), dtype=bool), np.zeros(len(network.tail), dtype=np.int64))
    flow = face.fixed
    for group, cost in packed_levels(problem, network):
        flow, face = _cheapest(network, face, cost, problem.levels[group[0]])
    return np.asarray(flow[: problem.size] > 0)


def build_network(problem: SeatProblem) -> Network:
    """Return the network; nodes: persons (with their only need), needs of the others, runs, modules, sink."""
    needs, persons, runs = int(problem.arc_need.max()) + 1, len(problem.person_limit), len(problem.capacity)
    owner = np.zeros(needs, dtype=np.int64)
    owner[problem.arc_need] = problem.arc_person
    count = np.bincount(owner, minlength=persons)
    several = np.flatnonzero(count[owner] > 1)
    need_node = owner.copy()
    need_node[several] = persons + np.arange(len(several))
    run_node = persons + len(several) + np.arange(runs)
    module_node = persons + len(several) + runs + np.arange(len(problem.quota))
    sink = persons + len(several) + runs + len(problem.quota)
    way_out = np.append(module_node, sink)[problem.run_module]  # module -1: no quota
    units = np.minimum(problem.person_limit, count)
    rows = (
        (need_node[problem.arc_need], run_node[problem.arc_run], np.ones(problem.size, dtype=np.int64)),
        (np.arange(persons), np.full(persons, sink), np.minimum(units, 1)),  # the unit without which nobody is served
        (np.arange(persons), np.full(persons, sink), np.maximum(units - 1, 0)),
        (owner[several], need_node[several], np.ones(len(several), dtype=np.int64)),
        (run_node, way_out, problem.capacity),
        (module_node, np.full(len(module_node), sink), problem.quota),
    )
    tail, head, capacity = (np.concatenate(column).astype(np.int64) for column in zip(*rows, strict=True))
    costs = np.zeros((len(problem.levels), len(tail)), dtype=np.int64)
    costs[:, : problem.size] = -problem.weights
    if "persons_with_measure" in problem.levels:
        unserved = slice(problem.size, problem.size + persons)
        costs[problem.levels.index("persons_with_measure"), unserved] = problem.new_person
    supply = np.zeros(sink + 1, dtype=np.int64)
    supply[:persons], supply[sink] = units, -units.sum()
    return Network(tail, head, capacity, costs, supply)


def packed_levels(problem: SeatProblem, network: Network) -> list[tuple[list[int], Array]]:
    """Join neighbouring levels in one cost as long as it fits; levels on which nothing counts are left out."""
    most = SAFE // len(network.supply)
    packs: list[tuple[list[int], Array]] = []
    for level in range(len(problem.levels)):
        own = network.costs[level]
        if not own.any():
            continue
        if packs:
            group, cost = packs[-1]
            step = _most_apart(problem, level) + 1
            if int(np.abs(cost).max()) * step + int(np.abs(own).max()) <= most:
                packs[-1] = ([*group, level], cost * step + own)
                continue
        packs.append(([level], own))
    return packs


def _most_apart(problem: SeatProblem, level: int) -> int:
    """Return a number that the values of two plans on a level never differ by more than."""
    if problem.levels[level] == "persons_with_measure":
        return int(problem.new_person.sum())
    seats = int(problem.capacity.sum())
    total = 0
    for weights in (problem.weights[level], -problem.weights[level]):
        best = np.zeros(int(problem.arc_need.max()) + 1, dtype=np.int64)
        np.maximum.at(best, problem.arc_need, weights)
        total += int(np.sort(best)[::-1][:seats].sum())
    return total


def _cheapest(network: Network, face: Face, cost: Array, level: str) -> tuple[Array, Face]:
    free = np.flatnonzero(face.free)
    supply = network.supply.copy()
    np.subtract.at(supply, network.tail, face.fixed)
    np.add.at(supply, network.head, face.fixed)
    tail, head, capacity, cost = network.tail[free], network.head[free], network.capacity[free], cost[free]
    part = _solved(tail, head, capacity, cost, supply, level)
    price = _prices(tail, head, cost, part < capacity, part > 0, len(supply))
    reduced = cost + price[tail] - price[head]
    balance = np.bincount(tail, part, len(supply)) - np.bincount(head, part, len(supply))
    if (
        (part < 0).any()
        or (part > capacity).any()
        or (balance != supply).any()
        or (reduced[part < capacity] < 0).any()
        or (reduced[part > 0] > 0).any()
    ):
        raise StepFailed("E630", level=level, status="no proof", size=len(free))
    flow = face.fixed.copy()
    flow[free] = part
    still, fixed = face.free.copy(), face.fixed.copy()
    settled = free[reduced != 0]
    still[settled], fixed[settled] = False, flow[settled]
    return flow, Face(still, fixed)


def _solved(tail: Array, head: Array, capacity: Array, cost: Array, supply: Array, level: str) -> Array:
    from ortools.graph.python import min_cost_flow  # 60 MB of library: only a large county pays for it

    solver = min_cost_flow.SimpleMinCostFlow()
    solver.add_arcs_with_capacity_and_unit_cost(tail, head, capacity, cost)
    solver.set_nodes_supplies(np.arange(len(supply)), supply)
    status = solver.solve()
    if status != solver.OPTIMAL:
        raise StepFailed("E630", level=level, status=status.name, size=len(tail))
    return np.asarray(solver.flows(np.arange(len(tail))), dtype=np.int64)


def _prices(tail: Array, head: Array, cost: Array, has_room: Array, is_used: Array, nodes: int) -> Array:
    """Return the cheapest way to each node over arcs with room (Bellman and Ford, all arcs at once a round)."""
    begin = np.concatenate([tail[has_room], head[is_used]])
    end = np.concatenate([head[has_room], tail[is_used]])
    step = np.concatenate([cost[has_room], -cost[is_used]])
    order = np.argsort(end, kind="stable")
    begin, end, step = begin[order], end[order], step[order]
    firsts = np.flatnonzero(np.append(True, end[1:] != end[:-1]))
    reached = end[firsts]
    price = np.zeros(nodes, dtype=np.int64)
    for _ in range(nodes):
        cheaper = np.minimum(price[reached], np.minimum.reduceat(price[begin] + step, firsts))
        if (cheaper == price[reached]).all():
            break
        price[reached] = cheaper
    return price


def is_overlapping(instants: Sequence[Array], chosen: Array) -> Array:
    """Mark the instants at which a plan sets a person on two seats."""
    if not instants:
        return np.zeros(0, dtype=bool)
    lengths = np.array([len(one) for one in instants])
    taken = np.add.reduceat(chosen[np.concatenate(instants)].astype(np.int64), np.cumsum(lengths) - lengths)
    return np.asarray(taken > 1)
