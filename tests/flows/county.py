"""Build a made-up county in a few lines: folder, sources, deliveries; run the command line; query the warehouse.

The folder is written as an outside tool would write it. Commands run through
``flows.cli.main`` in this process (a second county night costs no new imports),
or as a process of their own where that is the point.
"""

import contextlib
import io
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import xlsxwriter

ROOT = Path(__file__).resolve().parents[2]
PEOPLE_RECORDS = """
  participants:
    person_id: id
    last_name: nach
    first_name: vor
    birth_date: geb
    residence_status: {column: status, values: {D: DULD_60A_2_1, G: GEST_55}}
    ags: ags
  episodes:
    person_id: id
    entered_on: eintritt
"""
CONTACT_RECORDS = """
  contacts:
    person_id: id
    contact_on: am
    channel: {column: art, values: {b: visit, t: phone}}
    two_way: {const: ja}
    caseworker: wer
"""
OFFER_RECORDS = """
  offers:
    offer_id: nr
    provider: traeger
    title: titel
    kind: {column: art, values: {K: IK_ALLG, T: TAFF}}
    module: {column: modul, values: {neu: F2, regel: REGEL}}
    starts_on: beginn
    ends_on: ende
"""
ENROLMENT_RECORDS = """
  enrolments:
    enrolment_id: lfd
    offer_id: kurs
    person_id: id
    state: {column: stand, values: {l: started, f: completed}}
    starts_on: beginn
"""
NAMED_RECORDS = """
  enrolments:
    enrolment_id: lfd
    offer_id: kurs
    last_name: nach
    first_name: vor
    birth_date: geb
    ags: ags
    state: {column: stand, values: {l: started, f: completed}}
    starts_on: beginn
"""
PEOPLE_HEADER = "id;nach;vor;geb;status;ags;eintritt"
CONTACTS_HEADER = "id;am;art;wer"
OFFERS_HEADER = "nr;traeger;titel;art;modul;beginn;ende"
ENROLMENTS_HEADER = "lfd;kurs;id;stand;beginn"


@dataclass(frozen=True)
class Outcome:
    """What one command answered."""

    code: int
    document: dict[str, Any]
    stdout: str
    stderr: str

    @property
    def status(self) -> str:
        return str(self.document["status"])

    def source(self, name: str) -> dict[str, Any]:
        found: dict[str, Any] = next(s for s in self.document["sources"] if s["source"] == name)
        return found

    def records(self, source: str, kind: str) -> tuple[int, int, int]:
        """Return in, loaded, rejected."""
        counts = self.source(source)["records"][kind]
        return counts["in"], counts["loaded"], counts["rejected"]


