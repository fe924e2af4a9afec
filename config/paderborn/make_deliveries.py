"""Make the made-up deliveries of the shipped county from the golden set.

Run as ``python config/paderborn/make_deliveries.py``; the same seed gives the
same bytes. Facts (ids, dates, statuses, places) are those of ``tests/golden``;
names, needs, offers, staff and meetings are invented here and in ``made_up/``.
"""

import csv
import io
import random
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from pathlib import Path

from config.paderborn.casework_lists import MEETINGS, NETWORK, STAFF, needs
from config.paderborn.delivery_files import Cell, csv_bytes, ods_bytes, xlsx_bytes

HERE = Path(__file__).resolve().parent
GOLDEN = HERE.parents[1] / "tests" / "golden"
SEED = 20210731
AS_DELIVERED = "2021-09-15"
SEATS_AS_OF = date(2021, 7, 20)

STATUS_TEXT = {
    "GEST_55": "Gestattung § 55 AsylG",
    "DULD_60A_2_1": "Duldung § 60a Abs. 2 S. 1",
    "DULD_60A_2_3": "Duldung § 60a Abs. 2 S. 3",
    "DULD_60B": "Duldung § 60b",
    "DULD_60C": "Duldung § 60c",
    "AE_25B": "Aufenthaltserlaubnis § 25b",
}
OFFER_OF_KIND = {
    "COACH": "PB-COACH", "QUALI_BB": "PB-QUALI", "TAFF": "PB-TAFF", "THM": "PB-THM", "IK_ALLG": "PB-IK",
    "BSK_B2": "PB-BSK-B2", "SPRACH_SONST": "PB-SPRACH", "ASA_FLEX": "PB-ASA",
}  # fmt: skip
COACHING, LANGUAGE = {"COACH", "THM"}, {"IK_ALLG", "BSK_B2", "SPRACH_SONST"}
COACHING_HEADER: list[Cell] = [
    "Teilnahme-Nr.", "Fallnummer", "Angebot", "Durchführung", "Status", "Beginn", "Ende", "Grund",
]  # fmt: skip
LANGUAGE_HEADER: list[Cell] = [
    "Nr.", "Fallnummer Kreis", "Kurs", "Kursdurchgang", "Kursstatus", "Kursbeginn", "Kursende", "Abbruchgrund",
]  # fmt: skip
HALF_YEARS = (
    ("2020-1", date(2020, 5, 1), date(2020, 7, 31)),
    ("2020-2", date(2020, 8, 1), date(2021, 1, 31)),
    ("2021-1", date(2021, 2, 1), date(2021, 7, 31)),
    ("2021-2", date(2021, 8, 1), date(2022, 1, 31)),
)
COMING = ("2021-3", date(2021, 10, 4), date(2022, 3, 31))
"""The next run of every course, with seats counted shortly before the delivery: what proposals are made of."""
COMING_SEATS_AS_OF = date(2021, 9, 10)
NORTH = {"05774004", "05774008", "05774020", "05774024", "05774032"}
OUTSIDE_POSTCODE = "33602"
AS_WRITTEN = {"begonnen": "begonnen", "abgebrochen": "abgebrochen", "angemeldet": "angemeldet"}
COURSE_WORDS = {"begonnen": "läuft", "abgebrochen": "abgebrochen", "angemeldet": "angemeldet"}
Row = dict[str, str]
Person = dict[str, str]


def read_rows(path: Path) -> list[Row]:
    """Return the rows of a semicolon or comma CSV."""
    text = path.read_text(encoding="utf-8-sig")
    return list(csv.DictReader(io.StringIO(text), delimiter=";" if ";" in text.splitlines()[0] else ","))


def german(day: str) -> str:
    """Return an ISO date as dd.mm.yyyy; empty stays empty."""
    return date.fromisoformat(day).strftime("%d.%m.%Y") if day else ""


def day_or_empty(day: str) -> Cell:
    """Return an ISO date as a date cell; empty stays empty."""
    return date.fromisoformat(day) if day else ""


