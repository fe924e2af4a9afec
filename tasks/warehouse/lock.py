"""One run at a time for a county: a session-level advisory lock on a connection of its own.

The server lets go of it when the session ends, however it ends: a killed run
blocks nobody.
"""

import contextlib
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import PendingRollbackError

from schemas.errors import LockHeld, PipelineError
from tasks.warehouse.engine import open_engine

_TAKE = text("SELECT pg_try_advisory_lock(:key)")
_GIVE_BACK = text("SELECT pg_advisory_unlock(:key)")
# A bigint key stands split in pg_locks: upper half classid, lower half objid, objsubid 1.
_HOLDER = text(
    """
    SELECT
        a.application_name,
        to_char(a.backend_start AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24\\:MI\\:SS "UTC"') AS since,
        l.pid
    FROM pg_locks AS l
    LEFT JOIN pg_stat_activity AS a ON l.pid = a.pid
    WHERE
        l.locktype = 'advisory'
        AND l.granted
        AND l.objsubid = 1
        AND l.database = (SELECT d.oid FROM pg_database AS d WHERE d.datname = current_database())
        AND (l.classid\\:\\:bigint << 32) | l.objid\\:\\:bigint = :key
    """
)


@dataclass(frozen=True)
class CountyLock:
    """A held lock."""

    county: str
    run_id: str
    _conn: Connection

    def is_held(self) -> bool:
        """Say whether the session that holds the lock still answers; E500 when the server is gone."""
        return bool(self._conn.execute(text("SELECT TRUE")).scalar_one())


def lock_key(county: str) -> int:
    """Return the county's key: the first eight bytes of sha256, as PostgreSQL's bigint."""
    return int.from_bytes(hashlib.sha256(f"teilhabe county {county}".encode()).digest()[:8], "big", signed=True)


@contextlib.contextmanager
def county_lock(engine: Engine, county: str, run_id: str) -> Iterator[CountyLock]:
    """Hold the county's lock for the block; never wait.

    Errors: LockHeld E507 (exit 6), which names the run that holds it and since when.
    """
    # As the login itself: another session of the same login may then read who holds the lock.
    own = open_engine(engine.url.render_as_string(hide_password=False), role=None, application=f"teilhabe run {run_id}")
    try:
        with own.connect().execution_options(isolation_level="AUTOCOMMIT") as conn:
            key = lock_key(county)
            # The session waits idle for the whole run, whatever the server's own limits are.
            conn.execute(text("SELECT set_config('idle_session_timeout', '0', FALSE)"))
            if not conn.execute(_TAKE, {"key": key}).scalar_one():
                raise _held_by(conn, county, key)
            try:
                yield CountyLock(county, run_id, conn)
            finally:
                # A closed session ends a moment later: a run that starts at once would find the lock still held.
                with contextlib.suppress(PipelineError, PendingRollbackError):
                    conn.execute(_GIVE_BACK, {"key": key})
    finally:
        own.dispose()


def is_locked(engine: Engine, county: str) -> bool:
    """Tell whether a run holds the county's lock at this moment."""
    own = open_engine(engine.url.render_as_string(hide_password=False), role=None, application="teilhabe look")
    try:
        with own.connect() as conn:
            return conn.execute(_HOLDER, {"key": lock_key(county)}).first() is not None
    finally:
        own.dispose()


def _held_by(conn: Connection, county: str, key: int) -> LockHeld:
    row = conn.execute(_HOLDER, {"key": key}).first()
    if row is None:
        return LockHeld("E507", county=county, holder="–", since="–", pid="–")
    return LockHeld("E507", county=county, holder=row[0] or "–", since=row[1] or "–", pid=row[2])
