"""The floor: COPY of files that are clean already, then the merge; no mess to read, nothing to check."""

import sys
from pathlib import Path

import psycopg
from merging import COLUMNS, merge, names, set_up


def main(night: Path, url: str, day: str) -> None:
    with psycopg.connect(url) as conn:
        set_up(conn)
        for kind in COLUMNS:
            into = f"COPY stage_{kind} ({', '.join(names(kind))}) FROM STDIN (FORMAT csv, NULL '')"
            with conn.cursor().copy(into) as copy, (night / "clean" / f"{kind}.csv").open("rb") as file:
                while block := file.read(1 << 20):
                    copy.write(block)
            merge(conn, kind, day, orphans=False)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], sys.argv[3])
