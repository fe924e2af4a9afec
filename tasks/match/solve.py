"""Exact lexicographic assignment: linear programs find it, whole numbers prove it.

Without overlaps the limits form a network, whose linear programs end in whole
numbers by themselves; sets of arcs that share a moment are cliques and keep that
nearly always. Each level is solved as a linear program on the optimal face of the
levels before: a column with a reduced cost, and a row with a dual price, are the
same in every optimum, so fixing them keeps all optima and drops all else. Where the
last corner is not whole, the few columns concerned are solved in whole numbers
(`tasks/match/finish.py`). Every value is counted again in integers.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy.sparse as sp
from scipy.optimize import linprog

from schemas.errors import StepFailed
from tasks.match.columns import Array
from tasks.match.finish import finish_whole
from tasks.match.model import Face, Model, build_model
from tasks.match.problem import SeatProblem

# Weights are whole numbers up to 65535, so true prices are far above this and noise far below.
PRICE_NOISE = 1e-4
WHOLE = 1e-6


@dataclass(frozen=True)
class SeatPlan:
    """Chosen arcs, and by level the value reached and the bound no plan can pass."""

    chosen: Array
    values: Array
    bounds: Array


def solve_exactly(problem: SeatProblem) -> SeatPlan:
    """Return the best plan, level by level, with the bound of each level.

    Equal plans are told apart by the order of arcs alone, which does not depend on
    the order of delivered rows.

    Raises:
        StepFailed: E630 when a solver stops without a proof.
    """
    levels = len(problem.levels)
    if not problem.size:
        return SeatPlan(np.zeros(0, dtype=bool), np.zeros(levels, np.int64), np.zeros(levels, np.int64))
    model = build_model(problem)
    corner, faces, bounds = optimal_corner(model, problem.levels)
    chosen = np.round(corner).astype(np.int64)
    broken = np.abs(corner - chosen) > WHOLE
    if broken.any():
        chosen, bounds = finish_whole(model, problem.levels, corner, faces, bounds)
    values = model.objectives @ chosen
    used = model.matrix @ chosen
    if (used > model.limit).any() or (values != bounds).any():
        raise StepFailed("E630", level="proof", status="values", size=problem.size)
    return SeatPlan(chosen[: problem.size].astype(bool), values, bounds)


def optimal_corner(model: Model, levels: tuple[str, ...]) -> tuple[Array, list[Face], Array]:
    """Return a corner that is optimal on every level, the face after each level, and each level's bound."""
    columns = model.matrix.shape[1]
    face = Face(np.ones(columns, dtype=bool), np.zeros(columns), model.equal)
    corner, faces, bounds = np.zeros(columns), [face], np.zeros(len(levels), dtype=np.int64)
    for place, level in enumerate(levels):
        objective = model.objectives[place]
        if objective[face.free].any():
            corner, face = _solve_level(model, face, objective, level)
        bounds[place] = int(np.floor(objective @ corner + WHOLE * max(1, np.abs(objective).max())))
        faces.append(face)
    return corner, faces, bounds


def _solve_level(model: Model, face: Face, objective: Array, level: str) -> tuple[Array, Face]:
    free = np.flatnonzero(face.free)
    part: Any = sp.csr_array(model.matrix[:, free])  # scipy's stubs know dense matrices only
    left = model.limit - model.matrix @ face.fixed
    at_most, equal = np.flatnonzero(~face.equal), np.flatnonzero(face.equal)
    result = linprog(
        -objective[free].astype(np.float64),
        A_ub=part[at_most],
        b_ub=left[at_most],
        A_eq=part[equal] if len(equal) else None,
        b_eq=left[equal] if len(equal) else None,
        bounds=(0, 1),
        method="highs-ds",
    )
    if result.status != 0 or result.x is None:
        raise StepFailed("E630", level=level, status=result.status, size=len(free))
    corner = face.fixed.copy()
    corner[free] = result.x
    settled_at_one = free[result.upper.marginals < -PRICE_NOISE]
    settled_at_zero = free[result.lower.marginals > PRICE_NOISE]
    still_free, fixed, tight = face.free.copy(), face.fixed.copy(), face.equal.copy()
    still_free[settled_at_one] = still_free[settled_at_zero] = False
    fixed[settled_at_one] = 1
    tight[at_most[np.abs(result.ineqlin.marginals) > PRICE_NOISE]] = True
    return corner, Face(still_free, fixed, tight)
