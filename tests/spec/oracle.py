"""An independent recomputation of the counted figures: plain Python over clean facts, no SQL, no product code.

It follows DOMAIN.md section 2 and CONTRACT.md section 5 word by word, person by
person, and is slow on purpose.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from statistics import median
from typing import Any

PREFIX = "05774"
START = date(2020, 5, 1)
TARGET_PRIMARY = {"DULD_60A_2_1", "DULD_60B", "DULD_UNB"}
TARGET_SECONDARY = {"GEST_55"}
NEW = {"F1", "F2", "F3", "F4", "F5"}


@dataclass
class Person:
    """The clean facts of one person."""

    name: str
    born: date
    sex: str
    ags: str
    status: str
    status_from: date | None = None
    status_until: date | None = None
    contacts: list[tuple[date, bool]] = field(default_factory=list)
    entries: list[date] = field(default_factory=list)
    enrolments: list[tuple[str, date, str]] = field(default_factory=list)  # module, start, state


def completed_years(born: date, day: date) -> int:
    """Return completed years; 29 February is completed on 1 March in other years."""
    years = day.year - born.year
    return years if (day.month, day.day) >= (born.month, born.day) else years - 1


def group_on(person: Person, day: date) -> str | None:
    """Return primary, secondary or None on a day."""
    if person.status_from is not None and day < person.status_from:
        return None
    if person.status_until is not None and day > person.status_until:
        return None
    if person.status in TARGET_PRIMARY:
        return "primary"
    return "secondary" if person.status in TARGET_SECONDARY else None


def passes(person: Person, day: date) -> bool:
    """Return the target test."""
    return (
        person.ags.startswith(PREFIX)
        and group_on(person, day) is not None
        and 18 <= completed_years(person.born, day) <= 27
    )


def years_until(known: date) -> Iterable[tuple[str, date, date]]:
    """Yield label, first and last day of every school year begun by ``known``."""
    year = 2019
    while date(year, 8, 1) <= known:
        yield f"{year}/{(year + 1) % 100:02d}", date(year, 8, 1), date(year + 1, 7, 31)
        year += 1


def band(age: int) -> str:
    """Return the age band of a counted person."""
    return "18-20" if age <= 20 else "21-23" if age <= 23 else "24-27"


def figures(people: list[Person], known: date) -> dict[tuple[str, str, str, str, str], Any]:
    """Return numerator, denominator and value by (kpi, period, mode, dimension, member)."""
    cells: dict[tuple[str, str, str, str, str], Any] = {}
    for label, first, last in years_until(known):
        for mode in ("cumulative", "period", "cohort"):
            begin = START if mode == "cumulative" else max(first, START)
            end = known if mode == "cohort" else min(last, known)
            found = [one for one in (judge(p, begin, end, known) for p in people) if one is not None]
            if mode == "cohort":
                found = [one for one in found if one["anchor"] <= last]
            for dimension, member, chosen in slices(found):
                for kpi, value in totals(chosen).items():
                    cells[(kpi, label, mode, dimension, member)] = value
    return cells


def judge(person: Person, begin: date, end: date, known: date) -> dict[str, Any] | None:
    """Return what a person counts for between two days, None when not contacted."""
    days = {day for day, two_way in person.contacts if two_way} | set(person.entries)
    anchors = sorted(day for day in days if begin <= day <= end and day <= known and passes(person, day))
    if not anchors:
        return None
    anchor = anchors[0]
    entries = sorted(day for day in person.entries if begin <= day <= end and day <= known)
    counted = []
    if entries:
        counted = [
            (module, start, state)
            for module, start, state in person.enrolments
            if state in ("started", "completed", "dropped")
            and begin <= start <= end
            and entries[0] <= start <= known
            and (module in NEW or module == "REGEL")
        ]
    return {
        "anchor": anchor,
        "commune": person.ags,
        "residence_group": group_on(person, anchor),
        "sex": person.sex,
        "age_band": band(completed_years(person.born, anchor)),
        "entered": entries[0] if entries else None,
        "counted": counted,
    }


def slices(found: list[dict[str, Any]]) -> Iterable[tuple[str, str, list[dict[str, Any]]]]:
    """Yield every dimension's members with their persons, and the total."""
    yield "all", "all", found
    for dimension in ("commune", "residence_group", "sex", "age_band"):
        groups: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for one in found:
            groups[one[dimension]].append(one)
        for member, chosen in groups.items():
            yield dimension, member, chosen


def totals(chosen: list[dict[str, Any]]) -> dict[str, tuple[int, int | None, Fraction | None]]:
    """Return the figures of a set of persons."""
    entered = [one for one in chosen if one["entered"] is not None]
    new = [one for one in chosen if any(module in NEW for module, _, _ in one["counted"])]
    regular = [one for one in chosen if any(module == "REGEL" for module, _, _ in one["counted"])]
    both = [one for one in new if any(other is one for other in regular)]
    placed = [one for one in chosen if one["counted"]]
    courses = [course for one in chosen for course in one["counted"]]
    dropped = [course for course in courses if course[2] == "dropped"]
    to_entry = [max(0, (one["entered"] - one["anchor"]).days) for one in entered]
    to_place = [(min(start for _, start, _ in one["counted"]) - one["entered"]).days for one in placed]

    def count(members: list[Any]) -> tuple[int, None, Fraction]:
        return len(members), None, Fraction(len(members))

    def rate(top: list[Any], bottom: list[Any]) -> tuple[int, int, Fraction | None]:
        return len(top), len(bottom), Fraction(len(top), len(bottom)) if bottom else None

    def middle(days: list[int], everybody: list[Any]) -> tuple[int, int, Fraction | None]:
        return len(days), len(everybody), Fraction(median(days)) if days else None

    return {
        "contacted": count(chosen),
        "entered": count(entered),
        "entry_rate": rate(entered, chosen),
        "placed_new": count(new),
        "placed_regular": count(regular),
        "placed_both": count(both),
        "placed": count(placed),
        "placement_rate": rate(placed, entered),
        "placement_rate_of_contacted": rate(placed, chosen),
        "dropout_rate": rate(dropped, courses),
        "days_to_entry": middle(to_entry, chosen),
        "days_to_placement": middle(to_place, entered),
    }
