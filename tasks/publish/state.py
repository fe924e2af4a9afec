"""The state of a county's warehouse for people: what is shown, how old it is, what waits, what to do next."""

from datetime import date
from typing import Any

from config.county import County
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
    sources = [_source(session, source.name, source.expect.every_days, today) for source in county.sources]
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


def _source(session: CountySession, name: str, every_days: int | None, today: date) -> dict[str, Any]:
    rows = session.rows(
        "SELECT d.state, d.as_of, (SELECT count(*) FROM quarantine.row AS q WHERE q.county = d.county "
        "AND q.source = d.source AND q.state = 'open') AS open_rows FROM raw.delivery AS d "
        "WHERE d.county = :county AND d.source = :source ORDER BY d.delivery_id DESC LIMIT 1",
        source=name,
    )
    if not rows:
        return {
            "source": name,
            "state": "absent",
            "last_delivery": None,
            "age_days": None,
            "open_rows": 0,
            "overdue": False,
        }
    age = (today - rows[0]["as_of"]).days
    return {
        "source": name,
        "state": rows[0]["state"],
        "last_delivery": rows[0]["as_of"].isoformat(),
        "age_days": age,
        "open_rows": rows[0]["open_rows"],
        "overdue": every_days is not None and age > every_days,
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
        return "teilhabe doctor"
    if work["quarantine"]:
        return "teilhabe quarantine list"
    if work["review"]:
        return "teilhabe review list"
    return "teilhabe match proposals" if work["proposals"] else "teilhabe kpi"
