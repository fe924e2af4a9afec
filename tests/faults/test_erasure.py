"""An erased person stays erased: replay, the old file again, later files, a restored backup, a kill in the middle."""

import contextlib
import json
import os
import shutil
import signal
import sqlite3
import time
import uuid
import zipfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy.engine import make_url

from tasks.warehouse.orchestrator import Named, Needles, delete_naming
from tests.flows.county import CONTACT_RECORDS, PEOPLE_RECORDS, MadeUpCounty

NAME, FIRST, BORN = "Qwertzberg", "Yulduz", "05.06.2000"
ANNA = "1;Aydin;Anna;01.02.2000;D;09999001;2021-02-15"
HER = f"7007;{NAME};{FIRST};{BORN};G;09999002;2021-02-10"
CARL = "3;Celik;Carl;03.02.2000;D;09999003;"
HER_CONTACT, ANNAS_CONTACT = "7007;2021-02-02;b;X", "1;2021-02-01;b;X"
LATER = "2021-03-02"


@pytest.fixture
def county(tmp_path: Path, warehouse_url: str) -> MadeUpCounty:
    made = MadeUpCounty(tmp_path / "county", warehouse_url)
    made.source("leute", PEOPLE_RECORDS).source("kontakte", CONTACT_RECORDS)
    made.people(ANNA, HER, CARL, f"7008;{NAME};{FIRST};kaputt;G;09999002;")
    made.contacts(ANNAS_CONTACT, HER_CONTACT)
    assert made.sync("2021-03-01").code == 8
    return made


def everything(county: MadeUpCounty) -> str:
    """Return every row of every table and every file of the state but the list's tokens, as one text."""
    tables = county.rows(
        "SELECT format('%I.%I', schemaname, tablename) FROM pg_tables WHERE schemaname IN "
        "('raw', 'vault', 'core', 'quarantine', 'ops', 'internal', 'mart')"
    )
    rows = [str(row[0]) for (table,) in tables for row in county.rows(f"SELECT t::text FROM {table} AS t")]
    files = []
    for path in (county.folder / "state").rglob("*"):
        if path.is_file() and path.suffix != ".key":
            content = path.read_bytes()
            if zipfile.is_zipfile(path):
                with zipfile.ZipFile(path) as archive:
                    content = b"\n".join(archive.read(name) for name in archive.namelist())
            files.append(content.decode("utf-8", "replace"))
    return "\n".join(rows + files)


def erase(county: MadeUpCounty, person: str = "leute:7007") -> dict[str, object]:
    done = county.run("erase", person, "--reason", "Antrag vom 12.03.", "--yes")
    assert done.code == 0, done.stderr
    return done.document


def assert_gone(county: MadeUpCounty) -> None:
    text = everything(county)
    assert NAME not in text
    assert "7007" not in text


def persons(county: MadeUpCounty) -> int:
    return int(county.rows("SELECT count(DISTINCT person_uid) FROM vault.source_id")[0][0])


def test_without_yes_it_only_shows(county: MadeUpCounty) -> None:
    before = everything(county)
    shown = county.run("erase", "leute:7007", "--reason", "Antrag")
    assert (shown.code, shown.document["dry"]) == (0, True)
    assert shown.document["database"]["vault.source_id"] == 1
    assert shown.document["archive"] == {"leute": 2, "kontakte": 1}
    assert NAME not in shown.stdout + shown.stderr
    assert everything(county) == before


def test_lines_that_a_mapping_makes_the_persons_are_found(county: MadeUpCounty) -> None:
    fixed = CONTACT_RECORDS.replace("person_id: id", 'person_id: {column: id, values: {"Gast": "7007"}}')
    county.source("weitere", fixed, more="ids: {person: leute}\n")
    county.put("weitere.csv", "id;am;art;ja;wer", "Gast;2021-02-03;b;ja;Y", "1;2021-02-04;b;ja;Y")
    assert county.sync("2021-03-01").source("weitere")["rows"]["loaded"] == 2
    assert county.run("erase", "leute:7007", "--reason", "Antrag").document["archive"]["weitere"] == 1
    erase(county)
    assert "Gast" not in everything(county)


