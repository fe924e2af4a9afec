"""What to do when the audit finds a rounding too telling.

A finding often stands in several tables at once (a year's modes that say the same), so they are mended
together. First the other multiple is tried for one cell that was found and need not keep its value; then single
cells wait (the rounding lets another one wait with each); then the quantity is hidden in that dimension wherever
it was found; if that does not help, the whole table of that dimension; last the dimension in all periods and
modes (the cell found may be an earlier one that another table gives away). Each step is taken a bounded number
of times, so the loop ends.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from tasks.publish.disclosure.audit_reading import Finding
from tasks.publish.disclosure.quantities import Cell, Table
from tasks.publish.disclosure.rounding import Rounding

Key = tuple[str, str]
Rounded = Mapping[Key, Mapping[Cell, int]]
ATTEMPTS = 6
"""How often the other multiple is tried in one dimension of one period, and then how often single cells wait."""


@dataclass
class Mending:
    """Steps taken so far: values not to be used again, quantities and tables that wait.

    Attributes:
        kept: cells whose value stands while their truth does: never rounded anew.
        cells: single cells that wait.
        hidden: quantities that wait in a dimension of a table.
        closed: dimensions that wait in a table.
        moved: what the present rounding could not leave as it stood; found anew after each rounding.
    """

    kept: Mapping[Key, Mapping[Cell, int]] = field(default_factory=dict)
    forbidden: dict[Key, set[tuple[Cell, int]]] = field(default_factory=dict)
    tried: dict[tuple[str, str], int] = field(default_factory=dict)
    cells: dict[Key, set[Cell]] = field(default_factory=dict)
    hidden: set[tuple[Key, str, str]] = field(default_factory=set)
    closed: set[tuple[Key, str]] = field(default_factory=set)
    moved: set[tuple[Key, str, str]] = field(default_factory=set)

    def note_moved(self, key: Key, totals: Iterable[Cell], table: Table) -> None:
        """Let a quantity wait whose rounded total could not stay: two roundings of one truth narrow it."""
        names = {cell.quantity for cell in totals}
        self.moved |= {(key, cell.dimension, cell.quantity) for cell in table.counts if cell.quantity in names}

    def open_cells(self, key: Key, rounding: Rounding) -> dict[Cell, int]:
        """Return the rounded counts that may be shown."""
        return {
            cell: count
            for cell, count in rounding.counts.items()
            if cell not in rounding.waiting
            and (key, cell.dimension) not in self.closed
            and (key, cell.dimension, cell.quantity) not in self.hidden | self.moved
        }

    def aim(self, findings: Sequence[Finding], tables: Mapping[Key, Table], rounded: Rounded) -> bool:
        """Try other multiples alone; where none is left, give back what was tried in vain and return False."""
        steps = []
        for group, found in self._groups(findings):
            fresh = [place for place in self._known(found, rounded) if self._may_move(*place, rounded)]
            self.tried[group] = self.tried.get(group, 0) + 1
            if fresh and self.tried[group] <= ATTEMPTS:
                self._forbid(*fresh[0], tables, rounded)
                steps.append(group)
        if not steps:
            given_up = {group for group, _ in self._groups(findings)}
            for key, cells in self.forbidden.items():
                self.forbidden[key] = {pair for pair in cells if (key[0], pair[0].dimension) not in given_up}
            self.tried.clear()
        return bool(steps)

    def _groups(self, findings: Sequence[Finding]) -> list[tuple[tuple[str, str], list[tuple[Key, Cell]]]]:
        groups: dict[tuple[str, str], list[tuple[Key, Cell]]] = {}
        for finding in findings:
            found = ((finding.period, finding.mode), Cell(finding.quantity, finding.dimension, finding.member))
            groups.setdefault((finding.period, finding.dimension), []).append(found)
        return sorted(groups.items())

    def _known(self, found: Sequence[tuple[Key, Cell]], rounded: Rounded) -> list[tuple[Key, Cell]]:
        return [
            (key, cell)
            for key, cell in found
            if cell in rounded.get(key, {}) and (key, cell.dimension, cell.quantity) not in self.hidden
        ]

    def mend(self, findings: Sequence[Finding], tables: Mapping[Key, Table], rounded: Rounded) -> bool:
        """Take the next step for each dimension of a period with a finding; return whether there was one left."""
        steps = [self._step(group, found, tables, rounded) for group, found in self._groups(findings)]
        return any(steps)

    def _step(
        self,
        group: tuple[str, str],
        found: Sequence[tuple[Key, Cell]],
        tables: Mapping[Key, Table],
        rounded: Rounded,
    ) -> bool:
        known = self._known(found, rounded)
        fresh = [place for place in known if self._may_move(*place, rounded)]
        tried = self.tried[group] = self.tried.get(group, 0) + 1
        if tried <= ATTEMPTS and fresh:
            self._forbid(*fresh[0], tables, rounded)
            return True
        alone = [(key, cell) for key, cell in known if cell not in self.cells.get(key, ())]
        if tried <= 2 * ATTEMPTS and alone:
            for key in {key for key, _ in alone}:
                first = {cell.quantity: cell for other, cell in reversed(alone) if other == key}
                self.cells.setdefault(key, set()).update(first.values())
            return True
        dimension = group[1]
        if known:
            self.hidden |= {(key, dimension, cell.quantity) for key, cell in known}
            return True
        waiting = {(key, dimension) for key, _ in found if key in tables} - self.closed
        if not waiting:
            waiting = {(key, dimension) for key in tables} - self.closed
        self.closed |= waiting
        return bool(waiting)

    def _may_move(self, key: Key, cell: Cell, rounded: Rounded) -> bool:
        value = rounded[key][cell]
        return (cell, value) not in self.forbidden.get(key, set()) and cell not in self.kept.get(key, {})

    def _forbid(self, key: Key, cell: Cell, tables: Mapping[Key, Table], rounded: Rounded) -> None:
        """Forbid the value found, in every table where the same truth has it."""
        for other, table in tables.items():
            same = table.counts.get(cell) == tables[key].counts[cell]
            if same and rounded[other].get(cell) == rounded[key][cell]:
                self.forbidden.setdefault(other, set()).add((cell, rounded[key][cell]))
