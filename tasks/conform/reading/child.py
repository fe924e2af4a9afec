"""The child process: limits first, then one file, then one JSON line.

Whatever a library prints goes nowhere, since a panic's text may hold a cell.
"""

import json
import os
import resource
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tasks.conform.reading.delivery import ReadLimits, ReadRequest
from tasks.conform.reading.formats import read_sheets
from tasks.conform.reading.peek import peek
from tasks.conform.reading.refusal import Refused

MEBI = 1024 * 1024
Task = Callable[[ReadRequest, ReadLimits, Path], Any]


class NoPandas:
    """Import hook: Arrow looks for pandas when it makes an array, half a second that nothing here needs."""

    @staticmethod
    def find_spec(name: str, *_: object) -> None:
        """Refuse pandas and leave all else to the other finders."""
        if name == "pandas":
            raise ModuleNotFoundError(name=name)


def main() -> None:
    """Read the request from stdin, answer on what was stdout."""
    answer = os.fdopen(os.dup(1), "w", encoding="utf-8")
    silence = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silence, 1)
    os.dup2(silence, 2)
    sys.meta_path.insert(0, NoPandas)
    order = json.load(sys.stdin)
    limits = ReadLimits(**order["limits"])
    set_limits(limits, order["cpu_seconds"])
    task = read_sheets if order["task"] == "read" else peek
    reply = read_one(task, ReadRequest.from_json(order["request"]), limits, Path(order["workdir"]))
    json.dump(reply, answer)
    answer.flush()
    os._exit(0)  # skip the clean-up of libraries that a hostile file may have upset


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
