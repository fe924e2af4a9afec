"""The made-up lists that the golden set does not hold: needs, posts, network and meetings."""

import random
from collections.abc import Sequence
from datetime import date, timedelta

from config.paderborn.delivery_files import Cell

Row = dict[str, str]

NEED_OF_KIND = {
    "COACH": "Coaching",
    "QUALI_BB": "Qualifizierung neben der Arbeit",
    "TAFF": "Beratung Teilzeit",
    "IK_ALLG": "Integrationskurs",
    "BSK_B2": "Berufssprachkurs B2",
    "SPRACH_SONST": "Sprachkurs",
    "ASA_FLEX": "Unterstützung in der Ausbildung",
}
# Wanted, level now, level aimed at, hours a week at most (empty: no limit).
WISHES = (
    ("Integrationskurs", ("A0", "A1"), "B1", ("20", "25", "")),
    ("Berufssprachkurs B2", ("B1",), "B2", ("12", "15", "12,5")),
    ("Sprachkurs", ("A0", "A1"), "A2", ("4", "6", "")),
    ("Unterstützung in der Ausbildung", ("A2", "B1"), "", ("8", "")),
    ("Einstiegsqualifizierung", ("A2", "B1"), "", ("30", "")),
    ("Coaching", ("A2", "B1", ""), "", ("",)),
    ("Qualifizierung neben der Arbeit", ("A2", "B1"), "", ("4", "6")),
    ("Beratung Teilzeit", ("A2", "B1"), "", ("5", "")),
)
NEEDS_HEADER: list[Cell] = [
    "Bedarfsnummer", "Fallnummer", "Bedarf", "Zielniveau", "Sprachstand", "Priorität", "Stunden je Woche höchstens",
    "Kinderbetreuung nötig", "nur Teilzeit", "Umkreis in km", "Erfasst am", "Erledigt am", "Erledigt durch",
]  # fmt: skip
FIRST_WAITING, LAST_WAITING = "P060", "P086"
"""Entered and not placed: their needs are open."""


def needs(entries: Sequence[Row], placements: Sequence[Row], rng: random.Random) -> list[list[Cell]]:
    """Return closed needs of every third placement after entry, and an open one of each person who waits."""
    entered: dict[str, date] = {}
    for entry in entries:
        entered.setdefault(entry["person_id"], date.fromisoformat(entry["eintritt"]))
    lines: list[list[Cell]] = [NEEDS_HEADER]
    for placement in placements[::3]:
        person, wish = placement["person_id"], NEED_OF_KIND.get(placement["angebotsart"])
        if wish and person in entered and placement["status"] == "begonnen":
            closed_on = date.fromisoformat(placement["beginn"])
            recorded_on = min(entered[person] + timedelta(days=3), closed_on)
            lines.append(_need(len(lines), person, wish, recorded_on, closed_on, rng))
    for person in sorted(entered):
        if FIRST_WAITING <= person <= LAST_WAITING:
            wish = WISHES[len(lines) % len(WISHES)][0]
            recorded_on = entered[person] + timedelta(days=rng.randint(1, 20))
            lines.append(_need(len(lines), person, wish, recorded_on, None, rng))
    return lines


def _need(
    number: int, person: str, wish: str, recorded_on: date, closed_on: date | None, rng: random.Random
) -> list[Cell]:
    _, levels, target, hours = next(entry for entry in WISHES if entry[0] == wish)
    part_time = wish == "Beratung Teilzeit" or rng.random() < 0.1
    childcare = wish in {"Beratung Teilzeit", "Sprachkurs"} and rng.random() < 0.5
    return [
        f"B{number:03d}", person, wish, target, rng.choice(levels), rng.choice(["hoch", "mittel", "mittel", "niedrig"]),
        rng.choice(hours), "ja" if childcare else "nein", "ja" if part_time else "nein",
        rng.choice(["10", "20", "30", "30", ""]), recorded_on.strftime("%d.%m.%Y"),
        closed_on.strftime("%d.%m.%Y") if closed_on else "", "Vermittlung" if closed_on else "",
    ]  # fmt: skip


