"""``python -m bench.pages FOLDER PERIOD``: cost of the data admin's page and of the report on a published county.

Any county will do; ``python -m bench.figures`` leaves large ones below build/bench-figures. Nothing in the warehouse is
changed. CPU seconds stand beside wall seconds, for the page those of the database's backend too.
"""

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from flows.admin_page import admin_facts, render
from flows.reporting import write_report
from tasks.run import county_at, warehouse_of
from tasks.warehouse.session import county_session

TICKS = 100
"""Clock ticks a second in /proc."""


def main() -> int:
    """Measure both and print two lines."""
    parser = argparse.ArgumentParser(prog="python -m bench.pages")
    parser.add_argument("folder")
    parser.add_argument("period")
    parser.add_argument("--repeats", type=int, default=20)
    asked = parser.parse_args()
    folder = str(Path(asked.folder).resolve())
    _tell("admin page", folder, lambda: render(admin_facts(folder)), asked.repeats)
    with tempfile.TemporaryDirectory() as out:
        _tell("report", folder, lambda: _report(folder, asked.period, Path(out)), max(3, asked.repeats // 5))
    return 0


def _report(folder: str, period: str, out: Path) -> None:
    county = county_at(folder)
    with county_session(warehouse_of(folder).engine, county.key) as session:
        write_report(session, county, period, out, None, seal=False)


def _tell(name: str, folder: str, work: Callable[[], object], repeats: int) -> None:
    began = time.process_time()
    work()  # imports, templates and the connection are paid once
    first = time.process_time() - began
    with county_session(warehouse_of(folder).engine, county_at(folder).key) as session:
        backend = session.value("SELECT pg_backend_pid()")
    walls, server, own = [], _cpu_of(backend), time.process_time()
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        walls.append(time.perf_counter() - start)
    server, own = (_cpu_of(backend) - server) / repeats, (time.process_time() - own) / repeats
    sys.stdout.write(
        f"{name}: wall median {statistics.median(walls):.3f} s (min {min(walls):.3f}); CPU {own:.3f} s here, "
        f"{server:.3f} s in the database; the first time {first:.2f} s CPU here\n"
    )


def _cpu_of(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text("ascii").rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


if __name__ == "__main__":
    sys.exit(main())
