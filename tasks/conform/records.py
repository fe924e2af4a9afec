"""From the string tables of a delivery to typed records, one Arrow file a record kind.

Rule: a row is read once; each block of its source's mapping makes a record of
it, unless the record's key date (or, in a wide block, everything of its own) is
empty. One broken record rejects the whole row. Rejected rows stay in the file,
marked, because a full delivery that holds a broken row still holds the record.

Columns of a kind's file: the canonical ones, then ``file`` (int32, position in
the delivery), ``sheet``, ``row`` (int32, as a spreadsheet shows it) and
``rejected`` (bool).
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from config.sources import Source
from schemas.deliveries import Ending, SheetRows
from schemas.errors import SourceUnavailable
from schemas.findings import RowFinding
from schemas.kinds import KINDS, Kind
from schemas.rules import RULES
from tasks.conform.cells import Dialect, Lists
from tasks.conform.columns import ARROW_TYPES
from tasks.conform.drafts import Draft, broken_by_schema, draft_records, prepare, remarks
from tasks.conform.endings import split_endings
from tasks.conform.heading import Block, place_mappings, unmapped_columns
from tasks.conform.reading import RawSheet

WARNINGS_KEPT = 10_000
"""Remarks kept with their place; more are counted only (a column of a million wrong cells is one finding)."""
VALUELESS_RULES = ("error_cell", "formula_without_value")


@dataclass
class Conformed:
    """What became of one delivery.

    ``paths`` holds the Arrow file of each kind; ``rows`` counts what the sheets
    held: ``data``, ``blank``, ``footer``, and ``sheets`` the same by sheet; ``found`` counts records a
    kind and how many are rejected; ``errors`` reject their rows, ``warnings`` do not.
    """

    paths: dict[str, Path] = field(default_factory=dict)
    rows: Counter[str] = field(default_factory=Counter)
    sheets: list[SheetRows] = field(default_factory=list)
    endings: list[Ending] = field(default_factory=list)
    found: dict[str, tuple[int, int]] = field(default_factory=dict)
    errors: list[RowFinding] = field(default_factory=list)
    warnings: list[RowFinding] = field(default_factory=list)
    warning_counts: Counter[str] = field(default_factory=Counter)

    def warn(self, findings: list[RowFinding]) -> None:
        """Keep remarks with their place up to a limit, and count them all."""
        self.warning_counts.update(finding.rule for finding in findings)
        self.warnings.extend(findings[: max(0, WARNINGS_KEPT - len(self.warnings))])


def record_schema(kind: Kind) -> pa.Schema:
    """Return the columns of a kind's Arrow file."""
    fields = [(column.name, ARROW_TYPES[column.type]) for column in kind.columns]
    return pa.schema(
        [*fields, ("file", pa.int32()), ("sheet", pa.string()), ("row", pa.int32()), ("rejected", pa.bool_())]
    )


def conform_sheets(source: Source, files: list[tuple[RawSheet, ...]], lists: Lists, folder: Path) -> Conformed:
    """Type and check every row of a delivery and write its records below ``folder``.

    Raises ``DeliveryRefused`` before any row is read when a header is missing or
    stands twice.
    """
    placed = [(i, sheet, place_mappings(source, sheet)) for i, sheets in enumerate(files) for sheet in sheets]
    result = Conformed(paths={kind: folder / f"{kind}.arrow" for kind in source.records})
    writers = {kind: pa.OSFile(str(path), "wb") for kind, path in result.paths.items()}
    streams = {kind: pa.ipc.new_file(sink, record_schema(KINDS[kind])) for kind, sink in writers.items()}
    try:
        for index, sheet, blocks in placed:
            result.warn(unmapped_columns(index, sheet, blocks, source.ignore))
            _reader_findings(index, sheet, result)
            before = result.rows["without_record"], result.rows["endings"]
            for table in _conform_sheet(source, index, sheet, blocks, lists, result):
                kind = table.schema.metadata[b"kind"].decode()
                streams[kind].write_table(table.replace_schema_metadata(None))
                found, bad = result.found.get(kind, (0, 0))
                rejected = pc.sum(table.column("rejected")).as_py() or 0
                result.found[kind] = (found + table.num_rows, bad + rejected)
            unanswered, endings = (
                result.rows[n] - b for n, b in zip(("without_record", "endings"), before, strict=True)
            )
            counts = (sheet.rows - unanswered, sheet.blank + unanswered, sheet.footer)
            result.sheets.append(SheetRows(index, sheet.sheet, *counts, endings=endings))
    finally:
        for kind, stream in streams.items():
            stream.close()
            writers[kind].close()
    return result


def _reader_findings(index: int, sheet: RawSheet, result: Conformed) -> None:
    result.rows["data"] += sheet.rows
    result.rows["blank"] += sheet.blank
    result.rows["footer"] += sheet.footer
    result.warn(
        [
            RowFinding(index, sheet.sheet, finding.row, None, finding.column, finding.rule)
            for finding in sheet.findings
            if finding.row not in sheet.rejected_rows and finding.rule in RULES
        ]
    )


