"""Deliveries from every kind of place through whole nights: each is a real server on 127.0.0.1."""

import contextlib
import ssl
import threading
from collections.abc import Iterator
from pathlib import Path

import boto3
import paramiko
import psycopg
import pytest
from moto.server import ThreadedMotoServer
from sqlalchemy.engine import make_url

from tasks.pull import task as pulling
from tests.faults.sftp_server import SftpServer
from tests.faults.test_pull_coursesearch import Agency
from tests.faults.test_pull_web import Answers, certificate
from tests.faults.test_pull_web import Server as WebServer
from tests.faults.webdav_server import Cloud
from tests.flows.county import (
    CONTACT_RECORDS,
    CONTACTS_HEADER,
    ENROLMENT_RECORDS,
    ENROLMENTS_HEADER,
    OFFER_RECORDS,
    OFFERS_HEADER,
    PEOPLE_HEADER,
    PEOPLE_RECORDS,
    MadeUpCounty,
    Outcome,
)

SECRET = "sehr geheim"
LOCALLY = "allow_hosts: [127.0.0.1, 'http://127.0.0.1']"
DAYS = ("2026-11-23", "2026-11-24", "2026-11-25")
MEETINGS = "\n  meetings: {meeting_id: nr, body: gremium, held_on: am}\n"
STAFF = "\n  staff: {staff_id: kz, role: rolle, fte: vz, valid_from: ab}\n"
COURSES = """
  offers:
    offer_id: id
    provider: angebot.bildungsanbieter.name
    title: angebot.titel
    kind: {const: IK_ALLG}
    module: {const: REGEL}
    starts_on: beginn
    seats_max: teilnehmerMax
    verified_on: aktualisierungsdatum
"""


class ChangingSite(Answers):
    """The course plan over HTTPS; ``status`` says how often the site answers otherwise first."""

    def do_GET(self) -> None:
        site = self.server
        site.seen.append((self.path, self.headers.get("Authorization")))  # type: ignore[attr-defined]
        status = site.statuses.pop(0) if site.statuses else 200  # type: ignore[attr-defined]
        self.send_response(status)
        if status == 302:
            self.send_header("Location", site.moved_to)  # type: ignore[attr-defined]
        self.end_headers()
        if status == 200:
            self.wfile.write(site.content)  # type: ignore[attr-defined]


class Site(WebServer):
    content = b""
    moved_to = ""

    def __init__(self) -> None:
        super().__init__()
        self.RequestHandlerClass = ChangingSite
        self.statuses: list[int] = []


def login(user: str) -> str:
    return f"auth: {{user: {user}, password: {SECRET}}}"


def text(header: str, *rows: str) -> bytes:
    return "\n".join([header, *rows, ""]).encode()


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    cert, key = certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(cert))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    with Site() as started:
        started.socket = context.wrap_socket(started.socket, server_side=True)
        started.content = text(OFFERS_HEADER, "K1;VHS;Kurs;K;regel;2026-12-01;")
        threading.Thread(target=started.serve_forever, daemon=True).start()
        yield started
        started.shutdown()


@contextlib.contextmanager
def serving(agency: Agency) -> Iterator[Agency]:
    with agency:
        threading.Thread(target=agency.serve_forever, daemon=True).start()
        yield agency
        agency.shutdown()


@pytest.fixture
def agency() -> Iterator[Agency]:
    with serving(Agency()) as started:
        yield started


