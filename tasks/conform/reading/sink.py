"""Write the rows of one sheet as an Arrow file in blocks, and keep the count.

Rows read = rows written + blank + footer. The last blocks are held back until it is
known which of their rows are the footer.
"""

from collections import deque
from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa

from tasks.conform.reading.cells import column_letter
from tasks.conform.reading.delivery import Finding, ReadLimits
from tasks.conform.reading.refusal import Refused

BLOCK_ROWS = 65_536


class Sink:
    """Takes rows or whole Arrow columns in order; ``close`` cuts the footer off."""

    def __init__(self, path: Path, header: Sequence[str], skip_footer: int, limits: ReadLimits) -> None:
        if len(header) > limits.columns:
            raise Refused("E353", limit=limits.columns)
        self.header = tuple(header)
        self.width = len(header)
        self.blank = self.rows = self.footer = 0
        self.ragged: list[int] = []
        self.surplus: dict[int, list[str | None]] = {}
        self.findings: list[Finding] = []
        self._limits = limits
        self._skip = skip_footer
        self._schema = pa.schema([("row", pa.int32()), *((f"c{i}", pa.utf8()) for i in range(self.width))])
        self._writer = pa.ipc.new_file(str(path), self._schema)
        self._held: deque[pa.RecordBatch] = deque()
        self._held_rows = 0
        self._numbers: list[int] = []
        self._cells: list[Sequence[str | None]] = []

    def note(self, rule: str, row: int | None, column: int | None = None, count: int = 1) -> None:
        """Record one finding; ``column`` is an index."""
        if len(self.findings) >= self._limits.findings:
            raise Refused("E354", limit=self._limits.findings)
        self.findings.append(Finding(rule, row, None if column is None else self.name_column(column), count))

    def name_column(self, index: int) -> str:
        """Return the header of a column, or its letter where it has none."""
        name = self.header[index] if index < self.width else ""
        return name or column_letter(index)

    def add_row(self, number: int, cells: Sequence[str | None], *, keep_empty: bool = False) -> None:
        """Take one row of cleaned cells; short rows are padded, long ones cut, both as ragged."""
        if not keep_empty and not any(cells):
            self.blank += 1
            return
        if len(cells) != self.width:
            cells = self._fit(number, cells)
        self._numbers.append(number)
        self._cells.append(cells)
        if len(self._numbers) >= BLOCK_ROWS:
            self._flush_rows()

    def _fit(self, number: int, cells: Sequence[str | None]) -> Sequence[str | None]:
        if len(cells) < self.width or any(cells[self.width :]):
            self.ragged.append(number)
            self.note("ragged_row", number)
            if any(cells[self.width :]):
                self.surplus[number] = list(cells[self.width :])
        return (*cells[: self.width], *([None] * (self.width - len(cells))))

    def add_columns(self, numbers: pa.Array, columns: Sequence[pa.Array], blank: int) -> None:
        """Take rows as Arrow columns that are already clean and free of blank rows."""
        self._flush_rows()
        self.blank += blank
        self._hold(pa.record_batch([numbers, *columns], schema=self._schema))

    def _flush_rows(self) -> None:
        if not self._numbers:
            return
        columns = [pa.array(column, pa.utf8()) for column in zip(*self._cells, strict=True)]
        numbers = pa.array(self._numbers, pa.int32())
        self._numbers, self._cells = [], []
        self._hold(pa.record_batch([numbers, *columns], schema=self._schema))

    def _hold(self, batch: pa.RecordBatch) -> None:
        self._held.append(batch)
        self._held_rows += batch.num_rows
        if self.rows + self._held_rows > self._limits.rows:
            raise Refused("E352", limit=self._limits.rows)
        while self._held_rows - self._held[0].num_rows >= self._skip and len(self._held) > 1:
            self._write(self._held.popleft())

    def _write(self, batch: pa.RecordBatch) -> None:
        self._held_rows -= batch.num_rows
        self.rows += batch.num_rows
        self._writer.write_batch(batch)

    def close(self) -> None:
        """Cut the footer, write the rest; findings about footer rows go with them."""
        self._flush_rows()
        keep = max(self._held_rows - self._skip, 0)
        self.footer = self._held_rows - keep
        first_footer = None
        while self._held:
            batch = self._held.popleft()
            part = batch.slice(0, min(keep, batch.num_rows))
            keep -= part.num_rows
            if part.num_rows < batch.num_rows and first_footer is None:
                first_footer = batch.column(0)[part.num_rows].as_py()
            self.rows += part.num_rows
            if part.num_rows:
                self._writer.write_batch(part)
        self._writer.close()
        if first_footer is not None:
            self.ragged = [row for row in self.ragged if row < first_footer]
            self.surplus = {row: cells for row, cells in self.surplus.items() if row < first_footer}
            self.findings = [f for f in self.findings if f.row is None or f.row < first_footer]
