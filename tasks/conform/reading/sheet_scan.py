"""What a workbook says beside its values, found by a scan of the file itself."""

from dataclasses import dataclass, field
from typing import Literal

from tasks.conform.reading.cells import column_letter
from tasks.conform.reading.delivery import ReadLimits
from tasks.conform.reading.refusal import Refused


@dataclass
class SheetScan:
    """Places count from 0. ``errors`` holds the columns of error cells by row, ``unvalued`` those of formulas
    that were saved without their result."""

    date_system: Literal["1900", "1904"] = "1900"
    errors: dict[int, list[int]] = field(default_factory=dict)
    unvalued: dict[int, list[int]] = field(default_factory=dict)
    error_count: int = 0
    hidden_rows: int = 0
    hidden_columns: set[int] = field(default_factory=set)
    last_row: int = -1
    last_column: int = -1

    def add_cell(self, row: int, column: int, limits: ReadLimits) -> None:
        """Widen the sheet to a cell that holds something; refuse when it becomes too large to lay out."""
        if row <= self.last_row and column <= self.last_column:
            return
        self.last_row = max(self.last_row, row)
        self.last_column = max(self.last_column, column)
        if (self.last_row + 1) * (self.last_column + 1) > limits.cells:
            raise Refused("E365", cell=f"{column_letter(column)}{row + 1}", limit=limits.cells)

    def add_error(self, row: int, column: int, limits: ReadLimits) -> None:
        """Note an error cell."""
        self.error_count += 1
        if self.error_count > limits.findings:
            raise Refused("E354", limit=limits.findings)
        self.errors.setdefault(row, []).append(column)

    def add_unvalued(self, row: int, column: int, limits: ReadLimits) -> None:
        """Note a formula without a saved result."""
        self.error_count += 1
        if self.error_count > limits.findings:
            raise Refused("E354", limit=limits.findings)
        self.unvalued.setdefault(row, []).append(column)

    def hide_columns(self, first: int, last: int) -> None:
        """Note hidden columns; a range may reach to the sheet's edge."""
        self.hidden_columns.update(range(first, min(last, first + 16_384) + 1))
