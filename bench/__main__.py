"""``make bench``: the pipeline beside its peers and its floor, in one run on one server; see bench/pipeline.

``make bench SIZES="10000 100000 1000000" REPEATS=5``; the table goes to docs/bench.md, the picture to docs/images,
a line a contestant to bench/history.csv. The rooms' own comparisons stand in ``bench/identity``, ``bench/match``
and so on and are run by themselves.
"""

import argparse
import os
import shutil
import statistics
import sys
from pathlib import Path

from bench.pipeline.contest import CONTESTANTS, DAYS, OURS, Result, compete, set_up_peers
from bench.pipeline.county import deliver, make_county
from bench.pipeline.deliveries import make_deliveries
from bench.pipeline.measure import Measured, postmaster, run
from bench.pipeline.orchestration import orchestration
from bench.pipeline.page import write_history, write_page
from tasks.warehouse.embedded import ensure_server, stop_server

ROOT = Path(__file__).resolve().parents[1]
HOME = ROOT / "build" / "bench"
LARGE = 500_000
LARGE_CONTESTANTS = ("floor", OURS, "Polars + COPY", "DuckDB + COPY", "dlt SCD2")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench")
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--only", nargs="+", choices=list(CONTESTANTS), default=list(CONTESTANTS))
    parser.add_argument("--large-repeats", type=int, default=1, help=f"repeats of sizes from {LARGE} rows on")
    parser.add_argument("--large-only", nargs="+", choices=list(CONTESTANTS), default=list(LARGE_CONTESTANTS))
    parser.add_argument("--skip-nights", action="store_true", help="leave out the whole nights and start-up times")
    asked = parser.parse_args()
    HOME.mkdir(parents=True, exist_ok=True)
    set_up_peers(HOME)
    for rows in asked.sizes:
        if not (HOME / "data" / str(rows) / "truth.json").exists():
            shutil.rmtree(HOME / "data" / str(rows), ignore_errors=True)
            make_deliveries(HOME / "data" / str(rows), rows)
    info = ensure_server(HOME / "server", {"max_wal_size": "4GB"})
    try:
        url = info.url.replace("postgresql+psycopg://", "postgresql://")
        results: list[Result] = []
        others = [] if asked.skip_nights else whole_nights(asked.sizes[0], url, asked.repeats)
        for rows in asked.sizes:
            large = rows >= LARGE
            names = list(asked.large_only if large else asked.only)
            for _ in range(asked.large_repeats if large else asked.repeats):
                for name in names[:]:
                    found = _told(compete(name, HOME / "data" / str(rows), rows, url, HOME))
                    results += found
                    if any(result.measured is None for result in found):
                        names.remove(name)  # who gave up once would only cost the others their patience
            page = write_page(results, others, _about(info.version))  # what is done stands, should a later size fail
    finally:
        stop_server(HOME / "server")
    write_history(results)
    sys.stdout.write(page)
    return 0


def _about(version: str) -> str:
    return (
        f"PostgreSQL {version}, default work_mem, {os.cpu_count()} cores, interleaved; load of the machine at the end "
        f"{os.getloadavg()[1]:.1f} (CPU seconds bear a busy machine better than wall seconds)."
    )


def _told(results: "object") -> list[Result]:
    found: list[Result] = list(results)  # type: ignore[call-overload]
    for result in found:
        seconds = f"{result.measured.seconds:.2f} s" if result.measured is not None else "–"
        sys.stderr.write(f"{result.rows} {result.night} {result.contestant}: {seconds} {result.note[-300:]}\n")
    return found


def whole_nights(rows: int, admin_url: str, repeats: int) -> list[str]:
    """Measure what a user waits for: the whole published night, the night with nothing new, help and status."""
    work, server = HOME / "work", postmaster(admin_url)
    for _ in compete(OURS, HOME / "data" / str(rows), rows, admin_url, HOME):
        pass  # leaves a county with both nights loaded
    shutil.rmtree(work, ignore_errors=True)
    make_county(work, admin_url.rsplit("/", 1)[0] + "/bench_run")
    deliver(HOME / "data" / str(rows) / "changed", work)
    teilhabe = [sys.executable, "-m", "flows", "--config", str(work)]
    sync = [*teilhabe, "sync", "--direct", "--as-of", DAYS["changed"]]
    first = run(sync, server, cwd=ROOT)
    lines = [
        "## What a user waits for",
        "",
        f"A county of {rows} rows; client CPU is what an idle machine would show beside the server's answer.",
        "",
        "| work | median s | client CPU s | peak MB |",
        "|---|---:|---:|---:|",
        _row("the rest of the night: match and publish", [first]),
    ]
    for label, command in (("nothing new", sync), ("status", [*teilhabe, "status"]), ("--help", [*teilhabe, "--help"])):
        lines.append(_row(label, [run(command, server, cwd=ROOT) for _ in range(repeats)]))
    return [*lines, *orchestration(HOME / "data" / str(rows), work, HOME, server, repeats)]


def _row(label: str, found: list[Measured]) -> str:
    seconds, cpu = statistics.median(f.seconds for f in found), statistics.median(f.client_cpu for f in found)
    return f"| {label} | {seconds:.2f} | {cpu:.2f} | {max(f.peak_mb for f in found):.0f} |"


if __name__ == "__main__":
    sys.exit(main())
