"""Additive controlled rounding of one (period, mode) as an integer programme.

Each count becomes one of the two multiples of the base around it (an exact
multiple, zero included, stays: a published 0 already stands for 0 to base - 1,
so it says nothing). Hard rules: members add up to one rounded total per quantity,
the same in every dimension; placed + both = new + regular; subsets stay subsets;
a value stays while its truth stands. Sometimes no rounding does all that: then as few
cells as possible wait, never one alone in a line or in placed + both = new + regular,
for it would follow from the others.
Then, each before the next: no member above the exact total that stands beside it (that
would tell more than the rounding), one truth has one value in linked tables,
and the distance to the truth is as small as it can be. Ties go by a stable hash,
so the same figures give the same release on every machine.
Source: Salazar-Gonzalez, Lowthian, Young, Merola, Bond and Brown (2004), "Getting the best results in
controlled rounding with the least effort", PSD 2004, LNCS 3050.
"""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

from tasks.publish.disclosure.quantities import IDENTITY, NESTED, NOT_ADDITIVE, ROUNDED_TOTAL, TOTAL, Cell, Table

# Weights of the soft rules; each outweighs all that follows it for some hundred cells.
ABOVE_TOTAL = 1e3
WAITS = 2e3
ONE_VALUE = 30.0
STAYS = 20.0


@dataclass
class Wishes:
    """What the rounding should keep or avoid: cell -> rounded count; ``hide``: cells that wait in any case."""

    keep: dict[Cell, int] = field(default_factory=dict)
    same: dict[Cell, int] = field(default_factory=dict)
    stay: dict[Cell, int] = field(default_factory=dict)
    forbid: set[tuple[Cell, int]] = field(default_factory=set)
    hide: set[Cell] = field(default_factory=set)


class Rounding(NamedTuple):
    """Rounded count by cell (rounded totals under :func:`total_cell`) and the cells that wait."""

    counts: dict[Cell, int]
    waiting: frozenset[Cell]


def total_cell(quantity: str) -> Cell:
    """Return the cell that stands for the rounded total of a quantity."""
    return Cell(quantity, TOTAL, ROUNDED_TOTAL)


