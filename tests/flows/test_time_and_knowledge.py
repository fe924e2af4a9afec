"""Two clocks (CONTRACT section 5, Time): what ends, what is retracted, what a change corrects, and what a day knew."""

from pathlib import Path

import pytest

from tests.flows.county import CONTACT_RECORDS, PEOPLE_RECORDS, MadeUpCounty, standard

ANNA = "1;Aydin;Anna;01.02.2000;D;09999001;"
BEKIR = "2;Bozkurt;Bekir;03.02.2000;G;09999002;2021-02-10"
FIRST = ("1;2021-02-01;b;Weber", "2;02.02.2021;t;Weber")
STATUS_HEADER = "id;nach;vor;geb;status;ags;seit;bis;agsab"
STATUS_RECORDS = """
  participants:
    person_id: id
    last_name: nach
    first_name: vor
    birth_date: geb
    residence_status: {column: status, values: {D: DULD_60A_2_1, G: GEST_55, E: AE_25_5}}
    ags: ags
    status_from: seit
    status_until: bis
    ags_from: agsab
"""


@pytest.fixture
def county(tmp_path: Path, warehouse_url: str) -> MadeUpCounty:
    made = standard(tmp_path / "county", warehouse_url)
    made.people(ANNA, BEKIR)
    made.contacts(*FIRST)
    return made


@pytest.fixture
def statuses(tmp_path: Path, warehouse_url: str) -> MadeUpCounty:
    made = MadeUpCounty(tmp_path / "county", warehouse_url)
    made.source("leute", STATUS_RECORDS).source("kontakte", CONTACT_RECORDS)
    made.contacts("1;2021-02-01;b;Weber")
    return made


def status(county: MadeUpCounty, row: str) -> None:
    county.put("leute.csv", STATUS_HEADER, row)


def member(county: MadeUpCounty, day: str, dimension: str, name: str, kpi: str = "contacted") -> int:
    found = county.rows(
        "SELECT numerator FROM internal.kpi WHERE kpi = %s AND as_of = %s AND period = '2020/21' AND mode = "
        "'cumulative' AND dimension = %s AND member = %s",
        kpi,
        day,
        dimension,
        name,
    )
    return int(found[0][0])


def test_a_vanished_event_is_retracted_and_a_vanished_stay_only_ends(county: MadeUpCounty) -> None:
    county.sync("2021-03-01")
    county.contacts("2;02.02.2021;t;Weber")
    county.people(ANNA)
    county.sync("2021-03-05")
    assert county.kpi("contacted", "2021-03-01") == ("2021-03-01", 2)
    assert county.kpi("contacted", "2021-03-05") == ("2021-03-05", 1)
    assert county.kpi("entered", "2021-03-05") == ("2021-03-05", 1)  # the ended person and stay still count
    assert county.rows("SELECT ended_on::text FROM core.episode_version WHERE closed_load IS NULL") == [("2021-03-05",)]


def test_what_vanished_and_returned_is_there_again(county: MadeUpCounty) -> None:
    county.sync("2021-03-01")
    county.contacts("2;02.02.2021;t;Weber")
    county.people(ANNA)
    county.sync("2021-03-02")
    county.contacts(*FIRST)
    county.people(ANNA, BEKIR)
    done = county.sync("2021-03-03")
    assert (done.code, done.records("leute", "participants")) == (0, (2, 2, 0))
    assert [county.kpi("contacted", f"2021-03-0{day}")[1] for day in (1, 2, 3)] == [2, 1, 2]
    assert county.rows("SELECT count(*) FROM core.episode_version WHERE closed_load IS NULL AND ended_on IS NULL") == [
        (1,)
    ]


def test_last_weeks_file_sent_again_is_a_delivery_of_its_own(county: MadeUpCounty) -> None:
    county.sync("2021-03-01")
    county.people(ANNA)
    county.sync("2021-03-02")
    county.people(ANNA, BEKIR)
    done = county.sync("2021-03-03")
    assert done.source("leute")["unchanged"] is False
    assert len(county.visible("core.participant_version", "ref_id")) == 2


