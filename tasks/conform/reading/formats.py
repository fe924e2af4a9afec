"""Take a file for what it is, compare that with what its source says, and read it."""

import os
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import IO, Any

from tasks.conform.reading.archive import archive_kind, check_archive, unpack_single
from tasks.conform.reading.delivery import ReadLimits, ReadRequest
from tasks.conform.reading.refusal import Refused
from tasks.conform.reading.sniff import sniff

SNIFF_BYTES = 4096
FITTING = {
    "csv": {"text"},
    "excel": {"zip", "ole"},
    "json": {"text"},
    "hsds": {"text"},
    "openqcat": {"xml", "text"},
}
"""What a file of each declared type begins like."""


def read_sheets(request: ReadRequest, limits: ReadLimits, workdir: Path) -> list[dict[str, Any]]:
    """Read the file as the type its source names; return one plain dictionary a table."""
    request, kind = plain_kind(request, limits, workdir)
    if kind not in FITTING[request.type]:
        raise Refused("E364", found=kind, type=request.type)
    return [_as_reply(*item) for item in _read(request, limits, workdir)]


def plain_kind(request: ReadRequest, limits: ReadLimits, workdir: Path) -> tuple[ReadRequest, str]:
    """Return what the file is by its content, and the request for it, or for the one delivery in a plain zip."""
    with open_plain(request.path) as file:
        kind = sniff(file.read(SNIFF_BYTES))
        return _inside_zip(file, request, limits, workdir) if kind == "zip" else (request, kind)


def open_plain(path: Path) -> IO[bytes]:
    """Open a file for reading; a link that took its place meanwhile is refused."""
    return os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC), "rb")


def _inside_zip(file: IO[bytes], request: ReadRequest, limits: ReadLimits, workdir: Path) -> tuple[ReadRequest, str]:
    """Return the request for the one delivery in a plain zip; a workbook stays the zip it is."""
    try:
        with zipfile.ZipFile(file) as archive:
            check_archive(archive, limits)
            kind = archive_kind(archive)
            if kind in {"xlsx", "xlsb", "ods"}:
                return request, "zip"
            if kind != "zip":
                raise Refused("E364", found=kind, type=request.type)
            inner = unpack_single(archive, workdir, limits)
    except (zipfile.BadZipFile, NotImplementedError, OSError, ValueError, RuntimeError, EOFError):
        raise Refused("E302", kind="ZIP") from None
    with inner.open("rb") as unpacked:
        kind = sniff(unpacked.read(SNIFF_BYTES))
    return replace(request, path=inner), kind


def _read(request: ReadRequest, limits: ReadLimits, workdir: Path) -> list[tuple[dict[str, object], Any, Path]]:
    out = workdir / "sheet-0.arrow"
    if request.type == "csv":
        from tasks.conform.reading.csv_file import read_csv

        return [(*read_csv(request, limits, out), out)]
    if request.type == "json":
        from tasks.conform.reading.json_file import read_json

        return read_json(request, limits, workdir)
    if request.type == "hsds":
        from tasks.conform.reading.hsds import read_hsds

        return read_hsds(request, limits, workdir)
    if request.type == "openqcat":
        from tasks.conform.reading.openqcat import read_openqcat

        return read_openqcat(request, limits, workdir)
    from tasks.conform.reading.workbook import read_workbook

    with open_plain(request.path) as source:
        return [(*read_workbook(source, request, limits, out), out)]


def _as_reply(about: dict[str, object], sink: Any, out: Path) -> dict[str, Any]:
    findings = [[f.rule, f.row, f.column, f.count] for f in sink.findings]
    counts = {"rows": sink.rows, "blank": sink.blank, "footer": sink.footer}
    shape = {"header": sink.header, "ragged": sink.ragged, "lower": None, "sheet": None, "path": out.name}
    return {**shape, **about, **counts, "surplus": list(sink.surplus.items()), "findings": findings}
