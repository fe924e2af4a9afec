"""Upgrades happen once, whole, as the owner's role."""

import tempfile
import threading
import uuid
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.engine import make_url

from tasks.warehouse.embedded import ensure_server, remove_server
from tasks.warehouse.engine import open_engine
from tasks.warehouse.migrate import current_version, head_version, upgrade


def test_empty_database_has_no_version(bare_url: str):
    assert current_version(bare_url) is None
    assert upgrade(bare_url) == head_version() == current_version(bare_url)


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
