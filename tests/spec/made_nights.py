"""Random counties as nights of full deliveries with corrections, moves, withdrawals, retractions and late facts."""

import random
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from schemas.kinds import KINDS
from tests.flows.county import MadeUpCounty
from tests.spec.night_oracle import FAMILY, KEYS, County, Row

KEY = "09999"
COUNTY = County(KEY, [f"{KEY}00{n}" for n in range(1, 5)], date(2021, 1, 1), "Bündniskerngruppe")
STATUSES = ("DULD_60A_2_1", "DULD_UNB", "GEST_55", "GEST_55", "AE_25B", "UNBEKANNT")
STATES = ("registered", "waiting", "started", "completed", "dropped", "cancelled")
Snapshot = dict[str, list[Row]]


class Maker:
    """Draws a first night and changes it from night to night; ``draw`` is a seed or somebody else's random source."""

    def __init__(self, draw: int | random.Random, people: int) -> None:
        self.draw = random.Random(draw) if isinstance(draw, int) else draw
        self.people = people
        self.number = 0

    def nights(self, days: list[date], busy: float = 1.0) -> list[tuple[date, Snapshot]]:
        """Return each day's deliveries; something changes in a share ``busy`` of the nights."""
        snapshot = self._first(days[0])
        found = [(days[0], _copy(snapshot))]
        for day in days[1:]:
            if self.draw.random() < busy:
                self._change(snapshot, day)
            found.append((day, _copy(snapshot)))
        return found

    def _day(self, first: date, last: date) -> date:
        return first + timedelta(days=self.draw.randrange((last - first).days + 1))

    def _maybe(self, share: float, value: Any) -> Any:
        return value if self.draw.random() < share else None

    def _some(self, rows: list[Row], most: int) -> list[Row]:
        """Return up to ``most`` rows, at most half of them: small counties keep something."""
        return self.draw.sample(rows, min(most, (len(rows) + 1) // 2))

    def _next(self) -> int:
        self.number += 1
        return self.number

    def _first(self, day: date) -> Snapshot:
        snapshot: Snapshot = {kind: [] for kind in KEYS}
        for team, name in (("Nord", "u"), ("Süd", "v"), (None, "w")):
            snapshot["staff"].append(
                {
                    "staff_id": f"s{name}",
                    "role": self.draw.choice(["participation_manager", "participation_manager", "coach"]),
                    "fte": self.draw.choice(["0.5", "0.75", "1"]),
                    "name": name,
                    "team": team,
                    "valid_from": date(2020, 12, 1),
                    "valid_until": self._maybe(0.3, self._day(date(2021, 6, 1), date(2022, 6, 1))),
                }
            )
        for number in range(8):
            snapshot["offers"].append(self._offer(number))
        for number in range(5):
            snapshot["meetings"].append(
                {
                    "meeting_id": f"m{number}",
                    "body": self.draw.choice(["Bündniskerngruppe", "Beirat"]),
                    "held_on": self._day(date(2020, 11, 1), day),
                }
            )
            snapshot["network_contacts"].append(
                {
                    "contact_id": f"n{number}",
                    "contact_on": self._day(date(2020, 11, 1), day),
                    "ags": self.draw.choice([*COUNTY.communes, "08888001", None]),
                }
            )
        for _ in range(self.people):
            self._add_person(snapshot, day)
        return snapshot

    def _offer(self, number: int) -> Row:
        starts = self._maybe(0.8, self._day(date(2020, 12, 1), date(2022, 3, 1)))
        return {
            "offer_id": f"k{number}",
            "run_id": self.draw.choice(["", "1"]) or None,
            "provider": "T",
            "title": f"Angebot {number}",
            "kind": self.draw.choice(list(FAMILY)),
            "module": self.draw.choice(["F1", "F2", "F5", "REGEL", "REGEL", "F6"]),
            "module_from": None,
            "starts_on": starts,
            "ends_on": None if starts is None else self._maybe(0.6, starts + timedelta(days=self.draw.randrange(300))),
            "seats_max": self._maybe(0.8, self.draw.randrange(1, 20)),
            "seats_free": self._maybe(0.8, self.draw.randrange(0, 2)),
            "seats_as_of": self._maybe(0.8, self._day(date(2021, 1, 1), date(2022, 2, 1))),
            "verified_on": self._maybe(0.8, self._day(date(2021, 1, 1), date(2022, 2, 1))),
            "need_cluster": self._maybe(0.4, "IK-B1"),
        }

    def _add_person(self, snapshot: Snapshot, day: date) -> None:
        person = f"p{self._next()}"
        since = self._maybe(0.5, self._day(date(2019, 1, 1), day))
        excepted = self._maybe(0.08, self._day(date(2020, 12, 1), day))
        snapshot["participants"].append(
            {
                "person_id": person,
                "last_name": "Name" + "abcdefghijklmnopqrstuvwxyz"[self.number % 26] * 3 + str(self.number),
                "first_name": f"Vor{self.number * 7919}",
                "birth_date": self._day(date(1992, 6, 1), date(2004, 6, 1)),
                "sex": self._maybe(0.9, self.draw.choice("fmdx")),
                "residence_status": self.draw.choice(STATUSES),
                "status_from": since,
                "status_until": None
                if since is None
                else self._maybe(0.4, since + timedelta(days=self.draw.randrange(900))),
                "ags": self.draw.choice([*COUNTY.communes, "08888001"]),
                "ags_from": None,
                "caseworker": self.draw.choice(["u", "v", "w", None, "niemand"]),
                "exception_reason": None if excepted is None else "Härtefall",
                "exception_approved_by": None if excepted is None else self._maybe(0.8, "Leitung"),
                "exception_from": excepted,
            }
        )
        for _ in range(self.draw.randrange(4)):
            self._add_contact(snapshot, person, day)
        for entered in {self._day(date(2020, 12, 1), day) for _ in range(self.draw.choice([0, 1, 1, 2]))}:
            left = self._maybe(0.4, entered + timedelta(days=self.draw.randrange(200)))
            snapshot["episodes"].append({"person_id": person, "entered_on": entered, "left_on": left})
        for _ in range(self.draw.choice([0, 1, 1, 2, 3])):
            self._add_enrolment(snapshot, person, day)
        if self.draw.random() < 0.5:
            snapshot["needs"].append(
                {
                    "need_id": f"b{self._next()}",
                    "person_id": person,
                    "category": self.draw.choice([*FAMILY, *FAMILY.values()]),
                    "recorded_on": self._day(day - timedelta(days=120), day),
                    "closed_on": None,
                }
            )
        for purpose in ("statistics", "casework"):
            if self.draw.random() < 0.3:
                given = self._day(date(2020, 12, 1), day)
                snapshot["consents"].append(
                    {
                        "person_id": person,
                        "purpose": purpose,
                        "given_on": given,
                        "withdrawn_on": self._maybe(0.2, self._day(given, day + timedelta(days=200))),
                    }
                )

    def _add_contact(self, snapshot: Snapshot, person: str, day: date) -> None:
        row = {
            "person_id": person,
            "contact_on": self._day(date(2020, 11, 1), day),
            "channel": self.draw.choice(["visit", "phone", "letter"]),
            "two_way": self.draw.random() < 0.8,
            "caseworker": "u",
        }
        key = [row[name] for name in KEYS["contacts"]]
        if all([one[name] for name in KEYS["contacts"]] != key for one in snapshot["contacts"]):
            snapshot["contacts"].append(row)

    def _add_enrolment(self, snapshot: Snapshot, person: str, day: date) -> None:
        offer = self.draw.choice(snapshot["offers"])
        snapshot["enrolments"].append(
            {
                "enrolment_id": f"t{self._next()}",
                "offer_id": offer["offer_id"],
                "run_id": offer["run_id"],
                "person_id": person,
                "state": self.draw.choice(STATES),
                "starts_on": self._maybe(0.8, self._day(date(2020, 12, 1), day + timedelta(days=60))),
            }
        )

    def _change(self, snapshot: Snapshot, day: date) -> None:
        for _ in range(3):
            self._add_person(snapshot, day)
        for row in self._some(snapshot["participants"], 8):
            self._correct(row, day)
        for row in self._some(snapshot["offers"], 3):
            row["module"] = self.draw.choice(["F1", "F5", "REGEL"])
            row["module_from"] = self._maybe(0.5, self._day(date(2021, 1, 1), day))
        for row in self._some(snapshot["enrolments"], 5):
            row["state"] = self.draw.choice(STATES)
        for row in self._some(snapshot["episodes"], 3):
            row["left_on"] = self._day(row["entered_on"], day)
        for row in self._some(snapshot["consents"], 2):
            row["withdrawn_on"] = self._day(row["given_on"], day)
        for row in self._some(snapshot["needs"], 2):
            row["closed_on"] = self._day(row["recorded_on"], day)
        for person in self._some(snapshot["participants"], 5):
            self._add_contact(snapshot, str(person["person_id"]), day)
        for kind, gone in (
            ("contacts", 3),
            ("enrolments", 2),
            ("episodes", 1),
            ("needs", 1),
            ("offers", 0),
            ("meetings", 1),
        ):
            for row in self._some(snapshot[kind], gone):
                snapshot[kind].remove(row)

    def _correct(self, row: Row, day: date) -> None:
        what = self.draw.randrange(5)
        if what == 0:
            row["ags"] = self.draw.choice([*COUNTY.communes, "08888001"])
            row["ags_from"] = self._maybe(0.5, self._day(date(2021, 1, 1), day))
        elif what == 1:
            row["residence_status"] = self.draw.choice(STATUSES)
        elif what == 2:
            row["residence_status"] = self.draw.choice(STATUSES)
            row["status_from"] = self._day(date(2020, 6, 1), day)
            row["status_until"] = self._maybe(0.4, row["status_from"] + timedelta(days=self.draw.randrange(400)))
        elif what == 3:
            row["birth_date"] = self._day(date(1992, 6, 1), date(2004, 6, 1))
        else:
            row["sex"], row["caseworker"] = self.draw.choice("fmdx"), self.draw.choice(["u", "v"])


def _copy(snapshot: Snapshot) -> Snapshot:
    return {kind: [dict(row) for row in rows] for kind, rows in snapshot.items()}


def set_up(folder: Path, url: str, names: Mapping[str, str] | None = None) -> MadeUpCounty:
    """Write a county whose sources deliver one kind each under the canonical names; ``names`` renames sources."""
    made = MadeUpCounty(folder, url, KEY)
    for kind in KEYS:
        delivered = [column.name for column in KINDS[kind].columns if column.name in columns(kind)]
        records = "".join(f"    {name}: {name}\n" for name in delivered)
        made.source((names or {}).get(kind, kind), f"\n  {kind}:\n{records}")
    return made


def columns(kind: str) -> tuple[str, ...]:
    """Return the columns that made snapshots of a kind deliver."""
    maker = Maker(0, 60)
    snapshot = maker._first(date(2021, 6, 1))
    return tuple(snapshot[kind][0])


def deliver(made: MadeUpCounty, snapshot: Snapshot, names: Mapping[str, str] | None = None) -> None:
    """Put a night's files into the inbox."""
    for kind in KEYS:
        header = columns(kind)
        lines = [";".join("" if row[name] is None else str(row[name]) for name in header) for row in snapshot[kind]]
        made.put(f"{(names or {}).get(kind, kind)}.csv", ";".join(header), *lines)
