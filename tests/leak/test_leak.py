"""Privacy as a tested property: a marker surname is nowhere outside vault and archive, after success and after failure.

The marker stands where people write: in names, and in cells that break a rule.
Searched are stdout, stderr, every file below the county's state (but for the
archive and the database's own files), Prefect's database, and every table of
every schema but ``vault``.
"""

import contextlib
import io
import os
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

ROOT = Path(__file__).resolve().parents[2]
SHIPPED = ROOT / "config" / "paderborn"
MARKER = "Zzyzxmarkerfamilie"
ALLOWED = ("raw", "postgresql")
"""Folders below ``state`` that may hold names: the archive, and the embedded server's own files."""


@pytest.fixture
def county(tmp_path: Path) -> Path:
    """A copy of the shipped county whose deliveries hold the marker as a name and as broken cells."""
    folder = tmp_path / "county"
    shutil.copytree(SHIPPED, folder, ignore=shutil.ignore_patterns("state", "__pycache__"))
    path = next((folder / "inbox").glob("landesdatenbank*.csv"))
    lines = path.read_text("cp1252").splitlines()
    header = lines[0].split(";")
    name, born, status = (header.index(column) for column in ("Nachname", "Geburtsdatum", "Aufenthaltsstatus"))
    for number, broken in ((1, None), (2, born), (3, status)):
        cells = lines[number].split(";")
        cells[name] = MARKER
        if broken is not None:
            cells[broken] = f"{MARKER} {number}"
        lines[number] = ";".join(cells)
    path.write_text("\n".join(lines) + "\n", "cp1252")
    return folder


def run(county: Path, url: str, *words: str, **extra: str) -> "subprocess.CompletedProcess[str]":
    environment = {**os.environ, "TEILHABE_WAREHOUSE": url, "HOME": str(county.parent / "home"), **extra}
    (county.parent / "home").mkdir(exist_ok=True)
    command = [sys.executable, "-m", "flows", "--config", str(county), *words]
    return subprocess.run(command, capture_output=True, text=True, env=environment, cwd=ROOT, check=False, timeout=800)


def files_with_marker(folder: Path) -> list[str]:
    found = []
    for path in folder.rglob("*"):
        parts = path.relative_to(folder).parts
        allowed = parts[0] == "inbox" or (parts[0] == "state" and len(parts) > 1 and parts[1] in ALLOWED)
        if path.is_file() and not allowed and MARKER.encode() in path.read_bytes():
            found.append("/".join(parts))
    return found


def tables_with_marker(url: str) -> list[str]:
    plain = url.replace("postgresql+psycopg://", "postgresql://")
    with psycopg.connect(plain) as conn:
        tables = conn.execute(
            "SELECT schemaname, tablename FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', "
            "'information_schema', 'vault')"
        ).fetchall()
        return [
            f"{schema}.{table}"
            for schema, table in tables
            if conn.execute(
                f'SELECT 1 FROM {schema}."{table}" AS t WHERE t::text LIKE %s LIMIT 1', [f"%{MARKER}%"]
            ).fetchone()
        ]


def vault_holds_marker(url: str) -> bool:
    with psycopg.connect(url.replace("postgresql+psycopg://", "postgresql://")) as conn:
        return conn.execute("SELECT 1 FROM vault.identity_version LIMIT 1").fetchone() is not None


def texts_of_prefect(home: Path) -> Iterator[str]:
    for path in home.rglob("*.db"):
        with sqlite3.connect(path) as conn:
            yield "\n".join(conn.iterdump())


@pytest.mark.parametrize("words", [("--direct",), ()], ids=["direct", "prefect"])
def test_a_run_with_rejected_rows_tells_no_name(county: Path, warehouse_url: str, words: tuple[str, ...]) -> None:
    done = run(county, warehouse_url, "sync", *words, "--as-of", "2021-09-15")
    assert done.returncode == 8, done.stderr[-2000:]
    listed = run(county, warehouse_url, "quarantine", "list")
    assert "unmapped_value" in listed.stdout
    assert "bad_date" in listed.stdout
    for text in (done.stdout, done.stderr, listed.stdout, listed.stderr):
        assert MARKER not in text
    assert vault_holds_marker(warehouse_url)
    assert tables_with_marker(warehouse_url) == []
    assert files_with_marker(county) == []
    if not words:
        dumps = list(texts_of_prefect(county / "state" / "orchestrator"))
        assert dumps, "the orchestrator's database was looked at"
        assert all(MARKER not in dump for dump in dumps)