def test_nothing_is_left_and_the_proof_tells_no_name(county: MadeUpCounty) -> None:
    county.run("quarantine", "feedback")
    outbox = list((county.folder / "state" / "outbox").iterdir())
    assert outbox
    figures = county.rows("SELECT kpi, numerator FROM internal.kpi WHERE as_of = '2021-03-01' ORDER BY 1, 2")
    done = erase(county)
    assert_gone(county)
    assert not any(path.exists() for path in outbox)
    proof = json.loads(Path(str(done["proof"])).read_text("utf-8"))
    assert proof["removed"]["archive"] == {"leute": 2, "kontakte": 1}
    assert proof["removed"]["files"] == {"outbox": 1}
    assert proof["reason"] == "Antrag vom 12.03."
    assert county.rows("SELECT state FROM ops.erasure") == [("done",)]
    assert county.rows("SELECT reason FROM ops.audit WHERE action = 'erase'") == [("Antrag vom 12.03.",)]
    assert county.tickets() == [], "the broken row that named the person is gone too"
    assert county.rows("SELECT kpi, numerator FROM internal.kpi WHERE as_of = '2021-03-01' ORDER BY 1, 2") == figures


def test_the_orchestrators_files_are_cleaned_should_they_name_her(county: MadeUpCounty) -> None:
    folder = county.folder / "state" / "orchestrator"
    (folder / "storage").mkdir(parents=True)
    (folder / "storage" / "result").write_text(f"{NAME}, {FIRST}")
    with contextlib.closing(sqlite3.connect(folder / "prefect.db")) as conn:
        conn.executescript(
            "PRAGMA journal_mode = wal; CREATE TABLE run (id INTEGER PRIMARY KEY, state TEXT);"
            "CREATE TABLE log (run_id INTEGER REFERENCES run ON DELETE CASCADE, message TEXT);"
        )
        conn.execute("INSERT INTO run VALUES (1, ?), (2, 'Completed')", [f"failed: {FIRST} {NAME}"])
        conn.executemany("INSERT INTO log VALUES (?, ?)", [(1, "x"), (2, "kept"), (2, f"{FIRST} alone stays")])
        conn.commit()
    erase(county)
    ((removed,),) = county.rows("SELECT counts FROM ops.erasure")
    assert (removed["orchestrator"] >= 2, removed["orchestrator_left"]) == (True, 0)
    with contextlib.closing(sqlite3.connect(folder / "prefect.db")) as conn:
        assert conn.execute("SELECT id FROM run").fetchall() == [(2,)]
        assert [row[0] for row in conn.execute("SELECT message FROM log")] == ["kept", f"{FIRST} alone stays"]
    assert all(NAME.encode() not in path.read_bytes() for path in folder.rglob("*") if path.is_file())


PREFECTS = """
CREATE TABLE flow_run (id integer PRIMARY KEY, name text, state_id integer, parameters jsonb);
CREATE TABLE flow_run_state (
    id integer PRIMARY KEY, flow_run_id integer REFERENCES flow_run ON DELETE CASCADE, message text
);
ALTER TABLE flow_run ADD FOREIGN KEY (state_id) REFERENCES flow_run_state ON DELETE SET NULL;
CREATE TABLE task_run (id integer PRIMARY KEY, flow_run_id integer REFERENCES flow_run, name text);
CREATE TABLE log (id integer PRIMARY KEY, flow_run_id integer, message text, stamp timestamptz DEFAULT now());
INSERT INTO flow_run VALUES (1, 'adept-bee', NULL, '{"x": "Yulduz Qwertzberg"}'), (2, 'calm-crow', NULL, '{}');
INSERT INTO flow_run_state VALUES (1, 1, 'failed'), (2, 2, 'Qwertzberg, Yulduz: no'), (3, 2, 'Completed');
INSERT INTO task_run VALUES (1, 1, 'read Qwertzberg Yulduz'), (2, 2, 'read');
INSERT INTO log VALUES (1, 1, 'id 7007'), (2, 2, 'kept'), (3, 2, 'Yulduz alone stays');
UPDATE flow_run SET state_id = id;
"""