class MadeUpCounty:
    """A county folder with a warehouse of its own; sources are added one by one."""

    def __init__(self, folder: Path, url: str, key: str = "09999") -> None:
        self.folder, self.url, self.key = folder, url, key
        self.inbox = folder / "inbox"
        for name in ("codelists", "sources", "inbox"):
            (folder / name).mkdir(parents=True)
        self.county_yaml()
        communes = [f"{key}00{n},Ort{n},Stadt,1111{n},51.{n},8.{n},," for n in range(1, 5)]
        header = "ags,name,kind,postcodes,lat,lon,valid_from,valid_to"
        (folder / "codelists" / "communes.csv").write_text("\n".join([header, *communes]) + "\n")

    def county_yaml(self, *more: str, warehouse: str | None = None) -> None:
        """Write county.yaml with further lines."""
        lines = [
            f'county: {{name: Kreis Probe, key: "{self.key}"}}',
            "programme: {name: Probe, starts_on: 2021-01-01}",
            "inbox: ./inbox",
            f"warehouse: {warehouse or self.url}",
            "state: ./state",
            *more,
        ]
        (self.folder / "county.yaml").write_text("\n".join(lines) + "\n")

    def source(
        self,
        name: str,
        records: str,
        *,
        form: str = 'type: csv, delimiter: ";"',
        delivery: str = "full",
        pull: str = "newest_only: true",
        more: str = "",
    ) -> "MadeUpCounty":
        """Write sources/<name>.yaml, fed by files that begin with its name."""
        text = (
            f"source: {name}\nsupplier: {{name: {name}, email: {name}@example.org}}\n"
            f'pull: {{url: "{{inbox}}/{name}*", {pull}}}\nformat: {{{form}}}\ndelivery: {delivery}\n'
            f'dates: ["%d.%m.%Y", "%Y-%m-%d"]\n{more}records:{records}'
        )
        (self.folder / "sources" / f"{name}.yaml").write_text(text)
        return self

    def put(self, name: str, *lines: str | bytes, encoding: str = "utf-8") -> Path:
        """Deliver a text file line by line."""
        path = self.inbox / name
        parts = [line if isinstance(line, bytes) else line.encode(encoding) for line in lines]
        path.write_bytes(b"\n".join(parts) + b"\n")
        return path

    def people(self, *rows: str, name: str = "leute.csv") -> Path:
        return self.put(name, PEOPLE_HEADER, *rows)

    def contacts(self, *rows: str, name: str = "kontakte.csv") -> Path:
        return self.put(name, CONTACTS_HEADER, *rows)

    def workbook(self, name: str, rows: list[list[Any]], sheet: str = "Tabelle1") -> Path:
        """Deliver an xlsx file of one sheet."""
        path = self.inbox / name
        with xlsxwriter.Workbook(path) as book:
            page = book.add_worksheet(sheet)
            for number, row in enumerate(rows):
                page.write_row(number, 0, row)
        return path

    def run(self, *words: str) -> Outcome:
        """Run a command with ``--json`` in this process."""
        from flows.cli import main
        from tasks.run import forget

        folder = str(self.folder.resolve())
        forget(folder)
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = main(["--config", folder, "--json", *words])
        forget(folder)
        text = out.getvalue()
        return Outcome(code, json.loads(text) if text.strip() else {}, text, err.getvalue())

    def process(self, *words: str, **environment: str) -> "subprocess.Popen[str]":
        """Start a command as a process of its own."""
        return subprocess.Popen(
            [sys.executable, "-m", "flows", "--config", str(self.folder), *words],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            env={**os.environ, **environment},
        )

    def sync(self, day: str, *words: str) -> Outcome:
        """Run the night of a day."""
        return self.run("sync", "--direct", "--as-of", day, *words)

    def rows(self, sql: str, *binds: object) -> list[tuple[Any, ...]]:
        """Query the warehouse as its owner."""
        with psycopg.connect(self.url.replace("postgresql+psycopg://", "postgresql://")) as conn:
            return conn.execute(sql, binds or None).fetchall()  # type: ignore[call-overload]

    def do(self, *statements: str) -> None:
        """Change the warehouse as its owner: what an accident or an attacker would do."""
        with psycopg.connect(self.url.replace("postgresql+psycopg://", "postgresql://")) as conn:
            for statement in statements:
                conn.execute(statement)  # type: ignore[call-overload]

    def tickets(self, *, state: str = "open") -> list[tuple[Any, ...]]:
        """Return file, sheet, row, kind, column and rule of tickets."""
        return self.rows(
            "SELECT file, sheet, row, kind, column_name, rule FROM quarantine.row WHERE state = %s "
            "ORDER BY file, sheet, row, kind, rule",
            state,
        )

    def visible(self, table: str, columns: str) -> list[tuple[Any, ...]]:
        """Return columns of the open versions of a core or vault table that have not ended."""
        return self.rows(
            f"SELECT {columns} FROM {table} WHERE closed_load IS NULL AND ended_on IS NULL ORDER BY {columns}"
        )

    def kpi(self, code: str, day: str) -> tuple[str, int]:
        """Return the day that answers and the exact cumulative numerator of the first school year's total."""
        document = self.run("kpi", "--exact", "--as-of", day, "--period", "2020/21", "--mode", "cumulative").document
        cell = next(r for r in document["rows"] if r["kpi"] == code and r["dimension"] == "all")
        return document["as_of"], int(cell["numerator"])


def standard(folder: Path, url: str, *, key: str = "09999", contacts_delivery: str = "full") -> MadeUpCounty:
    """Two sources: people with entries, and contacts."""
    county = MadeUpCounty(folder, url, key)
    county.source("leute", PEOPLE_RECORDS)
    return county.source("kontakte", CONTACT_RECORDS, delivery=contacts_delivery)
