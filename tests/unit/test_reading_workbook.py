"""Workbooks: dates, errors, hidden parts, passwords, far cells; files made by the tests."""

import datetime as dt
import io
import struct
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msoffcrypto.format.ooxml
import openpyxl
import pytest
import xlsxwriter
import xlwt
from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import Table, TableCell, TableRow
from odf.text import P

from tasks.conform.reading import RawSheet, ReadLimits, ReadRequest
from tasks.conform.reading.formats import read_sheets
from tasks.conform.reading.refusal import Refused


def read(content: bytes, **asked: Any) -> tuple[RawSheet, list[list[str | None]]]:
    """Read in this process; return the sheet and its rows, each with its number first."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path = folder / "lieferung.dat"
        path.write_bytes(content)
        (reply,) = read_sheets(ReadRequest(path, **{"type": "excel", **asked}), ReadLimits(), folder)
        sheet = RawSheet.from_json(reply, folder, path.name)
        rows = [list(row.values()) for batch in sheet.batches() for row in batch.to_pylist()]
    return sheet, rows


def refusal(content: bytes, **asked: Any) -> str:
    with pytest.raises(Refused) as caught:
        read(content, **asked)
    return caught.value.code


def xlsx(fill: Callable[[Any, Any], None], **options: Any) -> bytes:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, options) as book:
        fill(book, book.add_worksheet("Liste"))
    return buffer.getvalue()


def table(book: Any, sheet: Any) -> None:
    sheet.write_row(0, 0, ["Nr", "Name"])
    sheet.write_row(1, 0, [1, "Ali"])


def xls(fill: Callable[[Any, Any], None]) -> bytes:
    book = xlwt.Workbook()
    fill(book, book.add_sheet("Liste"))
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def ods(rows: list[list[dict[str, str]]]) -> bytes:
    book, sheet = OpenDocumentSpreadsheet(), Table(name="Liste")
    for cells in rows:
        row = TableRow()
        for cell in cells:
            text = cell.get("text", "")
            made = TableCell(**{key: value for key, value in cell.items() if key != "text"})
            made.addElement(P(text=text))
            row.addElement(made)
        sheet.addElement(row)
    book.spreadsheet.addElement(sheet)
    buffer = io.BytesIO()
    book.write(buffer)
    return buffer.getvalue()


def changed(
    content: bytes, change: Callable[[str, bytes], bytes | None], extra: dict[str, bytes] | None = None
) -> bytes:
    """Return the zip with members changed, left out or added."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.infolist():
            data = change(member.filename, old.read(member))
            if data is not None:
                new.writestr(member.filename, data)
        for name, data in (extra or {}).items():
            new.writestr(name, data)
    return buffer.getvalue()


def test_values_come_as_text_dates_in_iso_numbers_shortest() -> None:
    def fill(book: Any, sheet: Any) -> None:
        day, moment = book.add_format({"num_format": "dd.mm.yyyy"}), book.add_format({"num_format": "dd.mm.yyyy hh:mm"})
        sheet.write_row(0, 0, list("abcdefghi"))
        sheet.write_datetime(1, 0, dt.datetime(2021, 3, 1), day)  # noqa: DTZ001
        sheet.write_datetime(1, 1, dt.datetime(2021, 3, 1, 12, 30), moment)  # noqa: DTZ001
        sheet.write_number(1, 2, 3.0)
        sheet.write_number(1, 3, 0.71, book.add_format({"num_format": "0%"}))
        sheet.write_boolean(1, 4, True)  # noqa: FBT003
        sheet.write_string(1, 5, "007")
        sheet.write_number(1, 6, 0.375, book.add_format({"num_format": "hh:mm"}))
        sheet.write_number(1, 7, 1.5, book.add_format({"num_format": "[h]:mm"}))
        sheet.write_string(1, 8, " NA\u00a0")

    _, rows = read(xlsx(fill))
    assert rows == [[2, "2021-03-01", "2021-03-01T12:30:00", "3", "0.71", "true", "007", "09:00", "36:00", "NA"]]


