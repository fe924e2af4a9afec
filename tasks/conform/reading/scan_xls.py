"""Scan an xls: BIFF8 records inside an OLE file ([MS-XLS] 2.4)."""

import struct
from collections.abc import Iterator
from typing import IO

import olefile  # type: ignore[import-untyped]

from tasks.conform.reading.delivery import ReadLimits
from tasks.conform.reading.refusal import Refused
from tasks.conform.reading.sheet_scan import SheetScan

END, DATE_MODE, FILE_PASS, FORMULA, COLUMNS, BOUND_SHEET, ROW, ERROR = 0x0A, 0x22, 0x2F, 0x06, 0x7D, 0x85, 0x208, 0x205

EMPTY_TEXT = 3
"""Kind of a formula's saved result."""


def ole_kind(source: IO[bytes]) -> str:
    """Return ``xls``, ``encrypted`` (an OLE wrapper around a protected xlsx) or what else the OLE file holds."""
    try:
        with olefile.OleFileIO(source) as ole:
            if ole.exists("EncryptedPackage"):
                return "encrypted"
            if ole.exists("Workbook") or ole.exists("Book"):
                return "xls"
            return "Word" if ole.exists("WordDocument") else "OLE"
    except Exception:
        raise Refused("E302", kind="OLE") from None


def book_stream(source: IO[bytes]) -> bytes:
    """Return the workbook's stream."""
    source.seek(0)
    try:
        with olefile.OleFileIO(source) as ole:
            stream: bytes = ole.openstream("Workbook" if ole.exists("Workbook") else "Book").read()
    except MemoryError:
        raise
    except Exception:
        raise Refused("E302", kind="XLS") from None
    return stream


def has_password(stream: bytes) -> bool:
    """Tell whether the workbook is encrypted."""
    return any(kind == FILE_PASS for kind, _ in records(stream, 0))


def scan_xls(stream: bytes, sheet: str, sheets: list[str], limits: ReadLimits) -> SheetScan:
    """Scan the named sheet; ``sheets`` are all names in the workbook's order."""
    scan = SheetScan()
    starts: list[int] = []
    for kind, data in records(stream, 0):
        if kind == DATE_MODE and data[:1] == b"\x01":
            scan.date_system = "1904"
        elif kind == BOUND_SHEET and len(data) >= 4:
            starts.append(struct.unpack_from("<I", data)[0])
    place = sheets.index(sheet)
    if place >= len(starts):
        return scan
    for kind, data in records(stream, starts[place]):
        _scan_record(scan, kind, data, limits)
    for row, column in _uncomputed(stream, starts[place], limits.findings):
        scan.add_unvalued(row, column, limits)
    return scan


def _uncomputed(stream: bytes, start: int, limit: int) -> list[tuple[int, int]]:
    """Return the formulas of a sheet that no program has computed.

    The file says "empty text" for them, as for a computed ``""``: they are told apart by their company, for a
    program that computes nothing leaves every formula so.
    """
    empty: list[tuple[int, int]] = []
    for kind, data in records(stream, start):
        if kind != FORMULA or len(data) < 14:
            continue
        if data[12:14] != b"\xff\xff" or data[6] != EMPTY_TEXT:
            return []
        if len(empty) <= limit:
            empty.append(struct.unpack_from("<HH", data))
    return empty


def _scan_record(scan: SheetScan, kind: int, data: bytes, limits: ReadLimits) -> None:
    is_error = kind == ERROR and len(data) >= 8 and data[7] == 1
    is_failed = kind == FORMULA and len(data) >= 14 and data[12:14] == b"\xff\xff" and data[6] == 2
    if is_error or is_failed:
        row, column = struct.unpack_from("<HH", data)
        scan.add_error(row, column, limits)
    elif kind == ROW and len(data) >= 16:
        scan.hidden_rows += bool(data[12] & 0x20)
    elif kind == COLUMNS and len(data) >= 10 and data[8] & 0x01:
        first, last = struct.unpack_from("<HH", data)
        scan.hide_columns(first, min(last, 255))


def records(stream: bytes, pos: int) -> Iterator[tuple[int, bytes]]:
    """Yield the records of one substream, up to its end mark."""
    depth = 0
    while pos + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, pos)
        data = stream[pos + 4 : pos + 4 + length]
        pos += 4 + length
        depth += kind & 0xFF == 0x09 and kind in {0x0009, 0x0209, 0x0409, 0x0809}
        if kind == END:
            depth -= 1
            if depth <= 0:
                return
        yield kind, data