@pytest.fixture
def prefects_url(server_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A database with tables that hang together as Prefect's do, said the way the server set-up says it."""
    plain = make_url(server_url).set(drivername="postgresql")
    name = f"prefect_{uuid.uuid4().hex[:8]}"
    with psycopg.connect(plain.render_as_string(hide_password=False), autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name} TEMPLATE template0")
    url = plain.set(database=name)
    with psycopg.connect(url.render_as_string(hide_password=False)) as conn:
        conn.execute(PREFECTS)
    monkeypatch.setenv(
        "PREFECT_API_DATABASE_CONNECTION_URL",
        url.set(drivername="postgresql+asyncpg").render_as_string(hide_password=False),
    )
    yield url.render_as_string(hide_password=False)
    with psycopg.connect(plain.render_as_string(hide_password=False), autocommit=True) as admin:
        admin.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def test_the_orchestrators_postgresql_is_cleaned_should_it_name_her(county: MadeUpCounty, prefects_url: str) -> None:
    shown = county.run("erase", "leute:7007", "--reason", "Antrag").document
    assert (shown["orchestrator"], shown["orchestrator_left"], shown["unsearched"]) == (4, 0, {})
    done = erase(county)
    assert (done["orchestrator"], done["orchestrator_left"]) == (4, 0)
    with psycopg.connect(prefects_url) as conn:
        assert conn.execute("SELECT id, state_id FROM flow_run").fetchall() == [(2, None)]
        assert conn.execute("SELECT id FROM flow_run_state").fetchall() == [(3,)]
        assert conn.execute("SELECT id FROM task_run").fetchall() == [(2,)]
        assert conn.execute("SELECT message FROM log ORDER BY 1").fetchall() == [("Yulduz alone stays",), ("kept",)]


def test_an_orchestrator_lost_after_it_was_looked_at_is_not_called_clean(
    county: MadeUpCounty, prefects_url: str, server_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lost(url: str, wanted: Needles) -> Named:
        plain = make_url(server_url).set(drivername="postgresql").render_as_string(hide_password=False)
        with psycopg.connect(plain, autocommit=True) as admin:
            admin.execute(f"DROP DATABASE {make_url(prefects_url).database} WITH (FORCE)")
        return delete_naming(url, wanted)

    monkeypatch.setattr("flows.erasure.delete_naming", lost)
    done = erase(county)
    assert (done["orchestrator"], done["unsearched"]) == (4, {"orchestrator": 1})
    ((kept,),) = county.rows("SELECT counts -> 'unsearched' FROM ops.erasure")
    assert kept == {"orchestrator": 1}
    assert_gone(county)


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("PREFECT_SERVER_DATABASE_CONNECTION_URL", "postgresql+asyncpg://nobody:x@127.0.0.1:1/prefect"),
        ("PREFECT_API_URL", "http://127.0.0.1:1/api"),
    ],
)
def test_an_orchestrator_that_cannot_be_searched_is_said(
    county: MadeUpCounty, monkeypatch: pytest.MonkeyPatch, variable: str, value: str
) -> None:
    shutil.rmtree(county.folder / "state" / "orchestrator", ignore_errors=True)
    monkeypatch.setenv(variable, value)
    assert erase(county)["unsearched"] == {"orchestrator": 1}
    assert_gone(county)


def test_the_person_does_not_count_from_then_on_also_on_the_same_day(county: MadeUpCounty) -> None:
    assert county.kpi("contacted", "2021-03-01")[1] == 2
    erase(county)
    again = county.sync("2021-03-01")
    assert (again.code, again.document["published"]) == (0, True)
    assert county.kpi("contacted", "2021-03-01")[1] == 1
    assert county.sync("2021-03-01").status == "nothing_new"
    assert county.sync("2021-03-05").code == 0
    assert county.kpi("contacted", "2021-03-05")[1] == 1
    assert_gone(county)


def test_a_sealed_report_says_how_many_facts_were_erased_since(county: MadeUpCounty) -> None:
    written = county.run("report", "--period", "2020/21", "--seal")
    seal = next(path for path in written.document["files"] if path.endswith(".seal.json"))
    assert county.run("verify", seal).document["facts_erased_since"] == 0
    facts = sum(erase(county)["database"].values())  # type: ignore[attr-defined]
    found = county.run("verify", seal).document
    assert (found["erased_since"], found["facts_erased_since"], found["whole"]) == (1, facts, True)