@pytest.mark.parametrize("is_1904", [False, True])
def test_dates_are_right_in_both_systems_and_the_system_is_told(is_1904: bool) -> None:
    def fill(book: Any, sheet: Any) -> None:
        sheet.write(0, 0, "Eintritt")
        day = book.add_format({"num_format": "dd.mm.yyyy"})
        sheet.write_datetime(1, 0, dt.datetime(2021, 3, 1), day)  # noqa: DTZ001

    def fill_xls(book: Any, sheet: Any) -> None:
        book.dates_1904 = is_1904
        sheet.write(0, 0, "Eintritt")
        sheet.write(1, 0, dt.date(2021, 3, 1), xlwt.easyxf(num_format_str="DD.MM.YYYY"))

    for content in (xlsx(fill, date_1904=is_1904), xls(fill_xls)):
        sheet, rows = read(content)
        assert (sheet.date_system, sheet.is_workbook) == ("1904" if is_1904 else "1900", True)
        assert rows == [[2, "2021-03-01"]]


def test_error_cells_of_xlsx_are_empty_with_a_place() -> None:
    def fill(book: Any, sheet: Any) -> None:
        table(book, sheet)
        sheet.write_formula(2, 1, "=1/0", None, "#DIV/0!")
        sheet.write_string(3, 1, "#NV")

    sheet, rows = read(xlsx(fill))
    assert [(f.rule, f.row, f.column) for f in sheet.findings] == [("error_cell", 3, "Name"), ("error_cell", 4, "Name")]
    assert [row[0] for row in rows] == [2, 3, 4]


def test_error_cells_of_xls_are_empty_with_a_place() -> None:
    def fill(book: Any, sheet: Any) -> None:
        sheet.write(0, 0, "Nr")
        sheet.write(1, 0, 1)
        sheet.row(2).set_cell_error(0, 0x2A)

    assert [(f.rule, f.row, f.column) for f in read(xls(fill))[0].findings] == [("error_cell", 3, "Nr")]


def test_error_cells_of_ods_are_empty_with_a_place() -> None:
    rows = [
        [{"valuetype": "string", "text": "Nr"}],
        [{"valuetype": "float", "value": "0", "formula": "of:=1/0", "text": "#DIV/0!"}],
    ]
    sheet, read_rows = read(ods(rows))
    assert [(f.rule, f.row, f.column) for f in sheet.findings] == [("error_cell", 2, "Nr")]
    assert read_rows == [[2, None]]


def test_ods_values_come_as_text() -> None:
    head = [{"valuetype": "string", "text": name} for name in "abcd"]
    body = [
        {"valuetype": "date", "datevalue": "2021-03-01", "text": "1. März"},
        {"valuetype": "float", "value": "3", "text": "3,00"},
        {"valuetype": "boolean", "booleanvalue": "true", "text": "WAHR"},
        {"valuetype": "string", "text": "Ali"},
    ]
    sheet, rows = read(ods([head, body]))
    assert (rows, sheet.format) == ([[2, "2021-03-01", "3", "true", "Ali"]], "ods")


def test_hidden_rows_and_columns_are_read_and_told() -> None:
    def fill(book: Any, sheet: Any) -> None:
        table(book, sheet)
        sheet.set_column(1, 1, None, None, {"hidden": True})
        sheet.set_row(1, None, None, {"hidden": True})

    sheet, rows = read(xlsx(fill))
    assert [(f.rule, f.column, f.count) for f in sheet.findings] == [
        ("hidden_column", "Name", 1),
        ("hidden_row", None, 1),
    ]
    assert rows == [[2, "1", "Ali"]]


def test_a_hidden_sheet_is_never_chosen_and_never_read() -> None:
    def fill(book: Any, sheet: Any) -> None:
        sheet.hide()
        sheet.write(0, 0, "geheim")
        shown = book.add_worksheet("Sichtbar")
        shown.activate()
        table(book, shown)

    content = xlsx(fill)
    assert read(content)[0].sheet == "Sichtbar"
    assert refusal(content, sheet="Liste") == "E307"
    assert refusal(content, sheet="Fehlt") == "E309"


