"""A SQL table as a delivery: read only, equal rows give equal bytes."""

import sqlite3
from pathlib import Path

import psycopg
import pytest
from sqlalchemy.engine import make_url

from schemas.errors import PipelineError
from tasks.pull.fetching import pull_source
from tasks.pull.spec import Auth, PulledFile, PullSpec, is_transient
from tasks.warehouse.foreign import read_foreign

ROWS = [(2, 'Müller; "x"', "2021-03-01", None), (1, "Özil", "2021-02-01", 1.5)]


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "fach verfahren.sqlite"
    fill(path, ROWS)
    return path


def fill(path: Path, rows: list[tuple[object, ...]]) -> None:
    connection = sqlite3.connect(path)
    connection.execute('CREATE TABLE IF NOT EXISTS "Fälle" (id INTEGER, "Nach Name" TEXT, am TEXT, "wert:eur" REAL)')
    connection.execute('DELETE FROM "Fälle"')
    connection.executemany('INSERT INTO "Fälle" VALUES (?, ?, ?, ?)', rows)
    connection.commit()
    connection.close()


def pull(database: Path, into: Path, **settings: object) -> tuple[PulledFile, ...]:
    spec = PullSpec(f"sqlite:///{database}", **settings)  # type: ignore[arg-type]
    return pull_source(spec, "", into, into / "copies", read_foreign)


def code_of(database: Path, into: Path, **settings: object) -> str:
    with pytest.raises(PipelineError) as caught:
        pull(database, into, **settings)
    assert caught.value.__cause__ is None
    return caught.value.code


def test_table_comes_ordered_as_a_csv_file(database: Path, tmp_path: Path) -> None:
    (taken,) = pull(database, tmp_path, table="Fälle")
    assert taken.name == "Fälle.csv"
    assert taken.path.read_text("utf-8").splitlines() == [
        "id;Nach Name;am;wert:eur",
        "1;Özil;2021-02-01;1.5",
        '2;"Müller; ""x""";2021-03-01;',
    ]


def test_equal_rows_in_another_order_give_equal_bytes(database: Path, tmp_path: Path) -> None:
    (first,) = pull(database, tmp_path, table="Fälle")
    fill(database, list(reversed(ROWS)))
    (second,) = pull(database, tmp_path, table="Fälle")
    assert first.sha256 == second.sha256


def test_table_may_stand_in_the_url(database: Path, tmp_path: Path) -> None:
    spec = PullSpec(f"sqlite:///{database}#F%C3%A4lle")
    assert pull_source(spec, "", tmp_path, tmp_path / "copies", read_foreign)[0].name == "Fälle.csv"


def test_query_reads_what_it_selects_with_colons_left_alone(database: Path, tmp_path: Path) -> None:
    query = 'SELECT "Nach Name" AS name, \'a:b\' AS c FROM "Fälle" WHERE id = 1'
    (taken,) = pull(database, tmp_path, query=query)
    assert (taken.name, taken.path.read_text("utf-8").splitlines()) == ("query.csv", ["name;c", "Özil;a:b"])


@pytest.mark.parametrize("query", ['DELETE FROM "Fälle"', "SELECT 1; DROP TABLE x", "PRAGMA user_version"])
def test_anything_but_one_select_is_refused(database: Path, tmp_path: Path, query: str) -> None:
    assert code_of(database, tmp_path, query=query) == "E233"


def test_foreign_database_is_never_written(database: Path, tmp_path: Path) -> None:
    writing = 'WITH x AS (SELECT 1) DELETE FROM "Fälle"'
    assert code_of(database, tmp_path, query=writing) == "E232"
    assert pull(database, tmp_path, table="Fälle")[0].size > 50


def test_table_or_query_is_needed_and_not_both(database: Path, tmp_path: Path) -> None:
    assert code_of(database, tmp_path) == "E233"
    assert code_of(database, tmp_path, table="Fälle", query="SELECT 1") == "E233"


