"""Scan an ods: repeated cells, error cells, what is hidden.

Calamine lays out every sheet of an ods, so every sheet is measured.
"""

import zipfile
from collections.abc import Mapping

from tasks.conform.reading.cells import ERROR_CELLS
from tasks.conform.reading.delivery import ReadLimits
from tasks.conform.reading.refusal import Refused
from tasks.conform.reading.sheet_scan import SheetScan
from tasks.conform.reading.xml_parts import walk_xml

CELLS = {"table-cell", "covered-table-cell"}


def refuse_protected_ods(archive: zipfile.ZipFile) -> None:
    """Refuse an encrypted ods: nothing we keep can open it."""

    def start(name: str, _: Mapping[str, str]) -> None:
        if name == "encryption-data":
            raise Refused("E366")

    if "META-INF/manifest.xml" in archive.namelist():
        with archive.open("META-INF/manifest.xml") as part:
            walk_xml(part, start)


def scan_ods(archive: zipfile.ZipFile, limits: ReadLimits) -> dict[str, SheetScan]:
    """Return one scan a sheet, by name."""
    reader = _TableReader(limits)
    with archive.open("content.xml") as part:
        walk_xml(part, reader.start, reader.end, reader.text)
    for scan in reader.scans.values():
        scan.date_system = "1904" if reader.null_date.startswith("1904") else "1900"
    return reader.scans


def _times(attributes: Mapping[str, str], key: str) -> int:
    text = attributes.get(key, "1")
    return max(int(text), 1) if text.isdecimal() and len(text) < 10 else 1


class _TableReader:
    """Follows tables, rows and cells; a cell counts when it holds a value or text."""

    def __init__(self, limits: ReadLimits) -> None:
        self.limits = limits
        self.scans: dict[str, SheetScan] = {}
        self.scan = SheetScan()
        self.null_date = ""
        self.row = self.column = self.table_column = 0
        self.rows = self.columns = 1
        self.is_filled = self.is_error = self.is_computed = False

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "table":
            self.scan = self.scans.setdefault(attributes.get("name", ""), SheetScan())
            self.row = self.table_column = 0
        elif name == "table-row":
            self._start_row(attributes)
        elif name in CELLS:
            self._start_cell(attributes)
        elif name == "table-column":
            self._start_column(attributes)
        elif name == "p":
            self.is_filled = True
        elif name == "null-date":
            self.null_date = attributes.get("date-value", "")

    def end(self, name: str) -> None:
        if name in CELLS:
            self._end_cell()
        elif name == "table-row":
            self.row += self.rows

    def text(self, text: str) -> None:
        """See what a computed cell shows: older offices mark an error there only."""
        if self.is_computed and (text.startswith("Err:") or text in ERROR_CELLS):
            self.is_error = True

    def _start_row(self, attributes: Mapping[str, str]) -> None:
        self.column, self.rows = 0, _times(attributes, "number-rows-repeated")
        if attributes.get("visibility", "visible") != "visible" and self.rows < 65_536:
            self.scan.hidden_rows += self.rows

    def _start_column(self, attributes: Mapping[str, str]) -> None:
        times = _times(attributes, "number-columns-repeated")
        if attributes.get("visibility", "visible") != "visible":
            self.scan.hide_columns(self.table_column, self.table_column + times - 1)
        self.table_column += times

    def _start_cell(self, attributes: Mapping[str, str]) -> None:
        self.columns = _times(attributes, "number-columns-repeated")
        self.is_error = attributes.get("calcext-value-type") == "error"
        self.is_computed = "formula" in attributes
        self.is_filled = "value-type" in attributes

    def _end_cell(self) -> None:
        if self.is_computed and not self.is_filled:
            self.scan.add_unvalued(self.row, self.column, self.limits)
        if self.is_filled:
            last_row, last_column = self.row + self.rows - 1, self.column + self.columns - 1
            self.scan.add_cell(last_row, last_column, self.limits)
            if self.is_error:
                for row in range(self.row, last_row + 1):
                    for column in range(self.column, last_column + 1):
                        self.scan.add_error(row, column, self.limits)
        self.column += self.columns
        self.is_computed = False
