"""A table of another department's database as a delivery: its rows, written as one CSV file."""

import csv
import io
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.parse import unquote, urlsplit

from schemas.errors import SourceUnavailable
from tasks.pull.local import write_private
from tasks.pull.places import limited, speaking
from tasks.pull.spec import PulledFile, PullSpec, SqlReader

ROWS_A_CHUNK = 1_000


def pull_rows(spec: PullSpec, url: str, into: Path, read_sql: SqlReader) -> tuple[PulledFile, ...]:
    """Read a table (``#table`` in the URL, or ``table``) or a ``query`` into ``<table>.csv``.

    The file is UTF-8 with ``;``, a header and ISO dates; absent values are empty. A
    table comes ordered by its columns, so equal rows give equal bytes; a query orders itself.

    Raises:
        SourceUnavailable: E233 neither or both of table and query, E205 too large, E220
            unreachable, E226 too slow, E232 not readable.
    """
    address, _, fragment = url.partition("#")
    table = spec.table or unquote(fragment) or None
    if (table is None) == (spec.query is None):
        raise SourceUnavailable("E233")
    host = urlsplit(address).hostname or urlsplit(address).scheme
    name = f"{table or 'query'}.csv"
    deadline = time.monotonic() + spec.timeout_s
    with speaking(host, spec):
        rows = read_sql(address, table=table, query=spec.query, auth=spec.auth, timeout_s=spec.timeout_s)
        copy, sha256, size = write_private(limited(_as_csv(rows), name, host, spec, deadline), name, into)
    return (PulledFile(name, sha256, size, copy, None, f"{host}/{name}"),)


def _as_csv(rows: Iterator[Sequence[str]]) -> Iterator[bytes]:
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=";", lineterminator="\r\n")
    for number, row in enumerate(rows, start=1):
        writer.writerow(row)
        if number % ROWS_A_CHUNK == 0:
            yield buffer.getvalue().encode()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue().encode()
