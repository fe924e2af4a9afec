"""What Prefect adds to a night: beside the same night without it, and beside a flow that does nothing.

A server stands by, as on a county's machine. Nights alternate between two deliveries that differ in one row of a
hundred, so that each has the same to do.
"""

import os
import statistics
import sys
from contextlib import ExitStack
from datetime import date, timedelta
from pathlib import Path

from bench.pipeline.county import deliver
from bench.pipeline.deliveries import NIGHTS
from bench.pipeline.measure import Measured, run
from flows.passing_server import passing_server, wait_until_up

ROOT = Path(__file__).resolve().parents[2]
FIRST_DAY = date(2021, 6, 10)
EMPTY = "from prefect import flow\n@flow(name='empty')\ndef empty(): pass\nempty()"
WAYS = ("without Prefect", "under Prefect")


def orchestration(data: Path, work: Path, home: Path, server: int, repeats: int) -> list[str]:
    """Return the lines of a table: nights with changes and with nothing new in a county that stands, an empty flow."""
    found: dict[str, list[Measured]] = {}
    with ExitStack() as stack:
        api = stack.enter_context(passing_server(home / "prefect"))
        wait_until_up(api)
        prefect = {"PREFECT_API_URL": api, "PREFECT_HOME": str(home / "prefect"), "PREFECT_UI_URL": ""}
        for nth in range(2 * repeats):
            way = WAYS[nth % 2]
            deliver(data / NIGHTS[nth // 2 % 2 if nth % 2 else (nth // 2 + 1) % 2], work)
            day = FIRST_DAY + timedelta(days=nth)
            for what in (f"night, {way}", f"nothing new, {way}"):
                found.setdefault(what, []).append(_night(work, day, way, prefect, server))
            if way == WAYS[1]:
                empty = run([sys.executable, "-c", EMPTY], server, cwd=ROOT, env=prefect)
                found.setdefault("an empty flow", []).append(empty)
    return _table(found)


def _night(work: Path, day: date, way: str, prefect: dict[str, str], server: int) -> Measured:
    words = ["--direct"] if way == WAYS[0] else []
    command = [sys.executable, "-m", "flows", "--config", str(work), "sync", "--as-of", day.isoformat(), *words]
    return run(command, server, cwd=ROOT, env=prefect if way == WAYS[1] else {})


def _table(found: dict[str, list[Measured]]) -> list[str]:
    middles = {what: statistics.median(each.seconds for each in runs) for what, runs in found.items()}
    lines = [
        "",
        "## What Prefect adds",
        "",
        f"A server stands by; the county is the same; {min(map(len, found.values()))} runs each, "
        f"load {os.getloadavg()[0]:.1f}.",
        "",
        "| work | median s | least – most | client CPU s |",
        "|---|---:|---:|---:|",
    ]
    for what, runs in found.items():
        seconds = [each.seconds for each in runs]
        cpu = statistics.median(each.client_cpu for each in runs)
        lines.append(f"| {what} | {middles[what]:.2f} | {min(seconds):.2f} – {max(seconds):.2f} | {cpu:.2f} |")
    share = 1 - middles[f"night, {WAYS[0]}"] / middles[f"night, {WAYS[1]}"]
    quiet = middles[f"nothing new, {WAYS[1]}"] / middles["an empty flow"]
    lines += [
        "",
        f"Prefect's share of a night: {share:.0%}. A night with nothing new beside an empty flow: {quiet:.2f} ×.",
    ]
    return lines
