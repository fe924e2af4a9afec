"""The parent's end of a reader's process: start it, ask it file by file, let it go."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import IO, Any, cast

ROOT = Path(__file__).resolve().parents[3]
GRACE_SECONDS = 30
"""How much later than the reader itself its parent gives up."""
QUIET_LIBRARIES = {
    "ARROW_DEFAULT_MEMORY_POOL": "system",  # the others reserve more address space than the child may have
    "JE_ARROW_MALLOC_CONF": "background_thread:false",  # a process that forks has one thread
    "MALLOC_ARENA_MAX": "2",
    "MALLOC_MMAP_THRESHOLD_": str(32 * 1024 * 1024),  # blocks that come again and again stay mapped
    "MALLOC_TRIM_THRESHOLD_": str(64 * 1024 * 1024),
    "OMP_NUM_THREADS": "2",
    "OPENBLAS_NUM_THREADS": "1",
}
_shared: ContextVar["Reader | None"] = ContextVar("teilhabe_reader", default=None)


class Reader:
    """One process that forks for each file; it ends with its parent, whose pipe it reads."""

    def __init__(self) -> None:
        packages = [path for path in sys.path if path.endswith("-packages")]
        environment = {**QUIET_LIBRARIES, "PYTHONPATH": os.pathsep.join([str(ROOT), *packages]), "PYTHONUTF8": "1"}
        self._process = subprocess.Popen(
            [sys.executable, "-S", "-P", "-m", "tasks.conform.reading.child"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
            cwd="/",
            start_new_session=True,
        )

    def ask(self, order: dict[str, Any]) -> tuple[int, bytes]:
        """Return the exit status of the fork that read the file, and its answer."""
        orders, answers = cast(IO[bytes], self._process.stdin), cast(IO[bytes], self._process.stdout)
        watchdog = threading.Timer(order["wall_seconds"] + GRACE_SECONDS, self._process.kill)
        watchdog.start()
        try:
            orders.write(json.dumps(order).encode() + b"\n")
            orders.flush()
            status, size = map(int, answers.readline().split())
            return status, answers.read(size)
        except (OSError, ValueError):  # it was killed: by the watchdog, or for want of memory
            self._process.kill()
            return self._process.wait(), b""
        finally:
            watchdog.cancel()

    @property
    def is_alive(self) -> bool:
        """Tell whether it can be asked."""
        return self._process.poll() is None

    def close(self) -> None:
        """Let it end; it does when nobody can ask any more."""
        for pipe in (self._process.stdin, self._process.stdout):
            cast(IO[bytes], pipe).close()
        try:
            self._process.wait(timeout=GRACE_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


@contextmanager
def shared_reader() -> Iterator[None]:
    """Let all files inside be read by forks of one process."""
    reader = Reader()
    token = _shared.set(reader)
    try:
        yield
    finally:
        _shared.reset(token)
        reader.close()


@contextmanager
def reader_for(*, alone: bool) -> Iterator[Reader]:
    """Give the shared reader, or one of its own where there is none or the order must leave no trace (``alone``)."""
    shared = _shared.get()
    if shared is not None and shared.is_alive and not alone:
        yield shared
        return
    own = Reader()
    try:
        yield own
    finally:
        own.close()
