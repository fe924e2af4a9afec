"""What to do when the audit finds a rounding too telling.

First the other multiple is tried for the cells found; then the quantity is hidden
in that dimension; then the whole table. Each step is taken once a table, so the
loop ends: the last step leaves nothing that could be found.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from tasks.publish.disclosure.audit_reading import Finding
from tasks.publish.disclosure.quantities import Cell, Table

Key = tuple[str, str]


@dataclass
class Mending:
    """Steps taken so far: values not to be used again, quantities and tables that wait."""

    forbidden: dict[Key, set[tuple[Cell, int]]] = field(default_factory=dict)
    tried: set[tuple[Key, str]] = field(default_factory=set)
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
    ) -> None:
        """Take the next step for each table with a finding."""
        by_table: dict[tuple[Key, str], list[Finding]] = {}
        for finding in findings:
            by_table.setdefault(((finding.period, finding.mode), finding.dimension), []).append(finding)
        for (key, dimension), found in sorted(by_table.items()):
            cells = [Cell(finding.quantity, dimension, finding.member) for finding in found]
            known = [cell for cell in cells if cell in rounded.get(key, {})]
            if (key, dimension) not in self.tried and known:
                self.tried.add((key, dimension))
                self._forbid(key, known[0], tables, rounded)
            elif all((key, dimension, cell.quantity) in self.hidden for cell in cells) or not known:
                self.closed.add((key, dimension))
            else:
                self.hidden.update((key, dimension, cell.quantity) for cell in cells)

    def _forbid(
        self, key: Key, cell: Cell, tables: Mapping[Key, Table], rounded: Mapping[Key, Mapping[Cell, int]]
    ) -> None:
        """Forbid the value found, in every table where the same truth has it."""
        for other, table in tables.items():
            same = table.counts.get(cell) == tables[key].counts[cell]
            if same and rounded[other].get(cell) == rounded[key][cell]:
                self.forbidden.setdefault(other, set()).add((cell, rounded[key][cell]))
