"""``teilhabe doctor --fix``: close runs that nobody works on any more, in ``ops.run`` and on the Prefect server."""

import os
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx

from flows.checkup import Finding
from flows.server_api import ask
from schemas.errors import LockHeld
from schemas.messages import say
from tasks.run import county_at, warehouse_of
from tasks.warehouse.lock import county_lock
from tasks.warehouse.runs import close_dead_runs, write_audit
from tasks.warehouse.session import county_session

GRACE = timedelta(minutes=10)
"""A start needs this long at most until it holds the county's lock; younger runs are left alone."""


def mend(config_dir: str) -> list[Finding]:
    """Close dead runs while holding the county's lock, so that a living one is never touched."""
    county, engine = county_at(config_dir), warehouse_of(config_dir).engine
    try:
        with county_lock(engine, county.key, str(uuid.uuid4())):
            with county_session(engine, county.key) as session:
                died = close_dead_runs(session)
                if died:
                    write_audit(session, "doctor --fix", detail={"runs": died})
            closed = _close_stuck(os.environ.get("PREFECT_API_URL"), Path(config_dir).name)
    except LockHeld as held:
        return [Finding("dead_runs", passed=True, detail=str(held))]
    return [Finding("dead_runs", passed=True, detail=say("check_dead_runs_detail", own=died, shown=closed))]


def _close_stuck(api: str | None, county: str, now: datetime | None = None) -> int:
    """Set Prefect runs of ours that are pending or running without a process to crashed; return their number.

    A server that does not answer is no hindrance: the warehouse is right, Prefect only shows.
    """
    if not api:
        return 0
    wanted = {
        "flow_runs": {"state": {"type": {"any_": ["PENDING", "RUNNING", "CANCELLING"]}}},
        "deployments": {"tags": {"all_": ["teilhabe"]}},
    }
    try:
        runs: list[dict[str, Any]] = ask("POST", f"{api}/flow_runs/filter", wanted)
        stuck = [run for run in runs if _is_ours(run, county) and _is_old(run, now or datetime.now(UTC))]
        crashed = {"type": "CRASHED", "name": "Crashed", "message": "teilhabe doctor --fix"}
        for run in stuck:
            body = {"state": crashed, "force": True}
            ask("POST", f"{api}/flow_runs/{run['id']}/set_state", body)
    except (httpx.HTTPError, ValueError):
        return 0
    return len(stuck)


def _is_ours(run: dict[str, Any], county: str) -> bool:
    """Tell whether a run is this county's: by its folder's name, or of the only county where there are no others."""
    named = (run.get("parameters") or {}).get("county")
    return bool(named == county) or (named is None and "TEILHABE_COUNTIES" not in os.environ)


def _is_old(run: dict[str, Any], now: datetime) -> bool:
    """Tell whether a run has been in its state longer than any start takes; the lock says that none of ours works."""
    since = datetime.fromisoformat(run["state"]["timestamp"].replace("Z", "+00:00"))
    return now - since > GRACE
