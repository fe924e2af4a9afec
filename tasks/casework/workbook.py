"""A case manager's workbook: proposals with cells for decisions, needs that wait, what changed, how to fill it in.

Every text is written as text and marked so (quote prefix): a value that begins
with ``=``, ``+``, ``-`` or ``@`` stays what it is, also after somebody edits it.
The header of the decision columns and the words of the dropdown are those that
the reading source maps, so that what goes out can be read back.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from schemas.messages import say

Cell = str | int | date | None
STAMP = datetime(2020, 1, 1)  # noqa: DTZ001  # fixed: the same proposals are the same bytes
OPTIONS = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
FONT = {"font_name": "Calibri", "font_size": 10, "valign": "top", "text_wrap": True}
INK, LINE, OPEN_CELL, MISSING = "#1F2933", "#C5CCD3", "#FFF6D6", "#F4B6A6"
LINE_HEIGHT = 13.5
NOTE_WIDTH = 84
EARLIEST = datetime(2015, 1, 1)  # noqa: DTZ001  # a day typed before it is a slip


@dataclass(frozen=True)
class Form:
    """How decisions are read back: sheet, header row, headers by canonical column, words of the dropdown."""

    sheet: str
    header_row: int
    headers: dict[str, str]
    words: tuple[str, ...]


@dataclass(frozen=True)
class Page:
    """One sheet: its name, header, widths in letters, rows."""

    name: str
    head: tuple[str, ...]
    widths: tuple[int, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True)
class Caseload:
    """One case manager's workbook; ``proposals`` rows begin with the proposal's id."""

    caseworker: str
    proposals: Page
    waiting: Page
    changes: Page
    notes: tuple[str, ...]


def write_caseload(path: Path, caseload: Caseload, form: Form) -> None:
    """Write the workbook; only its owner may read the file."""
    import xlsxwriter

    path.touch(mode=0o600)
    path.chmod(0o600)
    with xlsxwriter.Workbook(str(path), OPTIONS) as book:
        book.set_properties({"title": caseload.notes[0], "created": STAMP})
        formats = _formats(book)
        _write_decisions(book, caseload, form, formats)
        for page in (caseload.waiting, caseload.changes):
            sheet = book.add_worksheet(page.name)
            _write_rows(sheet, page, 0, formats)
            _finish(sheet, page, 0, caseload)
        notes = book.add_worksheet(say("casework_sheet_notes"))
        notes.set_column(0, 0, NOTE_WIDTH)
        for line, text in enumerate(caseload.notes):
            notes.write_string(line, 0, text, formats["title"] if line == 0 else formats["note"])
            notes.set_row(line, 24 if line == 0 else (len(text) // NOTE_WIDTH + 1) * 15 + 6)
        notes.set_paper(9)
        notes.fit_to_pages(1, 0)
        notes.hide_gridlines(2)


def _formats(book: Any) -> dict[str, Any]:
    text = {**FONT, "quote_prefix": True, "bottom": 4, "bottom_color": LINE, "font_color": INK}
    day = {"num_format": "dd.mm.yyyy", "align": "center"}
    entry = {"bg_color": OPEN_CELL, "locked": False, "border": 1, "border_color": LINE}
    header = {**FONT, "bold": True, "bottom": 2, "bg_color": "#E8EDF2", "font_color": INK}
    return {
        "header": book.add_format(header),
        "entry_header": book.add_format({**header, "bg_color": "#F5E3A3"}),
        "text": book.add_format({**text, "num_format": "@"}),
        "id": book.add_format({**text, "num_format": "@", "font_color": "#5B6770", "font_size": 8}),
        "number": book.add_format({**text, "num_format": "0", "quote_prefix": False, "align": "center"}),
        "day": book.add_format({**text, **day, "quote_prefix": False}),
        "entry": book.add_format({**text, **entry, "num_format": "@"}),
        "entry_day": book.add_format({**text, **day, **entry, "quote_prefix": False}),
        "missing": book.add_format({"bg_color": MISSING}),
        "title": book.add_format({**FONT, "bold": True, "font_size": 14}),
        "note": book.add_format({**FONT, "font_size": 11}),
    }


def _write_decisions(book: Any, caseload: Caseload, form: Form, formats: dict[str, Any]) -> None:
    page, top = caseload.proposals, form.header_row - 1
    sheet = book.add_worksheet(form.sheet)
    first = len(page.head)
    entries = tuple(form.headers[name] for name in ("decision", "reason", "decided_by", "decided_on"))
    whole = Page(page.name, (*page.head, *entries), (*page.widths, 12, 21, 14, 12), page.rows)
    _write_rows(sheet, whole, top, formats)
    for place, text in enumerate(entries, start=first):
        sheet.write_string(top, place, text, formats["entry_header"])
    for line in range(len(page.rows)):
        row = top + 1 + line
        sheet.write_blank(row, first, None, formats["entry"])
        sheet.write_blank(row, first + 1, None, formats["entry"])
        sheet.write_string(row, first + 2, caseload.caseworker, formats["entry"])
        sheet.write_blank(row, first + 3, None, formats["entry_day"])
    if page.rows:
        _guide(sheet, form, top + 1, top + len(page.rows), first, formats["missing"])
    sheet.protect("", {"sort": True, "autofilter": True, "format_columns": True, "format_rows": True})
    _finish(sheet, whole, top, caseload)


def _guide(sheet: Any, form: Form, begin: int, end: int, first: int, missing: Any) -> None:
    """Offer the words, ask for a day, and colour what a decision still lacks."""
    sheet.data_validation(
        begin,
        first,
        end,
        first,
        {"validate": "list", "source": list(form.words), "error_message": say("casework_wrong_decision")},
    )
    hint = say("casework_wrong_day", day=date(2021, 9, 15).strftime("%d.%m.%Y"))
    day = {"validate": "date", "criteria": ">=", "value": EARLIEST, "error_message": hint}
    sheet.data_validation(begin, first + 3, end, first + 3, day)
    for place in (first + 2, first + 3):
        decided, own = _address(begin, first), _address(begin, place)
        rule = {"type": "formula", "criteria": f'=AND({decided}<>"",{own}="")', "format": missing}
        sheet.conditional_format(begin, place, end, place, rule)


def _address(row: int, column: int) -> str:
    from xlsxwriter.utility import xl_rowcol_to_cell

    return str(xl_rowcol_to_cell(row, column, col_abs=True))


def _write_rows(sheet: Any, page: Page, top: int, formats: dict[str, Any]) -> None:
    for place, (name, width) in enumerate(zip(page.head, page.widths, strict=True)):
        sheet.write_string(top, place, name, formats["header"])
        sheet.set_column(place, place, width)
    sheet.set_row(top, 2 * LINE_HEIGHT + 3)
    for line, row in enumerate(page.rows, start=top + 1):
        for place, cell in enumerate(row):
            _write_cell(sheet, line, place, cell, formats, is_id=page.head[place] == page.head[0] and place == 0)
        lines = max(_lines(cell, page.widths[place]) for place, cell in enumerate(row))
        sheet.set_row(line, lines * LINE_HEIGHT + 3)


def _write_cell(sheet: Any, line: int, place: int, cell: Cell, formats: dict[str, Any], *, is_id: bool) -> None:
    if cell is None:
        sheet.write_blank(line, place, None, formats["text"])
    elif isinstance(cell, date):
        sheet.write_datetime(line, place, datetime.combine(cell, datetime.min.time()), formats["day"])
    elif isinstance(cell, int):
        sheet.write_number(line, place, cell, formats["number"])
    else:
        sheet.write_string(line, place, cell, formats["id" if is_id and len(cell) > 12 else "text"])


def _lines(cell: Cell, width: int) -> int:
    """Return how many lines a text takes in a column: workbooks do not grow rows by themselves when written."""
    if not isinstance(cell, str):
        return 1
    return sum(1 + len(part) // max(1, width - 1) for part in cell.split("\n"))


def _finish(sheet: Any, page: Page, top: int, caseload: Caseload) -> None:
    sheet.freeze_panes(top + 1, 2)
    sheet.autofilter(top, 0, top + max(1, len(page.rows)), len(page.head) - 1)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.set_margins(0.4, 0.4, 0.6, 0.6)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(top)
    sheet.set_header(f"&L{_plain(caseload.caseworker)}&R{_plain(caseload.notes[1])}")
    sheet.set_footer("&R&P / &N")
    sheet.hide_gridlines(2)


def _plain(text: str) -> str:
    """Return a text in which a page header sees no command."""
    return text.replace("&", "&&")[:120]


def safe_stem(name: str) -> str:
    """Return a file name's part for a case manager: letters and digits, others as a hyphen."""
    kept = "".join(sign if sign.isalnum() else "-" for sign in name.strip())
    return "-".join(part for part in kept.split("-") if part)[:60] or "-"


def once_each(stems: Sequence[str]) -> list[str]:
    """Return the stems, numbered where two would be one file, also where case alone differs."""
    seen: dict[str, int] = {}
    names = []
    for stem in stems:
        key = stem.casefold()
        seen[key] = seen.get(key, 0) + 1
        names.append(stem if seen[key] == 1 else f"{stem}-{seen[key]}")
    return names
