"""An independent recomputation of all 20 figures from delivered snapshots: plain Python, no SQL, no product code.

A county's nights are full deliveries of clean rows. What a record says on a day is
folded from its versions as CONTRACT.md section 5 rules; who counts follows
DOMAIN.md section 2 word by word. Slow on purpose.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from statistics import median
from typing import Any

Row = dict[str, Any]
EARLIEST, LATEST = date.min, date.max
LASTING = ("participants", "episodes", "needs", "offers", "staff", "consents", "enrolments")
KEYS: Mapping[str, tuple[str, ...]] = {
    "participants": ("person_id",),
    "episodes": ("person_id", "entered_on"),
    "contacts": ("person_id", "contact_on", "channel", "caseworker"),
    "consents": ("person_id", "purpose", "given_on"),
    "needs": ("need_id",),
    "offers": ("offer_id", "run_id"),
    "enrolments": ("enrolment_id",),
    "staff": ("staff_id", "role", "valid_from"),
    "meetings": ("meeting_id",),
    "network_contacts": ("contact_id",),
}
PRIMARY = {"DULD_60A_2_1", "DULD_60B", "DULD_UNB"}
SECONDARY = {"GEST_55"}
NEW = {"F1", "F2", "F3", "F4", "F5"}
MODULES = [*sorted(NEW), "F6", "REGEL"]
FAMILY = {"IK_ALLG": "INTEGRATION_COURSE", "IK_INTENSIV": "INTEGRATION_COURSE", "COACH": "COACHING"}
PERSON_KPIS = ("contacted", "entered", "placed_new", "placed_regular", "placed_both", "placed")
Cell = tuple[Fraction | int, Fraction | int | None, Fraction | None]


@dataclass
class Record:
    """The delivered versions of one record by the day they were known; ``ended`` by a full delivery without it."""

    versions: list[tuple[date, Row]] = field(default_factory=list)
    ended: date | None = None

    @property
    def row(self) -> Row:
        return self.versions[-1][1]


@dataclass
class County:
    """What a test's county is: its communes, programme and steering body."""

    prefix: str
    communes: list[str]
    starts_on: date
    body: str


def known_records(nights: Sequence[tuple[date, dict[str, list[Row]]]], known: date) -> dict[str, dict[Any, Record]]:
    """Return every record by kind and key as known on a day; retracted events are gone."""
    found: dict[str, dict[Any, Record]] = {kind: {} for kind in KEYS}
    for day, snapshot in nights:
        if day > known:
            break
        for kind, key in KEYS.items():
            rows = {tuple(row.get(name) for name in key): row for row in snapshot.get(kind, [])}
            for name, row in rows.items():
                record = found[kind].setdefault(name, Record())
                if not record.versions or record.row != row or record.ended:
                    record.versions.append((day, row))
                record.ended = None
            for name in [name for name in found[kind] if name not in rows]:
                if kind in LASTING:
                    record = found[kind][name]
                    record.ended = record.ended or day
                else:
                    del found[kind][name]
    return found


def fold(steps: Iterable[tuple[date, Any]]) -> list[tuple[date, date, Any]]:
    """Return periods of what a record says; a newer step speaks for its own first day and every later one."""
    standing: list[tuple[date, Any]] = []
    for begin, said in steps:
        standing = [one for one in standing if one[0] < begin]
        standing.append((begin, said))
    ends = [begin - timedelta(days=1) for begin, _ in standing[1:]] + [LATEST]
    return [(begin, end, said) for (begin, said), end in zip(standing, ends, strict=True)]


def status_periods(record: Record) -> list[tuple[date, date, str]]:
    steps: list[tuple[date, Any]] = []
    begin, before = EARLIEST, None
    for place, (day, row) in enumerate(record.versions):
        if row["status_from"]:
            begin = row["status_from"]
        elif place == 0:
            begin = EARLIEST
        elif row["residence_status"] != before:
            begin = day
        before = row["residence_status"]
        steps.append((begin, (row["residence_status"], row["status_until"])))
    periods = []
    for first, last, (code, until) in fold(steps):
        end = min(last, until or LATEST, record.ended or LATEST)
        if code != "UNBEKANNT" and end >= first:
            periods.append((first, end, code))
    bridged = []
    for place, (first, end, code) in enumerate(periods):
        after = periods[place + 1] if place + 1 < len(periods) else None
        both = after is not None and group_of(code) and group_of(after[2])
        if after is not None and both and end < after[0] and (after[0] - end).days - 1 <= 90:
            end = after[0] - timedelta(days=1)
        bridged.append((first, end, code))
    return bridged


