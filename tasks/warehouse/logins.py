"""Logins for the roles: rights hang on roles, people and tools log in as a login that inherits one.

``role_login_url`` makes ``teilhabe_bi_login`` for ``teilhabe_bi`` with a random
password, kept in a 0600 file. The server never sees the password itself, only
its SCRAM verifier.
"""

import json
import secrets
from pathlib import Path

import psycopg
from psycopg import sql
from sqlalchemy.engine import make_url

from schemas.errors import PipelineError
from tasks.warehouse.driver_errors import wrapped
from tasks.warehouse.embedded import ensure_server
from tasks.warehouse.engine import normalise_url, spoken_url
from tasks.warehouse.placement import room_of, write_private

LOGIN_ROLES = ("pipeline", "casework", "steering", "bi")


def reader_url(state: Path, role: str) -> str:
    """Return the URL for a role's login on the embedded server of ``state``; ``role`` as ``bi`` or ``teilhabe_bi``."""
    return role_login_url(ensure_server(state).url, role, room_of(state))


def role_login_url(admin_url: str, role: str, secrets_dir: Path, county: str = "") -> str:
    """Return a URL whose login inherits ``role``, making the login or a new password where needed.

    With ``county`` the login is that county's own (``teilhabe_bi_05774_login``):
    counties that share a server share no password, and what a login sees stands
    in ``ops.login_county`` (see ``let_login_see``).

    ``admin_url`` must be allowed to make roles. The password is kept in
    ``secrets_dir/logins.json``; a login whose kept password no longer works
    gets a new one. Errors: E500, E505, E509 for a role that is not ours.
    """
    short = role.removeprefix("teilhabe_")
    if short not in LOGIN_ROLES:
        raise PipelineError("E509", what="role", name=role[:63])
    admin = make_url(normalise_url(admin_url))
    login = login_name(short, county)
    store = secrets_dir / "logins.json"
    kept = json.loads(store.read_text("utf-8")) if store.exists() else {}
    password = kept.get(login, "")
    url = admin.set(username=login, password=password)
    if password and _opens(url.set(drivername="postgresql").render_as_string(hide_password=False)):
        return url.render_as_string(hide_password=False)
    password = secrets.token_urlsafe(24)
    _make_login(
        admin.set(drivername="postgresql").render_as_string(hide_password=False), login, f"teilhabe_{short}", password
    )
    secrets_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_private(store, json.dumps({**kept, login: password}, indent=1))
    return admin.set(username=login, password=password).render_as_string(hide_password=False)


def login_name(role: str, county: str = "") -> str:
    """Return the name of a role's login, a county's own where one is given."""
    return f"teilhabe_{role}_{county}_login" if county else f"teilhabe_{role}_login"


def let_login_see(admin_url: str, role: str, county: str) -> None:
    """Let a county's own login see that county's rows (row-level security reads it by session user)."""
    admin = make_url(normalise_url(admin_url)).set(drivername="postgresql").render_as_string(hide_password=False)
    with wrapped(spoken_url(admin_url)), psycopg.connect(admin, connect_timeout=10) as conn:
        conn.execute("SET ROLE teilhabe_owner")
        conn.execute(
            "INSERT INTO ops.login_county (login, county) VALUES (%s, %s) ON CONFLICT DO NOTHING",
            [login_name(role, county), county],
        )


def _opens(url: str) -> bool:
    try:
        psycopg.connect(url, connect_timeout=10).close()
    except psycopg.OperationalError:
        return False
    return True


def _make_login(admin_url: str, login: str, role: str, password: str) -> None:
    name, member_of = sql.Identifier(login), sql.Identifier(role)
    with wrapped(spoken_url(admin_url)), psycopg.connect(admin_url, connect_timeout=10) as conn:
        verifier = conn.pgconn.encrypt_password(password.encode(), login.encode(), b"scram-sha-256").decode()
        if not conn.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [login]).fetchone():
            conn.execute(sql.SQL("CREATE ROLE {} NOSUPERUSER NOCREATEDB NOCREATEROLE").format(name))
        conn.execute(sql.SQL("ALTER ROLE {} LOGIN INHERIT PASSWORD {}").format(name, sql.Literal(verifier)))
        conn.execute(sql.SQL("GRANT {} TO {}").format(member_of, name))