def test_an_increment_takes_nothing_away_and_an_older_file_does_not_come_over_a_newer(
    tmp_path: Path, warehouse_url: str
) -> None:
    county = MadeUpCounty(tmp_path / "county", warehouse_url)
    county.source("leute", PEOPLE_RECORDS, delivery="incremental", pull="newest_only: false")
    county.people(ANNA, name="leute_2021-03-01.csv")
    county.people(ANNA.replace("09999001", "09999003"), BEKIR, name="leute_2021-03-02.csv")
    done = county.sync("2021-03-03")
    assert done.records("leute", "participants") == (3, 3, 0)
    assert county.visible("core.participant_version", "ags") == [("09999002",), ("09999003",)]
    again = county.sync("2021-03-04")
    assert again.source("leute")["unchanged"] is True
    assert county.visible("core.participant_version", "ags") == [("09999002",), ("09999003",)]


def test_the_first_delivered_ags_holds_for_all_earlier_days_and_another_is_a_move_that_day(
    county: MadeUpCounty,
) -> None:
    county.sync("2021-03-01")
    county.people(ANNA.replace("09999001", "09999003"), BEKIR)
    county.contacts(*FIRST)
    county.sync("2021-03-05")
    assert member(county, "2021-03-05", "commune", "09999001") == 1  # the commune of the anchor day
    assert member(county, "2021-03-05", "commune", "09999003") == 0


def test_ags_from_dates_the_move_back(statuses: MadeUpCounty) -> None:
    status(statuses, "1;Aydin;Anna;01.02.2000;D;09999001;;;")
    statuses.sync("2021-03-01")
    status(statuses, "1;Aydin;Anna;01.02.2000;D;09999003;;;15.01.2021")
    statuses.sync("2021-03-05")
    assert member(statuses, "2021-03-01", "commune", "09999001") == 1
    assert member(statuses, "2021-03-05", "commune", "09999003") == 1


def test_a_move_out_after_the_contact_keeps_the_person(county: MadeUpCounty) -> None:
    county.sync("2021-03-01")
    county.people(ANNA.replace("09999001", "05774001"), BEKIR)
    assert county.sync("2021-03-05").code == 0
    assert county.kpi("contacted", "2021-03-05")[1] == 2


def test_the_same_status_day_with_another_code_corrects_and_a_later_day_is_a_new_period(
    statuses: MadeUpCounty,
) -> None:
    status(statuses, "1;Aydin;Anna;01.02.2000;E;09999001;01.01.2021;;")
    statuses.sync("2021-03-01")
    assert statuses.kpi("contacted", "2021-03-01")[1] == 0
    status(statuses, "1;Aydin;Anna;01.02.2000;D;09999001;01.01.2021;;")
    statuses.sync("2021-03-02")
    assert statuses.kpi("contacted", "2021-03-02")[1] == 1
    status(statuses, "1;Aydin;Anna;01.02.2000;E;09999001;01.03.2021;;")
    statuses.sync("2021-03-03")
    assert statuses.kpi("contacted", "2021-03-03")[1] == 1
    status(statuses, "1;Aydin;Anna;01.02.2000;E;09999001;01.02.2021;;")
    statuses.sync("2021-03-04")
    assert statuses.kpi("contacted", "2021-03-04")[1] == 0


def test_an_undated_status_holds_for_all_earlier_days_and_changes_on_its_as_of_day(statuses: MadeUpCounty) -> None:
    status(statuses, "1;Aydin;Anna;01.02.2000;D;09999001;;;")
    statuses.sync("2021-03-01")
    status(statuses, "1;Aydin;Anna;01.02.2000;E;09999001;;;")
    statuses.sync("2021-03-02")
    assert [statuses.kpi("contacted", f"2021-03-0{day}")[1] for day in (1, 2)] == [1, 1]


