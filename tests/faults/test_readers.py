"""Readers in both isolation levels while releases publish: nothing empty, nothing mixed.

READER_RELEASES and READER_READS make the long proof (50 releases, 10,000 reads; docs/explanation/faults.md).
"""

import os
import threading
from datetime import date, timedelta
from pathlib import Path

import psycopg
import pytest

from tests.faults.night import WarmProcess, first_night, plain

RELEASES = int(os.environ.get("READER_RELEASES", "3"))
READS = int(os.environ.get("READER_READS", "100"))
_STATE = (
    "SELECT (SELECT count(*) FROM mart.kpi WHERE dimension = 'all' AND as_of = m.as_of), m.as_of, "
    "(SELECT max(as_of) FROM mart.kpi WHERE dimension = 'all'), (SELECT count(*) FROM mart.offer), "
    "(SELECT count(DISTINCT as_of) FROM mart.offer) "
    "FROM (SELECT max(as_of) AS as_of FROM mart.release) AS m"
)


class Reader(threading.Thread):
    """Reads the newest state again and again; a repeatable-read one asks twice in one transaction."""

    def __init__(self, url: str, level: psycopg.IsolationLevel, done: threading.Event) -> None:
        super().__init__()
        self.url, self.level, self.done = url, level, done
        self.reads = self.empty = self.mixed = 0
        self.states: set[date] = set()

    def run(self) -> None:
        with psycopg.connect(plain(self.url)) as conn:
            conn.isolation_level = self.level
            while not self.done.is_set() or self.reads < READS // 2:
                with conn.transaction():
                    self.look(conn)
                    if self.level == psycopg.IsolationLevel.REPEATABLE_READ:
                        self.look(conn)

    def look(self, conn: "psycopg.Connection[tuple[object, ...]]") -> None:
        row = conn.execute(_STATE).fetchone()
        assert row is not None
        figures, released, newest, offers, offer_days = row
        self.reads += 1
        self.empty += not figures or not offers
        self.mixed += released != newest or offer_days != 1
        assert isinstance(released, date)
        self.states.add(released)


@pytest.mark.timeout(3600)
def test_readers_never_see_an_empty_or_mixed_state(tmp_path: Path, warehouse_url: str) -> None:
    county = first_night(tmp_path / "county", warehouse_url)
    county.county_yaml("disclosure: {release: nightly}")
    warm, done = WarmProcess(), threading.Event()
    levels = (psycopg.IsolationLevel.READ_COMMITTED, psycopg.IsolationLevel.REPEATABLE_READ)
    readers = [Reader(county.url, level, done) for level in levels]
    for reader in readers:
        reader.start()
    for number in range(RELEASES):
        day = (date(2021, 3, 2) + timedelta(days=number)).isoformat()
        assert warm.run(county, day)["code"] == 8
    done.set()
    for reader in readers:
        reader.join(600)
    warm.close()
    counts = {reader.level.name: (reader.reads, reader.empty, reader.mixed) for reader in readers}
    print(counts, [len(reader.states) for reader in readers])
    assert all(reads >= READS // 2 and not empty and not mixed for reads, empty, mixed in counts.values()), counts
    assert all(len(reader.states) > 1 for reader in readers)
