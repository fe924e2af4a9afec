"""The only place that opens a connection to the warehouse."""

import re
import time
from typing import Any

import psycopg
from sqlalchemy import URL, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.engine.interfaces import ExceptionContext
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import NullPool, QueuePool

from schemas.errors import ConfigInvalid, PipelineError, WarehouseUnreachable
from tasks.warehouse.binaries import OLDEST_MAJOR
from tasks.warehouse.driver_errors import silence, translate

PIPELINE_ROLE = "teilhabe_pipeline"
APPLICATION = "teilhabe"
RECOVERY_SECONDS = 60
"""How long a session waits for a server that is there and recovers."""

_POOLED: dict[str, Any] = {"poolclass": QueuePool, "pool_size": 1, "max_overflow": 50, "pool_pre_ping": True}


def normalise_url(url: str) -> str:
    """Return ``url`` with the driver written out; ``postgresql://`` and ``postgres://`` mean psycopg 3.

    Errors: E509 when it is no PostgreSQL URL (the text is not repeated: it may hold a password).
    """
    rewritten = re.sub(r"^(postgres|postgresql)(\+psycopg)?://", "postgresql+psycopg://", url.strip())
    try:
        parsed = make_url(rewritten)
    except ArgumentError:
        parsed = None
    if parsed is None or parsed.drivername != "postgresql+psycopg":
        raise ConfigInvalid("E509", what="warehouse", name="postgresql://…")
    return parsed.render_as_string(hide_password=False)


def spoken_url(url: str | URL) -> str:
    """Return host, port and database of a URL, for messages: no login, no password."""
    parsed = make_url(url)
    return f"{parsed.host or 'local'}:{parsed.port or 5432}/{parsed.database or ''}"


def open_engine(
    url: str,
    role: str | None = PIPELINE_ROLE,
    *,
    county: str | None = None,
    application: str = APPLICATION,
    keeps_open: bool = False,
) -> Engine:
    """Return an engine whose sessions run as ``role`` where that role exists (None: as the login).

    One that ``keeps_open`` takes the session of the last transaction for the next, after asking whether it still
    answers: a login costs both sides some ten milliseconds, and a night has dozens of transactions.

    ``county`` is the key whose rows the pipeline's sessions see (row-level
    security reads ``teilhabe.county``). Sessions speak UTC, without JIT. Every error it raises is a PipelineError
    without values: E500 (exit 7) when the server does not answer, E505, E506
    from statements, E508 below PostgreSQL 15.
    """
    options = "-c timezone=UTC -c jit=off -c client_min_messages=warning"
    if county is not None:
        options += f" -c teilhabe.county={_checked_county(county)}"
    engine = create_engine(
        normalise_url(url),
        hide_parameters=True,
        **_POOLED if keeps_open else {"poolclass": NullPool},
        connect_args={
            "connect_timeout": 10,
            "application_name": application[:63],
            "options": options,
            "keepalives_idle": 30,
            "keepalives_interval": 10,
            "keepalives_count": 3,
        },
    )
    where = spoken_url(engine.url)

    @event.listens_for(engine, "do_connect")
    def connect(_dialect: Any, _record: Any, args: Any, params: Any) -> Any:
        return _connect(args, params, where, role)

    @event.listens_for(engine, "handle_error")
    def speak_clean(context: ExceptionContext) -> None:
        if context.is_pre_ping or not isinstance(context.original_exception, psycopg.Error):
            return
        error = translate(context.original_exception, where)
        # SQLAlchemy chains the driver's error as cause: its text must be clean too.
        silence(context.original_exception, error)
        raise error

    return engine


def _checked_county(county: str) -> str:
    if not re.fullmatch(r"[0-9A-Za-z_-]{1,40}", county):
        raise PipelineError("E509", what="county", name=county[:40])
    return county


def _connect(args: Any, params: Any, where: str, role: str | None) -> psycopg.Connection[Any]:
    try:
        connection = _patient_connection(args, params)
        if role is not None:
            _take_role(connection, role)
    except psycopg.Error as exc:
        error = translate(exc, where)
    else:
        if connection.info.server_version < OLDEST_MAJOR * 10000:
            version = connection.info.server_version // 10000
            connection.close()
            raise WarehouseUnreachable("E508", version=version, where=where, oldest=OLDEST_MAJOR)
        return connection
    raise error


def _patient_connection(args: Any, params: Any) -> psycopg.Connection[Any]:
    """Connect; wait for a server that answers and is still recovering from a crash or starting."""
    deadline = time.monotonic() + RECOVERY_SECONDS
    while True:
        try:
            return psycopg.connect(*args, **params)
        except psycopg.OperationalError as exc:
            if not is_recovering(exc) or time.monotonic() > deadline:
                raise
        time.sleep(0.2)


def is_recovering(exc: psycopg.OperationalError) -> bool:
    """Tell whether the server answered that it cannot be connected to yet (57P03: starting, recovering, stopping)."""
    # A failed connection carries no SQLSTATE in libpq's answer, only its sentence.
    return exc.sqlstate == "57P03" or "the database system is" in str(exc)


def _take_role(connection: psycopg.Connection[Any], role: str) -> None:
    """SET ROLE for the whole session; a database without our roles is one that waits for its first upgrade."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('role', rolname, FALSE) FROM pg_roles WHERE rolname = %s AND rolname <> current_user",
            [role],
        )
    connection.commit()
