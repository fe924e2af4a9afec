"""Read one sheet of a workbook with calamine, and what calamine leaves out.

Calamine gives neither error cells (they come as empty text) nor hidden rows and
columns nor the date system: a scan of the file itself adds those, and measures the
sheet before calamine lays it out in memory. A hidden sheet is never read.
"""

import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import IO

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from tasks.conform.reading.archive import archive_kind, check_archive
from tasks.conform.reading.cells import ERROR_CELLS, show_value
from tasks.conform.reading.decrypt import decrypt
from tasks.conform.reading.delivery import ReadLimits, ReadRequest
from tasks.conform.reading.headings import find_heading
from tasks.conform.reading.refusal import Refused
from tasks.conform.reading.scan_ods import refuse_protected_ods, scan_ods
from tasks.conform.reading.scan_xls import book_stream, has_password, ole_kind, scan_xls
from tasks.conform.reading.scan_xlsb import scan_xlsb
from tasks.conform.reading.scan_xlsx import scan_xlsx
from tasks.conform.reading.sheet_scan import SheetScan
from tasks.conform.reading.sink import Sink
from tasks.conform.reading.xml_parts import refuse_doctypes

Cells = list[str | None]
Scanner = Callable[[str, list[str]], SheetScan]


@dataclass
class Book:
    """An opened workbook file: its format and the scan that fits it."""

    source: IO[bytes]
    format: str
    scan: Scanner


def read_workbook(
    source: IO[bytes], request: ReadRequest, limits: ReadLimits, out: Path
) -> tuple[dict[str, object], Sink]:
    """Read the chosen sheet into ``out``; return what the sheet says about itself."""
    book = open_book(source, request.password, limits)
    book.source.seek(0)
    try:
        calamine = CalamineWorkbook.from_filelike(book.source)
        name = choose_sheet(calamine, request.sheet)
        scan = book.scan(name, calamine.sheet_names)
        sheet = calamine.get_sheet_by_name(name)
    except PasswordError:
        raise Refused("E306") from None
    except (CalamineError, OSError):
        raise Refused("E302", kind=book.format) from None
    sink, header_row, lower = _write_rows(sheet, scan, request, limits, out)
    about = {"sheet": name, "header_row": header_row, "lower": lower, "format": book.format}
    return {**about, "is_workbook": True, "date_system": scan.date_system}, sink


def open_book(source: IO[bytes], password: str | None, limits: ReadLimits) -> Book:
    """Say which workbook this is, decrypt it, check its archive."""
    start = source.read(8)
    if start.startswith(b"\xd0\xcf"):
        kind = ole_kind(source)
        if kind == "encrypted":
            return open_book(decrypt(source, password), None, limits)
        if kind != "xls":
            raise Refused("E364", found=kind, type="excel")
        stream = book_stream(source)
        if has_password(stream):
            source = decrypt(source, password)
            stream = book_stream(source)
        return Book(source, "xls", lambda name, names: scan_xls(stream, name, names, limits))
    return _open_zip(source, limits)


def _open_zip(source: IO[bytes], limits: ReadLimits) -> Book:
    try:
        archive = zipfile.ZipFile(source)
    except (zipfile.BadZipFile, OSError, ValueError):
        raise Refused("E302", kind="ZIP") from None
    check_archive(archive, limits)
    kind = archive_kind(archive)
    if kind not in {"xlsx", "xlsb", "ods"}:
        raise Refused("E364", found=kind, type="excel")
    refuse_doctypes(archive)
    if kind == "ods":
        refuse_protected_ods(archive)
        scans = scan_ods(archive, limits)
        return Book(source, kind, lambda name, _: scans.get(name, SheetScan()))
    if kind == "xlsb":
        return Book(source, kind, lambda name, _: scan_xlsb(archive, name, limits))
    return Book(source, kind, lambda name, _: scan_xlsx(archive, name, limits))


def _write_rows(
    sheet: CalamineSheet, scan: SheetScan, request: ReadRequest, limits: ReadLimits, out: Path
) -> tuple[Sink, int, tuple[str, ...] | None]:
    rows = shown_rows(sheet.iter_rows(), sheet.start[1]) if sheet.start else iter(())
    top = list(islice(rows, limits.header_search))
    merged: dict[int, list[tuple[int, int]]] = {}
    for (row, first), (_, last) in sheet.merged_cell_ranges or ():
        if last > first:
            merged.setdefault(row, []).append((first, last))
    heading = find_heading(top, request.headers, request.header_row, request.header_rows, merged)
    if heading is None:
        raise Refused("E351")
    sink = Sink(out, heading.names, request.skip_footer, limits)
    for column in sorted(scan.hidden_columns & set(range(sink.width))):
        sink.note("hidden_column", None, column)
    if scan.hidden_rows:
        sink.note("hidden_row", None, count=scan.hidden_rows)
    for index, cells in enumerate(chain(top[heading.last + 1 :], rows), heading.last + 1):
        errors = [c for c in scan.errors.get(index, ()) if c < len(cells)]
        errors += [c for c, cell in enumerate(cells) if cell is not None and cell[0] == "#" and cell in ERROR_CELLS]
        for column in errors:
            cells[column] = None
            sink.note("error_cell", index + 1, column)
        unvalued = [c for c in scan.unvalued.get(index, ()) if c < len(cells) and cells[c] is None]
        for column in unvalued:
            sink.note("formula_without_value", index + 1, column)
        sink.add_row(index + 1, cells, keep_empty=bool(errors or unvalued))
    sink.close()
    return sink, heading.last + 1, heading.lower


def shown_rows(rows: Iterator[Sequence[object]], first_column: int) -> Iterator[Cells]:
    """Yield each row as texts; calamine leaves out the empty columns on the left, but not the rows above."""
    for row in rows:
        yield [*([None] * first_column), *map(show_value, row)]


def choose_sheet(book: CalamineWorkbook, wanted: str | int | None) -> str:
    """Return the sheet's name: the named one, the n-th (from 1), else the first visible one."""
    sheets = [s for s in book.sheets_metadata if s.typ == SheetTypeEnum.WorkSheet]
    visible = [s.name for s in sheets if s.visible == SheetVisibleEnum.Visible]
    if wanted is None:
        if not visible:
            raise Refused("E308")
        return visible[0]
    if isinstance(wanted, int):
        named = sheets[wanted - 1 : wanted] if wanted > 0 else []
    else:
        folded = wanted.strip().casefold()
        named = [s for s in sheets if s.name.strip().casefold() == folded]
    if not named:
        raise Refused("E309", sheet=str(wanted))
    if named[0].visible != SheetVisibleEnum.Visible:
        raise Refused("E307", sheet=str(wanted))
    return named[0].name