def plain(text: str) -> str:
    """Return a name in capitals-free ASCII as a system without accents would keep it."""
    return "".join(char for char in unicodedata.normalize("NFKD", text) if not unicodedata.combining(char))


def made_up_names(golden: Sequence[Row], rng: random.Random) -> list[Person]:
    """Give each person a sex, a country and a full name that nobody else has.

    Names never repeat as a folded pair, and two persons born on one day share
    neither first nor family name, so that linking by name and birth date is certain.
    """
    regions = read_rows(HERE / "made_up" / "names.csv")
    taken: set[frozenset[str]] = set()
    on_day: dict[str, set[str]] = {}
    people: list[Person] = []
    for row in golden:
        used = on_day.setdefault(row["geburtsdatum"], set())
        while True:
            region = rng.choice(regions)
            sex = "f" if rng.random() < 0.3 else "m"
            first = rng.choice(region["female" if sex == "f" else "male"].split("|"))
            family = rng.choice(region["family"].split("|"))
            pair = frozenset({plain(first).lower(), plain(family).lower()})
            if pair not in taken and not pair & used:
                break
        taken.add(pair)
        used |= pair
        country = rng.choice(region["countries"].split("|"))
        people.append({**row, "first": first, "family": family, "sex": sex, "country": country})
    return people


def caseworker(person: Person, rng: random.Random) -> str:
    """Return the participation manager: the north has one post, the south two."""
    return "TM01" if person["ags"] in NORTH else rng.choice(["TM02", "TM03"])


def state_export(people: Sequence[Person], entries: Sequence[Row], rng: random.Random) -> list[list[Cell]]:
    """Return the wide lines of the state's database: one a person, two blocks for stays."""
    postcodes = {row["ags"]: row["postcodes"].split("|") for row in read_rows(HERE / "codelists" / "communes.csv")}
    header: list[Cell] = [
        "Fallnummer", "Nachname", "Vorname", "Geburtsdatum", "Geschlecht", "Staatsangehörigkeit", "Aufenthaltsstatus",
        "Status seit", "Status bis", "Gemeindeschlüssel", "PLZ", "Teilhabemanagerin", "E-Mail", "Telefon",
        "Eintritt am", "Austritt am", "Austrittsgrund", "Wiedereintritt am", "Wiederaustritt am",
        "Wiederaustrittsgrund", "Einwilligung Betreuung am", "Widerruf Betreuung am", "Einwilligung Statistik am",
        "Widerruf Statistik am",
    ]  # fmt: skip
    stays: dict[str, list[Row]] = {}
    for entry in sorted(entries, key=lambda row: row["eintritt"]):
        stays.setdefault(entry["person_id"], []).append(entry)
    lines: list[list[Cell]] = [header]
    for number, person in enumerate(people):
        first, *again = stays.get(person["person_id"], [{"eintritt": "", "austritt": ""}])
        second = again[0] if again else {"eintritt": "", "austritt": ""}
        consent = german(first["eintritt"])
        mail = f"{plain(person['first'])}.{plain(person['family'])}@example.org".lower().replace(" ", "-")
        lines.append([
            person["person_id"], person["family"], person["first"], german(person["geburtsdatum"]),
            "weiblich" if person["sex"] == "f" else "männlich", person["country"], STATUS_TEXT[person["status"]],
            german(person["status_von"]), german(person["status_bis"]), person["ags"],
            rng.choice(postcodes.get(person["ags"], [OUTSIDE_POSTCODE])), person["caseworker"],
            mail.replace("'", "") if number % 3 == 0 else "", f"0176 040690{number % 100:02d}" if number % 2 else "",
            consent, german(first["austritt"]), "Unterbrechung" if first["austritt"] else "",
            german(second["eintritt"]), german(second["austritt"]), "", consent, "", consent, "",
        ])  # fmt: skip
    return lines


