"""Superset reads the mart as ``teilhabe_bi``: every chart has data, every dashboard a picture (``make test-bi``)."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy.engine import make_url

from tests.bi.pictures import take_pictures
from tests.bi.superset import ROOT, Superset

PROGRAM = Path(os.environ.get("TEILHABE_SUPERSET", "absent"))
PICTURES = os.environ.get("TEILHABE_PICTURES")
BROWSER = shutil.which("chromium") or shutil.which("chromium-browser")
pytestmark = pytest.mark.skipif(not PROGRAM.is_file(), reason="no Superset: make test-bi installs it")
DASHBOARDS = {"ueberblick", "vermittlung", "angebot-und-bedarf", "lieferanten", "aktualitaet"}


@pytest.fixture(scope="module")
def superset(upgraded_server: str) -> Iterator[Superset]:
    """Superset over the shipped county's warehouse, made as ``make run`` makes it."""
    home = Path(tempfile.mkdtemp(prefix="teilhabe-superset-"))
    config = home / "paderborn"
    shutil.copytree(ROOT / "config" / "paderborn", config, ignore=shutil.ignore_patterns("state", "__pycache__"))
    url = make_url(upgraded_server).set(database="superset_county").render_as_string(hide_password=False)
    with psycopg.connect(upgraded_server.replace("+psycopg", ""), autocommit=True) as admin:
        admin.execute("CREATE DATABASE superset_county")
    environment = {**os.environ, "TEILHABE_WAREHOUSE": url}
    words = [sys.executable, "-m", "flows", "--config", str(config)]
    done = subprocess.run([*words, "sync", "--direct"], cwd=ROOT, env=environment, check=False, capture_output=True)
    assert done.returncode == 0, done.stderr.decode()[-2000:]
    reader = subprocess.run(
        [*words, "db", "url", "--role", "bi"], cwd=ROOT, env=environment, check=True, capture_output=True, text=True
    ).stdout.strip()
    running = Superset(PROGRAM, home, reader.replace("postgresql://", "postgresql+psycopg2://", 1))
    try:
        running.set_up()
        running.start()
        running.log_in()
        yield running
    finally:
        running.stop()
        shutil.rmtree(home, ignore_errors=True)


def charts_of(superset: Superset) -> list[dict[str, object]]:
    found: list[dict[str, object]] = superset.get("chart/?q=(page_size:100)")["result"]
    return found


def test_every_chart_has_data_and_the_figures_are_the_reports(superset: Superset) -> None:
    charts = charts_of(superset)
    assert len(charts) == 22
    rows = {str(chart["slice_name"]): superset.chart_rows(chart, "2020/21") for chart in charts}
    assert [name for name, found in rows.items() if not found] == []
    assert rows["Kontaktierte Personen"] == [{"Kontaktierte Personen": 124}]
    assert rows["Eingetretene Personen"] == [{"Eingetretene Personen": 88}]
    assert rows["Vermittelte Personen"] == [{"Vermittelte Personen": 59}]
    bridge = {row["step"]: row["Personen"] for row in rows["Brücke der Vermittlung"]}
    assert list(bridge.values()) == [47, 20, 8, 59] or sorted(bridge.values()) == [8, 20, 47, 59]
    by_commune = rows["Kontaktiert, eingetreten, vermittelt je Kommune"]
    assert {row["Personen"] % 5 for row in by_commune} == {0}, "breakdowns are the released, rounded ones"


def test_the_connection_reads_the_mart_and_nothing_else(superset: Superset) -> None:
    with psycopg.connect(superset.warehouse.replace("+psycopg2", ""), autocommit=True) as reader:
        assert reader.execute("SELECT count(*) FROM mart.kpi").fetchone() != (0,)
        for table in ("internal.kpi", "core.episode_version", "vault.source_id", "quarantine.row", "ops.run"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                reader.execute(f"SELECT * FROM {table}")


def test_pages_come_without_foreign_addresses_and_in_german(superset: Superset) -> None:
    page = superset.browser.get(f"{superset.address}/login/")
    policy = page.headers["content-security-policy"]
    assert "scarf" not in policy
    assert "https://" not in policy
    assert re.search(r'"locale":\s*"de"|&#34;locale&#34;: &#34;de&#34;|<html[^>]*lang="de"', page.text)


@pytest.mark.skipif(BROWSER is None, reason="no chromium on this machine (apt-get install chromium)")
def test_every_dashboard_draws_its_picture(superset: Superset, tmp_path: Path) -> None:
    listed = superset.get("dashboard/")["result"]
    assert {found["slug"].removeprefix("teilhabe-") for found in listed} == DASHBOARDS
    folder = Path(PICTURES) if PICTURES else tmp_path
    pages = {slug: f"{superset.address}/superset/dashboard/teilhabe-{slug}/?standalone=1" for slug in DASHBOARDS}
    pictures = take_pictures(str(BROWSER), superset, pages, folder)
    assert {name: size > 20_000 for name, size in pictures.items()} == dict.fromkeys(DASHBOARDS, True)
