"""pandas and pandera read and check; COPY or ``to_sql`` brings the rows in; SQL merges."""

import io
import sys
from pathlib import Path

import pandas as pd
import psycopg
import sqlalchemy as sa
from merging import merge, set_up
from pandas_rules import CONFORM


def copy(conn: psycopg.Connection, table: str, frame: pd.DataFrame) -> None:
    sink = io.StringIO()
    frame.to_csv(sink, index=False, header=False)
    with conn.cursor().copy(f"COPY {table} ({', '.join(frame.columns)}) FROM STDIN (FORMAT csv, NULL '')") as rows:
        rows.write(sink.getvalue())


def main(night: Path, url: str, day: str, way: str) -> None:
    engine = sa.create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
    with psycopg.connect(url) as conn:
        set_up(conn)
        conn.commit()
        for kind, conform in CONFORM.items():
            good, rejected = conform(night)
            if way == "copy":
                copy(conn, f"stage_{kind}", good)
                copy(conn, "quarantine", rejected)
            else:
                good.to_sql(f"stage_{kind}", engine, if_exists="append", index=False, chunksize=10_000)
                rejected.to_sql("quarantine", engine, if_exists="append", index=False)
            merge(conn, kind, day)
            conn.commit()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], sys.argv[3], sys.argv[4])
