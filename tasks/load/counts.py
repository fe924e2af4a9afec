"""The counts that the registry holds of deliveries."""

from collections.abc import Sequence
from datetime import date

from schemas.deliveries import Delivery, KindCounts
from tasks.load.balance import stored_balance
from tasks.run import Run
from tasks.warehouse.session import CountySession


def with_stored_counts(run: Run, deliveries: list[Delivery]) -> list[Delivery]:
    """Add stored counts: a delivery that is unchanged answers as it did when it was loaded."""
    with run.session() as session:
        return [_with_counts(session, delivery) for delivery in deliveries]


def _with_counts(session: CountySession, delivery: Delivery) -> Delivery:
    stored = session.value(
        "SELECT counts -> 'kinds' FROM raw.delivery WHERE county = :county AND delivery_id = :delivery_id",
        delivery_id=delivery.delivery_id,
    )
    counts = {name: KindCounts(**found) for name, found in (stored or {}).items()}
    balance = stored_balance(session, delivery.delivery_id)
    return delivery.with_state(delivery.state, counts=counts, balance=balance)


def newest_arrivals(session: CountySession) -> dict[str, date]:
    """Return by source the as-of day on which its newest delivery came."""
    rows = session.rows("SELECT source, max(as_of) AS last FROM raw.delivery WHERE county = :county GROUP BY source")
    return {row["source"]: row["last"] for row in rows}


def open_rows_of_newest(session: CountySession, sources: Sequence[str]) -> int:
    """Return the open tickets of each source's newest loaded delivery (all increments that came in one run).

    Tickets of older increments stay listed; they no longer decide how a run ends (CONTRACT section 5).
    """
    count: int = session.value(
        "WITH newest AS (SELECT DISTINCT ON (source) source, run_id FROM raw.delivery WHERE county = :county "
        "AND state IN ('loaded', 'accepted', 'replaced') AND source = ANY(CAST(:sources AS text[])) "
        "ORDER BY source, delivery_id DESC) "
        "SELECT count(*) FROM quarantine.row AS q INNER JOIN raw.delivery AS d ON q.county = d.county "
        "AND q.delivery_id = d.delivery_id INNER JOIN newest AS n ON d.source = n.source AND d.run_id = n.run_id "
        "WHERE q.county = :county AND q.state = 'open'",
        sources=list(sources),
    )
    return count
