"""Privacy as a tested property: a marker surname is nowhere outside vault and archive, after success and after failure.

The marker stands where people write: in names, and in cells that break a rule.
Searched are stdout, stderr, every file below the county's state (but for the
archive and the database's own files), Prefect's database, and every table of
every schema but ``vault``.
"""

import os
import shutil
import sqlite3
import subprocess
import sys
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
