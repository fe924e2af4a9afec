"""Which archived files hold rows of a person: a glance at each, then the guarded reader."""

import shutil
from collections.abc import Iterator
from typing import Any, NamedTuple

from config.sources import Source
from flows.suppression import NAMING
from schemas.errors import PipelineError
from schemas.kinds import KINDS
from tasks.conform.cells import Lists
from tasks.conform.lists import lists_of
from tasks.conform.records import conform_sheets
from tasks.conform.task import read_file
from tasks.erase.glance import Wanted, may_hold
from tasks.erase.rows import NAMED, Found, find_rows
from tasks.erase.tokens import Suppressed
from tasks.pull.archive import Archive
from tasks.pull.task import open_archive
from tasks.run import Run


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
    for row in kept:
        source = known.get(row["source"])
        if source is None:
            yield Searched(row["sha256"], row["name"], row["file_ids"], row["source"], None, None)
            continue
        found = _rows_in(run, archive, source, row, lists, suppressed, wanted)
        if found is None or found.places:
            yield Searched(row["sha256"], row["name"], row["file_ids"], row["source"], source, found)


def _names_persons(source: Source | None) -> bool:
    return source is None or any("person_id" in KINDS[kind].names for kind in source.records)


def _is_literal(source: Source) -> bool:
    """Tell whether ids and names stand in the source's files as they are loaded: no value map, no fixed value."""
    mappings = (
        mapping.columns.get(name)
        for each in source.records.values()
        for mapping in each
        for name in ("person_id", *NAMED)
    )
    return all(each is None or not (each.values or each.default or each.const or each.split) for each in mappings)


def _rows_in(
    run: Run,
    archive: Archive,
    source: Source,
    row: dict[str, Any],
    lists: Lists,
    suppressed: Suppressed,
    wanted: Wanted,
) -> Found | None:
    """Return the person's rows in one file, none where a glance shows that there are none; None: unreadable."""
    folder = run.work_folder / "erase" / f"{row['source']}-{row['sha256'][:16]}"
    records = folder / "records"
    try:
        copy = archive.open_copy(row["sha256"], folder, row["name"])
        wanted = wanted if _is_literal(source) else frozenset()
        if not may_hold(copy, source.format.type, source.format.encoding, wanted, NAMING.fold):
            return Found()
        sheets = read_file(source, copy, folder / "read")
        records.mkdir(mode=0o700)
        conform_sheets(source, [sheets], lists, records)
        return find_rows(source, records, suppressed, NAMING)
    except PipelineError:
        return None
    finally:
        shutil.rmtree(folder, ignore_errors=True)
