"""Everybody does the same two nights on the same server: all rows new, then one row of a hundred changed."""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg

from bench.pipeline.county import deliver, make_county
from bench.pipeline.deliveries import NIGHTS
from bench.pipeline.measure import Failed, Measured, postmaster, run

ROOT = Path(__file__).resolve().parents[2]
PEERS = Path(__file__).parent / "peers"
DAYS = {"new": "2021-06-01", "changed": "2021-06-02"}
OURS = "teilhabe"
NEEDS = {
    "dlt": ["dlt[postgres]==1.31.*", "polars==2.1.*", "pyarrow"],
    "polars": ["polars==2.1.*", "psycopg[binary]"],
    "duckdb": ["duckdb==2.0.*", "psycopg[binary]"],
    "pandas": ["pandas==3.1.*", "pandera==0.35.*", "sqlalchemy==2.1.*", "psycopg[binary]"],
}
CONTESTANTS = {
    "floor": ("polars", "floor.py"),
    OURS: (None, ""),
    "Polars + COPY": ("polars", "polars_copy.py"),
    "DuckDB + COPY": ("duckdb", "duckdb_copy.py"),
    "pandas + pandera + COPY": ("pandas", "pandas_peer.py copy"),
    "pandas + pandera + to_sql": ("pandas", "pandas_peer.py to_sql"),
    "dlt merge (no history)": ("dlt", "dlt_peer.py merge"),
    "dlt SCD2": ("dlt", "dlt_peer.py scd2"),
}


@dataclass(frozen=True)
class Result:
    """One contestant's night; ``note`` says why there is no figure."""

    contestant: str
    rows: int
    night: str
    measured: Measured | None
    note: str = ""


def set_up_peers(home: Path) -> None:
    """Make each peer's environment once."""
    for name, needs in NEEDS.items():
        if not (home / name / "bin" / "python").exists():
            uv = [str(Path(sys.executable).parent / "uv")]
            subprocess.run([*uv, "venv", "-q", str(home / name)], check=True)
            python = str(home / name / "bin" / "python")
            subprocess.run([*uv, "pip", "install", "-q", "--compile-bytecode", "--python", python, *needs], check=True)


def compete(name: str, data: Path, rows: int, admin_url: str, home: Path) -> Iterator[Result]:
    """Run both nights of one contestant in a database of its own and hold the end states against the truth."""
    truth = json.loads((data / "truth.json").read_text())
    url = admin_url.rsplit("/", 1)[0] + "/bench_run"
    with psycopg.connect(admin_url, autocommit=True) as conn:
        conn.execute("DROP DATABASE IF EXISTS bench_run WITH (FORCE)")
        conn.execute("CREATE DATABASE bench_run")
        conn.execute("CHECKPOINT")
    work = home / "work"
    shutil.rmtree(work, ignore_errors=True)
    if name == OURS:
        make_county(work, url)
        deliver(data / "new", work)
        subprocess.run([sys.executable, "-m", "flows", "--config", str(work), "db", "upgrade"], check=True, cwd=ROOT)
    server = postmaster(admin_url)
    for night in NIGHTS:
        try:
            measured = _night(name, data / night, url, DAYS[night], work, server, home)
            note = "" if name.startswith("dlt") else _differs(name, url, truth[night])
        except Failed as failed:
            measured, note = None, str(failed)
        yield Result(name, rows, night, measured, note)
        if measured is None:
            return


def _night(name: str, night: Path, url: str, day: str, work: Path, server: int, home: Path) -> Measured:
    venv, script = CONTESTANTS[name]
    if venv is None:
        deliver(night, work)
        return run([sys.executable, "-m", "bench.pipeline.ours", str(work), day, str(server)], server, cwd=ROOT)
    file, *way = script.split()
    command = [str(home / venv / "bin" / "python"), str(PEERS / file), str(night), url, day, *way]
    return run([*command, str(work / "dlt")] if venv == "dlt" else command, server, cwd=PEERS)


_OURS = (
    "SELECT (SELECT count(*) FROM core.{0}_version WHERE closed_load IS NULL AND ended_on IS NULL), "
    "(SELECT count(*) FROM core.{0}_version WHERE ended_on IS NULL), (SELECT count(DISTINCT row) FROM quarantine.row "
    "WHERE kind = '{0}s' AND state = 'open')"
)
_PEER = (
    "SELECT (SELECT count(*) FROM {0}s_version WHERE valid_to IS NULL), (SELECT count(*) FROM {0}s_version), "
    "(SELECT count(*) FROM quarantine WHERE kind = '{0}s')"
)


def _differs(name: str, url: str, truth: dict[str, dict[str, int]]) -> str:
    """Say where the end state is another than the truth; the peers' quarantine grows, its count is held once."""
    with psycopg.connect(url) as conn:
        for kind in ("participant", "enrolment"):
            told = truth[f"{kind}s"]
            row = conn.execute((_OURS if name == OURS else _PEER).format(kind)).fetchone()
            assert row is not None
            wanted, found = (told["open"], told["versions"]), row[:2]
            if found != wanted or (name == OURS and row[2] != told["rejected"]):
                return f"{kind}: {row} instead of {wanted} and {told['rejected']} rejected"
    return ""
