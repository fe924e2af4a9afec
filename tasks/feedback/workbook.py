"""The supplier's sheet written again: same order, rows and values, with the broken cells marked.

Cells are written as text, never as formulas, so that a value that begins with
``=``, ``+``, ``-`` or ``@`` stays what it is. The rejected values live here and
in the archive alone; the workbook goes to the supplier who sent them.
"""

import io
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from schemas.rules import RULES
from tasks.private_file import write_private

Cell = str | None
WIDEST = 40
RULES_SHEET = "Regeln"
LONGEST_NAME = 31
A4, RULE_WIDTH, LINE_HEIGHT = 9, 60, 15


@dataclass(frozen=True)
class Mark:
    """One broken place: row as shown, place of the column from 0 (None: the whole row), rule id."""

    row: int
    column: int | None
    rule: str


@dataclass(frozen=True)
class Sheet:
    """One sheet as delivered: ``lines`` maps the row as shown to its cells; ``header_row`` names the columns."""

    name: str
    header: Sequence[str]
    header_row: int
    lines: Mapping[int, Sequence[Cell]]


def write_workbook(path: Path, sheets: Sequence[tuple[Sheet, Sequence[Mark]]]) -> int:
    """Write the feedback workbook and return how many places are marked."""
    import xlsxwriter

    buffer = io.BytesIO()  # rejected values pass no temporary file
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(buffer, options) as book:
        formats = {
            "header": book.add_format({"bold": True, "bottom": 1, "num_format": "@"}),
            "text": book.add_format({"num_format": "@"}),
            "row": book.add_format({"bg_color": "#FFF4CC", "num_format": "@"}),
            "cell": book.add_format({"bg_color": "#F4B6A6", "bold": True, "num_format": "@"}),
            "count": book.add_format({"align": "center", "valign": "top"}),
            "wrap": book.add_format({"text_wrap": True, "valign": "top"}),
        }
        taken = {RULES_SHEET.casefold()}
        count = sum(_write_sheet(book, sheet, marks, formats, _free_name(sheet.name, taken)) for sheet, marks in sheets)
        _write_rules(book, Counter(mark.rule for _, marks in sheets for mark in marks), formats)
    write_private(path, buffer.getvalue())
    return count


def _free_name(name: str, taken: set[str]) -> str:
    """Return a name that a workbook may use: no ``[]:*?/\\``, no quote at its ends, 31 letters, not there yet."""
    bare = re.sub(r"[\[\]:*?/\\]", "_", name).strip("'")[:LONGEST_NAME] or "Blatt"
    free, number = bare, 2
    while free.casefold() in taken:
        free = f"{bare[: LONGEST_NAME - 4]} {number}"
        number += 1
    taken.add(free.casefold())
    return free


def _write_sheet(book: Any, sheet: Sheet, marks: Sequence[Mark], formats: Mapping[str, Any], title: str) -> int:
    page = book.add_worksheet(title)
    broken: dict[int, list[Mark]] = {}
    for mark in marks:
        broken.setdefault(mark.row, []).append(mark)
    for position, name in enumerate(sheet.header):
        page.write_string(sheet.header_row - 1, position, name, formats["header"])
    for row, cells in sheet.lines.items():
        marked = {mark.column or 0 for mark in broken.get(row, [])}
        for position, value in enumerate(cells):
            is_broken = position in marked or (row in broken and position >= len(sheet.header))
            style = formats["cell"] if is_broken else formats["row"] if row in broken else formats["text"]
            if value is None:
                page.write_blank(row - 1, position, None, style)
            else:
                page.write_string(row - 1, position, value, style)
    for row, found in broken.items():
        for position in sorted({mark.column or 0 for mark in found}):
            own = [mark for mark in found if (mark.column or 0) == position]
            text = "\n".join(f"{RULES[mark.rule].de}. {RULES[mark.rule].todo_de}" for mark in own)
            page.write_comment(row - 1, position, text, {"x_scale": 2, "y_scale": 1.2, "author": "teilhabe"})
    _set_widths(page, sheet)
    page.freeze_panes(sheet.header_row, 0)
    _set_up_print(page, sheet.header_row - 1)
    return sum(len(found) for found in broken.values())


def _set_widths(page: Any, sheet: Sheet) -> None:
    """Make each column as wide as its texts; rows above the header may run over their neighbours, as they did."""
    lines = [line for row, line in sheet.lines.items() if row > sheet.header_row]
    for position in range(max(len(sheet.header), *map(len, lines), 0)):
        name = sheet.header[position] if position < len(sheet.header) else ""
        widest = max([len(name), *(len(line[position] or "") for line in lines if position < len(line))])
        page.set_column(position, position, min(WIDEST, widest + 2))


def _set_up_print(page: Any, header: int) -> None:
    """Print on A4 across, one page wide, with the header on each page and sheet, page and pages below."""
    page.set_landscape()
    page.set_paper(A4)
    page.set_margins(left=0.5, right=0.5)
    page.fit_to_pages(1, 0)
    page.repeat_rows(header)
    page.set_footer("&L&A&R&P/&N")


def _write_rules(book: Any, counts: Mapping[str, int], formats: Mapping[str, Any]) -> None:
    page = book.add_worksheet(RULES_SHEET)
    for position, name in enumerate(("Regel", "Anzahl", "Was ist falsch", "Was ist zu tun")):
        page.write_string(0, position, name, formats["header"])
    for line, (rule, count) in enumerate(sorted(counts.items()), start=1):
        page.write_string(line, 0, rule, formats["wrap"])
        page.write_number(line, 1, count, formats["count"])
        page.write_string(line, 2, RULES[rule].de, formats["wrap"])
        page.write_string(line, 3, RULES[rule].todo_de, formats["wrap"])
        longest = max(len(RULES[rule].de), len(RULES[rule].todo_de))
        page.set_row(line, LINE_HEIGHT * -(-longest // RULE_WIDTH))  # not every program finds the height itself
    page.set_column(0, 0, 26)
    page.set_column(1, 1, 8)
    page.set_column(2, 3, RULE_WIDTH)
    _set_up_print(page, 0)