STAFF: list[list[Cell]] = [
    ["Kürzel", "Funktion", "Stellenanteil", "Name", "Team", "gültig ab", "gültig bis"],
    ["TM01", "Teilhabemanagerin", "0,5", "Katrin Ostermann", "Nord", "01.05.2020", "31.01.2021"],
    ["TM01", "Teilhabemanagerin", "0,75", "Katrin Ostermann", "Nord", "01.02.2021", ""],
    ["TM02", "Teilhabemanagerin", "0,5", "Svenja Hillebrand", "Süd", "01.07.2020", ""],
    ["TM03", "Teilhabemanagerin", "0,25", "Miriam Güldner", "Süd", "01.09.2020", ""],
    ["CO01", "Coach", "0,5", "Jörg Wieneke", "Nord", "01.05.2020", ""],
    ["CO02", "Coach", "0,5", "Petra Löseke", "Süd", "15.05.2020", ""],
]
NETWORK: list[list[Cell]] = [
    ["Nr.", "Datum", "Partner", "Gemeindeschlüssel", "Stelle", "Format"],
    ["N001", "18.08.2020", "Kommune", "05774032", "Stadt Paderborn, Sozialamt", "Präsenz"],
    ["N002", "25.08.2020", "Kommune", "05774020", "Stadt Delbrück, Bürgerdienste", "Präsenz"],
    ["N003", "02.09.2020", "Kommune", "05774024", "Gemeinde Hövelhof, Soziales", "Präsenz"],
    ["N004", "09.09.2020", "Kommune", "05774036", "Stadt Salzkotten, Soziales", "Präsenz"],
    ["N005", "17.09.2020", "Ehrenamt", "05774020", "Arbeitskreis Flüchtlingshilfe Delbrück", "Präsenz"],
    ["N006", "01.10.2020", "Kommune", "05774008", "Stadt Bad Lippspringe, Soziales", "Präsenz"],
    ["N007", "14.10.2020", "Kommune", "05774016", "Stadt Büren, Integration", "Präsenz"],
    ["N008", "12.11.2020", "Kommune", "05774004", "Gemeinde Altenbeken, Soziales", "Videokonferenz"],
    ["N009", "19.11.2020", "Kommune", "05774028", "Stadt Lichtenau, Soziales", "Videokonferenz"],
    ["N010", "03.12.2020", "Kommune", "05774012", "Gemeinde Borchen, Soziales", "Videokonferenz"],
    ["N011", "14.01.2021", "Kommune", "05774040", "Stadt Bad Wünnenberg, Soziales", "Videokonferenz"],
    ["N012", "28.01.2021", "Träger", "05774032", "Sprachforum Paderborner Land", "Videokonferenz"],
    ["N013", "18.02.2021", "Träger", "05774032", "Ausbildungslotsen OWL", "Videokonferenz"],
    ["N014", "22.04.2021", "Ehrenamt", "05774036", "Runder Tisch Asyl Salzkotten", "Videokonferenz"],
    ["N015", "10.06.2021", "Träger", "05774016", "Wegbegleiter Hochstift", "Präsenz"],
    ["N016", "24.08.2021", "Kommune", "05774032", "Stadt Paderborn, Sozialamt", "Präsenz"],
]
MEETINGS: list[list[Cell]] = [
    ["Nr.", "Gremium", "Datum", "Format", "Beschlüsse"],
    ["S1", "Bündniskerngruppe", "10.09.2020", "Präsenz", "Gesamtkonzept vereinbart"],
    ["S2", "Bündniskerngruppe", "03.11.2020", "digital", "Qualitätshandbuch vereinbart"],
    ["S3", "Bündniskerngruppe", "11.05.2021", "digital", "Arbeitshandbuch vereinbart"],
    ["S4", "Arbeitskreis Sprache", "16.03.2021", "digital", ""],
]
