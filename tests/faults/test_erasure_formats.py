"""Archived files of every kind are written anew without an erased person's lines, and read the same but for them."""

import io
import json
import struct
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import msoffcrypto
import olefile
import pytest
import xlsxwriter
import xlwt
from msoffcrypto.format.ooxml import OOXMLFile

from tests.flows.county import PEOPLE_RECORDS, MadeUpCounty

NAME = "Qwertzberg"
PASSWORD = "geheim-genug"
OLE = b"\xd0\xcf\x11\xe0"
HEADER = ["id", "nach", "vor", "geb", "status", "ags", "eintritt"]
ROWS = [
    ["1", "Aydin", "Anna", "01.02.2000", "D", "09999001", "2021-02-15"],
    ["7007", NAME, "Yulduz", "05.06.2000", "G", "09999002", "2021-02-10"],
    ["3", "Çelik", "Ayşe", "03.02.2000", "D", "09999003", ""],
]


def csv_of(rows: list[list[str]], *, end: str = "\n") -> bytes:
    return (end.join(";".join(row) for row in [HEADER, *rows]) + end).encode()


def quoted() -> bytes:
    """A Windows file with a byte order mark, quoted cells over several lines, a ragged row and an open quote."""
    lines = [
        ";".join(HEADER),
        '1;"Aydin";"Anna";01.02.2000;D;09999001;2021-02-15',
        f'7007;"{NAME}";"Yul\r\nduz";05.06.2000;G;09999002;2021-02-10',
        "3;Çelik;Ayşe;03.02.2000;D;09999003;",
        "4;zu;kurz",
        '5;"offen;Dana;04.02.2000;D;09999001;',
        "6;Ende;Emre;06.02.2000;D;09999001;",
    ]
    return b"\xef\xbb\xbf" + ("\r\n".join(lines) + "\r\n").encode()


def zipped() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("leute.csv", csv_of(ROWS))
    return out.getvalue()


def json_of() -> bytes:
    records: list[dict[str, Any]] = [dict(zip(HEADER, row, strict=True)) for row in ROWS]
    records[0]["quote"], records[2]["quote"] = 1.50, 12
    return json.dumps({"leute": records}).replace("1.5", "1.50").encode()


