"""Scan an xlsb: a chain of binary records, each a type, a length and its bytes ([MS-XLSB] 2.1.4)."""

import struct
import zipfile
from collections.abc import Iterator

from tasks.conform.reading.delivery import ReadLimits
from tasks.conform.reading.refusal import Refused
from tasks.conform.reading.scan_xlsx import sheet_part
from tasks.conform.reading.sheet_scan import SheetScan

ROW, COLUMNS, BOOK, BUNDLE_SHEET = 0, 60, 153, 156
CELLS = range(2, 12)
ERRORS = {3, 11}


def scan_xlsb(archive: zipfile.ZipFile, sheet: str, limits: ReadLimits) -> SheetScan:
    """Scan the named sheet."""
    scan = SheetScan()
    names = {name.casefold(): name for name in archive.namelist()}
    relation = ""
    for kind, data in records(archive.read(names["xl/workbook.bin"])):
        if kind == BOOK and len(data) >= 4:
            scan.date_system = "1904" if data[0] & 0x01 else "1900"
        elif kind == BUNDLE_SHEET:
            identity, rest = wide_string(data, 8)
            if wide_string(data, rest)[0] == sheet:
                relation = identity
    target = sheet_part(archive, names, "xl/_rels/workbook.bin.rels", relation)
    row = 0
    for kind, data in records(archive.read(target)):
        if kind == ROW and len(data) >= 12:
            row = struct.unpack_from("<I", data)[0]
            scan.hidden_rows += bool(data[11] & 0x10)
        elif kind in CELLS and len(data) >= 4:
            column = struct.unpack_from("<I", data)[0]
            scan.add_cell(row, column, limits)
            if kind in ERRORS:
                scan.add_error(row, column, limits)
        elif kind == COLUMNS and len(data) >= 18 and data[16] & 0x01:
            scan.hide_columns(*struct.unpack_from("<II", data))
    return scan


def records(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield each record's type and bytes; a length that points past the end is refused."""
    pos, end = 0, len(data)
    while pos < end:
        kind, pos = _variable(data, pos, 2)
        length, pos = _variable(data, pos, 4)
        if pos + length > end:
            raise Refused("E302", kind="XLSB")
        yield kind, data[pos : pos + length]
        pos += length


def _variable(data: bytes, pos: int, most: int) -> tuple[int, int]:
    """Read a number of seven bits a byte; a type keeps its high bits as they are defined in the format."""
    value = 0
    for index in range(most):
        if pos >= len(data):
            raise Refused("E302", kind="XLSB")
        byte = data[pos]
        pos += 1
        value |= (byte & 0x7F) << (7 * index)
        if not byte & 0x80:
            break
    return value, pos


def wide_string(data: bytes, pos: int) -> tuple[str, int]:
    """Return the text at ``pos`` (a count of UTF-16 units before it) and the place behind it."""
    if pos + 4 > len(data):
        raise Refused("E302", kind="XLSB")
    end = pos + 4 + 2 * int(struct.unpack_from("<I", data, pos)[0])
    if end > len(data):
        raise Refused("E302", kind="XLSB")
    return data[pos + 4 : end].decode("utf-16-le", "replace"), end
