"""Many counties side by side without an orchestrator: each in a process of its own, so that none harms another.

A worker forks its counties' processes from one that has imported everything (``flows/crew.py``).

The database keeps them apart (a lock and row-level security a county); this
module only starts a bounded number of commands and sums up how they ended.
"""

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from config.fleet import CountyFolder, county_folders, shared_keys
from flows.parameters import first_cause
from schemas.errors import ConfigInvalid, UsageError
from schemas.messages import say


@dataclass(frozen=True)
class Outcome:
    """How one county's command ended: its exit code, its JSON document, seconds of wall time."""

    county: str
    key: str | None
    exit_code: int
    seconds: float
    document: dict[str, Any] = field(default_factory=dict)

    @property
    def status(self) -> str:
        """The run's status, ``failed`` where there is none."""
        return str(self.document.get("status", "failed" if self.exit_code else "done"))

    @property
    def message(self) -> str | None:
        """The sentence that says why the county failed, None when it did not."""
        text: str | None = self.document.get("error", {}).get("message")
        return text


def fleet_of(root: str | None, only: Sequence[str] = ()) -> list[CountyFolder]:
    """Return the counties below ``root`` (None: TEILHABE_COUNTIES); ``only`` names some of them.

    Raises:
        UsageError: E856 no county there, E855 a name that is not there.
    """
    place = root or os.environ.get("TEILHABE_COUNTIES")
    folders = county_folders(Path(place).resolve()) if place else []
    if not folders:
        raise UsageError("E856", folder=Path(place).name if place else "TEILHABE_COUNTIES")
    known = {folder.name for folder in folders}
    for name in only:
        if name not in known:
            raise UsageError("E855", county=name[:64])
    return [folder for folder in folders if not only or folder.name in only]


def run_counties(
    folders: Sequence[CountyFolder],
    words: Sequence[str],
    workers: int,
    tell: Callable[[Outcome], None] = lambda _outcome: None,
) -> list[Outcome]:
    """Run one command for every county, at most ``workers`` at once; the answer keeps the counties' order.

    A county that fails leaves the others alone. Two folders with one key are both refused (E857, exit 3). When the
    caller is interrupted the commands are ended as by Ctrl-C: each rolls back and records its own end.
    """
    mixed = shared_keys(list(folders))
    running = _Running()
    with ThreadPoolExecutor(max_workers=max(1, workers)) as pool:
        waiting = [
            pool.submit(_refused, folder) if folder.key in mixed else pool.submit(running.run, folder, words)
            for folder in folders
        ]
        try:
            for done in as_completed(waiting):
                tell(done.result())
        except BaseException:
            running.end()
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    running.leave()
    return [done.result() for done in waiting]


def summed(outcomes: Sequence[Outcome], seconds: float) -> dict[str, Any]:
    """Return the fleet's document: counts by status, one line a county, the exit code by the contract's order."""
    statuses = [outcome.status for outcome in outcomes]
    return {
        "counties": [
            {
                "county": outcome.county,
                "key": outcome.key,
                "status": outcome.status,
                "exit_code": outcome.exit_code,
                "seconds": round(outcome.seconds, 1),
                "error": outcome.message,
            }
            for outcome in outcomes
        ],
        "statuses": {status: statuses.count(status) for status in sorted(set(statuses))},
        "seconds": round(seconds, 1),
        "exit_code": first_cause([outcome.exit_code for outcome in outcomes]),
    }


def _refused(folder: CountyFolder) -> Outcome:
    error = ConfigInvalid("E857", key=folder.key)
    document = {"status": "failed", "error": {"code": error.code, "message": str(error)}}
    return Outcome(folder.name, folder.key, error.exit_code, 0.0, document)


class _Running:
    """The crew: one member a worker thread (``flows/crew.py``); ``end`` asks the commands at work to stop, for good."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._own = threading.local()
        self._members: set[subprocess.Popen[str]] = set()
        self._ended = False

    def run(self, folder: CountyFolder, words: Sequence[str]) -> Outcome:
        began = time.monotonic()
        member = self._member()
        if member is None:
            return Outcome(folder.name, folder.key, 1, 0.0)
        code, printed = _told(member, ["--config", str(folder.path), "--json", *words])
        return Outcome(folder.name, folder.key, code, time.monotonic() - began, _read(printed))

    def _member(self) -> "subprocess.Popen[str] | None":
        """Return this thread's member, a fresh one where the last was killed; None once the fleet is ended."""
        with self._guard:
            if self._ended:
                return None
            member: subprocess.Popen[str] | None = getattr(self._own, "member", None)
            if member is None or member.poll() is not None:
                # -P: a folder "flows" where the caller stands is not ours.
                command = [sys.executable, "-P", "-m", "flows.crew"]
                pipe, null = subprocess.PIPE, subprocess.DEVNULL
                member = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=null, text=True, encoding="utf-8")
                self._members.add(member)
                self._own.member = member
            return member

    def end(self) -> None:
        with self._guard:
            self._ended = True
            for member in self._members:
                member.terminate()

    def leave(self) -> None:
        """Let the members go home."""
        for member in self._members:
            member.communicate()


def _told(member: "subprocess.Popen[str]", words: list[str]) -> tuple[int, str]:
    """Tell a member one command; return its exit code and what it printed, 1 and nothing where either was killed."""
    assert member.stdin is not None
    assert member.stdout is not None
    try:
        member.stdin.write(json.dumps(words) + "\n")
        member.stdin.flush()
        answer = json.loads(member.stdout.readline())
    except (OSError, ValueError):
        member.kill()
        member.wait()
        return 1, ""
    return max(answer["code"], 0) or int(answer["code"] < 0), answer["printed"]


def _read(text: str) -> dict[str, Any]:
    """Return the command's document; a killed command has none, and says so in words."""
    try:
        document: dict[str, Any] = json.loads(text)
    except ValueError:
        return {"status": "failed", "error": {"code": "E858", "message": f"[E858] {say('E858')}"}}
    return document
