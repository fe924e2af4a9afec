"""DuckDB reads and checks, COPY brings the rows in, SQL merges."""

import sys
import tempfile
from pathlib import Path

import duckdb
import psycopg
from merging import merge, set_up

PEOPLE = "person_id, last_name, first_name, birth_date, sex, residence_status, ags, caseworker"
SEATS = "enrolment_id, offer_id, person_id, state, starts_on, ends_on, reason"
DAY = "coalesce(try_strptime({0}, '%d.%m.%Y'), try_strptime({0}, '%Y-%m-%d'))::date"
DAY = f"CASE WHEN {DAY} BETWEEN DATE '1900-01-01' AND DATE '2100-12-31' THEN {DAY} END AS {{0}}"
TYPED = {
    "participants": (
        f"person_id, last_name, first_name, {DAY.format('birth_date')}, CASE lower(sex) "
        "WHEN 'weiblich' THEN 'f' WHEN 'männlich' THEN 'm' WHEN 'divers' THEN 'd' END AS sex, "
        "CASE lower(residence_status) WHEN 'duldung § 60a' THEN 'DULD_60A_2_1' WHEN 'gestattung' THEN 'GEST_55' "
        "WHEN 'duldung ausbildung' THEN 'DULD_60C' END AS residence_status, ags, caseworker",
        "person_id IS NULL OR last_name IS NULL OR first_name IS NULL OR birth_date IS NULL "
        "OR residence_status IS NULL OR ags IS NULL OR NOT regexp_full_match(ags, '099990(0[1-9]|10)')",
    ),
    "enrolments": (
        "enrolment_id, offer_id, person_id, CASE lower(state) WHEN 'angemeldet' THEN 'registered' WHEN 'begonnen' "
        "THEN 'started' WHEN 'beendet' THEN 'completed' WHEN 'abgebrochen' THEN 'dropped' END AS state, "
        f"{DAY.format('starts_on')}, {DAY.format('ends_on')}, reason",
        "enrolment_id IS NULL OR person_id IS NULL OR state IS NULL OR offer_id NOT IN (SELECT Nr FROM offers)",
    ),
}


def conform(engine: duckdb.DuckDBPyConnection, path: Path, kind: str, columns: str, out: Path) -> None:
    typed, broken = TYPED[kind]
    names = columns.split(", ")
    types = "{" + ", ".join(f"'{name}': 'VARCHAR'" for name in names) + "}"
    trimmed = ", ".join(f"nullif(trim({name}), '') AS {name}" for name in names)
    blank = " AND ".join(f"{name} IS NULL" for name in names)
    engine.execute(
        f"CREATE OR REPLACE TEMP TABLE judged AS WITH shown AS (SELECT row_number() OVER () + 1 AS row, {trimmed} "
        f"FROM read_csv('{path}', delim=';', header=true, columns={types}, quote='\"')), "
        f"cells AS (SELECT row, {typed} FROM shown WHERE NOT ({blank})), "
        f"told AS (SELECT *, ({broken}) AS bad, hash({columns}) AS content FROM cells) "
        f"SELECT *, min(content) OVER same <> max(content) OVER same AS conflict, row_number() OVER (PARTITION BY "
        f"{names[0]}, bad ORDER BY row) AS place FROM told WINDOW same AS (PARTITION BY {names[0]}, bad)"
    )
    good, bad = out / "good.csv", out / "bad.csv"
    engine.execute(
        f"COPY (SELECT {columns}, row FROM judged WHERE NOT bad AND NOT conflict AND place = 1) TO '{good}' "
        "(HEADER false)"
    )
    engine.execute(
        f"COPY (SELECT '{kind}', row, CASE WHEN bad THEN 'broken' ELSE 'conflict' END FROM judged "
        f"WHERE bad OR conflict) TO '{bad}' (HEADER false)"
    )


def copy(conn: psycopg.Connection, into: str, path: Path) -> None:
    with conn.cursor().copy(f"COPY {into} FROM STDIN (FORMAT csv, NULL '')") as rows, path.open("rb") as file:
        while block := file.read(1 << 20):
            rows.write(block)


def main(night: Path, url: str, day: str) -> None:
    with psycopg.connect(url) as conn, tempfile.TemporaryDirectory() as name:
        work, engine = Path(name), duckdb.connect()
        set_up(conn)
        engine.execute(f"CREATE TEMP TABLE offers AS SELECT Nr FROM read_csv('{night}/offers.csv', delim=';')")
        for kind, columns, encoding in (("participants", PEOPLE, "cp1252"), ("enrolments", SEATS, "utf-8-sig")):
            plain = work / f"{kind}.csv"  # DuckDB reads UTF-8
            plain.write_text((night / f"{kind}.csv").read_text(encoding), "utf-8")
            conform(engine, plain, kind, columns, work)
            copy(conn, f"stage_{kind} ({columns}, row)", work / "good.csv")
            copy(conn, "quarantine (kind, row, rule)", work / "bad.csv")
            merge(conn, kind, day)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], sys.argv[3])
