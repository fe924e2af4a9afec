"""Nights of a minimal county, one after the other, through the real command line (CONTRACT section 5)."""

from pathlib import Path

import pytest

from tests.flows.county import CONTACT_RECORDS, MadeUpCounty, standard

ANNA = "1;Aydin;Anna;01.02.2000;D;09999001;"
BEKIR = "2;Bozkurt;Bekir;03.02.2000;G;09999002;2021-02-10"
CEM = "3;Celik;Cem;01.03.2001;D;09999001;"


@pytest.fixture
def county(tmp_path: Path, warehouse_url: str) -> MadeUpCounty:
    made = standard(tmp_path / "county", warehouse_url)
    made.source("kontakte", CONTACT_RECORDS, more="expect: {max_change: 60%}\n")
    made.people(ANNA, BEKIR)
    made.contacts("1;2021-02-01;b;", "2;2021-02-02;b;", "3;2021-02-03;b;")
    return made


def test_a_row_that_names_somebody_unknown_waits_and_is_loaded_once_the_person_is_known(county: MadeUpCounty) -> None:
    first = county.sync("2021-03-01")
    assert (first.code, first.status, first.document["published"]) == (8, "published_with_rejects", True)
    assert first.records("kontakte", "contacts") == (3, 2, 1)
    assert county.rows("SELECT file, sheet, row, kind, column_name, rule, state FROM quarantine.row") == [
        ("kontakte.csv", None, 4, "contacts", "id", "unknown_person", "open")
    ]
    again = county.sync("2021-03-01")
    assert (again.code, again.status) == (8, "nothing_new")
    assert again.records("kontakte", "contacts") == (3, 2, 1)
    county.people(ANNA, BEKIR, CEM)
    second = county.sync("2021-03-02")
    assert (second.code, second.status) == (0, "published")
    assert second.records("kontakte", "contacts") == (3, 3, 0)
    assert [str(day) for (day,) in county.rows("SELECT resolved_on FROM quarantine.row WHERE state = 'fixed'")] == [
        "2021-03-02"
    ]
    assert county.kpi("contacted", "2021-03-01") == ("2021-03-01", 2)
    assert county.kpi("contacted", "2021-03-02") == ("2021-03-02", 3)


def test_a_day_before_the_last_published_one_is_refused(county: MadeUpCounty) -> None:
    county.sync("2021-03-02")
    done = county.sync("2021-03-01")
    assert (done.code, done.document["error"]["code"]) == (2, "E801")


def test_a_new_day_with_the_same_files_publishes_and_an_unpublished_day_answers_with_the_one_before(
    county: MadeUpCounty,
) -> None:
    county.sync("2021-03-01")
    done = county.sync("2021-03-05")
    assert done.document["published"] is True
    assert all(source["unchanged"] for source in done.document["sources"])
    assert county.kpi("contacted", "2021-03-04")[0] == "2021-03-01"


def test_a_closed_gate_holds_the_delivery_until_somebody_accepts_it_with_a_reason(county: MadeUpCounty) -> None:
    county.people(ANNA, BEKIR, CEM)
    county.sync("2021-03-01")
    county.contacts("1;2021-02-01;b;")
    held = county.sync("2021-03-02")
    assert (held.code, held.status, held.document["published"]) == (5, "blocked", False)
    gate = next(gate for gate in held.document["gates"] if gate["gate"] == "max_change:kontakte")
    assert (gate["passed"], gate["detail"]["ended"], gate["detail"]["before"]) == (False, 2, 3)
    assert county.kpi("contacted", "2021-03-02") == ("2021-03-01", 3)
    still = county.sync("2021-03-03")
    assert (still.code, still.status) == (5, "blocked")
    accepted = county.run("rerun", "--source", "kontakte", "--accept", "--reason", "geprüft")
    assert (accepted.code, accepted.status, accepted.document["as_of"]) == (0, "published", "2021-03-03")
    assert county.kpi("contacted", "2021-03-03") == ("2021-03-03", 2)
    assert county.kpi("contacted", "2021-03-01") == ("2021-03-01", 3), "what was known then stays"
    assert county.rows("SELECT action, reason FROM ops.audit WHERE action = 'accept'") == [("accept", "geprüft")]


def test_other_sources_of_a_blocked_night_stay_loaded_and_publish_later(county: MadeUpCounty) -> None:
    county.people(ANNA, BEKIR, CEM)
    county.sync("2021-03-01")
    county.contacts("1;2021-02-01;b;")
    county.people(ANNA, BEKIR, CEM, "4;Demir;Deniz;05.05.2000;D;09999001;2021-02-20")
    assert county.sync("2021-03-02").code == 5
    county.contacts("1;2021-02-01;b;", "2;2021-02-02;b;", "3;2021-02-03;b;")
    done = county.sync("2021-03-03")
    assert (done.code, done.status) == (0, "published")
    assert county.kpi("contacted", "2021-03-03") == ("2021-03-03", 4), "an entry implies the contact"


def test_a_missing_file_leaves_the_others_publishing(county: MadeUpCounty) -> None:
    county.people(ANNA, BEKIR, CEM)
    county.sync("2021-03-01")
    (county.folder / "inbox" / "kontakte.csv").unlink()
    done = county.sync("2021-03-02")
    assert (done.code, done.status, done.document["published"]) == (4, "published_with_rejects", True)


def test_a_missing_required_column_refuses_the_delivery_and_keeps_the_last_release(county: MadeUpCounty) -> None:
    county.people(ANNA, BEKIR, CEM)
    county.sync("2021-03-01")
    county.put("kontakte.csv", "id;am", "1;2021-02-01")
    done = county.sync("2021-03-02")
    assert (done.code, done.status, done.document["published"]) == (5, "blocked", False)
    assert any("kontakte.csv" in message and "art" in message for message in done.document["messages"])
    assert county.kpi("contacted", "2021-03-02")[0] == "2021-03-01"


