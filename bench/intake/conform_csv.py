"""One million CSV rows: what conforming costs beside reading and typing the same file with pyarrow alone.

Run ``python -m bench.intake.conform_csv [ROWS]``: prints seconds and CPU seconds of all processes, their ratios, and
the parent's peak memory. Starting Python and Arrow costs as much as reading, so four are told: pyarrow in a process
that has it loaded and in one of its own, ours with a reader to start and with one at hand (every file of a night but
the first).
"""

import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
from pyarrow import csv

from config.settings import load_county
from config.sources import Source
from tasks.conform.cells import Lists
from tasks.conform.lists import lists_of
from tasks.conform.reading import ReadRequest, read_delivery, shared_reader
from tasks.conform.records import conform_sheets

SOURCE = """source: kontakte
supplier: {name: x}
pull: {url: "{inbox}/k*"}
format: {type: csv, delimiter: ";"}
delivery: full
dates: ["%d.%m.%Y"]
records:
  contacts:
    person_id: Fallnummer
    contact_on: Kontakt am
    channel: {column: Art, values: {Besuch: visit, Telefon: phone, Brief: letter}}
    two_way: beantwortet
    caseworker: Teilhabemanagerin
    outcome: Ergebnis
"""
HEADERS = ["Fallnummer", "Kontakt am", "Art", "beantwortet", "Teilhabemanagerin", "Ergebnis"]


PEOPLE = """  participants:
    person_id: Fallnummer
    last_name: N
    first_name: V
    birth_date: G
    residence_status: S
    ags: A
"""


def make_county(folder: Path) -> None:
    for name in ("sources", "codelists", "inbox"):
        (folder / name).mkdir()
    about = 'county: {name: B, key: "09999"}\nprogramme: {name: P, starts_on: 2021-01-01}\n'
    (folder / "county.yaml").write_text(about)
    head = "ags,name,kind,postcodes,lat,lon,valid_from,valid_to\n09999001,Ort1,Stadt,11111,51.1,8.1,,\n"
    (folder / "codelists" / "communes.csv").write_text(head)
    (folder / "sources" / "kontakte.yaml").write_text(SOURCE + PEOPLE)


def make_file(path: Path, rows: int) -> None:
    arts, answers = ("Besuch", "Telefon", "Brief"), ("ja", "nein")
    with path.open("w") as file:
        file.write(";".join(HEADERS) + "\n")
        for n in range(rows):
            day = f"{n % 28 + 1:02d}.{n // 28 % 12 + 1:02d}.202{n // 336 % 3}"
            file.write(f"F{n % 90_000};{day};{arts[n % 3]};{answers[n % 2]};THM {n % 40};Gespräch {n % 500}\n")


def with_pyarrow(path: Path) -> None:
    types = {name: pa.string() for name in HEADERS} | {"Kontakt am": pa.timestamp("s"), "beantwortet": pa.bool_()}
    table = csv.read_csv(
        path,
        parse_options=csv.ParseOptions(delimiter=";"),
        convert_options=csv.ConvertOptions(
            column_types=types, timestamp_parsers=["%d.%m.%Y"], true_values=["ja"], false_values=["nein"]
        ),
    )
    assert table.num_rows


READ_ALONE = """import sys, pyarrow as pa
from pyarrow import csv
names = ["Fallnummer", "Kontakt am", "Art", "beantwortet", "Teilhabemanagerin", "Ergebnis"]
types = {name: pa.string() for name in names} | {"Kontakt am": pa.timestamp("s"), "beantwortet": pa.bool_()}
how = csv.ConvertOptions(column_types=types, timestamp_parsers=["%d.%m.%Y"], true_values=["ja"], false_values=["nein"])
assert csv.read_csv(sys.argv[1], parse_options=csv.ParseOptions(delimiter=";"), convert_options=how).num_rows
"""


def conform(source: Source, lists: Lists, path: Path, work: Path) -> None:
    work.mkdir(exist_ok=True)
    sheets = read_delivery(ReadRequest(path, delimiter=";", headers=tuple(HEADERS)), workdir=work)
    result = conform_sheets(source, [sheets], lists, work)
    assert not result.errors


def cpu() -> float:
    """Return the CPU seconds of this process and of the ended ones that it has waited for."""
    both = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(used.ru_utime + used.ru_stime for used in both)


def cost(work: Callable[[], object]) -> tuple[float, float]:
    """Return the best seconds and the best CPU seconds of five runs; the readers' CPU counts once they have ended."""
    seconds, spent = [], []
    for _ in range(5):
        began, used = time.perf_counter(), cpu()
        work()
        seconds.append(time.perf_counter() - began)
        spent.append(cpu() - used)
    return min(seconds), min(spent)


def with_reader_at_hand(work: Callable[[], object]) -> tuple[float, float]:
    """Return the best seconds of five files in a row, and the CPU seconds a file, the reader's start included."""
    used, seconds = cpu(), []
    with shared_reader():
        for _ in range(5):
            began = time.perf_counter()
            work()
            seconds.append(time.perf_counter() - began)
    return min(seconds), (cpu() - used) / 5


def main() -> None:
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        make_county(folder)
        path = folder / "inbox" / "k.csv"
        make_file(path, rows)
        county = load_county(folder)
        brought = next(one for one in county.sources if one.name == "kontakte")
        # The county needs somebody who brings persons; measured are the contacts alone.
        source = replace(brought, records={"contacts": brought.records["contacts"]})
        lists, work = lists_of(county), folder / "work"
        conform(source, lists, path, work)  # pandera and pandas are there from the first file on
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        alone = cost(lambda: with_pyarrow(path))
        apart = cost(lambda: subprocess.run([sys.executable, "-c", READ_ALONE, str(path)], check=True))
        started = cost(lambda: conform(source, lists, path, work))
        at_hand = with_reader_at_hand(lambda: conform(source, lists, path, work))
    print(f"{rows} rows, best of five: seconds and CPU seconds, beside pyarrow in this process")
    for label, (seconds, spent) in {
        "pyarrow in this process": alone,
        "pyarrow in a process of its own": apart,
        "ours, a reader to start": started,
        "ours, a reader at hand": at_hand,
    }.items():
        print(f"{label:32} {seconds:.2f} s {seconds / alone[0]:5.1f} x   {spent:.2f} s {spent / alone[1]:5.1f} x")
    print(f"peak memory of the parent before pyarrow's own table: {peak} MB")


if __name__ == "__main__":
    main()
