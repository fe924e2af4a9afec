"""On demand: release what waits, or replay days from the archive (CONTRACT sections 3 and 5, Time)."""

from pathlib import Path

import pytest

from tests.flows.county import (
    CONTACT_RECORDS,
    ENROLMENT_RECORDS,
    ENROLMENTS_HEADER,
    OFFER_RECORDS,
    OFFERS_HEADER,
    PEOPLE_RECORDS,
    MadeUpCounty,
    standard,
)

ANNA = "1;Aydin;Anna;01.02.2000;D;09999001;"
BEKIR = "2;Bozkurt;Bekir;03.02.2000;G;09999002;2021-02-10"
CEM = "3;Celik;Cem;01.03.2001;D;09999001;"
COURSE = "K1;VHS;Deutsch;K;regel;2021-02-20;2021-06-30"
EXACT = (
    "SELECT kpi, period, mode, as_of, known_on, dimension, member, numerator, denominator, value FROM internal.kpi "
    "ORDER BY 1, 2, 3, 4, 5, 6, 7"
)


@pytest.fixture
def county(tmp_path: Path, warehouse_url: str) -> MadeUpCounty:
    made = MadeUpCounty(tmp_path / "county", warehouse_url)
    made.source("leute", PEOPLE_RECORDS, more="expect: {max_change: 60%}\n").source("kontakte", CONTACT_RECORDS)
    made.people(ANNA, BEKIR)
    made.contacts("1;2021-02-01;b;Weber")
    return made


def test_accepting_publishes_the_blocked_day_with_what_others_loaded_meanwhile(county: MadeUpCounty) -> None:
    county.sync("2021-03-01")
    county.people(CEM)
    assert county.sync("2021-03-02").code == 5
    county.contacts("1;2021-02-01;b;Weber", "3;2021-02-03;b;Weber")
    assert county.sync("2021-03-03", "--source", "kontakte").code == 5
    done = county.run("rerun", "--source", "leute", "--accept", "--reason", "Umzug der Stelle")
    assert (done.code, done.status, done.document["as_of"]) == (8, "published_with_rejects", "2021-03-03")
    done = county.sync("2021-03-03")
    assert (done.code, county.kpi("contacted", "2021-03-03")) == (0, ("2021-03-03", 3))
    assert county.rows("SELECT action, object, reason FROM ops.audit WHERE action = 'accept'") == [
        ("accept", "leute", "Umzug der Stelle")
    ]


def test_accepting_where_nothing_waits_is_a_usage_error_and_publishes_nothing(county: MadeUpCounty) -> None:
    county.sync("2021-03-01")
    before = county.rows(EXACT)
    done = county.run("rerun", "--source", "leute", "--accept", "--reason", "Versehen")
    assert done.code == 2
    county.people(CEM)
    county.sync("2021-03-02")
    county.people(ANNA, BEKIR)
    assert county.sync("2021-03-05").code == 0
    done = county.run("rerun", "--source", "leute", "--accept", "--reason", "zu spät")
    assert done.code == 2
    assert [row for row in county.rows(EXACT) if str(row[3]) == "2021-03-01"] == before
    assert county.rows("SELECT DISTINCT as_of::text FROM internal.kpi ORDER BY 1") == [("2021-03-01",), ("2021-03-05",)]


@pytest.mark.parametrize(
    "words",
    [
        ("--since", "2021-03-01"),
        ("--reason", "x"),
        ("--accept", "--reason", "x"),
        ("--since", "2031-01-01", "--reason", "x"),
        ("--since", "2021-03-01", "--source", "nirgends", "--reason", "x"),
        ("--since", "2021-03-01", "--from-raw", "--reason", "  "),
    ],
)
def test_what_a_rerun_needs_is_asked_for(county: MadeUpCounty, words: tuple[str, ...]) -> None:
    county.sync("2021-03-01")
    assert county.run("rerun", *words).code == 2