def homes(record: Record) -> list[tuple[date, date, str]]:
    steps: list[tuple[date, Any]] = []
    before = None
    for place, (day, row) in enumerate(record.versions):
        if place == 0:
            steps.append((EARLIEST, row["ags"]))
        elif row["ags_from"]:
            steps.append((row["ags_from"], row["ags"]))
        elif row["ags"] != before:
            steps.append((day, row["ags"]))
        before = row["ags"]
    return [(first, min(last, record.ended or LATEST), ags) for first, last, ags in fold(steps)]


def modules(record: Record) -> list[tuple[date, date, str]]:
    steps: list[tuple[date, Any]] = []
    before = None
    for place, (day, row) in enumerate(record.versions):
        if place == 0:
            steps.append((EARLIEST, row["module"]))
        elif row["module_from"]:
            steps.append((row["module_from"], row["module"]))
        elif row["module"] != before:
            steps.append((day, row["module"]))
        before = row["module"]
    return fold(steps)


def on(periods: list[tuple[date, date, str]], day: date) -> str | None:
    return next((said for first, last, said in periods if first <= day <= last), None)


def group_of(code: str | None) -> str | None:
    return "primary" if code in PRIMARY else "secondary" if code in SECONDARY else None


def years_old(born: date, day: date) -> int:
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


