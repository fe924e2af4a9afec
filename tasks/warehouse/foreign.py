"""Read a table or a query of a database that is not ours: read only, in one snapshot, as text."""

import datetime
import decimal
import re
import sqlite3
from collections.abc import Iterator, Sequence
from typing import Any, Protocol
from urllib.parse import quote

from sqlalchemy import URL, ColumnClause, Connection, Engine, column, create_engine, inspect, select, table, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError
from sqlalchemy.pool import NullPool
from sqlalchemy.sql import Executable

from schemas.errors import SourceUnavailable

ROWS_A_FETCH = 5_000
_TOO_SLOW = "57014"  # SQLSTATE query_canceled
_ONE_SELECT = re.compile(r"\s*(select|with)\b[^;]*;?\s*", re.IGNORECASE)


class Login(Protocol):
    """Whatever carries a user and a password."""

    @property
    def user(self) -> str | None:
        """Login name, instead of the URL's."""

    @property
    def password(self) -> str | None:
        """Its password."""


def read_foreign(
    url: str, *, table: str | None, query: str | None, auth: Login | None, timeout_s: float
) -> Iterator[Sequence[str]]:
    """Yield the column names, then each row as text; absent values are empty, booleans 1 and 0.

    Dates are ISO, a midnight is its day, decimals have a point.

    A table or view may carry its schema (``schema.name``) and comes ordered by all its
    columns. The session is read only where the database knows that, and always rolled back.

    Raises:
        SourceUnavailable: E233 the query is not one SELECT, E206 no driver for this database,
            E220 unreachable, E222 login refused, E226 too slow, E232 not readable; the driver's words are not repeated.
    """
    if query is not None and _ONE_SELECT.fullmatch(query) is None:
        raise SourceUnavailable("E233")
    engine = _engine(url, auth, timeout_s)
    host = engine.url.host or engine.url.drivername
    try:
        with _opened(engine, host) as connection:
            statement: Executable = text(query.replace(":", r"\:")) if query is not None else _whole(connection, table)
            result = connection.execute(statement, execution_options={"yield_per": ROWS_A_FETCH})
            yield tuple(result.keys())
            for row in result:
                yield tuple(_text(value) for value in row)
    except (SQLAlchemyError, sqlite3.Error) as exc:
        if _state(exc) == _TOO_SLOW:
            raise SourceUnavailable("E226", host=host, seconds=round(timeout_s)) from None
        raise SourceUnavailable("E232", host=host, reason=_state(exc) or type(exc).__name__) from None
    finally:
        engine.dispose()


def _engine(url: str, auth: Login | None, timeout_s: float) -> Engine:
    try:
        address = make_url(re.sub(r"^postgres(ql)?://", "postgresql+psycopg://", url))
        if auth is not None and auth.user:
            address = address.set(username=auth.user, password=auth.password)
        return create_engine(
            address,
            hide_parameters=True,
            poolclass=NullPool,
            isolation_level=_snapshot(address),
            **_kept(address, timeout_s),
        )
    except (ArgumentError, NoSuchModuleError, ImportError):
        raise SourceUnavailable("E206", scheme=url.partition("://")[0], known="postgresql, sqlite") from None


def _snapshot(address: URL) -> Any:
    return "REPEATABLE READ" if address.get_backend_name() in {"postgresql", "mysql", "mariadb"} else None


def _kept(address: URL, timeout_s: float) -> dict[str, Any]:
    """Return what makes a session read only and bounds its time, as far as the database knows it."""
    backend = address.get_backend_name()
    if backend == "sqlite":
        place = f"file:{quote(address.database or '')}?mode=ro"
        return {"creator": lambda: sqlite3.connect(place, uri=True, timeout=timeout_s)}
    if backend == "postgresql":
        milliseconds = round(timeout_s * 1000)
        options = f"-c default_transaction_read_only=on -c statement_timeout={milliseconds} -c timezone=UTC"
        return {"connect_args": {"connect_timeout": 10, "options": options}}
    return {}


def _opened(engine: Engine, host: str) -> Connection:
    try:
        return engine.connect()
    except SQLAlchemyError as exc:
        # psycopg gives no SQLSTATE for a refused login; its sentence is read, never repeated.
        if "authentication failed" in str(exc):
            raise SourceUnavailable("E222", host=host) from None
        raise SourceUnavailable("E220", host=host, reason="connect") from None


def _state(exc: Exception) -> str:
    """Return the SQLSTATE of a driver's error, empty where there is none."""
    return str(getattr(getattr(exc, "orig", None), "sqlstate", None) or "")


def _whole(connection: Connection, name: str | None) -> Executable:
    schema, _, plain = (name or "").rpartition(".")
    columns = [each["name"] for each in inspect(connection).get_columns(plain, schema=schema or None)]
    fields: list[ColumnClause[Any]] = [column(each) for each in columns]
    return select(*fields).select_from(table(plain, *fields, schema=schema or None)).order_by(*fields)


def _text(value: Any) -> str:
    match value:
        case None:
            written = ""
        case bool():
            written = "1" if value else "0"
        case datetime.datetime():
            # Older databases keep days as midnights: a day is what their lists mean.
            is_day = value.time() == datetime.time.min
            written = value.date().isoformat() if is_day else value.isoformat(sep=" ", timespec="seconds")
        case datetime.date() | datetime.time():
            written = value.isoformat()
        case decimal.Decimal():
            written = format(value, "f")
        case bytes() | memoryview():
            written = bytes(value).hex()
        case _:
            written = str(value)
    return written