def test_a_replay_gives_the_same_figures_also_where_rows_waited_for_an_offer(county: MadeUpCounty) -> None:
    county.source("kurse", OFFER_RECORDS).source("plaetze", ENROLMENT_RECORDS)
    county.put("kurse.csv", OFFERS_HEADER, COURSE.replace("K1", "K9"))
    county.put("plaetze.csv", ENROLMENTS_HEADER, "e1;K1;2;l;2021-02-22")
    assert county.sync("2021-03-01").code == 8
    county.put("kurse.csv", OFFERS_HEADER, COURSE, COURSE.replace("K1", "K9"))
    assert county.sync("2021-03-02").code == 0
    county.people(ANNA, BEKIR, CEM)
    assert county.sync("2021-03-03").code == 0
    assert county.kpi("placed_regular", "2021-03-02")[1] == 1
    before = county.rows(EXACT)
    first_day = (
        "SELECT as_of, kpi, numerator FROM internal.kpi WHERE as_of < '2021-03-02' "
        "ORDER BY kpi, period, mode, dimension, member"
    )
    loads = county.rows(first_day)
    for path in county.inbox.iterdir():
        path.unlink()
    for since in ("2021-03-02", "2021-03-01"):
        done = county.run("rerun", "--since", since, "--from-raw", "--reason", "Probe")
        assert (done.code, done.document["as_of"]) == (0, "2021-03-03")
        assert county.rows(EXACT) == before
    assert county.rows(first_day) == loads


def test_a_replay_of_one_source_reads_it_by_todays_mapping_and_leaves_earlier_days(county: MadeUpCounty) -> None:
    county.sync("2021-03-01")
    county.people(ANNA, BEKIR, CEM)
    county.contacts("1;2021-02-01;b;Weber", "3;2021-02-03;b;Weber")
    county.sync("2021-03-02")
    path = county.folder / "sources" / "kontakte.yaml"
    path.write_text(path.read_text().replace("const: ja", "const: nein"))
    stamp = "SELECT DISTINCT as_of::text, release_id FROM internal.kpi WHERE as_of = '2021-03-01'"
    before = county.rows(stamp)
    done = county.run("rerun", "--since", "2021-03-02", "--source", "kontakte", "--from-raw", "--reason", "Zuordnung")
    assert done.code == 0
    assert county.kpi("contacted", "2021-03-01") == ("2021-03-01", 2)
    assert county.kpi("contacted", "2021-03-02") == ("2021-03-02", 1)  # Bekir, by his entry
    assert county.rows(stamp) == before


def test_the_day_after_a_replay_goes_on_as_usual(county: MadeUpCounty) -> None:
    county.sync("2021-03-01")
    county.sync("2021-03-02")
    county.run("rerun", "--since", "2021-03-01", "--from-raw", "--reason", "Probe")
    done = county.sync("2021-03-02")
    assert done.code == 0
    assert done.source("leute")["unchanged"] is True
    county.people(ANNA, BEKIR, CEM)
    assert county.sync("2021-03-03").records("leute", "participants") == (3, 3, 0)


def test_a_rerun_without_the_archive_asks_the_suppliers_once_more(county: MadeUpCounty) -> None:
    county.sync("2021-03-01")
    county.contacts("1;2021-02-01;b;Weber", "1;2021-02-05;b;Weber")
    done = county.run("rerun", "--since", "2021-03-01", "--reason", "Nachlieferung")
    assert (done.code, done.document["as_of"]) == (0, "2021-03-01")
    assert len(county.visible("core.contact_version", "contact_on")) == 2


