"""What no single row shows is said as a remark at its place: the row is loaded and counts as the contract rules."""

from pathlib import Path

import pytest

from tasks.load import delivery
from tests.flows.county import (
    CONTACT_RECORDS,
    ENROLMENT_RECORDS,
    OFFER_RECORDS,
    OFFERS_HEADER,
    PEOPLE_RECORDS,
    MadeUpCounty,
)

OFFERS = OFFER_RECORDS.replace("nr\n", "nr\n    run_id: lauf\n", 1).replace("regel: REGEL", "regel: REGEL, thm: F6")
ENROLMENTS = ENROLMENT_RECORDS.replace("kurs\n", "kurs\n    run_id: lauf\n", 1) + "    ends_on: bis\n"
STATUS = PEOPLE_RECORDS.replace("  episodes:", "    status_from: von\n    status_until: bis\n  episodes:")
STATUS = STATUS.replace("entered_on: eintritt", "entered_on: eintritt\n    left_on: austritt")
PEOPLE = "id;nach;vor;geb;status;ags;von;bis;eintritt;austritt"


@pytest.fixture
def county(tmp_path: Path, warehouse_url: str) -> MadeUpCounty:
    made = MadeUpCounty(tmp_path / "county", warehouse_url)
    made.source("leute", STATUS).source("kurse", OFFERS).source("plaetze", ENROLMENTS)
    made.put("kurse.csv", f"{OFFERS_HEADER};lauf", *["A;T;a;K;neu;01.02.2021;30.06.2021;1", "B;T;b;T;regel;;;",
             "T;T;c;T;thm;01.01.2021;;"])  # fmt: skip
    made.put("plaetze.csv", "lfd;kurs;lauf;id;stand;beginn;bis")
    return made


def people(county: MadeUpCounty, *rows: str) -> None:
    county.put("leute.csv", PEOPLE, *rows)


def told(county: MadeUpCounty) -> list[tuple[object, ...]]:
    """Return file, row, column and rule of the remarks of the newest deliveries."""
    rows = county.run("quarantine", "list", "--warnings").document["rows"]
    ignored = ("missing_consent", "status_unknown")
    return [(r["file"], r["row"], r["column_name"], r["rule"]) for r in rows if r["rule"] not in ignored]


@pytest.mark.parametrize("large", [10_000, 0], ids=["a few persons", "everybody"])
def test_enrolments_that_overlap_name_no_run_or_never_start_load_with_a_remark(
    county: MadeUpCounty, large: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivery, "LARGE", large)
    people(county, "1;N;V;01.02.2000;D;09999001;;;;", "2;M;W;01.03.2000;D;09999001;;;;")
    county.put(
        "plaetze.csv",
        "lfd;kurs;lauf;id;stand;beginn;bis",
        "1;A;1;1;l;01.03.2021;01.04.2021",  # overlaps the next
        "2;B;;1;l;15.03.2021;",
        "3;A;9;2;f;01.02.2021;01.03.2021",  # nobody knows run 9; ends when the next begins
        "4;A;1;2;l;01.03.2021;",
        "5;B;;2;l;;",  # neither it nor its run has a start
        "6;T;;2;l;;",  # case work runs beside any course
    )
    done = county.sync("2021-03-20")
    assert (done.code, done.records("plaetze", "enrolments")) == (0, (6, 6, 0))
    assert told(county) == [
        ("plaetze.csv", 2, "beginn", "enrolments_overlap"),
        ("plaetze.csv", 3, "beginn", "enrolments_overlap"),
        ("plaetze.csv", 4, "lauf", "unknown_run"),
        ("plaetze.csv", 6, "beginn", "enrolment_without_start"),
    ]


