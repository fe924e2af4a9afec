"""What holds a publish back, what does not, and which exit code stands for several causes (CONTRACT section 5)."""

import os
from pathlib import Path

import pytest

from tests.flows.county import (
    ENROLMENT_RECORDS,
    ENROLMENTS_HEADER,
    OFFER_RECORDS,
    OFFERS_HEADER,
    MadeUpCounty,
    standard,
)

ANNA = "1;Aydin;Anna;01.02.2000;D;09999001;"
BEKIR = "2;Bozkurt;Bekir;03.02.2000;G;09999002;2021-02-10"
CEM = "3;Celik;Cem;01.03.2001;D;09999001;"
FIRST = ("1;2021-02-01;b;Weber", "2;02.02.2021;t;Weber")


@pytest.fixture
def county(tmp_path: Path, warehouse_url: str) -> MadeUpCounty:
    made = standard(tmp_path / "county", warehouse_url)
    made.people(ANNA, BEKIR, CEM)
    made.contacts(*FIRST)
    assert made.sync("2021-03-01").code == 0
    return made


def courses(county: MadeUpCounty) -> MadeUpCounty:
    county.source("kurse", OFFER_RECORDS).source("plaetze", ENROLMENT_RECORDS)
    county.put("kurse.csv", OFFERS_HEADER, "K1;VHS;Deutsch;K;regel;2021-02-20;2021-06-30")
    county.put("plaetze.csv", ENROLMENTS_HEADER, "e1;K1;2;l;2021-02-22")
    return county


def test_a_refused_delivery_comes_before_a_missing_source_and_rows_in_quarantine(county: MadeUpCounty) -> None:
    courses(county)
    county.put("kurse.csv", "nr;traeger;titel;art;modul;beginn;Beginn ", "K1;VHS;D;K;regel;;")
    (county.inbox / "plaetze.csv").unlink()
    county.contacts(*FIRST, "9;2021-02-03;b;Weber")
    done = county.sync("2021-03-02")
    assert (done.code, done.status, done.document["published"]) == (5, "blocked", False)
    assert county.kpi("contacted", "2021-03-02")[0] == "2021-03-01"
    assert done.source("kurse")["state"] == "refused"
    assert done.source("plaetze")["state"] == "unreadable"


def test_an_unreadable_source_comes_before_rows_in_quarantine_and_the_others_publish(county: MadeUpCounty) -> None:
    (county.inbox / "kontakte.csv").unlink()
    county.people(ANNA, BEKIR, CEM.replace("01.03.2001", "41.03.2001"))
    done = county.sync("2021-03-02")
    assert (done.code, done.status, done.document["published"]) == (4, "published_with_rejects", True)
    assert county.kpi("contacted", "2021-03-02") == ("2021-03-02", 2)


@pytest.mark.parametrize("content", [b"PK\x03\x04broken", b"\x00\x01\x02", b""])
def test_a_poisoned_workbook_costs_itself_alone(county: MadeUpCounty, content: bytes) -> None:
    county.source("kurse", OFFER_RECORDS, form="type: excel")
    (county.inbox / "kurse.xlsx").write_bytes(content)
    done = county.sync("2021-03-02")
    assert (done.code, done.status, done.document["published"]) == (4, "published_with_rejects", True)


def test_the_same_trouble_on_the_same_day_is_told_again(county: MadeUpCounty) -> None:
    (county.inbox / "kontakte.csv").unlink()
    for _ in range(2):
        assert county.sync("2021-03-02").code == 4
    county.contacts(*FIRST)
    done = county.sync("2021-03-02")
    assert (done.code, done.status) == (0, "published")
    assert county.sync("2021-03-02").status == "nothing_new"


def test_a_refused_delivery_blocks_each_night_until_it_is_right(county: MadeUpCounty) -> None:
    county.put("kontakte.csv", "id;am", "1;2021-02-01")
    for day in ("2021-03-02", "2021-03-02", "2021-03-03"):
        assert county.sync(day).code == 5
    county.contacts(*FIRST, "3;2021-03-03;b;Weber")
    done = county.sync("2021-03-03")
    assert (done.code, done.status) == (0, "published")
    assert county.kpi("contacted", "2021-03-03") == ("2021-03-03", 3)


def test_what_others_loaded_behind_a_refused_delivery_is_known_from_the_day_that_publishes_it(
    county: MadeUpCounty,
) -> None:
    county.put("kontakte.csv", "id;am", "1;2021-02-01")
    county.people(ANNA, BEKIR, f"{CEM}2021-02-20")
    assert county.sync("2021-03-02").code == 5
    county.contacts(*FIRST)
    assert county.sync("2021-03-04").code == 0
    assert county.kpi("entered", "2021-03-01") == ("2021-03-01", 1)
    assert county.kpi("entered", "2021-03-02") == ("2021-03-01", 1)
    assert county.kpi("entered", "2021-03-04") == ("2021-03-04", 2)
    days = county.rows("SELECT DISTINCT published_as_of::text FROM ops.load ORDER BY 1")
    assert days == [("2021-03-01",), ("2021-03-04",)]


def test_too_many_rejects_hold_the_publish_and_equal_the_limit_do_not(tmp_path: Path, warehouse_url: str) -> None:
    county = MadeUpCounty(tmp_path / "county", warehouse_url)
    from tests.flows.county import PEOPLE_RECORDS

    county.source("leute", PEOPLE_RECORDS, more="expect: {max_rejected: 50%}\n")
    bad = "9;X;Y;kaputt;D;09999001;"
    county.people(ANNA, bad)
    assert county.sync("2021-03-01").code == 8
    county.people(ANNA, bad, bad.replace("9", "8"))
    done = county.sync("2021-03-02")
    assert (done.code, done.status) == (5, "blocked")
    assert [gate["passed"] for gate in done.document["gates"] if gate["gate"] == "max_rejected:leute"] == [False]
    assert done.source("leute")["state"] == "waiting"


