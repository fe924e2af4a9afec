"""Which archived files hold rows of a person: a glance at each, then the guarded reader, a few children at once."""

import os
import shutil
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple

from config.sources import Source
from flows.suppression import NAMING
from schemas.errors import PipelineError
from schemas.kinds import KINDS
from tasks.conform.lists import lists_of
from tasks.conform.records import conform_sheets
from tasks.conform.task import read_file
from tasks.erase.glance import Wanted, may_hold
from tasks.erase.rows import Found, find_rows
from tasks.erase.tokens import Suppressed
from tasks.pull.archive import Archive
from tasks.pull.task import open_archive
from tasks.run import Run

AT_ONCE = min(4, os.cpu_count() or 1)


class Searched(NamedTuple):
    """An archived file, its source (None: no longer configured) and the rows of the person (None: unreadable)."""

    sha256: str
    name: str
    file_ids: list[int]
    source_name: str
    source: Source | None
    found: Found | None


def search_archive(run: Run, suppressed: Suppressed, wanted: Wanted) -> Iterator[Searched]:
    """Yield every archived file that holds rows of whoever the tokens name, and every one that cannot be searched.

    Args:
        run: the county; the caller holds its lock.
        suppressed: tokens of the person.
        wanted: what the person's rows must hold as text; empty: every file is opened and read.
    """
    archive = open_archive(run)
    known = {source.name: source for source in run.county.sources}
    with run.session() as session:
        files = session.rows(
            "SELECT source, sha256, min(name) AS name, array_agg(file_id) AS file_ids FROM raw.file "
            "WHERE county = :county GROUP BY source, sha256 ORDER BY min(file_id)"
        )
    kept = [row for row in files if archive.has(row["sha256"]) and _names_persons(known.get(row["source"]))]
    lists = lists_of(run.county)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for start in range(0, len(kept), 8 * AT_ONCE):  # a bounded number of read files lies in the work folder
            part = kept[start : start + 8 * AT_ONCE]
            opened = [_begin(run, pool, archive, known.get(row["source"]), row, wanted) for row in part]
            for row, future in zip(part, opened, strict=True):
                if future is None:
                    continue
                source = known.get(row["source"])
                found = None if source is None else _rows_in(run, source, row, future, lists, suppressed)
                if found is None or found.places:
                    yield Searched(row["sha256"], row["name"], row["file_ids"], row["source"], source, found)


def _names_persons(source: Source | None) -> bool:
    return source is None or any("person_id" in KINDS[kind].names for kind in source.records)


def _begin(
    run: Run, pool: ThreadPoolExecutor, archive: Archive, source: Source | None, row: dict[str, Any], wanted: Wanted
) -> Future[Any] | None:
    """Start reading a file that may hold the person; None where a glance shows that it does not."""
    if source is None:
        return Future()
    folder = _folder(run, row)
    try:
        copy = archive.open_copy(row["sha256"], folder, row["name"])
        if not may_hold(copy, source.format.type, source.format.encoding, wanted, NAMING.fold):
            shutil.rmtree(folder, ignore_errors=True)
            return None
    except PipelineError as error:
        broken: Future[Any] = Future()
        broken.set_exception(error)
        return broken
    return pool.submit(read_file, source, copy, folder / "read")


def _folder(run: Run, row: dict[str, Any]) -> Path:
    return run.work_folder / "erase" / f"{row['source']}-{row['sha256'][:16]}"


def _rows_in(
    run: Run, source: Source, row: dict[str, Any], reading: Future[Any], lists: Any, suppressed: Suppressed
) -> Found | None:
    """Return the person's rows in one file; None where it cannot be read."""
    folder = _folder(run, row)
    try:
        records = folder / "records"
        sheets = reading.result()
        records.mkdir(mode=0o700)
        conform_sheets(source, [sheets], lists, records)
        return find_rows(source, records, suppressed, NAMING)
    except PipelineError:
        return None
    finally:
        shutil.rmtree(folder, ignore_errors=True)
