"""The report: the county's own sentences from data, one model in three forms, sealed and verified."""

import json
from pathlib import Path

import pytest

from tests.flows.small_county import SmallCounty


@pytest.fixture
def county(tmp_path: Path, warehouse_url: str) -> SmallCounty:
    made = SmallCounty(tmp_path / "county", warehouse_url).set_up()
    made.people("1;Aydin;Anna;01.02.2000;D;09999001;", "2;Bozkurt;Bekir;03.02.2000;G;09999002;2021-02-10")
    made.contacts("1;2021-02-01;b", "2;2021-02-02;b")
    assert made.sync("2021-03-01")[0] == 0
    return made


def test_the_report_is_written_in_three_forms_with_the_countys_sentences(county: SmallCounty, tmp_path: Path) -> None:
    code, answer = county.run("report", "--period", "2020/21", "--out", str(tmp_path / "a"))
    assert (code, answer["state"]) == (0, "draft")
    page = (tmp_path / "a" / "bericht-2020-21.html").read_text("utf-8")
    assert "Es konnten 2 Personen der primären und sekundären Zielgruppe kontaktiert werden." in page
    assert "Dies entspricht 50 %." in page
    assert "http" not in page.replace('xmlns="http://www.w3.org/2000/svg"', ""), "no foreign address"
    assert (tmp_path / "a" / "bericht-2020-21.pdf").read_bytes().startswith(b"%PDF")
    county.run("report", "--period", "2020/21", "--out", str(tmp_path / "b"))
    for name in ("bericht-2020-21.html", "bericht-2020-21.pdf", "bericht-2020-21.xlsx"):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes(), name


def test_a_sealed_report_is_verified_after_later_facts_and_a_changed_one_is_not(
    county: SmallCounty, tmp_path: Path
) -> None:
    county.run("report", "--period", "2020/21", "--out", str(tmp_path), "--seal")
    seal = tmp_path / "bericht-2020-21.seal.json"
    assert county.run("verify", str(seal))[0] == 0
    county.contacts("1;2021-02-01;b", "2;2021-02-02;b", "1;2021-02-20;b")
    county.people("1;Aydin;Anna;01.02.2000;D;09999001;2021-03-02", "2;Bozkurt;Bekir;03.02.2000;G;09999002;2021-02-10")
    assert county.sync("2021-03-05")[0] == 0
    code, answer = county.run("verify", str(seal))
    assert (code, answer["equal"], answer["whole"]) == (0, True, True)
    document = json.loads(seal.read_text("utf-8"))
    document["figures"]["entered"]["numerator"] = "2"
    seal.write_text(json.dumps(document), "utf-8")
    code, answer = county.run("verify", str(seal))
    assert (code, answer["whole"]) == (5, False)
    assert [found["kpi"] for found in answer["differences"]] == ["entered"]


def test_a_second_seal_is_a_reissue(county: SmallCounty, tmp_path: Path) -> None:
    assert county.run("report", "--period", "2020/21", "--out", str(tmp_path), "--seal")[1]["state"] == "sealed"
    assert county.run("report", "--period", "2020/21", "--out", str(tmp_path), "--seal")[1]["state"] == "reissued"


def test_a_period_without_figures_is_a_usage_error(county: SmallCounty, tmp_path: Path) -> None:
    assert county.run("report", "--period", "1999/00", "--out", str(tmp_path))[0] == 2
