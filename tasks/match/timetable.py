"""When a run takes place: weekdays, hours, first and last day; and which runs clash.

Two runs clash when their days of running, their weekdays and their hours all
overlap. A run without weekdays or hours counts as all week or all day, except
offers by appointment (families that the matching order names), which never clash.
A run without a first or last day counts as open on that side.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from tasks.match.columns import Array, column_of, days_of

_DAYS = {"mo": 0, "di": 1, "mi": 2, "do": 3, "fr": 4, "sa": 5, "so": 6}
_DAYS |= {"tu": 1, "we": 2, "th": 3, "su": 6}
_RANGE = re.compile(r"^(\w+)\s*(?:-|–|bis)\s*(\w+)$")
_CLOCK = re.compile(r"^\s*([0-9]{1,2})(?:[:.]([0-9]{2}))?")
ALL_WEEK = 0b1111111
FAR = 10**6


@dataclass(frozen=True)
class Timetable:
    """One row a run: first and last day, weekdays as bits, minutes of the day, and whether it can clash."""

    first: Array
    last: Array
    weekdays: Array
    begin: Array
    end: Array
    fixed: Array

    def clash(self, row: int) -> Array:
        """Return for every run whether it clashes with the run in ``row``; a run clashes with itself."""
        same_time = (self.first <= self.last[row]) & (self.first[row] <= self.last)
        same_time &= (self.weekdays & self.weekdays[row]) != 0
        same_time &= (self.begin < self.end[row]) & (self.begin[row] < self.end)
        return np.asarray(same_time & self.fixed & self.fixed[row])


def read_timetable(runs: pd.DataFrame, flexible: Iterable[str]) -> Timetable:
    """Read the timetable of runs (columns starts_on, ends_on, weekdays, from_time, to_time, family)."""
    first, first_known = days_of(column_of(runs, "starts_on"))
    last, last_known = days_of(column_of(runs, "ends_on"))
    weekdays = np.array([weekday_bits(value) for value in column_of(runs, "weekdays")], dtype=np.int64)
    begin = np.array([_minutes(value, 0) for value in column_of(runs, "from_time")], dtype=np.int64)
    end = np.array([_minutes(value, 24 * 60) for value in column_of(runs, "to_time")], dtype=np.int64)
    family = column_of(runs, "family").isin(list(flexible)).to_numpy(dtype=bool)
    timed = (weekdays != ALL_WEEK) | (begin > 0) | (end < 24 * 60)
    return Timetable(
        np.where(first_known, first, -FAR).astype(np.int64),
        np.where(last_known, last, FAR).astype(np.int64),
        weekdays,
        begin,
        np.maximum(end, begin + 1),
        ~family | timed,
    )


def weekday_bits(value: Any) -> int:
    """Read weekdays ("Mo, Mi", "Mo-Fr", "1|3", a list) as bits, Monday the lowest; absent: all week."""
    if isinstance(value, list | tuple | set | np.ndarray):
        text = ",".join(str(item) for item in value)
    else:
        text = "" if pd.isna(value) else str(value)
    bits = 0
    for part in re.split(r"[|,;/]+|\s+und\s+", text.strip().lower()):
        span = _RANGE.match(part.strip())
        names = span.groups() if span else tuple(part.split())
        numbers = [day for day in (_day(name) for name in names) if day is not None]
        if span and len(numbers) == 2:
            numbers = list(range(numbers[0], numbers[1] + 1)) or numbers
        for day in numbers:
            bits |= 1 << day
    return bits or ALL_WEEK


def _day(name: str) -> int | None:
    name = name.strip(". ")
    if len(name) == 1 and name in "1234567":
        return int(name) - 1
    return _DAYS.get(name[:2])


def _minutes(value: Any, absent: int) -> int:
    found = _CLOCK.match("" if pd.isna(value) else str(value))
    return int(found[1]) * 60 + int(found[2] or 0) if found else absent
