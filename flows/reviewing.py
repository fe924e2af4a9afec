"""The review workbook, out and in: open pairs for a person to decide on, and her decisions back.

The workbook is of the vault's rank: mode 0600, in the outbox or in a folder that
only its owner may read, noted in the audit, found by an erasure (outbox) and
deleted by retention. What comes back is read by the guarded reader.
"""

import tempfile
import uuid
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flows.parameters import today_in
from schemas.errors import PipelineError, UsageError
from schemas.messages import say
from tasks.conform.reading import RawSheet, ReadRequest, read_delivery
from tasks.identify.decisions import accept_pair, split_pair
from tasks.identify.review_sheet import COLUMNS, Decided, Filled, Refused, check_rows, headings_of, make_workbook
from tasks.private_file import write_private
from tasks.run import Run, county_at
from tasks.warehouse.lock import county_lock
from tasks.warehouse.runs import last_published, write_audit
from tasks.warehouse.session import CountySession

NAME = "pruefliste"


@dataclass(frozen=True)
class Imported:
    """What one workbook brought: decisions taken over, rows refused by place and rule, rows without a decision."""

    file: str
    applied: int
    open_rows: int
    wrong: list[dict[str, Any]] = field(default_factory=list)


def outbox_of(run: Run) -> Path:
    """Return the folder that the night reads workbooks from."""
    return run.county.state / "outbox"


def export_pairs(config_dir: str, file: Path | None) -> tuple[Path, int]:
    """Write the open pairs and return path and number of pairs.

    Raises:
        UsageError: E407, the folder is open to others or is the inbox.
    """
    run = _run(config_dir)
    path = outbox_of(run) / f"{NAME}.xlsx" if file is None else file.absolute()
    if file is None:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    _require_private(path, run)
    with run.session() as session:
        pairs = session.rows_of("identify/review_rows")
        write_private(path, make_workbook(pairs))
        write_audit(session, "review export", object_=path.name, detail={"pairs": len(pairs)})
    return path, len(pairs)


def _require_private(path: Path, run: Run) -> None:
    folder = path.parent
    inbox = Path(run.county.inbox)
    is_open = not folder.is_dir() or folder.stat().st_mode & 0o077 != 0
    in_inbox = folder.resolve().is_relative_to(inbox.resolve())
    if path.suffix != ".xlsx" or path.is_symlink() or is_open or in_inbox:
        raise UsageError("E407", folder=folder.name)


def import_decisions(config_dir: str, file: Path) -> Imported:
    """Take over the decisions of a workbook under the county's lock; wrong rows are said and left.

    Raises:
        UsageError: E815, no such file; E408, not a review workbook.
        SourceUnavailable: the file cannot be read.
    """
    run = _run(config_dir)
    if not file.is_file():
        raise UsageError("E815", file=file.name)
    with county_lock(run.warehouse.engine, run.county.key, run.run_id):
        return take_over(run, file)


def read_outbox(run: Run) -> list[str]:
    """Take over what was filled in in the outbox's workbooks; return a sentence for each that says something.

    A workbook that was understood as a whole is removed: it holds names and has done its work. A
    wrong one stays and never stops the night. The caller holds the lock.
    """
    said = []
    for file in sorted(outbox_of(run).glob(f"{NAME}*.xlsx")):
        try:
            found = take_over(run, file)
        except PipelineError as error:
            said.append(str(error))
            continue
        if found.applied and not found.wrong:
            file.unlink()
        if found.applied or found.wrong:
            more = say("review_night_next") if found.wrong else ""
            counts = {"applied": found.applied, "wrong": len(found.wrong)}
            said.append(say("review_night", file=file.name, next=more, **counts).strip())
    return said


def take_over(run: Run, file: Path) -> Imported:
    """Apply the good rows of a workbook, one transaction in all; the caller holds the lock."""
    sheet, rows, places = _read(file)
    filled = [row for row in rows if row.cells.get("decision") or row.cells.get("reason")]
    with run.session() as session:
        pairs = {int(row["review_id"]): row for row in session.rows_of("identify/review_rows")}
        good, bad = check_rows(filled, pairs)
        last = last_published(session)
        _apply(session, good, last["as_of"] if last else run.as_of)
        if good or bad:
            write_audit(session, "review import", object_=file.name, detail={"applied": len(good), "wrong": len(bad)})
    wrong = [_told(file.name, sheet, one, places) for one in bad]
    return Imported(file.name, len(good), len(rows) - len(filled), wrong)


def _apply(session: CountySession, decisions: list[Decided], day: Any) -> None:
    for one in decisions:
        (accept_pair if one.decision == "accept" else split_pair)(session, one.number, one.reason, day)


def _read(file: Path) -> tuple[str | None, list[Filled], dict[str, int]]:
    with tempfile.TemporaryDirectory() as name:
        request = ReadRequest(path=file.absolute(), type="excel", header_row=1)
        found = read_delivery(request, workdir=Path(name))[0]
        places = headings_of(found.header)
        missing = [say(f"sheet_{key}") for key in COLUMNS[:5] if key not in places]
        if missing:
            raise UsageError("E408", file=file.name, columns=", ".join(missing))
        return found.sheet, _filled(found, places), places


def _filled(sheet: RawSheet, places: dict[str, int]) -> list[Filled]:
    return [
        Filled(int(cells[0]), {key: cells[1 + at] or "" for key, at in places.items()})
        for batch in sheet.batches()
        for cells in zip(*(column.to_pylist() for column in batch.columns), strict=True)
    ]


def _told(file: str, sheet: str | None, one: Refused, places: dict[str, int]) -> dict[str, Any]:
    from xlsxwriter.utility import xl_rowcol_to_cell

    cell = xl_rowcol_to_cell(one.row - 1, places.get(one.column, 0))
    return {"file": file, "sheet": sheet, "cell": cell, "rule": one.rule, "message": say(one.rule)}


def _run(config_dir: str) -> Run:
    return Run(config_dir, str(uuid.uuid4()), today_in(county_at(config_dir)))
