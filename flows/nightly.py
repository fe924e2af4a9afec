"""The nightly sync: what is unfinished first, then one night; or a dry run, which leaves no trace."""

import uuid

from flows.night import hand_workbooks_out, recorded, whole_night
from flows.parameters import RunRequest, RunSummary, first_cause, today_in
from flows.replay import go_on_replaying
from flows.vaulting import names_ready
from schemas.errors import GateClosed, UsageError
from tasks.pull.task import pull_sources
from tasks.run import Run, county_at, rules_at
from tasks.warehouse.lock import county_lock
from tasks.warehouse.runs import last_published


def sync(request: RunRequest, run_id: str | None = None) -> RunSummary:
    """Run one night and say how it ended; errors of the whole run are raised after they are recorded.

    Raises:
        PipelineError: config invalid, warehouse unreachable, lock held, wrong as-of day, defect.
    """
    county = county_at(request.config_dir)
    rules_at(request.config_dir)  # every file is checked before anything runs
    run = Run(
        config_dir=request.config_dir,
        run_id=run_id or str(uuid.uuid4()),
        as_of=request.as_of or today_in(county),
        only=request.sources,
        dry=request.dry,
        accept=request.accept,
    )
    if not run.sources:
        raise UsageError("E802", source="-", known="-")
    if run.dry:
        return _dry_run(run)
    with county_lock(run.warehouse.engine, county.key, run.run_id):
        return _locked(run, request)


def _locked(run: Run, request: RunRequest) -> RunSummary:
    said = names_ready(run)
    go_on_replaying(run)  # a replay that was killed is finished before anything new is loaded
    with run.session() as session:
        last = last_published(session)
    if last is not None and run.as_of < last["as_of"]:
        raise UsageError("E801", as_of=run.as_of, last=last["as_of"])
    summary = recorded(run, request.kind, request.reason, lambda summary: whole_night(run, summary))
    summary.messages += [*said, *hand_workbooks_out(run)]
    return summary


def _dry_run(run: Run) -> RunSummary:
    """Read and report; nothing is archived, registered or loaded."""
    from flows.suppression import obey_suppressions
    from tasks.conform.task import conform_deliveries

    summary = RunSummary(run.run_id, run.as_of)
    try:
        deliveries = obey_suppressions(run, conform_deliveries(run, pull_sources(run)))
    finally:
        run.clear_own_work()  # no lock is held: a night may be at work beside this
    summary.deliveries = [delivery.with_found_counts() for delivery in deliveries]
    codes = [delivery.exit_code for delivery in deliveries if delivery.exit_code]
    summary.open_rows = sum(len(delivery.errors) for delivery in deliveries)
    summary.messages = [delivery.error for delivery in deliveries if delivery.error]
    summary.exit_code = first_cause(codes)
    summary.status = "blocked" if GateClosed.exit_code in codes else "nothing_new"
    return summary
