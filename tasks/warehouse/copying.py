"""Frames into tables and back, by COPY.

CSV for COPY is made by pyarrow, block by block: every present value is quoted,
so that PostgreSQL tells an empty string (``""``) from NULL (nothing).
"""

import json
from collections.abc import Iterator, Sequence
from typing import Any, BinaryIO

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv
from psycopg import Cursor, sql
from sqlalchemy import Connection

from tasks.warehouse.driver_errors import wrapped
from tasks.warehouse.statements import checked_identifier

BLOCK_ROWS = 50_000
# A float beyond this no longer tells neighbouring whole numbers apart.
EXACT_FLOAT = 2.0**53
_OPTIONS = pacsv.WriteOptions(include_header=False, quoting_style="all_valid")


def copy_frame(
    conn: Connection, table: str, frame: pd.DataFrame | pa.Table, columns: Sequence[str] | None = None
) -> int:
    """Append ``frame`` to ``table`` (``schema.name``) inside the open transaction; return the number of rows.

    Columns are matched by name; ``columns`` picks and orders them. Missing
    values of any kind become NULL, an empty string stays one. Whole numbers
    that pandas holds as floats go as whole numbers; lists go as PostgreSQL
    arrays, dicts as JSON, bytes as bytea. Errors: E505, E506, E509.
    """
    names = [checked_identifier(name) for name in (columns if columns is not None else _names(frame))]
    if not names or len(frame) == 0:
        return 0
    if not conn.in_transaction():
        conn.begin()
    statement = sql.SQL("COPY {} ({}) FROM STDIN (FORMAT csv, NULL '', ENCODING 'UTF8')").format(
        _table(table), sql.SQL(", ").join(map(sql.Identifier, names))
    )
    with wrapped(), _cursor(conn) as cursor, cursor.copy(statement) as copy:
        for block in _blocks(frame, names):
            copy.write(csv_block(block))
    return len(frame)


def copy_table_out(conn: Connection, table: str, file: BinaryIO, columns: Sequence[str] | None = None) -> int:
    """Write a table as CSV with a header (UTF-8; NULL is nothing, an empty string is ``""``); return the bytes."""
    picked: sql.Composable = sql.SQL("")
    if columns is not None:
        names = [sql.Identifier(checked_identifier(name)) for name in columns]
        picked = sql.SQL(" ({})").format(sql.SQL(", ").join(names))
    statement = sql.SQL("COPY {}{} TO STDOUT (FORMAT csv, HEADER true, NULL '', ENCODING 'UTF8')").format(
        _table(table), picked
    )
    written = 0
    with wrapped(), _cursor(conn) as cursor, cursor.copy(statement) as copy:
        for part in copy:
            written += file.write(bytes(part))
    return written


def csv_block(block: pa.Table) -> memoryview:
    """Return one block as CSV that COPY reads back value for value."""
    sink = pa.BufferOutputStream()
    pacsv.write_csv(pa.table([_printable(c) for c in block.columns], names=block.column_names), sink, _OPTIONS)
    return memoryview(sink.getvalue())


def _names(frame: pd.DataFrame | pa.Table) -> list[str]:
    return list(frame.column_names) if isinstance(frame, pa.Table) else [str(name) for name in frame.columns]


def _table(name: str) -> sql.Identifier:
    return sql.Identifier(*checked_identifier(name).split("."))


def _cursor(conn: Connection) -> Cursor[Any]:
    driver: Any = conn.connection.driver_connection
    cursor: Cursor[Any] = driver.cursor()
    return cursor


def _blocks(frame: pd.DataFrame | pa.Table, names: list[str]) -> Iterator[pa.Table]:
    for start in range(0, len(frame), BLOCK_ROWS):
        if isinstance(frame, pa.Table):
            yield frame.select(names).slice(start, BLOCK_ROWS)
        else:
            part = frame[names].iloc[start : start + BLOCK_ROWS]
            yield pa.table([_arrow(part[name]) for name in names], names=names)


def _arrow(column: "pd.Series[Any]") -> pa.Array:
    try:
        return pa.Array.from_pandas(column)
    except (pa.ArrowInvalid, pa.ArrowTypeError):
        # An object column of mixed types or of types Arrow does not know (UUID): their text.
        return pa.array([_text(value) for value in column], pa.string())


def _printable(column: pa.ChunkedArray) -> pa.ChunkedArray | pa.Array:
    """Give a column a type that pyarrow prints the way PostgreSQL reads it."""
    kind = column.type
    if pa.types.is_dictionary(kind):
        return _printable(column.cast(kind.value_type))
    if pa.types.is_floating(kind):
        return _whole(column)
    if (
        isinstance(kind, pa.BaseExtensionType)
        or pa.types.is_nested(kind)
        or pa.types.is_binary(kind)
        or pa.types.is_large_binary(kind)
    ):
        return pa.array([_text(value) for value in column.to_pylist()], pa.string())
    if pa.types.is_decimal(kind) or pa.types.is_time(kind) or pa.types.is_null(kind):
        return column.cast(pa.string())
    return column


def _whole(column: pa.ChunkedArray) -> pa.ChunkedArray:
    column = pc.if_else(pc.is_nan(column), pa.scalar(None, column.type), column)
    values = column.to_pandas().dropna()
    if ((values % 1 == 0) & (values.abs() < EXACT_FLOAT)).all():
        return column.cast(pa.int64())
    return column


def _text(value: object) -> str | None:
    if value is None or value is pd.NA or value is pd.NaT or (isinstance(value, float) and value != value):  # noqa: PLR0124, NaN
        return None
    if isinstance(value, bytes):
        return "\\x" + value.hex()
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False, default=str)
    if isinstance(value, list | tuple | set):
        return "{" + ",".join(_member(member) for member in value) + "}"
    return str(value)


def _member(value: object) -> str:
    inner = _text(value)
    if inner is None:
        return "NULL"
    if isinstance(value, list | tuple):
        return inner
    return '"' + inner.replace("\\", "\\\\").replace('"', '\\"') + '"'