def contact_list(people: Sequence[Person], contacts: Sequence[Row], rng: random.Random) -> list[list[Cell]]:
    """Return the contact list as its keepers see it: letterhead, header, lines, total."""
    worker = {person["person_id"]: person["caseworker"] for person in people}
    lines: list[list[Cell]] = [
        ["Kreis Paderborn"],
        ["Durchstarten klappt! – Kontakte der Teilhabemanagerinnen"],
        [f"Stand: {german(AS_DELIVERED)}"],
        ["Fallnummer", "Kontakt am", "Art des Kontakts", "Antwort", "Teilhabemanagerin", "Ergebnis"],
    ]
    for contact in contacts:
        in_person = contact["art"] == "persoenlich"
        channel = rng.choice(["Hausbesuch", "Büro"]) if in_person else "Brief"
        outcome = rng.choice(["Beratung", "Erstgespräch", "Unterlagen geklärt"]) if in_person else "keine Antwort"
        answered = "ja" if in_person else "nein"
        person = contact["person_id"]
        lines.append([person, date.fromisoformat(contact["datum"]), channel, answered, worker[person], outcome])
    return [*lines, ["Summe", len(contacts)]]


def run_of(day: str) -> str:
    """Return the half-year's run in which a day falls."""
    return next(run for run, first, last in HALF_YEARS if first <= date.fromisoformat(day) <= last)


def offer_list(placements: Sequence[Row]) -> list[list[Cell]]:
    """Return one line a run; free seats are what our persons and others leave, empty where nobody reported them."""
    lines: list[list[Cell]] = [[
        "Angebotsnummer", "Durchführung", "Träger", "Titel", "Angebotsart", "Finanzierung", "Gemeindeschlüssel", "Form",
        "Beginn", "Ende", "Wochentage", "von", "bis", "Stunden je Woche", "Plätze", "Mindestzahl", "freie Plätze",
        "Stand der Plätze", "Eingangsniveau", "Zielniveau", "Alter von", "Alter bis", "Teilzeit", "Kinderbetreuung",
        "Kosten in Euro", "Bedarfscluster", "geprüft am",
    ]]  # fmt: skip
    for offer in read_rows(HERE / "made_up" / "offers.csv"):
        runs: Iterable[tuple[str, Cell, Cell]] = [("laufend", "", "")] if offer["open_entry"] else (*HALF_YEARS, COMING)
        for number, (run, starts_on, ends_on) in enumerate(runs):
            taken = [row for row in placements if OFFER_OF_KIND[row["angebotsart"]] == offer["offer"]]
            seated = sum(run_of(row["beginn"]) == run and row["status"] == "begonnen" for row in taken)
            seats = int(offer["max"])
            others = (seats - seated) * 7 // 10 if offer["module_label"] == "Regelangebot" else 0
            unknown = offer["offer"] in {"PB-THM", "PB-SPRACHCAFE"} or run == "2020-1"
            counted_on = COMING_SEATS_AS_OF if run in (COMING[0], "laufend") else SEATS_AS_OF
            checked = counted_on - timedelta(days=3 if run == "2021-2" else 21 * (number % len(HALF_YEARS)))
            lines.append([
                offer["offer"], run, offer["provider"], offer["title"], offer["kind_label"], offer["module_label"],
                offer["ags"], offer["mode"], starts_on, ends_on, offer["weekdays"], offer["from"], offer["to"],
                float(offer["hours"].replace(",", ".")), seats, int(offer["min"]) if offer["min"] else "",
                "" if unknown else seats - seated - others, "" if unknown else counted_on,
                offer["entry"], offer["target"],
                int(offer["min_age"]) if offer["min_age"] else "", int(offer["max_age"]) if offer["max_age"] else "",
                offer["part_time"], offer["childcare"], float(offer["cost"]),
                offer["cluster"] if run == "2021-2" else "", checked,
            ])  # fmt: skip
    return lines


