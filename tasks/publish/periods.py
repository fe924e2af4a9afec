"""School years, counting modes and their windows of days (DOMAIN.md section 2, CONTRACT section 5)."""

from dataclasses import dataclass
from datetime import date

from schemas.terms import COUNTING_MODES

FIRST_MONTH = 8
"""A school year runs from 1 August to 31 July."""


@dataclass(frozen=True)
class Window:
    """The days that one period counts in one mode.

    ``period_from``/``period_to`` are printed; ``events_from``/``events_to`` bound
    contacts, entries and starts; a person belongs when the anchor lies between
    ``events_from`` and ``anchors_to``; ``facts_from``/``facts_to`` bound meetings and
    network contacts; ``stock_on`` is the day of the stock figures.
    """

    period: str
    mode: str
    period_from: date
    period_to: date
    events_from: date
    events_to: date
    anchors_to: date
    facts_from: date
    facts_to: date
    stock_on: date


def school_year_start(day: date) -> date:
    """Return the first day of the school year that holds ``day``."""
    return date(day.year if day.month >= FIRST_MONTH else day.year - 1, FIRST_MONTH, 1)


def school_year_label(start: date) -> str:
    """Return the label of the school year that begins on ``start``: 2020/21."""
    return f"{start.year}/{(start.year + 1) % 100:02d}"


def windows(starts_on: date, ends_on: date | None, as_of: date, known_on: date) -> list[Window]:
    """Return a window for every school year begun by ``as_of`` since the programme's start, and every mode.

    cumulative: programme start to the year's end; period: the school year; cohort:
    the first contact or entry in the school year, found anew, followed to the knowledge day. The first year begins
    with the programme; ``ends_on`` ends the list. Nothing after the knowledge day counts.
    """
    found: list[Window] = []
    last = min(as_of, ends_on) if ends_on is not None else as_of
    start = school_year_start(starts_on)
    while start <= last:
        begins, ends = max(start, starts_on), date(start.year + 1, FIRST_MONTH - 1, 31)
        label = school_year_label(start)
        found += [_window(mode, label, starts_on, begins, ends, as_of, known_on) for mode in COUNTING_MODES]
        start = date(start.year + 1, FIRST_MONTH, 1)
    return found


def _window(mode: str, label: str, starts_on: date, begins: date, ends: date, as_of: date, known_on: date) -> Window:
    limit = min(as_of, known_on)
    until = min(ends, limit)
    first = starts_on if mode == "cumulative" else begins
    return Window(
        period=label,
        mode=mode,
        period_from=starts_on if mode == "cumulative" else begins,
        period_to=ends,
        events_from=first,
        events_to=limit if mode == "cohort" else until,
        anchors_to=until,
        facts_from=starts_on if mode == "cumulative" else begins,
        facts_to=until,
        stock_on=min(ends, as_of),
    )
