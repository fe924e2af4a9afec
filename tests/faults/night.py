"""A tiny county between two nights, copied anew for each fault; what must hold afterwards, in one place.

The first night is published. The second brings a change of every sort: a corrected
person, a new one, one that is gone, a new contact, a row that is rejected, a course
that ends, and seats to be proposed.
"""

import json
import os
import shutil
import subprocess
import sys
import time
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy.engine import make_url

from tasks.load.replay import VERSION_TABLES
from tests.flows.county import ENROLMENT_RECORDS, ROOT, MadeUpCounty, standard

slow = pytest.mark.skipif("FAULT_POINTS" not in os.environ, reason="half a minute and more: make test-faults")
FIRST, SECOND = "2021-03-01", "2021-03-02"
OFFERS = """
  offers:
    offer_id: nr
    provider: traeger
    title: titel
    kind: {column: art, values: {K: SPRACH_SONST}}
    module: {column: modul, values: {neu: F2, regel: REGEL}}
    starts_on: beginn
    ends_on: ende
    seats_max: {const: "10"}
    seats_free: {const: "4"}
"""
NEEDS = """
  needs:
    need_id: nr
    person_id: id
    category: {column: art, values: {K: SPRACH_SONST}}
    recorded_on: am
"""
# Numbers that a sequence gave, and hashes over them: a run that died leaves gaps in sequences.
_PLACES = ("version_id", "opened_load", "closed_load", "file_id", "ref_id", "record_key")
_FIGURES = "county, kpi, period, mode, as_of, known_on, dimension, member, numerator, denominator, value"
_READER = f"SELECT {_FIGURES}, protection FROM mart.kpi ORDER BY kpi, period, mode, as_of, dimension, member"
_OTHER_FACTS = {
    "quarantine": "SELECT source, file, sheet, row, kind, column_name, rule, state, resolved_on FROM quarantine.row",
    "internal": f"SELECT {_FIGURES} FROM internal.kpi",
    "mart": f"SELECT {_FIGURES}, protection FROM mart.kpi",
    "persons": "SELECT source, person_id, link_state FROM vault.source_id",
    "person count": "SELECT count(DISTINCT person_uid) FROM vault.source_id",
    "files": "SELECT source, name, sha256 FROM raw.file",
    "proposals": "SELECT need_id, offer_id, run_id, rank, state FROM core.match_proposal",
    "releases": "SELECT as_of, release_id FROM ops.release",
    "states": "SELECT as_of, release_id, status, open_quarantine_count FROM mart.release",
}


def plain(url: str) -> str:
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)


