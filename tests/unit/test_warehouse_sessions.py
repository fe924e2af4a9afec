"""Sessions run as the pipeline, errors carry no values, one run holds a county."""

import pickle
import traceback
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import Engine, event, text
from sqlalchemy.engine import make_url

from schemas.errors import LockHeld, PipelineError, WarehouseUnreachable
from tasks.warehouse.driver_errors import wrapped
from tasks.warehouse.engine import normalise_url, open_engine
from tasks.warehouse.lock import county_lock, is_locked, lock_key
from tasks.warehouse.logins import role_login_url

MARKER = "Markerfrau"


def changed(url: str, **parts: object) -> str:
    return make_url(url).set(**parts).render_as_string(hide_password=False)


@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "postgresql+psycopg"])
def test_urls_mean_one_driver(scheme: str):
    assert (
        normalise_url(f" {scheme}://u:p%40@h:1/d?sslmode=require ")
        == "postgresql+psycopg://u:p%40@h:1/d?sslmode=require"
    )


@pytest.mark.parametrize(
    "url", ["sqlite://", "mysql://u:geheim@h/d", "geheim", "", "postgresql+asyncpg://u:geheim@h/d"]
)
def test_another_url_is_refused_without_repeating_it(url: str):
    with pytest.raises(PipelineError) as caught:
        normalise_url(url)
    assert caught.value.code == "E509"
    assert "geheim" not in str(caught.value)


def test_session_is_the_pipeline_in_utc_and_sees_its_county(any_warehouse_url: str):
    with open_engine(any_warehouse_url, county="05774").connect() as conn:
        row = conn.execute(
            text(
                "SELECT current_user, current_setting('timezone'), current_setting('jit'),"
                " current_setting('teilhabe.county'), current_setting('application_name')"
            )
        ).one()
    assert tuple(row) == ("teilhabe_pipeline", "UTC", "off", "05774", "teilhabe")


def test_role_is_optional_and_unknown_roles_are_passed_over(warehouse_url: str):
    for role in (None, "teilhabe_not_there"):
        with open_engine(warehouse_url, role).connect() as conn:
            assert conn.execute(text("SELECT current_user = session_user")).scalar_one()


def test_pipeline_makes_no_tables(any_warehouse_url: str):
    with open_engine(any_warehouse_url).begin() as conn, pytest.raises(PipelineError) as caught:
        conn.execute(text("CREATE TABLE core.extra (x int)"))
    assert caught.value.params["sqlstate"] == "42501"


@pytest.mark.parametrize(
    "parts", [{"port": 1}, {"password": "geheim"}, {"database": "nowhere"}, {"host": "no.invalid"}]
)
def test_unreachable_warehouse_is_exit_7_without_the_password(bare_url: str, parts: dict[str, object]):
    url = changed(bare_url, **parts)
    with pytest.raises(WarehouseUnreachable) as caught:
        open_engine(url).connect()
    shown = "".join(traceback.format_exception(caught.value))
    assert caught.value.exit_code == 7
    assert make_url(url).password not in shown
    assert "teilhabe_admin" not in str(caught.value)


BAD = [
    "INSERT INTO t VALUES (:v, '2000-01-01')",
    "INSERT INTO t VALUES ('b', cast(:v AS date))",
    "INSERT INTO t VALUES ('c', DATE '1800-01-01' + length(:v))",
]


@pytest.mark.parametrize("sql", BAD)
def test_refused_statement_is_named_without_values(any_warehouse_url: str, sql: str, caplog: pytest.LogCaptureFixture):
    engine = open_engine(any_warehouse_url)
    with engine.begin() as conn:
        conn.execute(text("CREATE TEMP TABLE t (name text PRIMARY KEY, born date CHECK (born > '1900-01-01'))"))
        conn.execute(text("INSERT INTO t VALUES (:v, '2000-01-01')"), {"v": MARKER})
        for use in (conn.execute, wrapped_execute(conn)):
            point = conn.begin_nested()
            with pytest.raises(PipelineError) as caught:
                use(text(sql), {"v": MARKER})
            point.rollback()
            shown = "".join(traceback.format_exception(caught.value)) + str(pickle.dumps(caught.value)) + caplog.text
            shown += repr(caught.value.__context__) + repr(caught.value.__cause__)
            assert MARKER not in shown
            assert caught.value.code == "E505"
            assert caught.value.params["sqlstate"] in {"23505", "22007", "23514"}


def wrapped_execute(conn):
    def execute(*args):
        with wrapped():
            return conn.execute(*args)

    return execute


def test_constraint_and_table_are_named(bare_url: str):
    with open_engine(bare_url, None).begin() as conn:
        conn.execute(text("CREATE TABLE t (born date CONSTRAINT plausible CHECK (born > '1900-01-01'))"))
        with pytest.raises(PipelineError) as caught:
            conn.execute(text("INSERT INTO t VALUES ('1800-01-01')"))
    assert (caught.value.params["table"], caught.value.params["constraint"]) == ("public.t", "plausible")


