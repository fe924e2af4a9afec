"""Made-up deliveries of a large county, by seed: messy German CSV, the same rows clean, and what must come of them.

A fifth of the rows are participants (cp1252), four fifths enrolments (UTF-8 with a mark). Both nights are full
deliveries; the second differs in one row of a hundred. About two rows of a hundred break a rule, and a
rejected participant takes her enrolments along (``unknown_person``).
"""

import json
from pathlib import Path
from typing import Any

import numpy as np

from bench.identity.scale import make_names, zipf

NIGHTS = ("new", "changed")
STATUSES = {"Duldung § 60a": "DULD_60A_2_1", "Gestattung": "GEST_55", "Duldung Ausbildung": "DULD_60C"}
STATES = {"angemeldet": "registered", "begonnen": "started", "beendet": "completed", "abgebrochen": "dropped"}
SEXES = {"weiblich": "f", "männlich": "m", "divers": "d"}
PEOPLE = ("Fallnummer", "Nachname", "Vorname", "Geburtsdatum", "Geschlecht", "Aufenthaltsstatus", "AGS", "Fachkraft")
SEATS = ("Lfd. Nr.", "Kurs", "Fallnummer", "Stand", "Beginn", "Ende", "Bemerkung")
OFFERS = 300
OFFER_LINE = "K{0:04d};Träger {1};Kurs {0};IK_ALLG;REGEL;2021-01-01\n"
KEPT = "kept"
Table = dict[str, np.ndarray]