def test_a_conflict_keeps_the_earlier_good_version_and_a_later_single_row_heals_it(county: MadeUpCounty) -> None:
    county.people(ANNA, ANNA.replace("Anna", "Anja").replace(";D;", ";G;"), BEKIR, CEM)
    done = county.sync("2021-03-02")
    assert (done.code, done.records("leute", "participants")) == (8, (4, 2, 2))
    assert [ticket[2:6] for ticket in county.tickets()] == [
        (2, "participants", "id", "duplicate_key_conflict"),
        (3, "participants", "id", "duplicate_key_conflict"),
    ]
    assert ("Anna",) in county.visible("vault.identity_version", "first_name")
    county.people(ANNA.replace("Anna", "Anja"), BEKIR, CEM)
    assert county.sync("2021-03-03").code == 0
    assert ("Anja",) in county.visible("vault.identity_version", "first_name")


def test_a_row_of_an_unknown_offer_waits_for_the_offer(county: MadeUpCounty) -> None:
    courses(county)
    county.put("plaetze.csv", ENROLMENTS_HEADER, "e1;K1;2;l;2021-02-22", "e2;K2;2;l;2021-02-23")
    done = county.sync("2021-03-02")
    assert (done.code, done.records("plaetze", "enrolments")) == (8, (2, 1, 1))
    assert [ticket[5] for ticket in county.tickets()] == ["unknown_offer"]
    county.put(
        "kurse.csv",
        OFFERS_HEADER,
        "K1;VHS;Deutsch;K;regel;2021-02-20;2021-06-30",
        "K2;VHS;Deutsch;K;regel;2021-02-20;2021-06-30",
    )
    done = county.sync("2021-03-05")
    assert (done.code, done.records("plaetze", "enrolments")) == (0, (2, 2, 0))


def test_an_incremental_row_of_somebody_unknown_is_tried_again_across_days_and_files(
    tmp_path: Path, warehouse_url: str
) -> None:
    county = standard(tmp_path / "county", warehouse_url, contacts_delivery="incremental")
    county.people(ANNA)
    county.contacts("1;2021-02-01;b;Weber", "3;2021-02-02;b;Weber", name="kontakte_2021-03-01.csv")
    assert county.sync("2021-03-01").code == 8
    county.contacts("1;2021-02-05;b;Weber", name="kontakte_2021-03-02.csv")
    assert county.sync("2021-03-02").code == 0  # the newest delivery has no open rows
    assert len(county.tickets()) == 1
    county.people(ANNA, CEM)
    done = county.sync("2021-03-09")
    assert (done.code, county.tickets()) == (0, [])
    assert county.kpi("contacted", "2021-03-09") == ("2021-03-09", 2)
    assert county.kpi("contacted", "2021-03-02") == ("2021-03-02", 1)


def test_known_once_is_known_for_ever(county: MadeUpCounty) -> None:
    county.people(ANNA, BEKIR)
    county.sync("2021-03-02")
    county.contacts(*FIRST, "3;2021-02-03;b;Weber")
    done = county.sync("2021-03-03")
    assert (done.code, done.records("kontakte", "contacts")) == (0, (3, 3, 0))


def test_counts_hold_on_unchanged_files_too(county: MadeUpCounty) -> None:
    county.people(ANNA, BEKIR, CEM.replace("01.03.2001", "kaputt"))
    first = county.sync("2021-03-02")
    again = county.sync("2021-03-02")
    later = county.sync("2021-03-03")
    for done in (first, again, later):
        assert done.records("leute", "participants") == (3, 2, 1)
        assert done.code == 8
    assert [done.source("leute")["unchanged"] for done in (first, again, later)] == [False, True, True]
    assert (again.status, later.status) == ("nothing_new", "published_with_rejects")


def test_a_lock_names_its_run_and_since_when(county: MadeUpCounty) -> None:
    import sqlalchemy

    from tasks.warehouse.lock import county_lock

    engine = sqlalchemy.create_engine(county.url)
    with county_lock(engine, county.key, "11111111-2222-3333-4444-555555555555"):
        done = county.sync("2021-03-02")
    engine.dispose()
    assert (done.code, done.status) == (6, "failed")
    message = done.document["error"]["message"]
    assert "11111111-2222-3333-4444-555555555555" in message
    assert " UTC" in message


def test_config_comes_before_the_warehouse_only_where_nothing_was_opened(county: MadeUpCounty) -> None:
    (county.folder / "sources" / "leute.yaml").write_text("source: leute\n")
    assert county.sync("2021-03-02").code == 3


def test_a_waived_row_counts_no_more(county: MadeUpCounty) -> None:
    county.people(ANNA, BEKIR, CEM.replace("01.03.2001", "kaputt"))
    assert county.sync("2021-03-02").code == 8
    (ticket,) = county.run("quarantine", "list").document["rows"]
    waived = county.run("quarantine", "waive", str(ticket["quarantine_id"]), "--reason", "bleibt so")
    assert waived.code == 0
    assert county.sync("2021-03-03").code == 0


@pytest.mark.parametrize("name", ["../leute", "nirgends'; DROP TABLE ops.run; --", ""])
def test_a_source_that_is_none_is_a_wrong_question_under_prefect_too(county: MadeUpCounty, name: str) -> None:
    outcome = county.run("sync", "--source", name)
    assert (outcome.code, outcome.document["error"]["code"]) == (2, "E802"), outcome
    assert "PREFECT_HOME" not in os.environ, "Prefect was given a home though no run began"
