"""On demand: release what waits behind a gate, or replay published days from the archive, in their order."""

import uuid
from datetime import date

from flows.fingerprint import fingerprint_of
from flows.night import hand_workbooks_out, load_and_publish, recorded
from flows.nightly import sync
from flows.parameters import RunRequest, RunSummary, today_in
from flows.replay import go_on_replaying
from flows.vaulting import names_ready
from schemas.errors import UsageError
from tasks.load.replay import plan_replay, take_back_loads
from tasks.pull.registry import waiting_of
from tasks.pull.task import open_waiting
from tasks.run import Run, county_at
from tasks.warehouse.lock import county_lock


def accept_waiting(config_dir: str, sources: tuple[str, ...], reason: str) -> RunSummary:
    """Load the waiting deliveries of these sources past their gates and publish for the day that was blocked."""
    county = county_at(config_dir)
    run = Run(config_dir, str(uuid.uuid4()), today_in(county), only=sources, accept=True)
    if not run.sources:
        raise UsageError("E802", source="-", known="-")
    with run.session() as session:
        waiting = any(waiting_of(session, source) for source in run.sources)
        blocked = session.value(
            "SELECT as_of FROM ops.run WHERE county = :county AND status = 'blocked' ORDER BY started_at DESC LIMIT 1"
        )
    if not waiting:
        raise UsageError("E830", source=", ".join(sources))
    run = Run(config_dir, run.run_id, blocked or run.as_of, only=sources, accept=True)

    def night(summary: RunSummary) -> None:
        deliveries = open_waiting(run)
        load_and_publish(run, summary, deliveries, fingerprint_of(run, deliveries))

    with county_lock(run.warehouse.engine, county.key, run.run_id):
        said = names_ready(run)
        go_on_replaying(run)
        summary = recorded(run, "rerun", reason, night)
        summary.messages += [*said, *hand_workbooks_out(run)]
        return summary


def replay_since(config_dir: str, since: date, sources: tuple[str, ...], reason: str, *, from_raw: bool) -> RunSummary:
    """Read the archived deliveries of every published day since ``since`` again and publish those days anew.

    No other day's rows are written. Without ``from_raw`` the suppliers are asked
    once more at the end, for the newest of the days.
    """
    county = county_at(config_dir)
    run = Run(config_dir, str(uuid.uuid4()), since, only=sources, accept=True)
    names = [source.name for source in run.sources]
    with county_lock(run.warehouse.engine, county.key, run.run_id):
        said = names_ready(run)
        go_on_replaying(run)  # one that was killed comes first
        with run.session() as session:
            if plan_replay(session, run.run_id, since, names, reason) == 0:
                raise UsageError("E811", since=since)
            take_back_loads(session, run.run_id, since, names)
        summary = go_on_replaying(run)
        messages = [*said, *hand_workbooks_out(run)]
    if from_raw or summary is None:
        assert summary is not None  # the plan has at least one day
        summary.messages += messages
        return summary
    return sync(RunRequest(config_dir, summary.as_of, sources, reason=reason, kind="rerun"))
