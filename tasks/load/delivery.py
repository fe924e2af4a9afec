"""Load one delivery in one transaction: stage, refer, judge, merge, quarantine; or hold it whole."""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from config.sources import Source
from schemas.deliveries import Delivery, KindCounts
from schemas.gates import GateResult
from schemas.kinds import KINDS, Kind
from tasks.load.balance import double_rows, judge_rows_of_sheets, move_retried, write_balance
from tasks.load.gates import judge_change, judge_rejects, judge_rows
from tasks.load.identities import load_identities
from tasks.load.merge import Merged, end_offers, merge_kind
from tasks.load.planning import LARGE
from tasks.load.quarantine import Ticketing, rejected_row_count, write_tickets, write_warnings
from tasks.load.remarks import cross_remarks
from tasks.load.staging import Staged, stage_delivery
from tasks.warehouse.session import CountySession

FULL_SCOPE = "SELECT DISTINCT file AS name FROM quarantine.row WHERE county = :county AND source = :source"


class DeliveryHeld(Exception):
    """A gate of the delivery is closed; leaving the transaction with it takes everything back."""

    def __init__(self, gates: list[GateResult]) -> None:
        super().__init__("held")
        self.gates = gates


@dataclass(frozen=True)
class Loading:
    """The run that loads: its id, its day, whether somebody accepted what the gates would hold, the measures' codes."""

    run_id: str
    as_of: date
    accept: bool
    measures: tuple[str, ...] = ()


def load_delivery(
    session: CountySession, source: Source, delivery: Delivery, loading: Loading
) -> tuple[Delivery, list[GateResult]]:
    """Load a conformed delivery; raise ``DeliveryHeld`` (after judging everything) when a gate closes.

    A delivery tried ``again`` brings only rows that named somebody unknown; it
    is not judged a second time.
    """
    assert delivery.folder is not None
    assert delivery.delivery_id is not None
    about = Ticketing(
        source.name,
        delivery.delivery_id,
        loading.run_id,
        loading.as_of,
        [(file.file_id or 0, file.name) for file in delivery.files],
    )
    load_id = _open_load(session, source, delivery, loading)
    new_ids = load_identities(session, source, delivery.folder, load_id)
    _stage_files(session, about, is_whole=_is_whole(source, delivery))
    paths = {name: delivery.folder / f"{name}.arrow" for name in source.records}
    staged = stage_delivery(session, source, paths, loading.as_of)
    kinds = [KINDS[name] for name in KINDS if name in paths]
    partly = delivery.again and source.delivery == "incremental"
    if partly:
        _keep_open_rows(session, about, kinds)
    is_whole = _is_whole(source, delivery)
    merged = {kind.name: merge_kind(session, source, kind, load_id, loading.as_of, may_end=is_whole) for kind in kinds}
    if delivery.endings and "offers" in merged:
        merged["offers"].ended += end_offers(session, source, delivery.endings, load_id, loading.as_of)
    rejected_rows = rejected_row_count(session, kinds)
    gates = [] if delivery.again else _judge(source, delivery, rejected_rows, merged)
    if any(not gate.passed for gate in gates) and not loading.accept:
        raise DeliveryHeld(gates)
    headers = _headers(source)
    errors = [] if partly else delivery.errors
    write_tickets(session, about, errors, kinds, headers)
    judge_rows_of_sheets(session, source, kinds)
    if partly:
        move_retried(session, delivery)
    else:
        delivery = _with_remarks(session, delivery, source, kinds, loading)
        write_warnings(session, about, delivery.warnings)
        delivery = replace(delivery, balance=write_balance(session, delivery))
    counts = {name: _counts(found) for name, found in staged.items()}
    if partly:
        counts = _counts_after_retry(session, about, merged)
    _close_load(session, about, delivery, counts, load_id, rejected_rows, state="loaded")
    if delivery.again and new_ids == 0 and not any(result.touched for result in merged.values()):
        session.do("DELETE FROM ops.load WHERE county = :county AND load_id = :load", load=load_id)
    changes = {
        name: {"before": found.before, "new": found.new, "changed": found.changed, "gone": found.ended}
        for name, found in merged.items()
    }
    return delivery.with_state("loaded", counts=counts, changes=changes), gates


def _with_remarks(
    session: CountySession, delivery: Delivery, source: Source, kinds: list[Kind], loading: Loading
) -> Delivery:
    """Add what only the records together show."""
    binds = {
        "source": source.name,
        "as_of": loading.as_of,
        "measures": list(loading.measures),
        "everybody": delivery.rows.get("data", 0) > LARGE,
    }
    found = [*double_rows(session), *cross_remarks(session, kinds, _headers(source), binds)]
    counts = Counter(delivery.warning_counts) + Counter(remark.rule for remark in found)
    return replace(delivery, warnings=(*delivery.warnings, *found), warning_counts=dict(counts))


