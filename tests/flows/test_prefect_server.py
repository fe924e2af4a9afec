"""A real Prefect server, a real process worker: the schedule fires, the run publishes, the form is checked."""

import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest

from flows.serving import deploy, own_server, start_worker, stop

SHIPPED = Path(__file__).resolve().parents[2] / "config" / "paderborn"


def plain(url: str) -> str:
    return url.replace("postgresql+psycopg://", "postgresql://")


@pytest.fixture
def county(tmp_path: Path, warehouse_url: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "county"
    shutil.copytree(SHIPPED, folder, ignore=shutil.ignore_patterns("state", "__pycache__"))
    monkeypatch.setenv("TEILHABE_WAREHOUSE", warehouse_url)
    monkeypatch.setenv("TEILHABE_CONFIG", str(folder))
    return folder


@pytest.fixture
def server(tmp_path: Path, county: Path) -> Iterator[tuple[str, Path]]:
    home = tmp_path / "prefect"
    with own_server(home) as api:
        names = deploy(home, api)
        assert names == ["nightly", "on-demand", "watch"]
        worker = start_worker(home, api)
        try:
            yield api, home
        finally:
            stop(worker)


def wait_for(look: Callable[[], Any], seconds: float = 400) -> Any:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        found = look()
        if found:
            return found
        time.sleep(1)
    raise AssertionError("nothing came in time")


def ask(address: str, body: Any) -> httpx.Response:
    """Post to the server; while its SQLite is locked it says 503, and Prefect's own client asks again, too."""
    return wait_for(
        lambda: answer if (answer := httpx.post(address, json=body, timeout=30)).status_code != 503 else None, 60
    )


def states(api: str, name: str) -> list[str]:
    answer = httpx.post(f"{api}/flow_runs/filter", json={"deployments": {"name": {"any_": [name]}}}, timeout=30)
    ended = ("COMPLETED", "FAILED", "CRASHED", "CANCELLED")
    return [run["state_type"] for run in answer.json() if run["state_type"] in ended]


def deployment(api: str, flow: str, name: str) -> dict[str, Any]:
    found: dict[str, Any] = httpx.get(f"{api}/deployments/name/{flow}/{name}", timeout=30).json()
    return found


@pytest.mark.timeout(900)
def test_a_short_schedule_really_gets_its_run_and_the_form_is_checked(
    server: tuple[str, Path], warehouse_url: str
) -> None:
    api, home = server
    nightly = deployment(api, "nightly-sync", "nightly")
    schedule = nightly["schedules"][0]["schedule"]
    assert (schedule["cron"], schedule["timezone"]) == ("15 4 * * *", "Europe/Berlin")
    every_five = [{"schedule": {"interval": 5, "anchor_date": "2021-01-01T00:00:00Z"}, "active": True}]
    made = ask(f"{api}/deployments/{nightly['id']}/schedules", every_five)
    assert made.status_code == httpx.codes.CREATED
    done = wait_for(lambda: "COMPLETED" in states(api, "nightly"))
    # A start beside the running night is cancelled by the county's lock; nothing fails.
    assert done, (home / "worker.log").read_text()[-2000:]
    assert set(states(api, "nightly")) <= {"COMPLETED", "CANCELLED"}
    for one in httpx.get(f"{api}/deployments/{nightly['id']}/schedules", timeout=30).json():
        httpx.delete(f"{api}/deployments/{nightly['id']}/schedules/{one['id']}", timeout=30)
    with psycopg.connect(plain(warehouse_url)) as conn:
        six = conn.execute(
            "SELECT numerator::int FROM mart.kpi WHERE period = '2020/21' AND mode = 'cumulative' AND dimension = "
            "'all' "
            "AND kpi IN ('contacted', 'entered', 'placed') ORDER BY kpi"
        ).fetchall()
    assert [row[0] for row in six] == [124, 88, 59]
    pages = httpx.post(f"{api}/artifacts/filter", json={}, timeout=30).json()
    assert any("veröffentlicht" in page["data"] for page in pages if page["key"] == "teilhabe-lauf")

    on_demand = deployment(api, "on-demand", "on-demand")
    titles = {
        field["title"]
        for field in on_demand["parameter_openapi_schema"]["definitions"]["RunForm"]["properties"].values()
    }
    assert titles == {"Stichtag", "Quellen", "Betriebsart", "Grund"}
    outside = {"parameters": {"form": {"mode": "dry_run"}, "county": "../../etc"}}
    httpx.post(f"{api}/deployments/{on_demand['id']}/create_flow_run", json=outside, timeout=30).raise_for_status()
    assert wait_for(lambda: states(api, "on-demand")) == ["FAILED"]
    # The failure starts the watch by an automation; this one finds nothing that the warehouse calls wrong.
    made = httpx.post(f"{api}/automations/filter", json={}, timeout=30).json()
    assert sorted(one["name"] for one in made) == ["teilhabe: Lauf ausgeblieben", "teilhabe: Lauf gescheitert"]
    assert wait_for(lambda: "COMPLETED" in states(api, "watch"))
    wrong = {"parameters": {"form": {"mode": "drop table"}}, "enforce_parameter_schema": True}
    refused = ask(f"{api}/deployments/{on_demand['id']}/create_flow_run", wrong)
    assert refused.status_code in (httpx.codes.CONFLICT, httpx.codes.UNPROCESSABLE_ENTITY)
    right = {"parameters": {"form": {"mode": "dry_run", "reason": "Probe"}}}
    taken = ask(f"{api}/deployments/{on_demand['id']}/create_flow_run", right)
    assert taken.status_code == httpx.codes.CREATED
    assert wait_for(lambda: "COMPLETED" in states(api, "on-demand"))