def query(url: str, sql: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(plain(url), autocommit=True) as conn:
        return conn.execute(sql).fetchall()


def first_night(folder: Path, url: str) -> MadeUpCounty:
    """Make the county and publish its first night; then the second night's files lie in the inbox."""
    county = standard(folder, url, contacts_delivery="incremental")
    county.source("angebote", OFFERS).source("kurse", ENROLMENT_RECORDS).source("bedarfe", NEEDS)
    county.people(
        *(f"{n};Familie{n};Person{n};0{n}.02.2000;{'DG'[n % 2]};0999900{1 + n % 4};2021-02-1{n}" for n in range(1, 8))
    )
    county.contacts(*(f"{n};2021-02-0{n};b;A" for n in range(1, 8)))
    offers = ["O1;Traeger;Kurs 1;K;regel;2021-02-15;2021-12-31", "O2;Traeger;Kurs 2;K;regel;2021-02-15;2021-12-31"]
    county.put("angebote.csv", "nr;traeger;titel;art;modul;beginn;ende", *offers)
    county.put("kurse.csv", "lfd;kurs;id;stand;beginn", "1;O1;1;l;2021-02-20")
    county.put("bedarfe.csv", "nr;id;art;am", "B1;2;K;2021-02-20")
    outcome = county.sync(FIRST)
    assert outcome.status == "published", outcome
    county.people(
        *(f"{n};Familie{n};Person{n};0{n}.02.2000;D;0999900{1 + n % 4};2021-02-1{n}" for n in range(2, 9)),
        "9;Familie9;Person9;45.13.2000;D;09999001;",
    )
    county.contacts("8;2021-02-20;t;B", "77;2021-02-20;t;B", name="kontakte_2.csv")
    county.put("kurse.csv", "lfd;kurs;id;stand;beginn", "1;O1;1;f;2021-02-20", "2;O2;3;l;2021-02-21")
    county.put("bedarfe.csv", "nr;id;art;am", "B1;2;K;2021-02-20", "B2;4;K;2021-02-21")
    return county


def facts(url: str) -> dict[str, list[str]]:
    """Return everything that a run may write, without the numbers and times that differ from run to run."""
    found = {name: sorted(map(str, query(url, sql))) for name, sql in _OTHER_FACTS.items()}
    gone = "".join(f" - '{name}'" for name in _PLACES)
    for table in VERSION_TABLES:
        sql = (
            f"SELECT (to_jsonb(v){gone})::text, o.published_as_of, c.published_as_of, f.sha256 FROM {table} AS v "
            "INNER JOIN ops.load AS o ON v.county = o.county AND v.opened_load = o.load_id "
            "LEFT JOIN ops.load AS c ON v.county = c.county AND v.closed_load = c.load_id "
            "LEFT JOIN raw.file AS f ON v.county = f.county AND v.file_id = f.file_id"
        )
        found[table] = sorted(map(str, query(url, sql)))
    return found


def seen_by_readers(url: str) -> list[tuple[Any, ...]]:
    return query(url, _READER)


@dataclass
class Night:
    """Makes copies of a county as it stood before its second night, and knows how that night should end."""

    template: MadeUpCounty
    folder: Path
    database: str
    before: list[tuple[Any, ...]]
    after: list[tuple[Any, ...]]
    expected: dict[str, list[str]]
    writes: int

    def copy(self) -> MadeUpCounty:
        name = f"f_{uuid.uuid4().hex[:12]}"
        url = make_url(self.template.url)
        with psycopg.connect(plain(url.set(database="postgres").render_as_string(hide_password=False))) as admin:
            admin.autocommit = True
            admin.execute(f"CREATE DATABASE {name} TEMPLATE {self.database}")
            # A copied sequence logs its next values only after a checkpoint: without one a crash hands them out twice.
            admin.execute("CHECKPOINT")
        folder = self.folder / name
        shutil.copytree(self.template.folder, folder)
        county = MadeUpCounty.__new__(MadeUpCounty)
        county.folder, county.key = folder, self.template.key
        county.url = url.set(database=name).render_as_string(hide_password=False)
        county.county_yaml()
        return county

    def drop(self, county: MadeUpCounty) -> None:
        url = make_url(county.url)
        with psycopg.connect(plain(url.set(database="postgres").render_as_string(hide_password=False))) as admin:
            admin.autocommit = True
            admin.execute(f"DROP DATABASE {url.database} WITH (FORCE)")
        shutil.rmtree(county.folder)


def prepare(folder: Path, url: str, warm: "WarmProcess") -> Night:
    """Publish the first night, keep it as a template, and run the second once without a fault."""
    template = first_night(folder / "template", url)
    night = Night(template, folder, str(make_url(url).database), seen_by_readers(url), [], {}, 0)
    county = night.copy()
    done = warm.run(county, SECOND, point=10**9)
    assert done["code"] == 8, done
    night.after, night.expected, night.writes = seen_by_readers(county.url), facts(county.url), done["writes"]
    night.drop(county)
    return night


class WarmProcess:
    """The process of ``tests/faults/killing.py``."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.killing"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            env={**os.environ, "ARROW_DEFAULT_MEMORY_POOL": "system", "OMP_NUM_THREADS": "1"},
        )

    def run(
        self, county: MadeUpCounty, day: str = SECOND, *, point: int = 0, act: str = "kill", words: tuple[str, ...] = ()
    ) -> dict[str, Any]:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        line = words or ("sync", "--direct", "--as-of", day)
        environment = {"FAULT_ADMIN_URL": plain(county.url)}
        request = {
            "environment": environment,
            "words": ["--config", str(county.folder), "--json", *line],
            "point": point,
            "act": act,
        }
        self.process.stdin.write(json.dumps(request) + "\n")
        self.process.stdin.flush()
        answer: dict[str, Any] = json.loads(self.process.stdout.readline())
        return answer

    def close(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait(30)


def settle(url: str) -> None:
    """Wait until the server has noticed that its client is gone."""
    deadline = time.monotonic() + 60
    sql = (
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() "
        "AND application_name LIKE 'teilhabe%'"
    )
    while query(url, sql)[0][0]:
        assert time.monotonic() < deadline, "a session of the dead run is still there"
        time.sleep(0.02)


INVARIANTS = (
    "readers saw the old or the new state",
    "no row lost or double",
    "the run's end is recorded",
    "the next run needs no hand",
    "no person's rows left behind",
)


def broken_after(night: Night, county: MadeUpCounty, warm: WarmProcess) -> list[str]:
    """Look as a reader, run the next night, and return the invariants that do not hold."""
    settle(county.url)
    seen = seen_by_readers(county.url)
    again = warm.run(county)
    found = facts(county.url)
    running = query(county.url, "SELECT count(*) FROM ops.run WHERE ended_at IS NULL OR status = 'running'")[0][0]
    holds = (
        seen in (night.before, night.after),
        found == night.expected,
        running == 0,
        again["code"] == 8,
        not (county.folder / "state" / "work").exists(),
    )
    return [name for name, good in zip(INVARIANTS, holds, strict=True) if not good]
