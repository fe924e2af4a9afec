"""BI tools show what a column means: every table and column has its comment."""

import psycopg


def test_every_table_and_column_has_a_comment(any_warehouse_url: str) -> None:
    with psycopg.connect(any_warehouse_url.replace("postgresql+psycopg://", "postgresql://")) as conn:
        silent = conn.execute(
            "SELECT n.nspname, c.relname, a.attname FROM pg_class AS c "
            "JOIN pg_namespace AS n ON c.relnamespace = n.oid "
            "LEFT JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped "
            "WHERE c.relkind IN ('r', 'v') "
            "AND n.nspname IN ('raw', 'vault', 'core', 'quarantine', 'ops', 'internal', 'mart') "
            "AND (obj_description(c.oid) IS NULL OR col_description(c.oid, a.attnum) IS NULL)"
        ).fetchall()
        counted = conn.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'mart'").fetchone()
    assert silent == []
    assert counted is not None
    assert counted[0] >= 10
