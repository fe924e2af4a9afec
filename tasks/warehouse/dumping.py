"""The whole database as SQL text, and back into an empty one, also across PostgreSQL majors.

Plain SQL, because a newer custom format cannot be read by older tools. Passwords
travel in the environment, output of the tools goes to nobody: it may hold rows.
"""

import os
import re
import subprocess
from pathlib import Path

from sqlalchemy.engine import make_url

from schemas.errors import StepFailed
from tasks.warehouse.binaries import newest_tools
from tasks.warehouse.engine import normalise_url, open_engine
from tasks.warehouse.statements import run_script

# Settings that a newer pg_dump writes and an older server does not know.
_UNKNOWN_TO_OLDER = re.compile(rb"^SET transaction_timeout = .*;$")
_CLIENT_ONLY = re.compile(rb"^\\(un)?restrict ")


def _tool(name: str, url: str, *words: str) -> tuple[list[str], dict[str, str]]:
    parts = make_url(normalise_url(url))
    environment = {
        **{key: value for key, value in os.environ.items() if not key.startswith("PG")},
        "PGPASSWORD": parts.password or "",
        "PGOPTIONS": "-c row_security=off",
    }
    command = [str(newest_tools().program(name)), "-h", parts.host or "127.0.0.1", "-p", str(parts.port or 5432)]
    return [*command, "-U", parts.username or "", "-d", parts.database or "", *words], environment


def dump_database(url: str, path: Path) -> int:
    """Write the database at ``url`` as SQL (mode 0600) and return its bytes; the login must read every row.

    Raises:
        StepFailed: E520, the tool refused.
    """
    command, environment = _tool("pg_dump", url, "--format=plain", "--encoding=UTF8", "--no-sync")
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        done = subprocess.run(command, env=environment, stdout=file, stderr=subprocess.DEVNULL, check=False)
    if done.returncode != 0:
        path.unlink()
        raise StepFailed("E520", tool="pg_dump", code=done.returncode)
    return path.stat().st_size


def restore_database(url: str, path: Path) -> None:
    """Run a dump in the empty database at ``url``, all of it or nothing.

    Raises:
        StepFailed: E520, the tool refused; the database is as empty as before.
    """
    engine = open_engine(url, role=None)
    try:
        with engine.begin() as connection:
            run_script(connection, "roles")
    finally:
        engine.dispose()
    words = ("--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1")
    command, environment = _tool("psql", url, *words)
    process = subprocess.Popen(
        command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    assert process.stdin is not None
    try:
        with path.open("rb") as file:
            for line in file:
                if not _UNKNOWN_TO_OLDER.match(line) and not _CLIENT_ONLY.match(line):
                    process.stdin.write(line)
        process.stdin.close()
    except BrokenPipeError:  # psql stopped at an error; its code says so
        pass
    code = process.wait()
    if code != 0:
        raise StepFailed("E520", tool="psql", code=code)
