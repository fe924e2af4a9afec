"""Write the made-up deliveries so that the same rows give the same bytes on every machine."""

import csv
import io
import zipfile
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import xlsxwriter
from odf.element import Element
from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import Table, TableCell, TableRow
from odf.text import P

Cell = str | int | float | date
Lines = Sequence[Sequence[Cell]]
EPOCH = (1980, 1, 1, 0, 0, 0)
MADE_ON = datetime(2021, 9, 15)  # noqa: DTZ001  # workbooks know no time zone


def csv_bytes(lines: Lines, encoding: str) -> bytes:
    """Return a semicolon CSV with CRLF; a letter that the encoding lacks is an error."""
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=";", lineterminator="\r\n").writerows(lines)
    return text.getvalue().encode(encoding)


def xlsx_bytes(sheet: str, lines: Lines, header_row: int) -> bytes:
    """Return a workbook of one sheet: real dates, bold header, letterhead above it as delivered."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        book.set_properties({"created": MADE_ON})
        page = book.add_worksheet(sheet)
        day, bold = book.add_format({"num_format": "dd.mm.yyyy"}), book.add_format({"bold": True})
        for row, cells in enumerate(lines):
            for column, cell in enumerate(cells):
                if isinstance(cell, date):
                    page.write_datetime(row, column, datetime(cell.year, cell.month, cell.day), day)  # noqa: DTZ001
                elif isinstance(cell, str):
                    if cell:
                        page.write_string(row, column, cell, bold if row == header_row else None)
                else:
                    page.write_number(row, column, cell)
        page.set_column(0, max(map(len, lines)) - 1, 16)
    return stored(buffer.getvalue())


def ods_bytes(sheet: str, lines: Lines) -> bytes:
    """Return an OpenDocument workbook of one sheet with typed cells."""
    # odfpy keeps the name spaces of everything this process ever wrote; they would stand in the file.
    Element.namespaces.clear()
    document = OpenDocumentSpreadsheet()
    table = Table(name=sheet)
    for cells in lines:
        row = TableRow()
        for cell in cells:
            row.addElement(_ods_cell(cell))
        table.addElement(row)
    document.spreadsheet.addElement(table)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "made.ods"
        document.save(str(path))
        return stored(path.read_bytes())


def _ods_cell(cell: Cell) -> TableCell:
    if isinstance(cell, date):
        typed, shown = TableCell(valuetype="date", datevalue=cell.isoformat()), cell.strftime("%d.%m.%Y")
    elif isinstance(cell, str):
        typed, shown = TableCell(valuetype="string") if cell else TableCell(), cell
    else:
        typed, shown = TableCell(valuetype="float", value=str(cell)), str(cell)
    if shown:
        typed.addElement(P(text=shown))
    return typed


def stored(archive: bytes) -> bytes:
    """Repack a zip without compression and clock: zlib differs between builds, and so would the bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as new:
        for member in old.infolist():
            info = zipfile.ZipInfo(member.filename, date_time=EPOCH)
            info.create_system = 3
            new.writestr(info, old.read(member))
    return buffer.getvalue()
