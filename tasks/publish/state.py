"""The state of a county's warehouse for people: what is shown, how old it is, what waits, what to do next."""

from collections.abc import Collection
from datetime import date
from typing import Any

from config.county import County
from tasks.warehouse.runs import first_run_on, unreadable_sources
from tasks.warehouse.session import CountySession

LAST_RUNS = 7


def read_state(session: CountySession, county: County, today: date) -> dict[str, Any]:
    """Return the document of ``teilhabe status`` (docs/json/status.md)."""
    runs = session.rows(
        "SELECT run_id::text AS run_id, kind, as_of, status, exit_code, published, started_at, ended_at FROM ops.run "
        "WHERE county = :county ORDER BY started_at DESC LIMIT :count",
        count=LAST_RUNS,
    )
    shown = session.rows(
        "SELECT as_of, published_at FROM ops.run WHERE county = :county AND published "
        "ORDER BY as_of DESC, published_at DESC LIMIT 1"
    )
    sources = _sources(session, county, today)
    work = {
        "quarantine": session.value("SELECT count(*) FROM quarantine.row WHERE county = :county AND state = 'open'"),
        "review": session.value(
            "SELECT count(DISTINCT ref_id) FROM vault.review WHERE county = :county AND state = 'open'"
        ),
        "proposals": session.value(
            "SELECT count(*) FROM core.match_proposal WHERE county = :county AND state IN ('proposed', 'unclear')"
        ),
        "waiting": sum(source["state"] in ("waiting", "refused") for source in sources),
    }
    return {
        "county": county.key,
        "shown": _shown(shown, today),
        "runs": [_spoken(run) for run in runs],
        "sources": sources,
        "open_work": work,
        "next": _next_command(runs, sources, work),
    }


def _shown(rows: list[dict[str, Any]], today: date) -> dict[str, Any] | None:
    if not rows:
        return None
    as_of = rows[0]["as_of"]
    return {
        "as_of": as_of.isoformat(),
        "published_at": rows[0]["published_at"].isoformat(timespec="minutes"),
        "age_days": (today - as_of).days,
    }


def _spoken(run: dict[str, Any]) -> dict[str, Any]:
    return {name: value.isoformat() if hasattr(value, "isoformat") else value for name, value in run.items()}


def _sources(session: CountySession, county: County, today: date) -> list[dict[str, Any]]:
    """Return the newest delivery and the open rows of every source, in one question for all of them."""
    every = {source.name: source.expect.every_days for source in county.sources}
    rows = session.rows(
        "SELECT s.source, d.state, d.as_of, coalesce(q.open_rows, 0) AS open_rows "
        "FROM unnest(CAST(:names AS text[])) WITH ORDINALITY AS s (source, place) "
        "LEFT JOIN LATERAL (SELECT state, as_of FROM raw.delivery WHERE county = :county AND source = s.source "
        "ORDER BY delivery_id DESC LIMIT 1) AS d ON TRUE "
        "LEFT JOIN (SELECT source, count(*) AS open_rows FROM quarantine.row WHERE county = :county "
        "AND state = 'open' GROUP BY source) AS q ON s.source = q.source ORDER BY s.place",
        names=list(every),
    )
    silent, first = unreadable_sources(session), first_run_on(session)
    return [_source(row, every[row["source"]], today, silent, first) for row in rows]


def _source(
    row: dict[str, Any], every_days: int | None, today: date, silent: Collection[str], first: date | None
) -> dict[str, Any]:
    """Return a source's line; one that never came is as late as the county's first run is past."""
    last: date | None = row["as_of"]
    since = last or first
    return {
        "source": row["source"],
        # A share that is gone, or a pattern that nothing fits: no delivery came of it, the run only tells.
        "state": "unreadable" if row["source"] in silent else row["state"] or "absent",
        "last_delivery": last.isoformat() if last else None,
        "age_days": (today - last).days if last else None,
        "open_rows": row["open_rows"],
        "overdue": every_days is not None and since is not None and (today - since).days > every_days,
    }


def _next_command(runs: list[dict[str, Any]], sources: list[dict[str, Any]], work: dict[str, int]) -> str:
    """Return the one command that goes on; the worst trouble first."""
    if not runs:
        return "teilhabe sync"
    held = [source for source in sources if source["state"] in ("waiting", "refused", "unreadable")]
    if held:
        name, state = held[0]["source"], held[0]["state"]
        waits = state == "waiting"
        return f"teilhabe rerun --source {name} --accept --reason …" if waits else f"teilhabe source check {name}"
    if runs[0]["status"] in ("failed", "died"):
        return "teilhabe doctor" if runs[0]["status"] == "failed" else "teilhabe sync --direct"
    if work["quarantine"]:
        return "teilhabe quarantine list"
    if work["review"]:
        return "teilhabe review list"
    return "teilhabe match proposals" if work["proposals"] else "teilhabe kpi"
