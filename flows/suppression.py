"""Erased persons stay erased: their rows leave every delivery before anybody is identified, and leave the archive.

The rows are no records of the delivery any more: they are in neither ``in``,
``loaded`` nor ``rejected`` (so that in = loaded + rejected holds, and a replay of the
rewritten archive counts the same); ``rows.suppressed`` says how many there were.
"""

import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import Any

from config.sources import Source
from flows.erasure_list import ledger_for, suppressed_of
from schemas.deliveries import Delivery
from schemas.errors import PipelineError
from tasks.conform.reading import ReadLimits
from tasks.conform.reading.csv_lines import RecordSplitter
from tasks.conform.task import read_file
from tasks.erase.rewrite import Rows, same_but, write_without
from tasks.erase.rows import Found, drop_rows, find_rows
from tasks.erase.tokens import Naming, Suppressed
from tasks.identify.delivered import mention_id
from tasks.identify.folding import name_key
from tasks.pull.archive import Archive
from tasks.pull.task import open_archive
from tasks.run import Run
from tasks.step import step

NAMING = Naming(name_key, mention_id)


@step("keep erased persons out")
def obey_suppressions(run: Run, deliveries: list[Delivery]) -> list[Delivery]:
    """Take the rows of erased persons out of every conformed delivery and, unless dry, out of its archived files."""
    ledger = ledger_for(run)
    suppressed = suppressed_of(run, ledger)
    if not suppressed.erasures:
        return deliveries
    order = sorted(range(len(deliveries)), key=lambda i: not run.source(deliveries[i].source).delivers("participants"))
    done = {}
    for i in order:
        done[i], found = _without_erased(run, deliveries[i], suppressed)
        suppressed = suppressed.with_tokens(found.learned.items())
        for erasure in sorted(set(found.learned.values())):
            learned = sorted(token for token, own in found.learned.items() if own == erasure)
            if not run.dry:
                ledger.append({"erasure": erasure, "learned": learned})
    return [done[i] for i in range(len(deliveries))]


def _without_erased(run: Run, delivery: Delivery, suppressed: Suppressed) -> tuple[Delivery, Found]:
    if not delivery.is_open or delivery.folder is None:
        return delivery, Found()
    source = run.source(delivery.source)
    found = find_rows(source, delivery.folder, suppressed, NAMING)
    if not found.places:
        return delivery, found
    left = drop_rows(source, delivery.folder, found.places)
    if not run.dry:
        archive = open_archive(run)
        for position, file in enumerate(delivery.files):
            rows = found.of_file(position)
            if rows:
                rewrite_archived(run, archive, source, file.sha256, file.name, rows)
    count = len(found.places)
    rows_left = {**delivery.rows, "data": delivery.rows.get("data", 0) - count, "suppressed": count}
    places = Counter((file, sheet) for file, sheet, _ in found.places)
    return replace(
        delivery,
        rows=rows_left,
        sheets=tuple(replace(one, suppressed=places[one.file, one.sheet]) for one in delivery.sheets),
        found=left,
        errors=tuple(e for e in delivery.errors if (e.file, e.sheet, e.row) not in found.places),
        warnings=tuple(w for w in delivery.warnings if (w.file, w.sheet, w.row) not in found.places),
    ), found


def rewrite_archived(run: Run, archive: Archive, source: Source, sha256: str, name: str, rows: Rows) -> None:
    """Write an archived file anew without rows; it keeps its identity. Nothing to do where the rows are gone already.

    Raises:
        PipelineError: E832, the new file would not read like the old one but for these rows; the old one stays.
    """
    with tempfile.TemporaryDirectory(dir=run.work_folder) as folder:
        work = Path(folder)
        copy = archive.open_copy(sha256, work, name)
        before = read_file(source, copy, work / "before")
        held = {sheet: numbers for sheet, numbers in rows.items() if _holds(before, sheet, numbers)}
        if not held:
            return
        fresh = write_without(copy, before, held, _split, source.format.password)
        if not same_but(before, read_file(source, fresh, work / "after"), held):
            raise PipelineError("E832", file=name)
        archive.rewrite(sha256, fresh)


def _holds(tables: Sequence[Any], sheet: str | None, rows: set[int]) -> bool:
    return any(
        row in rows
        for table in tables
        if table.sheet == sheet
        for row in chain.from_iterable(batch.column(0).to_pylist() for batch in table.batches())
    )


def _split(lines: list[str], delimiter: str, header_row: int, width: int) -> Iterator[int]:
    """Yield how many physical lines each row has, as the reader counts them: no width above the heading."""
    limits = ReadLimits()
    top = RecordSplitter(iter(lines), delimiter, limits.row_lines, limits.row_bytes)
    before = 0
    for _ in top:
        yield top.consumed - before
        before = top.consumed
        if top.row == header_row:
            break
    rest = RecordSplitter(iter(lines[before:]), delimiter, limits.row_lines, limits.row_bytes, width=width)
    seen = 0
    for _ in rest:
        yield rest.consumed - seen
        seen = rest.consumed
