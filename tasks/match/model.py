"""The assignment problem as rows and columns of whole numbers."""

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from scipy.sparse.csgraph import connected_components

from tasks.match.columns import Array
from tasks.match.problem import SeatProblem


@dataclass(frozen=True)
class Face:
    """All plans that are optimal so far: free columns, values of the others, rows that hold with equality."""

    free: Array
    fixed: Array
    equal: Array


@dataclass(frozen=True)
class Model:
    """Columns 0 or 1: arcs, then persons (1: gets a first measure); rows: ``matrix @ x <= limit``.

    ``equal`` marks rows that hold with equality. ``objectives`` has one row a level.
    """

    matrix: sp.csr_array
    limit: Array
    equal: Array
    objectives: Array


def build_model(problem: SeatProblem) -> Model:
    """Return the limits of a problem as rows, and its levels as whole-number objectives."""
    arcs, persons = problem.size, len(problem.person_limit)
    needs = int(problem.arc_need.max()) + 1
    blocks = [
        _counted(problem.arc_need, np.ones(needs, dtype=np.int64)),
        _counted(problem.arc_run, problem.capacity),
        _counted(problem.arc_person, problem.person_limit),
    ]
    if len(problem.quota):
        blocks.append(_counted(problem.run_module[problem.arc_run], problem.quota))
    if problem.instants:
        rows = np.repeat(np.arange(len(problem.instants)), [len(one) for one in problem.instants])
        members = np.concatenate(problem.instants)
        shape = (len(problem.instants), arcs)
        blocks.append((sp.csr_array((np.ones(len(members)), (rows, members)), shape=shape), np.ones(shape[0])))
    seats = sp.vstack([sp.hstack([block, sp.csr_array((block.shape[0], persons))]) for block, _ in blocks])
    counted_persons = sp.hstack([-blocks[2][0], sp.eye_array(persons)])
    matrix = sp.csr_array(sp.vstack([seats, counted_persons]))
    limit = np.concatenate([*(block_limit for _, block_limit in blocks), np.zeros(persons)])
    return Model(matrix, limit, np.zeros(len(limit), dtype=bool), _objectives(problem))


def _counted(codes: Array, limit: Array) -> tuple[sp.csr_array, Array]:
    """Return one row a limit that counts the arcs with its code; code -1 is not counted."""
    arcs = np.flatnonzero(codes >= 0)
    return sp.csr_array((np.ones(len(arcs)), (codes[arcs], arcs)), shape=(len(limit), len(codes))), limit


def _objectives(problem: SeatProblem) -> Array:
    persons = np.zeros((len(problem.levels), len(problem.person_limit)), dtype=np.int64)
    for row, level in enumerate(problem.levels):
        if level == "persons_with_measure":
            persons[row] = problem.new_person
    return np.hstack([problem.weights, persons])


def restricted(model: Model, columns: Array, fixed: Array) -> Model:
    """Return the model of some columns while all others keep the whole numbers in ``fixed``."""
    others = fixed.copy()
    others[columns] = 0
    part = sp.csr_array(model.matrix[:, columns])
    rows = np.flatnonzero(np.diff(part.indptr))
    left = model.limit[rows] - (model.matrix[rows] @ others)
    return Model(sp.csr_array(part[rows]), left, model.equal[rows], model.objectives[:, columns])


def components(model: Model, columns: Array, fixed: Array) -> list[Array]:
    """Split free columns into connected components; a limit that can never bind connects nothing."""
    part = restricted(model, columns, fixed)
    most = sp.csr_array(part.matrix.maximum(0)).sum(axis=1)
    binding = sp.csr_array(part.matrix[np.flatnonzero((most > part.limit) | part.equal)])
    rows, count = binding.shape
    entries = binding.tocoo()
    ones = np.ones(entries.nnz)
    links = sp.csr_array((ones, (entries.row, entries.col + rows)), shape=(rows + count, rows + count))
    labels = connected_components(links, directed=False)[1][rows:]
    by_label = np.argsort(labels, kind="stable")
    return [columns[one] for one in np.split(by_label, np.flatnonzero(np.diff(labels[by_label])) + 1)]