def test_a_delivery_that_no_run_has_published_is_unknown_to_every_earlier_day(
    tmp_path: Path, warehouse_url: str
) -> None:
    county = standard(tmp_path / "county", warehouse_url)
    county.people(ANNA, BEKIR)
    county.contacts("1;2021-02-01;b;u", "2;2021-02-02;b;u")
    assert county.sync("2021-03-01").code == 0
    before = county.rows(
        "SELECT * FROM internal.kpi WHERE as_of = '2021-03-01' ORDER BY period, mode, kpi, dimension, member"
    )
    county.people(ANNA, BEKIR, "3;Celik;Cem;01.03.2001;D;09999001;2021-02-11", "4;Demir;Derya;41.03.2001;D;09999001;")
    county.put("kontakte.csv", "id;am;art;wer;wer", "1;2021-02-01;b;u;u")
    assert county.sync("2021-03-02").code == 5
    explained = county.run("explain", "rows_rejected", "--known-on", "2021-03-02").document
    assert (explained["known_on"], explained["figure"]) == ("2021-03-01", 0)
    county.run("rerun", "--since", "2021-03-01", "--from-raw", "--reason", "Probe")
    after = county.rows(
        "SELECT * FROM internal.kpi WHERE as_of = '2021-03-01' ORDER BY period, mode, kpi, dimension, member"
    )
    assert after == before
    county.contacts("1;2021-02-01;b;u", "2;2021-02-02;b;u")
    assert county.sync("2021-03-03").code == 8
    assert county.kpi("entered", "2021-03-03")[1] == 2
    assert county.kpi("rows_rejected", "2021-03-03")[1] == 1
    for day, figure in (("2021-03-02", 0), ("2021-03-03", 1)):
        explained = county.run("explain", "rows_rejected", "--known-on", day).document
        assert explained["figure"] == figure, day


def test_a_replay_loses_no_increment_that_waits_to_be_published(tmp_path: Path, warehouse_url: str) -> None:
    county = MadeUpCounty(tmp_path / "county", warehouse_url)
    county.source("leute", PEOPLE_RECORDS, delivery="incremental").source("kontakte", CONTACT_RECORDS)
    county.people(ANNA, BEKIR, name="leute_1.csv")
    county.contacts("1;2021-02-01;b;u", "2;2021-02-02;b;u")
    assert county.sync("2021-03-01").code == 0
    county.people("3;Celik;Cem;01.03.2001;D;09999001;2021-02-11", name="leute_2.csv")
    (county.inbox / "leute_1.csv").unlink()
    county.put("kontakte.csv", "id;am;art;wer;wer", "1;2021-02-01;b;u;u")
    assert county.sync("2021-03-02").code == 5
    (county.inbox / "leute_2.csv").unlink()
    county.run("rerun", "--since", "2021-03-01", "--from-raw", "--reason", "Probe")
    assert county.kpi("entered", "2021-03-02") == ("2021-03-01", 1)
    county.contacts("1;2021-02-01;b;u", "2;2021-02-02;b;u")
    assert county.sync("2021-03-03").document["published"]
    assert county.kpi("entered", "2021-03-03") == ("2021-03-03", 2)
    assert county.sync("2021-03-04").document["published"]
    assert county.kpi("entered", "2021-03-04") == ("2021-03-04", 2)


def test_a_replay_takes_back_corrections_ends_and_returns(tmp_path: Path, warehouse_url: str) -> None:
    county = standard(tmp_path / "county", warehouse_url)
    county.source("leute", PEOPLE_RECORDS, more="expect: {max_change: 100%}\n")
    rest = [f"{n};Name{n};Vor{n};01.02.200{n};D;09999002;2021-02-0{n}" for n in range(4, 8)]
    county.people(ANNA, BEKIR, *rest)
    county.contacts("1;2021-02-01;b;u", "2;2021-02-02;b;u")
    county.sync("2021-03-02")
    county.people(ANNA.replace("09999001", "09999003"), CEM, *rest)
    county.sync("2021-03-03")
    county.people(ANNA.replace("01.02.2000", "01.02.2001"), BEKIR, CEM, *rest)
    county.sync("2021-03-04")
    before = county.rows(EXACT)
    assert len({row[3] for row in before}) == 3
    for since in ("2021-03-04", "2021-03-02"):
        done = county.run("rerun", "--since", since, "--from-raw", "--reason", "Probe")
        assert done.code == 0, done.stderr
        assert county.rows(EXACT) == before, since
