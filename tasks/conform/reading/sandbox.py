"""Run the reader in a child process that a poisoned file may kill, and nothing else."""

import json
import os
import signal
import stat
from pathlib import Path
from typing import Any

from schemas.errors import SourceUnavailable
from tasks.conform.reading.delivery import Peek, RawSheet, ReadLimits, ReadRequest
from tasks.conform.reading.reader import reader_for


def read_delivery(request: ReadRequest, limits: ReadLimits | None = None, *, workdir: Path) -> tuple[RawSheet, ...]:
    """Read one delivered file; its tables lie in ``workdir`` afterwards.

    Args:
        request: the file and what its source says about it.
        limits: what the file may cost; the defaults hold for every source.
        workdir: an existing, empty folder of the caller's.

    Raises:
        SourceUnavailable: E301 to E309, E350 to E379, the file cannot be read or is poisoned.
    """
    found = _ask_child("read", request, limits or ReadLimits(), workdir)
    return tuple(RawSheet.from_json(sheet, workdir, request.path.name) for sheet in found)


def peek_delivery(request: ReadRequest, limits: ReadLimits | None = None, *, workdir: Path) -> Peek:
    """Look at a file that no source describes yet; ``request.type`` is not asked. Errors as ``read_delivery``."""
    found = _ask_child("peek", request, limits or ReadLimits(), workdir)
    return Peek(found["type"], found["encoding"], found["delimiter"], tuple(found["sheets"]))


def _ask_child(task: str, request: ReadRequest, limits: ReadLimits, workdir: Path) -> Any:
    before = _look(request.path, limits)
    reply = _run_child(task, request, limits, workdir, before.st_size)
    if _marks(before) != _marks(_look(request.path, limits)):
        raise SourceUnavailable("E361", file=request.path.name)
    if "refused" in reply:
        raise SourceUnavailable(reply["refused"]["code"], file=request.path.name, **reply["refused"]["params"])
    return reply["found"]


def _look(path: Path, limits: ReadLimits) -> os.stat_result:
    """Return the file's marks; links, folders, pipes and devices are refused unopened."""
    try:
        seen = path.lstat()
    except OSError:
        raise SourceUnavailable("E360", file=path.name) from None
    if not stat.S_ISREG(seen.st_mode):
        raise SourceUnavailable("E362", file=path.name)
    if seen.st_size > limits.file_bytes:
        raise SourceUnavailable("E363", file=path.name, limit=limits.file_bytes)
    return seen


def _marks(seen: os.stat_result) -> tuple[int, int, int, int]:
    return seen.st_dev, seen.st_ino, seen.st_size, seen.st_mtime_ns


def _run_child(task: str, request: ReadRequest, limits: ReadLimits, workdir: Path, size: int) -> dict[str, Any]:
    extra = size // limits.bytes_per_second
    wall_seconds, cpu_seconds = limits.wall_seconds + extra, limits.cpu_seconds + 2 * extra
    plain = {**request.to_json(), "path": os.path.abspath(request.path)}  # noqa: PTH100, resolve() would follow a link
    order = {
        "task": task,
        "request": plain,
        "limits": limits.to_json(),
        "workdir": str(workdir.resolve()),
        "cpu_seconds": cpu_seconds,
        "wall_seconds": wall_seconds,
    }
    # A process that was told a password reads nobody else's file.
    with reader_for(alone=request.password is not None) as reader:
        status, answer = reader.ask(order)
    name = request.path.name
    if status == 0:
        reply: dict[str, Any] = json.loads(answer)
        return reply
    if status in {-signal.SIGXCPU, -signal.SIGKILL}:
        raise SourceUnavailable("E303", file=name, seconds=min(cpu_seconds, wall_seconds))
    raise SourceUnavailable("E305", file=name, status=abs(status))
