"""Time of fleet nights with 1, 2 and 4 workers on one warehouse.

Run: ``python -m bench.fleet [counties persons workers…]``. Each number of workers gets a fresh warehouse and fresh
folders: a first night (all is new), a second one on the next day (nothing new is delivered). Prints wall seconds,
processor seconds a county (ours, and the database's), the largest number of sessions seen, the database's size.
Processor seconds hold on a busy machine too; wall seconds do not.
"""

import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from datetime import timedelta
from pathlib import Path

import psycopg
from sqlalchemy.engine import make_url

from bench.fleet.county import FIRST, make_county
from tasks.warehouse.embedded import ensure_server, remove_server
from tasks.warehouse.migrate import upgrade


class Sessions:
    """Counts our sessions on the server twice a second, and keeps the largest number."""

    def __init__(self, url: str) -> None:
        self.url, self.largest, self.over = url, 0, threading.Event()
        self.thread = threading.Thread(target=self._watch)

    def _watch(self) -> None:
        sql = "SELECT count(*) FROM pg_stat_activity WHERE application_name LIKE 'teilhabe%'"
        with psycopg.connect(self.url, autocommit=True) as conn:
            while not self.over.wait(0.5):
                row = conn.execute(sql).fetchone()
                self.largest = max(self.largest, row[0] if row else 0)

    def __enter__(self) -> "Sessions":
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.over.set()
        self.thread.join()


class Processor:
    """Processor seconds of our ended children, and of the database server with its ended sessions (Linux)."""

    def __init__(self, data: Path) -> None:
        self.postmaster = (data / "postmaster.pid").read_text().split("\n", 1)[0]
        self.began = self._now()

    def _now(self) -> tuple[float, float]:
        ours = resource.getrusage(resource.RUSAGE_CHILDREN)
        # Fields 14 to 17 of proc(5) stat, counted after the name in brackets: own and ended children's ticks.
        fields = Path(f"/proc/{self.postmaster}/stat").read_text().rpartition(")")[2].split()[11:15]
        return ours.ru_utime + ours.ru_stime, sum(map(int, fields)) / os.sysconf("SC_CLK_TCK")

    def used(self) -> tuple[float, float]:
        ours, database = self._now()
        return ours - self.began[0], database - self.began[1]


def night(root: Path, workers: int, day: object) -> tuple[float, dict[str, int]]:
    """Run one fleet night; return its wall time and how the counties ended."""
    command = [sys.executable, "-m", "flows", "--json", "fleet", "sync", "--counties", str(root)]
    began = time.perf_counter()
    done = subprocess.run(
        [*command, "--workers", str(workers), "--as-of", str(day)],
        check=False,  # the document tells how each county ended
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    return time.perf_counter() - began, json.loads(done.stdout)["statuses"]


def measure(counties: int, persons: int, workers: int) -> None:
    """Print two nights of one number of workers."""
    place = Path(tempfile.mkdtemp(prefix="teilhabe-fleet-"))
    try:
        server = ensure_server(place / "warehouse")
        url = server.url
        upgrade(url)
        for number in range(counties):
            make_county(place / "counties", number, persons, url)
        plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
        for name, day in (("first", FIRST), ("quiet", FIRST + timedelta(days=1))):
            processor = Processor(server.data_dir)
            with Sessions(plain) as sessions:
                wall, ended = night(place / "counties", workers, day)
            ours, database = processor.used()
            with psycopg.connect(plain) as conn:
                row = conn.execute("SELECT pg_database_size(current_database())").fetchone()
            sys.stdout.write(
                f"{counties} counties x {persons}, {workers} workers, {name} night: {wall:.1f} s, "
                f"processor a county {ours / counties:.2f} + {database / counties:.2f} s, "
                f"load {os.getloadavg()[0]:.0f}, sessions {sessions.largest}, "
                f"database {(row[0] if row else 0) / 1e6:.0f} MB, {ended}\n"
            )
            sys.stdout.flush()
    finally:
        remove_server(place / "warehouse")
        shutil.rmtree(place, ignore_errors=True)


def main() -> None:
    """Measure with the numbers of workers that the command line names."""
    counties, persons, *workers = [int(word) for word in sys.argv[1:]] or [50, 2000, 1, 2, 4]
    for count in workers or [1, 2, 4]:
        measure(counties, persons, count)


if __name__ == "__main__":
    main()
