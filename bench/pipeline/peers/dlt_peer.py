"""dlt loads rows that Polars has typed and checked: its plain merge (no history), or its SCD2.

The enrolments of rejected persons are dropped before: dlt has no step for orphans. Which persons are known from
earlier nights it does not know, so its second night ends with a few rows less. Of itself it makes tables without any
key; here they get what the other peers' tables have, a numbered row and one open version a key, and statistics.
"""

import os
import sys
from pathlib import Path

import dlt
import polars as pl
from polars_rules import CONFORM

KEYS = {"participants": "person_id", "enrolments": "enrolment_id"}


def _resource(kind: str, frame: pl.DataFrame, strategy: str) -> "dlt.sources.DltResource":
    name = f"{kind}_version"
    if strategy == "merge":
        return dlt.resource(frame.to_arrow(), name=name, write_disposition="merge", primary_key=KEYS[kind])
    hashed = frame.with_columns(frame.hash_rows().cast(pl.String).alias("row_hash"))
    how = {"disposition": "merge", "strategy": "scd2", "row_version_column_name": "row_hash"}
    return dlt.resource(hashed.to_arrow(), name=name, write_disposition=how)


def main(night: Path, url: str, strategy: str, home: Path) -> None:
    os.environ["RUNTIME__DLTHUB_TELEMETRY"] = "false"
    people, bad_people = CONFORM["participants"](night)
    seats, bad_seats = CONFORM["enrolments"](night)
    is_known = pl.col("person_id").is_in(people["person_id"].implode())
    orphans = seats.filter(~is_known).select(pl.lit("enrolments").alias("kind"), "row", pl.lit("orphan").alias("rule"))
    tables = {"participants": people.drop("row"), "enrolments": seats.filter(is_known).drop("row")}
    resources = [_resource(kind, frame, strategy) for kind, frame in tables.items()]
    rejected = pl.concat([bad_people, bad_seats, orphans]).to_arrow()
    resources.append(dlt.resource(rejected, name="quarantine", write_disposition="append"))
    place = dlt.destinations.postgres(url)
    pipeline = dlt.pipeline("bench", destination=place, dataset_name="bench", pipelines_dir=str(home))
    pipeline.run(resources)
    with pipeline.sql_client() as client:
        for kind, key in KEYS.items():
            table, is_open = f"{kind}_version", " WHERE _dlt_valid_to IS NULL" if strategy == "scd2" else ""
            numbered = "version_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY"
            client.execute_sql(f"ALTER TABLE {table} ADD COLUMN IF NOT EXISTS {numbered}")
            client.execute_sql(f"CREATE UNIQUE INDEX IF NOT EXISTS {kind}_one_open ON {table} ({key}){is_open}")
            client.execute_sql(f"ANALYZE {table}")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], sys.argv[4], Path(sys.argv[5]))
