"""``python -m bench.figures [--sizes 1000 10000 100000] [--repeats 3]``: cost of publishing and of asking.

A county's history by seed (``history.py``), published as the nightly step does it, then asked by the command line.
Writes docs/bench-figures.md; the server is a throw-away one below build/.
"""

import argparse
import json
import os
import shutil
import statistics
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import psycopg
from sqlalchemy import create_engine
from sqlalchemy.engine import make_url

from bench.figures.history import COUNTY, LAST_NIGHT, History
from bench.figures.page import Line, write_page
from bench.pipeline.measure import Measured, postmaster, run
from tasks.warehouse.embedded import ensure_server, stop_server
from tasks.warehouse.migrate import upgrade

ROOT = Path(__file__).resolve().parents[2]
HOME = ROOT / "build" / "bench-figures"
SHIPPED = ROOT / "config" / "paderborn"
PERIOD = "2021/22"
MONTH_BEFORE = LAST_NIGHT - timedelta(days=31)
BUILDING = ("building the KPIs", "the same statements by a bare cursor")
QUESTIONS = {
    "explain placed": ["explain", "placed", "--period", PERIOD],
    "explain unmet_needs": ["explain", "unmet_needs", "--period", PERIOD],
    "explain placed --since (why changed)": ["explain", "placed", "--period", PERIOD, "--since", str(MONTH_BEFORE)],
    "kpi --exact": ["kpi", "--exact", "--period", PERIOD],
    "report": ["report", "--period", PERIOD, "--out", str(HOME / "report")],
}


def main() -> int:
    """Measure every size, then ten times the history of one."""
    parser = argparse.ArgumentParser(prog="python -m bench.figures")
    parser.add_argument("--sizes", type=int, nargs="+", default=[1_000, 10_000, 100_000])
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--ask", nargs="*", choices=list(QUESTIONS), default=list(QUESTIONS))
    parser.add_argument("--history-of", type=int, default=10_000, help="0: leave the tenfold history out")
    asked = parser.parse_args()
    HOME.mkdir(parents=True, exist_ok=True)
    info = ensure_server(HOME / "server", {"max_wal_size": "4GB"})
    lines: list[Line] = []
    try:
        for persons in asked.sizes:
            lines += measure(info.url, persons, 1, asked.repeats, {work: QUESTIONS[work] for work in asked.ask})
        if asked.history_of:
            lines += measure(info.url, asked.history_of, 10, asked.repeats, {})
    finally:
        stop_server(HOME / "server")
    about = (
        f"PostgreSQL {info.version}, default work_mem, {os.cpu_count()} cores, {asked.repeats} runs each; load of the "
        f"machine at the end {os.getloadavg()[1]:.1f}."
    )
    sys.stdout.write(write_page(lines, about))
    return 0


def measure(admin: str, persons: int, rounds: int, repeats: int, questions: dict[str, list[str]]) -> list[Line]:
    """Load one county, publish its nights and ask; a line a work."""
    folder, url, versions = prepare(admin, persons, rounds)
    server = postmaster(make_url(url).set(drivername="postgresql").render_as_string(hide_password=False))
    here = [sys.executable, "-m", "bench.figures.publishing"]
    lines = []

    def add(work: str, measured: Callable[[], Measured], times: int = repeats) -> None:
        found = [measured() for _ in range(times)]
        lines.append(Line(persons, rounds, versions, work, found))
        sys.stderr.write(f"{persons} x {rounds} {work}: {statistics.median(f.seconds for f in found):.2f} s\n")

    def night(day: str) -> Callable[[], Measured]:
        return lambda: run([*here, str(folder), day], server, cwd=ROOT)

    add("publish, the first release", night(str(MONTH_BEFORE)), 1)
    fill_nights(url)
    add("publish with a release", night(str(LAST_NIGHT - timedelta(days=1))))
    add("publish between releases", night(str(LAST_NIGHT)))
    pairs = json.loads(run([*here, "plain", str(folder), str(LAST_NIGHT), str(repeats)], server, cwd=ROOT).output)
    for place, work in enumerate(BUILDING):
        lines.append(Line(persons, rounds, versions, work, [Measured(pair[place], 0.0, 0.0, 0.0) for pair in pairs]))
    teilhabe = [sys.executable, "-m", "flows", "--config", str(folder), "--json"]
    for work, words in questions.items():
        add(work, lambda words=words: run([*teilhabe, *words], server, cwd=ROOT))  # type: ignore[misc]
    return lines


def prepare(admin: str, persons: int, rounds: int) -> tuple[Path, str, int]:
    """Make a database with a history and a county folder that points to it."""
    name = f"figures_{persons}_{rounds}"
    plain = make_url(admin).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain, autocommit=True) as conn:
        conn.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")  # type: ignore[call-overload]
        conn.execute(f"CREATE DATABASE {name} TEMPLATE template0")  # type: ignore[call-overload]
    url = make_url(admin).set(database=name).render_as_string(hide_password=False)
    upgrade(url)
    engine = create_engine(make_url(url).set(drivername="postgresql+psycopg"))
    with engine.begin() as connection:
        versions = History(connection, persons, rounds=rounds).load()
    engine.dispose()
    folder = HOME / f"county-{persons}-{rounds}"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(SHIPPED, folder, ignore=shutil.ignore_patterns("state", "inbox", "*.py", "made_up"))
    text = (folder / "county.yaml").read_text("utf-8").replace("${TEILHABE_WAREHOUSE}", url)
    (folder / "county.yaml").write_text(text, "utf-8")
    (folder / "inbox").mkdir()
    return folder, url, versions


def fill_nights(url: str) -> None:
    """Store exact rows for every night of two years, those of the one that was published."""
    plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    columns = (
        "kpi, kpi_version, period, period_from, period_to, mode, {day}, {day}, dimension, member, numerator, "
        "denominator, value, target, target_met, protection, release_id"
    )
    named = columns.format(
        day="as_of",
    ).replace("as_of, as_of", "as_of, known_on")
    days = f"generate_series(DATE '{MONTH_BEFORE}' - 700, DATE '{LAST_NIGHT}' - 2, interval '1 day') AS d"
    with psycopg.connect(plain, autocommit=True) as conn:
        conn.execute(
            f"INSERT INTO internal.kpi (county, {named}) SELECT '{COUNTY}', {columns.format(day='d::date')} "  # type: ignore[call-overload]
            f"FROM internal.kpi CROSS JOIN {days} WHERE county = '{COUNTY}' AND as_of = '{MONTH_BEFORE}' "
            f"AND d::date <> '{MONTH_BEFORE}'"
        )
        conn.execute("ANALYZE internal.kpi")


if __name__ == "__main__":
    sys.exit(main())