def round_table(table: Table, base: int, wishes: Wishes, time_limit: float) -> Rounding | None:
    """Round one table; None when no rounding keeps all hard rules or time is up."""
    problem = _problem(table, base, wishes)
    for kept in (wishes.keep, {cell: value for cell, value in wishes.keep.items() if cell.dimension != TOTAL}):
        choosers, rows = _waiting_rules(table, problem, kept, wishes.hide, base)
        width, extra = len(problem.cells), len(choosers)
        forced = np.array([float(cell in wishes.hide) for cell in choosers])
        pinned = {problem.column[cell]: kept[cell] // base for cell in kept if cell.dimension == TOTAL}
        low, high = problem.low.copy(), problem.high.copy()
        for number, value in pinned.items():
            if low[number] <= value <= high[number]:
                low[number] = high[number] = value
        answer = milp(
            np.concatenate([problem.costs, [WAITS + 500 * _tie(cell, 0) for cell in choosers]]),
            integrality=np.ones(width + extra, dtype=np.int64),
            bounds=Bounds(np.concatenate([low, forced]), np.concatenate([high, np.ones(extra)])),
            constraints=_matrix([*problem.rows, *rows], width + extra),
            options={"time_limit": time_limit, "mip_rel_gap": 0.0},
        )
        if answer.x is not None and answer.status == 0:
            counts = {cell: round(float(answer.x[number])) * base for cell, number in problem.column.items()}
            waiting = frozenset(cell for cell, shut in zip(choosers, answer.x[width:], strict=True) if shut > 0.5)
            return Rounding(counts, waiting)
    return None


def moved_totals(rounded: Mapping[Cell, int], keep: Mapping[Cell, int]) -> list[Cell]:
    """Return the rounded totals that no rounding could leave at the value they had while their truth stood."""
    return sorted(c for c, value in keep.items() if c.dimension == TOTAL and rounded.get(c, value) != value)


class _Problem(NamedTuple):
    cells: list[Cell]
    column: dict[Cell, int]
    low: NDArray[np.int64]
    high: NDArray[np.int64]
    rows: "list[Row]"
    costs: NDArray[np.float64]


def _problem(table: Table, base: int, wishes: Wishes) -> _Problem:
    counts = dict(table.counts)
    for quantity, dimension in table.members():
        if dimension not in NOT_ADDITIVE:
            counts[total_cell(quantity)] = _total(table, quantity, dimension)
    cells = sorted(counts)
    truth = {cell: counts[cell] for cell in cells}
    index = {cell: number for number, cell in enumerate(cells)}
    low = np.array([truth[cell] // base for cell in cells])
    high = np.array([-(-truth[cell] // base) for cell in cells])
    costs = _costs(truth, low, base, wishes, table.totals)
    for cell, value in wishes.forbid:
        position = index.get(cell)
        if position is not None and low[position] < high[position]:
            low[position], high[position] = _without(int(low[position]), int(high[position]), value // base)
    return _Problem(cells, index, low, high, _rules(table, truth, index), costs)


def _waiting_rules(
    table: Table, problem: _Problem, keep: Mapping[Cell, int], hide: Collection[Cell], base: int
) -> tuple[list[Cell], "list[Row]"]:
    """Return the cells that may wait and the rules of waiting: a kept value moves only where its cell waits."""
    standing = {
        cell: value // base
        for cell, value in keep.items()
        if cell in table.counts and table.counts[cell] // base <= value // base <= -(-table.counts[cell] // base)
    }
    touched = {cell.quantity for cell in (*standing, *hide)}
    touched |= IDENTITY.keys() if touched & IDENTITY.keys() else set()
    choosers = [cell for cell in problem.cells if cell in table.counts and cell.quantity in touched]
    place = {cell: len(problem.cells) + number for number, cell in enumerate(choosers)}
    rows: list[Row] = []
    for cell, value in standing.items():
        rows.append((((problem.column[cell], 1.0), (place[cell], 1.0)), float(value), np.inf))
        rows.append((((problem.column[cell], 1.0), (place[cell], -1.0)), -np.inf, float(value)))
    groups = [cells for (_, dimension), cells in table.members().items() if dimension not in NOT_ADDITIVE]
    groups += [[Cell(quantity, *where) for quantity in IDENTITY] for where in table.places()]
    for group in groups:
        if all(cell in place for cell in group):
            for cell in group:
                others = tuple((place[other], 1.0) for other in group if other != cell)
                rows.append(((*others, (place[cell], -1.0)), 0.0, np.inf))
    return choosers, rows


def _total(table: Table, quantity: str, dimension: str) -> int:
    if quantity in table.totals:
        return table.totals[quantity]
    return sum(table.counts[cell] for cell in table.members()[quantity, dimension])


def _without(low: int, high: int, value: int) -> tuple[int, int]:
    if value == low:
        return high, high
    return (low, low) if value == high else (low, high)


Row = tuple[tuple[tuple[int, float], ...], float, float]


def _rules(table: Table, truth: Mapping[Cell, int], index: Mapping[Cell, int]) -> list[Row]:
    rows: list[Row] = []
    for (quantity, dimension), cells in table.members().items():
        if dimension not in NOT_ADDITIVE:
            terms = [(index[cell], 1.0) for cell in cells] + [(index[total_cell(quantity)], -1.0)]
            rows.append((tuple(terms), 0.0, 0.0))
    for place in [*table.places(), (TOTAL, ROUNDED_TOTAL)]:
        rows.extend(_place_rules(place, table.totals, truth, index))
    return rows


def _place_rules(
    place: tuple[str, str], totals: Mapping[str, int], truth: Mapping[Cell, int], index: Mapping[Cell, int]
) -> list[Row]:
    """Bind the quantities of one member. A rule the exact figures do not keep binds nothing."""
    rows: list[Row] = []
    parts = {quantity: Cell(quantity, *place) for quantity in IDENTITY}
    if all(cell in truth for cell in parts.values()) and not sum(
        sign * truth[parts[quantity]] for quantity, sign in IDENTITY.items()
    ):
        rows.append((tuple((index[parts[quantity]], float(sign)) for quantity, sign in IDENTITY.items()), 0.0, 0.0))
    for inner, outer in NESTED:
        small, large = Cell(inner, *place), Cell(outer, *place)
        if small in truth and large in truth and truth[small] <= truth[large]:
            # Equal public totals tell everyone that the members are equal too: one value for both.
            equal = totals.get(inner) == totals.get(outer) and truth[small] == truth[large]
            rows.append((((index[large], 1.0), (index[small], -1.0)), 0.0, 0.0 if equal else np.inf))
    return rows


def _matrix(rows: Sequence[Row], width: int) -> list[LinearConstraint]:
    if not rows:
        return []
    places = [(number, column, factor) for number, (terms, _, _) in enumerate(rows) for column, factor in terms]
    line, column, factor = (np.array(part) for part in zip(*places, strict=True))
    matrix = csr_array((factor, (line, column)), shape=(len(rows), width))
    return [LinearConstraint(matrix, np.array([row[1] for row in rows]), np.array([row[2] for row in rows]))]


def _costs(
    truth: Mapping[Cell, int],
    low: NDArray[np.int64],
    base: int,
    wishes: Wishes,
    totals: Mapping[str, int],
) -> NDArray[np.float64]:
    """Cost of the upper multiple over the lower one, per cell."""
    costs = np.zeros(len(truth))
    for number, (cell, count) in enumerate(truth.items()):
        below = int(low[number]) * base
        above = below + base
        cost = float(abs(above - count) - abs(count - below)) + _tie(cell, count)
        wanted = ((wishes.same, ONE_VALUE), (wishes.stay, STAYS))
        for target, weight in ((place.get(cell), weight) for place, weight in wanted):
            if target is not None:
                cost += weight * ((above != target) - (below != target))
        total = totals.get(cell.quantity)
        if cell.dimension != TOTAL and total is not None and above > total:
            cost += ABOVE_TOTAL * (above - total) ** 2
        costs[number] = cost
    return costs


def _tie(cell: Cell, count: int) -> float:
    """Return -0.001 to 0.001, the same on every machine and in every mode and period."""
    digest = hashlib.sha256("\x1f".join([*cell, str(count)]).encode()).digest()
    return (int.from_bytes(digest[:4], "big") / 2**32 - 0.5) / 500
