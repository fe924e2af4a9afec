"""Polars reads and checks, COPY brings the rows in, SQL merges."""

import io
import sys
from pathlib import Path

import polars as pl
import psycopg
from merging import merge, set_up
from polars_rules import CONFORM


def copy(conn: psycopg.Connection, table: str, frame: pl.DataFrame) -> None:
    columns = ", ".join(frame.columns)
    with conn.cursor().copy(f"COPY {table} ({columns}) FROM STDIN (FORMAT csv, NULL '')") as rows:
        for part in frame.iter_slices(100_000):
            sink = io.BytesIO()
            part.write_csv(sink, include_header=False)
            rows.write(sink.getvalue())


def main(night: Path, url: str, day: str) -> None:
    with psycopg.connect(url) as conn:
        set_up(conn)
        for kind, conform in CONFORM.items():
            good, rejected = conform(night)
            copy(conn, f"stage_{kind}", good)
            copy(conn, "quarantine", rejected)
            merge(conn, kind, day)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], sys.argv[3])