class World:
    """A county whose sources lie in seven kinds of places, and those places."""

    def __init__(self, county: MadeUpCounty, site: Site, agency: Agency, folder: Path, foreign: str) -> None:
        self.county, self.site, self.agency, self.foreign = county, site, agency, foreign
        (folder / "sftp" / "out").mkdir(parents=True)
        self.sftp = SftpServer(folder / "sftp", paramiko.ECDSAKey.generate())
        (folder / "cloud").mkdir()
        self.cloud = Cloud(folder / "cloud")
        self.store = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
        self.store.start()
        self.endpoint = "http://{}:{}".format(*self.store.get_host_and_port())
        self.bucket().create_bucket(Bucket="amt")

    def stop(self) -> None:
        self.sftp.stop()
        self.cloud.stop()
        self.store.stop()

    def bucket(self):  # type: ignore[no-untyped-def]
        keys = {"aws_access_key_id": "zugang", "aws_secret_access_key": SECRET, "region_name": "us-east-1"}
        return boto3.client("s3", endpoint_url=self.endpoint, **keys)

    def put_enrolments(self, *rows: str) -> None:
        self.bucket().put_object(Bucket="amt", Key="in/plaetze.csv", Body=text(ENROLMENTS_HEADER, *rows))

    def staff(self, *statements: str) -> None:
        with psycopg.connect(self.foreign, autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement)

    def sources(self) -> None:
        """Write the county's sources as a data admin does."""
        sftp = f"url: 'sftp://127.0.0.1:{self.sftp.port}/out/leute*.csv'"
        self.write("leute", PEOPLE_RECORDS, f"{sftp}, {login('lieferant')}, host_key: '{self.sftp.pin}'")
        cloud = f"url: 'webdav://127.0.0.1:{self.cloud.port}/kontakte*.csv', {LOCALLY}"
        self.write("kontakte", CONTACT_RECORDS, f"{cloud}, {login('träger')}")
        self.write("kurse", OFFER_RECORDS, f"url: '{self.site.url('/kurse.csv')}', {LOCALLY}")
        store = f"url: 's3://amt/in/plaetze*.csv?endpoint={self.endpoint}&region=us-east-1', {LOCALLY}"
        ids = "ids: {person: leute, offer: kurse}\n"
        self.write("plaetze", ENROLMENT_RECORDS, f"{store}, {login('zugang')}", more=ids)
        self.write("personal", STAFF, f"url: '{self.foreign}#stellen'", form='type: sql, decimal: "."')
        for name, path in (("sprache", "sprachfoerderung"), ("weiterbildung", "wbsuche")):
            place = f"ba+http://127.0.0.1:{self.agency.server_port}/infosysbub/{path}/pc/v1/bildungsangebot"
            self.write(name, COURSES, f"url: '{place}?orte=Paderborn&size=20', {LOCALLY}", form="type: json")
        self.county.source("treffen", MEETINGS)

    def write(
        self, name: str, records: str, pull: str, *, form: str = 'type: csv, delimiter: ";"', more: str = ""
    ) -> None:
        head = f"source: {name}\nsupplier: {{name: {name}}}\npull: {{{pull}}}\nformat: {{{form}}}\ndelivery: full\n"
        dates = 'dates: ["%d.%m.%Y", "%Y-%m-%d"]\n'
        (self.county.folder / "sources" / f"{name}.yaml").write_text(f"{head}{dates}{more}records:{records}")

    def seen(self) -> dict[str, int]:
        """Return how many open facts each place has brought."""
        counts = {
            "leute": len(self.county.visible("core.participant_version", "ref_id")),
            "kontakte": len(self.county.visible("core.contact_version", "ref_id")),
            "plaetze": len(self.county.visible("core.enrolment_version", "enrolment_id")),
            "personal": len(self.county.visible("core.staff_version", "staff_id")),
            "treffen": len(self.county.visible("core.meeting_version", "meeting_id")),
        }
        offers = dict(self.county.rows("SELECT source, count(*) FROM mart.offer GROUP BY 1"))
        return counts | offers


@pytest.fixture
def world(
    tmp_path: Path, warehouse_url: str, bare_url: str, site: Site, agency: Agency, monkeypatch: pytest.MonkeyPatch
) -> Iterator[World]:
    monkeypatch.setattr(pulling, "PAUSES_S", (0.0, 0.0))
    foreign = make_url(bare_url).set(drivername="postgresql").render_as_string(hide_password=False)
    made = World(MadeUpCounty(tmp_path / "county", warehouse_url), site, agency, tmp_path, foreign)
    try:
        made.sources()
        yield made
    finally:
        made.stop()


def errors(done: Outcome) -> dict[str, str]:
    """Return the code a failing source's sentence begins with."""
    return {each["source"]: each["error"][1:5] for each in done.document["sources"] if "error" in each}