def test_a_header_that_stands_twice_refuses_the_delivery(county: MadeUpCounty) -> None:
    county.put("kontakte.csv", "id;am;art;Art", "1;2021-02-01;b;b")
    assert county.sync("2021-03-01").code == 5


def test_a_broken_row_keeps_the_earlier_good_version(county: MadeUpCounty) -> None:
    county.people(ANNA, BEKIR, CEM)
    county.sync("2021-03-01")
    county.people(ANNA.replace("01.02.2000", "31.02.2000"), BEKIR, CEM)
    done = county.sync("2021-03-02")
    assert (done.code, done.records("leute", "participants")) == (8, (3, 2, 1))
    assert county.kpi("contacted", "2021-03-02") == ("2021-03-02", 3)


def test_the_same_key_with_other_content_is_rejected_whole(county: MadeUpCounty) -> None:
    county.people(ANNA, ANNA.replace("Anna", "Anja"), BEKIR, CEM)
    done = county.sync("2021-03-01")
    assert done.code == 8
    assert done.records("leute", "participants") == (4, 2, 2)
    assert {row[0] for row in county.rows("SELECT rule FROM quarantine.row WHERE source = 'leute'")} == {
        "duplicate_key_conflict"
    }


def test_equal_rows_are_one_record(county: MadeUpCounty) -> None:
    county.people(ANNA, ANNA, BEKIR, CEM)
    done = county.sync("2021-03-01")
    assert (done.code, done.records("leute", "participants")) == (0, (3, 3, 0))


def test_a_birth_date_after_a_contact_rejects_the_participants_row(county: MadeUpCounty) -> None:
    county.people(ANNA.replace("01.02.2000", "01.02.2021"), BEKIR, CEM)
    done = county.sync("2021-03-01")
    assert (done.code, done.records("leute", "participants")) == (8, (3, 2, 1))
    assert county.rows("SELECT kind, rule, row FROM quarantine.row") == [("participants", "birth_after_event", 2)]
    county.people(ANNA, BEKIR, CEM)
    assert county.sync("2021-03-02").code == 0
    assert county.kpi("contacted", "2021-03-02") == ("2021-03-02", 3)


def test_a_replay_from_the_archive_gives_the_same_figures(county: MadeUpCounty) -> None:
    county.sync("2021-03-01")
    county.people(ANNA, BEKIR, CEM)
    county.sync("2021-03-02")
    county.people(ANNA, BEKIR)
    county.sync("2021-03-09")
    whole = (
        "SELECT kpi, period, mode, as_of, dimension, member, numerator, denominator, value FROM internal.kpi "
        "ORDER BY 1, 2, 3, 4, 5, 6"
    )
    before = county.rows(whole)
    for path in (county.folder / "inbox").iterdir():
        path.unlink()
    done = county.run("rerun", "--since", "2021-03-01", "--from-raw", "--reason", "Probe")
    assert (done.code, done.document["as_of"]) == (0, "2021-03-09")
    assert county.rows(whole) == before


def test_unknown_sources_and_days_are_usage_errors(county: MadeUpCounty) -> None:
    assert county.run("sync", "--direct", "--source", "nirgends").code == 2
    assert county.sync("gestern").code == 2


def test_a_misspelt_key_names_its_place_and_a_suggestion(county: MadeUpCounty) -> None:
    path = county.folder / "sources" / "leute.yaml"
    path.write_text(path.read_text().replace("delivery: full", "delivry: full"))
    done = county.sync("2021-03-01")
    assert done.code == 3
    assert "leute.yaml:5:1" in done.document["error"]["message"]
    assert "delivery" in done.document["error"]["message"]


def test_a_dry_run_loads_and_archives_nothing(county: MadeUpCounty) -> None:
    done = county.sync("2021-03-01", "--dry-run")
    assert (done.code, done.document["published"]) == (0, False)
    assert done.records("leute", "participants") == (2, 2, 0)
    assert county.rows("SELECT count(*) FROM raw.file") == [(0,)]
    assert not (county.folder / "state" / "raw").exists()


def test_two_counties_in_one_warehouse_do_not_see_each_other(county: MadeUpCounty, tmp_path: Path) -> None:
    other = standard(tmp_path / "other", county.url, key="08888")
    other.people(ANNA.replace("09999", "08888"))
    other.contacts("1;2021-02-01;b;")
    county.people(ANNA, BEKIR, CEM)
    assert county.sync("2021-03-01").code == 0
    assert other.sync("2021-03-01").code == 0
    assert county.kpi("contacted", "2021-03-01") == ("2021-03-01", 3)
    assert other.kpi("contacted", "2021-03-01") == ("2021-03-01", 1)


def test_an_incremental_file_adds_and_changes_and_ends_nothing(tmp_path: Path, warehouse_url: str) -> None:
    county = standard(tmp_path / "county", warehouse_url, contacts_delivery="incremental")
    county.people(ANNA, BEKIR, CEM)
    county.contacts("1;2021-02-01;b;", name="kontakte_2021-03-01.csv")
    county.sync("2021-03-01")
    county.contacts("2;2021-02-02;b;", name="kontakte_2021-03-02.csv")
    county.sync("2021-03-02")
    assert county.kpi("contacted", "2021-03-02") == ("2021-03-02", 2)


def test_an_empty_warehouse_that_does_not_answer_is_exit_7(tmp_path: Path) -> None:
    county = standard(tmp_path / "county", "postgresql://nobody:secret@127.0.0.1:1/none")
    done = county.sync("2021-03-01")
    assert done.code == 7
    assert "secret" not in str(done)
