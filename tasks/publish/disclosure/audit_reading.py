"""What an outsider reads in a release: totals, shown counts, hidden cells, and slips.

This side of disclosure control knows only what was published. It shares the terms
of ``quantities.py`` (which row shows which count) with the protecting side, and
nothing else.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

import pandas as pd

from tasks.publish.disclosure.quantities import IDENTITY, MEDIANS, NOT_ADDITIVE, ROUNDED_TOTAL, SHOWN, TOTAL, Cell

TableKey = tuple[str, str]


class Finding(NamedTuple):
    """One reason to refuse a release; names a cell, never its value."""

    reason: str
    period: str
    mode: str
    quantity: str
    dimension: str
    member: str


@dataclass
class Seen:
    """One (period, mode) of one release: exact totals, rounded and exact cells, hidden cells."""

    totals: dict[str, int] = field(default_factory=dict)
    rounded: dict[Cell, int] = field(default_factory=dict)
    exact: dict[Cell, int] = field(default_factory=dict)
    hidden: set[Cell] = field(default_factory=set)
    hidden_totals: set[str] = field(default_factory=set)
    base: int = 5
    method: str = "rounding"

    def cells(self) -> set[Cell]:
        """Return every cell a reader knows to exist."""
        return self.hidden | self.rounded.keys() | self.exact.keys()

    def shows_zeros(self, cell: Cell) -> bool:
        """Return whether a zero stands open among the cell's siblings: then no hidden one is zero."""
        if self.method != "suppression" or cell.quantity not in SHOWN:
            return False
        return any(count == 0 and other[:2] == cell[:2] for other, count in self.exact.items())


Release = dict[TableKey, Seen]
Row = tuple[str, str, str, float, float, float, str]


def read_release(published: pd.DataFrame, base: int = 5) -> tuple[Release, list[Finding]]:
    """Read one published frame; slips (two values for one cell and the like) come as findings.

    Columns ``base`` and ``method``, where given, say by which setting the frame was
    protected (a county may change it); else ``base`` and rounding.
    """
    method = str(published["method"].iloc[0]) if "method" in published and len(published) else "rounding"
    base = int(published["base"].iloc[0]) if "base" in published and len(published) else base
    release: Release = {}
    findings: list[Finding] = []
    protected = set(published.loc[published["dimension"] != TOTAL, "kpi"])
    rows = published[published["kpi"].isin(protected)]
    for (period, mode), block in rows.groupby(["period", "mode"], sort=True):
        seen = release.setdefault((str(period), str(mode)), Seen(base=base, method=method))
        columns = ["kpi", "dimension", "member", "numerator", "denominator", "value", "protection"]
        # Totals first: they say whether two names can mean the same count.
        for row in sorted(block[columns].itertuples(index=False, name=None), key=lambda row: row[1] != TOTAL):
            for reason, cell in _read_row(seen, row):
                findings.append(Finding(reason, str(period), str(mode), *cell))
        findings += [Finding("too_narrow", str(period), str(mode), *cell) for cell in open_totals(seen)]
        findings += [Finding("not_additive", str(period), str(mode), *cell) for cell in _sums_broken(seen)]
    return release, findings


def _read_row(seen: Seen, row: Row) -> Iterator[tuple[str, Cell]]:
    kpi, dimension, member, numerator, denominator, value, protection = row
    names = SHOWN.get(kpi, (f"{kpi}:numerator", f"{kpi}:denominator"))
    sides = [(names[0], numerator), (names[1], denominator)]
    for name, count in sides:
        if name and (pd.notna(count) or protection == "suppressed"):
            slip = _note(seen, Cell(name, dimension, member), count, protection, kpi)
            if slip:
                yield slip, Cell(name, dimension, member)
    is_rate = pd.notna(value) and pd.notna(denominator) and kpi not in MEDIANS and protection == "rounded"
    if is_rate and (denominator == 0 or abs(value - numerator / denominator) > 1e-9):
        yield "rate_not_from_shown_counts", Cell(names[0], dimension, member)
    if protection == "suppressed" and any(pd.notna(part) for part in (numerator, denominator, value)):
        yield "shown_though_suppressed", Cell(names[0], dimension, member)


def _note(seen: Seen, cell: Cell, count: float, protection: str, kpi: str) -> str | None:
    if cell.dimension == TOTAL:
        if pd.isna(count) and kpi == cell.quantity:
            seen.hidden_totals.add(cell.quantity)
        known = seen.totals.setdefault(cell.quantity, round(count)) if pd.notna(count) else 0
        # A median's counts may be others than those of the same name; that is no slip.
        return None if pd.isna(count) or known == round(count) or kpi in MEDIANS else "two_values"
    if protection == "suppressed" or pd.isna(count):
        # A rate is hidden as a whole; only a count without any open row is hidden.
        if cell not in seen.rounded and cell not in seen.exact and cell.member != ROUNDED_TOTAL:
            seen.hidden.add(cell)
        return None
    place = seen.rounded if protection == "rounded" else seen.exact
    seen.hidden.discard(cell)
    known = place.setdefault(cell, round(count))
    return None if known == round(count) or kpi in MEDIANS else "two_values"


def open_totals(seen: Seen) -> Iterator[Cell]:
    """Yield the hidden totals that follow at once: from the three others of the bridge, or from open members."""
    missing = [quantity for quantity in IDENTITY if quantity in seen.hidden_totals]
    if len(missing) == 1:
        yield Cell(missing[0], TOTAL, TOTAL)
    for quantity in sorted(seen.hidden_totals):
        shown = {cell.dimension for cell in seen.exact if cell.quantity == quantity} - NOT_ADDITIVE
        if shown - {cell.dimension for cell in seen.hidden if cell.quantity == quantity}:
            yield Cell(quantity, TOTAL, TOTAL)


def _sums_broken(seen: Seen) -> Iterator[Cell]:
    sums: dict[tuple[str, str], int] = {}
    open_tables = {(cell.quantity, cell.dimension) for cell in seen.rounded}
    for cell, count in seen.rounded.items():
        if cell.member != ROUNDED_TOTAL:
            sums[cell[:2]] = sums.get(cell[:2], 0) + count
    for quantity, dimension in sorted(open_tables):
        if dimension in NOT_ADDITIVE:
            continue
        total = Cell(quantity, dimension, ROUNDED_TOTAL)
        complete = not any(cell[:2] == (quantity, dimension) for cell in seen.hidden)
        if complete and total in seen.rounded and sums.get((quantity, dimension), 0) != seen.rounded[total]:
            yield total
