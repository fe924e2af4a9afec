"""Prefect beside the county: a server, the schedule and a runner on a laptop; deployments on a server.

Everything listens on 127.0.0.1 and is ended by its process id.
"""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from flows.automations import make_automations
from flows.server_api import ask
from schemas.errors import StepFailed, UsageError

ROOT = Path(__file__).resolve().parents[1]
POOL = "teilhabe"
START_SECONDS = 120


def free_port() -> int:
    """Return a port that is free on 127.0.0.1 at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def refuse_taken(*ports: int) -> None:
    """Refuse a port on which somebody listens already: a second start would speak with the first one's server.

    Raises:
        UsageError: E859 names the port.
    """
    for port in ports:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except (OSError, OverflowError):
                taken = True
            else:
                taken = False
        if taken:
            raise UsageError("E859", port=port)


def environment(home: Path, api: str | None = None) -> dict[str, str]:
    """Return the environment of a Prefect process of ours: its own home, no analytics, loopback only."""
    found = {
        **os.environ,
        "PREFECT_HOME": str(home),
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "PREFECT_SERVER_API_HOST": "127.0.0.1",
        # A page of another origin, open in the same browser, may neither read nor start anything here.
        "PREFECT_SERVER_CSRF_PROTECTION_ENABLED": "true",
        "PREFECT_WORKER_WEBSERVER_HOST": "127.0.0.1",
        "PREFECT_RUNNER_SERVER_ENABLE": "false",
        "TEILHABE_HOME": str(ROOT),
    }
    if api is not None:
        found["PREFECT_API_URL"] = api
    return found


@contextmanager
def own_server(home: Path, port: int | None = None) -> Iterator[str]:
    """Start a Prefect server on 127.0.0.1 and yield its API address; it ends with the block.

    Raises:
        StepFailed: E851, it does not answer within two minutes.
    """
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    chosen = port or free_port()
    api = f"http://127.0.0.1:{chosen}/api"
    command = [sys.executable, "-m", "prefect", "server", "start", "--host", "127.0.0.1", "--port", str(chosen)]
    log = (home / "server.log").open("ab")
    own = {
        **environment(home),
        "PREFECT_SERVER_CORS_ALLOWED_ORIGINS": api.removesuffix("/api"),
        "PREFECT_UI_API_URL": api,  # else the interface asks port 4200, whatever this one is
        "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
    }
    process = subprocess.Popen(command, env=own, stdout=log, stderr=log, start_new_session=True)
    try:
        _wait_until_healthy(api, process)
        yield api
    finally:
        stop(process)
        log.close()


def _wait_until_healthy(api: str, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if httpx.get(f"{api}/health", timeout=2).status_code == httpx.codes.OK:
                return
        except httpx.HTTPError:
            time.sleep(0.3)
    raise StepFailed("E851", seconds=START_SECONDS)


def stop(process: "subprocess.Popen[bytes]") -> None:
    """End a process and its children: gently, then for good."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def deploy(home: Path, api: str) -> list[str]:
    """Make the process work pool and register every deployment of ``prefect.yaml``; return their names.

    Raises:
        StepFailed: E852, Prefect refused; its own text stays in the log file.
    """
    log = home / "deploy.log"
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    for words in (
        ["work-pool", "create", POOL, "--type", "process", "--overwrite"],
        ["--no-prompt", "deploy", "--all"],
    ):
        with log.open("ab") as file:
            command = [sys.executable, "-m", "prefect", *words]
            done = subprocess.run(command, env=environment(home, api), cwd=ROOT, stdout=file, stderr=file, check=False)
        if done.returncode != 0:
            raise StepFailed("E852", log=log.name, code=done.returncode)
    return _settled(api)


def _settled(api: str) -> list[str]:
    try:
        _choose_schedule(api, fleet=bool(os.environ.get("TEILHABE_COUNTIES")))
        make_automations(api)
        return sorted(found["name"] for found in ask("POST", f"{api}/deployments/filter", {}))
    except httpx.HTTPError:
        failed = StepFailed("E852", log="server.log", code="HTTP")
    raise failed


def _choose_schedule(api: str, *, fleet: bool) -> None:
    """Let the night of all counties follow the schedule instead of that of one, where there are many."""
    for path, active in (("nightly-sync/nightly", not fleet), ("fleet/fleet", fleet)):
        found = ask("GET", f"{api}/deployments/name/{path}")
        for one in found["schedules"]:
            ask("PATCH", f"{api}/deployments/{found['id']}/schedules/{one['id']}", {"active": active})


def start_worker(home: Path, api: str) -> "subprocess.Popen[bytes]":
    """Start a process worker of our pool; the caller ends it with ``stop``."""
    log = (home / "worker.log").open("ab")
    command = [sys.executable, "-m", "prefect", "worker", "start", "--pool", POOL, "--type", "process"]
    return subprocess.Popen(
        command, env=environment(home, api), cwd=ROOT, stdout=log, stderr=log, start_new_session=True
    )
