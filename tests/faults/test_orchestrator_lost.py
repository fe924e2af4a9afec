"""Prefect is lost: before a night, within it, at its end, with its database, with its worker. The warehouse is right.

The slow ones, with a real server and a real worker, run in ``make test-faults``.
"""

import os
import shutil
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest

from flows import server_api
from flows.mending import _close_stuck
from flows.serving import deploy, free_port, own_server, start_worker, stop
from tests.faults.night import plain, query, slow
from tests.flows.county import MadeUpCounty, Outcome, standard

DAYS = ("2021-03-01", "2021-03-02", "2021-03-03", "2021-03-04")
ENDS = "SELECT as_of::text, status, published FROM ops.run ORDER BY started_at"


@pytest.fixture
def county(tmp_path: Path, warehouse_url: str) -> MadeUpCounty:
    made = standard(tmp_path / "kreis", warehouse_url)
    made.people(*(f"{n};Familie{n};Person{n};0{n}.02.2000;D;09999001;2021-02-1{n}" for n in range(1, 6)))
    made.contacts("1;2021-02-01;b;A")
    return made


@contextmanager
def held(url: str, table: str) -> Iterator[Callable[[], None]]:
    """Hold a table, so that a run waits in the middle of its work; what is yielded waits until one does."""
    with psycopg.connect(plain(url)) as lock:
        lock.execute(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE")

        def until_one_waits() -> None:
            deadline = time.monotonic() + 300
            while not query(url, "SELECT 1 FROM pg_locks WHERE NOT granted")[:1]:
                assert time.monotonic() < deadline, "no run came as far as the table"
                time.sleep(0.2)

        yield until_one_waits


def family(pid: int) -> list[int]:
    """Return a process and all its descendants."""
    parents = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            parents[int(path.parent.name)] = int(path.read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
    found = [pid]
    for one in found:
        found += [child for child, parent in parents.items() if parent == one]
    return found


def children() -> set[int]:
    return set(family(os.getpid()))


def night_under(county: MadeUpCounty, api: str, day: str, into: list[Outcome]) -> threading.Thread:
    """Start a night that shows itself on a server; its outcome goes into the list."""

    def run() -> None:
        import json

        process = county.process("sync", "--as-of", day, "--json", PREFECT_API_URL=api)
        out, err = process.communicate(timeout=900)
        into.append(Outcome(process.returncode, json.loads(out), out, err))

    thread = threading.Thread(target=run)
    thread.start()
    return thread


def test_a_night_whose_orchestrator_is_gone_runs_without_it(county: MadeUpCounty) -> None:
    ended: list[Outcome] = []
    night_under(county, f"http://127.0.0.1:{free_port()}/api", DAYS[0], ended).join()
    assert (ended[0].code, ended[0].status) == (0, "published"), ended[0]
    assert [text for text in ended[0].document["messages"] if "E861" in text]
    assert county.rows(ENDS) == [(DAYS[0], "published", True)]


@slow
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("table", ["core.contact_version", "mart.kpi"], ids=["in the middle", "at the end"])
def test_a_night_that_loses_its_server_is_published_and_says_so(county: MadeUpCounty, table: str) -> None:
    ended: list[Outcome] = []
    with ExitStack() as stack:
        before = children()
        api = stack.enter_context(own_server(county.folder / "orchestrator"))
        servers = children() - before
        with held(county.url, table) as until_one_waits:
            thread = night_under(county, api, DAYS[0], ended)
            until_one_waits()
            for pid in servers:
                os.kill(pid, signal.SIGKILL)
        thread.join()
    assert (ended[0].code, ended[0].status) == (0, "published"), ended[0]
    assert county.rows(ENDS) == [(DAYS[0], "published", True)]
    again = county.sync(DAYS[0])
    assert (again.code, again.status) == (0, "nothing_new")


def wait_for(look: Callable[[], Any], seconds: float = 400) -> Any:
    deadline = time.monotonic() + seconds
    while not (found := look()):
        assert time.monotonic() < deadline, "nothing came in time"
        time.sleep(1)
    return found


def start(api: str, day: str) -> str:
    found = server_api.ask("GET", f"{api}/deployments/name/on-demand/on-demand")
    asked = {"parameters": {"form": {"as_of": day}}}
    run: str = server_api.ask("POST", f"{api}/deployments/{found['id']}/create_flow_run", asked)["id"]
    return run


def state_of(api: str, run: str) -> str:
    return str(server_api.ask("GET", f"{api}/flow_runs/{run}")["state_type"])


@slow
@pytest.mark.timeout(2400)
def test_a_killed_worker_and_a_lost_or_old_memory_cost_no_night(
    county: MadeUpCounty, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One story: a worker dies in a night, Prefect's database falls back by a day, then it is gone altogether."""
    home, port = county.folder / "orchestrator", free_port()
    monkeypatch.setenv("TEILHABE_CONFIG", str(county.folder))
    monkeypatch.delenv("TEILHABE_COUNTIES", raising=False)
    with own_server(home, port) as api:
        deploy(home, api)
        worker = start_worker(home, api)
        with held(county.url, "core.contact_version") as until_one_waits:
            run = start(api, DAYS[0])
            until_one_waits()
            for pid in family(worker.pid):
                os.kill(pid, signal.SIGKILL)
        worker.wait()
        # Whoever starts the next night needs no hand; the dead run is closed there, and on the server by doctor --fix.
        assert county.sync(DAYS[0]).status == "published"
        assert county.rows(ENDS) == [(DAYS[0], "died", False), (DAYS[0], "published", True)]
        assert state_of(api, run) == "RUNNING"
        monkeypatch.setenv("PREFECT_API_URL", api)
        monkeypatch.setattr("flows.mending.GRACE", _close_stuck.__globals__["GRACE"] * 0)
        assert county.run("doctor", "--fix").code == 0
        monkeypatch.delenv("PREFECT_API_URL")
        assert state_of(api, run) == "CRASHED"
    kept = home.parent / "yesterday"
    shutil.copytree(home, kept)

    def night_by_worker(day: str, *, again: bool) -> None:
        with own_server(home, port) as api:
            if again:
                deploy(home, api)
            worker = start_worker(home, api)
            run = start(api, day)
            assert wait_for(lambda: state_of(api, run) in ("COMPLETED", "FAILED", "CRASHED"))
            assert state_of(api, run) == "COMPLETED", (home / "worker.log").read_text()[-2000:]
            stop(worker)

    night_by_worker(DAYS[1], again=False)
    shutil.rmtree(home)
    shutil.copytree(kept, home)
    night_by_worker(DAYS[2], again=False)
    shutil.rmtree(home)
    night_by_worker(DAYS[3], again=True)
    published = county.rows("SELECT as_of::text FROM ops.run WHERE published ORDER BY as_of")
    assert [row[0] for row in published] == list(DAYS)
    assert county.rows("SELECT count(*) FROM ops.run WHERE ended_at IS NULL") == [(0,)]
