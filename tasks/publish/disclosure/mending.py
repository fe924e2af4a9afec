"""What to do when the audit finds a rounding too telling.

First the other multiple is tried for some of the cells found, one after the other; then the quantity is hidden
in that dimension; then the whole table; last the dimension in all periods and modes
(the cell found may be an earlier one that another table gives away). Each step is
taken a bounded number of times, so the loop ends.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from tasks.publish.disclosure.audit_reading import Finding
from tasks.publish.disclosure.quantities import Cell, Table

Key = tuple[str, str]
ATTEMPTS = 3


@dataclass
class Mending:
    """Steps taken so far: values not to be used again, quantities and tables that wait."""

    forbidden: dict[Key, set[tuple[Cell, int]]] = field(default_factory=dict)
    tried: dict[tuple[Key, str], int] = field(default_factory=dict)
    hidden: set[tuple[Key, str, str]] = field(default_factory=set)
    closed: set[tuple[Key, str]] = field(default_factory=set)

    def open_cells(self, key: Key, rounded: Mapping[Cell, int]) -> dict[Cell, int]:
        """Return the rounded counts that may be shown."""
        return {
            cell: count
            for cell, count in rounded.items()
            if (key, cell.dimension) not in self.closed and (key, cell.dimension, cell.quantity) not in self.hidden
        }

    def mend(
        self, findings: Sequence[Finding], tables: Mapping[Key, Table], rounded: Mapping[Key, Mapping[Cell, int]]
    ) -> bool:
        """Take the next step for each table with a finding; return whether there was one left."""
        by_table: dict[tuple[Key, str], list[Cell]] = {}
        for finding in findings:
            cell = Cell(finding.quantity, finding.dimension, finding.member)
            by_table.setdefault(((finding.period, finding.mode), finding.dimension), []).append(cell)
        steps = [self._step(key, cells, tables, rounded) for (key, _), cells in sorted(by_table.items())]
        return any(steps)

    def _step(
        self,
        key: Key,
        cells: Sequence[Cell],
        tables: Mapping[Key, Table],
        rounded: Mapping[Key, Mapping[Cell, int]],
    ) -> bool:
        dimension = cells[0].dimension
        known = [cell for cell in cells if cell in rounded.get(key, {})]
        fresh = [cell for cell in known if (cell, rounded[key][cell]) not in self.forbidden.get(key, set())]
        if self.tried.get((key, dimension), 0) < ATTEMPTS and fresh:
            self.tried[key, dimension] = self.tried.get((key, dimension), 0) + 1
            self._forbid(key, fresh[0], tables, rounded)
            return True
        wanted = {(key, dimension, cell.quantity) for cell in known} - self.hidden
        if wanted and (key, dimension) not in self.closed:
            self.hidden |= wanted
            return True
        if key in tables and (key, dimension) not in self.closed:
            self.closed.add((key, dimension))
            return True
        everywhere = {(other, dimension) for other in tables}
        left = bool(everywhere - self.closed)
        self.closed |= everywhere
        return left

    def _forbid(
        self, key: Key, cell: Cell, tables: Mapping[Key, Table], rounded: Mapping[Key, Mapping[Cell, int]]
    ) -> None:
        """Forbid the value found, in every table where the same truth has it."""
        for other, table in tables.items():
            same = table.counts.get(cell) == tables[key].counts[cell]
            if same and rounded[other].get(cell) == rounded[key][cell]:
                self.forbidden.setdefault(other, set()).add((cell, rounded[key][cell]))
