"""Read one sheet of a workbook with calamine, and what calamine leaves out.

Calamine gives neither error cells (they come as empty text) nor hidden rows and
columns nor the date system: a scan of the file itself adds those. Only the sheet that
is asked for is parsed; a hidden one never.
"""

from collections.abc import Iterator, Sequence
from itertools import chain, islice
from pathlib import Path

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

from tasks.conform.reading.cells import ERROR_CELLS, show_value
from tasks.conform.reading.delivery import ReadLimits, ReadRequest
from tasks.conform.reading.headings import find_heading
from tasks.conform.reading.refusal import Refused
from tasks.conform.reading.sink import Sink

Cells = list[str | None]


def read_workbook(request: ReadRequest, limits: ReadLimits, out: Path) -> tuple[dict[str, object], Sink]:
    """Read the chosen sheet into ``out``; return what the sheet says about itself."""
    source = request.path
    try:
        book = CalamineWorkbook.from_path(str(source))
        name = choose_sheet(book, request.sheet)
        sheet = book.get_sheet_by_name(name)
    except PasswordError:
        raise Refused("E306") from None
    except (CalamineError, OSError):
        raise Refused("E302", kind="workbook") from None
    rows = shown_rows(sheet.iter_rows() if sheet.start else iter(()))
    top = list(islice(rows, limits.header_search))
    heading = find_heading(top, request.headers, request.header_row, request.header_rows)
    if heading is None:
        raise Refused("E311")
    sink = Sink(out, heading.names, request.skip_footer, limits)
    for number, cells in enumerate(chain(top[heading.last + 1 :], rows), heading.last + 2):
        for index, cell in enumerate(cells):
            if cell is not None and cell[0] == "#" and cell in ERROR_CELLS:
                cells[index] = None
                sink.note("error_cell", number, index)
        sink.add_row(number, cells)
    sink.close()
    about = {"sheet": name, "header_row": heading.last + 1, "lower": heading.lower, "format": "xlsx"}
    return {**about, "is_workbook": True, "date_system": "1900"}, sink


def shown_rows(rows: Iterator[Sequence[object]]) -> Iterator[Cells]:
    """Yield each row as texts."""
    for row in rows:
        yield [show_value(value) for value in row]


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
