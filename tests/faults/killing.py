"""Kill a run for real at its n-th write.

``python -m tests.faults.killing`` is a warm process: it has imported everything and
forks one child for each run that it is asked for on stdin (a line of JSON: words,
point, act). A child counts its writes: every statement and COPY sent to the
database, every commit, every file opened for writing, renamed or made durable. At
the wanted one it kills itself with SIGKILL (``act`` kill), or gets what ``act``
says. The answer is a line of JSON: exit code, signal, writes counted.
"""

import builtins
import contextlib
import io
import json
import os
import signal
import sys
from collections.abc import Callable
from importlib import import_module
from typing import Any

STAGES = ("conform", "identify", "load", "match", "publish")
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT


class Points:
    """Counts writes and acts at one of them."""

    def __init__(self, wanted: int, act: str) -> None:
        self.wanted, self.act, self.seen = wanted, act, 0

    def pass_by(self) -> None:
        self.seen += 1
        if self.seen != self.wanted:
            return
        if self.act == "kill":
            os.kill(os.getpid(), signal.SIGKILL)
        elif self.act == "term":
            os.kill(os.getpid(), signal.SIGTERM)
        elif self.act == "memory":
            raise MemoryError
        elif self.act == "disk":
            raise OSError(28, "No space left on device")
        elif self.act in ("backend", "crash"):
            end_sessions(self.act)


def end_sessions(act: str) -> None:
    """End the run's sessions as an administrator does (backend), or kill one so that the whole server crashes."""
    import psycopg

    with psycopg.connect(os.environ["FAULT_ADMIN_URL"], autocommit=True) as admin:
        rows = admin.execute(
            "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE 'teilhabe%' "
            "AND application_name NOT LIKE 'teilhabe run%'"
        ).fetchall()
        for (pid,) in rows:
            if act == "crash":
                os.kill(pid, signal.SIGKILL)
            else:
                admin.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])
        with contextlib.suppress(psycopg.Error):
            while act == "crash" and rows:  # until the crash has reached this session too
                admin.execute("SELECT 1")


def _counted(points: Points, call: Callable[..., Any], *, after: bool = False) -> Callable[..., Any]:
    def counted(*args: Any, **kwargs: Any) -> Any:
        points.pass_by()
        result = call(*args, **kwargs)
        if after:
            points.pass_by()
        return result

    return counted


def watch_writes(points: Points, *, files_only: bool = False) -> None:
    """Count from now on, in this process only."""
    import psycopg

    if not files_only:
        for owner, names in (
            (psycopg.Cursor, ("execute", "executemany", "copy")),
            (psycopg.Copy, ("write",)),
        ):
            for name in names:
                setattr(owner, name, _counted(points, getattr(owner, name)))
        # A commit is a moment of its own: just before it, and just after it.
        psycopg.Connection.commit = _counted(points, psycopg.Connection.commit, after=True)  # type: ignore[method-assign]
    for name in ("rename", "replace", "fsync", "link", "unlink", "mkdir"):
        setattr(os, name, _counted(points, getattr(os, name), after=name in ("rename", "replace")))
    plain_open, plain_os_open = builtins.open, os.open

    def opened(file: Any, mode: str = "r", *args: Any, **kwargs: Any) -> Any:
        if set(mode) & set("wax+"):
            points.pass_by()
        return plain_open(file, mode, *args, **kwargs)

    def os_opened(path: Any, flags: int, *args: Any, **kwargs: Any) -> int:
        if flags & WRITING:
            points.pass_by()
        return plain_os_open(path, flags, *args, **kwargs)

    builtins.open = io.open = opened  # type: ignore[assignment]
    os.open = os_opened


def _run(words: list[str], point: int, act: str, report: int) -> None:
    from flows.cli import main

    out, err = io.StringIO(), io.StringIO()
    points = Points(point, act)
    watch_writes(points, files_only=act == "disk")
    code = 1
    with contextlib.suppress(KeyboardInterrupt), contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = main(words)
    answer = {"code": code, "writes": points.seen, "stdout": out.getvalue(), "stderr": err.getvalue()[-2000:]}
    os.write(report, json.dumps(answer).encode())
    os._exit(0)


def _answer(request: dict[str, Any]) -> dict[str, Any]:
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        os.environ.update(request.get("environment", {}))
        try:
            _run(request["words"], request.get("point", 0), request.get("act", "kill"), writing)
        finally:
            os._exit(70)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        text = pipe.read()
    _, status = os.waitpid(child, 0)
    found: dict[str, Any] = json.loads(text) if text else {"code": None, "writes": None, "stdout": "", "stderr": ""}
    return {**found, "signal": os.WTERMSIG(status) if os.WIFSIGNALED(status) else None}


def main() -> None:
    for room in (
        "flows.night",
        "flows.nightly",
        "flows.replay",
        "flows.rerun",
        *(f"tasks.{name}.task" for name in STAGES),
    ):
        import_module(room)

    for line in sys.stdin:
        sys.stdout.write(json.dumps(_answer(json.loads(line))) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
