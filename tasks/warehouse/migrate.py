"""Upgrades of the warehouse: alembic, in one transaction, as the owner's role.

The login makes the roles (``sql/roles.sql``), then everything runs as
``teilhabe_owner``: migrations, and ``sql/grants.sql`` at the end. A killed
upgrade leaves the warehouse as it was; two at once do the work once.
"""

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, text

from tasks.warehouse.driver_errors import wrapped
from tasks.warehouse.engine import PIPELINE_ROLE, open_engine
from tasks.warehouse.statements import SQL_ROOT, read_sql, run_script, run_statements, split

if TYPE_CHECKING:  # alembic costs a tenth of a second; only an upgrade pays it
    from alembic.config import Config

OWNER_ROLE = "teilhabe_owner"
MIGRATIONS = SQL_ROOT / "migrations"
# A schema of its own: the contract's schemas are made by the first migration.
VERSION_SCHEMA = "migration"
VERSION_TABLE = "alembic_version"
# Any fixed number; it only has to differ from other locks of this database.
_LOCK_KEY = 7_134_220_518


def upgrade(url: str) -> str:
    """Bring the warehouse at ``url`` to the newest version and return it.

    The login must own the database or be a superuser, or find the roles made
    and itself a member of them. Errors: E500, E505, E506.
    """
    from alembic import command

    engine = open_engine(url, role=None, application="teilhabe db upgrade")
    try:
        with engine.connect() as conn, conn.begin():
            conn.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK_KEY})
            run_script(conn, "roles")
            _let_login_take_roles(conn)
            conn.execute(text(f"SET LOCAL ROLE {OWNER_ROLE}"))
            conn.execute(text(f"CREATE SCHEMA IF NOT EXISTS {VERSION_SCHEMA}"))
            with wrapped():
                command.upgrade(alembic_config(conn), "head")
            run_script(conn, "grants")
            run_script(conn, "comments")
            return _version(conn) or ""
    finally:
        engine.dispose()


def current_version(url: str) -> str | None:
    """Return the version of the warehouse at ``url``, None while it is empty."""
    engine = open_engine(url, role=None)
    try:
        with engine.connect() as conn:
            return _version(conn)
    finally:
        engine.dispose()


def head_version() -> str:
    """Return the version this code expects: the number of the newest migration file."""
    return max(path.name.partition("_")[0] for path in (MIGRATIONS / "versions").glob("[0-9]*_*.py"))


def run_sql_file(name: str) -> None:
    """Run ``sql/migrations/versions/<name>`` inside a migration, statement by statement."""
    from alembic import op

    run_statements(op.get_bind(), split(read_sql(f"migrations/versions/{Path(name).stem}")))


def _let_login_take_roles(conn: Connection) -> None:
    """Since PostgreSQL 16 a login that makes a role may grant it, but not take it: let it."""
    if conn.dialect.server_version_info is None or conn.dialect.server_version_info < (16,):
        return
    for role in (OWNER_ROLE, PIPELINE_ROLE):
        may = text("SELECT pg_has_role(session_user, :role, 'SET')")
        if not conn.execute(may, {"role": role}).scalar_one():
            conn.execute(text(f"GRANT {role} TO SESSION_USER WITH SET TRUE, INHERIT TRUE"))


def _version(conn: Connection) -> str | None:
    found = conn.execute(text(f"SELECT to_regclass('{VERSION_SCHEMA}.{VERSION_TABLE}') IS NOT NULL")).scalar_one()
    if not found:
        return None
    version: str | None = conn.execute(text(f"SELECT version_num FROM {VERSION_SCHEMA}.{VERSION_TABLE}")).scalar()
    return version


def alembic_config(conn: Connection | None = None) -> "Config":
    """Return alembic's settings for these migrations on ``conn``."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = conn
    return config
