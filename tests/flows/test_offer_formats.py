"""Catalogues of course providers from the delivered file to ``mart.offer`` and a KPI, night by night."""

import json
from pathlib import Path

import pytest

from tests.flows.county import MadeUpCounty
from tests.unit.test_reading_offers import DATE, PERSON, catalogue, hsds, service

QCAT = """
  offers:
    offer_id: offer_id
    run_id: run_id
    provider: provider
    title: title
    kind: {const: IK_ALLG}
    module: {const: REGEL}
    starts_on: starts_on
    ends_on: ends_on
    seats_max: seats_max
    verified_on: verified_on
"""
HSDS = QCAT.replace("seats_max: seats_max", "weekdays: {column: weekdays, split: '|'}")


@pytest.fixture
def county(tmp_path: Path, warehouse_url: str) -> MadeUpCounty:
    return MadeUpCounty(tmp_path / "county", warehouse_url)


def runs(county: MadeUpCounty) -> list[tuple[str, str | None]]:
    return county.visible("core.offer_version", "offer_id, run_id")


def deliver(county: MadeUpCounty, name: str, content: bytes) -> None:
    for old in county.inbox.iterdir():
        old.unlink()
    (county.inbox / name).write_bytes(content)


def test_an_update_catalogue_changes_adds_and_ends_and_leaves_the_rest_standing(county: MadeUpCounty) -> None:
    county.source("kurse", QCAT, form="type: openqcat", more="expect: {max_change: 90%}\n")
    whole = [service("1", "1", offer=True), *(service(run, "1", offer=False, inner=DATE) for run in ("11", "12"))]
    whole += [service("2", "2", offer=True), service("3", "3", offer=True)]
    deliver(county, "kurse_2026-11-22.xml", catalogue(*whole))
    done = county.sync("2026-11-23")
    assert (done.code, done.records("kurse", "offers")) == (0, (4, 4, 0))
    assert runs(county) == [("1", "11"), ("1", "12"), ("2", None), ("3", None)]

    bare = "<SERVICE mode='delete'><PRODUCT_ID>12</PRODUCT_ID></SERVICE>"
    update = [f"<DELETE>{bare}{service('2', '2', offer=True, mode='delete')}</DELETE>", service("4", "4", offer=True)]
    update += [service("3", "3", offer=True, mode="update").replace("B2", "C1")]
    deliver(county, "kurse_2026-11-24.xml", catalogue(*update, around="UPDATE_CATALOG", encoding="iso-8859-15"))
    done = county.sync("2026-11-25")
    assert (done.code, done.records("kurse", "offers")) == (0, (2, 2, 0))
    assert done.source("kurse")["rows"] == {
        "read": 4, "loaded": 4, "rejected": 0, "duplicate": 0, "blank": 0, "footer": 0, "suppressed": 0,
    }  # fmt: skip
    assert runs(county) == [("1", "11"), ("3", None), ("4", None)]
    assert county.rows("SELECT offer_id, run_id, title FROM mart.offer ORDER BY 1") == [
        ("1", "11", "Kurs B2 für Anfänger"), ("3", "", "Kurs C1 für Anfänger"), ("4", "", "Kurs B2 für Anfänger"),
    ]  # fmt: skip
    ended = county.rows("SELECT DISTINCT offer_id, run_id FROM core.offer_version WHERE ended_on = '2026-11-25'")
    assert sorted(ended) == [("1", "12"), ("2", None)]
    asked = county.run("kpi", "--exact", "--period", "2026/27", "--mode", "cumulative").document["rows"]
    figure = next(row for row in asked if (row["kpi"], row["dimension"]) == ("offers_fresh", "all"))
    assert (figure["numerator"], figure["denominator"]) == (3, 3)


