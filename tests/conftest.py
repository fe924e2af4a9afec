"""Real databases for tests: one embedded server a session, one fresh database a test."""

import os
import shutil
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy.engine import make_url

# Imported before any test module: the importlib mode may leave a stand-in for a package that comes late.
import config  # noqa: F401

# Speed only: a test's data need not survive a power cut.
UNSAFE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_wal_size": "2GB"}


@pytest.fixture(scope="session")
def system_dir() -> Iterator[Path]:
    """A stand-in for /var/lib/teilhabe that another account may pass through."""
    folder = Path(tempfile.mkdtemp(prefix="teilhabe-test-"))
    folder.chmod(0o711)
    before = os.environ.get("TEILHABE_SYSTEM_DIR")
    os.environ["TEILHABE_SYSTEM_DIR"] = str(folder)
    yield folder
    if before is None:
        del os.environ["TEILHABE_SYSTEM_DIR"]
    else:
        os.environ["TEILHABE_SYSTEM_DIR"] = before
    shutil.rmtree(folder, ignore_errors=True)


def _server(folder: Path, **choice: str) -> Iterator[str]:
    """A server made with ``choice`` in the environment; afterwards its PG_VERSION decides."""
    from tasks.warehouse.embedded import ensure_server, remove_server

    state = Path(tempfile.mkdtemp(prefix="state-", dir=folder))
    with pytest.MonkeyPatch.context() as patch:
        for name in ("TEILHABE_PG", "TEILHABE_PG_BIN"):
            patch.delenv(name, raising=False)
        for name, value in choice.items():
            patch.setenv(name, value)
        url = ensure_server(state, UNSAFE).url
    yield url
    remove_server(state)


@pytest.fixture(scope="session")
def server_url(system_dir: Path) -> Iterator[str]:
    """The superuser's URL of the session's server: the wheel's PostgreSQL, or the one whose programs are named."""
    named = os.environ.get("TEILHABE_TEST_PG_BIN")
    yield from _server(system_dir, **({"TEILHABE_PG_BIN": named} if named else {"TEILHABE_PG": "wheel"}))


@pytest.fixture(scope="session")
def pg15_server_url(system_dir: Path) -> Iterator[str]:
    """The same on Debian's PostgreSQL 15."""
    if not Path("/usr/lib/postgresql/15/bin/initdb").exists():
        pytest.skip("Debian's PostgreSQL 15 is not installed (apt-get install postgresql-15)")
    yield from _server(system_dir, TEILHABE_PG_BIN="/usr/lib/postgresql/15/bin")


def _admin(url: str) -> psycopg.Connection:
    return psycopg.connect(
        make_url(url).set(drivername="postgresql").render_as_string(hide_password=False), autocommit=True
    )


def _template(url: str) -> str:
    from tasks.warehouse.migrate import upgrade

    with _admin(url) as admin:
        admin.execute("CREATE DATABASE upgraded")
    upgrade(make_url(url).set(database="upgraded").render_as_string(hide_password=False))
    return url


def _database(url: str, template: str) -> Iterator[str]:
    name = f"t_{uuid.uuid4().hex[:12]}"
    with _admin(url) as admin:
        admin.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
    fresh = make_url(url).set(database=name).render_as_string(hide_password=False)
    if template != "template0":
        _grant_database(fresh)
    yield fresh
    with _admin(url) as admin:
        admin.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def _grant_database(url: str) -> None:
    """CREATE DATABASE does not copy the template's own grants: say them again."""
    from tasks.warehouse.engine import open_engine
    from tasks.warehouse.statements import run_script

    engine = open_engine(url, role=None)
    with engine.begin() as conn:
        run_script(conn, "roles")
    engine.dispose()


def fresh_database(url: str) -> Iterator[str]:
    """A fresh warehouse on an upgraded server: all tables, no rows."""
    yield from _database(url, "upgraded")


@pytest.fixture(scope="session")
def upgraded_server(server_url: str) -> str:
    """The session's server with a template database that holds the warehouse's tables."""
    return _template(server_url)


@pytest.fixture(scope="session")
def upgraded_pg15(pg15_server_url: str) -> str:
    """The same on PostgreSQL 15."""
    return _template(pg15_server_url)


@pytest.fixture
def warehouse_url(upgraded_server: str) -> Iterator[str]:
    """A fresh warehouse for one test: all tables, no rows (PostgreSQL of the wheel)."""
    yield from _database(upgraded_server, "upgraded")


@pytest.fixture(scope="module")
def module_warehouse_url(upgraded_server: str) -> Iterator[str]:
    """One warehouse for all tests of a module that only look at what one night made."""
    yield from _database(upgraded_server, "upgraded")


@pytest.fixture
def pg15(upgraded_pg15: str) -> Iterator[str]:
    """A fresh warehouse for one test on PostgreSQL 15; skips where that is not installed."""
    yield from _database(upgraded_pg15, "upgraded")


@pytest.fixture
def bare_url(server_url: str) -> Iterator[str]:
    """A database without the warehouse's tables."""
    yield from _database(server_url, "template0")


@pytest.fixture(params=["wheel", "pg15"])
def any_warehouse_url(request: pytest.FixtureRequest) -> str:
    """A fresh warehouse on each supported server in turn."""
    return str(request.getfixturevalue("warehouse_url" if request.param == "wheel" else "pg15"))


@pytest.fixture(params=["plain", "sealed"])
def however_names_are_kept(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same test with names in plain text and with names sealed from the county's first night on."""
    if request.param == "sealed":
        monkeypatch.setenv("TEILHABE_VAULT_KEY", "3d" * 32)
