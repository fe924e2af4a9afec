"""What is wrong with a county's nights, read from the warehouse: it is right, whatever an orchestrator says."""

from collections.abc import Collection
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple

from config.county import County
from config.sources import Source
from tasks.warehouse.runs import first_run_on, unreadable_sources
from tasks.warehouse.session import CountySession


class Cause(NamedTuple):
    """One trouble: its kind, what it is about (a source, a code), numbers for its sentence, its exit code."""

    kind: str
    about: str
    numbers: dict[str, Any]
    exit_code: int


def find_causes(session: CountySession, county: County, today: date, now: datetime, *, is_busy: bool) -> list[Cause]:
    """Return the troubles of this moment, worst first; ``is_busy``: a run holds the county's lock.

    What a trouble is about names the cause and not the night: one that lasts is one trouble, however many nights.
    """
    last, ended = _last_run(session, "TRUE"), _last_run(session, "status <> 'running'")
    causes = [*_of_runs(last, ended, county, now, is_busy=is_busy), *_of_clock(session, today)]
    held, silent, first = 0, unreadable_sources(session), first_run_on(session)
    for source in county.sources:
        newest = _newest(session, source)
        found = [*_of_source(newest, county, source, silent), *_of_age(newest, source, today, first)]
        held += any(cause.exit_code == 5 for cause in found)
        causes += found
    if ended and ended["status"] == "blocked" and not held:
        causes.append(Cause("gate_closed", "-", {"as_of": ended["as_of"]}, 5))
    return [*causes, *_of_handout(session, county)]


def _last_run(session: CountySession, condition: str) -> dict[str, Any] | None:
    rows = session.rows(
        "SELECT as_of, status, started_at, coalesce(substring(summary #>> '{messages,-1}' FROM '(E[0-9]{3})'), "
        f"exit_code::text, '1') AS code FROM ops.run WHERE county = :county AND {condition} "
        "ORDER BY started_at DESC LIMIT 1"
    )
    return rows[0] if rows else None


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


def _of_runs(
    last: dict[str, Any] | None, ended: dict[str, Any] | None, county: County, now: datetime, *, is_busy: bool
) -> list[Cause]:
    """The last run that ended counts while another is at work: a trouble is not over because a night has begun."""
    hours = county.alarms.silent_after_hours
    if last is None:
        return [Cause("did_not_run", "-", {"hours": hours, "last": "-"}, 1)]
    causes = []
    dead = last["status"] == "running" and not is_busy
    if dead or (ended and ended["status"] == "died"):
        causes.append(Cause("run_died", "-", {"as_of": (last if dead else ended or last)["as_of"]}, 1))
    elif ended and ended["status"] == "failed":
        causes.append(Cause("run_failed", str(ended["code"]), {"as_of": ended["as_of"], "error": ended["code"]}, 1))
    if now.astimezone(UTC) - last["started_at"] > timedelta(hours=hours):
        started = last["started_at"].isoformat(timespec="minutes")
        causes.append(Cause("did_not_run", started, {"hours": hours, "last": started}, 1))
    return causes


def _of_clock(session: CountySession, today: date) -> list[Cause]:
    """A clock that was set back, or a night of a day to come: no run is taken until that day."""
    shown = session.value("SELECT max(as_of) FROM ops.run WHERE county = :county AND published")
    ahead = shown is not None and shown > today
    return [Cause("release_ahead", str(shown), {"as_of": shown, "today": today}, 1)] if ahead else []


def _newest(session: CountySession, source: Source) -> dict[str, Any]:
    rows = session.rows(
        "SELECT delivery_id, state, as_of, coalesce((counts ->> 'rejected_rows')::integer, 0) AS rejected, "
        "coalesce((counts #>> '{rows,data}')::integer, 0) AS rows FROM raw.delivery "
        "WHERE county = :county AND source = :source ORDER BY delivery_id DESC LIMIT 1",
        source=source.name,
    )
    return rows[0] if rows else {"state": "absent", "as_of": None, "rows": 0}


def _of_source(newest: dict[str, Any], county: County, source: Source, silent: Collection[str]) -> list[Cause]:
    """What is wrong with a source's newest delivery, or that there is none to be had."""
    name = source.name
    causes = []
    if newest["state"] in ("waiting", "refused"):
        causes.append(Cause("gate_closed_source", f"{name} {newest['delivery_id']}", {"source": name}, 5))
    if newest["state"] == "unreadable" or name in silent:
        causes.append(Cause("source_unreadable", name, {"source": name}, 4))
    if newest["rows"] and newest["rejected"] / newest["rows"] > county.alarms.rejected:
        counts = {"source": name, "rejected": newest["rejected"], "rows": newest["rows"]}
        causes.append(Cause("rejects_high", name, counts, 8))
    return causes


def _of_age(newest: dict[str, Any], source: Source, today: date, first: date | None) -> list[Cause]:
    """A source that is late; one that never delivered is counted from the county's first run."""
    every, since = source.expect.every_days, newest["as_of"] or first
    if every is None or since is None or (today - since).days <= every:
        return []
    numbers = {"source": source.name, "days": (today - since).days, "every": every}
    return [Cause("source_overdue", source.name, numbers, 4)]
