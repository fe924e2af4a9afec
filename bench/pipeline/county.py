"""The county folder that reads the made-up deliveries."""

import shutil
from pathlib import Path

COUNTY = """county: {{name: Messkreis, key: "09999"}}
programme: {{name: P, starts_on: 2020-08-01}}
warehouse: "{url}"
"""
PEOPLE = """source: personen
supplier: {name: Kreis, email: a@example.org}
pull: {url: "{inbox}/participants.csv"}
format: {type: csv, encoding: cp1252, delimiter: ";"}
delivery: full
dates: ["%d.%m.%Y", "%Y-%m-%d"]
records:
  participants:
    person_id: Fallnummer
    last_name: Nachname
    first_name: Vorname
    birth_date: Geburtsdatum
    sex: {column: Geschlecht, values: {weiblich: f, männlich: m, divers: d}}
    residence_status:
      column: Aufenthaltsstatus
      values: {Duldung § 60a: DULD_60A_2_1, Gestattung: GEST_55, Duldung Ausbildung: DULD_60C}
    ags: AGS
    caseworker: Fachkraft
"""
OFFERS = """source: angebote
supplier: {name: Träger, email: b@example.org}
pull: {url: "{inbox}/offers.csv"}
format: {type: csv, delimiter: ";"}
delivery: full
dates: ["%Y-%m-%d"]
records:
  offers: {offer_id: Nr, provider: Anbieter, title: Titel, kind: Art, module: Modul, starts_on: Beginn}
"""
SEATS = """source: belegung
supplier: {name: Träger, email: c@example.org}
pull: {url: "{inbox}/enrolments.csv"}
format: {type: csv, delimiter: ";"}
delivery: full
dates: ["%d.%m.%Y", "%Y-%m-%d"]
records:
  enrolments:
    enrolment_id: Lfd. Nr.
    offer_id: Kurs
    person_id: Fallnummer
    state:
      column: Stand
      values: {angemeldet: registered, begonnen: started, beendet: completed, abgebrochen: dropped}
    starts_on: Beginn
    ends_on: Ende
    reason: Bemerkung
"""


def make_county(folder: Path, url: str) -> None:
    """Write the county folder; its inbox is empty."""
    for name in ("sources", "codelists", "inbox"):
        (folder / name).mkdir(parents=True)
    (folder / "county.yaml").write_text(COUNTY.format(url=url), "utf-8")
    rows = "".join(f"099990{n:02d},Ort{n},Stadt,{11110 + n},51.{n:02d},8.1,,\n" for n in range(1, 11))
    (folder / "codelists" / "communes.csv").write_text(f"ags,name,kind,postcodes,lat,lon,valid_from,valid_to\n{rows}")
    for name, text in (("personen", PEOPLE), ("angebote", OFFERS), ("belegung", SEATS)):
        (folder / "sources" / f"{name}.yaml").write_text(text, "utf-8")


def deliver(night: Path, folder: Path) -> None:
    """Put a night's files into the inbox."""
    for name in ("participants.csv", "offers.csv", "enrolments.csv"):
        shutil.copyfile(night / name, folder / "inbox" / name)