def enrolments_by_case(
    rows: Sequence[Row], header: list[Cell], words: dict[str, str], *, cells: bool = False
) -> list[list[Cell]]:
    """Return the enrolments of a provider that knows case numbers; dates as cells or as German text."""
    convert = day_or_empty if cells else german
    lines: list[list[Cell]] = [header]
    for row in rows:
        reason = "Termine nicht vereinbar" if row["status"] == "abgebrochen" else ""
        lines.append([
            row["vermittlung_id"], row["person_id"], OFFER_OF_KIND[row["angebotsart"]], run_of(row["beginn"]),
            words[row["status"]], convert(row["beginn"]), convert(row["ende"]), reason,
        ])  # fmt: skip
    return lines


def enrolments_by_name(rows: Sequence[Row], people: Sequence[Person]) -> list[list[Cell]]:
    """Return the enrolments of a provider that keeps names, written as its clerks write them."""
    by_id = {person["person_id"]: person for person in people}
    lines: list[list[Cell]] = [
        ["Vorgang", "Name", "Vorname", "geboren am", "Maßnahme", "Durchlauf", "Stand", "Start", "Ende", "Bemerkung"]
    ]
    for number, row in enumerate(rows):
        person = by_id[row["person_id"]]
        family, first = person["family"], person["first"]
        spelled = (
            (family, first),
            (family.upper(), first),
            (plain(family), plain(first)),
            (first, family),
            (family.replace("-", " "), first.replace("-", " ")),
        )[number % 5]
        lines.append([
            row["vermittlung_id"], *spelled, date.fromisoformat(person["geburtsdatum"]),
            OFFER_OF_KIND[row["angebotsart"]], run_of(row["beginn"]), row["status"],
            date.fromisoformat(row["beginn"]), day_or_empty(row["ende"]), "",
        ])  # fmt: skip
    return lines


def make_deliveries() -> dict[str, bytes]:
    """Return every delivery of the shipped county by file name."""
    rng = random.Random(SEED)  # noqa: S311  # made-up data, nothing secret
    people_golden, contacts = read_rows(GOLDEN / "teilnehmende.csv"), read_rows(GOLDEN / "kontakte.csv")
    entries, placements = read_rows(GOLDEN / "eintritte.csv"), read_rows(GOLDEN / "vermittlungen.csv")
    people = made_up_names(people_golden, rng)
    people = [{**person, "caseworker": caseworker(person, rng)} for person in people]
    coaching = [row for row in placements if row["angebotsart"] in COACHING]
    language = [row for row in placements if row["angebotsart"] in LANGUAGE]
    by_name = [row for row in placements if row["angebotsart"] not in COACHING | LANGUAGE]
    offers = offer_list(placements)
    files: dict[str, bytes] = {
        "landesdatenbank.csv": csv_bytes(state_export(people, entries, rng), "cp1252"),
        "kontakte.xlsx": xlsx_bytes("Kontakte", contact_list(people, contacts, rng), header_row=3),
        "angebote.xlsx": xlsx_bytes("Angebote", offers, header_row=0),
        "traeger_coaching.csv": csv_bytes(enrolments_by_case(coaching, COACHING_HEADER, AS_WRITTEN), "utf-8-sig"),
        "traeger_sprache.xlsx": xlsx_bytes(
            "Teilnahmen", enrolments_by_case(language, LANGUAGE_HEADER, COURSE_WORDS, cells=True), header_row=0
        ),
        "traeger_ausbildung.ods": ods_bytes("Teilnehmende", enrolments_by_name(by_name, people)),
        "bedarfe.csv": csv_bytes(needs(entries, placements, rng), "utf-8"),
        "personal.csv": csv_bytes(STAFF, "cp1252"),
        "netzwerk.csv": csv_bytes(NETWORK, "utf-8-sig"),
        "sitzungen.csv": csv_bytes(MEETINGS, "utf-8-sig"),
    }
    return {name.replace(".", f"_{AS_DELIVERED}."): content for name, content in files.items()}


def main() -> None:
    """Write the deliveries into the inbox."""
    inbox = HERE / "inbox"
    inbox.mkdir(exist_ok=True)
    for name, content in make_deliveries().items():
        (inbox / name).write_bytes(content)


if __name__ == "__main__":
    main()
