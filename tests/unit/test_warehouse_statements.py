"""Named SQL keeps its meaning on the way to the driver."""

import pytest
from sqlalchemy import text

from schemas.errors import PipelineError
from tasks.warehouse.engine import open_engine
from tasks.warehouse.statements import bindable, read_sql, run_statements, script, split, statement


def binds(sql: str) -> set[str]:
    return set(text(bindable(sql)).compile().params)


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("-- Binds: :never\nSELECT :a", {"a"}),
        ("/* :never\n -- */ SELECT :a -- :b", {"a"}),
        ("SELECT ' :never' || :a", {"a"}),
        ("SELECT 'it''s :never', :a::date", {"a"}),
        ("SELECT E'\\' :never', :a", {"a"}),
        ("SELECT $$ :never $$, $x$ :never $$ :never $x$, :a", {"a"}),
        ('SELECT 1 AS " :never", :a', {"a"}),
        ("SELECT '--', :a", {"a"}),
    ],
)
def test_only_binds_are_binds(sql: str, expected: set[str]):
    assert binds(sql) == expected


def test_script_splits_at_statement_ends_only():
    sql = """
    -- one; not a statement
    CREATE TABLE a (x text DEFAULT ';'); COMMENT ON TABLE a IS 'it''s; one';
    DO $body$ BEGIN PERFORM 1; PERFORM $$;$$; END $body$;
    SELECT 1 AS ";" /* ; */
    """
    assert [found.split()[0] for found in split(sql)] == ["CREATE", "COMMENT", "DO", "SELECT"]


def test_last_semicolon_is_optional_and_empty_statements_go():
    assert split("SELECT 1;;\n;") == ["SELECT 1"]
    assert split("-- nothing\n") == []


def test_constants_reach_the_server_as_they_stand(bare_url: str):
    engine = open_engine(bare_url, None)
    with engine.begin() as conn:
        value = conn.execute(text(bindable("SELECT 'a :b %s 100% \\' || $$ :c $$"))).scalar_one()
        assert value == "a :b %s 100% \\ :c "
        run_statements(conn, ["CREATE TABLE t (x text DEFAULT '100 % :a')"])
        conn.execute(text("INSERT INTO t DEFAULT VALUES"))
        assert conn.execute(text("SELECT x FROM t")).scalar_one() == "100 % :a"


def test_shipped_scripts_split_into_statements():
    assert all(found.startswith("DO $$") for found in script("roles"))
    assert len(script("grants")) > 5
    assert "Roles" in read_sql("roles")


@pytest.mark.parametrize("name", ["nothing/there", "../pyproject", "/etc/passwd", "Roles", ""])
def test_unknown_or_outside_names_are_refused(name: str):
    with pytest.raises(PipelineError) as caught:
        statement(name)
    assert caught.value.code == "E509"
