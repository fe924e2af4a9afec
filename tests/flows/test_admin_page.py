"""The data admin's page: opened with its key only, shows places and rules, no value of a person."""

import re

import httpx
import pytest

from flows.admin_page import served_admin
from tests.flows.county import MadeUpCounty, standard


@pytest.fixture
def county(tmp_path, warehouse_url: str) -> MadeUpCounty:
    made = standard(tmp_path / "county", warehouse_url)
    made.people("1;Zwetschgenmann;Anna;01.02.2000;D;09999001;", "2;Bozkurt;Bekir;31.02.2000;G;09999002;2021-02-10")
    made.contacts("1;2021-02-01;b;Weber")
    assert made.sync("2021-03-01").code == 8
    return made


def test_the_page_tells_what_is_open_and_what_to_do(county: MadeUpCounty) -> None:
    with served_admin(str(county.folder.resolve())) as address, httpx.Client(follow_redirects=True) as browser:
        page = browser.get(address)
        assert page.status_code == 200
        assert page.url.query == b"", "the key leaves the address bar"
        assert "leute.csv" in page.text
        assert "teilhabe quarantine list" in page.text
        assert "Zwetschgenmann" not in page.text
        assert "default-src 'none'" in page.headers["content-security-policy"]
        assert "<script" not in page.text


def test_without_the_key_or_under_another_name_nothing_is_shown(county: MadeUpCounty) -> None:
    with served_admin(str(county.folder.resolve())) as address:
        root = address.split("?", maxsplit=1)[0]
        assert httpx.get(root).status_code == 403
        assert httpx.get(root, params={"key": "guess"}).status_code == 403
        assert httpx.get(address, headers={"Host": "evil.example"}).status_code == 400
        assert httpx.get(f"{root}docs").status_code == 404


def test_the_page_of_a_county_that_never_ran_says_so(tmp_path, warehouse_url: str) -> None:
    county = standard(tmp_path / "county", warehouse_url)
    with served_admin(str(county.folder.resolve())) as address, httpx.Client(follow_redirects=True) as browser:
        assert "teilhabe sync" in browser.get(address).text


def test_the_page_holds_the_day_against_the_last_weeks(tmp_path, warehouse_url: str) -> None:
    county = standard(tmp_path / "county", warehouse_url)
    county.people(*(f"{n};Name{n};Vor{n};01.02.2000;D;09999001;" for n in range(1, 31)))
    county.contacts("1;2021-02-01;b;Weber", "2;2021-02-01;b;Weber")
    for day in range(1, 6):
        assert county.sync(f"2021-03-0{day}").code == 0
    with served_admin(str(county.folder.resolve())) as address, httpx.Client(follow_redirects=True) as browser:
        assert "Noch keine fünf veröffentlichten Tage" in browser.get(address).text
    county.contacts(*(f"{n};2021-02-01;b;Weber" for n in range(1, 31)))
    done = county.sync("2021-03-06")
    assert (done.code, done.document["published"]) == (0, True), "what is unusual holds nothing back"
    with served_admin(str(county.folder.resolve())) as address, httpx.Client(follow_redirects=True) as browser:
        page = browser.get(address).text
    rows = [re.sub(r"<[^>]+>", "|", row) for row in page.split("<tr>") if "Kontaktierte Personen" in row]
    assert [cell for cell in rows[0].split("|") if cell.strip()][:5] == [
        "Kontaktierte Personen",
        "30",
        "0",
        "7,7",
        "nein",
    ]
