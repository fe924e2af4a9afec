"""What became of every row below a sheet's header: loaded, rejected, double, blank, footer, or an erased person's.

Rule: a row is rejected when one of its records is, double when all of its records stand elsewhere in the delivery,
else loaded. The sum is what was read, always: a row that nobody can account for stops the load, and a constraint of
``ops.sheet_count`` holds it for good.
"""

from collections.abc import Sequence
from typing import Any

from config.sources import Source
from schemas.deliveries import DeliveredFile, Delivery, SheetRows
from schemas.errors import PipelineError
from schemas.findings import RowFinding
from schemas.kinds import Kind
from tasks.warehouse.session import CountySession

REMARKS_KEPT = 10_000
PARTS = ("read", "loaded", "rejected", "duplicate", "blank", "footer", "suppressed")


def judge_rows_of_sheets(session: CountySession, source: Source, kinds: Sequence[Kind]) -> None:
    """Make ``row_fate``: one row a delivered row, whether it is rejected, whether it is double."""
    if _gives_one_record_a_row(source):
        (kind,) = kinds
        session.do(
            "CREATE TEMPORARY VIEW row_fate AS SELECT file, sheet, row, verdict IS NOT NULL AS rejected, "
            f"duplicate AND verdict IS NULL AS duplicate FROM stage_{kind.name}"  # goes with the table at the end
        )
        return
    union = " UNION ALL ".join(
        f"SELECT file, sheet, row, verdict IS NOT NULL AS rejected, duplicate FROM stage_{kind.name}" for kind in kinds
    )
    session.do(
        "CREATE TEMPORARY TABLE row_fate ON COMMIT DROP AS SELECT file, sheet, row, bool_or(rejected) AS rejected, "
        f"bool_and(duplicate) AND NOT bool_or(rejected) AS duplicate FROM ({union}) AS record GROUP BY file, sheet, row"
    )


def _gives_one_record_a_row(source: Source) -> bool:
    return source.format.type in ("csv", "excel", "sql") and sum(map(len, source.records.values())) == 1


def double_rows(session: CountySession) -> list[RowFinding]:
    """Return a remark on each row that stands elsewhere in the delivery with the same content."""
    rows = session.rows(
        f"SELECT file, sheet, row FROM row_fate WHERE duplicate ORDER BY file, row LIMIT {REMARKS_KEPT}"
    )
    return [RowFinding(row["file"], row["sheet"], row["row"], None, None, "duplicate_row") for row in rows]


def write_balance(session: CountySession, delivery: Delivery) -> dict[str, int]:
    """Write the counts of each sheet of a whole delivery and return their sums.

    Raises:
        PipelineError: E312, rows were read that no count holds.
    """
    fates = {
        (row["file"], row["sheet"]): row
        for row in session.rows(
            "SELECT file, sheet, count(*) AS total, count(*) FILTER (WHERE rejected) AS rejected, "
            "count(*) FILTER (WHERE duplicate) AS duplicate FROM row_fate GROUP BY file, sheet"
        )
    }
    session.do(
        "DELETE FROM ops.sheet_count WHERE county = :county AND delivery_id = :delivery",
        delivery=delivery.delivery_id,
    )
    nothing = {"total": 0, "rejected": 0, "duplicate": 0}
    counted = [
        _counted(delivery, place, sheet, fates.get((sheet.file, sheet.sheet), nothing))
        for place, sheet in enumerate(delivery.sheets)
    ]
    session.insert("ops.sheet_count", counted)
    return {part: sum(row[f"rows_{part}"] for row in counted) for part in PARTS}


def _counted(delivery: Delivery, place: int, sheet: SheetRows, fate: dict[str, Any]) -> dict[str, Any]:
    file: DeliveredFile = delivery.files[sheet.file]
    # The offer that an erased person's row names stays, and its row with it.
    suppressed = sheet.data - sheet.endings - fate["total"]
    if not 0 <= suppressed <= sheet.suppressed:
        raise PipelineError(
            "E312", source=delivery.source, file=file.name, rows=sheet.data, accounted=sheet.data - suppressed
        )
    return {
        "delivery_id": delivery.delivery_id,
        "place": place,
        "file_id": file.file_id or 0,
        "file": file.name,
        "sheet": sheet.sheet,
        "rows_read": sheet.data + sheet.blank + sheet.footer,
        "rows_loaded": sheet.endings + fate["total"] - fate["rejected"] - fate["duplicate"],
        "rows_rejected": fate["rejected"],
        "rows_duplicate": fate["duplicate"],
        "rows_blank": sheet.blank,
        "rows_footer": sheet.footer,
        "rows_suppressed": suppressed,
    }


def move_retried(session: CountySession, delivery: Delivery) -> None:
    """Move what a second try brought in from rejected to loaded; the other rows of the file were not judged again."""
    session.do(
        "UPDATE ops.sheet_count AS c SET rows_rejected = c.rows_rejected - g.rows_gained, "
        "rows_loaded = c.rows_loaded + g.rows_gained FROM (SELECT f.file_id, r.sheet, count(*) AS rows_gained "
        "FROM row_fate AS r INNER JOIN stage_file AS f ON r.file = f.file WHERE NOT r.rejected "
        "GROUP BY f.file_id, r.sheet) AS g WHERE c.county = :county AND c.delivery_id = :delivery "
        "AND c.file_id = g.file_id AND c.sheet IS NOT DISTINCT FROM g.sheet",
        delivery=delivery.delivery_id,
    )


def stored_balance(session: CountySession, delivery_id: int | None) -> dict[str, int]:
    """Return the sums of a delivery that was loaded before; empty when it never was."""
    sums = ", ".join(f"sum(rows_{part})::integer AS {part}" for part in PARTS)
    (row,) = session.rows(
        f"SELECT {sums} FROM ops.sheet_count WHERE county = :county AND delivery_id = :delivery", delivery=delivery_id
    )
    return {} if row["read"] is None else dict(row)