@dataclass
class _Batch:
    """One batch of one sheet on its way: ``rows`` as shown, ``bad`` the indices of rejected rows.

    ``valueless`` holds the rule of cells that show something and hold no value, by row and header.
    """

    file: int
    sheet: RawSheet
    rows: pa.Array
    bad: set[int]
    valueless: Mapping[tuple[int | None, str | None], str]
    result: Conformed

    def place(self, draft: Draft, position: int, name: str, rule: str) -> RowFinding:
        """Name the place of a finding: header as delivered, row as shown."""
        header, row = draft.columns.header_of(name), self.rows[position].as_py()
        if rule == "missing_value" and self.valueless:
            place = draft.columns.block.positions.get(name)
            delivered = self.sheet.header[place] if place is not None else header
            rule = self.valueless.get((row, delivered), rule)
        return RowFinding(self.file, self.sheet.sheet, row, draft.kind.name, header, rule)


def _conform_sheet(
    source: Source, index: int, sheet: RawSheet, blocks: list[Block], lists: Lists, result: Conformed
) -> Iterator[pa.Table]:
    dialect = Dialect(source.dates, source.format.decimal, sheet.is_workbook, sheet.date_system)
    prepared = [prepare(block, dialect, lists) for block in blocks]
    poisoned = {finding.row: finding.rule for finding in sheet.findings if finding.row in sheet.rejected_rows}
    valueless = {(f.row, f.column): f.rule for f in sheet.findings if f.rule in VALUELESS_RULES}
    seen = 0
    for delivered in sheet.batches():
        seen += delivered.num_rows
        record_batch, ended = split_endings(sheet, delivered)
        result.endings += ended
        result.rows["endings"] += delivered.num_rows - record_batch.num_rows
        rows = record_batch.column(0)
        batch = _Batch(index, sheet, rows, _indices_of(rows, poisoned), valueless, result)
        drafts = [draft_records(columns, record_batch) for columns in prepared]
        unread = sorted(batch.bad)
        for draft in drafts:
            _check(draft, batch)
        _reject_without_record(drafts, batch)
        result.errors += [
            RowFinding(index, sheet.sheet, rows[i].as_py(), draft.kind.name, None, poisoned[rows[i].as_py()])
            for draft in drafts
            for i in unread
            if draft.present[i]
        ]
        for draft in drafts:
            yield _finished(draft, batch)
    if seen != sheet.rows:  # a row that is neither typed nor counted as blank or footer would be lost
        raise SourceUnavailable("E312", source=source.name, file=sheet.file, rows=sheet.rows, accounted=seen)
    result.warn([RowFinding(index, sheet.sheet, None, None, None, rule) for rule in sorted(dialect.remarks)])


def _indices_of(rows: pa.Array, wanted: Collection[int | None]) -> set[int]:
    """Return where in the batch the wanted row numbers stand."""
    if not wanted:
        return set()
    found: list[int] = pc.indices_nonzero(pc.is_in(rows, pa.array(wanted, pa.int32()))).to_pylist()
    return set(found)


def _check(draft: Draft, batch: _Batch) -> None:
    """List the broken cells and rows of one block; rows with an error become bad."""
    errors: set[tuple[int, str, str]] = set()
    warnings: list[RowFinding] = []
    for position, name, rule in draft.broken:
        if not draft.present[position] or position in batch.bad:
            continue
        if draft.kind.column(name).required:
            errors.add((position, name, rule))
        else:
            warnings.append(batch.place(draft, position, name, "cell_left_empty"))
    errors |= broken_by_schema(draft, {position for position, _, _ in errors} | batch.bad)
    warnings += [batch.place(draft, *remark) for remark in remarks(draft)]
    batch.result.warn(warnings)
    batch.result.errors += [batch.place(draft, *error) for error in sorted(errors)]
    batch.bad |= {position for position, _, _ in errors}


def _reject_without_record(drafts: list[Draft], batch: _Batch) -> None:
    """A row that is not blank and makes no record at all lacks its key date: it is rejected, not lost.

    One that the reader could not make out stands for a record of the first kind; a form's row
    that nobody answered is counted as blank.
    """
    first = drafts[0]
    is_form = all(draft.kind.answers for draft in drafts)
    for i in np.flatnonzero(~np.logical_or.reduce([draft.present for draft in drafts])).tolist():
        if is_form and i not in batch.bad:
            batch.result.rows["without_record"] += 1
            continue
        first.present[i] = True
        if i not in batch.bad:
            batch.result.errors.append(batch.place(first, i, first.kind.key_date or first.kind.key[0], "missing_value"))
            batch.bad.add(i)


def _finished(draft: Draft, batch: _Batch) -> pa.Table:
    count = len(batch.rows)
    rejected = np.zeros(count, dtype=bool)
    rejected[list(batch.bad)] = True
    columns = {
        **draft.values,
        "file": pa.array(np.full(count, batch.file, np.int32)),
        "sheet": pa.repeat(pa.scalar(batch.sheet.sheet, pa.string()), count),
        "row": draft.rows,
        "rejected": pa.array(rejected),
    }
    table = pa.table(columns, schema=record_schema(draft.kind).with_metadata({"kind": draft.kind.name}))
    return table if draft.present.all() else table.filter(pa.array(draft.present))
