"""The orchestrator's own database, where it is PostgreSQL: who is named there, and the rows that name somebody go.

By construction nobody is (``tests/leak``). Every column of every ordinary table is
searched as text; a row goes with what hangs on it (its foreign keys), and the
tables that lost rows are written anew so that no free page keeps them.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import NamedTuple

from sqlalchemy import Connection, create_engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.pool import NullPool

VARIABLES = ("PREFECT_SERVER_DATABASE_CONNECTION_URL", "PREFECT_API_DATABASE_CONNECTION_URL")
CONNECT_TIMEOUT_S = 10
_POSTGRES = re.compile(r"^postgres(ql)?(\+\w+)?://")
_ROUNDS = 5  # a row that another one points to goes in a later round

Needles = Sequence[tuple[bytes, ...]]
"""What to look for: all parts of one entry must stand in one column."""


class Named(NamedTuple):
    """How many rows name somebody; None: there is such a database and it could not be searched."""

    rows: int | None


def database_url(environ: Mapping[str, str]) -> str | None:
    """Return the address of the orchestrator's PostgreSQL; None where its memory is a file below ``state``."""
    found = next((environ[name] for name in VARIABLES if environ.get(name)), "")
    return _POSTGRES.sub("postgresql+psycopg://", found) if _POSTGRES.match(found) else None


def count_naming(url: str, wanted: Needles) -> Named:
    """Return how many rows name whoever ``wanted`` names."""
    try:
        with _opened(url) as conn:
            return Named(sum(_count(conn, table, columns, wanted) for table, columns in _tables(conn)))
    except (SQLAlchemyError, ArgumentError):
        return Named(None)


def delete_naming(url: str, wanted: Needles) -> Named:
    """Delete the rows that name somebody; return how many still do."""
    try:
        with _opened(url) as conn:
            tables, touched = list(_tables(conn)), set()
            for _ in range(_ROUNDS):
                gone = {table: _delete(conn, table, columns, wanted) for table, columns in tables}
                touched |= {table for table, count in gone.items() if count}
                if not any(gone.values()):
                    break
            for table in sorted(touched):
                with suppress(SQLAlchemyError):
                    conn.execute(text("SET lock_timeout = '10s'"))
                    conn.execute(text(f"VACUUM (FULL) {table}"))
    except (SQLAlchemyError, ArgumentError):
        return Named(None)
    return count_naming(url, wanted)


@contextmanager
def _opened(url: str) -> Iterator[Connection]:
    engine = create_engine(
        make_url(url),
        hide_parameters=True,
        poolclass=NullPool,
        isolation_level="AUTOCOMMIT",
        connect_args={"connect_timeout": CONNECT_TIMEOUT_S},
    )
    try:
        with engine.connect() as conn:
            yield conn
    finally:
        engine.dispose()


def _tables(conn: Connection) -> Iterator[tuple[str, list[str]]]:
    rows = conn.execute(
        text(
            "SELECT format('%I.%I', c.table_schema, c.table_name), array_agg(format('%I', c.column_name)) "
            "FROM information_schema.columns AS c INNER JOIN information_schema.tables AS t "
            "ON c.table_schema = t.table_schema AND c.table_name = t.table_name "
            "WHERE t.table_type = 'BASE TABLE' AND c.table_schema NOT IN ('pg_catalog', 'information_schema') "
            "GROUP BY c.table_schema, c.table_name ORDER BY c.table_schema, c.table_name"
        )
    )
    yield from ((row[0], list(row[1])) for row in rows.all())


def _condition(columns: Sequence[str], wanted: Needles) -> tuple[str, dict[str, str]]:
    tests, binds = [], {}
    for number, parts in enumerate(wanted):
        names = []
        for place, part in enumerate(parts):
            name = f"part_{number}_{place}"
            binds[name] = part.decode()
            names.append(name)
        tests += [
            "(" + " AND ".join(f"strpos(CAST({column} AS text), :{name}) > 0" for name in names) + ")"
            for column in columns
        ]
    return " OR ".join(tests) or "FALSE", binds


def _count(conn: Connection, table: str, columns: Sequence[str], wanted: Needles) -> int:
    condition, binds = _condition(columns, wanted)
    return int(conn.execute(text(f"SELECT count(*) FROM {table} WHERE {condition}"), binds).scalar_one())


def _delete(conn: Connection, table: str, columns: Sequence[str], wanted: Needles) -> int:
    condition, binds = _condition(columns, wanted)
    try:
        return int(conn.execute(text(f"DELETE FROM {table} WHERE {condition}"), binds).rowcount)
    except SQLAlchemyError:
        return 0  # something else points to it: perhaps not in the next round; what stays is counted and said