def make_deliveries(folder: Path, rows: int, seed: int = 20260115) -> None:
    """Write ``new`` and ``changed`` below ``folder``: the messy files, ``clean`` copies, and ``truth.json``."""
    draw = np.random.default_rng(seed)
    people, seats = _people(draw, rows // 5), _seats(draw, rows - rows // 5, rows // 5)
    truth: dict[str, Any] = {}  # open versions, all versions, rejected rows
    before: dict[str, dict[str, str]] = {}
    for night in NIGHTS:
        if night == "changed":
            people, seats = (
                _changed(draw, people, "status", list(STATUSES)),
                _changed(draw, seats, "state", list(STATES)),
            )
        place = folder / night
        (place / "clean").mkdir(parents=True)
        lines, clean, bad_people = _people_lines(people)
        _write(place / "participants.csv", PEOPLE, lines, "cp1252")
        _write_clean(place / "clean" / "participants.csv", clean)
        known = {**before.get("p", {}), **clean}  # known once is known for ever
        seat_lines, clean_seats, bad_seats = _seat_lines(seats, known)
        _write(place / "enrolments.csv", SEATS, seat_lines, "utf-8-sig")
        _write_clean(place / "clean" / "enrolments.csv", clean_seats)
        offers = "".join(OFFER_LINE.format(number, number % 17) for number in range(OFFERS))
        (place / "offers.csv").write_text(f"Nr;Anbieter;Titel;Art;Modul;Beginn\n{offers}", "utf-8")
        truth[night] = {
            "participants": {**_history(before.get("p"), clean), "rejected": bad_people},
            "enrolments": {**_history(before.get("e"), clean_seats), "rejected": bad_seats},
        }
        before = {"p": clean, "e": clean_seats}
    for kind in ("participants", "enrolments"):  # versions of the first night stay
        truth["changed"][kind]["versions"] += truth["new"][kind]["open"]
    (folder / "truth.json").write_text(json.dumps(truth), "utf-8")


def _history(before: dict[str, str] | None, now: dict[str, str]) -> dict[str, int]:
    new = now if before is None else {key: row for key, row in now.items() if before.get(key) != row}
    return {"open": len(now), "versions": len(new)}


def _people(draw: np.random.Generator, count: int) -> Table:
    first = np.array([name[0] for name in make_names(draw, 2000, (2, 3))], dtype=object)
    last = np.array([name[0] for name in make_names(draw, 8000, (2, 4))], dtype=object)
    born = np.datetime64("1993-01-01") + draw.integers(0, 365 * 11, count)
    return {
        "key": np.char.add("F", np.char.zfill(np.arange(count).astype(str), 7)).astype(object),
        "last": last[zipf(draw, len(last), count)],
        "first": first[zipf(draw, len(first), count)],
        "born": born.astype(str).astype(object),
        "sex": draw.integers(0, 3, count),
        "status": draw.choice(np.array(list(STATUSES), dtype=object), count),
        "ags": np.char.add("099990", np.char.zfill(draw.integers(1, 11, count).astype(str), 2)).astype(object),
        "worker": draw.integers(0, 60, count),
        "fault": _faults(draw, count, ("bad_date", "no_name", "bad_status", "bad_ags", "twice")),
        "dress": draw.integers(0, 8, count),
    }


def _seats(draw: np.random.Generator, count: int, people: int) -> Table:
    # A person's courses follow one another: overlaps would be remarks, and nearly every row would bear one.
    begins = np.datetime64("2021-01-01") + np.arange(count) // people * 60 + draw.integers(0, 20, count)
    return {
        "key": np.char.add("E", np.char.zfill(np.arange(count).astype(str), 8)).astype(object),
        "offer": draw.integers(0, OFFERS, count),
        "person": np.arange(count) % people,
        "state": draw.choice(np.array(list(STATES), dtype=object), count),
        "begins": begins.astype(str).astype(object),
        "ends": (begins + draw.integers(10, 38, count)).astype(str).astype(object),
        "note": draw.integers(0, 400, count),
        "fault": _faults(draw, count, ("bad_state", "unknown_person", "unknown_offer", "twice", "conflict", "bad_end")),
        "dress": draw.integers(0, 8, count),
    }


def _faults(draw: np.random.Generator, count: int, names: tuple[str, ...]) -> np.ndarray:
    """Three rows of a thousand a fault, the others none."""
    found = np.full(count, "", dtype=object)
    roll = draw.random(count)
    for place, name in enumerate(names):
        found[(roll >= place * 0.003) & (roll < (place + 1) * 0.003)] = name
    return found


def _changed(draw: np.random.Generator, table: Table, column: str, values: list[str]) -> Table:
    """Change seven rows of a thousand, let two go, add one."""
    count = len(table["key"])
    table = {name: column.copy() for name, column in table.items()}
    hit = draw.random(count) < 0.007
    table[column][hit] = [values[(values.index(old) + 1) % len(values)] for old in table[column][hit]]
    kept = np.flatnonzero(draw.random(count) >= 0.002)
    extra = draw.choice(kept, max(count // 1000, 1), replace=False)
    rows = np.concatenate([kept, extra])
    table = {name: column[rows] for name, column in table.items()}
    table["key"][len(kept) :] = [f"{key}N" for key in table["key"][len(kept) :]]
    return table


def _german(day: str) -> str:
    return f"{day[8:]}.{day[5:7]}.{day[:4]}"


def _dressed(text: str, dress: int) -> str:
    """Write a word as offices do: blanks around it, capitals, quotes."""
    if dress == 0:
        return f" {text}  "
    if dress == 1:
        return text.upper()
    return f'"{text}"' if dress == 2 else text


def _people_lines(table: Table) -> tuple[list[str], dict[str, str], int]:
    lines: list[str] = []
    clean: dict[str, str] = {}
    bad = 0
    sexes, codes = list(SEXES), list(SEXES.values())
    names = ("key", "last", "first", "born", "sex", "status", "ags", "worker", "fault", "dress")
    for key, last, first, born, sex, status, ags, worker, fault, dress in zip(*(table[n] for n in names), strict=True):
        day = "31.02.2001" if fault == "bad_date" else born if dress == 3 else _german(born)
        shown = "Visum" if fault == "bad_status" else _dressed(status, dress)
        place = "9999" if fault == "bad_ags" else ags
        name = "  " if fault == "no_name" else f" {last}" if dress == 4 else last
        line = f"{key};{name};{first};{day};{sexes[sex]};{shown};{place};Fachkraft {worker}"
        lines.append(line)
        if fault == "twice":
            lines.append(line)
        if fault in ("", "twice"):
            who = f"{key},{last},{first},{born},{codes[sex]}"
            clean[key] = f"{who},{STATUSES[status]},{ags},Fachkraft {worker}"
        else:
            bad += 1
    return lines, clean, bad


def _seat_lines(table: Table, people: dict[str, str]) -> tuple[list[str], dict[str, str], int]:
    lines: list[str] = []
    clean: dict[str, str] = {}
    bad = 0
    names = ("key", "offer", "person", "state", "begins", "ends", "note", "fault", "dress")
    for key, offer, person, state, begins, ends, note, fault, dress in zip(*(table[n] for n in names), strict=True):
        who = "F9999999X" if fault == "unknown_person" else f"F{person:07d}"
        course = "K9999" if fault == "unknown_offer" else f"K{offer:04d}"
        shown = "unklar" if fault == "bad_state" else _dressed(state, dress)
        start, end = (begins, ends) if dress == 3 else (_german(begins), _german(ends))
        end = "demnächst" if fault == "bad_end" else end
        text = f'"Raum {note}; Etage 2"' if dress == 5 else f"Raum {note}"
        line = f"{key};{course};{who};{shown};{start};{end};{text}"
        lines.append(line)
        if fault in ("twice", "conflict"):
            lines.append(line if fault == "twice" else line.replace("Raum", "Saal"))
        if fault in ("", "twice", "bad_end") and who in people:
            last = "" if fault == "bad_end" else ends
            note_text = f"Raum {note}; Etage 2" if dress == 5 else f"Raum {note}"
            clean[key] = f"{key},{course},{who},{STATES[state]},{begins},{last},{note_text}"
        else:
            bad += 2 if fault in ("twice", "conflict") else 1
    return lines, clean, bad


def _write(path: Path, headers: tuple[str, ...], lines: list[str], encoding: str) -> None:
    with path.open("w", encoding=encoding, newline="\r\n") as file:
        file.write(";".join(headers) + "\n")
        for start in range(0, len(lines), 50_000):
            file.write("\n".join(lines[start : start + 50_000]) + "\n")
            file.write(";" * (len(headers) - 1) + "\n")  # a blank row here and there


def _write_clean(path: Path, rows: dict[str, str]) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.writelines(f"{row}\n" for row in rows.values())
