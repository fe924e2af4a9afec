"""Troubles are found in the warehouse and told once each, by mail to a real local SMTP server and a webhook."""

import json
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import psycopg
import pytest

from config.folders import SHIPPED_WEIGHTS
from tasks.warehouse.lock import lock_key
from tests.flows.county import MadeUpCounty, Outcome, standard
from tests.flows.mail_sink import Sink, mail_sink

BEGUN = (
    "INSERT INTO ops.run (county, run_id, kind, as_of, status, started_at) SELECT '09999', gen_random_uuid(), 'sync', "
    "'2021-03-30', 'running', max(started_at) + interval '1 second' FROM ops.run"
)


@pytest.fixture
def mail() -> Iterator[tuple[Sink, int]]:
    with mail_sink() as running:
        yield running


@pytest.fixture
def webhook() -> Iterator[tuple[list[dict[str, Any]], int]]:
    taken: list[dict[str, Any]] = []

    class Taker(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            taken.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Taker)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield taken, server.server_port
    server.shutdown()
    server.server_close()


@pytest.fixture
def county(
    tmp_path: Path, warehouse_url: str, mail: tuple[Sink, int], webhook: tuple[list[dict[str, Any]], int]
) -> MadeUpCounty:
    made = standard(tmp_path / "county", warehouse_url)
    alarms = (
        f"alarms: {{mail_to: [admin@example.org], smtp: '127.0.0.1:{mail[1]}', "
        f"webhook: 'http://127.0.0.1:{webhook[1]}/alarm', rejected: 20%}}"
    )
    made.county_yaml(alarms)
    made.people("1;Zzyzx;Anna;01.02.2000;D;09999001;", "2;Zzyzx;Bea;31.02.2000;D;09999001;")
    made.contacts("1;2021-02-01;b;A")
    return made


def verdict(outcome: Outcome, check: str) -> bool:
    return bool(next(one["passed"] for one in outcome.document["checks"] if one["check"] == check))


def kinds(document: dict[str, Any]) -> list[str]:
    assert "alarms" in document, document
    return sorted(alarm["kind"] for alarm in document["alarms"])


def test_each_trouble_is_told_once_and_again_only_after_it_was_over(
    county: MadeUpCounty, mail: tuple[Sink, int], webhook: tuple[list[dict[str, Any]], int]
) -> None:
    never = county.run("watch")
    assert (never.code, kinds(never.document)) == (1, ["did_not_run"])
    county.sync("2021-03-01")
    first, second = county.run("watch"), county.run("watch")
    assert (first.code, kinds(first.document)) == (8, ["rejects_high"])
    assert second.document["alarms"][0]["is_new"] is False
    assert len(mail[0].mails) == len(webhook[0]) == 2
    body = mail[0].mails[1].get_payload(decode=True)
    assert isinstance(body, bytes)
    assert "leute" in body.decode()
    assert "zzyzx" not in body.decode().lower()
    county.people("1;Zzyzx;Anna;01.02.2000;D;09999001;", "2;Zzyzx;Bea;01.02.2000;D;09999001;")
    county.sync("2021-03-02")
    assert county.run("watch").code == 0
    county.people("1;Zzyzx;Anna;99.02.2000;D;09999001;", "2;Zzyzx;Bea;01.02.2000;D;09999001;")
    county.sync("2021-03-03")
    assert kinds(county.run("watch").document) == ["rejects_high"]
    assert len(mail[0].mails) == 3


def test_a_closed_gate_an_overdue_source_and_a_failed_run_are_told(
    county: MadeUpCounty, mail: tuple[Sink, int]
) -> None:
    source = county.folder / "sources" / "kontakte.yaml"
    source.write_text(source.read_text().replace("records:", "expect: {every: 2d}\nrecords:"))
    county.people("1;Zzyzx;Anna;01.02.2000;D;09999001;")
    county.sync("2021-03-01")
    assert kinds(county.run("watch").document) == ["source_overdue"]
    county.put("leute.csv", "id;vor", "1;Anna")
    assert county.sync("2021-03-02").code == 5
    assert kinds(county.run("watch").document) == ["gate_closed_source", "source_overdue"]
    status = county.run("status").document
    assert (len(status["troubles"]), status["next"]) == (2, "teilhabe source check leute")
    assert len(mail[0].mails) == 2


