"""Workbooks go out by themselves to a folder, SFTP or WebDAV; the mail names nobody; no failure fails a night."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import paramiko
import pytest

from tests.faults.sftp_server import PASSWORD, USER, SftpServer
from tests.faults.webdav_server import PASSWORD as CLOUD_PASSWORD
from tests.faults.webdav_server import USER as CLOUD_USER
from tests.faults.webdav_server import Cloud
from tests.flows.mail_sink import Sink, mail_sink
from tests.flows.matching_county import MatchingCounty
from tests.flows.test_casework import SOURCE, sheet

UTE, ANNA = "arbeitsmappe_Ute-Öz.xlsx", "arbeitsmappe_Anna-B.xlsx"


@pytest.fixture
def mail() -> Iterator[tuple[Sink, int]]:
    with mail_sink() as running:
        yield running


@pytest.fixture
def post(tmp_path: Path) -> Path:
    (tmp_path / "post").mkdir()
    return tmp_path / "post"


@pytest.fixture
def county(tmp_path: Path, warehouse_url: str) -> MatchingCounty:
    """Two case managers with a case each, and a course with seats for both."""
    made = MatchingCounty(tmp_path / "county", warehouse_url)
    form = "type: excel, sheet: Vorschläge"
    made.source("arbeitsmappe", SOURCE, form=form, delivery="incremental", pull="optional: true")
    path = made.folder / "sources" / "arbeitsmappe.yaml"
    path.write_text(path.read_text().replace("arbeitsmappe*", "arbeitsmappe_*.xlsx"))
    made.person("1001", caseworker="Ute Öz").need("N1001", "1001")
    made.person("1002", caseworker="Anna B").need("N1002", "1002")
    made.course("K1", seats_free=8, ags="09999001")
    return made


def outbox(county: MatchingCounty, url: object, *more: str, mail: tuple[Sink, int] | None = None) -> None:
    """Write county.yaml with an outbox; Ute is told by mail."""
    lines = [] if mail is None else [f"alarms: {{smtp: '127.0.0.1:{mail[1]}'}}"]
    told = [] if mail is None else ["mail: {Ute Öz: ute@example.org}"]
    county.county_yaml(*lines, "outbox: {" + ", ".join([f'url: "{url}"', *told, *more]) + "}")


def cases(path: Path) -> list[object]:
    return [row[1] for row in sheet(path, "Vorschläge")[1:]]


def test_a_night_fills_the_folder_and_tells_her_once_without_a_name(
    county: MatchingCounty, post: Path, mail: tuple[Sink, int]
) -> None:
    outbox(county, post, mail=mail)
    assert county.night("2021-08-02").code == 0
    assert sorted(path.name for path in post.iterdir()) == [ANNA, UTE]
    assert (cases(post / UTE), cases(post / ANNA)) == (["1001"], ["1002"])
    (told,) = mail[0].mails
    text = f"{told['Subject']} {told.get_payload(decode=True).decode()}"  # type: ignore[union-attr]
    assert told["To"] == "ute@example.org"
    assert str(post) in text
    for name in ("1001", "Vor1001", "Nach1001", "Ute", "N1001"):
        assert name not in text
    first = (post / UTE).read_bytes()
    assert county.night("2021-08-03").code == 0
    assert (post / UTE).read_bytes() != first, "the next day's list"
    assert len(mail[0].mails) == 1, "nothing new waits for her"
    county.person("1003", caseworker="Ute Öz").need("N1003", "1003").night("2021-08-04")
    assert len(mail[0].mails) == 2
    assert cases(post / UTE) == ["1001", "1003"]


def test_who_has_no_case_any_more_gets_an_empty_list_and_names_never_change_places(
    county: MatchingCounty, post: Path
) -> None:
    for number, name in (("1003", "Anna-B"), ("1004", "Anna/B")):
        county.person(number, caseworker=name).need(f"N{number}", number)
    (post / "Anna-B").mkdir()
    (post / "Anna-B-2").mkdir()
    (post / "Anna-B-3").mkdir()
    (post / "Ute-Öz").mkdir()
    outbox(county, f"{post}/{{caseworker}}")
    county.night("2021-08-02")
    files = [post / folder / f"arbeitsmappe_{folder}.xlsx" for folder in ("Anna-B", "Anna-B-2", "Anna-B-3")]
    assert [cases(file) for file in files] == [["1002"], ["1003"], ["1004"]]
    for person in county.tables["leute"]:
        if person["person_id"] == "1003":
            person["caseworker"] = "Ute Öz"
    county.night("2021-08-03")
    assert [cases(file) for file in files] == [["1002"], [], ["1004"]]
    assert cases(post / "Ute-Öz" / UTE) == ["1001", "1003"]


def test_a_place_that_fails_fails_no_night_is_said_and_tried_again(
    county: MatchingCounty, post: Path, mail: tuple[Sink, int]
) -> None:
    outbox(county, post, mail=mail)
    post.rmdir()
    night = county.night("2021-08-02")
    assert (night.code, night.status) == (0, "published")
    state = county.run("status").document
    assert "nicht ausgeliefert, Code E236, Versuche: 1" in " ".join(state["troubles"])
    assert not mail[0].mails, "nobody is told of what is not there"
    post.mkdir()
    assert county.night("2021-08-02").status == "nothing_new"
    assert cases(post / UTE) == ["1001"]
    assert len(mail[0].mails) == 1
    assert county.run("status").document["troubles"] == []


def test_mail_that_does_not_go_out_is_sent_by_the_next_run_and_files_stay(
    county: MatchingCounty, post: Path, mail: tuple[Sink, int]
) -> None:
    outbox(county, post, mail=(mail[0], 1))
    assert county.night("2021-08-02").code == 0
    assert "Code E860" in " ".join(county.run("status").document["troubles"])
    assert cases(post / UTE) == ["1001"]
    (post / UTE).write_bytes(b"open in her office")
    outbox(county, post, mail=mail)
    told = county.run("match", "workbooks", "--deliver")
    assert (told.code, told.document) == (0, {"place": str(post), "delivered": 0})
    assert len(mail[0].mails) == 1
    assert (post / UTE).read_bytes() == b"open in her office", "what did not change is not written again"


def test_sftp_takes_them_over_a_pinned_connection(county: MatchingCounty, tmp_path: Path) -> None:
    server = SftpServer(tmp_path / "remote", paramiko.ECDSAKey.generate())
    try:
        (server.root / "post").mkdir(parents=True)
        place = f"sftp://{USER}@127.0.0.1:{server.port}/post"
        secret = county.folder / "secret"
        secret.write_text(PASSWORD)
        login = f"auth: {{user: {USER}, password_file: {secret}}}"
        outbox(county, place, login, f'host_key: "SHA256:{"A" * 43}"')
        assert county.night("2021-08-02").code == 0
        assert "Code E221" in " ".join(county.run("status").document["troubles"]), "another host key: nothing is sent"
        assert list((server.root / "post").iterdir()) == []
        outbox(county, place, login, f'host_key: "{server.pin}"')
        assert county.run("match", "workbooks", "--deliver").document == {
            "place": f"sftp://127.0.0.1:{server.port}/post",
            "delivered": 2,
        }
        assert sorted(path.name for path in (server.root / "post").iterdir()) == [ANNA, UTE]
        assert cases(server.root / "post" / ANNA) == ["1002"]
        assert [c["passed"] for c in county.run("doctor").document["checks"] if c["check"] == "outbox"] == [True]
        assert PASSWORD not in str(county.rows("SELECT detail, object FROM ops.audit"))
    finally:
        server.stop()


def test_webdav_takes_them_over_one_that_lies_there(county: MatchingCounty, tmp_path: Path) -> None:
    cloud = Cloud(tmp_path)
    try:
        (tmp_path / "listen").mkdir()
        (tmp_path / "listen" / UTE).write_bytes(b"last week's")
        login = f'auth: "{CLOUD_USER}:{CLOUD_PASSWORD}"'
        outbox(county, f"webdav://127.0.0.1:{cloud.port}/listen", login, "allow_hosts: [http://127.0.0.1]")
        assert county.night("2021-08-02").code == 0
        assert sorted(path.name for path in (tmp_path / "listen").iterdir()) == [ANNA, UTE]
        assert cases(tmp_path / "listen" / UTE) == ["1001"]
        shutil.rmtree(tmp_path / "listen")
        assert county.night("2021-08-03").code == 0
        assert "Code E236" in " ".join(county.run("status").document["troubles"])
    finally:
        cloud.stop()


def test_hundred_cases_go_out_in_one_file(county: MatchingCounty, post: Path) -> None:
    for number in range(2000, 2099):
        county.person(str(number), caseworker="Ute Öz").need(f"N{number}", str(number))
    county.tables["kurse"][0].update(seats_max="200", seats_free="150")
    outbox(county, post)
    assert county.night("2021-08-02").code == 0
    assert len(set(cases(post / UTE))) == 100


def test_an_erased_person_leaves_the_list_at_the_next_run(county: MatchingCounty, post: Path) -> None:
    outbox(county, post)
    county.night("2021-08-02")
    assert cases(post / UTE) == ["1001"]
    assert county.run("erase", "leute:1001", "--reason", "Antrag", "--yes").code == 0
    county.sync("2021-08-02")
    assert cases(post / UTE) == []


def test_workbooks_never_go_where_they_come_back_from(county: MatchingCounty) -> None:
    outbox(county, county.inbox)
    refused = county.night("2021-08-02")
    assert refused.code == 3
    assert "arbeitsmappe ausgefüllte Arbeitsmappen zurück" in refused.stderr