@pytest.mark.parametrize("words", [("--direct",), ()], ids=["direct", "prefect"])
def test_a_run_that_fails_inside_a_step_tells_no_name(county: Path, warehouse_url: str, words: tuple[str, ...]) -> None:
    """The database refuses the names themselves: its error text would carry the whole row."""
    plain = warehouse_url.replace("postgresql+psycopg://", "postgresql://")
    with psycopg.connect(plain) as conn:
        conn.execute(f"ALTER TABLE vault.identity_version ADD CONSTRAINT planted CHECK (last_name <> '{MARKER}')")
    done = run(county, warehouse_url, "sync", *words, "--as-of", "2021-09-15")
    assert done.returncode == 1, done.stderr[-2000:]
    assert "planted" in done.stderr
    assert MARKER not in done.stdout + done.stderr
    assert tables_with_marker(warehouse_url) == []
    assert files_with_marker(county) == []
    assert all(MARKER not in dump for dump in texts_of_prefect(county / "state" / "orchestrator"))


COMMANDS = (
    ("status",),
    ("quarantine", "list"),
    ("quarantine", "show", "landesdatenbank"),
    ("review", "list"),
    ("match", "proposals"),
    ("kpi", "--exact"),
    ("explain", "entered"),
    ("source", "list"),
    ("retention", "--as-of", "2040-01-01"),
    ("privacy", "record"),
    ("quarantine", "feedback"),
)


def said_here(county: Path, *words: str) -> tuple[int, str]:
    """Run a command in this process; return its exit code, and all that it printed."""
    from flows.cli import main
    from tasks.run import forget

    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = main(["--config", str(county), *words])
    forget(str(county))
    return code, out.getvalue() + err.getvalue()


def test_no_command_but_the_persons_own_report_tells_a_name(
    county: Path, warehouse_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also not in names of files, in the process list, in the server's log, in an erasure and its proof."""
    environment = {**os.environ, "TEILHABE_WAREHOUSE": warehouse_url}
    night = subprocess.Popen(
        [sys.executable, "-m", "flows", "--config", str(county), "sync", "--direct", "--as-of", "2021-09-15"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=environment,
        cwd=ROOT,
    )
    while night.poll() is None:
        assert MARKER.encode() not in command_lines()
        time.sleep(0.2)
    assert night.returncode == 8
    monkeypatch.setenv("TEILHABE_WAREHOUSE", warehouse_url)
    for words in COMMANDS:
        for extra in ((), ("--json",)):
            code, said = said_here(county, *words, *extra)
            assert code == 0, (words, said[-500:])
            assert MARKER not in said, words
    names = [path.name for path in county.rglob("*")]
    assert any("rueckmeldung" in name for name in names)
    assert not any(MARKER in name for name in names)
    plain = warehouse_url.replace("postgresql+psycopg://", "postgresql://")
    with psycopg.connect(plain) as conn:
        uids = conn.execute(
            "SELECT DISTINCT s.person_uid::text FROM vault.source_id AS s JOIN vault.identity_version AS i "
            "USING (county, ref_id) WHERE i.last_name = %s",
            [MARKER],
        ).fetchall()
    assert uids
    for (uid,) in uids:
        done = run(county, warehouse_url, "erase", uid, "--reason", "Probe", "--yes")
        assert done.returncode == 0, done.stderr
        assert MARKER not in done.stdout + done.stderr
    assert tables_with_marker(warehouse_url) == []
    assert files_with_marker(county) == []


def command_lines() -> bytes:
    """Return the command lines of all processes that may be looked at."""
    found = b""
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            found += path.read_bytes()
    return found


def test_the_servers_log_tells_no_name(county: Path, warehouse_url: str, system_dir: Path) -> None:
    """Errors of statements and of COPY name no row in the embedded server's own log."""
    plain = warehouse_url.replace("postgresql+psycopg://", "postgresql://")
    with psycopg.connect(plain) as conn:
        conn.execute(f"ALTER TABLE vault.identity_version ADD CONSTRAINT planted CHECK (last_name <> '{MARKER}')")
    run(county, warehouse_url, "sync", "--direct", "--as-of", "2021-09-15")
    with psycopg.connect(plain) as conn, pytest.raises(psycopg.Error):
        conn.execute("INSERT INTO vault.identity_version (last_name) VALUES (%s)", [MARKER])
    logs = [path for path in system_dir.rglob("*") if path.is_file() and "log" in path.suffix + path.name.split(".")[0]]
    texts = [path.read_bytes() for path in logs if path.stat().st_size < 50_000_000]
    assert any(b"ready to accept connections" in text for text in texts), "the server's log was looked at"
    assert all(MARKER.encode() not in text for text in texts)
