"""Consents take effect on their day; reports, record, keys and audit do what the rights of the persons need."""

import json
from pathlib import Path

import pytest

from tests.flows.county import MadeUpCounty

PEOPLE = """
  participants:
    person_id: id
    last_name: nach
    first_name: vor
    birth_date: geb
    residence_status: {column: status, values: {D: DULD_60A_2_1}}
    ags: ags
    email: mail
  episodes:
    person_id: id
    entered_on: eintritt
"""
CONSENTS = """
  consents:
    person_id: id
    purpose: zweck
    given_on: von
    expires_on: bis
    withdrawn_on: widerruf
"""
NEEDS = """
  needs:
    need_id: nr
    person_id: id
    category: {column: art, values: {K: BSK_B1}}
    recorded_on: am
"""
STAFF = "\n  staff:\n    staff_id: s\n    role: {const: participation_manager}\n    fte: fte\n    valid_from: von\n"
OFFERS = """
  offers:
    offer_id: nr
    provider: traeger
    title: titel
    kind: {const: BSK_B1}
    module: {const: REGEL}
    seats_max: plaetze
    seats_free: frei
    seats_as_of: am
    starts_on: beginn
"""
NO_GATE = "expect: {max_change: 100%, max_rejected: 100%}\n"
HEADER = "id;zweck;von;bis;widerruf"
GIVEN = [
    "1;casework;2021-01-05;;",
    "2;casework;2021-01-05;;",
    "1;contact;2021-01-05;2021-04-30;",
    "2;statistics;2021-01-05;;",
]


@pytest.fixture
def county(tmp_path: Path, warehouse_url: str) -> MadeUpCounty:
    made = MadeUpCounty(tmp_path / "county", warehouse_url)
    sources = (("leute", PEOPLE), ("zustimmung", CONSENTS), ("bedarf", NEEDS), ("personal", STAFF), ("kurse", OFFERS))
    for name, records in sources:
        made.source(name, records, more=NO_GATE)
    made.put(
        "leute.csv",
        "id;nach;vor;geb;status;ags;eintritt;mail",
        "1;Aydin;Anna;01.02.2000;D;09999001;2021-02-15;anna@example.org",
        "2;Bozkurt;Bea;03.02.2000;D;09999002;2021-02-10;bea@example.org",
    )
    made.put("zustimmung.csv", HEADER, *GIVEN)
    made.put("bedarf.csv", "nr;id;art;am", "B1;1;K;2021-02-20", "B2;2;K;2021-02-20")
    made.put("personal.csv", "s;fte;von", "S1;1;2021-01-01")
    made.put("kurse.csv", "nr;traeger;titel;plaetze;frei;am;beginn", "K1;T;Kurs;20;20;2021-02-25;2021-06-01")
    assert made.sync("2021-03-01").code in (0, 8)
    return made


def tables(county: MadeUpCounty) -> dict[str, int]:
    return {
        name: county.rows(f"SELECT count(DISTINCT person_uid) FROM core.{name}")[0][0]
        for name in ("need", "match_pair", "match_proposal")
    }


def caseload(county: MadeUpCounty, day: str) -> int:
    return int(county.rows("SELECT persons_count FROM mart.caseload WHERE day = %s", day)[0][0])


def test_withdrawn_casework_leaves_every_casework_table_from_its_day(county: MadeUpCounty) -> None:
    assert tables(county)["need"] == tables(county)["match_pair"] == 2
    assert caseload(county, "2021-03-01") == 2
    county.put("zustimmung.csv", HEADER, GIVEN[0], "2;casework;2021-01-05;;2021-03-10", *GIVEN[2:])
    county.sync("2021-03-05")
    assert (tables(county)["need"], caseload(county, "2021-03-05")) == (2, 2), "the day has not come yet"
    county.sync("2021-03-10")
    assert tables(county)["need"] == tables(county)["match_pair"] == 1
    assert county.rows(
        "SELECT count(*) FROM core.match_proposal AS p JOIN vault.source_id AS s USING (county, person_uid) "
        "WHERE s.person_id = '2'"
    ) == [(0,)]
    assert caseload(county, "2021-03-10") == 1
    assert county.kpi("entered", "2021-03-10")[1] == 2, "case work and statistics are two purposes"


def test_a_consent_withdrawn_on_the_day_it_was_given_is_lifted_and_a_later_one_stands_again(
    county: MadeUpCounty,
) -> None:
    county.put("zustimmung.csv", HEADER, GIVEN[0], "2;casework;2021-01-05;;2021-01-05", *GIVEN[2:])
    county.sync("2021-03-02")
    assert (tables(county)["need"], caseload(county, "2021-03-02")) == (1, 1)
    again = "2;casework;2021-03-03;;"
    county.put("zustimmung.csv", HEADER, GIVEN[0], "2;casework;2021-01-05;;2021-01-05", again, *GIVEN[2:])
    county.sync("2021-03-03")
    assert (tables(county)["need"], caseload(county, "2021-03-03")) == (2, 2)


def test_withdrawn_statistics_does_not_count_and_published_figures_stay(county: MadeUpCounty) -> None:
    county.put("zustimmung.csv", HEADER, *GIVEN[:3], "2;statistics;2021-01-05;;2021-03-10")
    county.sync("2021-03-09")
    assert county.kpi("entered", "2021-03-09")[1] == 2
    county.sync("2021-03-10")
    assert county.kpi("entered", "2021-03-10")[1] == 1
    assert county.kpi("entered", "2021-03-09")[1] == 2
    assert tables(county)["need"] == 2