def xlsx() -> bytes:
    """A logo row, a footer, a second sheet, a comment and the name in the document's properties."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        book.set_properties({"author": NAME})
        other, page = book.add_worksheet("Deckblatt"), book.add_worksheet("Leute")
        other.write(0, 0, NAME)
        page.write(0, 0, "Kreis Probe")
        for number, row in enumerate([HEADER, *ROWS], 2):
            page.write_row(number, 0, row)
        page.write_datetime(3, 3, date(2000, 2, 1), book.add_format({"num_format": "dd.mm.yyyy"}))
        page.write_comment(4, 1, f"{NAME} anrufen")
        page.write(6, 0, "Summe")
        page.write(6, 1, 3)
    return out.getvalue()


def ods() -> bytes:
    body = "".join(
        "<table:table-row>"
        + "".join(
            f'<table:table-cell office:value-type="string"><text:p>{cell}</text:p></table:table-cell>' for cell in row
        )
        + "</table:table-row>"
        for row in [HEADER, *ROWS]
    )
    spaces = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text")
    )
    content = (
        f'<?xml version="1.0"?><office:document-content {spaces}><office:body><office:spreadsheet>'
        f'<table:table table:name="Leute">{body}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", content)
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
    return out.getvalue()


def xls() -> bytes:
    """A workbook as Excel 97 wrote it; the person stands on a second sheet and in the properties, too."""
    book, out = xlwt.Workbook(), io.BytesIO()
    book.owner = NAME
    page, other = book.add_sheet("Leute"), book.add_sheet("Notizen")
    other.write(0, 0, f"{NAME} anrufen")
    for number, row in enumerate([HEADER, *ROWS]):
        for column, cell in enumerate(row):
            page.write(number, column, cell)
    book.save(out)
    return out.getvalue()


def xlsb() -> bytes:
    """Made by hand, record by record: no Python library writes this kind."""

    def record(kind: int, data: bytes = b"") -> bytes:
        head = bytes([kind]) if kind < 128 else bytes([kind & 0x7F | 0x80, kind >> 7])
        return head + bytes([len(data)]) + data

    def wide(text: str) -> bytes:
        return struct.pack("<I", len(text)) + text.encode("utf-16-le")

    book = record(131) + record(143) + record(156, struct.pack("<II", 0, 1) + wide("rId1") + wide("Leute"))
    book += record(144) + record(132)
    sheet = record(129) + record(148, struct.pack("<IIII", 0, len(ROWS), 0, len(HEADER) - 1)) + record(145)
    for number, row in enumerate([HEADER, *ROWS]):
        sheet += record(0, struct.pack("<IIHBBBI", number, 0, 300, 0, 0, 0, 0))
        sheet += b"".join(record(6, struct.pack("<II", at, 0) + wide(cell)) for at, cell in enumerate(row) if cell)
    sheet += record(146) + record(130)
    schemas = "http://schemas.openxmlformats.org"
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("[Content_Types].xml", f'<Types xmlns="{schemas}/package/2006/content-types"/>')
        archive.writestr("xl/workbook.bin", book)
        archive.writestr(
            "xl/_rels/workbook.bin.rels",
            f'<Relationships xmlns="{schemas}/package/2006/relationships"><Relationship Id="rId1" '
            f'Type="{schemas}/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.bin"/>'
            "</Relationships>",
        )
        archive.writestr("xl/worksheets/sheet1.bin", sheet)
    return out.getvalue()


def protected() -> bytes:
    """The same workbook behind a password that the county knows."""
    out = io.BytesIO()
    OOXMLFile(io.BytesIO(xlsx())).encrypt(PASSWORD, out)
    return out.getvalue()


def plain(path: Path) -> bytes:
    content = path.read_bytes()
    if content.startswith(OLE) and olefile.OleFileIO(io.BytesIO(content)).exists("EncryptedPackage"):
        locked, opened = msoffcrypto.OfficeFile(io.BytesIO(content)), io.BytesIO()
        locked.load_key(password=PASSWORD)
        locked.decrypt(opened)
        content = opened.getvalue()
    if not zipfile.is_zipfile(io.BytesIO(content)):
        return content
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return b"\n".join(archive.read(name) for name in archive.namelist())


CASES: list[tuple[str, str, str, Callable[[], bytes], int]] = [
    ("csv", "csv", 'type: csv, delimiter: ";"', lambda: csv_of(ROWS), 0),
    ("quoted", "csv", 'type: csv, delimiter: ";"', quoted, 8),
    ("latin", "csv", "type: csv, encoding: iso8859-9", lambda: csv_of(ROWS).decode().encode("iso8859-9"), 0),
    ("mac", "csv", 'type: csv, delimiter: ";"', lambda: csv_of(ROWS, end="\r"), 0),
    ("zip", "zip", 'type: csv, delimiter: ";"', zipped, 0),
    ("json", "json", "type: json", json_of, 0),
    ("xlsx", "xlsx", "type: excel, sheet: Leute, skip_footer: 1", xlsx, 0),
    ("ods", "ods", "type: excel, sheet: Leute", ods, 0),
    ("xls", "xls", "type: excel, sheet: Leute", xls, 0),
    ("xlsb", "xlsb", "type: excel, sheet: Leute", xlsb, 0),
    ("protected", "xlsx", f"type: excel, sheet: Leute, skip_footer: 1, password: {PASSWORD}", protected, 0),
]


@pytest.mark.parametrize(("suffix", "form", "content", "code"), [case[1:] for case in CASES], ids=[c[0] for c in CASES])
def test_lines_go_and_nothing_else_changes(
    tmp_path: Path, warehouse_url: str, suffix: str, form: str, content: Callable[[], bytes], code: int
) -> None:
    county = MadeUpCounty(tmp_path / "county", warehouse_url)
    county.source("leute", PEOPLE_RECORDS, form=form)
    (county.inbox / f"leute.{suffix}").write_bytes(content())
    first = county.sync("2021-03-01")
    assert first.code == code, first.stderr
    found, _, rejected = first.records("leute", "participants")
    others = (
        "SELECT last_name, first_name, birth_date, row FROM vault.identity_version WHERE closed_load IS NULL ORDER BY 4"
    )
    before = [row for row in county.rows(others) if row[0] != NAME]
    tickets = county.tickets()
    done = county.run("erase", "leute:7007", "--reason", "Antrag", "--yes")
    assert (done.code, done.document["archive"]) == (0, {"leute": 1}), done.stderr
    objects = [path for path in (county.folder / "state" / "raw").rglob("*") if path.is_file()]
    assert objects
    assert all(NAME.encode() not in plain(path) and b"7007" not in plain(path) for path in objects)
    if PASSWORD in form:
        assert all(path.read_bytes().startswith(OLE) for path in objects if path.suffix != ".json"), "still protected"
    again = county.run("rerun", "--since", "2021-03-01", "--from-raw", "--reason", "Probe")
    assert again.code == code, again.stderr
    assert again.records("leute", "participants") == (found - 1, found - 1 - rejected, rejected)
    assert county.rows(others) == before
    assert county.tickets() == tickets


def test_a_sealed_archive_stays_sealed(tmp_path: Path, warehouse_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEILHABE_ARCHIVE_KEY", "11" * 32)
    county = MadeUpCounty(tmp_path / "county", warehouse_url).source("leute", PEOPLE_RECORDS)
    (county.inbox / "leute.csv").write_bytes(csv_of(ROWS))
    assert county.sync("2021-03-01").code == 0
    assert county.run("erase", "leute:7007", "--reason", "Antrag", "--yes").document["archive"] == {"leute": 1}
    objects = [p for p in (county.folder / "state" / "raw").rglob("*") if p.is_file() and p.suffix != ".json"]
    assert [path.suffix for path in objects] == [".aead"]
    again = county.run("rerun", "--since", "2021-03-01", "--from-raw", "--reason", "Probe")
    assert again.records("leute", "participants") == (2, 2, 0)