def test_logo_rows_above_and_totals_below() -> None:
    def fill(book: Any, sheet: Any) -> None:
        sheet.write(0, 2, "Kreis Paderborn")
        sheet.write_row(3, 1, ["Nr", "Name"])
        sheet.write_row(4, 1, [1, "Ali"])
        sheet.write_row(6, 1, ["Summe", 1])

    sheet, rows = read(xlsx(fill), headers=("Name", "Nr"), skip_footer=1)
    assert (sheet.header, sheet.header_row, sheet.blank, sheet.footer) == (("", "Nr", "Name"), 4, 1, 1)
    assert rows == [[5, None, "1", "Ali"]]


def test_two_header_rows_fill_merged_names_right_and_no_further() -> None:
    def fill(book: Any, sheet: Any) -> None:
        sheet.merge_range(0, 0, 0, 1, "Person")
        sheet.merge_range(0, 3, 1, 3, "Notiz")
        sheet.write_row(1, 0, ["Name", "Vorname", "Nr"])
        sheet.write_row(2, 0, ["Sahin", "Ali", 1, "x"])

    assert read(xlsx(fill), header_rows=2)[0].header == ("Person Name", "Person Vorname", "Nr", "Notiz")


def test_merged_data_cells_are_not_filled() -> None:
    def fill(book: Any, sheet: Any) -> None:
        table(book, sheet)
        sheet.merge_range(2, 0, 3, 0, "2")
        sheet.write_column(2, 1, ["Bo", "Cy"])

    assert read(xlsx(fill))[1][1:] == [[3, "2", "Bo"], [4, None, "Cy"]]


def test_x000d_is_decoded() -> None:
    content = changed(xlsx(table), lambda name, data: data.replace(b"Ali", b"A_x000D_\nli"))
    assert read(content)[1] == [[2, "1", "A\r\nli"]]


def test_a_far_cell_is_refused_before_it_takes_memory() -> None:
    def fill(book: Any, sheet: Any) -> None:
        table(book, sheet)
        sheet.write(1_048_575, 16_383, "x")

    assert refusal(xlsx(fill)) == "E365"


def test_a_far_cell_without_value_is_harmless() -> None:
    def fill(book: Any, sheet: Any) -> None:
        table(book, sheet)
        sheet.write_blank(1_048_575, 16_383, None, book.add_format({"bold": True}))

    assert read(xlsx(fill))[0].rows == 1


def test_repeated_ods_cells_are_refused_before_they_take_memory() -> None:
    content = ods([[{"valuetype": "string", "text": "a", "numbercolumnsrepeated": "999999999"}]])
    assert refusal(content) == "E365"


def test_a_doctype_in_any_part_is_refused() -> None:
    bomb = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa">]><x>&a;</x>'
    assert refusal(changed(xlsx(table), lambda _, data: data, {"docProps/custom.xml": bomb})) == "E376"


@pytest.mark.parametrize("name", ["xl/Workbook.xml", "xl/workbook.xml"])
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_name_that_stands_twice_is_refused(name: str) -> None:
    assert refusal(changed(xlsx(table), lambda _, data: data, {name: b"<x/>"})) == "E371"


@pytest.mark.parametrize("name", ["../x.xml", "/etc/x.xml", "a\\..\\..\\x", "C:/x"])
def test_climbing_and_absolute_names_are_refused(name: str) -> None:
    assert refusal(changed(xlsx(table), lambda _, data: data, {name: b"<x/>"})) == "E372"


def test_a_zip_bomb_is_refused() -> None:
    assert refusal(changed(xlsx(table), lambda _, data: data, {"x.bin": bytes(40 * 1024 * 1024)})) == "E373"


def test_protected_xlsx_opens_with_its_password_only() -> None:
    plain, locked = io.BytesIO(xlsx(table)), io.BytesIO()
    msoffcrypto.format.ooxml.OOXMLFile(plain).encrypt("geheim", locked)
    content = locked.getvalue()
    assert read(content, password="geheim")[1] == [[2, "1", "Ali"]]
    assert refusal(content) == refusal(content, password="falsch") == "E306"


