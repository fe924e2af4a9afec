"""Hold a sheet's header against the mapping: every required column once, the rest as it comes."""

from collections.abc import Mapping
from dataclasses import dataclass

from config.sources import RecordMapping, Source
from schemas.errors import DeliveryRefused
from schemas.findings import RowFinding
from schemas.kinds import KINDS
from tasks.conform.reading import RawSheet
from tasks.conform.reading.cells import column_letter
from tasks.conform.reading.headings import fold_header


@dataclass(frozen=True)
class Block:
    """One record mapping placed in one sheet: canonical column name to position in the sheet (None: not there)."""

    kind: str
    mapping: RecordMapping
    positions: Mapping[str, int | None]


def place_mappings(source: Source, sheet: RawSheet) -> list[Block]:
    """Return the blocks of ``sheet``; raise ``DeliveryRefused`` when a required header is missing or any stands twice.

    Every mapped header is looked up after trimming, NFC and case folding. A
    header that stands twice is refused even where it is not mapped: nobody can
    say which of the two the supplier means.
    """
    blocks, missing = [], []
    names_nothing = sheet.format == "json" and not sheet.header and sheet.rows == 0  # no record, so no names either
    for kind, mappings in source.records.items():
        required = set(KINDS[kind].required)
        for mapping in mappings:
            positions: dict[str, int | None] = {}
            for name, column in mapping.columns.items():
                found = sheet.columns_named(column.column) if column.column is not None else ()
                positions[name] = found[0] if found else None
                if not found and column.column is not None and column.default is None and name in required:
                    missing.append(column.column)
            blocks.append(Block(kind, mapping, positions))
    twice = _standing_twice(source, sheet, is_header=not missing)
    if twice:
        raise DeliveryRefused(
            "E311", source=source.name, file=sheet.file, sheet=sheet.sheet or "-", headers=", ".join(twice)
        )
    if missing and not names_nothing:
        names = ", ".join(dict.fromkeys(missing))
        raise DeliveryRefused("E310", source=source.name, file=sheet.file, sheet=sheet.sheet or "-", headers=names)
    return blocks


def _standing_twice(source: Source, sheet: RawSheet, *, is_header: bool) -> list[str]:
    """Return the headers that stand twice, each with its cells.

    Where required headers are missing the row may hold a person instead: then only headers that the
    source maps are named, the others by their cells alone.
    """
    mapped = {
        fold_header(column.column)
        for mappings in source.records.values()
        for mapping in mappings
        for column in mapping.columns.values()
        if column.column is not None
    }
    cells: dict[str, list[str]] = {}
    for position, name in enumerate(sheet.header):
        if name:
            cells.setdefault(fold_header(name), []).append(f"{column_letter(position)}{sheet.header_row}")
    first = {fold_header(name): name for name in reversed(sheet.header) if name}
    return [
        f"{first[folded]} ({', '.join(places)})" if is_header or folded in mapped else ", ".join(places)
        for folded, places in cells.items()
        if len(places) > 1
    ]


def unmapped_columns(file: int, sheet: RawSheet, blocks: list[Block], ignore: tuple[str, ...] = ()) -> list[RowFinding]:
    """Return one warning a column that no mapping reads and ``ignore`` does not name: never dropped silently.

    The formats for offers bring a fixed list of further fields, named by their pages in the docs: no warning.
    """
    if sheet.format in ("openqcat", "hsds"):
        return []
    on_purpose = {fold_header(name) for name in ignore}
    used = {position for block in blocks for position in block.positions.values()}
    unread = [position for position in range(len(sheet.header)) if position not in used]
    nameless = _with_content(sheet, [position for position in unread if not sheet.header[position]])
    return [
        RowFinding(file, sheet.sheet, sheet.header_row, None, name or column_letter(position), "unmapped_column")
        for position in unread
        if ((name := sheet.header[position]) and fold_header(name) not in on_purpose) or position in nameless
    ]


def _with_content(sheet: RawSheet, positions: list[int]) -> set[int]:
    """Return those columns that hold a cell: one without a name and without content is only a wide sheet."""
    filled: set[int] = set()
    for batch in sheet.batches() if positions else ():
        filled |= {place for place in positions if batch.column(place + 1).null_count < batch.num_rows}
    return filled
