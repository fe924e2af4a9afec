"""Who may do what: the checked-in matrix equals the catalogue, and nobody gets round it."""

import csv
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from tasks.warehouse.logins import let_login_see, role_login_url

ROOT = Path(__file__).resolve().parents[2]
SCHEMAS = ("raw", "vault", "core", "quarantine", "ops", "internal", "mart")
ROLES = ("teilhabe_pipeline", "teilhabe_casework", "teilhabe_steering", "teilhabe_bi")
TABLE_RIGHTS = ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER")
OWN, OTHER = "09999", "08888"


def plain(url: str) -> str:
    return url.replace("postgresql+psycopg://", "postgresql://")


def matrix() -> dict[tuple[str, str], set[str]]:
    with (ROOT / "sql" / "rights.csv").open(encoding="utf-8") as file:
        return {(row["role"], row["object"]): set(row["rights"].split()) for row in csv.DictReader(file)}


def allowed(role: str, table: str) -> set[str]:
    """The line of the table itself wins over that of its schema; without any line nothing is allowed."""
    written = matrix()
    return written.get((role, table), written.get((role, f"{table.partition('.')[0]}.*"), set()))


def test_the_matrix_is_what_the_catalogue_says(any_warehouse_url: str) -> None:
    wrong = []
    with psycopg.connect(plain(any_warehouse_url)) as conn:
        tables = conn.execute(
            "SELECT n.nspname || '.' || c.relname, c.oid FROM pg_class AS c JOIN pg_namespace AS n ON "
            "c.relnamespace = n.oid WHERE c.relkind IN ('r', 'v', 'm', 'p') AND n.nspname = ANY(%s)",
            [list(SCHEMAS)],
        ).fetchall()
        for role in ROLES:
            for table, oid in tables:
                has = {
                    right
                    for right in TABLE_RIGHTS
                    if conn.execute("SELECT has_table_privilege(%s, %s::oid, %s)", [role, oid, right]).fetchone()
                    == (True,)
                }
                if has != allowed(role, table):
                    wrong.append((role, table, sorted(has)))
            for schema in (*SCHEMAS, "public", "migration"):
                usage = conn.execute("SELECT has_schema_privilege(%s, %s, 'USAGE')", [role, schema]).fetchone()
                make = conn.execute("SELECT has_schema_privilege(%s, %s, 'CREATE')", [role, schema]).fetchone()
                if usage != ((role, f"schema {schema}") in matrix(),) or make != (False,):
                    wrong.append((role, f"schema {schema}", [str(usage), str(make)]))
            rights = {
                right
                for right in ("CONNECT", "TEMPORARY", "CREATE")
                if conn.execute("SELECT has_database_privilege(%s, current_database(), %s)", [role, right]).fetchone()
                == (True,)
            }
            if rights != matrix()[role, "database"]:
                wrong.append((role, "database", sorted(rights)))
    assert wrong == []


def test_every_line_of_the_matrix_speaks_about_something(warehouse_url: str) -> None:
    with psycopg.connect(plain(warehouse_url)) as conn:
        names = {name for (name,) in conn.execute("SELECT schemaname || '.' || tablename FROM pg_tables").fetchall()}
    for role, thing in matrix():
        assert role in ROLES
        assert thing == "database" or thing.removeprefix("schema ").removesuffix(".*") in SCHEMAS or thing in names


def test_roles_are_bare_and_the_owner_owns_everything(any_warehouse_url: str) -> None:
    with psycopg.connect(plain(any_warehouse_url)) as conn:
        mighty = conn.execute(
            "SELECT rolname FROM pg_roles WHERE rolname = ANY(%s) AND (rolcanlogin OR rolsuper OR rolbypassrls OR "
            "rolcreaterole OR rolcreatedb OR rolreplication)",
            [[*ROLES, "teilhabe_owner"]],
        ).fetchall()
        members = conn.execute(
            "SELECT m.member::regrole::text FROM pg_auth_members AS m WHERE m.member::regrole::text = ANY(%s)",
            [[*ROLES, "teilhabe_owner"]],
        ).fetchall()
        strangers = conn.execute(
            "SELECT c.oid::regclass::text FROM pg_class AS c JOIN pg_namespace AS n ON c.relnamespace = n.oid "
            "WHERE n.nspname = ANY(%s) AND c.relowner::regrole::text <> 'teilhabe_owner'",
            [list(SCHEMAS)],
        ).fetchall()
    assert (mighty, members, strangers) == ([], [], [])


