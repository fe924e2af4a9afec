"""Cost of showing and of carrying out an erasure by the number of archived files, beside reading the archive.

Run: ``python -m bench.erasure [files…]`` (default 300 3000). A made-up county with lists of contacts: each file
holds 50 rows, half of them are workbooks (xlsx), half CSV; one file of ten holds a row of the person (P1).
All files come in one night, which is not measured. Then, in processes of their own: *floor*, every archived file is
opened and its bytes are read; *show*, ``erase PERSON``; *erase*, the same with ``--yes``; *again*, the
search of an erasure that comes again after a restored backup: it knows tokens and no name, so every file goes through
the guarded reader. Prints wall and processor seconds and the peak memory of all processes together.
"""

import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
from datetime import date, timedelta
from pathlib import Path

import xlsxwriter

from bench.pipeline.measure import Measured, run
from tasks.warehouse.embedded import ensure_server, remove_server
from tasks.warehouse.migrate import upgrade

PERSONS, ROWS, EVERY = 500, 50, 20
FIRST = date(2021, 3, 1)
HEADER = ("id", "am", "art", "wer")
CONTACTS = """
  contacts: {person_id: id, contact_on: am, caseworker: wer, two_way: {const: true},
    channel: {column: art, values: {b: visit}}}
"""
SOURCES = {
    "leute": """
  participants: {person_id: id, last_name: nach, first_name: vor, birth_date: geb, ags: ags,
    residence_status: {column: status, values: {D: DULD_60A_2_1}}}
""",
    "listen": CONTACTS,
    "mappen": CONTACTS,
}
WORK = """
import sys
from datetime import date
from pathlib import Path
from tasks.run import Run
run = Run(sys.argv[1], "00000000-0000-4000-8000-000000000000", date(2021, 3, 2))
"""
FLOOR = f"""{WORK}
from tasks.pull.task import open_archive
archive = open_archive(run)
with run.session() as session:
    files = session.rows("SELECT sha256, name FROM raw.file WHERE county = :county")
for row in files:
    archive.open_copy(row["sha256"], run.work_folder, row["name"]).read_bytes()
run.clear_work()
"""
UNNAMED = f"""{WORK}
from flows.archive_search import search_archive
from flows.erasure_list import ledger_for, suppressed_of
from tasks.conform.reading import shared_reader
with shared_reader():
    found = list(search_archive(run, suppressed_of(run, ledger_for(run)), frozenset()))
run.clear_work()
assert not found, "an erased person is in the archive"
"""


def make_county(folder: Path, files: int, url: str) -> None:
    """Write the county's folder and deliver ``files`` lists of contacts; person P1 stands in every tenth."""
    rng = random.Random(files)
    for name in ("codelists", "sources", "inbox"):
        (folder / name).mkdir(parents=True)
    (folder / "county.yaml").write_text(
        'county: {name: Kreis, key: "09001"}\nprogramme: {name: Probe, starts_on: 2020-08-01}\n'
        f"inbox: ./inbox\nwarehouse: {url}\nstate: ./state\n"
    )
    (folder / "codelists" / "communes.csv").write_text(
        "ags,name,kind,postcodes,lat,lon,valid_from,valid_to\n09001001,Ort,Stadt,11111,51.1,8.1,,\n"
    )
    for name, records in SOURCES.items():
        form = "excel" if name == "mappen" else "csv"
        ids = "" if name == "leute" else "ids: {person: leute}\n"
        (folder / "sources" / f"{name}.yaml").write_text(
            f"source: {name}\nsupplier: {{name: {name}, email: {name}@example.org}}\n"
            f'pull: {{url: "{{inbox}}/{name}*"}}\nformat: {{type: {form}}}\n'
            f'delivery: incremental\ndates: ["%Y-%m-%d"]\n{ids}records:{records}'
        )
    people = [f"P{n};Nach{n:05d}ak;Vor{n};{date(1999, 1, 2) + timedelta(days=n)};D;09001001" for n in range(PERSONS)]
    (folder / "inbox" / "leute.csv").write_text("\n".join(["id;nach;vor;geb;status;ags", *people]) + "\n")
    for number in range(files):
        of_person = number % EVERY < 2  # a list and a workbook of twenty files
        rows = [
            (f"P{rng.randrange(2, PERSONS)}", str(FIRST - timedelta(days=rng.randrange(180))), "b", f"W{number}-{at}")
            for at in range(ROWS - of_person)
        ]
        rows += [("P1", str(FIRST), "b", f"W{number}")] * of_person
        _write(folder / "inbox", number, rows)


def _write(inbox: Path, number: int, rows: list[tuple[str, ...]]) -> None:
    if number % 2:
        lines = [";".join(row) for row in [HEADER, *rows]]
        (inbox / f"listen{number:05d}.csv").write_text("\n".join(lines) + "\n")
        return
    with xlsxwriter.Workbook(str(inbox / f"mappen{number:05d}.xlsx")) as book:
        sheet = book.add_worksheet("Kontakte")
        for at, row in enumerate([HEADER, *rows]):
            sheet.write_row(at, 0, row)


def measure(files: int) -> None:
    """Print the four lines of one number of files."""
    place = Path(tempfile.mkdtemp(prefix="teilhabe-erasure-"))
    try:
        server = ensure_server(place / "warehouse")
        upgrade(server.url)
        folder = place / "county"
        make_county(folder, files, server.url)
        us = [sys.executable, "-m", "flows", "--config", str(folder), "--json"]
        subprocess.run([*us, "sync", "--direct", "--as-of", str(FIRST)], check=True, stdout=subprocess.DEVNULL)
        erase = [*us, "erase", "leute:P1", "--reason", "Bench"]
        postmaster = int((server.data_dir / "postmaster.pid").read_text().split("\n", 1)[0])
        here = Path(__file__).resolve().parents[2]
        floor, unnamed = ([sys.executable, "-c", code, str(folder)] for code in (FLOOR, UNNAMED))
        for name, command in (("floor", floor), ("show", erase), ("erase", [*erase, "--yes"]), ("again", unnamed)):
            _tell(files, name, run(command, postmaster, cwd=here))
    finally:
        remove_server(place / "warehouse")
        shutil.rmtree(place, ignore_errors=True)


def _tell(files: int, name: str, found: Measured) -> None:
    said = json.loads(found.output) if found.output.startswith("{") else {}
    sys.stdout.write(
        f"{files} files, {name}: {found.seconds:.1f} s, CPU {found.client_cpu:.1f} s here and {found.server_cpu:.1f} s "
        f"in the database, peak {found.peak_mb:.0f} MB, load {os.getloadavg()[0]:.0f} {said.get('archive', '')}\n"
    )
    sys.stdout.flush()


def main() -> None:
    """Measure each number of files that the command line names."""
    for files in [int(word) for word in sys.argv[1:]] or [300, 3000]:
        measure(files)


if __name__ == "__main__":
    main()
