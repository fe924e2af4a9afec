"""Take a person out of the orchestrator's own files, should one ever be named there.

By construction nobody is (``tests/leak``). If it happens all the same, rows of its
SQLite database that name the person go, with what hangs on them, and the file is
written anew so that no free page keeps them; other files go as a whole.
"""

import sqlite3
from contextlib import closing, suppress
from pathlib import Path

from tasks.erase.outbox import files_naming, needles_of
from tasks.erase.people import Person

_MAGIC = b"SQLite format 3\0"
_SIDECARS = ("-wal", "-shm", "-journal")
_PATIENCE = 10.0  # seconds for a server that is writing


def take_out(folder: Path, person: Person) -> int:
    """Remove what names the person below ``folder`` and return the number of files that still do."""
    for path in files_naming(folder, person):
        if path.name.endswith(_SIDECARS):
            path = path.with_name(path.name.rsplit("-", 1)[0])  # noqa: PLW2901, its database holds it
        if not path.is_file():
            continue
        if _is_database(path):
            with suppress(sqlite3.Error):
                _clean(path, needles_of(person))
        else:
            path.unlink()
    return len(files_naming(folder, person))


def _is_database(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(len(_MAGIC)) == _MAGIC


def _clean(path: Path, wanted: list[tuple[bytes, ...]]) -> None:
    with closing(sqlite3.connect(path, timeout=_PATIENCE, isolation_level=None)) as conn:
        conn.execute("PRAGMA foreign_keys = ON")
        conn.execute("BEGIN IMMEDIATE")
        tables = conn.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' "
            "AND sql NOT LIKE 'CREATE VIRTUAL%'"
        ).fetchall()
        for (table,) in tables:
            columns = [row[1] for row in conn.execute(f'PRAGMA table_info("{table}")')]
            for parts in wanted:
                tests = " AND ".join(["instr(CAST({0} AS BLOB), ?) > 0"] * len(parts))
                anywhere = " OR ".join(f"({tests.format(_quoted(column))})" for column in columns)
                conn.execute(f"DELETE FROM {_quoted(table)} WHERE {anywhere}", list(parts) * len(columns))
        conn.execute("COMMIT")
        conn.execute("VACUUM")
        conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