def test_missing_table_and_missing_database_are_said(database: Path, tmp_path: Path) -> None:
    assert code_of(database, tmp_path, table="nothing") == "E232"
    assert code_of(tmp_path / "nowhere.sqlite", tmp_path, table="x") == "E220"
    assert not (tmp_path / "nowhere.sqlite").exists()


def test_too_many_rows_are_refused(database: Path, tmp_path: Path) -> None:
    assert code_of(database, tmp_path, table="Fälle", max_bytes=10) == "E205"


def test_database_without_a_driver_is_a_config_error(tmp_path: Path) -> None:
    with pytest.raises(PipelineError) as caught:
        pull_source(PullSpec("mssql://u:geheim@h/d#t"), "", tmp_path, tmp_path / "copies", read_foreign)
    assert caught.value.code == "E206"
    assert "geheim" not in str(caught.value)


@pytest.fixture
def registry(bare_url: str) -> str:
    """A PostgreSQL database of another department, with every kind of value that a list may hold."""
    url = make_url(bare_url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE SCHEMA fach")
        connection.execute(
            "CREATE TABLE fach.kurs (id int, titel text, ab date, voll boolean, preis numeric(8,2), am timestamp)"
        )
        connection.execute("INSERT INTO fach.kurs VALUES (2, 'B', NULL, false, 10, '2021-01-02')")
        connection.execute("INSERT INTO fach.kurs VALUES (1, 'A', '2021-03-01', true, 0.5, '2021-01-02 08:30')")
        connection.execute("CREATE VIEW fach.offen AS SELECT id, titel FROM fach.kurs WHERE NOT voll")
    return url


def test_postgresql_table_and_view_come_as_text(registry: str, tmp_path: Path) -> None:
    (whole,) = pull_source(PullSpec(f"{registry}#fach.kurs"), "", tmp_path, tmp_path / "copies", read_foreign)
    assert whole.path.read_text("utf-8").splitlines() == [
        "id;titel;ab;voll;preis;am",
        "1;A;2021-03-01;1;0.50;2021-01-02 08:30:00",
        "2;B;;0;10.00;2021-01-02",
    ]
    (view,) = pull_source(PullSpec(registry, table="fach.offen"), "", tmp_path, tmp_path / "copies", read_foreign)
    assert view.path.read_text("utf-8").splitlines() == ["id;titel", "2;B"]


@pytest.mark.parametrize(
    "query",
    [
        "WITH x AS (DELETE FROM fach.kurs RETURNING id) SELECT id FROM x",
        "SELECT set_config('default_transaction_read_only', 'off', false), nextval('nothing')",
        "SELECT id / 0 FROM fach.kurs",
    ],
)
def test_postgresql_session_is_read_only_and_errors_carry_no_rows(registry: str, tmp_path: Path, query: str) -> None:
    with pytest.raises(PipelineError) as caught:
        pull_source(PullSpec(registry, query=query), "", tmp_path, tmp_path / "copies", read_foreign)
    assert caught.value.code == "E232"
    with psycopg.connect(registry) as connection:
        assert connection.execute("SELECT count(*) FROM fach.kurs").fetchone() == (2,)


def test_postgresql_query_that_takes_too_long_is_cut_by_the_server(registry: str, tmp_path: Path) -> None:
    spec = PullSpec(registry, query="SELECT pg_sleep(30)", timeout_s=0.3)
    with pytest.raises(PipelineError) as caught:
        pull_source(spec, "", tmp_path, tmp_path / "copies", read_foreign)
    assert caught.value.code == "E226"
    assert is_transient(caught.value)


def test_wrong_password_is_said_without_it(registry: str, tmp_path: Path) -> None:
    spec = PullSpec(f"{registry}#fach.kurs", auth=Auth(make_url(registry).username, "falsch-geheim"))
    with pytest.raises(PipelineError) as caught:
        pull_source(spec, "", tmp_path, tmp_path / "copies", read_foreign)
    assert caught.value.code == "E222"
    assert "geheim" not in str(caught.value)
