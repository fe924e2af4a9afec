"""What every peer but dlt does in the database: staged rows become versions with history, set-based.

Peers run in environments of their own, so nothing here imports the product.
"""

import psycopg

COLUMNS = {
    "participants": "person_id text, last_name text, first_name text, birth_date date, sex text, "
    "residence_status text, ags text, caseworker text",
    "enrolments": "enrolment_id text, offer_id text, person_id text, state text, starts_on date, ends_on date, "
    "reason text",
}
KEYS = {"participants": "person_id", "enrolments": "enrolment_id"}


def names(kind: str) -> list[str]:
    return [part.split()[0] for part in COLUMNS[kind].split(", ")]


def set_up(conn: psycopg.Connection) -> None:
    """Make version and quarantine tables once, staging tables anew."""
    for kind, columns in COLUMNS.items():
        conn.execute(
            f"CREATE TABLE IF NOT EXISTS {kind}_version (version_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, "
            f"row_hash uuid NOT NULL, valid_from date NOT NULL, valid_to date, {columns})"
        )
        conn.execute(
            f"CREATE UNIQUE INDEX IF NOT EXISTS {kind}_one_open ON {kind}_version ({KEYS[kind]}) WHERE valid_to IS NULL"
        )
        conn.execute(f"DROP TABLE IF EXISTS stage_{kind}")
        conn.execute(f"CREATE UNLOGGED TABLE stage_{kind} ({columns}, row integer)")
    conn.execute("CREATE TABLE IF NOT EXISTS quarantine (kind text, row integer, rule text)")


def merge(conn: psycopg.Connection, kind: str, day: str, *, orphans: bool = True) -> None:
    """Reject enrolments of unknown persons, close changed and missing versions, open new ones."""
    stage, table, key = f"stage_{kind}", f"{kind}_version", KEYS[kind]
    columns = ", ".join(names(kind))
    conn.execute(f"ANALYZE {stage}")
    if orphans and kind == "enrolments":
        conn.execute(
            "WITH gone AS (DELETE FROM stage_enrolments AS s WHERE NOT EXISTS (SELECT 1 FROM participants_version AS p "
            "WHERE p.person_id = s.person_id) RETURNING s.row) "
            "INSERT INTO quarantine SELECT 'enrolments', row, 'unknown_person' FROM gone"
        )
    conn.execute(
        f"CREATE TEMPORARY TABLE incoming AS SELECT md5(ROW({columns})::text)::uuid AS row_hash, {columns} FROM {stage}"
    )
    conn.execute("ANALYZE incoming")
    conn.execute(
        f"MERGE INTO {table} AS t USING (SELECT o.version_id FROM {table} AS o LEFT JOIN incoming AS i "
        f"ON o.{key} = i.{key} WHERE o.valid_to IS NULL AND (i.{key} IS NULL OR i.row_hash <> o.row_hash)) AS old "
        f"ON t.version_id = old.version_id WHEN MATCHED THEN UPDATE SET valid_to = '{day}'"
    )
    picked = ", ".join(f"i.{name}" for name in names(kind))
    conn.execute(
        f"INSERT INTO {table} (row_hash, valid_from, {columns}) SELECT i.row_hash, '{day}', {picked} "
        f"FROM incoming AS i LEFT JOIN {table} AS t ON t.{key} = i.{key} AND t.valid_to IS NULL WHERE t.{key} IS NULL"
    )
    conn.execute("DROP TABLE incoming")
    conn.execute(f"ANALYZE {table}")
