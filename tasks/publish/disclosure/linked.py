"""All tables of one dimension as one system of linked counts, as the protecting side knows it.

Unknown to an outsider are the hidden counts of the newest release and of earlier
ones; everything is written as the distance from the truth. Relations: members add
up to a shown total; placed + both = new + regular; subsets; what grows does not
fall (the tables of a year, of two years, of two releases). Tables that say the
same share their columns. The audit has a model of its own and shares no code.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog
from scipy.sparse import csr_array

from tasks.publish.disclosure.linked_rows import chained_rows, equal_rows, matrix_of, ordered_rows
from tasks.publish.disclosure.quantities import TOTAL, Cell
from tasks.publish.disclosure.stages import Key, Slot, Stage, total_of

FREE = 1_000.0
"""How far a hidden count may lie above the truth where no total bounds it."""


@dataclass
class System:
    """Columns with truth and the range that stays when hidden; ``kind``: chosen, hidden or shown."""

    truth: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    is_choice: NDArray[np.bool_]
    is_open: NDArray[np.bool_]
    equal: csr_array
    above: csr_array
    slack: NDArray[np.float64]
    newest: dict[tuple[Key, Cell], int]
    lines: list[list[int]] = field(default_factory=list)

    def ranges(self, hidden: NDArray[np.bool_]) -> NDArray[np.float64]:
        """Return the bounds of the distances when the chosen columns of ``hidden`` are not shown."""
        loose = np.where(self.is_choice, hidden, self.is_open)
        return np.column_stack([(self.low - self.truth) * loose, (self.high - self.truth) * loose])

    def attack(self, direction: NDArray[np.float64], hidden: NDArray[np.bool_]) -> "Attack":
        """Push the distances along ``direction`` as an outsider would."""
        solve: Any = linprog  # its stubs refuse sparse matrices, which it takes
        answer = solve(
            -direction,
            A_ub=-self.above if self.above.shape[0] else None,
            b_ub=self.slack if self.above.shape[0] else None,
            A_eq=self.equal if self.equal.shape[0] else None,
            b_eq=np.zeros(self.equal.shape[0]) if self.equal.shape[0] else None,
            bounds=self.ranges(hidden),
            method="highs",
        )
        if answer.x is None:
            return Attack(np.zeros(len(self.truth)), 0.0, np.zeros(len(self.truth)), 0.0)
        gains = -answer.lower.marginals * (self.low - self.truth) - answer.upper.marginals * (self.high - self.truth)
        fixed = float(-(answer.ineqlin.marginals @ self.slack)) if self.above.shape[0] else 0.0
        fixed += float(gains[~self.is_choice & self.is_open].sum())
        return Attack(answer.x, float(-answer.fun), np.where(self.is_choice, gains, 0.0), fixed)


class Attack(NamedTuple):
    """How far a push came, at which point, and by the duals: reach <= fixed + sum of gains of what is hidden."""

    point: NDArray[np.float64]
    reach: float
    gains: NDArray[np.float64]
    fixed: float


def build_system(stages: Sequence[Stage], dimension: str) -> System:
    """Build the system of one dimension; ``stages[0]`` is the newest release, the others go back in time."""
    slots = _slots(stages, dimension)
    links = list(_links(stages, slots))
    root = _merged(stages, slots, links)
    column: dict[tuple[Slot, str], int] = {}
    for slot, counts in slots.items():
        for member in counts:
            column.setdefault((root[slot], member), len(column))
    place = {(slot, member): column[root[slot], member] for slot, counts in slots.items() for member in counts}
    width = len(column)
    truth, low, high = np.zeros(width), np.zeros(width), np.full(width, np.inf)
    choice, opened = np.zeros(width, dtype=np.bool_), np.ones(width, dtype=np.bool_)
    for (slot, member), number in place.items():
        _bound(stages[slot.release], slot, Cell(slot.quantity, dimension, member), number, (truth, low, high, opened))
        choice[number] |= slot.release == 0
    high = np.where(np.isfinite(high), high, truth + FREE)
    # What an earlier release shows exactly is known, whatever this one hides; a zero is never hidden.
    choice &= opened & (truth > 0)
    newest = {
        (slot.key, Cell(slot.quantity, dimension, member)): number
        for (slot, member), number in place.items()
        if slot.release == 0
    }
    lines, equal = equal_rows(stages, slots, place, dimension)
    above, slack = ordered_rows(slots, links, place, truth)
    for row, left_over in chained_rows(stages, slots, place):
        distance = sum(factor * truth[number] for number, factor in row.items())
        if left_over == 0 == distance:
            equal.append(row)
        elif distance >= 0:
            above.append(row)
            slack.append(float(distance))
    return System(
        truth,
        low,
        high,
        choice,
        opened,
        matrix_of(equal, width),
        matrix_of(above, width),
        np.array(slack),
        newest,
        lines,
    )


def _slots(stages: Sequence[Stage], dimension: str) -> dict[Slot, dict[str, int]]:
    slots: dict[Slot, dict[str, int]] = {}
    for number, stage in enumerate(stages):
        for key, table in stage.tables.items():
            if dimension == TOTAL:
                for quantity, total in table.totals.items():
                    slots[Slot(number, key, quantity)] = {TOTAL: total}
                continue
            for cell, count in table.counts.items():
                if cell.dimension == dimension:
                    slots.setdefault(Slot(number, key, cell.quantity), {})[cell.member] = count
    return slots


def _bound(stage: Stage, slot: Slot, cell: Cell, number: int, arrays: tuple[Any, Any, Any, Any]) -> None:
    truth, low, high, opened = arrays
    table = stage.tables[slot.key]
    count = table.totals[slot.quantity] if cell.dimension == TOTAL else table.counts[cell]
    truth[number] = count
    if cell.dimension != TOTAL and (slot.key, slot.quantity) not in stage.hidden_totals:
        high[number] = min(high[number], table.totals.get(slot.quantity, np.inf))
    if count > 0:
        low[number] = max(low[number], 1.0)
    if stage.shown is None:
        opened[number] = opened[number] and count > 0
        return
    said = stage.shown.get(slot.key, {}).get(cell)
    if said is None:
        low[number] = min(low[number], float(count > 0))
    elif stage.spread == 0:
        opened[number] = False
    else:
        low[number] = max(low[number], said - stage.spread)
        high[number] = min(high[number], said + stage.spread)


def _links(stages: Sequence[Stage], slots: Mapping[Slot, object]) -> Iterator[tuple[Slot, Slot]]:
    """Yield (smaller or earlier, larger or later) slots that an outsider compares."""
    for slot in slots:
        number, (period, mode), quantity = slot
        older = Slot(number + 1, slot.key, quantity)
        if older in slots:
            yield older, slot
        if mode in ("period", "cohort"):
            for other in ("cumulative", "period")[: 1 if mode == "period" else 2]:
                twin = Slot(number, (period, other), quantity)
                same = mode == "period" or total_of(stages, slot) == total_of(stages, twin)
                if twin in slots and same:
                    yield slot, twin
        if mode == "cumulative":
            years = sorted(key[0] for key in stages[number].tables if key[1] == mode and key[0] > period)
            later = Slot(number, (years[0], mode), quantity) if years else None
            if later is not None and later in slots:
                yield slot, later


def _merged(
    stages: Sequence[Stage], slots: Mapping[Slot, Mapping[str, int]], links: Sequence[tuple[Slot, Slot]]
) -> dict[Slot, Slot]:
    """Give slots that say the same, and that an outsider takes for the same, one set of columns."""
    root = {slot: slot for slot in slots}
    for one, two in links:
        if slots[one] == slots[two] and total_of(stages, one) == total_of(stages, two) and root[one] != root[two]:
            target, gone = sorted((root[one], root[two]))
            root = {slot: target if top == gone else top for slot, top in root.items()}
    return root
