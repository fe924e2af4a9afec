"""What the driver says, said again without values.

PostgreSQL's messages and details carry rows ("Failing row contains …"). Kept
are the SQLSTATE, its class's name, table and constraint; of class 42 (our SQL
names something that is not there) also the message, for it names identifiers.
"""

import contextlib
from collections.abc import Iterator

import psycopg
import sqlalchemy.exc

from schemas.errors import PipelineError, WarehouseUnreachable

DISK_FULL = "53100"
# Connection exceptions, shutdown by an operator, and too many connections.
GONE_CLASSES = ("08",)
GONE = ("57P01", "57P02", "57P03", "53300", "57P05", "25P03")


@contextlib.contextmanager
def wrapped(where: str = "PostgreSQL") -> Iterator[None]:
    """Turn every driver error inside into a PipelineError without values (E500, E505, E506)."""
    try:
        yield
    except (sqlalchemy.exc.SQLAlchemyError, psycopg.Error) as exc:
        error = translate(exc, where)
        silence(exc, error)
        raise error from None


def silence(exc: BaseException, error: PipelineError) -> None:
    """Replace the text of a driver's error by ours: it stays in the new error's context, where a log may find it."""
    for found in (exc, getattr(exc, "orig", None)):
        if found is not None:
            found.args = (str(error),)


def translate(exc: BaseException, where: str = "PostgreSQL") -> PipelineError:
    """Return the error to raise in place of a SQLAlchemy or psycopg error."""
    cause = exc.orig if isinstance(exc, sqlalchemy.exc.DBAPIError) else exc
    if not isinstance(cause, psycopg.Error):
        return PipelineError("E505", sqlstate="–", kind=type(exc).__name__, table="–", constraint="–", detail="")
    state = cause.sqlstate or cause.diag.sqlstate or ""
    if state == DISK_FULL:
        return PipelineError("E506")
    if state in GONE or state[:2] in GONE_CLASSES or (not state and isinstance(cause, psycopg.OperationalError)):
        return WarehouseUnreachable("E500", where=where, why=_reason(cause))
    table = ".".join(part for part in (cause.diag.schema_name, cause.diag.table_name) if part)
    return PipelineError(
        "E505",
        sqlstate=state or "–",
        kind=type(cause).__name__,
        table=table or "–",
        constraint=cause.diag.constraint_name or "–",
        detail=_identifiers(cause, state),
    )


def _identifiers(cause: psycopg.Error, state: str) -> str:
    """Return the server's message where it speaks of our SQL's own names only (values are bound, never in the text)."""
    if state.startswith("42") and cause.diag.message_primary:
        return f" ({cause.diag.message_primary})"
    return ""


def _reason(cause: psycopg.Error) -> str:
    """Return why a connection failed, in words that hold no address and no password."""
    text = str(cause).lower()
    known = {
        "password authentication": "password",
        "connection refused": "connection refused",
        "timeout": "timeout",
        "does not exist": "no such database or role",
        "could not translate host name": "unknown host",
        "failed to resolve host": "unknown host",
        "starting up": "starting",
        "shutting down": "shutting down",
        "too many": "too many connections",
        "ssl": "TLS",
        "permission denied": "permission denied",
    }
    named = next((reason for sign, reason in known.items() if sign in text), type(cause).__name__)
    return f"{named}, SQLSTATE {cause.sqlstate}" if cause.sqlstate else named
