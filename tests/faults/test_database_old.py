"""The database is not of today: half a deployment, a backup brought back; old files come in any order."""

import itertools
import os
import shutil
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import text

from tasks.warehouse.engine import open_engine
from tasks.warehouse.migrate import OWNER_ROLE, VERSION_SCHEMA, _let_login_take_roles, alembic_config, head_version
from tasks.warehouse.statements import run_script
from tests.conftest import _database
from tests.faults.night import SECOND, facts, first_night, query, slow
from tests.flows.county import MadeUpCounty, Outcome, standard


def upgrade_to(url: str, version: str) -> None:
    """Bring an empty database to an older version, as the program of that version did."""
    engine = open_engine(url, role=None)
    with engine.begin() as conn:
        run_script(conn, "roles")
        _let_login_take_roles(conn)
        conn.execute(text(f"SET LOCAL ROLE {OWNER_ROLE}"))
        conn.execute(text(f"CREATE SCHEMA IF NOT EXISTS {VERSION_SCHEMA}"))
        command.upgrade(alembic_config(conn), version)
        run_script(conn, "grants")
    engine.dispose()


def refused(outcome: Outcome, code: str) -> None:
    assert (outcome.code, outcome.document["error"]["code"]) == (7, code), outcome


def test_new_code_on_the_real_old_schema_waits_for_the_decision_to_upgrade(tmp_path: Path, bare_url: str) -> None:
    upgrade_to(bare_url, "0001")
    county = standard(tmp_path / "kreis", bare_url)
    county.people("1;Familie1;Person1;01.02.2000;D;09999001;2021-02-11")
    county.contacts("1;2021-02-01;b;A")
    for words in (("sync", "--direct", "--as-of", "2021-03-01"), ("status",), ("kpi",)):
        refused(county.run(*words), "E510")
    doctor = county.run("doctor")
    database = next(check for check in doctor.document["checks"] if check["check"] == "database")
    assert (doctor.code, database["passed"]) == (7, False)
    assert "teilhabe db upgrade" in database["detail"]
    assert query(bare_url, "SELECT count(*) FROM ops.run") == [(0,)]
    assert county.run("db", "upgrade").code == 0
    assert county.sync("2021-03-01").status == "published"


def test_an_old_schema_is_backed_up_before_the_upgrade_and_comes_back_as_one_of_today(
    tmp_path: Path, bare_url: str, server_url: str
) -> None:
    upgrade_to(bare_url, "0003")
    county = standard(tmp_path / "kreis", bare_url)
    file = tmp_path / "sicherung.tar.gz"
    written = county.run("backup", str(file))
    assert written.code == 0, written
    assert (written.code, written.document["schema"], written.document["names_key"]) == (0, "0003", None), written
    assert query(bare_url, "SELECT count(*) FROM ops.audit WHERE action = 'backup'") == [(1,)]
    for url in _database(server_url, "template0"):
        other = elsewhere(county, tmp_path / "neu", url)
        assert other.run("restore", str(file)).code == 0
        other.people("1;Familie1;Person1;01.02.2000;D;09999001;2021-02-11")
        other.contacts("1;2021-02-01;b;A")
        assert other.sync("2021-03-01").status == "published"


