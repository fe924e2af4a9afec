"""The one wrapper of every step: a plain function, or a Prefect task inside a Prefect flow.

Nothing of a step is stored by the orchestrator: no cache, no persisted result,
and errors leave a step without values (own type, place, counts). The full
traceback may hold row values; it is written to a file of mode 0600 when
TEILHABE_TRACE_DIR names a folder, and nowhere else.
"""

import contextlib
import functools
import os
import traceback
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from schemas.errors import PipelineError, StepFailed

P = ParamSpec("P")
R = TypeVar("R")

OUR_ROOT = Path(__file__).resolve().parents[1]
_orchestrated: ContextVar[bool] = ContextVar("teilhabe_orchestrated", default=False)


@contextlib.contextmanager
def orchestrated() -> Iterator[None]:
    """Let the steps inside run as Prefect tasks; only a Prefect flow says so."""
    token = _orchestrated.set(True)
    try:
        yield
    finally:
        _orchestrated.reset(token)


def step(name: str, *, retries: int = 0, retry_delay_seconds: float = 5) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Make a function a step called ``name``.

    Outside an orchestrator it runs as it stands. Retries are Prefect's (steps
    that reach over a network); correctness never depends on them.
    """

    def wrap(function: Callable[P, R]) -> Callable[P, R]:
        guarded = _guard(name, function)

        @functools.cache
        def as_task() -> Any:
            from prefect import task
            from prefect.cache_policies import NO_CACHE

            return task(
                name=name,
                cache_policy=NO_CACHE,
                persist_result=False,
                retries=retries,
                retry_delay_seconds=retry_delay_seconds,
                log_prints=False,
            )(guarded)

        @functools.wraps(function)
        def run(*args: P.args, **kwargs: P.kwargs) -> R:
            if not _orchestrated.get():
                return guarded(*args, **kwargs)
            result: R = as_task()(*args, **kwargs)
            return result

        return run

    return wrap


def _guard(name: str, function: Callable[P, R]) -> Callable[P, R]:
    @functools.wraps(function)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return function(*args, **kwargs)
        except PipelineError as error:
            # The cause may hold values, and an orchestrator stores the whole chain.
            error.__cause__ = error.__context__ = None
            error.__suppress_context__ = True
            raise
        except Exception as exc:
            kind, where = type(exc).__name__, innermost(exc)
            _keep_trace(exc)
        raise StepFailed("E900", step=name, kind=kind, where=where) from None

    return guarded


def innermost(exc: BaseException) -> str:
    """Return file and line of the innermost frame inside our own folders."""
    frames = [frame for frame in traceback.extract_tb(exc.__traceback__) if _is_ours(frame.filename)]
    if not frames:
        return "?"
    return f"{Path(frames[-1].filename).relative_to(OUR_ROOT)}:{frames[-1].lineno}"


def _is_ours(filename: str) -> bool:
    path = Path(filename)
    return path.is_relative_to(OUR_ROOT) and ".venv" not in path.parts


def _keep_trace(exc: BaseException) -> None:
    folder = os.environ.get("TEILHABE_TRACE_DIR")
    if folder:
        with contextlib.suppress(OSError):
            path = Path(folder) / f"trace-{os.getpid()}-{id(exc):x}.txt"
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                file.write("".join(traceback.format_exception(exc)))