def test_the_archive_replays_without_the_person(county: MadeUpCounty) -> None:
    erase(county)
    done = county.run("rerun", "--since", "2021-03-01", "--from-raw", "--reason", "Probe")
    assert done.code == 0, done.stderr
    assert done.records("leute", "participants") == (2, 2, 0)
    assert_gone(county)
    assert persons(county) == 2


def test_the_old_file_under_another_name_brings_nobody_back(county: MadeUpCounty) -> None:
    erase(county)
    (county.inbox / "leute.csv").unlink()
    county.people(ANNA, CARL, name="leute_2021-03-02.csv")
    assert county.sync(LATER).code == 0
    county.people(ANNA, HER, CARL, f"7008;{NAME};{FIRST};kaputt;G;09999002;", name="leute_2021-03-03.csv")
    done = county.sync("2021-03-03")
    assert done.code == 0, done.stderr
    assert done.records("leute", "participants") == (2, 2, 0)
    assert_gone(county)


def test_later_files_bring_nobody_back_under_another_id_or_by_name_or_event(county: MadeUpCounty) -> None:
    erase(county)
    county.people(
        ANNA, CARL, f"8009;{FIRST.upper()};{NAME};{BORN};G;09999002;2021-02-10", "4;Demir;Dana;04.02.2000;D;09999001;"
    )
    county.contacts(ANNAS_CONTACT, "8009;2021-02-20;b;X", HER_CONTACT, "4;2021-02-22;b;X")
    done = county.sync(LATER)
    assert done.code == 0, done.stderr
    assert done.records("leute", "participants") == (3, 3, 0)
    assert done.records("kontakte", "contacts") == (2, 2, 0)
    assert persons(county) == 3
    text = everything(county)
    assert NAME not in text
    assert "8009" not in text
    assert county.kpi("contacted", LATER)[1] == 2


def test_a_dry_run_keeps_the_person_out_too(county: MadeUpCounty) -> None:
    erase(county)
    county.people(ANNA, HER, CARL)
    done = county.run("sync", "--direct", "--dry-run", "--as-of", LATER)
    assert done.records("leute", "participants") == (2, 2, 0)


def test_a_namesake_with_another_birth_date_stays(county: MadeUpCounty) -> None:
    county.people(ANNA, HER, CARL, f"9;{NAME};{FIRST};07.08.1999;D;09999001;")
    county.sync(LATER)
    erase(county)
    assert county.rows("SELECT person_id FROM vault.source_id ORDER BY 1") == [("1",), ("3",), ("9",)]
    county.people(ANNA, HER, CARL, f"9;{NAME};{FIRST};07.08.1999;D;09999001;2021-02-02")
    assert county.sync("2021-03-03").records("leute", "participants") == (3, 3, 0)


def test_a_restored_backup_brings_nobody_back(county: MadeUpCounty, tmp_path: Path, bare_url: str) -> None:
    backup = tmp_path / "sicherung.tar.gz"
    assert county.run("backup", str(backup)).code == 0
    erase(county)
    shutil.rmtree(county.folder / "state")  # all that is left is the county's folder and the backup
    county.url = bare_url
    county.county_yaml()
    done = county.run("restore", str(backup))
    assert (done.code, done.document["erased_again"]) == (0, 1), done.stderr
    assert_gone(county)
    assert persons(county) == 2
    assert county.sync(LATER).code == 0
    assert_gone(county)


def test_a_database_restored_by_other_means_is_cleaned_before_the_next_run(
    county: MadeUpCounty, tmp_path: Path
) -> None:
    county_before = county.rows("SELECT to_jsonb(v) FROM vault.source_id AS v WHERE person_id = '7007'")
    erase(county)
    with psycopg.connect(county.url.replace("postgresql+psycopg://", "postgresql://")) as conn:
        conn.execute("DELETE FROM ops.erasure")
        conn.execute(
            "INSERT INTO vault.source_id OVERRIDING SYSTEM VALUE SELECT (jsonb_populate_record(NULL::vault.source_id, "
            "%s)).*",
            [json.dumps(county_before[0][0])],
        )
    assert persons(county) == 3
    assert county.sync(LATER).code == 0
    assert persons(county) == 2