def test_nothing_is_public_views_ask_as_the_reader_functions_have_a_safe_path(any_warehouse_url: str) -> None:
    with psycopg.connect(plain(any_warehouse_url)) as conn:
        public = conn.execute(
            "SELECT c.oid::regclass::text FROM pg_class AS c JOIN pg_namespace AS n ON c.relnamespace = n.oid, "
            "aclexplode(c.relacl) AS a WHERE n.nspname = ANY(%s) AND a.grantee = 0 "
            "UNION ALL SELECT n.nspname FROM pg_namespace AS n, aclexplode(n.nspacl) AS a "
            "WHERE n.nspname = ANY(%s) AND a.grantee = 0 "
            "UNION ALL SELECT d.datname FROM pg_database AS d, aclexplode(d.datacl) AS a "
            "WHERE d.datname = current_database() AND a.grantee = 0 "
            "UNION ALL SELECT p.proname FROM pg_proc AS p JOIN pg_namespace AS n ON p.pronamespace = n.oid, "
            "aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) AS a "
            "WHERE n.nspname = ANY(%s) AND a.grantee = 0",
            [list(SCHEMAS), list(SCHEMAS), list(SCHEMAS)],
        ).fetchall()
        blind = conn.execute(
            "SELECT c.relname FROM pg_class AS c JOIN pg_namespace AS n ON c.relnamespace = n.oid "
            "WHERE c.relkind = 'v' "
            "AND n.nspname = ANY(%s) AND NOT coalesce('security_invoker=true' = ANY(c.reloptions), FALSE)",
            [list(SCHEMAS)],
        ).fetchall()
        loose = conn.execute(
            "SELECT p.proname FROM pg_proc AS p JOIN pg_namespace AS n ON p.pronamespace = n.oid "
            "WHERE n.nspname = ANY(%s) AND NOT EXISTS ("
            "SELECT 1 FROM unnest(p.proconfig) AS c WHERE c LIKE 'search_path=%%')",
            [list(SCHEMAS)],
        ).fetchall()
        unforced = conn.execute(
            "SELECT c.oid::regclass::text FROM pg_class AS c JOIN pg_namespace AS n ON c.relnamespace = n.oid "
            "WHERE c.relkind = 'r' AND n.nspname = ANY(%s) AND n.nspname <> 'mart' AND c.relname <> 'login_county' "
            "AND NOT (c.relrowsecurity AND c.relforcerowsecurity)",
            [list(SCHEMAS)],
        ).fetchall()
    assert (public, blind, loose, unforced) == ([], [], [], [])


@pytest.fixture
def two_counties(any_warehouse_url: str) -> str:
    with psycopg.connect(plain(any_warehouse_url)) as conn:
        for county in (OWN, OTHER):
            conn.execute(
                "INSERT INTO vault.source_id (county, source, person_id, person_uid, link_state, first_load) "
                "VALUES (%s, 'leute', %s, gen_random_uuid(), 'single', 1)",
                [county, f"id-{county}"],
            )
            conn.execute(
                "INSERT INTO core.need_version (county, source, record_key, opened_load, file_id, row, "
                "ref_id, need_id, recorded_on) VALUES (%s, 'b', gen_random_uuid(), 1, 1, 2, 1, %s, "
                "'2021-01-01')",
                [county, f"need-{county}"],
            )
            conn.execute(
                "INSERT INTO core.person_link (county, ref_id, person_uid, link_state, rule, opened_load) "
                "VALUES (%s, 1, gen_random_uuid(), 'single', 'new_id', 1)",
                [county],
            )
            conn.execute("INSERT INTO ops.audit (county, actor, action) VALUES (%s, 'x', 'probe')", [county])
    return any_warehouse_url


