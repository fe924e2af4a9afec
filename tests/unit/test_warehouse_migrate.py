"""Upgrades happen once, whole, as the owner's role."""

import tempfile
import threading
import uuid
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import psycopg
import pytest
from alembic import command
from sqlalchemy import text
from sqlalchemy.engine import make_url

from schemas.errors import PipelineError
from tasks.warehouse.embedded import ensure_server, remove_server
from tasks.warehouse.engine import open_engine
from tasks.warehouse.migrate import (
    MIGRATIONS,
    OWNER_ROLE,
    VERSION_SCHEMA,
    alembic_config,
    current_version,
    head_version,
    upgrade,
)
from tasks.warehouse.statements import run_script


def test_empty_database_has_no_version(bare_url: str):
    assert current_version(bare_url) is None
    assert upgrade(bare_url) == head_version() == current_version(bare_url)


# A migration that a county has run never changes again: what comes later is a migration of its own.
FROZEN = {
    "0001_warehouse.sql": "8400987c071034c5f903a59b4c07402c6144c1c51841b38f5f072511465502e7",
    "0002_first_use.sql": "e2f846885d9d5cf0f872700b05778ac76da2f2357909758828c3cf6cb1227120",
    "0003_speed_and_reach.sql": "9193a30ca4577cf97fce9867fe5eea0d9fe9f9c1798000fb1ba06ca446e12ef8",
    "0004_small_keys.sql": "f59e1c365e934545263302add242d43c6e767361c2730916a54c4ecf1fd2ed51",
}


def test_a_migration_in_use_is_never_edited():
    folder = MIGRATIONS / "versions"
    assert {name: sha256((folder / name).read_bytes()).hexdigest() for name in FROZEN} == FROZEN


def baseline(url: str) -> None:
    """Bring an empty database to 0001 and no further."""
    engine = open_engine(url, role=None)
    with engine.connect() as conn, conn.begin():
        run_script(conn, "roles")
        conn.execute(text(f"SET LOCAL ROLE {OWNER_ROLE}"))
        conn.execute(text(f"CREATE SCHEMA {VERSION_SCHEMA}"))
        command.upgrade(alembic_config(conn), "0001")
    engine.dispose()


def columns(url: str) -> list[tuple[str, ...]]:
    """Return every column with its type, default and comment."""
    with psycopg.connect(url.replace("postgresql+psycopg://", "postgresql://")) as conn:
        return conn.execute(
            "SELECT table_schema, table_name, column_name, data_type, is_nullable, column_default, "
            "col_description((table_schema || '.' || table_name)::regclass, ordinal_position) "
            "FROM information_schema.columns WHERE table_schema NOT IN ('pg_catalog', 'information_schema') ORDER BY "
            "1, 2, 3"
        ).fetchall()


def test_a_warehouse_of_the_baseline_comes_to_the_newest_version(bare_url: str, warehouse_url: str):
    baseline(bare_url)
    assert current_version(bare_url) == "0001"
    assert upgrade(bare_url) == head_version()
    assert columns(bare_url) == columns(warehouse_url)


def test_a_baseline_made_before_it_was_finished_is_refused(bare_url: str):
    baseline(bare_url)
    with psycopg.connect(bare_url.replace("postgresql+psycopg://", "postgresql://"), autocommit=True) as conn:
        conn.execute("ALTER TABLE ops.release DROP COLUMN waiting_count")
    with pytest.raises(PipelineError, match=r"E505.*unfinished 0001"):
        upgrade(bare_url)
    assert current_version(bare_url) == "0001"


def test_upgrades_at_once_do_the_work_once(bare_url: str):
    answers: list[str] = []
    threads = [threading.Thread(target=lambda: answers.append(upgrade(bare_url))) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [head_version()] * 3


def test_owner_owns_what_an_upgrade_makes(any_warehouse_url: str):
    with open_engine(any_warehouse_url, None).connect() as conn:
        owners = conn.execute(
            text(
                "SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"
            )
        )
        assert [row[0] for row in owners] == ["teilhabe_owner"]


@pytest.fixture(params=["server_url", "pg15_server_url"])
def plain_login_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """A database on a server of the county's own: its login owns the database and may make roles, no superuser."""
    url = make_url(str(request.getfixturevalue(request.param)))
    name = f"t_{uuid.uuid4().hex[:12]}"
    admin = psycopg.connect(url.set(drivername="postgresql").render_as_string(hide_password=False), autocommit=True)
    admin.execute(f"CREATE ROLE {name} LOGIN CREATEROLE PASSWORD 'x'")
    admin.execute(f"CREATE DATABASE {name} OWNER {name} TEMPLATE template0")
    for role in ("owner", "pipeline", "casework", "steering", "bi"):
        if admin.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [f"teilhabe_{role}"]).fetchone():
            admin.execute(f"GRANT teilhabe_{role} TO {name}")
    yield url.set(username=name, password="x", database=name).render_as_string(hide_password=False)
    admin.execute(f"DROP DATABASE {name} WITH (FORCE)")
    admin.execute(f"DROP ROLE {name}")
    admin.close()


def test_upgrade_needs_no_superuser(plain_login_url: str):
    assert upgrade(plain_login_url) == head_version()
    with open_engine(plain_login_url).connect() as conn:
        assert conn.execute(text("SELECT current_user")).scalar_one() == "teilhabe_pipeline"


def test_login_that_makes_the_roles_itself_may_take_them(system_dir: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("TEILHABE_PG", "wheel")
    state = Path(tempfile.mkdtemp(prefix="state-", dir=system_dir))
    try:
        url = make_url(ensure_server(state).url)
        login = url.set(drivername="postgresql").render_as_string(hide_password=False)
        with psycopg.connect(login, autocommit=True) as admin:
            admin.execute("CREATE ROLE plain LOGIN CREATEROLE PASSWORD 'x'")
            admin.execute("CREATE DATABASE plain OWNER plain TEMPLATE template0")
        plain = url.set(username="plain", password="x", database="plain").render_as_string(hide_password=False)
        assert upgrade(plain) == head_version() == current_version(plain)
        with open_engine(plain).connect() as conn:
            assert conn.execute(text("SELECT current_user")).scalar_one() == "teilhabe_pipeline"
    finally:
        remove_server(state)


def test_two_open_versions_of_one_record_are_impossible_in_every_version_table(warehouse_url: str):
    with psycopg.connect(warehouse_url.replace("postgresql+psycopg://", "postgresql://")) as conn:
        tables = conn.execute(
            "SELECT table_schema || '.' || table_name, array_agg(column_name::text) FROM information_schema.columns "
            "WHERE table_schema IN ('core', 'vault') AND table_name LIKE '%\\_version' AND is_nullable = 'NO' "
            "AND column_name NOT IN ('version_id') GROUP BY 1"
        ).fetchall()
        assert len(tables) == 12
        for table, needed in tables:
            given = {"record_key": "gen_random_uuid()"}
            values = ", ".join(given.get(name, "'1'") for name in needed)
            row = f"INSERT INTO {table} ({', '.join(needed)}) VALUES ({values})"
            again = f"INSERT INTO {table} ({', '.join(needed)}) SELECT {', '.join(needed)} FROM {table}"
            conn.execute(row)
            with pytest.raises(psycopg.errors.UniqueViolation), conn.transaction():
                conn.execute(again)
            conn.execute(f"UPDATE {table} SET closed_load = 1")
            conn.execute(again)  # a closed version leaves room for the next
        conn.rollback()