def test_a_silent_database_is_told_once_though_no_table_can_remember_it(
    county: MadeUpCounty, mail: tuple[Sink, int]
) -> None:
    text = (county.folder / "county.yaml").read_text().replace(county.url, "postgresql://nobody@127.0.0.1:9/none")
    (county.folder / "county.yaml").write_text(text)
    answers = [county.run("watch") for _ in range(2)]
    assert [answer.code for answer in answers] == [7, 7], answers
    assert len(mail[0].mails) == 1


def test_a_mistake_in_the_configuration_is_told_once_though_no_night_can_start(
    county: MadeUpCounty, mail: tuple[Sink, int]
) -> None:
    county.sync("2021-03-01")
    assert kinds(county.run("watch").document) == ["rejects_high"]
    source = county.folder / "sources" / "leute.yaml"
    good = source.read_text()
    for _ in range(2):
        source.write_text(good.replace("last_name:", "lastname:"))
        told = county.run("watch")
        assert (told.code, kinds(told.document), len(mail[0].mails)) == (3, ["config_invalid"], 2)
    source.write_text(good)
    assert kinds(county.run("watch").document) == ["rejects_high"]
    assert len(mail[0].mails) == 2
    source.write_text("no: mapping")
    assert county.run("watch").document["alarms"][0]["is_new"] is True
    (county.folder / "county.yaml").write_text("- no")
    assert county.run("watch").code == 3


def test_a_mail_server_that_is_down_keeps_the_trouble_untold_until_it_is_back(county: MadeUpCounty) -> None:
    county.county_yaml("alarms: {mail_to: [admin@example.org], smtp: '127.0.0.1:9'}")
    failed = county.run("watch")
    assert (failed.code, failed.document["error"]["code"]) == (1, "E860")
    assert county.rows("SELECT told_at FROM ops.alarm") == [(None,)]


def test_doctor_closes_a_dead_run_and_leaves_a_living_one(county: MadeUpCounty) -> None:
    county.sync("2021-03-01")
    county.rows(
        "INSERT INTO ops.run (county, run_id, kind, as_of, status) VALUES ('09999', gen_random_uuid(), 'sync', "
        "'2021-03-02', 'running') RETURNING run_id"
    )
    assert "run_died" in kinds(county.run("watch").document)
    seen = county.run("doctor")
    assert (seen.code, verdict(seen, "runs")) == (1, False)
    mended = county.run("doctor", "--fix")
    assert (mended.code, verdict(mended, "runs")) == (0, True)
    assert county.run("status").document["next"] == "teilhabe sync --direct"
    assert county.rows("SELECT count(*) FROM ops.run WHERE status = 'died' AND ended_at IS NOT NULL") == [(1,)]