def test_old_code_on_a_new_schema_changes_nothing(
    tmp_path: Path, warehouse_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Half a deployment the other way round: the database is upgraded, this machine still runs the version before."""
    county = standard(tmp_path / "kreis", warehouse_url)
    county.people("1;Familie1;Person1;01.02.2000;D;09999001;2021-02-11")
    county.contacts("1;2021-02-01;b;A")
    assert county.sync("2021-03-01").code == 0
    before = facts(warehouse_url)
    with monkeypatch.context() as old:
        old.setattr("tasks.warehouse.opening.head_version", lambda: "0001")
        refused(county.sync(SECOND), "E511")
        refused(county.run("status"), "E511")
    assert facts(warehouse_url) == before
    assert head_version() > "0001"
    assert county.sync(SECOND).code == 0


@pytest.fixture
def kept(tmp_path: Path, bare_url: str) -> tuple[MadeUpCounty, Path, dict[str, list[str]]]:
    """A county with a backup of its first night; what the second night makes of it."""
    county = first_night(tmp_path / "kreis", bare_url)
    backup = tmp_path / "sicherung.tar.gz"
    assert county.run("backup", str(backup)).code == 0
    assert county.sync(SECOND).code == 8
    return county, backup, facts(bare_url)


def elsewhere(county: MadeUpCounty, folder: Path, url: str) -> MadeUpCounty:
    """The same county on another machine: its folder and inbox, an empty warehouse, no state."""
    shutil.copytree(county.folder, folder, ignore=shutil.ignore_patterns("state"))
    other = MadeUpCounty.__new__(MadeUpCounty)
    other.folder, other.url, other.key, other.inbox = folder, url, county.key, folder / "inbox"
    other.county_yaml()
    return other


def without_ids(found: dict[str, list[str]]) -> dict[str, list[str]]:
    return {name: rows for name, rows in found.items() if name not in ("releases", "states")}


@slow
@pytest.mark.parametrize("archive", ["of the backup", "of today"])
def test_a_backup_brought_back_and_replayed_gives_the_same_facts(
    kept: tuple[MadeUpCounty, Path, dict[str, list[str]]], tmp_path: Path, server_url: str, archive: str
) -> None:
    """The night that the backup does not know is done once more; an archive newer than the database does no harm."""
    county, backup, expected = kept
    for url in _database(server_url, "template0"):
        other = elsewhere(county, tmp_path / "neu", url)
        restored = other.run("restore", str(backup))
        assert restored.code == 0, restored
        if archive == "of today":
            shutil.rmtree(other.folder / "state" / "raw")
            shutil.copytree(county.folder / "state" / "raw", other.folder / "state" / "raw")
        done = other.sync(SECOND)
        assert done.code == 8, done
        assert without_ids(facts(url)) == without_ids(expected)
        replayed = other.run("rerun", "--since", "2021-03-01", "--from-raw", "--reason", "Probe")
        assert replayed.code == 8, replayed
        found = facts(url)
        for table in ("internal", "mart", "quarantine", "persons", "proposals"):
            assert found[table] == expected[table], table


@slow
def test_old_files_in_any_order_end_in_the_same_state(tmp_path: Path, server_url: str, upgraded_server: str) -> None:
    """Three dated deliveries arrive in each of six orders, one a night; the newest by its name decides what stands."""
    rows = {
        "20210301": ["1;Aydin;Anna;01.02.2000;D;09999001;"],
        "20210302": ["1;Aydin;Anna;01.02.2000;D;09999001;2021-02-10", "2;Bozkurt;Bekir;03.02.2000;G;09999002;"],
        "20210303": ["2;Bozkurt;Bekir;03.02.2000;G;09999003;2021-02-11"],
    }
    ends = set()
    for number, order in enumerate(itertools.permutations(rows)):
        for url in _database(upgraded_server, "upgraded"):
            county = standard(tmp_path / f"kreis{number}", url)
            county.contacts("2;2021-02-01;b;A")
            for day, name in enumerate(order, start=5):
                path = county.people(*rows[name], name=f"leute_{name}.csv")
                os.utime(path, (1_700_000_000 - day, 1_700_000_000 - day))
                done = county.sync(f"2021-03-0{day}")
                assert done.code in (0, 8), (order, done)  # 8: the contact's person is not known yet
            assert county.sync("2021-03-08").code == 0
            people = county.visible("core.participant_version", "ags, residence_status")
            ends.add((str(people), str(county.visible("core.contact_version", "contact_on")), str(county.tickets())))
    assert len(ends) == 1, ends