def test_every_place_delivers_fails_alone_and_comes_back_by_itself(world: World) -> None:
    county, out, cloud = world.county, world.sftp.root / "out", world.cloud.root
    (out / "leute_2026-11-22.csv").write_bytes(text(PEOPLE_HEADER, "1;Aydin;Anna;01.02.2000;D;09999001;2026-02-10"))
    (cloud / "kontakte.csv").write_bytes(text(CONTACTS_HEADER, "1;2026-02-01;b;Weber"))
    world.put_enrolments("1;K1;1;l;2026-11-20")
    world.staff("CREATE TABLE stellen (kz text, rolle text, vz numeric, ab date)",
                "INSERT INTO stellen VALUES ('ab', 'participation_manager', 0.75, '2026-01-01')")  # fmt: skip
    county.put("treffen.csv", "nr;gremium;am", "1;Bündniskerngruppe;2026-11-01")
    whole = county.sync(DAYS[0])
    assert (whole.code, whole.status) == (0, "published"), whole.document["messages"]
    standing = {"leute": 1, "kontakte": 1, "plaetze": 1, "personal": 1, "treffen": 1}
    standing |= {"kurse": 1, "sprache": 45, "weiterbildung": 45}
    assert world.seen() == standing
    assert county.rows("SELECT DISTINCT starts_on::text, verified_on::text, provider, seats_max FROM mart.offer "
                       "WHERE source = 'sprache'") == [("2022-04-05", "2022-03-23", "Sprachhaus", 20)]  # fmt: skip
    assert county.rows("SELECT fte::text FROM core.staff_version") == [("0.75",)]

    key, world.sftp.host_key = world.sftp.host_key, paramiko.ECDSAKey.generate()
    (cloud / "kontakte.csv").unlink()
    world.site.statuses = [503] * 9
    world.bucket().delete_object(Bucket="amt", Key="in/plaetze.csv")
    world.staff("ALTER TABLE stellen RENAME TO anders")
    world.agency.fails_at = 1
    county.put("treffen.csv", "nr;gremium;am", "1;Bündniskerngruppe;2026-11-01", "2;Bündniskerngruppe;2026-11-02")
    failing = county.sync(DAYS[1])
    assert (failing.code, failing.status, failing.document["published"]) == (4, "published_with_rejects", True)
    assert errors(failing) == {
        "leute": "E221", "kontakte": "E201", "kurse": "E227", "plaetze": "E201", "personal": "E232",
        "sprache": "E227", "weiterbildung": "E227",
    }  # fmt: skip
    assert len(world.site.statuses) == 6, "a busy server is asked three times"
    assert SECRET not in failing.stdout + failing.stderr
    assert world.seen() == standing | {"treffen": 2}, "what failed keeps its last good state"

    world.sftp.host_key = key
    (out / "leute_2026-11-24.csv").write_bytes(
        text(PEOPLE_HEADER, "1;Aydin;Anna;01.02.2000;D;09999001;2026-02-10", "2;B;C;01.02.2001;D;09999001;")
    )
    (cloud / "kontakte_2026-11-24.csv").write_bytes(text(CONTACTS_HEADER, "1;2026-02-01;b;Weber", "2;2026-11-02;b;W"))
    world.site.statuses = [503]
    world.site.content = text(OFFERS_HEADER, "K1;VHS;Kurs;K;regel;2026-12-01;", "K2;VHS;Kurs;K;regel;2026-12-01;")
    world.put_enrolments("1;K1;1;l;2026-11-20", "2;K2;2;l;2026-11-20")
    world.staff("ALTER TABLE anders RENAME TO stellen",
                "INSERT INTO stellen VALUES ('cd', 'coach', 1, '2026-01-01')")  # fmt: skip
    world.agency.fails_at, world.agency.total = -1, 47
    back = county.sync(DAYS[2])
    assert (back.code, back.status) == (0, "published"), back.document["messages"]
    assert world.seen() == dict.fromkeys(("leute", "kontakte", "kurse", "plaetze", "personal", "treffen"), 2) | {
        "sprache": 47, "weiterbildung": 47,
    }  # fmt: skip
    assert county.sync(DAYS[2]).status == "nothing_new", "unchanged places give unchanged bytes"


def test_what_a_night_refuses_at_the_door_is_said_and_stops_nothing_else(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    county, site = world.county, world.site
    for name in ("kontakte", "plaetze", "personal", "weiterbildung"):
        (county.folder / "sources" / f"{name}.yaml").unlink()
    world.write("leute", PEOPLE_RECORDS, f"url: 'sftp://127.0.0.1:{world.sftp.port}/out/x*', {login('lieferant')}")
    world.write("kurse", OFFER_RECORDS, f"url: '{site.url('/kurse.csv')}'")
    world.write("neu", OFFER_RECORDS, f"url: '{site.url('/neu.csv')}', {LOCALLY}")
    site.statuses, site.moved_to = [302], "https://169.254.169.254/latest/meta-data"
    monkeypatch.setattr("tasks.pull.coursesearch.CAP", 40)
    county.put("treffen.csv", "nr;gremium;am", "1;Bündniskerngruppe;2026-11-01")
    done = county.sync(DAYS[0])
    assert (done.code, done.document["published"]) == (4, True)
    assert errors(done) == {"leute": "E229", "kurse": "E224", "neu": "E223"}
    assert world.sftp.pin in done.source("leute")["error"], "the key to be confirmed by telephone is shown"
    assert len(site.seen) == 1, "a private address that nobody named is not even spoken to"
    (note,) = [each for each in done.document["messages"] if each.startswith("[E240]")]
    assert "45 Angebote" in note
    assert "5 fehlen" in note
    assert done.records("sprache", "offers") == (40, 40, 0)


def test_a_search_that_finds_nothing_is_a_delivery_without_rows(tmp_path: Path, warehouse_url: str) -> None:
    county = MadeUpCounty(tmp_path / "county", warehouse_url).source("kurse", COURSES, form="type: json")
    county.put("kurse.json", '{"_embedded": {"termine": []}, "page": {"totalElements": 0}}')
    done = county.sync(DAYS[0])
    assert (done.code, done.records("kurse", "offers")) == (0, (0, 0, 0))
    county.put("kurse.json", '{"_embedded": {"termine": [{"nr": 1}]}, "page": {"totalElements": 1}}')
    assert county.sync(DAYS[1]).code == 5, "records without their required names are refused"
