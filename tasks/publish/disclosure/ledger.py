"""The memory of disclosure control: every release with what was true and what was said.

The ledger is a frame in the schema ``internal``; it holds exact aggregates and no
persons. Grain: one row per (release_no, period, mode, kpi, dimension, member).
"""

import pandas as pd

from tasks.publish.disclosure.quantities import Cell, Table, read_tables
from tasks.publish.disclosure.rounding import Wishes, total_cell

KEY = ["period", "mode", "kpi", "dimension", "member"]
COLUMNS = [
    "release_no", "release_id", *KEY, "numerator", "denominator", "value", "protection",
    "true_numerator", "true_denominator",
]  # fmt: skip


def remember(
    ledger: pd.DataFrame | None, exact: pd.DataFrame, published: pd.DataFrame, release_id: str
) -> pd.DataFrame:
    """Return the ledger with one more release, numbered from 1 in the order of release.

    Args:
        ledger: the frame this function returned before, or None at the first release.
        exact: what :func:`protect` was given.
        published: what it returned and the audit passed.
        release_id: name of the release; the same name again replaces the release (a repeat of a day).
    """
    truth = exact[[*KEY, "numerator", "denominator"]].rename(
        columns={"numerator": "true_numerator", "denominator": "true_denominator"}
    )
    rows = published[[*KEY, "numerator", "denominator", "value", "protection"]].merge(truth, on=KEY, how="left")
    rows["release_id"] = release_id
    before = None if ledger is None or ledger.empty else ledger[ledger["release_id"] != release_id]
    if before is None or before.empty:
        return rows.assign(release_no=1)[COLUMNS]
    rows["release_no"] = int(before["release_no"].max()) + 1
    return pd.concat([before[COLUMNS], rows[COLUMNS]], ignore_index=True)


def earlier_releases(ledger: pd.DataFrame | None, release_id: str | None = None) -> list[pd.DataFrame]:
    """Return what was published, one frame a release, oldest first, without ``release_id`` itself."""
    if ledger is None or ledger.empty:
        return []
    rows = ledger[ledger["release_id"] != release_id] if release_id is not None else ledger
    keep = [*KEY, "numerator", "denominator", "value", "protection"]
    return [block[keep].reset_index(drop=True) for _, block in rows.groupby("release_no", sort=True)]


class Memory:
    """The last release as the rounding needs it: truth and published counts by table."""

    def __init__(self, ledger: pd.DataFrame | None, release_id: str) -> None:
        self.truth: dict[tuple[str, str], Table] = {}
        self.said: dict[tuple[str, str], dict[Cell, int]] = {}
        if ledger is None or ledger.empty:
            return
        rows = ledger[ledger["release_id"] != release_id]
        if rows.empty:
            return
        last = rows[rows["release_no"] == rows["release_no"].max()]
        exact = last.assign(numerator=last["true_numerator"], denominator=last["true_denominator"])
        self.truth = read_tables(exact)
        self.said = {key: _said(last, table) for key, table in self.truth.items()}

    def wishes(self, table: Table) -> Wishes:
        """Return the values to keep: where the truth stands, or its total says to all that it stands."""
        wishes = Wishes()
        key = (table.period, table.mode)
        before, said = self.truth.get(key), self.said.get(key, {})
        if before is None:
            return wishes
        for cell, count in table.counts.items():
            still = table.totals.get(cell.quantity) == before.totals.get(cell.quantity)
            if cell in said and (still or before.counts.get(cell) == count):
                wishes.keep[cell] = said[cell]
        for quantity, total in table.totals.items():
            if total_cell(quantity) in said and before.totals.get(quantity) == total:
                wishes.keep[total_cell(quantity)] = said[total_cell(quantity)]
        return wishes


def _said(last: pd.DataFrame, table: Table) -> dict[Cell, int]:
    said: dict[Cell, int] = {}
    rows = last[(last["period"] == table.period) & (last["mode"] == table.mode) & (last["protection"] == "rounded")]
    for side in ("numerator", "denominator"):
        given = rows[rows[side].notna()]
        for kpi, dimension, member, count in zip(
            given["kpi"], given["dimension"], given["member"], given[side], strict=True
        ):
            quantity = table.source.get((str(kpi), side))
            if quantity is None:
                continue
            cell = Cell(quantity, str(dimension), str(member))
            said[total_cell(quantity) if member == "rounded_total" else cell] = round(float(count))
    return said
