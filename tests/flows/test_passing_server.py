"""The Prefect server of one run: its port is its own from the first moment, and it ends with whoever started it."""

import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

import httpx

from flows.passing_server import ROOT, passing_server, wait_until_up

STARTER = """
import sys, pathlib
from flows.passing_server import passing_server
with passing_server(pathlib.Path(sys.argv[1])) as api:
    print(api, flush=True)
    sys.stdin.read()
"""


def is_taken(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def port_of(api: str) -> int:
    return urlsplit(api).port or 0


def runs_of(api: str) -> int:
    return int(httpx.post(f"{api}/flows/count", json={}, timeout=60).json())


def test_two_nights_that_begin_together_show_themselves_each_on_its_own_server(tmp_path: Path) -> None:
    with passing_server(tmp_path / "a") as first, passing_server(tmp_path / "b") as second:
        assert is_taken(port_of(first)), "the port is free while the server boots: another night's may take it"
        assert is_taken(port_of(second))
        for api in (first, second):
            wait_until_up(api)
        httpx.post(f"{first}/flows/", json={"name": "nightly-sync"}, timeout=60).raise_for_status()
        assert (runs_of(first), runs_of(second)) == (1, 0)
    assert (tmp_path / "a" / "prefect.db").is_file()
    assert (tmp_path / "b" / "prefect.db").is_file()
    assert not is_taken(port_of(first))
    assert not is_taken(port_of(second))


def test_a_server_ends_when_the_run_that_started_it_is_killed(tmp_path: Path) -> None:
    command = [sys.executable, "-c", STARTER, str(tmp_path)]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as starter:
        assert starter.stdout is not None
        api = starter.stdout.readline().strip()
        wait_until_up(api)
        assert is_taken(port_of(api))
        starter.kill()
    deadline = time.monotonic() + 60
    while is_taken(port_of(api)):
        assert time.monotonic() < deadline, "the server outlives its run"
        time.sleep(0.2)


def test_a_server_that_cannot_start_keeps_nobody_waiting(tmp_path: Path) -> None:
    (tmp_path / "prefect.db").mkdir()  # no database can be made there
    began = time.monotonic()
    with passing_server(tmp_path) as api:
        wait_until_up(api)
        assert not is_taken(port_of(api))
    assert time.monotonic() - began < 100