@pytest.fixture
def reader(two_counties: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[psycopg.Connection]:
    role = getattr(request, "param", "casework")
    url = role_login_url(two_counties, role, tmp_path, OWN)
    let_login_see(two_counties, role, OWN)
    with psycopg.connect(plain(url), autocommit=True) as conn:
        yield conn


ROUNDABOUT = [
    "SELECT set_config('teilhabe.county', '08888', FALSE)",
    "SET teilhabe.county = '08888'",
    "SET row_security = off",
    "SET ROLE teilhabe_casework",
    "SELECT 1",
]


@pytest.mark.parametrize("before", ROUNDABOUT)
def test_casework_sees_its_own_county_whatever_it_sets(reader: psycopg.Connection, before: str) -> None:
    reader.execute(before.encode())
    seen = []
    for table in ("vault.source_id", "core.need_version", "core.need", "core.person_link", "ops.audit"):
        try:
            seen += reader.execute(sql.SQL("SELECT DISTINCT county FROM {}").format(sql.SQL(table))).fetchall()
        except psycopg.errors.InsufficientPrivilege:
            assert before == "SET row_security = off"  # PostgreSQL refuses rather than filter
    assert set(seen) <= {(OWN,)}
    assert before == "SET row_security = off" or seen


FORBIDDEN = [
    "SET ROLE teilhabe_owner",
    "SET ROLE teilhabe_pipeline",
    "SET SESSION AUTHORIZATION teilhabe_pipeline",
    "CREATE TEMPORARY TABLE t (x int)",
    "CREATE TABLE public.t (x int)",
    "CREATE VIEW mart.v AS SELECT 1",
    "CREATE FUNCTION public.f() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "COPY (SELECT 1) TO PROGRAM 'cat'",
    "COPY (SELECT 1) TO '/x/out'",
    "SELECT pg_read_file('/etc/passwd')",
    "UPDATE vault.source_id SET link_state = 'linked'",
    "DELETE FROM core.person_link",
    "INSERT INTO ops.login_county VALUES (current_user, '08888')",
    "SELECT * FROM raw.file",
    "ALTER TABLE core.person_link DISABLE ROW LEVEL SECURITY",
    "DO $$ BEGIN EXECUTE 'SET ROLE teilhabe_owner'; END $$",
    "SELECT ops.refuse_change()",
    "SELECT lo_creat(-1)",
    "SELECT lo_create(0)",
    "SELECT lo_from_bytea(0, 'x')",
]


@pytest.mark.parametrize("attempt", FORBIDDEN)
def test_casework_can_only_read(reader: psycopg.Connection, attempt: str) -> None:
    with pytest.raises(psycopg.Error):
        reader.execute(attempt.encode())


def test_an_error_text_tells_nothing_of_another_county(reader: psycopg.Connection) -> None:
    """A cast that fails would print the value: rows of others must be filtered before it runs."""
    with pytest.raises(psycopg.Error) as caught:
        reader.execute("SELECT count(person_id::int) FROM vault.source_id")
    assert OTHER not in str(caught.value)
    plan = reader.execute("EXPLAIN (ANALYZE, VERBOSE) SELECT * FROM vault.source_id WHERE person_id LIKE 'id-%'")
    assert f"id-{OTHER}" not in str(plan.fetchall())
    assert reader.execute("SELECT count(*) FROM pg_stats WHERE schemaname = 'vault'").fetchone() == (0,)
    assert reader.execute("SELECT login FROM ops.login_county").fetchall() == [("teilhabe_casework_09999_login",)]


@pytest.mark.parametrize("reader", ["steering", "bi"], indirect=True)
def test_steering_and_bi_read_no_person(reader: psycopg.Connection) -> None:
    for table in ("vault.source_id", "core.need", "core.match_proposal", "quarantine.row", "ops.audit", "raw.file"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            reader.execute(sql.SQL("SELECT 1 FROM {}").format(sql.SQL(table)))
    reader.execute("SELECT 1 FROM mart.kpi")


def test_the_audit_only_grows_even_for_its_owner(two_counties: str) -> None:
    with psycopg.connect(plain(two_counties), autocommit=True) as conn:
        for role in ("teilhabe_pipeline", "teilhabe_owner"):
            conn.execute(sql.SQL("SET ROLE {}").format(sql.Identifier(role)))
            conn.execute("SELECT set_config('teilhabe.county', %s, FALSE)", [OWN])
            assert conn.execute("SELECT count(*) FROM ops.audit").fetchone() == (1,)
            for attempt in ("UPDATE ops.audit SET actor = 'y'", "DELETE FROM ops.audit", "TRUNCATE ops.audit"):
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    conn.execute(attempt.encode())


@pytest.mark.parametrize("role", ["pipeline", "owner", "casework", "steering", "bi"])
def test_nobody_makes_a_large_object(two_counties: str, role: str) -> None:
    """It would belong to no schema and no county, and no erasure would find it."""
    with psycopg.connect(plain(two_counties), autocommit=True) as conn:
        conn.execute(sql.SQL("SET ROLE {}").format(sql.Identifier(f"teilhabe_{role}")))
        for attempt in ("lo_creat(-1)", "lo_create(0)", "lo_from_bytea(0, 'x')"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                conn.execute(f"SELECT {attempt}".encode())