def test_lost_connection_is_exit_7(bare_url: str):
    engine = open_engine(bare_url, None)
    with engine.connect() as conn:
        pid = conn.execute(text("SELECT pg_backend_pid()")).scalar_one()
        with engine.connect() as other:
            other.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": pid})
        with pytest.raises(WarehouseUnreachable):
            conn.execute(text("SELECT 1"))


def test_second_run_of_a_county_is_told_who_holds_it(any_warehouse_url: str):
    engine = open_engine(any_warehouse_url)
    with county_lock(engine, "05774", "run-1") as held:
        assert held.is_held()
        with pytest.raises(LockHeld, match=r"teilhabe run run-1, .* 20\d\d-\d\d-\d\d .* UTC") as caught:
            county_lock(engine, "05774", "run-2").__enter__()
        assert caught.value.exit_code == 6
        with county_lock(engine, "05770", "run-3"):
            pass
    with county_lock(engine, "05774", "run-4"):
        pass


def test_the_next_run_may_start_the_moment_a_run_has_ended(bare_url: str, monkeypatch: pytest.MonkeyPatch):
    """A session ends a little after it is closed: the lock is given back before."""
    engine, seen = open_engine(bare_url, None), list[bool]()

    def watched(*words: Any, **named: Any) -> Engine:
        own = open_engine(*words, **named)
        event.listen(own, "close", lambda *_: seen.append(is_locked(engine, "05774")))
        return own

    with monkeypatch.context() as patch:
        patch.setattr("tasks.warehouse.lock.open_engine", watched)
        held = county_lock(engine, "05774", "run-1")
        held.__enter__()
        patch.undo()
        assert is_locked(engine, "05774")
        held.__exit__(None, None, None)
    assert seen == [False]


def test_lock_ends_with_its_session_and_says_so(bare_url: str):
    engine = open_engine(bare_url, None)
    with county_lock(engine, "05774", "run-1") as held:
        with engine.begin() as conn:
            conn.execute(
                text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = :name"),
                {"name": "teilhabe run run-1"},
            )
        with pytest.raises(WarehouseUnreachable):
            held.is_held()
        with county_lock(engine, "05774", "run-2"):
            pass


def test_lock_keys_are_signed_and_differ():
    keys = {lock_key(f"{n:05}") for n in range(2000)}
    assert len(keys) == 2000
    assert min(keys) < 0 < max(keys) < 2**63


def test_reader_login_sees_mart_and_nothing_else(any_warehouse_url: str, tmp_path: Path):
    url = role_login_url(any_warehouse_url, "bi", tmp_path)
    assert role_login_url(any_warehouse_url, "teilhabe_bi", tmp_path) == url
    assert (tmp_path / "logins.json").stat().st_mode & 0o777 == 0o600
    with open_engine(url, None).connect() as conn:
        assert conn.execute(text("SELECT count(*) FROM mart.contract_version")).scalar_one() == 1
    for sql in ("SELECT 1 FROM core.need", "SELECT 1 FROM vault.source_id", "CREATE TEMP TABLE x (y int)"):
        with open_engine(url, None).connect() as conn, pytest.raises(PipelineError) as caught:
            conn.execute(text(sql))
        assert caught.value.params["sqlstate"] == "42501"


def test_login_whose_password_no_longer_works_gets_a_new_one(warehouse_url: str, tmp_path: Path):
    first = role_login_url(warehouse_url, "casework", tmp_path)
    with psycopg.connect(changed(warehouse_url, drivername="postgresql"), autocommit=True) as admin:
        admin.execute("ALTER ROLE teilhabe_casework_login PASSWORD 'other'")
    second = role_login_url(warehouse_url, "casework", tmp_path)
    assert second != first
    open_engine(second, None).connect().close()


def test_unknown_role_gets_no_login(warehouse_url: str, tmp_path: Path):
    for role in ("owner", "teilhabe_owner", "postgres", "bi; DROP"):
        with pytest.raises(PipelineError, match="E509"):
            role_login_url(warehouse_url, role, tmp_path)


def test_a_server_that_recovers_is_waited_for_and_a_missing_one_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    from tasks.warehouse import engine

    answers = iter([psycopg.OperationalError("FATAL:  the database system is in recovery mode"), "connected"])

    def connect(*_args: object, **_params: object) -> object:
        answer = next(answers)
        if isinstance(answer, Exception):
            raise answer
        return answer

    monkeypatch.setattr(psycopg, "connect", connect)
    assert engine._patient_connection([], {}) == "connected"
    answers = iter([psycopg.OperationalError("connection refused")])
    with pytest.raises(psycopg.OperationalError):
        engine._patient_connection([], {})


def test_an_engine_that_keeps_open_goes_on_with_its_session_and_replaces_one_that_was_cut(warehouse_url: str):
    def told(engine):
        with engine.begin() as conn:
            return conn.execute(text("SELECT pg_backend_pid(), current_user::text")).one()

    engine = open_engine(warehouse_url, keeps_open=True)
    first = told(engine)
    assert told(engine) == first
    with open_engine(warehouse_url, None).begin() as conn:
        conn.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": first[0]})
    after = told(engine)
    assert after[0] != first[0]
    assert after[1] == first[1] == "teilhabe_pipeline"
    engine.dispose()
