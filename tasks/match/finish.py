"""Whole numbers where a linear program ends between them."""

from collections.abc import Sequence

import numpy as np
import scipy.sparse as sp
from scipy.optimize import Bounds, LinearConstraint, milp

from schemas.errors import StepFailed
from tasks.match.columns import Array
from tasks.match.model import Face, Model, components, restricted

SECONDS = 600.0
NO_PLAN = 2


def finish_whole(
    model: Model, levels: tuple[str, ...], corner: Array, faces: Sequence[Face], bounds: Array
) -> tuple[Array, Array]:
    """Return a whole plan that is lexicographically best, and each level's proven bound.

    From the last face backwards: on the first face whose broken components have whole
    plans, all levels up to it keep the bound of their linear program, and the levels
    after it are solved in whole numbers on these components alone.

    Args:
        corner: optimal corner, not whole everywhere. faces: before level 1, after level 1, ….
        bounds: by level, of the linear programs.
    """
    for place in range(len(levels), -1, -1):
        found = _finish_on(model, levels, corner, faces[place], place)
        if found is not None:
            proven = bounds.copy()
            proven[place:] = (model.objectives @ found)[place:]
            return found, proven
    raise StepFailed("E630", level=levels[0], status=NO_PLAN, size=len(corner))


def _finish_on(model: Model, levels: tuple[str, ...], corner: Array, face: Face, place: int) -> Array | None:
    whole = np.round(corner).astype(np.int64)
    broken = np.abs(corner - whole) > 1e-6
    held = Model(model.matrix, model.limit, face.equal, model.objectives)
    free = np.flatnonzero(face.free)
    for columns in components(held, free, face.fixed.astype(np.int64)):
        if not broken[columns].any():
            continue
        part = restricted(held, columns, whole)
        chosen = solve_component(part, levels, place)
        if chosen is None:
            return None
        whole[columns] = chosen
    return whole


def solve_component(part: Model, levels: tuple[str, ...], first: int = 0) -> Array | None:
    """Solve levels ``first`` and later in whole numbers, each fixed before the next; None without a plan."""
    matrix, limit, equal = part.matrix, part.limit, part.equal
    chosen = _solve_whole(matrix, limit, equal, np.zeros(matrix.shape[1], dtype=np.int64), "plan")
    for place in range(first, len(levels)):
        objective = part.objectives[place]
        if chosen is None or not objective.any():
            continue
        chosen = _solve_whole(matrix, limit, equal, objective, levels[place])
        if chosen is not None:
            matrix = sp.csr_array(sp.vstack([matrix, sp.csr_array(-objective[None, :])]))
            limit, equal = np.append(limit, -(objective @ chosen)), np.append(equal, False)
    return chosen


def _solve_whole(matrix: sp.csr_array, limit: Array, equal: Array, objective: Array, level: str) -> Array | None:
    result = milp(
        -objective.astype(np.float64),
        integrality=np.ones(len(objective), dtype=np.int64),
        bounds=Bounds(0, 1),
        constraints=LinearConstraint(matrix, np.where(equal, limit, -np.inf), limit),
        options={"mip_rel_gap": 0.0, "time_limit": SECONDS},
    )
    if result.status == NO_PLAN:
        return None
    if result.status != 0 or result.x is None:
        raise StepFailed("E630", level=level, status=result.status, size=len(objective))
    chosen = np.round(result.x).astype(np.int64)
    if (matrix @ chosen > limit).any():
        raise StepFailed("E630", level=level, status="rounding", size=len(objective))
    return np.asarray(chosen)
