"""Troubles are found in the warehouse and told once each, by mail to a real local SMTP server and a webhook."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.flows.county import MadeUpCounty, standard
from tests.flows.mail_sink import Sink, mail_sink


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
    assert kinds(county.run("watch").document)[-1] == "run_failed"
    county.run("doctor", "--fix")
    assert county.rows("SELECT count(*) FROM ops.run WHERE status = 'died' AND ended_at IS NOT NULL") == [(1,)]
