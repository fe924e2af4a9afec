"""A crew member of a fleet: it imports once, then forks a process for each county's command that it is told on stdin.

``python -P -m flows.crew`` reads one line of JSON a command (its words) and answers with one: exit code and document.
A county's command is still a process of its own, with its own memory, lock and sessions; what it saves is the start
of an interpreter and of all libraries. SIGTERM ends the command at work as by Ctrl-C; a closed stdin ends the member.
"""

import contextlib
import json
import os
import signal
import sys
from importlib import import_module
from types import FrameType
from typing import Any

STAGES = ("pull", "conform", "identify", "load", "match", "publish")
NIGHT = ("flows.nightly", "flows.suppression", "tasks.load.replay", *(f"tasks.{stage}.task" for stage in STAGES))
LATER = ("great_expectations",)
"""What only a night with a history needs: not worth its seconds for a member that gets no second county."""


class Member:
    """Runs one command after the other; ``end`` passes SIGTERM on to the one at work and takes no further one."""

    def __init__(self) -> None:
        self.child, self.ended = 0, False

    def end(self, _number: int, _frame: FrameType | None) -> None:
        """Pass the wish to stop on."""
        self.ended = True
        if self.child:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.child, signal.SIGTERM)

    def run(self, words: list[str]) -> dict[str, Any]:
        """Fork, run the command, return its exit code and what it printed."""
        reading, writing = os.pipe()
        self.child = os.fork()
        if self.child == 0:
            os.close(reading)
            _become(words, writing)
        os.close(writing)
        with os.fdopen(reading, "rb") as pipe:
            printed = pipe.read()
        _, status = os.waitpid(self.child, 0)
        self.child = 0
        return {"code": os.waitstatus_to_exitcode(status), "printed": printed.decode("utf-8", "replace")}


def _become(words: list[str], writing: int) -> None:
    """Be the county's command from here to its end."""
    code = 1
    try:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, signal.default_int_handler)
        os.dup2(writing, sys.stdout.fileno())
        os.close(writing)
        from flows.cli import main

        code = main(words)
        sys.stdout.flush()
    finally:
        os._exit(code)


def _prepare(words: list[str], number: int) -> None:
    """Import what this command will need, before the fork; a member's first command pays for all later ones."""
    if "sync" in words:
        for room in (*NIGHT, *LATER[: number - 1]):
            import_module(room)


def main() -> None:
    """Read commands until stdin ends."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    member = Member()
    signal.signal(signal.SIGTERM, member.end)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the command at work by itself
    from flows.cli import build_parser

    build_parser()
    for number, line in enumerate(sys.stdin, start=1):
        if member.ended:
            break
        words = json.loads(line)
        _prepare(words, number)
        answers.write(json.dumps(member.run(words)) + "\n")
        answers.flush()


if __name__ == "__main__":
    main()