def test_stays_of_one_person_that_overlap_are_told_and_a_return_after_an_exit_is_not(county: MadeUpCounty) -> None:
    episodes = "\n  episodes:\n    person_id: id\n    entered_on: rein\n    left_on: raus\n"
    county.source("stellen", episodes, more="ids: {person: leute}\n")
    people(county, "1;N;V;01.02.2000;D;09999001;;;;", "2;M;W;01.03.2000;D;09999001;;;;")
    county.put(
        "stellen.csv",
        "id;rein;raus",
        "1;01.02.2021;",
        "1;01.03.2021;",
        "2;01.02.2021;15.02.2021",
        "2;15.02.2021;",
    )
    assert county.sync("2021-03-20").code == 0
    assert told(county) == [
        ("stellen.csv", 2, "rein", "episodes_overlap"),
        ("stellen.csv", 3, "rein", "episodes_overlap"),
    ]


def test_gaps_overlaps_and_the_end_of_a_residence_status_are_told(county: MadeUpCounty) -> None:
    first = "{0};N{0};V;01.02.2000;D;09999001;01.01.2020;{1};;"
    people(county, first.format(1, "31.01.2021"), first.format(2, "31.05.2021"), first.format(3, "31.01.2021"),
           first.format(4, "28.02.2021"))  # fmt: skip
    assert county.sync("2021-02-15").code == 0
    assert told(county) == [("leute.csv", 2, "bis", "status_expired"), ("leute.csv", 4, "bis", "status_expired")]
    later = "{0};N{0};V;01.02.2000;G;09999001;{1};;;"
    people(county, later.format(1, "01.03.2021"), later.format(2, "01.03.2021"), later.format(3, "01.02.2021"),
           first.format(4, "28.02.2021"))  # fmt: skip
    for day in ("2021-03-20", "2021-03-21"):
        assert county.sync(day).code == 0
        assert told(county) == [
            ("leute.csv", 2, "von", "status_gap"),
            ("leute.csv", 3, "von", "status_overlap"),
            ("leute.csv", 5, "bis", "status_expired"),
        ]


def test_two_sources_that_name_two_statuses_of_one_person_are_told_apart(county: MadeUpCounty) -> None:
    county.source("zweite", STATUS)
    county.source("plaetze", ENROLMENTS, more="ids: {person: leute}\n")
    county.put("zweite.csv", PEOPLE, "77;N;V;01.02.2000;G;09999001;;;;", "78;X;Y;01.02.2001;G;09999001;;;;")
    people(county, "1;N;V;01.02.2000;D;09999001;;;;", "2;M;W;01.03.2000;D;09999001;;;;")
    assert county.sync("2021-03-20").code == 0
    assert ("zweite.csv", 2, "status", "status_contradicted") in told(county)
    assert not any(row[1] == 3 for row in told(county))


def test_a_check_shows_the_same_remarks_before_anything_is_loaded(county: MadeUpCounty) -> None:
    people(county, "1;N;V;01.02.2000;D;09999001;;;;")
    assert county.sync("2021-03-20").code == 0
    county.put("plaetze.csv", "lfd;kurs;lauf;id;stand;beginn;bis", "1;A;9;1;l;01.03.2021;")
    answer = county.run("source", "check", "plaetze")
    assert answer.code == 0
    (found,) = answer.document["findings"]
    assert (found["rule"], found["severity"], found["row"], found["column"]) == ("unknown_run", "warning", 2, "lauf")
    assert "Bitte" in found["message"]
    assert county.rows("SELECT count(*) FROM quarantine.warning WHERE rule = 'unknown_run'") == [(0,)]


def test_contacts_know_no_such_remarks(county: MadeUpCounty) -> None:
    county.source("kontakte", CONTACT_RECORDS, more="ids: {person: leute}\n")
    people(county, "1;N;V;01.02.2000;D;09999001;;;;")
    county.put("kontakte.csv", "id;am;art;wer", "1;01.02.2021;b;x", "1;01.02.2021;b;y")
    assert county.sync("2021-03-20").code == 0
    assert told(county) == []
