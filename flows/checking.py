"""``source check``: one delivery read, compared with the warehouse and forgotten again.

The comparison is the load itself, in a transaction that is always rolled back: what
it would do is counted by the statements that would do it, and nothing stays.
"""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from pathlib import Path

from flows.parameters import RunSummary, first_cause, today_in
from schemas.deliveries import Delivery
from schemas.errors import GateClosed, UsageError, WarehouseUnreachable
from schemas.gates import GateResult
from tasks.run import Run, county_at

ROWS_REJECTED = 8


class _Undone(Exception):
    """Leaving the transaction with it takes everything back."""


@dataclass
class Preview:
    """What loading would do: per kind the changes, gates, and findings that only the warehouse shows.

    ``compared`` False: there is no warehouse to compare with yet, or it does not answer.
    """

    compared: bool = False
    changes: dict[str, dict[str, int]] = field(default_factory=dict)
    gates: list[GateResult] = field(default_factory=list)
    tickets: list[dict[str, object]] = field(default_factory=list)


@dataclass
class Checked:
    """The answer: a run's summary (never recorded), and the preview."""

    summary: RunSummary
    preview: Preview


def check_delivery(config_dir: str, name: str, source: str | None) -> Checked:
    """Read one delivery of a source, or one file as a source's delivery, as the night would; nothing is kept.

    Args:
        config_dir: the county's folder.
        name: a source, or a file.
        source: whose delivery the file is; None: the only source whose pattern fits its name.

    Raises:
        UsageError: E802 unknown source, E816 nobody's or everybody's file.
        LockHeld: a run is at work; its numbers would not hold.
    """
    run = _run_for(config_dir, name, source)
    run.sources  # noqa: B018, an unknown name is refused here
    summary = RunSummary(run.run_id, run.as_of)
    with _comparable(run) as comparable:
        try:
            deliveries, preview = _read_and_compare(run, comparable=comparable)
        finally:
            run.clear_own_work()
    summary.deliveries = deliveries
    summary.gates = preview.gates
    codes = [delivery.exit_code for delivery in deliveries if delivery.exit_code]
    codes += [GateClosed.exit_code] if any(not gate.passed for gate in preview.gates) else []
    rejected = sum(len(delivery.errors) for delivery in deliveries) + len(preview.tickets)
    codes += [ROWS_REJECTED] if rejected else []
    summary.open_rows = rejected
    summary.messages = [delivery.error for delivery in deliveries if delivery.error]
    summary.exit_code = first_cause(codes)
    summary.status = "blocked" if GateClosed.exit_code in codes else "nothing_new"
    return Checked(summary, preview)


def _run_for(config_dir: str, name: str, source: str | None) -> Run:
    county = county_at(config_dir)
    known = {one.name: one for one in county.sources}
    run = Run(config_dir, str(uuid.uuid4()), today_in(county), dry=True)
    path = Path(name)
    if source is None and name in known:
        return replace(run, only=(name,))
    if not path.is_file():
        raise UsageError("E802", source=name, known=", ".join(known))
    fitting = [one.name for one in county.sources if fnmatchcase(path.name, one.pull.url.rpartition("/")[2])]
    chosen = [source] if source is not None else fitting
    if len(chosen) != 1:
        raise UsageError("E816", file=path.name)
    return replace(run, only=tuple(chosen), local=str(path.resolve()))


@contextmanager
def _comparable(run: Run) -> Iterator[bool]:
    """Hold the county's lock while comparing; False where no warehouse stands ready (none is made for a check)."""
    from tasks.warehouse.lock import county_lock
    from tasks.warehouse.opening import is_ready

    try:
        ready = is_ready(run.county)
    except WarehouseUnreachable:
        ready = False
    if not ready:
        yield False
        return
    with county_lock(run.warehouse.engine, run.county.key, run.run_id):
        yield True


def _read_and_compare(run: Run, *, comparable: bool) -> tuple[list[Delivery], Preview]:
    from tasks.conform.task import conform_deliveries
    from tasks.identify.task import identify_persons
    from tasks.pull.task import pull_sources

    deliveries = conform_deliveries(run, pull_sources(run))
    preview = Preview(compared=comparable)
    if not comparable:
        return [delivery.with_found_counts() for delivery in deliveries], preview
    identify_persons(run, deliveries)
    loaded: list[Delivery] = []
    try:
        with run.session() as session:
            from tasks.warehouse.runs import start_run

            start_run(session, run.run_id, "sync", run.as_of)
            loaded += [
                _tried(run, session, delivery, preview) if delivery.is_open else delivery for delivery in deliveries
            ]
            raise _Undone
    except _Undone:
        pass
    return loaded, preview


def _tried(run: Run, session: "CountySession", delivery: Delivery, preview: Preview) -> Delivery:  # type: ignore[name-defined]  # noqa: F821
    """Load a delivery inside the transaction that will be undone, and note what that did."""
    from tasks.load.delivery import load_delivery
    from tasks.load.task import loading_of
    from tasks.pull.task import register_unrecorded

    source = run.source(delivery.source)
    registered = register_unrecorded(run, session, source, delivery)
    done, gates = load_delivery(session, source, registered, loading_of(run, accept=True))
    preview.gates += gates
    for kind, change in done.changes.items():
        into = preview.changes.setdefault(kind, {"before": 0, "new": 0, "changed": 0, "gone": 0})
        for name, count in change.items():
            into[name] += count
    told = {(f.sheet, f.row, f.kind, f.rule) for f in delivery.errors}
    preview.tickets += [
        row
        for row in session.rows(
            "SELECT file, sheet, row, kind, column_name, rule, message FROM quarantine.row WHERE county = :county "
            "AND delivery_id = :delivery_id AND state = 'open' ORDER BY file, sheet, row, rule",
            delivery_id=registered.delivery_id,
        )
        if (row["sheet"], row["row"], row["kind"], row["rule"]) not in told
    ]
    return done
