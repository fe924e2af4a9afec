"""What is wrong with a county's nights, read from the warehouse: it is right, whatever an orchestrator says."""

from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple

from config.county import County
from tasks.warehouse.session import CountySession


class Cause(NamedTuple):
    """One trouble: its kind, what it is about (a source, a code), numbers for its sentence, its exit code."""

    kind: str
    about: str
    numbers: dict[str, Any]
    exit_code: int


def find_causes(session: CountySession, county: County, today: date, now: datetime, *, is_busy: bool) -> list[Cause]:
    """Return the troubles of this moment, worst first; ``is_busy``: a run holds the county's lock."""
    runs = session.rows(
        "SELECT kind, as_of, status, started_at, coalesce(summary #>> '{error}', exit_code::text, '1') AS code "
        "FROM ops.run WHERE county = :county ORDER BY started_at DESC LIMIT 1"
    )
    causes = [*_of_runs(runs, county, now, is_busy=is_busy)]
    held = 0
    for source in county.sources:
        found = _of_source(session, county, source.name, source.expect.every_days, today)
        held += any(cause.exit_code == 5 for cause in found)
        causes += found
    if runs and runs[0]["status"] == "blocked" and not held:
        causes.append(Cause("gate_closed", str(runs[0]["as_of"]), {"as_of": runs[0]["as_of"]}, 5))
    return [*causes, *_of_handout(session, county)]


def _of_handout(session: CountySession, county: County) -> list[Cause]:
    """Tell of workbooks that did not go out; a county that took its outbox out of the configuration is not told."""
    rows = session.rows(
        "SELECT as_of, error_code, tries FROM ops.handout WHERE county = :county AND done_at IS NULL "
        "AND error_code IS NOT NULL ORDER BY as_of DESC LIMIT 1"
    )
    if not rows or not county.outbox.url:
        return []
    numbers = {"as_of": rows[0]["as_of"], "error": rows[0]["error_code"], "tries": rows[0]["tries"]}
    return [Cause("handout_failed", "-", numbers, 4)]


def _of_runs(runs: list[dict[str, Any]], county: County, now: datetime, *, is_busy: bool) -> list[Cause]:
    hours = county.alarms.silent_after_hours
    if not runs:
        return [Cause("did_not_run", "-", {"hours": hours, "last": "-"}, 1)]
    last = runs[0]
    causes = []
    if last["status"] in ("failed", "died") or (last["status"] == "running" and not is_busy):
        causes.append(Cause("run_failed", str(last["as_of"]), {"as_of": last["as_of"], "error": last["code"]}, 1))
    if now.astimezone(UTC) - last["started_at"] > timedelta(hours=hours):
        started = last["started_at"].isoformat(timespec="minutes")
        causes.append(Cause("did_not_run", started, {"hours": hours, "last": started}, 1))
    return causes


def _of_source(session: CountySession, county: County, name: str, every: int | None, today: date) -> list[Cause]:
    rows = session.rows(
        "SELECT delivery_id, state, as_of, coalesce((counts ->> 'rejected_rows')::integer, 0) AS rejected, "
        "coalesce((counts #>> '{rows,data}')::integer, 0) AS rows FROM raw.delivery "
        "WHERE county = :county AND source = :source ORDER BY delivery_id DESC LIMIT 1",
        source=name,
    )
    if not rows:
        return []
    newest = rows[0]
    number, age = newest["delivery_id"], (today - newest["as_of"]).days
    causes = []
    if newest["state"] in ("waiting", "refused"):
        causes.append(Cause("gate_closed_source", f"{name} {number}", {"source": name}, 5))
    if newest["state"] == "unreadable":
        causes.append(Cause("source_unreadable", f"{name} {number}", {"source": name}, 4))
    if every is not None and age > every:
        causes.append(Cause("source_overdue", name, {"source": name, "days": age, "every": every}, 4))
    if newest["rows"] and newest["rejected"] / newest["rows"] > county.alarms.rejected:
        counts = {"source": name, "rejected": newest["rejected"], "rows": newest["rows"]}
        causes.append(Cause("rejects_high", f"{name} {number}", counts, 8))
    return causes
