"""Run one command and tell its seconds, its CPU and the server's, and the peak memory of all its processes together."""

import os
import subprocess
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import psycopg

TICK = os.sysconf("SC_CLK_TCK")
PAGE_MB = os.sysconf("SC_PAGE_SIZE") / 1024 / 1024
LOOK_SECONDS = 0.02
MAY_TAKE_SECONDS = int(os.environ.get("BENCH_PATIENCE", "1800"))


@dataclass(frozen=True)
class Measured:
    """``peak_mb`` adds up resident pages, shared ones twice: too high rather than too low."""

    seconds: float
    client_cpu: float
    server_cpu: float
    peak_mb: float
    output: str = ""


class Failed(Exception):
    """The command ended with an error or took too long."""


def run(command: list[str], server: int, *, cwd: Path, env: dict[str, str] | None = None) -> Measured:
    """Run ``command`` to its end; ``server`` is the postmaster's process id."""
    before, began = server_cpu(server), time.perf_counter()
    child = subprocess.Popen(
        command, cwd=cwd, env={**os.environ, **(env or {})}, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    peak: list[float] = [0.0]
    ended = threading.Event()
    watcher = threading.Thread(target=_watch, args=(child.pid, peak, ended))
    watcher.start()
    used = _children_cpu()
    try:
        output, errors = child.communicate(timeout=MAY_TAKE_SECONDS)
    except subprocess.TimeoutExpired:
        child.kill()
        raise Failed(f"> {MAY_TAKE_SECONDS} s") from None
    finally:
        ended.set()
        watcher.join()
    if child.returncode not in (0, 8):
        raise Failed(errors)
    seconds = time.perf_counter() - began
    return Measured(seconds, _children_cpu() - used, server_cpu(server) - before, peak[0], output)


def _children_cpu() -> float:
    spent = os.times()
    return spent.children_user + spent.children_system


def _watch(pid: int, peak: list[float], ended: threading.Event) -> None:
    while not ended.wait(LOOK_SECONDS):
        peak[0] = max(peak[0], sum(_resident_mb(each) for each in [pid, *_below(pid)]))


def _below(pid: int) -> list[int]:
    try:
        own = [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []
    return own + [deeper for child in own for deeper in _below(child)]


def _resident_mb(pid: int) -> float:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE_MB
    except OSError:
        return 0.0


def postmaster(url: str) -> int:
    """Return the process id of the server behind a superuser's URL."""
    with psycopg.connect(url) as conn:
        row = conn.execute("SELECT split_part(pg_read_file('postmaster.pid'), chr(10), 1)::integer").fetchone()
    assert row is not None
    return int(row[0])


def server_cpu(pid: int) -> float:
    """Return the seconds that the server and all its processes, the ended ones too, have used."""
    return _ticks(pid, 4) + sum(_ticks(child, 2) for child in _below(pid))


def _ticks(pid: int, fields: int) -> float:
    try:
        after_name = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return sum(int(field) for field in after_name[11 : 11 + fields]) / TICK