@pytest.mark.usefixtures("however_names_are_kept")
def test_contact_and_transfer_need_their_consent_on_the_day(county: MadeUpCounty) -> None:
    asked = ("--reason", "Termin", "--as-of")
    shown = county.run("privacy", "contact", "leute:1", *asked, "2021-04-30")
    assert shown.document["contact"] == [{"email": "anna@example.org", "phone": None}]
    expired = county.run("privacy", "contact", "leute:1", *asked, "2021-05-01")
    assert (expired.code, expired.document["error"]["code"]) == (2, "E836")
    assert "expired" in expired.stderr
    never = county.run("privacy", "contact", "leute:2", *asked, "2021-04-01")
    assert (never.code, "anna" in never.stdout, "missing" in never.stderr) == (2, False, True)
    blocked = county.run("privacy", "transfer", "leute:1", "--to", "Jobcenter", "--reason", "Antrag")
    assert blocked.document["error"]["code"] == "E836"
    county.put("zustimmung.csv", HEADER, *GIVEN, "1;transfer;2021-03-02;;")
    county.sync("2021-03-02")
    given = county.run("privacy", "transfer", "leute:1", "--to", "Jobcenter", "--reason", "Antrag")
    written = json.loads(Path(given.document["files"][0]).read_text("utf-8"))
    assert [row["need_id"] for row in written["facts"]["core.need_version"]] == ["B1"]
    assert "Aydin" not in Path(given.document["files"][0]).read_text("utf-8")
    states = county.run("privacy", "consents", "leute:1", "--as-of", "2021-05-01").document["consents"]
    assert {row["purpose"]: row["state"] for row in states} == {
        "casework": "given",
        "contact": "expired",
        "transfer": "given",
    }


@pytest.mark.usefixtures("however_names_are_kept")
def test_a_person_gets_everything_and_nobody_elses(county: MadeUpCounty) -> None:
    done = county.run("privacy", "report", "leute:1", "--reason", "Art. 15")
    text, page = (Path(path).read_text("utf-8") for path in done.document["files"])
    document = json.loads(text)
    assert document["facts"]["vault.identity_version"][0]["last_name"] == "Aydin"
    assert document["facts"]["core.episode_version"][0]["entered_on"] == "2021-02-15"
    assert {"core.need_version", "core.consent_version", "core.participant_version"} <= document["facts"].keys()
    assert "Bozkurt" not in text + page
    assert "Aydin" in page
    assert "Aydin" not in done.stdout + done.stderr
    assert all(Path(path).stat().st_mode & 0o777 == 0o600 for path in done.document["files"])
    assert county.run("erase", "leute:1", "--reason", "Antrag", "--yes").document["files"] == {"outbox": 2}


def test_the_record_of_processing_comes_from_the_configuration(county: MadeUpCounty, tmp_path: Path) -> None:
    record = county.run("privacy", "record").document
    people = next(source for source in record["sources"] if source["source"] == "leute")
    assert "participants.email" in people["personal_columns"]
    assert {rule["kind"] for rule in record["retention"]} >= {"persons", "archived_files"}
    assert county.run("privacy", "record", "--out", str(tmp_path / "vvt.html")).code == 0
    assert "leute@example.org" in (tmp_path / "vvt.html").read_text("utf-8")


def test_a_new_key_gives_new_pseudonyms_and_old_ones_are_still_understood(county: MadeUpCounty) -> None:
    old = county.run("erase", "leute:1", "--reason", "x").document["person"]
    rotated = county.run("keys", "rotate", "pseudonym", "--reason", "jährlich")
    assert rotated.document["old"] != rotated.document["new"]
    new = county.run("erase", "leute:1", "--reason", "x").document["person"]
    assert new.partition("-")[0] == rotated.document["new"][:2]
    assert new != old
    assert county.run("erase", old, "--reason", "x").document["person"] == new
    modes = {row["mode"] for row in county.run("keys", "list").document["keys"]}
    assert modes == {"0600"}
    assert county.rows("SELECT object, reason FROM ops.audit WHERE action = 'rotate key'") == [
        ("pseudonym", "jährlich")
    ]


def test_erased_persons_stay_away_after_the_key_of_the_list_was_rotated(county: MadeUpCounty) -> None:
    county.run("erase", "leute:2", "--reason", "Antrag", "--yes")
    assert county.run("keys", "rotate", "suppression", "--reason", "jährlich").code == 0
    content = (county.inbox / "leute.csv").read_text()
    (county.inbox / "leute.csv").write_text(content.replace("Anna;", "Anna-Maria;"))
    done = county.sync("2021-03-02")
    assert done.records("leute", "participants") == (1, 1, 0)


def test_the_audit_knows_who_ran_saw_and_asked(county: MadeUpCounty) -> None:
    county.run("kpi", "--period", "2020/21")
    county.run("kpi", "--exact", "--period", "2020/21")
    county.run("explain", "entered", "--period", "2020/21")
    county.run("report", "--period", "2020/21")
    county.run("match", "proposals")
    county.run("privacy", "report", "leute:1", "--reason", "Art. 15")
    entries = county.rows("SELECT action, object FROM ops.audit ORDER BY audit_id")
    assert [action for action, _ in entries] == ["sync", "weights", "saw", "report", "saw", "subject report"]
    assert [thing for action, thing in entries if action == "saw"] == [
        "explain entered",
        "match proposals",
    ]
    assert county.rows("SELECT count(*) FROM ops.audit WHERE actor = ''") == [(0,)]
