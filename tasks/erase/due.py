"""What has been kept longer than its rule allows, and its removal; one question a kind of data."""

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from tasks.warehouse.session import CountySession

_REPLACED = """
SELECT f.file_id, f.sha256, f.source FROM raw.file AS f WHERE f.county = :county AND f.removed_on IS NULL
AND EXISTS (SELECT 1 FROM raw.delivery AS d WHERE d.county = f.county AND f.file_id = ANY(d.file_ids))
AND NOT EXISTS (
    SELECT 1 FROM raw.delivery AS d WHERE d.county = f.county AND f.file_id = ANY(d.file_ids) AND (
        d.state IN ('arrived', 'waiting') OR coalesce((
            SELECT min(n.as_of) FROM raw.delivery AS n WHERE n.county = d.county AND n.source = d.source
            AND n.delivery_id > d.delivery_id AND n.state IN ('loaded', 'accepted', 'replaced')
        ), 'infinity') >= :cutoff))
AND NOT EXISTS (
    SELECT 1 FROM quarantine.row AS q WHERE q.county = f.county AND q.file_id = f.file_id AND q.state = 'open')
ORDER BY f.file_id
"""
_PERSONS = """
WITH facts AS (
    SELECT v.ref_id, max(v.ended_on) AS last_on FROM core.participant_version AS v WHERE v.county = :county GROUP BY 1
    UNION ALL SELECT v.ref_id, max(v.contact_on) FROM core.contact_version AS v WHERE v.county = :county GROUP BY 1
    UNION ALL SELECT v.ref_id, max(greatest(v.entered_on, v.left_on, v.ended_on)) FROM core.episode_version AS v
        WHERE v.county = :county GROUP BY 1
    UNION ALL SELECT v.ref_id, max(greatest(v.starts_on, v.ends_on, v.ended_on)) FROM core.enrolment_version AS v
        WHERE v.county = :county GROUP BY 1
    UNION ALL SELECT v.ref_id, max(greatest(v.recorded_on, v.closed_on, v.ended_on)) FROM core.need_version AS v
        WHERE v.county = :county GROUP BY 1
    UNION ALL SELECT v.ref_id, max(greatest(v.given_on, v.withdrawn_on)) FROM core.consent_version AS v
        WHERE v.county = :county GROUP BY 1
    UNION ALL SELECT s.ref_id, max(l.as_of) FROM vault.source_id AS s INNER JOIN ops.load AS l
        ON s.county = l.county AND s.first_load = l.load_id WHERE s.county = :county GROUP BY 1
)
SELECT s.person_uid::text AS uid FROM vault.source_id AS s LEFT JOIN facts AS f ON s.ref_id = f.ref_id
WHERE s.county = :county GROUP BY s.person_uid
HAVING max(f.last_on) < :cutoff AND NOT bool_or(EXISTS (
    SELECT 1 FROM core.participant_version AS p WHERE p.county = :county AND p.ref_id = s.ref_id
    AND p.closed_load IS NULL AND p.ended_on IS NULL AND p.source = ANY(CAST(:full AS text[]))))
ORDER BY 1
"""
_TABLES = {
    "quarantine_rows": ("quarantine.row", "state IN ('fixed', 'waived') AND resolved_on < :cutoff"),
    "remarks": ("quarantine.warning", "as_of < :cutoff"),
    "run_details": (
        "ops.step",
        "run_id IN (SELECT r.run_id FROM ops.run AS r WHERE r.county = :county AND r.ended_at < :cutoff)",
    ),
}
_WITH = {"run_details": ("ops.gate",)}


def cutoff_of(today: date, keep_days: int) -> date:
    """Return the day before which a period that began is over."""
    return today - timedelta(days=keep_days)


def due_rows(session: CountySession, kind: str, cutoff: date) -> int:
    """Return how many rows of a kind that is a table are due."""
    table, where = _TABLES[kind]
    count: int = session.value(f"SELECT count(*) FROM {table} WHERE county = :county AND {where}", cutoff=cutoff)
    return count


def delete_rows(session: CountySession, kind: str, cutoff: date) -> int:
    """Delete them; return how many."""
    table, where = _TABLES[kind]
    for other in _WITH.get(kind, ()):
        session.do(f"DELETE FROM {other} WHERE county = :county AND {where}", cutoff=cutoff)
    return session.do(f"DELETE FROM {table} WHERE county = :county AND {where}", cutoff=cutoff)


def due_files(session: CountySession, cutoff: date) -> list[dict[str, Any]]:
    """Return file_id, sha256 and source of archived files that a newer delivery replaced before the cutoff.

    Files of deliveries that wait, or with rows that are still open, are kept: they are read again.
    """
    return session.rows(_REPLACED, cutoff=cutoff)


def mark_removed(session: CountySession, file_ids: list[int], today: date) -> list[str]:
    """Mark files as removed; return the contents that no file needs any more."""
    session.do(
        "UPDATE raw.file SET removed_on = :today WHERE county = :county AND file_id = ANY(CAST(:ids AS bigint[]))",
        today=today,
        ids=file_ids,
    )
    rows = session.rows(
        "SELECT DISTINCT f.sha256 FROM raw.file AS f WHERE f.county = :county "
        "AND f.file_id = ANY(CAST(:ids AS bigint[])) AND NOT EXISTS (SELECT 1 FROM raw.file AS o "
        "WHERE o.county = f.county AND o.sha256 = f.sha256 AND o.removed_on IS NULL)",
        ids=file_ids,
    )
    return [row["sha256"] for row in rows]


def due_persons(session: CountySession, cutoff: date, full_sources: list[str]) -> list[str]:
    """Return the uids of persons with no fact since the cutoff whom no full delivery holds any more."""
    return [row["uid"] for row in session.rows(_PERSONS, cutoff=cutoff, full=full_sources)]


def due_outbox(folder: Path, cutoff: date) -> list[Path]:
    """Return the files of the outbox that were written before the cutoff."""
    if not folder.is_dir():
        return []
    return [
        path
        for path in sorted(folder.rglob("*"))
        if path.is_file() and datetime.fromtimestamp(path.stat().st_mtime).astimezone().date() < cutoff
    ]
