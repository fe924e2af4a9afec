"""Birth dates that no contact or entry allows: the participant's row is rejected, the earlier good one stays.

Checked over everything that is loaded, not row by row, because the contact and
the birth date usually come from different suppliers, in any order.
"""

from collections.abc import Mapping, Sequence
from datetime import date

from schemas.rules import row_message
from tasks.warehouse.session import CountySession

RULE = "birth_after_event"


def reject_impossible_births(
    session: CountySession, run_id: str, as_of: date, headers: Mapping[str, str], full_sources: Sequence[str]
) -> int:
    """Quarantine every open participant version whose birth date is on or after the first event; return how many.

    A source in ``full_sources`` answers with its newest delivery, which holds the
    row again even where an older load opened the version; ``headers`` names the
    birth date's column by source.

    A version that no published run has shown is undone (its closing mark equals
    its opening: known never), and the version before it is open again.
    """
    session.do(
        "CREATE TEMPORARY TABLE full_source ON COMMIT DROP AS SELECT unnest(CAST(:sources AS text[])) AS source",
        sources=list(full_sources),
    )
    session.run_script("load/impossible_births")
    count: int = session.value("SELECT count(*) FROM impossible_birth")
    if count == 0:
        return 0
    for row in session.rows("SELECT DISTINCT source FROM impossible_birth"):
        column = headers.get(row["source"])
        session.do(
            "INSERT INTO quarantine.row AS q (county, run_id, as_of, source, file, sheet, row, kind, column_name, "
            "rule, "
            "message, file_id, delivery_id) SELECT :county, CAST(:run_id AS uuid), :as_of, b.source, f.name, "
            "b.sheet, b.row, "
            "'participants', :column, :rule, :message, b.file_id, b.delivery_id FROM impossible_birth AS b "
            "INNER JOIN raw.file AS f ON f.county = :county AND f.file_id = b.file_id WHERE b.source = :source "
            "ON CONFLICT (county, source, file, sheet, row, kind, rule) DO UPDATE SET "
            "state = CASE WHEN q.state = 'waived' THEN 'waived' ELSE 'open' END, resolved_on = NULL, "
            "delivery_id = excluded.delivery_id, file_id = excluded.file_id",
            run_id=run_id,
            as_of=as_of,
            source=row["source"],
            column=column,
            rule=RULE,
            message=row_message(RULE, column),
        )
    session.run_script("load/undo_impossible_births")
    return count
