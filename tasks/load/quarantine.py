"""Rejected rows into ``quarantine.row``, remarks into ``quarantine.warning``, and tickets that close by themselves.

A ticket is one file, sheet, row, kind and rule of a source. It closes (fixed)
when a later delivery of the source brings the row right: in a full delivery
whatever is not found broken again, in an incremental one the rows of the same
file and the records that loaded since. A ticket that breaks again is opened
again; a waived one stays waived.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from schemas.findings import RowFinding
from schemas.kinds import Kind
from schemas.rules import row_message
from tasks.warehouse.session import CountySession


@dataclass(frozen=True)
class Ticketing:
    """The delivery that findings belong to; ``files`` are (file_id, base name) in delivery order."""

    source: str
    delivery_id: int
    run_id: str
    as_of: date
    files: Sequence[tuple[int, str]]


def write_tickets(
    session: CountySession,
    about: Ticketing,
    errors: Sequence[RowFinding],
    kinds: Sequence[Kind],
    headers: dict[str, str],
) -> int:
    """Write every rejected row of a staged delivery, close what is mended, return how many tickets are open.

    Args:
        session: the load's transaction, with ``stage_<kind>`` and ``stage_file`` filled.
        about: whose delivery it is.
        errors: what conform rejected.
        kinds: the staged kinds.
        headers: delivered header by canonical column, to name the cell of ``unknown_person`` and the like.
    """
    session.do(
        "CREATE TEMPORARY TABLE ticket (file_id bigint, name text, sheet text, row integer, kind text, "
        "column_name text, rule text, message text) ON COMMIT DROP"
    )
    rows: list[dict[str, object]] = [
        {
            "file_id": about.files[found.file][0],
            "name": about.files[found.file][1],
            "sheet": found.sheet,
            "row": found.row or 0,
            "kind": found.kind,
            "column_name": found.column,
            "rule": found.rule,
            "message": row_message(found.rule, found.column),
        }
        for found in errors
    ]
    _copy_tickets(session, rows)
    for kind in kinds:
        _staged_verdicts(session, kind, headers)
    _close_mended(session, about)
    session.do(
        "INSERT INTO quarantine.row AS q (county, run_id, as_of, source, file, sheet, row, kind, column_name, rule, "
        "message, file_id, delivery_id) SELECT DISTINCT ON (name, sheet, row, kind, rule) :county, CAST(:run_id "
        "AS uuid), "
        "CAST(:as_of AS date), :source, name, sheet, row, kind, column_name, rule, message, file_id, :delivery_id "
        "FROM ticket ORDER BY name, sheet, row, kind, rule, column_name "
        "ON CONFLICT (county, source, file, sheet, row, kind, rule) DO UPDATE SET "
        "state = CASE WHEN q.state = 'waived' THEN 'waived' ELSE 'open' END, "
        "resolved_on = CASE WHEN q.state = 'waived' THEN q.resolved_on END, "
        "delivery_id = excluded.delivery_id, file_id = excluded.file_id, column_name = excluded.column_name, "
        "message = excluded.message",
        run_id=about.run_id,
        as_of=about.as_of,
        source=about.source,
        delivery_id=about.delivery_id,
    )
    count: int = session.value(
        "SELECT count(*) FROM quarantine.row WHERE county = :county AND source = :source AND state = 'open'",
        source=about.source,
    )
    return count


def _copy_tickets(session: CountySession, rows: list[dict[str, object]]) -> None:
    if rows:
        import pandas as pd

        frame = pd.DataFrame(rows).astype({"file_id": "int64", "row": "int64"})
        session.copy("ticket", frame)


def _staged_verdicts(session: CountySession, kind: Kind, headers: dict[str, str]) -> None:
    """Tickets of what only the whole delivery shows: unknown person or offer, conflicting keys."""
    pointed = {"unknown_person": "person_id", "unknown_offer": "offer_id", "duplicate_key_conflict": kind.key[0]}
    columns = {rule: headers.get(f"{kind.name}.{name}") for rule, name in pointed.items()}
    session.do(
        "INSERT INTO ticket SELECT f.file_id, f.name, s.sheet, s.row, :kind, said.column_name, said.rule, said.message "
        f"FROM stage_{kind.name} AS s INNER JOIN stage_file AS f ON s.file = f.file INNER JOIN unnest(CAST(:rules AS "
        "text[]), CAST(:columns AS text[]), CAST(:messages AS text[])) AS said (rule, column_name, message) "
        "ON s.verdict = said.rule",
        kind=kind.name,
        rules=list(columns),
        columns=list(columns.values()),
        messages=[row_message(rule, column) for rule, column in columns.items()],
    )


def _close_mended(session: CountySession, about: Ticketing) -> None:
    """Close the open tickets whose rows this delivery replaces: its own files' rows, or all in a full delivery.

    ``stage_scope`` holds the file names that the delivery stands for (a full
    delivery stands for every file that the source ever sent).
    """
    session.do(
        "UPDATE quarantine.row AS q SET state = 'fixed', resolved_on = CAST(:as_of AS date) WHERE q.county = :county "
        "AND q.source = :source AND q.state = 'open' AND EXISTS (SELECT 1 FROM stage_scope AS s WHERE s.name = q.file) "
        "AND NOT EXISTS (SELECT 1 FROM ticket AS t WHERE t.name = q.file AND t.sheet IS NOT DISTINCT FROM q.sheet "
        "AND t.row = q.row AND t.kind = q.kind AND t.rule = q.rule)",
        as_of=about.as_of,
        source=about.source,
    )


def write_warnings(session: CountySession, about: Ticketing, warnings: Sequence[RowFinding]) -> None:
    """Replace the remarks of a delivery; they never reject and never change an exit code."""
    session.do(
        "DELETE FROM quarantine.warning WHERE county = :county AND delivery_id = :delivery_id",
        delivery_id=about.delivery_id,
    )
    if not warnings:
        return
    import pandas as pd

    rows = [
        {
            "file": about.files[found.file][1],
            "file_id": about.files[found.file][0],
            "sheet": found.sheet,
            "row": found.row,
            "kind": found.kind,
            "column_name": found.column,
            "rule": found.rule,
            "message": row_message(found.rule, found.column),
        }
        for found in warnings
    ]
    session.do(
        "CREATE TEMPORARY TABLE remark (file text, file_id bigint, sheet text, row integer, kind text, "
        "column_name text, rule text, message text) ON COMMIT DROP"
    )
    session.copy("remark", pd.DataFrame(rows).astype({"file_id": "int64", "row": "Int64"}))
    session.do(
        "INSERT INTO quarantine.warning (county, run_id, as_of, source, file, file_id, sheet, row, kind, column_name, "
        "rule, message, delivery_id) SELECT :county, CAST(:run_id AS uuid), CAST(:as_of AS date), :source, file, "
        "file_id, sheet, row, kind, column_name, rule, message, :delivery_id FROM remark",
        run_id=about.run_id,
        as_of=about.as_of,
        source=about.source,
        delivery_id=about.delivery_id,
    )
    session.do("DROP TABLE remark")


def rejected_row_count(session: CountySession, kinds: Sequence[Kind]) -> int:
    """Return how many distinct rows of the staged delivery were rejected."""
    union = " UNION ".join(
        f"SELECT file, coalesce(sheet, '') AS sheet, row FROM stage_{kind.name} WHERE verdict IS NOT NULL"
        for kind in kinds
    )
    count: int = session.value(f"SELECT count(*) FROM ({union}) AS rejected_rows")
    return count