class Judge:
    """All figures of one knowledge day."""

    def __init__(
        self, county: County, nights: Sequence[tuple[date, dict[str, list[Row]]]], known: date, proposed: set[str]
    ) -> None:
        self.county, self.known, self.proposed = county, known, proposed
        self.records = known_records(nights, known)
        self.people = {key[0]: record for key, record in self.records["participants"].items()}
        self.refused = {purpose: self._refusals(purpose) for purpose in ("statistics", "casework")}
        self.teams = {record.row["name"]: record.row["team"] for record in self.records["staff"].values()}
        self.homes = {person: homes(record) for person, record in self.people.items()}
        self.states = {person: status_periods(record) for person, record in self.people.items()}
        self.entries, self.talks, self.courses = (defaultdict(list) for _ in range(3))
        for record in self.records["episodes"].values():
            self.entries[record.row["person_id"]].append(record.row["entered_on"])
        for record in self.records["contacts"].values():
            if record.row["two_way"]:
                self.talks[record.row["person_id"]].append(record.row["contact_on"])
        for record in self.records["enrolments"].values():
            self.courses[record.row["person_id"]].append(record)

    def _refusals(self, purpose: str) -> dict[str, date]:
        found: dict[str, date] = {}
        rows = [r.row for r in self.records["consents"].values() if r.row["purpose"] == purpose]
        for row in rows:
            out = row["withdrawn_on"]
            lifted = any(
                other["person_id"] == row["person_id"]
                and out is not None
                and out < other["given_on"] <= self.known
                and not (other["withdrawn_on"] and other["withdrawn_on"] <= self.known)
                for other in rows
            )
            if out and out <= self.known and not lifted:
                found[row["person_id"]] = min(out, found.get(row["person_id"], LATEST))
        return found

    def figures(self) -> dict[tuple[str, str, str, str, str], Cell]:
        cells: dict[tuple[str, str, str, str, str], Cell] = {}
        year = self.county.starts_on.year - (self.county.starts_on.month < 8)
        while date(year, 8, 1) <= self.known:
            first, last = max(date(year, 8, 1), self.county.starts_on), date(year + 1, 7, 31)
            label = f"{year}/{(year + 1) % 100:02d}"
            for mode in ("cumulative", "period", "cohort"):
                begin = self.county.starts_on if mode == "cumulative" else first
                end = self.known if mode == "cohort" else min(last, self.known)
                found = [one for p in self.people if (one := self._person(p, begin, end, min(last, self.known)))]
                for kpi, dimension, member, cell in self._cells(found):
                    cells[(kpi, label, mode, dimension, member)] = cell
                since = self.county.starts_on if mode == "cumulative" else first
                for kpi, cell in self._stock(min(last, self.known), since, min(last, self.known)).items():
                    cells[(kpi, label, mode, "all", "all")] = cell
            year += 1
        return cells

    def _target(self, person: str, day: date) -> bool:
        row = self.people[person].row
        home, code = on(self.homes[person], day), on(self.states[person], day)
        return bool(
            home
            and home.startswith(self.county.prefix)
            and group_of(code)
            and 18 <= years_old(row["birth_date"], day) <= 27
        )

    def _excepted(self, person: str, day: date) -> bool:
        row = self.people[person].row
        named = row["exception_reason"] and row["exception_approved_by"] and row["exception_from"]
        return bool(named and row["exception_from"] <= day)

    def _person(self, person: str, begin: date, end: date, anchors_to: date) -> Row | None:
        if person in self.refused["statistics"]:
            return None
        days = sorted({*self.talks[person], *self.entries[person]})
        good = [d for d in days if begin <= d <= anchors_to and (self._target(person, d) or self._excepted(person, d))]
        if not good:
            return None
        anchor, row = good[0], self.people[person].row
        entries = sorted(d for d in self.entries[person] if begin <= d <= end)
        home, age = on(self.homes[person], anchor), years_old(row["birth_date"], anchor)
        bands = {"18-20": range(18, 21), "21-23": range(21, 24), "24-27": range(24, 28)}
        return {
            "anchor": anchor,
            "entered": entries[0] if entries else None,
            "counted": [c for r in self.courses[person] if (c := self._course(r, entries, end))] if entries else [],
            "commune": home if home in self.county.communes else "other",
            "residence_group": group_of(on(self.states[person], anchor)) or "other",
            "sex": row["sex"] or "x",
            "age_band": next((name for name, ages in bands.items() if age in ages), "other"),
            "team": self.teams.get(row["caseworker"]) or "other",
        }

    def _course(self, record: Record, entries: list[date], end: date) -> tuple[str, date, str] | None:
        row = record.row
        run = self.records["offers"][(row["offer_id"], row["run_id"])]
        start = row["starts_on"] or run.row["starts_on"]
        if row["state"] not in ("started", "completed", "dropped") or start is None or not entries[0] <= start <= end:
            return None
        module = on(modules(run), start)
        return (module, start, row["state"]) if module in NEW or module == "REGEL" else None

    def _cells(self, found: list[Row]) -> Iterable[tuple[str, str, str, Cell]]:
        teams = {record.row["team"] for record in self.records["staff"].values() if record.row["team"]}
        members = {
            "all": ["all"],
            "commune": [*self.county.communes, "other"],
            "residence_group": ["primary", "secondary", "other"],
            "sex": ["f", "m", "d", "x"],
            "age_band": ["18-20", "21-23", "24-27", "other"],
            "team": [*sorted(teams), "other"],
        }
        for dimension, names in members.items():
            for name in names:
                chosen = [one for one in found if dimension == "all" or one[dimension] == name]
                for kpi, cell in person_cells(chosen).items():
                    yield kpi, dimension, name, cell
        for module in MODULES:
            within = [{**one, "counted": [c for c in one["counted"] if c[0] == module]} for one in found]
            for kpi, cell in person_cells(within).items():
                if kpi.startswith("placed") or kpi == "dropout_rate":
                    yield kpi, "module", module, cell

    def _stock(self, day: date, begin: date, end: date) -> dict[str, Cell]:
        statistics, casework = self.refused["statistics"], self.refused["casework"]

        def hidden(person: str) -> bool:
            return person in statistics or casework.get(person, LATEST) <= day

        looked_after = {
            r.row["person_id"]
            for r in self.records["episodes"].values()
            if r.row["entered_on"] <= day <= min(r.row["left_on"] or LATEST, r.ended or LATEST)
            and not hidden(r.row["person_id"])
        }
        posts = sum(
            Fraction(r.row["fte"])
            for r in self.records["staff"].values()
            if r.row["role"] == "participation_manager"
            and r.row["valid_from"] <= day <= min(r.row["valid_until"] or LATEST, r.ended or LATEST)
        )
        needs = [
            r.row
            for r in self.records["needs"].values()
            if r.row["recorded_on"] <= day < min(r.row["closed_on"] or LATEST, r.ended or LATEST)
            and not hidden(r.row["person_id"])
        ]
        unmet = [n for n in needs if (day - n["recorded_on"]).days > 30 and not self._served(n)]
        runs = [r.row for r in self.records["offers"].values() if not r.ended and (r.row["ends_on"] or LATEST) >= day]
        seats = [
            r
            for r in runs
            if None not in (r["seats_max"], r["seats_free"], r["seats_as_of"])
            and 0 <= (day - r["seats_as_of"]).days <= 30
            and 0 <= r["seats_free"] <= r["seats_max"]
        ]
        fresh = [r for r in runs if r["verified_on"] and 0 <= (day - r["verified_on"]).days <= 30]
        visited = {
            r.row["ags"] for r in self.records["network_contacts"].values() if begin <= r.row["contact_on"] <= end
        }
        meetings = [
            r
            for r in self.records["meetings"].values()
            if r.row["body"] == self.county.body and begin <= r.row["held_on"] <= end
        ]
        started = [
            r
            for r in self.records["offers"].values()
            if r.row["need_cluster"]
            and r.row["module"] in NEW
            and r.row["starts_on"]
            and begin <= r.row["starts_on"] <= end
        ]
        return {
            "caseload_per_fte": rate(len(looked_after), posts),
            "unmet_needs": rate(len(unmet), len(needs)),
            "seat_use": rate(sum(r["seats_max"] - r["seats_free"] for r in seats), sum(r["seats_max"] for r in seats)),
            "offers_fresh": rate(len(fresh), len(runs)),
            "network_coverage": rate(len(visited & set(self.county.communes)), len(self.county.communes)),
            "meetings_held": count(meetings),
            "new_measures": count(started),
        }

    def _served(self, need: Row) -> bool:
        seats = [
            r
            for r in self.courses[need["person_id"]]
            if r.row["state"] in ("registered", "waiting", "started", "completed")
            and (r.ended is None or r.row["state"] == "completed")
        ]
        kinds = {self.records["offers"][(r.row["offer_id"], r.row["run_id"])].row["kind"] for r in seats}
        wanted = kinds | {FAMILY[kind] for kind in kinds}
        return need["category"] in wanted or need["need_id"] in self.proposed


