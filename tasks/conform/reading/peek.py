"""Look at an unknown file: what it is, and the first and last rows of its visible sheets as they stand.

Nothing is taken for a header here; who proposes a source decides that.
"""

from collections import Counter, deque
from itertools import islice
from pathlib import Path
from typing import Any

from tasks.conform.reading.cells import clean_text
from tasks.conform.reading.csv_file import DELIMITERS, NUL_SHARE, physical_lines, sep_hint
from tasks.conform.reading.csv_lines import RecordSplitter
from tasks.conform.reading.delivery import ReadLimits, ReadRequest
from tasks.conform.reading.encodings import choose_encoding, utf8_blocks
from tasks.conform.reading.formats import open_plain, plain_kind
from tasks.conform.reading.refusal import Refused

TOP_ROWS = 60
LAST_ROWS = 20
SHEETS = 20
OPENQCAT_MARK = b"OPENQCAT"


def peek(request: ReadRequest, limits: ReadLimits, workdir: Path) -> dict[str, Any]:
    """Return the parts of a ``Peek`` as plain data."""
    request, kind = plain_kind(request, limits, workdir)
    if kind in {"zip", "ole"}:
        return {"type": "excel", "encoding": None, "delimiter": None, "sheets": _sheets(request, limits)}
    if kind == "xml":
        with open_plain(request.path) as file:
            if OPENQCAT_MARK in file.read(4096).upper():
                return {"type": "openqcat", "encoding": None, "delimiter": None, "sheets": []}
    if kind != "text":
        raise Refused("E364", found=kind, type="csv, excel, json")
    form = _json_form(request)
    if form is not None:
        return {"type": form, "encoding": None, "delimiter": None, "sheets": []}
    return _text(request, limits)


def _json_form(request: ReadRequest) -> str | None:
    encoding, skip = choose_encoding(request.path, request.encoding)
    start = next(utf8_blocks(request.path, encoding, skip), b"").lstrip()
    if start[:1] not in (b"{", b"["):
        return None
    from tasks.conform.reading.json_file import load_json

    document = load_json(request)
    record = document[0] if isinstance(document, list) and document else document
    if isinstance(record, dict) and isinstance(record.get("contents"), list) and record["contents"]:
        record = record["contents"][0]
    is_hsds = isinstance(record, dict) and (
        ("services" in record and "id" in record) or {"id", "name", "status"} <= record.keys()
    )
    return "hsds" if is_hsds else "json"


def _text(request: ReadRequest, limits: ReadLimits) -> dict[str, Any]:
    encoding, skip = choose_encoding(request.path, request.encoding)
    lines = list(islice(physical_lines(utf8_blocks(request.path, encoding, skip), limits.row_bytes), TOP_ROWS * 3))
    if not any(line.strip() for line in lines):
        raise Refused("E350")
    top = "".join(lines[:20])
    if top.count("\0") * NUL_SHARE > len(top):
        raise Refused("E367")
    hinted = sep_hint(lines[0])
    delimiter = hinted or likely_delimiter(lines)
    stream = physical_lines(utf8_blocks(request.path, encoding, skip), limits.row_bytes)
    splitter = RecordSplitter(stream, delimiter, limits.row_lines, limits.row_bytes)
    rows = ([clean_text(cell) for cell in cells] for cells, _ in splitter)
    if hinted:
        next(rows, None)
        rows = _with_hint_row(rows)
    told = None if encoding.startswith("utf-16") else encoding
    return {"type": "csv", "encoding": told, "delimiter": delimiter, "sheets": [_sheet(None, rows, {})]}


def _with_hint_row(rows: Any) -> Any:
    yield []
    yield from rows


def likely_delimiter(lines: list[str]) -> str:
    """Return the delimiter by which most lines have the same number of cells; ties go to ``;`` first."""

    def evenness(delimiter: str) -> tuple[int, int]:
        counts = Counter(count for line in lines if (count := line.count(delimiter)))
        cells, times = max(counts.items(), key=lambda item: (item[1], item[0]), default=(0, 0))
        return times, cells

    return max(DELIMITERS, key=evenness)


def _sheets(request: ReadRequest, limits: ReadLimits) -> list[dict[str, Any]]:
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

    from tasks.conform.reading.workbook import open_book, shown_rows

    found = []
    with open_plain(request.path) as source:
        book = open_book(source, request.password, limits)
        book.source.seek(0)
        try:
            calamine = CalamineWorkbook.from_filelike(book.source)
            for about in calamine.sheets_metadata[:SHEETS]:
                if about.typ != SheetTypeEnum.WorkSheet or about.visible != SheetVisibleEnum.Visible:
                    continue
                book.scan(about.name, calamine.sheet_names)  # measures the sheet before it is laid out
                sheet = calamine.get_sheet_by_name(about.name)
                merged: dict[int, list[tuple[int, int]]] = {}
                for (row, first), (_, last) in sheet.merged_cell_ranges or ():
                    if last > first:
                        merged.setdefault(row, []).append((first, last))
                rows = shown_rows(sheet.iter_rows(), sheet.start[1]) if sheet.start else iter(())
                found.append(_sheet(about.name, rows, merged))
        except PasswordError:
            raise Refused("E306") from None
        except (CalamineError, OSError):
            raise Refused("E302", kind=book.format) from None
    return found


def _sheet(name: str | None, rows: Any, merged: dict[int, list[tuple[int, int]]]) -> dict[str, Any]:
    top: list[list[str | None]] = []
    last: deque[tuple[int, list[str | None]]] = deque(maxlen=LAST_ROWS)
    count = 0
    for cells in rows:
        count += 1
        if len(top) < TOP_ROWS:
            top.append(cells)
        if any(cells):
            last.append((count, cells))
    spans = [[row, *span] for row, found in merged.items() for span in found]
    numbers, cells_of_last = [number for number, _ in last], [cells for _, cells in last]
    about = {"name": name, "top": top, "merged": spans, "rows": count}
    return {**about, "last": cells_of_last, "last_numbers": numbers}
