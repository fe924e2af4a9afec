"""Send back what suppliers can mend: a workbook for each archived file with open rows."""

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from config.sources import Source
from schemas.errors import PipelineError
from tasks.conform.reading import RawSheet, ReadRequest, peek_delivery
from tasks.conform.task import read_file
from tasks.feedback.workbook import Mark, Sheet, write_workbook
from tasks.pull.archive import Archive
from tasks.pull.task import open_archive
from tasks.run import Run
from tasks.warehouse.runs import write_audit


@dataclass(frozen=True)
class Written:
    """One workbook: where it lies, for which source and file, how many places are marked.

    ``error`` says why there is none: the file cannot be read today as its source is configured.
    """

    path: Path
    source: str
    file: str
    marked: int = 0
    error: str | None = None


def write_feedback(run: Run, source: str | None, folder: Path) -> list[Written]:
    """Write the feedback of one source (None: of all) into ``folder``; who asked stands in the audit.

    Files of the same name from two sources stay apart. A file that the source as it is
    configured today can no longer read is named with the reason; the others are written.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    archive = open_archive(run)
    with run.session() as session:
        found = session.rows_of("feedback/open_files")
        marks = {row["file_id"]: session.rows_of("feedback/open_rows", file_id=row["file_id"]) for row in found}
    files = [row for row in found if source is None or row["source"] == source]
    stems = [Path(row["name"]).stem for row in files]
    written: list[Written] = []
    for row in files:
        stem = Path(row["name"]).stem
        name = f"{row['source']}_{stem}" if stems.count(stem) > 1 else stem
        path = _free(folder / f"{name}_rueckmeldung.xlsx", [one.path for one in written])
        try:
            pages = _pages(run, archive, row, marks[row["file_id"]])
        except PipelineError as error:
            written.append(Written(path, row["source"], row["name"], error=str(error)))
            continue
        written.append(Written(path, row["source"], row["name"], write_workbook(path, pages)))
    with run.session() as session:
        write_audit(session, "feedback", object_=source, detail={"files": sum(not one.error for one in written)})
    return written


def _free(path: Path, taken: list[Path]) -> Path:
    """Return the path, numbered when a file of this call has it already."""
    number, free = 2, path
    while free in taken:
        free = path.with_stem(f"{path.stem}_{number}")
        number += 1
    return free


def _pages(
    run: Run, archive: Archive, row: dict[str, Any], marks: list[dict[str, object]]
) -> list[tuple[Sheet, list[Mark]]]:
    source = run.source(row["source"])
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        copy = archive.open_copy(row["sha256"], work, row["name"])
        sheets = read_file(source, copy, work / "sheets")
        around = _around(source, copy, work / "look")
        return [(_sheet(sheet, source, around.get(sheet.sheet, {})), _marks(marks, sheet)) for sheet in sheets]


def _around(source: Source, path: Path, work: Path) -> dict[str | None, dict[int, list[str | None]]]:
    """Return by sheet the first and last rows as they stand: what lies above the header and below the records."""
    if source.format.type not in ("csv", "excel"):
        return {}
    work.mkdir()
    request = ReadRequest(path=path, encoding=source.format.encoding, password=source.format.password)
    return {
        sheet["name"]: {
            **dict(enumerate(sheet["top"], start=1)),
            **dict(zip(sheet["last_numbers"], sheet["last"], strict=True)),
        }
        for sheet in peek_delivery(request, workdir=work).sheets
    }


def _sheet(sheet: RawSheet, source: Source, around: dict[int, list[str | None]]) -> Sheet:
    lines = {}
    for batch in sheet.batches():
        for cells in zip(*(column.to_pylist() for column in batch.columns), strict=True):
            lines[int(cells[0])] = [*cells[1:], *sheet.surplus.get(int(cells[0]), ())]
    last = max(lines, default=sheet.header_row)
    outside = {row: cells for row, cells in around.items() if (row < sheet.header_row or row > last) and any(cells)}
    # Of two header rows the upper one comes back as it stands, so the lower one must not repeat it.
    names = sheet.lower or sheet.header
    return Sheet(sheet.sheet or source.name, names, max(1, sheet.header_row), {**outside, **lines})


def _marks(rows: list[dict[str, object]], sheet: RawSheet) -> list[Mark]:
    return [
        Mark(int(str(row["row"])), _place(sheet, row), str(row["rule"])) for row in rows if row["sheet"] == sheet.sheet
    ]


def _place(sheet: RawSheet, mark: dict[str, object]) -> int | None:
    """Return where the header stands that a ticket names as the source file writes it; else the first cell too many."""
    if mark["column_name"] is None:
        return len(sheet.header) if int(str(mark["row"])) in sheet.surplus else None
    found = sheet.columns_named(str(mark["column_name"]))
    return found[0] if found else None
