"""Many counties on one warehouse: side by side, apart from one another, summed up for the state."""

import contextlib
import io
import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from flows import counties as fleet_module
from tests.flows.county import MadeUpCounty, standard

KEYS = ("09901", "09902", "09903")


@pytest.fixture
def counties(tmp_path: Path, warehouse_url: str) -> list[MadeUpCounty]:
    """Three counties of four, five and six persons; the persons' ids are the same in each."""
    made = []
    for number, key in enumerate(KEYS):
        county = standard(tmp_path / f"kreis{number + 1}", warehouse_url, key=key)
        ids = range(1, 5 + number)
        county.people(*(f"{n};Familie{n};Person{n};0{n}.02.2000;D;{key}001;2021-02-1{n}" for n in ids))
        county.contacts(*(f"{n};2021-02-0{n};b;A" for n in ids))
        made.append(county)
    return made


def fleet(root: Path, *words: str) -> tuple[int, dict[str, Any], str]:
    """Run a fleet command in this process; its counties run in processes of their own."""
    from flows.cli import main

    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = main(["--json", "fleet", words[0], "--counties", str(root), *words[1:]])
    return code, json.loads(out.getvalue()), err.getvalue()


def statuses(document: dict[str, Any]) -> dict[str, str]:
    return {line["county"]: line["status"] for line in document["counties"]}


def test_one_county_that_fails_leaves_the_others_alone(counties: list[MadeUpCounty], tmp_path: Path) -> None:
    (counties[1].folder / "county.yaml").write_text("county: {name: Kreis, key: 09902, kee: 1}\n")
    code, document, log = fleet(tmp_path, "sync", "--as-of", "2021-03-01", "--workers", "2")
    assert statuses(document) == {"kreis1": "published", "kreis2": "failed", "kreis3": "published"}
    assert code == document["exit_code"] == 3
    assert "county.yaml:1:" in document["counties"][1]["error"]
    assert sorted(line.split()[0] for line in log.splitlines()) == ["1/3", "2/3", "3/3"]
    contacted = (
        "SELECT county, numerator::int FROM mart.kpi WHERE kpi = 'contacted' AND mode = 'cumulative' "
        "AND dimension = 'all' ORDER BY county"
    )
    assert counties[0].rows(contacted) == [("09901", 4), ("09903", 6)]

    # The next night finds the county mended, the others with nothing new, and one screen for all.
    counties[1].county_yaml()
    code, document, _ = fleet(tmp_path, "sync", "--as-of", "2021-03-01")
    assert (code, statuses(document)["kreis2"], statuses(document)["kreis1"]) == (0, "published", "nothing_new")
    assert [line["county"] for line in document["counties"]] == ["kreis1", "kreis2", "kreis3"]
    code, document, _ = fleet(tmp_path, "status", "--county", "kreis2")
    assert code == 0
    assert [line["document"]["shown"]["as_of"] for line in document["counties"]] == ["2021-03-01"]

    # The state's sums are those of the three counties' own figures.
    code, document, _ = fleet(tmp_path, "kpi", "--period", "2020/21")
    assert code == 0
    [row] = [r for r in document["rows"] if (r["kpi"], r["dimension"]) == ("contacted", "all")]
    assert (row["counties_count"], row["numerator"]) == (3, 15)
    assert not [r for r in document["rows"] if r["dimension"] in ("commune", "team")]


def test_two_folders_with_one_key_never_run(counties: list[MadeUpCounty], tmp_path: Path) -> None:
    text = (counties[2].folder / "county.yaml").read_text().replace(KEYS[2], KEYS[0])
    (counties[2].folder / "county.yaml").write_text(text)
    code, document, _ = fleet(tmp_path, "sync", "--as-of", "2021-03-01")
    assert (code, statuses(document)) == (3, {"kreis1": "failed", "kreis2": "published", "kreis3": "failed"})
    assert "[E857]" in document["counties"][0]["error"]
    assert counties[0].rows("SELECT DISTINCT county FROM ops.run") == [(KEYS[1],)]


@pytest.mark.parametrize("words", [("sync",), ("sync", "--county", "../kreis1"), ("sync", "--workers", "0")])
def test_a_fleet_that_cannot_be_is_a_wrong_question(tmp_path: Path, words: tuple[str, ...]) -> None:
    code, document, _ = fleet(tmp_path, *words)
    assert (code, document["exit_code"]) == (2, 2)


def test_a_worker_that_is_killed_costs_one_county_and_the_next_gets_a_fresh_one(
    counties: list[MadeUpCounty], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All counties of a worker are forked from one process; that it dies is told for the county at work alone."""
    told: list[int] = []
    real = fleet_module._told

    def told_to_a_dying_member(member: "subprocess.Popen[str]", words: list[str]) -> tuple[int, str]:
        told.append(member.pid)
        if len(told) == 2:
            member.kill()
            member.wait()
        return real(member, words)

    monkeypatch.setattr(fleet_module, "_told", told_to_a_dying_member)
    code, document, _ = fleet(tmp_path, "sync", "--as-of", "2021-03-01", "--workers", "1")
    assert statuses(document) == {"kreis1": "published", "kreis2": "failed", "kreis3": "published"}
    assert (code, "[E858]" in document["counties"][1]["error"]) == (1, True)
    assert told[0] == told[1] != told[2]