def _open_load(session: CountySession, source: Source, delivery: Delivery, loading: Loading) -> int:
    load_id: int = session.value(
        "INSERT INTO ops.load (county, source, run_id, delivery_id, as_of) "
        "VALUES (:county, :source, CAST(:run_id AS uuid), :delivery_id, :as_of) RETURNING load_id",
        source=source.name,
        run_id=loading.run_id,
        delivery_id=delivery.delivery_id,
        as_of=loading.as_of,
    )
    return load_id


def _is_whole(source: Source, delivery: Delivery) -> bool:
    """Tell whether what the delivery leaves out has ended: not in increments, nor in an update catalogue."""
    return source.delivery == "full" and not delivery.partial


def _stage_files(session: CountySession, about: Ticketing, *, is_whole: bool) -> None:
    """``stage_file``: position, id and name of each file; ``stage_scope``: the files whose tickets this may close."""
    session.do("CREATE TEMPORARY TABLE stage_file (file integer, file_id bigint, name text) ON COMMIT DROP")
    for position, (file_id, name) in enumerate(about.files):
        session.do(
            "INSERT INTO stage_file (file, file_id, name) VALUES (:position, :file_id, :name)",
            position=position,
            file_id=file_id,
            name=name,
        )
    scope = FULL_SCOPE if is_whole else "SELECT name FROM stage_file"
    binds = {"source": about.source} if is_whole else {}
    session.do(f"CREATE TEMPORARY TABLE stage_scope ON COMMIT DROP AS {scope}", **binds)


def _keep_open_rows(session: CountySession, about: Ticketing, kinds: list[Kind]) -> None:
    """Of an incremental file tried again only the rows count that named somebody unknown.

    Later files may have changed the others; an old row must not come over them.
    """
    for kind in kinds:
        session.do(
            f"DELETE FROM stage_{kind.name} AS s USING stage_file AS f WHERE s.file = f.file AND NOT EXISTS ("
            "SELECT 1 FROM quarantine.row AS q WHERE q.county = :county AND q.source = :source AND q.file = f.name "
            "AND q.sheet IS NOT DISTINCT FROM s.sheet AND q.row = s.row AND q.state = 'open' "
            "AND q.rule IN ('unknown_person', 'unknown_offer'))",
            source=about.source,
        )


def _judge(source: Source, delivery: Delivery, rejected_rows: int, merged: Mapping[str, Merged]) -> list[GateResult]:
    received = delivery.rows.get("data", 0)
    judged = (
        judge_rows(source, received),
        judge_rejects(source, received, rejected_rows),
        judge_change(source, merged, is_whole=_is_whole(source, delivery)),
    )
    return [gate for gate in judged if gate is not None]


def _counts(staged: Staged) -> KindCounts:
    return KindCounts(staged.found, staged.found - staged.rejected, staged.rejected)


def _counts_after_retry(
    session: CountySession, about: Ticketing, merged: Mapping[str, Merged]
) -> dict[str, KindCounts]:
    """The delivery's own counts, with what the second try brought in moved from rejected to loaded."""
    stored = session.value(
        "SELECT counts -> 'kinds' FROM raw.delivery WHERE county = :county AND delivery_id = :delivery_id",
        delivery_id=about.delivery_id,
    )
    counts = {}
    for name, old in (stored or {}).items():
        gained = min(merged[name].new if name in merged else 0, old["rejected"])
        counts[name] = KindCounts(old["found"], old["loaded"] + gained, old["rejected"] - gained)
    return counts


def _close_load(
    session: CountySession,
    about: Ticketing,
    delivery: Delivery,
    counts: Mapping[str, KindCounts],
    load_id: int,
    rejected_rows: int,
    *,
    state: str,
) -> None:
    document = {
        "rows": delivery.rows,
        "rejected_rows": rejected_rows,
        "warnings": delivery.warning_counts,
        "kinds": {name: vars(found) for name, found in counts.items()},
    }
    session.do(
        "UPDATE raw.delivery SET state = :state, counts = CAST(:counts AS jsonb) "
        "WHERE county = :county AND delivery_id = :delivery_id",
        state=state,
        counts=json.dumps(document),
        delivery_id=about.delivery_id,
    )
    session.do(
        "UPDATE ops.load SET counts = CAST(:counts AS jsonb) WHERE county = :county AND load_id = :load",
        counts=json.dumps(document),
        load=load_id,
    )


def _headers(source: Source) -> dict[str, str]:
    """Return the delivered header by ``kind.column``."""
    return {
        f"{kind}.{name}": column.column
        for kind, mappings in source.records.items()
        for mapping in mappings
        for name, column in mapping.columns.items()
        if column.column is not None
    }


def mark_delivery(session: CountySession, delivery: Delivery, state: str, gates: list[GateResult]) -> None:
    """Record a delivery that was not loaded: refused, unreadable, or waiting behind a gate."""
    session.do(
        "UPDATE raw.delivery SET state = :state, gate = CAST(:gate AS jsonb) "
        "WHERE county = :county AND delivery_id = :delivery_id",
        state=state,
        gate=json.dumps([gate._asdict() for gate in gates]) if gates else None,
        delivery_id=delivery.delivery_id,
    )
