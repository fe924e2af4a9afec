"""Take loads back for a replay, with closing marks only: nothing that was known is deleted.

A version that a taken-back load opened gets a closing mark equal to its opening
(it was never known); one that such a load closed is open again.
"""

from collections.abc import Sequence
from datetime import date

from schemas.kinds import KINDS
from tasks.load.targets import targets_of
from tasks.warehouse.session import CountySession

VERSION_TABLES = sorted({target.table for kind in KINDS.values() for target in targets_of(kind)})


def take_back_loads(session: CountySession, run_id: str, since: date, sources: Sequence[str]) -> list[int]:
    """Supersede the loads since a day; return the deliveries they loaded, in order of load.

    A delivery that no run had published belongs to no day that is replayed: it is marked as arrived, and the
    next sync loads it anew.
    """
    session.do(
        "CREATE TEMPORARY TABLE taken_back ON COMMIT DROP AS SELECT load_id, delivery_id, published_as_of "
        "FROM ops.load WHERE county = :county "
        "AND superseded_by IS NULL AND coalesce(published_as_of, as_of) >= :since AND source = ANY(CAST(:sources "
        "AS text[]))",
        since=since,
        sources=list(sources),
    )
    for table in VERSION_TABLES:
        # First what the loads opened goes, then what they closed is open again: one open version a record, always.
        session.do(
            f"UPDATE {table} SET closed_load = opened_load WHERE county = :county "
            "AND opened_load IN (SELECT load_id FROM taken_back)"
        )
        session.do(
            f"UPDATE {table} SET closed_load = NULL WHERE county = :county AND closed_load IN (SELECT load_id "
            "FROM taken_back) AND opened_load NOT IN (SELECT load_id FROM taken_back)"
        )
    session.do(
        "UPDATE ops.load SET superseded_by = CAST(:run_id AS uuid) WHERE county = :county "
        "AND load_id IN (SELECT load_id FROM taken_back)",
        run_id=run_id,
    )
    session.do(
        "UPDATE raw.delivery SET state = 'arrived' WHERE county = :county AND delivery_id IN (SELECT delivery_id "
        "FROM taken_back GROUP BY delivery_id HAVING max(published_as_of) IS NULL)"
    )
    rows = session.rows(
        "SELECT DISTINCT delivery_id FROM taken_back WHERE delivery_id IS NOT NULL ORDER BY delivery_id"
    )
    return [row["delivery_id"] for row in rows]


def plan_replay(session: CountySession, run_id: str, since: date, sources: Sequence[str], reason: str) -> int:
    """Write the plan of a replay, a row a published day with the deliveries first loaded for it; return the days."""
    return session.do(
        "INSERT INTO ops.replay_day (county, replay_run, as_of, delivery_ids, reason) "
        "SELECT :county, CAST(:run_id AS uuid), d.as_of, coalesce((SELECT array_agg(l.delivery_id ORDER BY "
        "l.first_load) FROM ("
        "SELECT delivery_id, min(load_id) AS first_load, min(published_as_of) AS first_day FROM ops.load "
        "WHERE county = :county AND superseded_by IS NULL AND published_as_of >= :since AND delivery_id IS NOT NULL "
        "AND source = ANY(CAST(:sources AS text[])) GROUP BY delivery_id) AS l WHERE l.first_day = d.as_of), "
        "'{}'), :reason "
        "FROM (SELECT DISTINCT as_of FROM ops.run WHERE county = :county AND published AND as_of >= :since) AS d",
        run_id=run_id,
        since=since,
        sources=list(sources),
        reason=reason,
    )


def open_replay(session: CountySession) -> list[dict[str, object]]:
    """Return the days of a replay that are still to be done, in order."""
    return session.rows(
        "SELECT replay_run::text AS replay_run, as_of, delivery_ids, reason FROM ops.replay_day "
        "WHERE county = :county AND done_at IS NULL ORDER BY as_of"
    )


def mark_replayed(session: CountySession, replay_run: str, as_of: date) -> None:
    """Record that a day of a replay is done."""
    session.do(
        "UPDATE ops.replay_day SET done_at = now() WHERE county = :county AND replay_run = CAST(:run AS uuid) AND "
        "as_of = :as_of",
        run=replay_run,
        as_of=as_of,
    )


def relink_replayed(session: CountySession) -> None:
    """Let links that a taken-back load opened be known from the replayed load of the same delivery.

    Also those that a later load, or a person's decision, closed since: until then they were known. The number
    of a decision's load may be smaller than that of the replayed one; days decide, not numbers.
    """
    session.do(
        "CREATE TEMPORARY TABLE replaced_load ON COMMIT DROP AS SELECT old.load_id AS old_load, min(new.load_id) "
        "AS new_load "
        "FROM ops.load AS old INNER JOIN ops.load AS new ON new.county = old.county AND new.delivery_id = "
        "old.delivery_id "
        "AND new.superseded_by IS NULL WHERE old.county = :county AND old.superseded_by IS NOT NULL GROUP BY "
        "old.load_id"
    )
    session.do(
        "CREATE TEMPORARY TABLE relinked ON COMMIT DROP AS SELECT l.version_id, l.ref_id, l.person_uid, "
        "l.link_state, l.rule, r.new_load, coalesce(c.new_load, l.closed_load) AS closed_load "
        "FROM core.person_link AS l INNER JOIN replaced_load AS r ON l.opened_load = r.old_load "
        "LEFT JOIN replaced_load AS c ON l.closed_load = c.old_load "
        "WHERE l.county = :county AND l.closed_load IS DISTINCT FROM l.opened_load"
    )
    session.do(
        "UPDATE core.person_link SET closed_load = opened_load WHERE county = :county "
        "AND version_id IN (SELECT version_id FROM relinked)"
    )
    session.do(
        "INSERT INTO core.person_link (county, ref_id, person_uid, link_state, rule, opened_load, closed_load) "
        "SELECT :county, ref_id, person_uid, link_state, rule, new_load, closed_load FROM relinked"
    )
