"""The report's tables as a workbook, a sheet a table; every text stays text."""

from datetime import datetime
from io import BytesIO
from typing import Any

from schemas.messages import say
from tasks.report.blocks import Report, Table

STAMP = datetime(2020, 1, 1)  # noqa: DTZ001  # fixed: two runs on the same figures are the same bytes


def workbook_of(report: Report) -> bytes:
    """Return a cover sheet and every table; whole numbers are numbers, all else is text as printed."""
    import xlsxwriter

    content = BytesIO()
    settings = {"strings_to_formulas": False, "strings_to_urls": False, "in_memory": True}
    with xlsxwriter.Workbook(content, settings) as book:
        book.set_properties({"title": report.title, "author": report.county, "created": STAMP})
        bold = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        wrap = book.add_format({"text_wrap": True, "valign": "top"})
        right = book.add_format({"align": "right", "valign": "top"})
        cover = book.add_worksheet(say("report_cover"))
        cover.set_column(0, 0, 110, wrap)
        lines = (report.title, report.county, say(f"report_state_{report.state}"), report.headline, report.footnote)
        for line, text in enumerate(lines):
            cover.write_string(line, 0, text, bold if line == 0 else wrap)
        for table in report.tables:
            page = book.add_worksheet(table.name)
            _write_table(page, table, bold, wrap, right)
            page.set_landscape()
            page.set_paper(9)
            page.fit_to_pages(1, 0)
    return content.getvalue()


def _write_table(sheet: Any, table: Table, bold: object, wrap: object, right: object) -> None:
    sheet.write_string(0, 0, table.caption)
    for place, name in enumerate(table.head):
        sheet.write_string(2, place, name, bold)
        widest = max([len(name), *(len(str(row[place] or "")) for row in table.rows)])
        sheet.set_column(place, place, min(max(widest + 2, 10), 60))
    for line, row in enumerate(table.rows, start=3):
        for place, cell in enumerate(row):
            style = right if place in table.right else wrap
            if isinstance(cell, int):
                sheet.write_number(line, place, cell, style)
            elif cell is not None:
                sheet.write_string(line, place, cell, style)
    sheet.freeze_panes(3, 1)
