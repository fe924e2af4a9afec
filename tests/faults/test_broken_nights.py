"""A night is broken at one of its writes, for real; the next night needs no hand and nothing is lost or double.

By default a sample of points; ``make test-faults`` goes through more than two hundred (FAULT_POINTS) and appends what
it saw to the file that FAULT_REPORT names. The table of the last sweep stands in docs/explanation/faults.md.
"""

import dataclasses
import json
import os
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy.engine import make_url

from tests.faults.cutting_proxy import CuttingProxy
from tests.faults.night import (
    FIRST,
    INVARIANTS,
    SECOND,
    Night,
    WarmProcess,
    broken_after,
    facts,
    plain,
    prepare,
    query,
    settle,
)
from tests.flows.county import MadeUpCounty

POINTS = int(os.environ.get("FAULT_POINTS", "8"))
OTHERS = max(2, POINTS // 12)
PARTS = 4


@pytest.fixture(scope="module")
def warm() -> Iterator[WarmProcess]:
    process = WarmProcess()
    yield process
    process.close()


@pytest.fixture(scope="module")
def night(tmp_path_factory: pytest.TempPathFactory, upgraded_server: str, warm: WarmProcess) -> Iterator[Night]:
    from tests.conftest import _database

    for url in _database(upgraded_server, "upgraded"):
        yield prepare(tmp_path_factory.mktemp("nights"), url, warm)


def spread(writes: int, count: int) -> list[int]:
    """Points from the first write to the last, evenly."""
    return sorted({1 + round(n * (writes - 1) / max(1, count - 1)) for n in range(count)})


def report(fault: str, points: int, broken: list[tuple[int, list[str]]]) -> None:
    counts = {name: sum(name in found for _, found in broken) for name in INVARIANTS}
    if "FAULT_REPORT" in os.environ:
        with Path(os.environ["FAULT_REPORT"]).open("a", encoding="utf-8") as file:
            file.write(json.dumps({"fault": fault, "points": points, "broken": counts}) + "\n")
    assert broken == []


def answers_again(url: str) -> None:
    deadline = time.monotonic() + 120
    while True:
        try:
            query(url, "SELECT 1")
        except psycopg.OperationalError:
            assert time.monotonic() < deadline
            time.sleep(0.1)
        else:
            return


@pytest.mark.timeout(7200)
@pytest.mark.parametrize("part", range(PARTS))
def test_a_night_killed_anywhere_is_finished_by_the_next(night: Night, warm: WarmProcess, part: int) -> None:
    broken, points = [], spread(night.writes, POINTS)[part::PARTS]
    for point in points:
        county = night.copy()
        assert warm.run(county, point=point)["signal"] == 9, point
        if found := broken_after(night, county, warm):
            broken.append((point, found))
        night.drop(county)
    report("kill -9", len(points), broken)


@pytest.mark.timeout(7200)
@pytest.mark.parametrize(
    ("act", "name"),
    [
        ("term", "SIGTERM"),
        ("memory", "out of memory in a step"),
        ("disk", "no space for archive or work folder"),
        ("backend", "database session ended"),
        ("crash", "database server crashed"),
    ],
)
def test_a_night_that_stops_says_so_and_the_next_one_finishes_it(
    night: Night, warm: WarmProcess, act: str, name: str
) -> None:
    broken, points = [], spread(night.writes if act != "disk" else 60, OTHERS)
    for point in points:
        county = night.copy()
        done = warm.run(county, point=point, act=act)
        assert done["code"] is not None, (point, done)
        answers_again(county.url)
        ends = query(county.url, "SELECT count(*) FROM ops.run WHERE ended_at IS NULL")
        # With the database alive the run records its own end; a crashed server cannot be told anything.
        own_end = [] if act == "crash" or ends == [(0,)] else ["the run's end is recorded"]
        found = own_end + broken_after(night, county, warm)
        if done["code"] == 4:  # a file could not be kept: the other sources published without it, a whole state too
            found = [name for name in found if name != INVARIANTS[0]]
        if found:
            broken.append((point, found))
        night.drop(county)
    report(name, len(points), broken)


@pytest.mark.timeout(7200)
def test_a_replay_killed_anywhere_is_carried_on_by_the_next_night(night: Night, warm: WarmProcess) -> None:
    """Two published days again from the archive; where it is killed makes no difference to the figures or the facts."""
    words = ("rerun", "--since", FIRST, "--from-raw", "--reason", "Probe")
    done_night = night.copy()
    assert warm.run(done_night)["code"] == 8
    untouched = facts(done_night.url)
    both = dataclasses.replace(night, template=done_night, database=str(make_url(done_night.url).database))
    whole = both.copy()
    done = warm.run(whole, words=words, point=10**9)
    assert done["code"] == 8, done
    replayed, broken = facts(whole.url), []
    for table in ("internal", "mart", "quarantine", "persons", "proposals"):
        assert replayed[table] == untouched[table], table
    both.drop(whole)
    points = spread(done["writes"], OTHERS + 2)
    for point in points:
        county = both.copy()
        assert warm.run(county, words=words, point=point)["signal"] == 9, point
        settle(county.url)
        again = warm.run(county)
        # Killed before its plan is written it never began; afterwards it is carried on.
        if again["code"] != 8 or facts(county.url) not in (untouched, replayed):
            broken.append((point, [INVARIANTS[1] if again["code"] == 8 else INVARIANTS[3]]))
        both.drop(county)
    night.drop(done_night)
    report("replay killed", len(points), broken)


@pytest.mark.timeout(7200)
def test_a_commit_whose_answer_is_lost_is_neither_lost_nor_done_twice(night: Night, warm: WarmProcess) -> None:
    broken, cut = [], spread(24, OTHERS)
    for number in cut:
        county = night.copy()
        with CuttingProxy(county.url, number) as through:
            county.county_yaml(warehouse=through)
            done = warm.run(county)
        assert done["code"] in (0, 1, 7, 8), done
        county.county_yaml()
        if found := broken_after(night, county, warm):
            broken.append((number, found))
        night.drop(county)
    report("outcome of COMMIT unknown", len(cut), broken)


@pytest.mark.parametrize("count", [2, 5])
def test_runs_at_once_do_the_work_once(night: Night, warm: WarmProcess, count: int) -> None:
    county = night.copy()
    started = [county.process("sync", "--direct", "--as-of", SECOND, "--json") for _ in range(count)]
    codes = [(process.communicate(timeout=400), process.returncode)[1] for process in started]
    assert set(codes) <= {6, 8}, codes
    assert 8 in codes
    found = broken_after(night, county, warm)
    night.drop(county)
    report(f"{count} runs at once", 1, [(count, found)] if found else [])


def test_a_reader_in_an_open_transaction_holds_nothing_up_and_keeps_its_state(night: Night, warm: WarmProcess) -> None:
    county = night.copy()
    with psycopg.connect(plain(county.url)) as reader:
        reader.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        first = reader.execute("SELECT count(*), max(as_of) FROM mart.kpi").fetchall()
        assert warm.run(county)["code"] == 8
        assert reader.execute("SELECT count(*), max(as_of) FROM mart.kpi").fetchall() == first
    found = broken_after(night, county, warm)
    night.drop(county)
    report("locks held by a reader", 1, [(1, found)] if found else [])


@pytest.mark.parametrize("version", ["0000", "9999"])
def test_new_code_on_an_old_schema_and_old_code_on_a_new_one_change_nothing(
    night: Night, warm: WarmProcess, version: str
) -> None:
    county = night.copy()
    before = facts(county.url)
    with psycopg.connect(plain(county.url), autocommit=True) as admin:
        table = admin.execute(
            "SELECT format('%I.%I', table_schema, table_name) FROM information_schema.columns "
            "WHERE column_name = 'version_num'"
        ).fetchall()[0][0]
        right = admin.execute(f"SELECT version_num FROM {table}").fetchall()[0][0]
        admin.execute(f"UPDATE {table} SET version_num = %s", [version])
        assert warm.run(county)["code"] == 7
        admin.execute(f"UPDATE {table} SET version_num = %s", [right])
    assert facts(county.url) == before
    found = broken_after(night, county, warm)
    night.drop(county)
    report("half deploy", 1, [(1, found)] if found else [])


def test_old_files_delivered_again_are_never_newer_than_what_is_known(night: Night, warm: WarmProcess) -> None:
    """The whole inbox of both nights again, touched in reverse order, changes nothing and loads nothing twice."""
    county = night.copy()
    assert warm.run(county)["code"] == 8
    for number, path in enumerate(sorted((county.folder / "inbox").iterdir(), reverse=True)):
        os.utime(path, (1_700_000_000 + number, 1_700_000_000 + number))
    found = broken_after(night, county, warm)
    night.drop(county)
    report("old files replayed", 1, [(1, found)] if found else [])


def test_days_that_calendars_stumble_over_are_days_like_any_other(night: Night, warm: WarmProcess) -> None:
    """29 February, both clock changes, year's end; then a clock set back is refused and changes nothing."""
    county: MadeUpCounty = night.copy()
    days = ("2023-12-31", "2024-01-01", "2024-02-29", "2024-03-31", "2024-10-27", "2024-12-31")
    for day in days:
        assert warm.run(county, day)["code"] == 8, day
    shown = facts(county.url)
    assert warm.run(county, "2024-10-27")["code"] == 2
    assert facts(county.url) == shown
    assert [str(row[0]) for row in query(county.url, "SELECT as_of FROM mart.release ORDER BY as_of")][1:] == list(days)
    night.drop(county)
    report("clock back, clock change, 29 February, year's end", len(days), [])