def test_a_trouble_that_lasts_is_told_once_however_many_nights(
    county: MadeUpCounty, mail: tuple[Sink, int], webhook: tuple[list[dict[str, Any]], int]
) -> None:
    """Each cause lasts two nights, with a watch after each and one while the next night is at work: one mail each."""
    source = county.folder / "sources" / "kontakte.yaml"
    source.write_text(source.read_text().replace("records:", "expect: {every: 2d}\nrecords:"))
    good = ("1;Zzyzx;Anna;01.02.2000;D;09999001;", "2;Zzyzx;Bea;01.02.2000;D;09999001;")
    county.people(*good)
    assert county.sync("2021-03-01").code == 0

    def lasts(kind: str, *spoil: Callable[[int], object]) -> None:
        """Watch two bad nights, and the beginning of the next one."""
        before = len(mail[0].mails), len(webhook[0])
        for night in range(2):
            for step in spoil:
                step(night)
            assert kind in kinds(county.run("watch").document), (kind, night)
            county.do(BEGUN)
            with psycopg.connect(county.url.replace("+psycopg", ""), autocommit=True) as lock:
                lock.execute("SELECT pg_advisory_lock(%s)", [lock_key(county.key)])
                assert kind in kinds(county.run("watch").document), (kind, night, "while a run is at work")
            county.do("DELETE FROM ops.run WHERE status = 'running'")
        told = [alarm["about"] for document in webhook[0] for alarm in document["alarms"] if alarm["kind"] == kind]
        assert told, kind
        assert len(told) == len(set(told)), (kind, told)
        assert len(mail[0].mails) - before[0] == len(webhook[0]) - before[1]

    def people(*rows: str) -> Callable[[int], object]:
        return lambda night: county.people(*rows, f"{9 + night};Neu;Neu;0{1 + night}.02.2000;D;09999001;")

    day = iter(f"2021-03-{n:02d}" for n in range(2, 29))
    broken, unmapped = "8;Zzyzx;Bea;99.99.2000;D;09999001;", "7;Zzyzx;Bea;99.99.2000;D;09999001;"
    lasts("rejects_high", people(*good, broken, unmapped), lambda _: county.sync(next(day)))
    away = county.folder / "inbox2"
    lasts(
        "source_unreadable",
        lambda _: county.inbox.rename(away) if county.inbox.exists() else None,
        lambda _: county.sync(next(day)),
    )
    away.rename(county.inbox)
    lasts("source_overdue", lambda _: county.sync(next(day)))
    county.do("ALTER TABLE vault.identity_version ADD CONSTRAINT planted CHECK (last_name <> 'Neuer')")
    fail = "11;Neuer;Neu;03.02.2000;D;09999001;"
    lasts("run_failed", people(*good, fail), lambda _: county.sync(next(day)))
    county.do("ALTER TABLE vault.identity_version DROP CONSTRAINT planted")
    lasts("gate_closed_source", lambda _: county.put("leute.csv", "id;vor", "1;Anna"), lambda _: county.sync(next(day)))
    county.people(*good)
    assert county.sync(next(day)).document["published"] is True
    lasts("did_not_run", lambda _: county.do("UPDATE ops.run SET started_at = started_at - interval '40 hours'"))


def test_status_and_doctor_name_a_source_that_never_came_and_a_clock_that_was_set_back(county: MadeUpCounty) -> None:
    """No file at all leaves no delivery; a state of a day to come lets no night begin."""
    (county.inbox / "kontakte.csv").unlink()
    assert county.sync("2021-03-01").code == 4
    status = county.run("status").document
    assert [one["state"] for one in status["sources"] if one["source"] == "kontakte"] == ["unreadable"]
    assert status["next"] == "teilhabe source check kontakte"
    assert "source_unreadable" in kinds(county.run("watch").document)
    county.contacts("1;2021-02-01;b;A")
    ahead = (datetime.now(UTC) + timedelta(days=30)).date().isoformat()
    assert county.sync(ahead).document["published"] is True
    assert kinds(county.run("watch").document)[0] == "rejects_high"
    assert "release_ahead" in kinds(county.run("watch").document)
    doctor = county.run("doctor")
    assert (doctor.code, verdict(doctor, "runs")) == (1, False)
    assert county.run("status").document["next"] == "teilhabe doctor"
    assert county.run("sync", "--direct").code == 2


def test_doctor_names_a_disk_almost_full_and_weights_that_nobody_accepted(
    county: MadeUpCounty, monkeypatch: pytest.MonkeyPatch
) -> None:
    county.sync("2021-03-01")
    assert county.run("doctor").code == 0
    monkeypatch.setattr("flows.checkup.SMALLEST_FREE_BYTES", 10**18)
    full = county.run("doctor")
    assert (full.code, verdict(full, "disk")) == (1, False)
    monkeypatch.undo()
    (county.folder / "identity").mkdir()
    shipped = SHIPPED_WEIGHTS.read_text("utf-8")
    (county.folder / "identity" / "weights.yaml").write_text(shipped.replace("version: ", "version: 9", 1))
    odd = county.run("doctor")
    assert (odd.code, verdict(odd, "weights")) == (3, False), odd
