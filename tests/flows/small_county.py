"""A minimal second county: another AGS prefix, two sources, files written by the test, the real command line."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

ROOT = Path(__file__).resolve().parents[2]
PEOPLE = """source: leute
supplier: {name: Land, email: land@example.org}
pull: {url: "{inbox}/leute*.csv", newest_only: true}
format: {type: csv, delimiter: ";"}
delivery: full
dates: ["%d.%m.%Y", "%Y-%m-%d"]
records:
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
CONTACTS = """source: kontakte
supplier: {name: Kreis, email: kreis@example.org}
pull: {url: "{inbox}/kontakte*.csv", newest_only: true}
format: {type: csv, delimiter: ";"}
delivery: DELIVERY
expect: {max_change: 60%}
dates: ["%Y-%m-%d"]
records:
  contacts:
    person_id: id
    contact_on: am
    channel: {column: art, values: {b: visit}}
    two_way: {const: ja}
"""
COMMUNES = """ags,name,kind,postcodes,lat,lon,valid_from,valid_to
09999001,Adorf,Stadt,11111,51.1,8.1,,
09999002,Bdorf,Stadt,11112,51.2,8.2,,
"""


@dataclass
class SmallCounty:
    """A county folder and its warehouse."""

    folder: Path
    url: str
    key: str = "09999"

    def set_up(self, delivery: str = "full") -> "SmallCounty":
        """Write the configuration."""
        for name in ("codelists", "sources", "inbox"):
            (self.folder / name).mkdir(parents=True)
        (self.folder / "county.yaml").write_text(
            f'county: {{name: Kreis Probe, key: "{self.key}"}}\n'
            "programme: {name: Probe, starts_on: 2021-01-01}\ninbox: ./inbox\n"
            f"warehouse: {self.url}\nstate: ./state\n"
        )
        (self.folder / "codelists" / "communes.csv").write_text(COMMUNES.replace("09999", self.key))
        (self.folder / "sources" / "leute.yaml").write_text(PEOPLE)
        (self.folder / "sources" / "kontakte.yaml").write_text(CONTACTS.replace("DELIVERY", delivery))
        return self

    def people(self, *rows: str, name: str = "leute.csv") -> None:
        """Deliver people: id;last;first;born;status;ags;entered."""
        self._write(name, "id;nach;vor;geb;status;ags;eintritt", rows)

    def contacts(self, *rows: str, name: str = "kontakte.csv", header: str = "id;am;art") -> None:
        """Deliver contacts: id;day;b."""
        self._write(name, header, rows)

    def _write(self, name: str, header: str, rows: tuple[str, ...]) -> None:
        (self.folder / "inbox" / name).write_text("\n".join([header, *rows]) + "\n")

    def run(self, *words: str, language: str = "de") -> tuple[int, dict[str, Any]]:
        """Run the command line with ``--json`` and return exit code and document."""
        command = [sys.executable, "-m", "flows", "--config", str(self.folder), "--json", *words]
        environment = {**os.environ, "TEILHABE_LANG": language}
        done = subprocess.run(
            command, capture_output=True, text=True, cwd=ROOT, env=environment, check=False, timeout=120
        )
        document: dict[str, Any] = json.loads(done.stdout)
        return done.returncode, document

    def sync(self, day: str, *words: str) -> tuple[int, dict[str, Any]]:
        """Run the night of a day without an orchestrator."""
        return self.run("sync", "--direct", "--as-of", day, *words)

    def contacted(self, day: str) -> tuple[str, int]:
        """Return the published day that answers for ``day``, and contacted of the first school year."""
        _, document = self.run("kpi", "--exact", "--as-of", day, "--period", "2020/21", "--mode", "cumulative")
        cell = [r for r in document["rows"] if r["kpi"] == "contacted" and r["dimension"] == "all"]
        return document["as_of"], int(cell[0]["numerator"])

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """Query the warehouse as its owner."""
        with psycopg.connect(self.url.replace("postgresql+psycopg://", "postgresql://")) as conn:
            return conn.execute(sql).fetchall()


def records(document: dict[str, Any], source: str, kind: str) -> tuple[int, int, int]:
    """Return in, loaded, rejected of one kind of one source."""
    counts = next(found for found in document["sources"] if found["source"] == source)["records"][kind]
    return counts["in"], counts["loaded"], counts["rejected"]