@pytest.mark.parametrize(
    ("until", "since", "counted"), [("15.01.2021", "15.04.2021", 1), ("15.01.2021", "17.04.2021", 0)]
)
def test_a_gap_of_up_to_90_days_is_bridged(statuses: MadeUpCounty, until: str, since: str, counted: int) -> None:
    status(statuses, f"1;Aydin;Anna;01.02.2000;D;09999001;01.12.2020;{until};")
    statuses.sync("2021-05-01")
    assert statuses.kpi("contacted", "2021-05-01")[1] == 0
    status(statuses, f"1;Aydin;Anna;01.02.2000;D;09999001;{since};;")
    statuses.sync("2021-05-02")
    assert statuses.kpi("contacted", "2021-05-02")[1] == counted


def test_before_status_from_the_status_is_unknown(statuses: MadeUpCounty) -> None:
    status(statuses, "1;Aydin;Anna;01.02.2000;D;09999001;02.02.2021;;")
    statuses.sync("2021-03-01")
    assert statuses.kpi("contacted", "2021-03-01")[1] == 0


def test_a_corrected_birth_date_corrects_all_days_of_later_knowledge(county: MadeUpCounty) -> None:
    county.people(ANNA.replace("2000", "2010"), BEKIR)
    county.sync("2021-03-01")
    assert county.kpi("contacted", "2021-03-01")[1] == 1
    county.people(ANNA, BEKIR)
    county.sync("2021-03-02")
    assert county.kpi("contacted", "2021-03-02")[1] == 2
    assert county.kpi("contacted", "2021-03-01")[1] == 1


def test_a_repeat_with_another_source_on_the_same_day_replaces_the_days_rows(county: MadeUpCounty) -> None:
    county.sync("2021-03-01", "--source", "leute")
    assert county.kpi("contacted", "2021-03-01")[1] == 1  # the entry implies a contact
    done = county.sync("2021-03-01")
    assert done.status == "published"
    assert county.kpi("contacted", "2021-03-01")[1] == 2
    assert county.rows("SELECT count(DISTINCT as_of) FROM internal.kpi") == [(1,)]
    assert county.rows(
        "SELECT count(*) FROM (SELECT 1 FROM internal.kpi GROUP BY county, kpi, period, mode, as_of, known_on, "
        "dimension, member HAVING count(*) > 1) AS twice"
    ) == [(0,)]


def test_changed_configuration_is_no_fast_path_and_rereads_a_full_delivery(county: MadeUpCounty) -> None:
    county.sync("2021-03-01")
    assert county.sync("2021-03-01").status == "nothing_new"
    path = county.folder / "sources" / "kontakte.yaml"
    path.write_text(path.read_text().replace("const: ja", "const: nein"))
    done = county.sync("2021-03-01")
    assert done.status == "published"
    assert county.kpi("contacted", "2021-03-01")[1] == 1


def test_what_a_killed_run_loaded_is_published_by_the_next_one(county: MadeUpCounty) -> None:
    county.sync("2021-03-01")
    county.people(ANNA, BEKIR.replace(";2021-02-10", ";2021-02-11"))
    county.put("kontakte.csv", "id;am", "1;2021-02-01")
    assert county.sync("2021-03-02").code == 5  # loaded, and not published
    county.contacts(*FIRST)
    county.people(ANNA, BEKIR)
    done = county.sync("2021-03-02")
    assert done.status == "published"
    assert county.rows("SELECT count(*) FROM ops.load WHERE published_as_of IS NULL") == [(0,)]


def test_file_times_and_names_never_matter_to_knowledge(county: MadeUpCounty) -> None:
    import os

    county.sync("2021-03-01")
    os.utime(county.people(ANNA, BEKIR), (4_000_000_000, 4_000_000_000))
    (county.inbox / "leute.csv").rename(county.inbox / "leute-neu.csv")
    done = county.sync("2021-03-02")
    assert done.source("leute")["unchanged"] is True
    assert county.rows("SELECT count(DISTINCT published_as_of) FROM ops.load") == [(1,)]