def test_a_new_catalogue_after_updates_is_whole_again_and_a_replay_gives_the_same(county: MadeUpCounty) -> None:
    county.source("kurse", QCAT, form="type: openqcat")
    deliver(county, "kurse_1.xml", catalogue(service("1", "1", offer=True), service("2", "2", offer=True)))
    assert county.sync("2026-11-23").code == 0
    gone = "<DELETE><SERVICE mode='delete'><PRODUCT_ID>1</PRODUCT_ID></SERVICE></DELETE>"
    deliver(county, "kurse_2.xml", catalogue(gone, around="UPDATE_CATALOG"))
    assert county.sync("2026-11-24").code == 0
    assert runs(county) == [("2", None)]
    deliver(county, "kurse_3.xml", catalogue(service("1", "1", offer=True), service("5", "5", offer=True)))
    assert county.sync("2026-11-25").code == 0
    assert runs(county) == [("1", None), ("5", None)]
    assert county.run("rerun", "--since", "2026-11-23", "--from-raw", "--reason", "Probe").code == 0
    assert runs(county) == [("1", None), ("5", None)]


def test_hsds_services_become_offers_with_their_schedules_and_without_persons(county: MadeUpCounty) -> None:
    county.source("kurse", HSDS, form="type: hsds")
    document = {"contents": [hsds(assured_date="2027-01-20"), hsds(id="b", schedules=[])]}
    deliver(county, "kurse.json", json.dumps(document).encode())
    done = county.sync("2027-01-25")
    assert (done.code, done.records("kurse", "offers")) == (0, (3, 3, 0))
    assert county.rows("SELECT offer_id, run_id, provider, starts_on::text FROM mart.offer ORDER BY 1, 2") == [
        ("a", "s1", "Träger", "2027-02-01"),
        ("a", "s2", "Träger", "2027-02-01"),
        ("b", "", "Träger", None),
    ]
    for table in ("core.offer_version", "mart.offer", "quarantine.warning"):
        assert PERSON not in str(county.rows(f"SELECT * FROM {table}"))


def test_hsds_in_its_tabular_form_is_a_csv_source(county: MadeUpCounty) -> None:
    records = """
  offers:
    offer_id: id
    provider: organization_id
    title: name
    kind: {column: alternate_name, values: {Integrationskurs: IK_ALLG}}
    module: {const: REGEL}
    verified_on: assured_date
"""
    county.source("kurse", records, form='type: csv, delimiter: ","')
    county.put(
        "kurse_services.csv",
        "id,organization_id,program_id,name,alternate_name,description,url,email,status,assured_date,assurer_email",
        'a,o1,,"Kurs, abends",Integrationskurs,<p>x</p>,,x@example.org,active,2027-01-20,',
    )
    done = county.sync("2027-01-25")
    assert (done.code, done.records("kurse", "offers")) == (0, (1, 1, 0))
    assert county.rows("SELECT provider, title FROM mart.offer") == [("o1", "Kurs, abends")]


def test_json_lists_become_records_row_by_row(county: MadeUpCounty) -> None:
    records = QCAT.replace("offer_id: offer_id\n    run_id: run_id", "offer_id: nummer").replace(
        "provider: provider", "provider: anbieter.name"
    )
    records = records.replace("    ends_on: ends_on\n    seats_max: seats_max\n    verified_on: verified_on\n", "")
    county.source("kurse", records, form="type: json")
    courses = [{"nummer": 7, "anbieter": {"name": "VHS"}, "title": "Kurs", "starts_on": "2027-02-01"}]
    courses += [{"nummer": 8, "anbieter": {}, "title": "Kurs"}]
    deliver(county, "kurse.json", json.dumps({"kurse": courses}, ensure_ascii=False).encode("utf-8-sig"))
    done = county.sync("2027-01-25")
    assert (done.code, done.records("kurse", "offers")) == (8, (2, 1, 1))
    assert county.tickets() == [("kurse.json", "kurse", 2, "offers", "anbieter.name", "missing_value")]
    assert county.rows("SELECT offer_id, provider FROM mart.offer") == [("7", "VHS")]


def test_a_format_that_names_its_fields_needs_only_what_it_does_not_say(county: MadeUpCounty) -> None:
    records = "\n  offers:\n    kind: {const: IK_ALLG}\n    module: {const: REGEL}\n"
    county.source("kurse", records, form="type: openqcat")
    deliver(county, "kurse.xml", catalogue(service("1", "1", offer=True)))
    done = county.sync("2026-11-23")
    assert (done.code, done.records("kurse", "offers")) == (0, (1, 1, 0))
    assert county.rows("SELECT title, provider FROM mart.offer") == [("Kurs B2 für Anfänger", "Träger")]
    assert county.rows("SELECT count(*) FROM quarantine.warning") == [(0,)]
