"""Exact lexicographic assignment: one whole-number solve a connected component and level.

Each level is solved to its proven optimum, then held while the next one is solved.
Components share neither person, run nor quota, so their optima add up.
"""

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse.csgraph import connected_components

from schemas.errors import StepFailed
from tasks.match.columns import Array
from tasks.match.problem import SeatProblem


@dataclass(frozen=True)
class SeatPlan:
    """Chosen arcs, and by level the value reached and the bound no plan can pass."""

    chosen: Array
    values: Array
    bounds: Array


@dataclass(frozen=True)
class Model:
    """Columns: arcs, then persons without a seat yet; rows: all limits, ``matrix @ x <= limit``."""

    matrix: sp.csr_array
    limit: Array
    objectives: Array


def build_model(problem: SeatProblem) -> Model:
    """Return the limits of a problem as rows, and its levels as whole-number objectives."""
    arcs, persons = problem.size, len(problem.person_limit)
    ones, columns = np.ones(arcs), np.arange(arcs)
    blocks = [
        (sp.csr_array((ones, (problem.arc_need, columns))), np.ones(int(problem.arc_need.max()) + 1)),
        (sp.csr_array((ones, (problem.arc_run, columns))), problem.capacity),
        (sp.csr_array((ones, (problem.arc_person, columns))), problem.person_limit),
    ]
    if len(problem.quota):
        module = problem.run_module[problem.arc_run]
        counted = np.flatnonzero(module >= 0)
        shape = (len(problem.quota), arcs)
        blocks.append((sp.csr_array((ones[counted], (module[counted], counted)), shape=shape), problem.quota))
    if problem.instants:
        rows = np.repeat(np.arange(len(problem.instants)), [len(one) for one in problem.instants])
        members = np.concatenate(problem.instants)
        shape = (len(problem.instants), arcs)
        blocks.append((sp.csr_array((np.ones(len(members)), (rows, members)), shape=shape), np.ones(shape[0])))
    seats = sp.vstack([sp.hstack([block, sp.csr_array((block.shape[0], persons))]) for block, _ in blocks])
    counted_persons = sp.hstack([-blocks[2][0], sp.eye_array(persons)])
    matrix = sp.csr_array(sp.vstack([seats, counted_persons]))
    limit = np.concatenate([*(block_limit for _, block_limit in blocks), np.zeros(persons)])
    return Model(matrix, limit, _objectives(problem))


def _objectives(problem: SeatProblem) -> Array:
    persons = np.zeros((len(problem.levels), len(problem.person_limit)), dtype=np.int64)
    for row, level in enumerate(problem.levels):
        if level == "persons_with_measure":
            persons[row] = problem.new_person
    return np.hstack([problem.weights, persons])


def solve_exactly(problem: SeatProblem) -> SeatPlan:
    """Return the best plan, level by level; equal plans are told apart by the order of arcs alone.

    Raises:
        StepFailed: E630 when the solver stops without a proof.
    """
    levels = len(problem.levels)
    if not problem.size:
        return SeatPlan(np.zeros(0, dtype=bool), np.zeros(levels, np.int64), np.zeros(levels, np.int64))
    model = build_model(problem)
    chosen = np.zeros(model.matrix.shape[1], dtype=bool)
    bounds = np.zeros(levels, dtype=np.int64)
    for columns in components(model):
        part, part_bounds = _solve_component(model, columns, problem.levels)
        chosen[columns] = part
        bounds += part_bounds
    return SeatPlan(chosen[: problem.size], model.objectives @ chosen.astype(np.int64), bounds)


def components(model: Model) -> list[Array]:
    """Return the columns of each connected component; a limit that can never bind connects nothing."""
    most = model.matrix.maximum(0).sum(axis=1)
    binding = sp.csr_array(model.matrix[np.flatnonzero(most > model.limit)])
    rows, count = binding.shape
    entries = binding.tocoo()
    links = sp.csr_array((np.ones(entries.nnz), (entries.row, entries.col + rows)), shape=(rows + count, rows + count))
    labels = connected_components(links, directed=False)[1][rows:]
    by_label = np.argsort(labels, kind="stable")
    return np.split(by_label, np.flatnonzero(np.diff(labels[by_label])) + 1)


def _solve_component(model: Model, columns: Array, levels: tuple[str, ...]) -> tuple[Array, Array]:
    part = model.matrix[:, columns]
    rows = np.flatnonzero(np.diff(part.indptr))
    matrix, limit = sp.csr_array(part[rows]), model.limit[rows]
    objectives = model.objectives[:, columns]
    bounds = np.zeros(len(levels), dtype=np.int64)
    chosen = np.zeros(len(columns), dtype=bool)
    for place, level in enumerate(levels):
        objective = objectives[place]
        if objective.any():
            chosen = _solve_level(matrix, limit, objective, level)
        bounds[place] = int(objective @ chosen)
        matrix = sp.csr_array(sp.vstack([matrix, sp.csr_array(-objective[None, :])]))
        limit = np.append(limit, -bounds[place])
    return chosen, bounds


def _solve_level(matrix: sp.csr_array, limit: Array, objective: Array, level: str) -> Array:
    result = milp(
        -objective.astype(np.float64),
        integrality=np.ones(len(objective), dtype=np.int64),
        bounds=Bounds(0, 1),
        constraints=LinearConstraint(matrix, -np.inf, limit),
        options={"mip_rel_gap": 0.0},
    )
    if result.status != 0 or result.x is None:
        raise StepFailed("E630", level=level, status=result.status, size=len(objective))
    chosen = np.asarray(np.round(result.x) > 0, dtype=bool)
    if (matrix @ chosen.astype(np.int64) > limit).any():
        raise StepFailed("E630", level=level, status="rounding", size=len(objective))
    return chosen
