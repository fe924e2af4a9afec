"""Decisions that contradict each other, come after an erasure, or fall on the day itself."""

from pathlib import Path

import pytest

from tests.flows.county import PEOPLE_RECORDS, MadeUpCounty
from tests.flows.test_identity import decide

SOURCES = ("amt", "bildung", "kirche")


@pytest.fixture
def county(tmp_path: Path, warehouse_url: str) -> MadeUpCounty:
    """One name with a 1 January in three sources: three persons, three questions."""
    made = MadeUpCounty(tmp_path / "county", warehouse_url)
    for name in SOURCES:
        made.source(name, PEOPLE_RECORDS)
        made.people(f"{name[0].upper()}1;Haddad;Sami;01.01.1999;D;09999001;2021-02-01", name=f"{name}.csv")
    assert made.sync("2021-03-01").code == 0
    return made


def number_of(county: MadeUpCounty, *ids: str) -> int:
    """The pair of two ids, decided or not."""
    listed = county.run("review", "list", "--all").document["pairs"]
    return next(int(pair["review_id"]) for pair in listed if {pair["own_id"], pair["other_id"]} == set(ids))


def persons(county: MadeUpCounty) -> dict[str, str]:
    return dict(county.rows("SELECT person_id, person_uid::text FROM vault.source_id ORDER BY 1"))


def test_a_later_link_replaces_the_split_that_it_contradicts_and_the_audit_keeps_both(county: MadeUpCounty) -> None:
    """K1 is split from one id of a person, then linked to the other: what was decided last, with a reason, stands."""
    decide(county, "accept", number_of(county, "A1", "B1"))
    decide(county, "split", number_of(county, "A1", "K1"), "zwei Akten")
    county.sync("2021-03-02")
    found = persons(county)
    assert found["A1"] == found["B1"] != found["K1"]
    decide(county, "accept", number_of(county, "B1", "K1"), "Pass gesehen")
    assert county.sync("2021-03-03").code == 0
    assert len(set(persons(county).values())) == 1
    states = dict(county.rows("SELECT state, count(*) FROM vault.review GROUP BY 1"))
    assert (states.get("split", 0), states["accepted"]) == (0, 2)
    audit = county.rows("SELECT action, reason FROM ops.audit WHERE action LIKE 'review%%' ORDER BY audit_id")
    assert audit[1:] == [("review split", "zwei Akten"), ("review accepted", "Pass gesehen")]


def test_a_pair_of_an_erased_person_can_no_longer_be_decided(county: MadeUpCounty) -> None:
    number = number_of(county, "A1", "B1")
    assert county.run("erase", "amt:A1", "--reason", "Antrag", "--yes").code == 0
    for verb in ("accept", "split"):
        done = county.run("review", verb, str(number), "--reason", "zu spät")
        assert done.code == 2, done.stderr
    assert county.sync("2021-03-02").code == 0
    assert set(persons(county)) == {"B1", "K1"}


def test_an_accepted_pair_goes_as_one_person_and_none_of_its_ids_comes_back(county: MadeUpCounty) -> None:
    decide(county, "accept", number_of(county, "A1", "B1"))
    county.sync("2021-03-02")
    assert county.run("erase", "bildung:B1", "--reason", "Antrag", "--yes").code == 0
    assert set(persons(county)) == {"K1"}
    for name in SOURCES:
        county.people(f"{name[0].upper()}1;Haddad;Sami;01.01.1999;G;09999001;2021-02-01", name=f"{name}.csv")
    county.sync("2021-03-03")
    assert set(persons(county)) == {"K1"}
