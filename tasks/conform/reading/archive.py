"""Check a zip before anything in it is opened.

Two readers must see one content: no name twice (also when only the case differs), no
absolute or climbing names, no links, and sizes that a delivery can have.
"""

import stat
import zipfile
from pathlib import Path, PurePosixPath

from tasks.conform.reading.delivery import MEBI, ReadLimits
from tasks.conform.reading.refusal import Refused

RATIO_MATTERS_FROM = 16 * MEBI
"""Smaller members may be as repetitive as they like: an empty formatted sheet is."""
CLUTTER = ("__macosx/", ".ds_store", "thumbs.db", "desktop.ini")
READ_BYTES = 1 * MEBI


def check_archive(archive: zipfile.ZipFile, limits: ReadLimits) -> None:
    """Refuse an archive that could be read in two ways or that unfolds into too much."""
    members = archive.infolist()
    if len(members) > limits.zip_members:
        raise Refused("E370", limit=limits.zip_members)
    seen: set[str] = set()
    for member in members:
        folded = member.filename.casefold()
        if folded in seen:
            raise Refused("E371")
        seen.add(folded)
        _check_name(member)
        if member.file_size > RATIO_MATTERS_FROM and member.file_size > limits.zip_ratio * max(member.compress_size, 1):
            raise Refused("E373", limit=limits.zip_ratio)
    if sum(member.file_size for member in members) > limits.zip_total_bytes:
        raise Refused("E374", limit=limits.zip_total_bytes)


def _check_name(member: zipfile.ZipInfo) -> None:
    path = PurePosixPath(member.orig_filename.replace("\\", "/"))
    is_link = stat.S_ISLNK(member.external_attr >> 16)
    if path.is_absolute() or ".." in path.parts or ":" in path.as_posix() or "\0" in member.orig_filename or is_link:
        raise Refused("E372")


def archive_kind(archive: zipfile.ZipFile) -> str:
    """Return ``xlsx``, ``xlsb``, ``ods``, another office format's name, or ``zip``."""
    names = {name.casefold() for name in archive.namelist()}
    if "xl/workbook.bin" in names:
        return "xlsb"
    if "xl/workbook.xml" in names:
        return "xlsx"
    if "word/document.xml" in names:
        return "Word"
    if "mimetype" in names:
        mime = archive.read("mimetype")[:200].decode("ascii", "replace").strip()
        return "ods" if mime.endswith("opendocument.spreadsheet") else mime
    if "[content_types].xml" in names:
        return "xlsx"
    return "zip"


def unpack_single(archive: zipfile.ZipFile, workdir: Path, limits: ReadLimits) -> Path:
    """Unpack the one delivery in the archive to a file of a fixed name; folders and clutter do not count."""
    members = [
        member
        for member in archive.infolist()
        if not member.is_dir()
        and not member.filename.casefold().endswith(CLUTTER)
        and not member.filename.casefold().startswith(CLUTTER)
    ]
    if len(members) != 1:
        raise Refused("E375", count=len(members))
    if members[0].flag_bits & 0x1:
        raise Refused("E306")
    target = workdir / "unpacked"
    written = 0
    with archive.open(members[0]) as source, target.open("wb") as file:
        while block := source.read(READ_BYTES):
            written += len(block)
            if written > limits.zip_total_bytes:
                raise Refused("E374", limit=limits.zip_total_bytes)
            file.write(block)
    return target
