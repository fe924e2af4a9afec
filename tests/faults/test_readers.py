"""Readers ask without pause while releases publish: none sees an empty table, or two releases in one answer.

A few releases by default; ``make test-readers`` reads ten thousand times over fifty. What it saw stands in
docs/explanation/faults.md.
"""

import json
import os
import threading
from datetime import date, timedelta
from pathlib import Path

import psycopg
import pytest

from tests.faults.night import FIRST, first_night, plain

RELEASES = int(os.environ.get("READER_RELEASES", "3"))
READS = int(os.environ.get("READER_READS", "0"))
# Stock tables carry one as-of day each, the totals of mart.kpi that of the newest release; all must name one state.
STATE = """
SELECT
    (SELECT count(*) FROM mart.kpi WHERE as_of = (SELECT max(as_of) FROM mart.kpi) AND dimension = 'all'),
    (SELECT max(as_of) FROM mart.kpi WHERE dimension = 'all'),
    (SELECT max(as_of) FROM mart.release),
    (SELECT max(as_of) FROM mart.placement_bridge),
    (SELECT count(DISTINCT as_of) FROM mart.offer),
    (SELECT max(as_of) FROM mart.offer)
"""


class Reader:
    """Reads in one isolation level until it is told to stop; counts reads, empty answers and mixed ones."""

    def __init__(self, url: str, level: psycopg.IsolationLevel, over: threading.Event) -> None:
        self.reads = self.empty = self.mixed = 0
        self.states: set[date] = set()
        self.thread = threading.Thread(target=self._read, args=(plain(url), level, over))
        self.thread.start()

    def _read(self, url: str, level: psycopg.IsolationLevel, over: threading.Event) -> None:
        repeatable = level == psycopg.IsolationLevel.REPEATABLE_READ
        with psycopg.connect(url) as conn:
            conn.isolation_level = level
            while not over.is_set():
                # The second answer of one repeatable-read transaction comes after others may have committed.
                answers = [conn.execute(STATE).fetchone() for _ in range(2 if repeatable else 1)]
                conn.rollback()
                for answer in answers:
                    assert answer is not None
                    rows, totals, release, bridge, offer_days, offers = answer
                    self.reads += 1
                    self.empty += rows == 0
                    self.mixed += len({totals, release, bridge, offers}) != 1 or offer_days != 1
                    self.states.add(release)
                self.mixed += len(set(answers)) != 1


@pytest.mark.timeout(7200)
def test_no_reader_sees_an_empty_or_a_mixed_state(tmp_path: Path, warehouse_url: str) -> None:
    county = first_night(tmp_path / "county", warehouse_url)
    over = threading.Event()
    levels = [psycopg.IsolationLevel.READ_COMMITTED, psycopg.IsolationLevel.REPEATABLE_READ]
    readers = [Reader(warehouse_url, level, over) for level in levels]
    try:
        for number in range(1, RELEASES + 1):
            day = date.fromisoformat(FIRST) + timedelta(days=number)
            assert county.sync(day.isoformat()).document["published"] is True
        while sum(reader.reads for reader in readers) < READS:
            over.wait(0.1)
    finally:
        over.set()
        for reader in readers:
            reader.thread.join()
    found = [(reader.reads, reader.empty, reader.mixed, len(reader.states)) for reader in readers]
    if "FAULT_REPORT" in os.environ:
        with Path(os.environ["FAULT_REPORT"]).open("a", encoding="utf-8") as file:
            file.write(json.dumps({"fault": "readers", "releases": RELEASES, "found": found}) + "\n")
    assert [(empty, mixed) for _, empty, mixed, _ in found] == [(0, 0), (0, 0)]
    assert all(reads > RELEASES and states > 1 for reads, _, _, states in found)
