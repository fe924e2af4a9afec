"""Run a verb and print its answer: text for people, one JSON document with ``--json``; errors by family."""

import argparse
import json
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from flows.cli.arguments import Misspelt
from schemas.errors import PipelineError
from schemas.messages import say

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Answer:
    """What a verb answers: a document, the same as lines for people, an exit code."""

    document: dict[str, Any]
    lines: Sequence[str] = field(default_factory=tuple)
    exit_code: int = 0


def run_verb(args: argparse.Namespace) -> int:
    """Run the chosen verb; nothing that could name a person leaves as an error text."""
    action: Callable[[argparse.Namespace], Answer] = args.action
    try:
        with _ending_as_by_hand():
            answer = action(args)
    except PipelineError as error:
        return _fail(args, error.code, str(error), error.exit_code)
    except KeyboardInterrupt:
        return _fail(args, "E901", say("E901"), 1)
    except Exception as exc:
        kind = type(exc).__name__
        return _fail(args, "E902", f"[E902] {say('E902', verb=args.verb, kind=kind, where=_place(exc))}", 1)
    _print(answer, as_json=args.json)
    return answer.exit_code


def _print(answer: Answer, *, as_json: bool) -> None:
    """Print the answer; a reader that closes early (``| head``) has seen enough, and the exit code stays."""
    text = json.dumps(answer.document, ensure_ascii=False, default=str) if as_json else "\n".join(answer.lines)
    try:
        if text:
            sys.stdout.write(f"{text}\n")
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # the interpreter flushes once more at its end


@contextmanager
def _ending_as_by_hand() -> Iterator[None]:
    """Let SIGTERM end a command as Ctrl-C does: what it began is rolled back and its end is recorded."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def end(_number: int, _frame: object) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _place(exc: BaseException) -> str:
    from tasks.step import innermost

    return innermost(exc)


def tell_misspelt(wrong: Misspelt, *, as_json: bool) -> int:
    """Say what the command line lacks and how it is written; exit 2."""
    sys.stderr.write(wrong.usage)
    return _tell("E800", f"[E800] {say('E800', detail=wrong)}", 2, as_json=as_json)


def _fail(args: argparse.Namespace, code: str, message: str, exit_code: int) -> int:
    return _tell(code, message, exit_code, as_json=args.json)


def _tell(code: str, message: str, exit_code: int, *, as_json: bool) -> int:
    sys.stderr.write(f"{message}\n")
    if as_json:
        document: dict[str, Any] = {
            "run_id": None,
            "status": "failed",
            "published": False,
            "sources": [],
            "gates": [],
            "error": {"code": code, "message": message},
            "exit_code": exit_code,
        }
        sys.stdout.write(json.dumps(document, ensure_ascii=False) + "\n")
    return exit_code


def table(headings: Sequence[str], rows: Sequence[Sequence[object]], right: Sequence[int] = ()) -> list[str]:
    """Return aligned lines; columns in ``right`` are set to the right, empty cells print as –."""
    texts = [[_cell(value) for value in row] for row in rows]
    widths = [max(len(heading), *(len(row[i]) for row in texts), 0) for i, heading in enumerate(headings)]

    def line(cells: Sequence[str]) -> str:
        return "  ".join(c.rjust(widths[i]) if i in right else c.ljust(widths[i]) for i, c in enumerate(cells)).rstrip()

    return [line(headings), "  ".join("─" * width for width in widths), *(line(row) for row in texts)]


def records_of(frame: "pd.DataFrame") -> list[dict[str, Any]]:
    """Return a frame's rows with None where nothing is known: JSON has no NaN."""
    plain = frame.astype(object).where(frame.notna(), None)
    return [{str(key): value for key, value in row.items()} for row in plain.to_dict("records")]


def _cell(value: object) -> str:
    return "–" if value is None or value == "" else str(value)
