"""Send back what suppliers can mend: a workbook for each archived file with open rows."""

import tempfile
from dataclasses import dataclass
from pathlib import Path

from config.sources import Source
from tasks.conform.reading import RawSheet
from tasks.conform.task import read_file
from tasks.feedback.workbook import Mark, Sheet, write_workbook
from tasks.pull.task import open_archive
from tasks.run import Run
from tasks.warehouse.runs import write_audit


@dataclass(frozen=True)
class Written:
    """One workbook: where it lies, for which source and file, how many places are marked."""

    path: Path
    source: str
    file: str
    marked: int


def write_feedback(run: Run, source: str | None, folder: Path) -> list[Written]:
    """Write the feedback of one source (None: of all) into ``folder``; who asked stands in the audit."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    archive = open_archive(run)
    with run.session() as session:
        files = session.rows_of("feedback/open_files")
        marks = {row["file_id"]: session.rows_of("feedback/open_rows", file_id=row["file_id"]) for row in files}
    written = []
    for row in files:
        if source is not None and row["source"] != source:
            continue
        with tempfile.TemporaryDirectory() as name:
            work = Path(name)
            copy = archive.open_copy(row["sha256"], work, row["name"])
            sheets = read_file(run.source(row["source"]), copy, work / "sheets")
            path = folder / f"{Path(row['name']).stem}_rueckmeldung.xlsx"
            found = marks[row["file_id"]]
            pages = [(_sheet(sheet, run.source(row["source"])), _marks(found, sheet)) for sheet in sheets]
            written.append(Written(path, row["source"], row["name"], write_workbook(path, pages)))
    with run.session() as session:
        write_audit(session, "feedback", object_=source, detail={"files": len(written)})
    return written


def _sheet(sheet: RawSheet, source: Source) -> Sheet:
    lines = {}
    for batch in sheet.batches():
        for cells in zip(*(column.to_pylist() for column in batch.columns), strict=True):
            lines[int(cells[0])] = list(cells[1:])
    return Sheet(sheet.sheet or source.name, sheet.header, max(1, sheet.header_row), lines)


def _marks(rows: list[dict[str, object]], sheet: RawSheet) -> list[Mark]:
    return [
        Mark(int(str(row["row"])), None if row["column_name"] is None else str(row["column_name"]), str(row["rule"]))
        for row in rows
        if row["sheet"] == sheet.sheet
    ]
