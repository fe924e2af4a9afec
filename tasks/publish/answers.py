"""Read published figures: which day answers a question, and its rows."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from tasks.warehouse.session import CountySession

COLUMNS = (
    "county, kpi, kpi_version, period, period_from, period_to, mode, as_of, known_on, dimension, member, numerator, "
    "denominator, value, target, target_met, protection, release_id"
)


@dataclass(frozen=True)
class Published:
    """The rows of one published day; ``as_of`` may be earlier than the day asked for."""

    as_of: date
    rows: list[dict[str, Any]]


def published_day(session: CountySession, day: date | None) -> date | None:
    """Return the newest published day that is not after ``day`` (None: the newest of all); None before the first."""
    found: date | None = session.value(
        "SELECT max(as_of) FROM ops.run WHERE county = :county AND published AND as_of <= coalesce(CAST(:day AS "
        "date), DATE 'infinity')",
        day=day,
    )
    return found


def published_figures(
    session: CountySession, day: date, *, exact: bool, period: str | None = None, mode: str | None = None
) -> Published:
    """Return the rows that stand for ``day``: totals of that day, and the breakdowns of the newest release by then.

    ``exact`` reads ``internal.kpi``, where every day has all its breakdowns.
    """
    table = "internal.kpi" if exact else "mart.kpi"
    where = "county = :county AND period = coalesce(:period, period) AND mode = coalesce(:mode, mode)"
    of_day = "as_of = :day" if exact else "(dimension = 'all' AND as_of = :day OR dimension <> 'all' AND as_of = ("
    of_day += (
        "" if exact else f"SELECT max(as_of) FROM {table} WHERE {where} AND dimension <> 'all' AND as_of <= :day))"
    )
    rows = session.rows(
        f"SELECT {COLUMNS} FROM {table} WHERE {where} AND {of_day} ORDER BY period, mode, kpi, dimension, member",
        day=day,
        period=period,
        mode=mode,
    )
    return Published(day, rows)
