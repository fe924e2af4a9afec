"""The reader's process: for each order a fork with limits, one file, one answer.

Starting Python and Arrow costs a tenth of a second of processor time; a fork of a process that has them costs
a hundredth of that. The process that forks opens no delivered file. Whatever a library prints goes nowhere, since a
panic's text may hold a cell.
"""

import json
import os
import resource
import select
import signal
import sys
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, NoReturn

from tasks.conform.reading.delivery import ReadLimits, ReadRequest
from tasks.conform.reading.formats import read_sheets
from tasks.conform.reading.peek import peek
from tasks.conform.reading.refusal import Refused

MEBI = 1024 * 1024
PIPE_BYTES = 1 << 16
HIGHEST_DESCRIPTOR = 1 << 16
TIMED_OUT = -int(signal.SIGKILL)
Task = Callable[[ReadRequest, ReadLimits, Path], Any]


class NoPandas:
    """Import hook: Arrow looks for pandas when it makes an array, half a second that nothing here needs."""

    @staticmethod
    def find_spec(name: str, *_: object) -> None:
        """Refuse pandas and leave all else to the other finders."""
        if name == "pandas":
            raise ModuleNotFoundError(name=name)


def main() -> None:
    """Answer every line of stdin on what was stdout: the reader's exit status, the answer's length, the answer."""
    answer = os.fdopen(os.dup(1), "wb")
    silence = os.open(os.devnull, os.O_RDWR)
    os.dup2(silence, 1)
    os.dup2(silence, 2)
    sys.meta_path.insert(0, NoPandas)
    import tasks.conform.reading.csv_blocks
    import tasks.conform.reading.csv_file  # noqa: F401, what every fork needs is there before it

    with suppress(BrokenPipeError):
        for line in sys.stdin.buffer:
            status, reply = answer_in_fork(line)
            answer.write(b"%d %d\n%b" % (status, len(reply), reply))
            answer.flush()
    os._exit(0)


def answer_in_fork(line: bytes) -> tuple[int, bytes]:
    """Let a fork of this process read one file; return its exit status and its answer."""
    order = json.loads(line)
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        _read_and_leave(order, writing)
    os.close(writing)
    with os.fdopen(reading, "rb", buffering=0) as pipe:
        return _await(pid, pipe.fileno(), time.monotonic() + order["wall_seconds"])


def _await(pid: int, pipe: int, deadline: float) -> tuple[int, bytes]:
    """Collect what the fork says until it has ended; at the deadline it is killed."""
    parts: list[bytes] = []
    while select.select([pipe], [], [], max(deadline - time.monotonic(), 0))[0]:
        part = os.read(pipe, PIPE_BYTES)
        if not part:
            break
        parts.append(part)
    pause = 0.0005
    while True:
        ended, status = os.waitpid(pid, os.WNOHANG)
        if ended:
            return os.waitstatus_to_exitcode(status), b"".join(parts)
        if time.monotonic() > deadline:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
            return TIMED_OUT, b""
        time.sleep(pause)
        pause = min(2 * pause, 0.05)


def _read_and_leave(order: dict[str, Any], writing: int) -> NoReturn:
    """Be the fork: own session, own folder, only its pipe, limits; read, answer, and leave without any clean-up."""
    status = 1
    try:
        os.setsid()
        os.chdir(order["workdir"])
        os.dup2(1, 0)
        os.closerange(3, writing)
        os.closerange(writing + 1, HIGHEST_DESCRIPTOR)
        limits = ReadLimits(**order["limits"])
        set_limits(limits, order["cpu_seconds"])
        task = read_sheets if order["task"] == "read" else peek
        reply = read_one(task, ReadRequest.from_json(order["request"]), limits, Path(order["workdir"]))
        with os.fdopen(writing, "wb") as pipe:
            pipe.write(json.dumps(reply).encode())
        status = 0
    finally:
        os._exit(status)  # a hostile file may have upset a library


def set_limits(limits: ReadLimits, cpu_seconds: int) -> None:
    """Bound memory, processor time and written bytes; no core dumps."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (limits.memory_mb * MEBI,) * 2)
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds))
    resource.setrlimit(resource.RLIMIT_FSIZE, (limits.output_bytes,) * 2)


def read_one(task: Task, request: ReadRequest, limits: ReadLimits, workdir: Path) -> dict[str, Any]:
    """Read one file; every failure becomes a message id and places."""
    try:
        return {"found": task(request, limits, workdir)}
    except Refused as verdict:
        return {"refused": {"code": verdict.code, "params": verdict.params}}
    except MemoryError:
        return {"refused": {"code": "E304", "params": {"memory_mb": limits.memory_mb}}}
    except BaseException as exc:
        frames = traceback.extract_tb(exc.__traceback__)
        ours = [frame for frame in frames if "conform" in frame.filename] or frames
        where = f"{Path(ours[-1].filename).name}:{ours[-1].lineno}"
        return {"refused": {"code": "E301", "params": {"kind": type(exc).__name__, "where": where}}}


if __name__ == "__main__":
    main()