def test_protected_ods_is_refused_with_its_own_message() -> None:
    manifest = (
        b'<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"><manifest:file-entry '
        b'manifest:full-path="content.xml"><manifest:encryption-data/></manifest:file-entry></manifest:manifest>'
    )
    content = ods([[{"valuetype": "string", "text": "a"}]])
    assert refusal(changed(content, lambda n, d: manifest if n == "META-INF/manifest.xml" else d)) == "E366"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"Nr;Name\n1;x\n", "E364"),
        (b"<html><table><tr><td>1</td></tr></table></html>", "E364"),
        (b"%PDF-1.7\n", "E364"),
        (b"PK\x03\x04" + bytes(60), "E302"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "E302"),
    ],
)
def test_what_is_no_workbook_is_named_and_refused(content: bytes, code: str) -> None:
    assert refusal(content) == code


def test_a_cut_workbook_is_refused() -> None:
    content = xlsx(table)
    assert refusal(content[: len(content) // 2]) == "E302"


def test_an_empty_sheet_is_refused() -> None:
    assert refusal(xlsx(lambda *_: None)) == "E351"


def test_a_workbook_by_another_writer_reads_the_same() -> None:
    book, buffer = openpyxl.Workbook(), io.BytesIO()
    for row in (["Nr", "Name"], [1, "Ali"]):
        book.active.append(row)
    book.save(buffer)
    assert read(buffer.getvalue())[1] == [[2, "1", "Ali"]]


def test_a_zip_with_one_delivery_is_unpacked() -> None:
    for content, asked in ((xlsx(table), {}), (b"Nr;Name\n1;Ali\n", {"type": "csv"})):
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as archive:
            archive.writestr("ordner/", b"")
            archive.writestr("__MACOSX/._x", b"clutter")
            archive.writestr("ordner/lieferung", content)
        assert read(buffer.getvalue(), **asked)[1] == [[2, "1", "Ali"]]


def test_a_zip_with_two_deliveries_is_refused() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("a.csv", b"a;b\n")
        archive.writestr("b.csv", b"a;b\n")
    assert refusal(buffer.getvalue(), type="csv") == "E375"


def record(kind: int, data: bytes = b"") -> bytes:
    """One xlsb record."""
    head = bytes([kind]) if kind < 128 else bytes([kind & 0x7F | 0x80, kind >> 7])
    return head + bytes([len(data)]) + data


def wide(text: str) -> bytes:
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


def xlsb(*, is_1904: bool) -> bytes:
    """A workbook of two rows made by hand: nobody writes xlsb in Python."""
    book = record(131) + record(153, struct.pack("<III", is_1904, 0, 0) + wide("")) + record(143)
    book += record(156, struct.pack("<II", 0, 1) + wide("rId1") + wide("Liste")) + record(144) + record(132)
    cell = struct.Struct("<II")
    sheet = record(129) + record(148, struct.pack("<IIII", 0, 1, 0, 1)) + record(145)
    for row, cells in enumerate(([(6, wide("Nr")), (6, wide("Name"))], [(5, struct.pack("<d", 7.0)), (3, b"\x07")])):
        sheet += record(0, struct.pack("<IIHBBBI", row, 0, 300, 0, 0x10 * row, 0, 0))
        sheet += b"".join(record(kind, cell.pack(column, 0) + data) for column, (kind, data) in enumerate(cells))
    sheet += record(146) + record(130)
    schemas = "http://schemas.openxmlformats.org"
    relation = f'<Relationships xmlns="{schemas}/package/2006/relationships"><Relationship Id="rId1"'
    relation += f' Type="{schemas}/officeDocument/2006/relationships/worksheet"'
    relation += ' Target="worksheets/sheet1.bin"/></Relationships>'
    types = b'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("[Content_Types].xml", types)
        archive.writestr("xl/workbook.bin", book)
        archive.writestr("xl/_rels/workbook.bin.rels", relation)
        archive.writestr("xl/worksheets/sheet1.bin", sheet)
    return buffer.getvalue()


@pytest.mark.parametrize("is_1904", [False, True])
def test_xlsb_with_errors_hidden_rows_and_date_system(is_1904: bool) -> None:
    sheet, rows = read(xlsb(is_1904=is_1904))
    assert (sheet.format, sheet.date_system) == ("xlsb", "1904" if is_1904 else "1900")
    assert [(f.rule, f.row, f.column) for f in sheet.findings] == [
        ("hidden_row", None, None),
        ("error_cell", 2, "Name"),
    ]
    assert rows == [[2, "7", None]]
