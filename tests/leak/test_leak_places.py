"""A supplier calls a file or a sheet by somebody's name: the place is said to the data admin, and kept nowhere else.

The contract names file and sheet in quarantine, messages and ``sync --json``. Prefect (its pages, events, logs),
``mart``, ``internal`` and what goes out to others never hold them.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest
import xlsxwriter

from tests.flows.county import (
    CONTACT_RECORDS,
    CONTACTS_HEADER,
    ENROLMENT_RECORDS,
    OFFER_RECORDS,
    PEOPLE_RECORDS,
    ROOT,
    MadeUpCounty,
)
from tests.leak.test_leak import MARKER, tables_with_marker, texts_of_prefect

PLACES = {"raw.file", "quarantine.row", "quarantine.warning", "ops.run", "ops.sheet_count", "core.contact_version"}
"""Tables that keep a row's place, for whoever may read the quarantine."""


@pytest.fixture
def county(tmp_path: Path, warehouse_url: str) -> MadeUpCounty:
    """Four deliveries named like a person: good with rejected rows, a sheet too, one refused, one broken."""
    made = MadeUpCounty(tmp_path / "county", warehouse_url)
    made.source("leute", PEOPLE_RECORDS).source("plaetze", ENROLMENT_RECORDS)
    made.source("kontakte", CONTACT_RECORDS, form="type: excel").source("kurse", OFFER_RECORDS, form="type: excel")
    made.people("1;Aydin;Anna;01.02.2000;D;09999001;", "2;B;C;kaputt;D;09999001;", name=f"leute_{MARKER}.csv")
    for name, rows in (
        ("kontakte", [CONTACTS_HEADER.split(";"), ["1", "2021-02-01", "b", "X"], ["1", "nie", "b", "X"]]),
        ("kurse", [["falsch", "und fremd"]]),
    ):
        with xlsxwriter.Workbook(str(made.inbox / f"{name}_{MARKER}.xlsx")) as book:
            page = book.add_worksheet(MARKER)
            for at, row in enumerate(rows):
                page.write_row(at, 0, row)
    (made.inbox / f"plaetze_{MARKER}.csv").write_bytes(b"PK\x03\x04 broken")
    return made


def test_prefect_and_readers_never_learn_what_a_file_or_sheet_is_called(county: MadeUpCounty, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    command = [sys.executable, "-m", "flows", "--config", str(county.folder), "sync", "--as-of", "2021-03-01"]
    done = subprocess.run(
        command,
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
        timeout=800,
        env={**os.environ, "HOME": str(home)},
    )
    assert done.returncode == 5, done.stderr[-1000:]
    assert f"kurse_{MARKER}.xlsx" in done.stdout, "the data admin is told the place"
    dumps = list(texts_of_prefect(county.folder / "state" / "orchestrator"))
    assert any("kurse" in dump for dump in dumps), "the run's page was looked at"
    assert all(MARKER not in dump for dump in dumps)
    assert set(tables_with_marker(county.url)) <= PLACES
    outbox = county.folder / "state" / "outbox"
    assert not any(MARKER in path.name for path in county.folder.glob("state/**/*") if outbox not in path.parents)
