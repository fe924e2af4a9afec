"""Hundreds born on one day: a registry's "unknown", or a date that an export filled in."""

from pathlib import Path

import pytest

from tests.flows.county import OFFERS_HEADER, PEOPLE_RECORDS, MadeUpCounty
from tests.flows.test_identity import NAMED_HEADER, NAMED_RECORDS, OFFER, OFFER_RECORDS

CROWD = 600
FIRST = ("Ali", "Samir", "Yusuf", "Hadi", "Karim", "Nabil", "Omar", "Rami", "Tariq", "Walid", "Zaki", "Bilal", "Jamal")
LAST = ("Haddad", "Khalil", "Mansur", "Rahimi", "Saleh", "Amiri", "Barzani", "Diallo", "Farah", "Ghani", "Nuri")
SECOND = ("Aziz", "Munir", "Idris", "Latif", "Hassan", "Qasim")
GIVEN = [f"{one} {other}" for one in FIRST for other in SECOND]


def name(number: int) -> str:
    """Three parts, each borne by many: no part tells anybody apart, only the whole name does."""
    return f"{LAST[number % 11]};{GIVEN[number // 11]}"


@pytest.mark.parametrize(("born", "linked"), [("14.06.1999", 40), ("01.01.1999", 0)])
def test_a_crowd_on_one_birth_date_is_told_apart_by_equal_names_only(
    tmp_path: Path, warehouse_url: str, born: str, linked: int
) -> None:
    county = MadeUpCounty(tmp_path / "county", warehouse_url)
    county.source("amt", PEOPLE_RECORDS).source("kurse", OFFER_RECORDS)
    county.source("traeger", NAMED_RECORDS, more="ids: {person: amt, offer: kurse}\n")
    county.put("kurse.csv", OFFERS_HEADER, OFFER)
    county.people(*(f"A{n};{name(n)};{born};D;09999001;2021-02-01" for n in range(CROWD)), name="amt.csv")
    county.put("traeger.csv", NAMED_HEADER, *(f"E{n};K1;{name(n)};{born};09999001;l;2021-02-10" for n in range(40)))
    outcome = county.sync("2021-03-01")
    assert outcome.code == 0, outcome.stderr
    assert outcome.records("amt", "participants") == (CROWD, CROWD, 0)
    assert county.rows("SELECT count(DISTINCT person_uid) FROM vault.source_id WHERE is_participant") == [(CROWD,)]
    states = dict(county.rows("SELECT link_state, count(*) FROM vault.source_id WHERE NOT is_participant GROUP BY 1"))
    assert states == ({"linked": linked} if linked else {"review": 40})
