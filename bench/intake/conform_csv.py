"""One million CSV rows: what conforming costs beside reading and typing the same file with pyarrow alone.

Run ``python -m bench.intake.conform_csv [ROWS]``: prints seconds, their ratio, and the peak memory of parent and child.
"""

import resource
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
from pyarrow import csv

from config.settings import load_county
from tasks.conform.lists import lists_of
from tasks.conform.reading import ReadRequest, read_delivery
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


def with_pyarrow(path: Path) -> float:
    began = time.perf_counter()
    types = {name: pa.string() for name in HEADERS} | {"Kontakt am": pa.timestamp("s"), "beantwortet": pa.bool_()}
    table = csv.read_csv(
        path,
        parse_options=csv.ParseOptions(delimiter=";"),
        convert_options=csv.ConvertOptions(
            column_types=types, timestamp_parsers=["%d.%m.%Y"], true_values=["ja"], false_values=["nein"]
        ),
    )
    assert table.num_rows
    return time.perf_counter() - began


def conformed(path: Path, folder: Path, work: Path) -> tuple[float, float]:
    county = load_county(folder)
    brought = next(one for one in county.sources if one.name == "kontakte")
    # The county needs somebody who brings persons; measured are the contacts alone.
    source = replace(brought, records={"contacts": brought.records["contacts"]})
    work.mkdir()
    began = time.perf_counter()
    sheets = read_delivery(ReadRequest(path, delimiter=";", headers=tuple(HEADERS)), workdir=work)
    read = time.perf_counter() - began
    result = conform_sheets(source, [sheets], lists_of(county), work)
    assert not result.errors
    return read, time.perf_counter() - began


def main() -> None:
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        make_county(folder)
        path = folder / "inbox" / "k.csv"
        make_file(path, rows)
        alone = min(with_pyarrow(path) for _ in range(3))
        read, whole = min((conformed(path, folder, folder / f"work{n}") for n in range(3)), key=lambda pair: pair[1])
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    child = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
    print(f"{rows} rows: pyarrow {alone:.2f} s, read {read:.2f} s, read and conform {whole:.2f} s")
    print(f"{whole / alone:.1f} times pyarrow alone")
    print(f"peak memory: parent {own} MB (with pyarrow's own table), child {child} MB")


if __name__ == "__main__":
    main()
