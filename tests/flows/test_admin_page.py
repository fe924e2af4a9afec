"""The data admin's page: opened with its key only, shows places and rules, no value of a person."""

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
