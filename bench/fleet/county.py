"""A made-up county of any size as a folder: people, contacts, courses, seats, needs, staff (fixed seed)."""

import random
from datetime import date, timedelta
from pathlib import Path

FIRST = date(2021, 3, 1)
_FAMILY = ("Ab", "Ka", "Mo", "Sel", "Tar", "Ni", "Wol", "Zeh", "Dar", "Fi", "Gho", "Hai", "Is", "Jaf", "Ro", "Um")
_MIDDLE = ("ra", "li", "no", "mi", "sa", "te", "ru", "ga", "be", "do", "ki", "wa")
_LAST = ("ri", "di", "ssen", "man", "zai", "yan", "wi", "far", "med", "ko", "lu", "nen")
_GIVEN = ("Amal", "Omar", "Selam", "Yonas", "Azad", "Mariam", "Alpha", "Shirin", "Hodan", "Ani", "Arta", "Sunday")
_TABLES = {
    "leute": """
  participants: {person_id: id, last_name: nach, first_name: vor, birth_date: geb, sex: s, ags: ags,
    residence_status: {column: status, values: {D: DULD_60A_2_1, G: GEST_55}}}
  episodes: {person_id: id, entered_on: eintritt}
""",
    "kontakte": """
  contacts: {person_id: id, contact_on: am, caseworker: wer, two_way: {const: ja},
    channel: {column: art, values: {b: visit, t: phone}}}
""",
    "angebote": """
  offers: {offer_id: nr, provider: traeger, title: titel, starts_on: beginn, ends_on: ende, seats_max: max,
    seats_free: frei, kind: {column: art, values: {K: SPRACH_SONST}},
    module: {column: modul, values: {neu: F2, regel: REGEL}}}
""",
    "kurse": """
  enrolments: {enrolment_id: lfd, offer_id: kurs, person_id: id, starts_on: beginn,
    state: {column: stand, values: {l: started}}}
""",
    "bedarfe": """
  needs: {need_id: nr, person_id: id, recorded_on: am, category: {column: art, values: {K: SPRACH_SONST}}}
""",
    "personal": """
  staff: {staff_id: nr, role: {const: participation_manager}, fte: umfang, valid_from: ab}
""",
}


def make_county(root: Path, number: int, persons: int, warehouse: str) -> Path:
    """Write county ``number`` below ``root`` and return its folder; half of the persons entered, a fifth is placed."""
    key, rng = f"{8000 + number:05d}", random.Random(number)
    folder = root / f"kreis{number:03d}"
    for name in ("codelists", "sources", "inbox"):
        (folder / name).mkdir(parents=True)
    (folder / "county.yaml").write_text(
        f'county: {{name: Kreis {number}, key: "{key}"}}\nprogramme: {{name: Probe, starts_on: 2020-08-01}}\n'
        f"inbox: ./inbox\nwarehouse: {warehouse}\nstate: ./state\n"
    )
    communes = [f"{key}{n:03d},Ort{n},Stadt,1111{n},51.{n},8.{n},," for n in range(1, 10)]
    _write(folder / "codelists" / "communes.csv", "ags,name,kind,postcodes,lat,lon,valid_from,valid_to", communes)
    for name, records in _TABLES.items():
        (folder / "sources" / f"{name}.yaml").write_text(
            f"source: {name}\nsupplier: {{name: {name}, email: {name}@example.org}}\n"
            f'pull: {{url: "{{inbox}}/{name}*", newest_only: true}}\nformat: {{type: csv, delimiter: ";"}}\n'
            f'delivery: full\ndates: ["%Y-%m-%d"]\nrecords:{records}'
        )
    _deliver(folder / "inbox", key, persons, rng)
    return folder


def _deliver(inbox: Path, key: str, persons: int, rng: random.Random) -> None:
    def day(first: date, days: int) -> date:
        return first + timedelta(days=rng.randrange(days))

    people, contacts, seats, needs = [], [], [], []
    courses = max(1, persons // 20)
    for n in range(persons):
        met = day(date(2020, 8, 3), 190)
        entered = day(met, 15) if n % 2 == 0 else ""
        name = rng.choice(_FAMILY) + rng.choice(_MIDDLE) + rng.choice(_MIDDLE) + rng.choice(_LAST)
        born, commune = day(date(1996, 1, 2), 2200), f"{key}{rng.randrange(1, 10):03d}"
        people.append(
            f"P{n};{name};{rng.choice(_GIVEN)};{born};{rng.choice('mf')};{rng.choice('DDG')};{commune};{entered}"
        )
        contacts += [f"P{n};{met + timedelta(days=30 * k)};{rng.choice('bt')};W{n % 7}" for k in range(2)]
        if n % 5 == 0:
            seats.append(f"E{n};K{n % courses};P{n};{date(2021, 2, 20)}")
        elif n % 2 == 0:
            needs.append(f"B{n};P{n};K;{date(2021, 2, 1)}")
    offers = [
        f"K{n};Traeger{n % 9};Kurs {n};K;{'neu' if n % 3 else 'regel'};2021-02-15;2021-12-31;20;{rng.randrange(6)}"
        for n in range(courses)
    ]
    _write(inbox / "leute.csv", "id;nach;vor;geb;s;status;ags;eintritt", people)
    _write(inbox / "kontakte.csv", "id;am;art;wer", contacts)
    _write(inbox / "angebote.csv", "nr;traeger;titel;art;modul;beginn;ende;max;frei", offers)
    _write(inbox / "kurse.csv", "lfd;kurs;id;beginn;stand", [f"{line};l" for line in seats])
    _write(inbox / "bedarfe.csv", "nr;id;art;am", needs)
    _write(inbox / "personal.csv", "nr;umfang;ab", [f"M{n};1,0;2020-08-01" for n in range(max(1, persons // 200))])


def _write(path: Path, header: str, lines: list[str]) -> None:
    path.write_text("\n".join([header, *lines]) + "\n", "utf-8")