@pytest.mark.parametrize("stop_before", ["delete_facts", "rewrite_archived", "prove"])
def test_a_killed_erasure_is_carried_on(
    county: MadeUpCounty, monkeypatch: pytest.MonkeyPatch, stop_before: str
) -> None:
    with monkeypatch.context() as patch:

        def killed(*_: object) -> None:
            raise KeyboardInterrupt

        patch.setattr(f"flows.erasure.{stop_before}", killed)
        assert county.run("erase", "leute:7007", "--reason", "Antrag", "--yes").code == 1
    assert county.rows("SELECT state FROM ops.erasure") in ([], [("open",)])
    assert county.sync(LATER).code == 0
    assert county.rows("SELECT state FROM ops.erasure") == [("done",)]
    assert_gone(county)
    proofs = list((county.folder / "state" / "erasures").glob("*.json"))
    assert len(proofs) == 1
    assert json.loads(proofs[0].read_text("utf-8"))["removed"]["database"]["vault.source_id"] == 1


def test_a_process_killed_hard_while_it_rewrites_is_carried_on(county: MadeUpCounty) -> None:
    process = county.process("erase", "leute:7007", "--reason", "Antrag", "--yes")
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        if county.rows("SELECT 1 FROM ops.erasure"):
            os.kill(process.pid, signal.SIGKILL)
            break
        time.sleep(0.02)
    process.communicate()
    assert county.sync(LATER).code == 0
    assert county.rows("SELECT state FROM ops.erasure") == [("done",)]
    assert_gone(county)


def test_a_lawful_return_needs_a_reason_and_a_new_file(county: MadeUpCounty) -> None:
    number = str(erase(county)["erasure"])
    assert county.run("erase", "leute:9999", "--lift", "--reason", "x").code == 2
    lifted = county.run("erase", "leute:7007", "--lift", "--reason", "neuer Antrag auf Teilnahme")
    assert (lifted.code, lifted.document["erasure"]) == (0, number)
    county.people(ANNA, HER, CARL)
    assert county.sync(LATER).records("leute", "participants") == (3, 3, 0)
    assert county.kpi("contacted", LATER)[1] == 2, "the entry implies the contact"


def test_a_reason_that_names_the_person_is_refused(county: MadeUpCounty) -> None:
    done = county.run("erase", "leute:7007", "--reason", f"Frau {NAME} will es so", "--yes")
    assert (done.code, done.document["error"]["code"]) == (2, "E833")
    assert persons(county) == 3


def test_whoever_is_meant_must_be_one(county: MadeUpCounty) -> None:
    for asked in ("leute:4711", "zz-0000000000", ""):
        assert county.run("erase", asked, "--reason", "x").code == 2


def test_a_lost_key_stops_the_night_instead_of_letting_erased_persons_in(county: MadeUpCounty) -> None:
    erase(county)
    (county.folder / "state" / "keys" / "suppression.key").unlink()
    done = county.sync(LATER)
    assert (done.code, done.document["error"]["code"]) == (1, "E831")


def test_a_lost_list_is_written_again_from_the_warehouse(county: MadeUpCounty) -> None:
    erase(county)
    for path in (county.folder / "erasures.jsonl", county.folder / "state" / "keys" / "erasures.jsonl"):
        path.unlink()
    county.people(ANNA, HER, CARL)
    assert county.sync(LATER).records("leute", "participants") == (2, 2, 0)


def test_persons_are_found_by_pseudonym_and_uid(county: MadeUpCounty) -> None:
    listed = county.run("explain", "contacted", "--period", "2020/21").document["persons"]
    assert len(listed) >= 2
    uid = county.rows("SELECT person_uid::text FROM vault.source_id WHERE person_id = '7007'")[0][0]
    asked = county.run("erase", uid, "--reason", "Antrag").document["person"]
    assert asked in [row["person"] for row in listed]
    assert county.run("erase", asked, "--reason", "Antrag").document["person"] == asked
