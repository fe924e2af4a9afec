"""One night between its two records: pull, conform, identify, load, match, publish, as plain functions.

``flows/orchestrated.py`` runs the same story as a Prefect flow. Readers keep the
old release until the last statement of the publish commits.
"""

import time
from collections.abc import Callable
from typing import TypeVar

from flows.erasure_resume import go_on_erasing
from flows.fingerprint import fingerprint_of
from flows.parameters import RunSummary, first_cause
from flows.progress import tell
from schemas.deliveries import Delivery
from schemas.errors import GateClosed, PipelineError, SourceUnavailable
from schemas.gates import spoken
from schemas.messages import say
from tasks.load.counts import newest_arrivals, open_rows_of_newest, with_stored_counts
from tasks.pull.task import pull_sources
from tasks.run import Run
from tasks.warehouse.runs import (
    end_run,
    has_unpublished_loads,
    last_published,
    record_step,
    start_run,
    write_audit,
)

Result = TypeVar("Result")
ROWS_IN_QUARANTINE = 8
STEPS = ("pull", "conform", "identify", "load", "match", "publish")


def recorded(run: Run, kind: str, reason: str | None, night: Callable[[RunSummary], None]) -> RunSummary:
    """Run a night between its two records; whatever happens, its end is recorded. The caller holds the lock."""
    summary = RunSummary(run.run_id, run.as_of)
    go_on_erasing(run)  # an erasure that was killed, or that a restored backup does not know, comes first
    with run.session() as session:
        start_run(session, run.run_id, kind, run.as_of, reason)
        action = "accept" if run.accept and kind == "rerun" else kind
        write_audit(session, action, object_=",".join(run.only), reason=reason, detail={"run_id": run.run_id})
    try:
        night(summary)
    except PipelineError as error:
        summary.messages.append(str(error))
        summary.status, summary.exit_code = "failed", error.exit_code
        raise
    finally:
        run.clear_work()
        _record_end(run, summary)
    return summary


def whole_night(run: Run, summary: RunSummary) -> None:
    """The story of one night, in the data's order."""
    summary.messages += decisions_in_outbox(run)
    deliveries = _timed(run, "pull", lambda: pull_sources(run))
    fingerprint = fingerprint_of(run, deliveries)
    if _is_nothing_new(run, deliveries, fingerprint):
        summary.deliveries = with_stored_counts(run, [found.as_unchanged() for found in deliveries])
        return _finish(run, summary, published=False)
    return load_and_publish(run, summary, deliveries, fingerprint)


def load_and_publish(run: Run, summary: RunSummary, deliveries: list[Delivery], fingerprint: str) -> None:
    """Take deliveries from their files to the published figures, or stop where a gate is closed."""
    # A night with nothing new ends before this: only one with something to do pays for frames and solvers.
    from flows.suppression import obey_suppressions
    from tasks.conform.task import conform_deliveries
    from tasks.identify.task import identify_persons
    from tasks.load.replay import relink_replayed
    from tasks.load.task import held_sources, load_core
    from tasks.match.task import match_needs
    from tasks.publish.task import publish_figures

    deliveries = _timed(run, "conform", lambda: obey_suppressions(run, conform_deliveries(run, deliveries)))
    _timed(run, "identify", lambda: identify_persons(run, deliveries))
    summary.deliveries, summary.gates = _timed(run, "load", lambda: load_core(run, deliveries))
    with run.session() as session:
        relink_replayed(session)
    if held_sources(run):
        return _finish(run, summary, published=False, blocked=True)
    _timed(run, "match", lambda: match_needs(run))
    try:
        summary.gates += _timed(run, "publish", lambda: publish_figures(run, fingerprint))
    except GateClosed as closed:
        summary.messages.append(str(closed))
        return _finish(run, summary, published=False, blocked=True)
    return _finish(run, summary, published=True)


def decisions_in_outbox(run: Run) -> list[str]:
    """Take over decisions that somebody filled in in the review workbook; a night without one pays nothing."""
    if next((run.county.state / "outbox").glob("pruefliste*.xlsx"), None) is None:
        return []
    from flows.reviewing import read_outbox

    return read_outbox(run)


def hand_workbooks_out(run: Run) -> list[str]:
    """Hand case managers' workbooks out where the county says so; a county without an outbox pays nothing."""
    if not run.county.outbox.url:
        return []
    from flows.handing_out import hand_out

    return hand_out(run)


def _is_nothing_new(run: Run, deliveries: list[Delivery], fingerprint: str) -> bool:
    """The same day, files, configuration and code as the newest published state, and nothing waits to be published."""
    if any(delivery.state == "unreadable" or (delivery.is_open and not delivery.again) for delivery in deliveries):
        return False
    with run.session() as session:
        last = last_published(session)
        return last is not None and last["fingerprint"] == fingerprint and not has_unpublished_loads(session)


def _finish(run: Run, summary: RunSummary, *, published: bool, blocked: bool = False) -> None:
    with run.session() as session:
        summary.open_rows = open_rows_of_newest(session, [source.name for source in run.county.sources])
    codes = [delivery.exit_code for delivery in summary.deliveries if delivery.exit_code]
    codes += [GateClosed.exit_code] if blocked else []
    codes += [ROWS_IN_QUARANTINE] if summary.open_rows else []
    summary.messages += [delivery.error for delivery in summary.deliveries if delivery.error]
    summary.messages += [note for delivery in summary.deliveries for note in delivery.notes]
    for gate in summary.gates:
        if not gate.passed and not run.accept:
            summary.messages.append(say("E804", gate=gate.gate, detail=spoken(gate.detail)))
    summary.messages += _overdue(run)
    summary.published = published
    summary.exit_code = first_cause(codes)
    if blocked:
        summary.status = "blocked"
    elif not published:
        summary.status = "nothing_new"
    else:
        has_rejects = summary.open_rows > 0 or SourceUnavailable.exit_code in codes
        summary.status = "published_with_rejects" if has_rejects else "published"


def _overdue(run: Run) -> list[str]:
    """Name the sources from which nothing new came for longer than agreed (``expect.every``)."""
    limits = {source.name: source.expect.every_days for source in run.county.sources}
    with run.session() as session:
        newest = newest_arrivals(session)
    return [
        say("gate_overdue", source=name, last=last, days=limits[name])
        for name, last in newest.items()
        if (days := limits.get(name)) is not None and (run.as_of - last).days > days
    ]


def _record_end(run: Run, summary: RunSummary) -> None:
    with run.session() as session:
        end_run(
            session,
            run.run_id,
            status=summary.status,
            exit_code=summary.exit_code,
            summary=summary.document(),
            config_hash=run.county.config_hash,
        )


def _timed(run: Run, name: str, work: Callable[[], Result]) -> Result:
    began = time.monotonic()
    tell(STEPS.index(name), len(STEPS), say(f"step_{name}"))
    result = work()
    with run.session() as session:
        record_step(session, run.run_id, name, time.monotonic() - began, {})
    return result
