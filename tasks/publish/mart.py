"""From exact figures to what everybody may read: totals every night, protected breakdowns on release dates.

Rule (CONTRACT section 5, Results): the first publish ever, and then the first on
or after each release date, is a release; its breakdown rows carry the release's
as-of day. The exact totals move every night.
"""

from datetime import date, timedelta
from typing import Any, Literal

import pandas as pd

from config.county import County
from tasks.publish.answers import COLUMNS
from tasks.publish.disclosure import DisclosureSettings, protect, remember
from tasks.warehouse.session import CountySession

LEDGER = (
    "release_no, release_id, period, mode, kpi, dimension, member, numerator, denominator, value, protection, "
    "true_numerator, true_denominator"
)
Rhythm = Literal["nightly", "weekly", "monthly", "quarterly"]
FIRST_MONTHS_OF_QUARTERS = (1, 4, 7, 10)


def release_date_on_or_before(day: date, rhythm: Rhythm) -> date:
    """Return the newest release date that is not after ``day``: every day, Monday, the first of a month or quarter."""
    if rhythm == "nightly":
        return day
    if rhythm == "weekly":
        return day - timedelta(days=day.weekday())
    first = day.replace(day=1)
    if rhythm == "monthly":
        return first
    return first.replace(month=max(month for month in FIRST_MONTHS_OF_QUARTERS if month <= day.month))


def is_release_due(last: date | None, as_of: date, rhythm: Rhythm) -> bool:
    """Tell whether a publish on ``as_of`` is a release; a repeat of the release day replaces that release."""
    return last is None or last == as_of or last < release_date_on_or_before(as_of, rhythm)


def publish_totals(session: CountySession, as_of: date) -> int:
    """Replace the day's exact totals in ``mart.kpi``."""
    session.do("DELETE FROM mart.kpi WHERE county = :county AND as_of = :as_of AND dimension = 'all'", as_of=as_of)
    session.do("DELETE FROM mart.placement_bridge WHERE county = :county AND as_of = :as_of", as_of=as_of)
    session.do(
        "INSERT INTO mart.placement_bridge (county, period, mode, as_of, known_on, placed_new, placed_regular, "
        "placed_both, "
        "placed, protection) SELECT county, period, mode, as_of, known_on, placed_new, placed_regular, "
        "placed_both, placed, "
        "protection FROM internal.placement_bridge WHERE county = :county AND as_of = :as_of",
        as_of=as_of,
    )
    return session.do(
        f"INSERT INTO mart.kpi ({COLUMNS}) SELECT {COLUMNS} FROM internal.kpi "
        "WHERE county = :county AND as_of = :as_of AND dimension = 'all'",
        as_of=as_of,
    )


def publish_release(session: CountySession, county: County, as_of: date, run_id: str) -> str | None:
    """Publish the breakdowns if a release is due; return its id, None between release dates.

    Raises:
        GateClosed: the audit found a cell that would be narrower than the rule.
    """
    settings = county.disclosure
    last = session.value("SELECT max(as_of) FROM ops.release WHERE county = :county")
    if not is_release_due(last, as_of, settings.release):
        return None
    release_id = as_of.isoformat()
    exact = session.frame(f"SELECT {COLUMNS} FROM internal.kpi WHERE county = :county AND as_of = :as_of", as_of=as_of)
    ledger = session.frame(f"SELECT {LEDGER} FROM internal.release_ledger WHERE county = :county ORDER BY release_no")
    rules = DisclosureSettings(settings.method, settings.base, settings.min_count)
    published = protect(exact, rules, ledger if len(ledger) else None, release_id)
    _store_breakdowns(session, published[published["dimension"] != "all"], as_of)
    _store_ledger(session, remember(ledger if len(ledger) else None, exact, published, release_id), release_id)
    session.do("DELETE FROM ops.release WHERE county = :county AND release_id = :release_id", release_id=release_id)
    session.insert(
        "ops.release",
        [
            {
                "release_id": release_id,
                "as_of": as_of,
                "run_id": run_id,
                "method": settings.method,
                "base": settings.base,
                "min_count": settings.min_count,
            }
        ],
    )
    return release_id


def _store_breakdowns(session: CountySession, rows: pd.DataFrame, as_of: date) -> None:
    session.do("DELETE FROM mart.kpi WHERE county = :county AND as_of = :as_of AND dimension <> 'all'", as_of=as_of)
    session.do("CREATE TEMPORARY TABLE breakdown (LIKE mart.kpi) ON COMMIT DROP")
    session.copy("breakdown", rows[[name.strip() for name in COLUMNS.split(",")]])
    session.do(f"INSERT INTO mart.kpi ({COLUMNS}) SELECT {COLUMNS} FROM breakdown")


def _store_ledger(session: CountySession, ledger: pd.DataFrame, release_id: str) -> None:
    """Append the newest release to the memory; a repeat of a day replaces its own entry."""
    newest: Any = ledger[ledger["release_id"] == release_id]
    session.do("DELETE FROM internal.release_ledger WHERE county = :county AND release_id = :id", id=release_id)
    session.do("CREATE TEMPORARY TABLE remembered (LIKE internal.release_ledger) ON COMMIT DROP")
    session.do("ALTER TABLE remembered ALTER COLUMN county DROP NOT NULL")
    session.copy("remembered", newest)
    session.do(f"INSERT INTO internal.release_ledger (county, {LEDGER}) SELECT :county, {LEDGER} FROM remembered")


def store_release_row(session: CountySession, county: County, as_of: date, run_id: str, release_id: str | None) -> None:
    """Write the day's row of ``mart.release``: which run, how fresh the deliveries behind it are, what waits."""
    session.do("DELETE FROM mart.release WHERE county = :county AND as_of = :as_of", as_of=as_of)
    days = session.rows(
        "SELECT source, max(as_of) AS newest FROM raw.delivery WHERE county = :county AND state = 'loaded' GROUP "
        "BY source"
    )
    newest = {row["source"]: row["newest"] for row in days}
    overdue = [
        source.name
        for source in county.sources
        if source.expect.every_days is not None
        and (source.name not in newest or (as_of - newest[source.name]).days > source.expect.every_days)
    ]
    open_rows = session.value("SELECT count(*) FROM quarantine.row WHERE county = :county AND state = 'open'")
    session.do(
        "INSERT INTO mart.release (county, as_of, run_id, release_id, published_at, oldest_delivery_as_of, "
        "newest_delivery_as_of, sources_count, overdue_sources_count, open_quarantine_count, status) "
        "VALUES (:county, :as_of, CAST(:run_id AS uuid), :release_id, now(), :oldest, :newest, :sources, "
        ":overdue, :rows, :status)",
        as_of=as_of,
        run_id=run_id,
        release_id=release_id,
        oldest=min(newest.values(), default=None),
        newest=max(newest.values(), default=None),
        sources=len(county.sources),
        overdue=len(overdue),
        rows=open_rows,
        status="published_with_rejects" if open_rows else "published",
    )
