"""Remarks that no single row shows: overlapping enrolments and stays, unknown runs, gaps in the residence status.

They are warnings: the rows are loaded and count by the contract's rulings, and the sender learns where to look.
Checked after the merge, against everything that is known, so that the other half may come from another source.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from schemas.findings import RowFinding
from schemas.kinds import Kind
from tasks.warehouse.session import CountySession

CHECKED: Final = ("participants", "episodes", "enrolments")


def cross_remarks(
    session: CountySession,
    kinds: Sequence[Kind],
    headers: Mapping[str, str],
    binds: Mapping[str, object],
) -> list[RowFinding]:
    """Return the remarks on the staged rows that were accepted.

    Args:
        session: the load's transaction, with ``stage_<kind>`` filled and merged.
        kinds: the staged kinds.
        headers: delivered header by ``kind.column``, to name the cell; a constant goes by its own name.
        binds: source, as_of, measures (codes of the modules that count as measures), everybody (a large delivery).
    """
    checked = [kind.name for kind in kinds if kind.name in CHECKED]
    if not checked:
        return []
    session.do(
        "CREATE TEMPORARY TABLE cross_remark (file integer, sheet text, row integer, kind text, column_name text, "
        "rule text) ON COMMIT DROP"
    )
    for name in checked:
        session.run(f"load/remarks/{name}", **binds)
    found = session.rows(
        "SELECT DISTINCT file, sheet, row, kind, column_name, rule FROM cross_remark ORDER BY file, sheet, row, rule"
    )
    session.do("DROP TABLE cross_remark")
    return [_finding(one, headers) for one in found]


def _finding(found: Mapping[str, Any], headers: Mapping[str, str]) -> RowFinding:
    kind, name = found["kind"], found["column_name"]
    column = headers.get(f"{kind}.{name}", name)
    return RowFinding(found["file"], found["sheet"], found["row"], kind, column, found["rule"])
