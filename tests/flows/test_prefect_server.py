"""A real Prefect server, a real process worker: the schedule fires, the run publishes, the form is checked."""

import shutil
import socket
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.message import Message
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message as MailHandler

from flows import server_api
from flows.mending import _close_stuck
from flows.serving import deploy, free_port, own_server, start_worker, stop
from tests.flows.county import MadeUpCounty, standard

WRONG_FORMS: tuple[dict[str, Any], ...] = (
    {},
    {"form": None},
    {"form": {"as_of": "31.02.2021"}},
    {"form": {"as_of": "2021-03-01'; DROP TABLE ops.run; --"}},
    {"form": {"sources": ["../../etc/passwd"]}},
    {"form": {"sources": ["..\\..\\etc"]}},
    {"form": {"sources": "leute"}},
    {"form": {"mode": "FROM_ARCHIVE"}},
    {"form": {"reason": "x" * 501}},
    {"form": {"sql": "SELECT 1"}},
    {"form": {"config": "/etc"}},
    {"form": {}, "county": ["kreis1"]},
)
"""What the server refuses before a run is made: nobody needs to look at a failed one."""
ENDED = ("COMPLETED", "FAILED", "CRASHED", "CANCELLED")
SHIPPED = Path(__file__).resolve().parents[2] / "config" / "paderborn"


def plain(url: str) -> str:
    return url.replace("postgresql+psycopg://", "postgresql://")


class Sink(MailHandler):
    def __init__(self) -> None:
        super().__init__()
        self.mails: list[Message] = []

    def handle_message(self, message: Message) -> None:
        self.mails.append(message)


@dataclass
class Place:
    """A server with a worker; the shipped county beside a fleet of two small ones, and a mail server."""

    api: str
    home: Path
    county_url: str
    fleet: list[MadeUpCounty]
    sink: Sink


def small(folder: Path, url: str, key: str, port: int) -> MadeUpCounty:
    county = standard(folder, url, key=key)
    county.county_yaml(
        f'alarms: {{mail_to: [leitung@example.org], mail_from: teilhabe@example.org, smtp: "127.0.0.1:{port}"}}'
    )
    county.people(*(f"{n};Familie{n};Person{n};0{n}.02.2000;D;{key}001;2021-02-1{n}" for n in range(1, 6)))
    county.contacts(*(f"{n};2021-02-0{n};b;A" for n in range(1, 6)))
    return county


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, upgraded_server: str) -> Iterator[Place]:
    from tests.conftest import _database

    place = tmp_path_factory.mktemp("prefect")
    shutil.copytree(SHIPPED, place / "county", ignore=shutil.ignore_patterns("state", "__pycache__"))
    sink = Sink()
    mail = Controller(sink, hostname="127.0.0.1", port=free_port())
    mail.start()
    for county_url, fleet_url in zip(
        _database(upgraded_server, "upgraded"), _database(upgraded_server, "upgraded"), strict=True
    ):
        fleet = [small(place / "counties" / f"kreis{n}", fleet_url, f"0990{n}", mail.port) for n in (1, 2)]
        with pytest.MonkeyPatch.context() as patch, own_server(place / "home") as api:
            patch.setenv("TEILHABE_WAREHOUSE", county_url)
            patch.setenv("TEILHABE_CONFIG", str(place / "county"))
            patch.setenv("TEILHABE_COUNTIES", str(place / "counties"))
            patch.setenv("PREFECT_WORKER_QUERY_SECONDS", "1")  # a test does not wait for the worker's next look
            assert deploy(place / "home", api) == ["fleet", "nightly", "on-demand", "watch"]
            worker = start_worker(place / "home", api)
            try:
                yield Place(api, place / "home", county_url, fleet, sink)
            finally:
                stop(worker)
    mail.stop()


def wait_for(look: Callable[[], Any], seconds: float = 400) -> Any:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        found = look()
        if found:
            return found
        time.sleep(1)
    raise AssertionError("nothing came in time")


def ask(address: str, body: Any, method: str = "POST") -> httpx.Response:
    """Ask as the product does; a refusal is an answer too."""
    try:
        return httpx.Response(200, json=server_api.ask(method, address, body))
    except httpx.HTTPStatusError as refused:
        return refused.response


