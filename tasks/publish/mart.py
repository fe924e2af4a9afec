"""From exact figures to what everybody may read: totals every night, protected breakdowns on release dates.

Rule (CONTRACT section 5, Results): the first publish ever, and then the first on
or after each release date, is a release; its breakdown rows carry the release's
as-of day. The totals move every night: exact, or, under suppression, hidden while they are small.
"""

import hashlib
from datetime import date, timedelta
from typing import Literal

import pandas as pd

from config.county import County
from tasks.publish.answers import COLUMNS
from tasks.publish.disclosure import DisclosureSettings, protect, protect_totals, remember
from tasks.publish.own import put_back, set_apart
from tasks.warehouse.session import CountySession

LEDGER = (
    "release_no, release_id, period, mode, kpi, dimension, member, numerator, denominator, value, protection, "
    "true_numerator, true_denominator, base, method"
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
    """Tell whether a publish on ``as_of`` is a release; a repeat of a release day replaces that release.

    ``last`` is the newest release day that is not after ``as_of`` (a replay publishes past days again).
    """
    return last is None or last == as_of or last < release_date_on_or_before(as_of, rhythm)


def publish_protected(session: CountySession, county: County, as_of: date, run_id: str) -> str | None:
    """Publish the day's totals, and the breakdowns if a release is due; return its id, None between release dates.

    Raises:
        GateClosed: E702, the audit found a cell that would be narrower than the rule.
    """
    settings = county.disclosure
    rules = DisclosureSettings(settings.method, settings.base, settings.min_count)
    exact = session.frame(f"SELECT {COLUMNS} FROM internal.kpi WHERE county = :county AND as_of = :as_of", as_of=as_of)
    exact = set_apart(exact, county.kpis)
    ledger = read_ledger(session)
    last = session.value("SELECT max(as_of) FROM ops.release WHERE county = :county AND as_of <= :day", day=as_of)
    if not is_release_due(last, as_of, settings.release):
        _store(session, protect_totals(exact, rules, ledger).assign(release_id=None), as_of, "dimension = 'all'")
        _store_bridge(session, as_of)
        return None
    release_id = as_of.isoformat()
    published = protect(exact, rules, ledger, release_id)
    totals = published["dimension"] == "all"
    published["release_id"] = published["release_id"].astype(object).where(~totals, None)
    _store(session, published, as_of, "TRUE")
    _store_bridge(session, as_of)
    _append_ledger(session, ledger, remember(ledger, exact, published, release_id, rules))
    _register(session, county, as_of, run_id, published)
    return release_id


def read_ledger(session: CountySession) -> pd.DataFrame | None:
    """Return what every release said and what was true, oldest first; None before the first."""
    ledger = session.frame(f"SELECT {LEDGER} FROM internal.release_ledger WHERE county = :county ORDER BY release_no")
    return ledger if len(ledger) else None


def hash_of_rows(rows: pd.DataFrame) -> str:
    """Return the hash of the breakdowns as published: it names them for good, whatever their order."""
    parts = rows[rows["dimension"] != "all"]
    names = ("period", "mode", "kpi", "dimension", "member", "protection")
    figures = ("numerator", "denominator", "value")
    columns = [parts[name].astype(str).tolist() for name in names]
    columns += [[f"{float(count):.9f}" for count in pd.to_numeric(parts[name]).astype(float)] for name in figures]
    lines = sorted("\x1f".join(line) for line in zip(*columns, strict=True))
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _register(session: CountySession, county: County, as_of: date, run_id: str, published: pd.DataFrame) -> None:
    settings, parts = county.disclosure, published[published["dimension"] != "all"]
    session.do("DELETE FROM ops.release WHERE county = :county AND as_of = :as_of", as_of=as_of)
    row = {
        "release_id": as_of.isoformat(),
        "as_of": as_of,
        "run_id": run_id,
        "method": settings.method,
        "base": settings.base,
        "min_count": settings.min_count,
        "rows_count": len(parts),
        "waiting_count": int((parts["protection"] == "suppressed").sum()),
        "sha256": hash_of_rows(put_back(published)),
    }
    session.insert("ops.release", [row])


def _store(session: CountySession, rows: pd.DataFrame, as_of: date, where: str) -> None:
    """Replace the day's rows of ``mart.kpi``: all of them, or the totals alone."""
    session.do(f"DELETE FROM mart.kpi WHERE county = :county AND as_of = :as_of AND {where}", as_of=as_of)
    session.do("CREATE TEMPORARY TABLE shown (LIKE mart.kpi) ON COMMIT DROP")
    session.copy("shown", put_back(rows)[[name.strip() for name in COLUMNS.split(",")]])
    session.do(f"INSERT INTO mart.kpi ({COLUMNS}) SELECT {COLUMNS} FROM shown")
    # A frame keeps fewer digits than the database: what is exact is so to the last one.
    session.do(
        "UPDATE mart.kpi AS m SET value = i.value FROM internal.kpi AS i WHERE m.county = :county AND m.as_of = :as_of "
        "AND m.protection = 'exact' "
        "AND (i.county, i.kpi, i.period, i.mode, i.as_of, i.known_on, i.dimension, i.member) "
        "= (m.county, m.kpi, m.period, m.mode, m.as_of, m.known_on, m.dimension, m.member)",
        as_of=as_of,
    )


def _store_bridge(session: CountySession, as_of: date) -> None:
    """Write the day's bridge from the totals as they are shown: one count has one value in both tables."""
    session.do("DELETE FROM mart.placement_bridge WHERE county = :county AND as_of = :as_of", as_of=as_of)
    session.run("marts/placement_bridge/query", as_of=as_of)


def _append_ledger(session: CountySession, before: pd.DataFrame | None, ledger: pd.DataFrame) -> None:
    """Append the newest release to the memory; what was said before stays, for somebody may have read it."""
    known = 0 if before is None else int(before["release_no"].max())
    newest = ledger[ledger["release_no"] > known]
    if newest.empty:
        return
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