def count(members: Sequence[Any]) -> Cell:
    return len(members), None, Fraction(len(members))


def rate(top: int, bottom: Fraction | int) -> Cell:
    return top, bottom, Fraction(top) / bottom if bottom else None


def middle(days: list[int], everybody: int) -> Cell:
    return len(days), everybody, Fraction(median(days)) if days else None


def person_cells(chosen: list[Row]) -> dict[str, Cell]:
    """Return the figures of a set of persons."""
    entered = [one for one in chosen if one["entered"]]
    new = [one for one in chosen if any(module in NEW for module, _, _ in one["counted"])]
    regular = [one for one in chosen if any(module == "REGEL" for module, _, _ in one["counted"])]
    both = [one for one in new if any(one is other for other in regular)]
    placed = [one for one in chosen if one["counted"]]
    courses = [course for one in chosen for course in one["counted"]]
    to_entry = [max(0, (one["entered"] - one["anchor"]).days) for one in entered]
    to_place = [(min(start for _, start, _ in one["counted"]) - one["entered"]).days for one in placed]
    return {
        "contacted": count(chosen),
        "entered": count(entered),
        "entry_rate": rate(len(entered), len(chosen)),
        "placed_new": count(new),
        "placed_regular": count(regular),
        "placed_both": count(both),
        "placed": count(placed),
        "placement_rate": rate(len(placed), len(entered)),
        "placement_rate_of_contacted": rate(len(placed), len(chosen)),
        "dropout_rate": rate(len([c for c in courses if c[2] == "dropped"]), len(courses)),
        "days_to_entry": middle(to_entry, len(chosen)),
        "days_to_placement": middle(to_place, len(entered)),
    }
