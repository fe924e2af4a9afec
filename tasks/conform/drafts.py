"""One block of one batch: its typed columns, which rows make a record, which rows break a rule."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from schemas.gate import broken_rows
from schemas.kinds import KINDS, Kind
from tasks.conform.cells import Dialect, Lists
from tasks.conform.columns import ARROW_TYPES, TypedColumn
from tasks.conform.heading import Block

NO = pa.scalar(value=False)
_PANDAS_TYPES = {
    pa.bool_(): pd.BooleanDtype(),
    pa.int32(): pd.Int64Dtype(),
    pa.string(): pd.ArrowDtype(pa.string()),  # as they lie: no text is copied to be checked
}
_REFERENCES = ("person_id", "offer_id")


@dataclass
class BlockColumns:
    """A block with its typed columns ready; they remember every string of the delivery."""

    block: Block
    typed: dict[str, TypedColumn]

    def header_of(self, name: str) -> str:
        """Return the header as delivered, or the canonical name where there is none."""
        column = self.block.mapping.columns.get(name)
        return column.column if column is not None and column.column is not None else name


@dataclass
class Draft:
    """The values of one block of one batch.

    ``broken`` holds (row index, column, rule) of cells; ``present`` says which
    rows make a record of this kind (a flag a row); ``rows`` are the row numbers as shown.
    """

    columns: BlockColumns
    kind: Kind
    values: dict[str, pa.Array]
    broken: list[tuple[int, str, str]]
    present: npt.NDArray[np.bool_]
    rows: pa.Array


def prepare(block: Block, dialect: Dialect, lists: Lists) -> BlockColumns:
    """Make the typed columns of a block; a column's own date formats replace the source's."""
    kind = KINDS[block.kind]
    typed = {}
    for name, mapping in block.mapping.columns.items():
        own = Dialect(mapping.dates, dialect.decimal, dialect.is_workbook, dialect.date_system, dialect.remarks)
        chosen = own if mapping.dates else dialect
        typed[name] = TypedColumn(kind.column(name), mapping, block.positions[name], chosen, lists)
    return BlockColumns(block, typed)


def draft_records(columns: BlockColumns, batch: pa.RecordBatch) -> Draft:
    """Type every column of the block in this batch."""
    kind = KINDS[columns.block.kind]
    values: dict[str, pa.Array] = {}
    broken: list[tuple[int, str, str]] = []
    for column in kind.columns:
        typed = columns.typed.get(column.name)
        if typed is None:
            nothing = pa.nulls(batch.num_rows, ARROW_TYPES[column.type])
            values[column.name] = nothing.fill_null(NO) if column.type == "bool" and column.required else nothing
            continue
        values[column.name], found = typed.typed(batch)
        broken += [(row, column.name, rule) for row, rule in found]
    return Draft(columns, kind, values, broken, _present(columns, kind, batch), batch.column(0))


def _present(columns: BlockColumns, kind: Kind, batch: pa.RecordBatch) -> npt.NDArray[np.bool_]:
    """Tell which rows make a record: the key date or an answer is filled, or else any cell that is the block's own."""
    if kind.answers:
        own = [name for name in kind.answers if name in columns.typed]
    elif kind.key_date is not None:
        own = [kind.key_date] if kind.key_date in columns.typed else []
    else:
        own = [name for name in columns.typed if name not in _REFERENCES or name in kind.key]
    places = [columns.block.positions[name] for name in own if columns.typed[name].mapping.column is not None]
    filled = [batch.column(place + 1) for place in places if place is not None]
    if not filled or any(column.null_count == 0 for column in filled):
        return np.ones(batch.num_rows, dtype=bool)
    any_filled = filled[0].is_valid()
    for other in filled[1:]:
        any_filled = pc.or_(any_filled, other.is_valid())
    present: npt.NDArray[np.bool_] = any_filled.to_numpy(zero_copy_only=False).copy()
    return present


def broken_by_schema(draft: Draft, passed_over: set[int]) -> set[tuple[int, str, str]]:
    """Hold the rows that parsed against the kind's pandera schema; (row index, column, rule) of what breaks."""
    kept = draft.present.copy()
    kept[list(passed_over)] = False
    keep = np.flatnonzero(kept)
    if not len(keep):
        return set()
    table = pa.table(draft.values)
    if len(keep) < len(kept):
        table = table.filter(pa.array(kept))
    frame = table.to_pandas(date_as_object=False, types_mapper=_PANDAS_TYPES.get)
    for column in draft.kind.columns:
        if column.type == "date":
            frame[column.name] = frame[column.name].astype("datetime64[us]")
    return {(int(keep[found.position]), found.column, found.rule) for found in broken_rows(frame, draft.kind.name)}


def remarks(draft: Draft) -> Iterator[tuple[int, str, str]]:
    """Yield (row index, column, rule) of what loads with a remark, and mend what the ruling mends."""
    if draft.kind.name == "offers":
        yield from _impossible_seats(draft)
    elif draft.kind.name == "episodes":
        yield from _rows_where(draft, pc.is_null(draft.values["consent_on"]), "consent_on", "missing_consent")
    elif draft.kind.name == "participants":
        status = draft.values["residence_status"]
        for code, rule in (("UNBEKANNT", "status_unknown"), ("DULD_UNB", "duldung_norm_unknown")):
            yield from _rows_where(draft, pc.equal(status, code), "residence_status", rule)


def _rows_where(draft: Draft, mask: pa.Array, column: str, rule: str) -> Iterator[tuple[int, str, str]]:
    for row in pc.indices_nonzero(mask.fill_null(NO)).to_pylist():
        if draft.present[row]:
            yield row, column, rule


def _impossible_seats(draft: Draft) -> Iterator[tuple[int, str, str]]:
    """12 of 10 seats free is an unknown number of free seats, not a number."""
    over = pc.greater(draft.values["seats_free"], draft.values["seats_max"]).fill_null(NO)
    draft.values["seats_free"] = pc.if_else(over, pa.scalar(None, pa.int32()), draft.values["seats_free"])
    yield from _rows_where(draft, over, "seats_free", "seats_free_over_max")