def runs_of(api: str, name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = ask(f"{api}/flow_runs/filter", {"deployments": {"name": {"any_": [name]}}}).json()
    return found


def states(api: str, name: str) -> list[str]:
    return [run["state_type"] for run in runs_of(api, name) if run["state_type"] in ENDED]


def deployment(api: str, flow: str, name: str) -> dict[str, Any]:
    found: dict[str, Any] = httpx.get(f"{api}/deployments/name/{flow}/{name}", timeout=30).json()
    return found


@pytest.mark.timeout(900)
def test_a_short_schedule_really_gets_its_run_and_the_form_is_checked(server: Place) -> None:
    api, home, warehouse_url = server.api, server.home, server.county_url
    nightly = deployment(api, "nightly-sync", "nightly")
    assert httpx.get(f"{api.removesuffix('/api')}/ui-settings", timeout=30).json()["api_url"] == api
    # With a folder of counties the night of all of them follows the schedule, that of one rests.
    both = [nightly["schedules"][0], deployment(api, "fleet", "fleet")["schedules"][0]]
    assert [(one["schedule"]["cron"], one["schedule"]["timezone"]) for one in both] == [
        ("15 4 * * *", "Europe/Berlin")
    ] * 2
    assert [one["active"] for one in both] == [False, True]
    every_five = [{"schedule": {"interval": 5, "anchor_date": "2021-01-01T00:00:00Z"}, "active": True}]
    made = ask(f"{api}/deployments/{nightly['id']}/schedules", every_five)
    assert made.is_success
    # Two runs of the schedule are enough: each further one would only start a process and wait for the lock.
    wait_for(lambda: sum(run["state_type"] != "SCHEDULED" for run in runs_of(api, "nightly")) >= 2)
    for one in httpx.get(f"{api}/deployments/{nightly['id']}/schedules", timeout=30).json():
        ask(f"{api}/deployments/{nightly['id']}/schedules/{one['id']}", None, "DELETE")
    done = wait_for(lambda: "COMPLETED" in states(api, "nightly"))
    # A start beside the running night is cancelled by the county's lock; nothing fails.
    assert done, (home / "worker.log").read_text()[-2000:]
    assert set(states(api, "nightly")) <= {"COMPLETED", "CANCELLED"}
    with psycopg.connect(plain(warehouse_url)) as conn:
        six = conn.execute(
            "SELECT numerator::int FROM mart.kpi WHERE period = '2020/21' AND mode = 'cumulative' AND dimension = "
            "'all' "
            "AND kpi IN ('contacted', 'entered', 'placed') ORDER BY kpi"
        ).fetchall()
    assert [row[0] for row in six] == [124, 88, 59]
    pages = ask(f"{api}/artifacts/filter", {}).json()
    assert any("veröffentlicht" in page["data"] for page in pages if page["key"] == "teilhabe-lauf")

    on_demand = deployment(api, "on-demand", "on-demand")
    titles = {
        field["title"]
        for field in on_demand["parameter_openapi_schema"]["definitions"]["RunForm"]["properties"].values()
    }
    assert titles == {"Stichtag", "Quellen", "Betriebsart", "Grund"}
    outside = {"parameters": {"form": {"mode": "dry_run"}, "county": "../../etc"}}
    assert ask(f"{api}/deployments/{on_demand['id']}/create_flow_run", outside).is_success
    assert wait_for(lambda: states(api, "on-demand")) == ["FAILED"]
    # The failure starts the watch by an automation; this one finds nothing that the warehouse calls wrong.
    made = ask(f"{api}/automations/filter", {}).json()
    assert sorted(one["name"] for one in made) == ["teilhabe: Lauf ausgeblieben", "teilhabe: Lauf gescheitert"]
    assert wait_for(lambda: "COMPLETED" in states(api, "watch"))
    # A page of another origin, open in the same browser, can start nothing and read nothing.
    address = f"{api}/deployments/{on_demand['id']}/create_flow_run"
    forged = httpx.post(address, json={}, headers={"Origin": "http://evil.example"}, timeout=30)
    assert (forged.status_code, forged.headers.get("access-control-allow-origin")) == (403, None)
    wrong = {"parameters": {"form": {"mode": "drop table"}}, "enforce_parameter_schema": True}
    refused = ask(f"{api}/deployments/{on_demand['id']}/create_flow_run", wrong)
    assert refused.status_code in (httpx.codes.CONFLICT, httpx.codes.UNPROCESSABLE_ENTITY)
    for odd in WRONG_FORMS:
        refused = ask(f"{api}/deployments/{on_demand['id']}/create_flow_run", {"parameters": odd})
        assert refused.status_code in (httpx.codes.CONFLICT, httpx.codes.UNPROCESSABLE_ENTITY), odd
    right = {"parameters": {"form": {"mode": "dry_run", "reason": "Probe"}}}
    taken = ask(f"{api}/deployments/{on_demand['id']}/create_flow_run", right)
    assert taken.is_success
    assert wait_for(lambda: "COMPLETED" in states(api, "on-demand"))


@pytest.mark.timeout(900)
def test_a_fleet_runs_each_county_and_a_closed_gate_is_told_by_mail(server: Place) -> None:
    """One county publishes, the other's delivery lacks a column: its run fails, the automation starts the watch."""
    api, (first, second) = server.api, server.fleet
    second.put("kontakte.csv", "id;am;wer", "1;2021-02-01;A")
    fleet = deployment(api, "fleet", "fleet")
    asked = {"parameters": {"form": {"as_of": "2021-03-01", "at_once": 1}}}
    assert ask(f"{api}/deployments/{fleet['id']}/create_flow_run", asked).is_success
    assert wait_for(lambda: states(api, "fleet")) == ["FAILED"]
    assert first.rows("SELECT county, status FROM ops.run ORDER BY county") == [
        ("09901", "published"),
        ("09902", "blocked"),
    ]
    pages = ask(f"{api}/artifacts/filter", {}).json()
    page = next(page["data"] for page in pages if page["key"] == "teilhabe-kreise")
    assert page.index("| kreis2 | gescheitert |") < page.index("| kreis1 | fertig |")
    assert [page["data"] for page in pages if page["key"] == "teilhabe-kreise-fortschritt"] == [100.0]
    mails = wait_for(lambda: [m for m in server.sink.mails if "kontakte" in m.get_payload(decode=True).decode()])
    assert "Eine Lieferung von kontakte wartet oder ist abgelehnt" in mails[0].get_payload(decode=True).decode()

    # Whoever mends it starts the county again by the form; a run that nobody works on any more is closed.
    second.contacts("1;2021-02-01;b;A")
    on_demand = deployment(api, "on-demand", "on-demand")
    again = {"parameters": {"form": {"as_of": "2021-03-01", "reason": "berichtigt"}, "county": "kreis2"}}
    assert ask(f"{api}/deployments/{on_demand['id']}/create_flow_run", again).is_success
    wait_for(lambda: second.rows("SELECT 1 FROM ops.run WHERE county = '09902' AND published"))
    _replay_and_accept_by_the_form(api, on_demand["id"], first)
    run = ask(f"{api}/deployments/{on_demand['id']}/create_flow_run", {**again, "state": {"type": "PENDING"}}).json()
    later = datetime.now(UTC) + timedelta(hours=1)
    assert _close_stuck(api, "kreis1", later) == 0
    assert _close_stuck(api, "kreis2", later) >= 1
    assert httpx.get(f"{api}/flow_runs/{run['id']}", timeout=30).json()["state_type"] == "CRASHED"


def _replay_and_accept_by_the_form(api: str, on_demand: str, county: MadeUpCounty) -> None:
    """What waits is released, days are replayed (with SQL in the reason, which stays a text), the rest is refused."""
    source = county.folder / "sources" / "leute.yaml"
    source.write_text(source.read_text().replace("records:", "expect: {max_change: 10%}\nrecords:"))
    county.people(*(f"{n};Anders{n};Person{n};0{n}.02.2000;D;09901001;2021-02-1{n}" for n in range(1, 6)))
    assert county.sync("2021-03-02").code == 5
    reason = "x'); DROP TABLE ops.run; --"
    forms: list[tuple[dict[str, Any], str]] = [
        ({"mode": "accept_waiting", "sources": ["leute"], "reason": "so gewollt"}, "COMPLETED"),
        ({"mode": "from_archive", "as_of": "2021-03-01", "reason": reason}, "COMPLETED"),
        ({"mode": "normal", "sources": ["leute'; DROP TABLE ops.run; --"]}, "FAILED"),
    ]
    for form, wanted in forms:
        body = {"parameters": {"form": form, "county": "kreis1"}}
        run = ask(f"{api}/deployments/{on_demand}/create_flow_run", body).json()["id"]
        state = wait_for(lambda run=run: ended_as(api, run))
        assert state == wanted, form
    released = county.rows("SELECT as_of::text FROM ops.run WHERE county = '09901' AND published AND kind = 'rerun'")
    assert released == [("2021-03-02",)]
    reasons = {row[0] for row in county.rows("SELECT reason FROM ops.audit WHERE county = '09901'")}
    assert {"so gewollt", reason} <= reasons


def ended_as(api: str, run: str) -> str | None:
    state: str = httpx.get(f"{api}/flow_runs/{run}", timeout=30).json()["state_type"]
    return state if state in ENDED else None


def test_a_second_serve_is_refused_before_it_starts_anything(tmp_path: Path, warehouse_url: str) -> None:
    """It would speak with the first one's server and register its deployments there."""
    county = standard(tmp_path / "county", warehouse_url)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        outcome = county.run("serve", "--port", port, "--admin-port", str(free_port()))
        assert (outcome.code, outcome.document["error"]["code"]) == (2, "E859")
        outcome = county.run("serve", "--port", str(free_port()), "--admin-port", port)
        assert (outcome.code, outcome.document["error"]["code"]) == (2, "E859")
    assert not (county.folder / "state" / "orchestrator").exists()
