"""One release under suppression: totals, bridge and breakdowns, with the memory of earlier releases."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from tasks.publish.disclosure.audit_reading import Finding
from tasks.publish.disclosure.ledger import told_before
from tasks.publish.disclosure.quantities import OWN_MARK, TOTAL, Cell, Table
from tasks.publish.disclosure.settings import DisclosureSettings
from tasks.publish.disclosure.stages import Key, Stage
from tasks.publish.disclosure.suppression import Pattern, suppress

HORIZON = 3
"""Earlier releases that the choice looks at together; the audit looks at all."""
STOCKS_OF_PERSONS: Mapping[str, tuple[str, ...]] = {
    "caseload_per_fte": ("numerator",),
    "unmet_needs": ("numerator", "denominator"),
}
"""Totals without breakdown that count persons or their needs, and the sides that do."""


@dataclass
class Hiding:
    """What a release hides: counts by table, totals by table, and whole (table, quantity, dimension) that wait."""

    cells: Pattern = field(default_factory=dict)
    totals: frozenset[tuple[Key, str]] = frozenset()
    waiting: set[tuple[Key, str, str]] = field(default_factory=set)

    def hides(self, key: Key, cell: Cell) -> bool:
        """Return whether a count may not be shown."""
        if cell.dimension == TOTAL:
            return (key, cell.quantity) in self.totals
        return cell in self.cells.get(key, ()) or (key, cell.quantity, cell.dimension) in self.waiting

    def mend(self, findings: Collection[Finding], tables: Mapping[Key, Table]) -> bool:
        """Let the quantities found wait, then their dimension everywhere; return whether a step was left."""
        before = len(self.waiting)
        for found in findings:
            key = (found.period, found.mode)
            if key in tables:
                self.waiting.add((key, found.quantity, found.dimension))
        if len(self.waiting) == before:
            for found in findings:
                self.waiting |= {
                    (key, cell.quantity, cell.dimension)
                    for key, table in tables.items()
                    for cell in table.counts
                    if cell.dimension == found.dimension
                }
        return len(self.waiting) > before


def choose_hiding(tables: Mapping[Key, Table], settings: DisclosureSettings, ledger: pd.DataFrame | None) -> Hiding:
    """Choose what to hide of all tables; dimensions share nothing but totals, so each is a problem of its own."""
    past = told_before(ledger, HORIZON)
    totals = choose_totals(tables, settings, ledger)
    hiding = Hiding(totals=totals)
    # A hidden total would follow from its members, whatever they are: they wait with it.
    forced = {
        key: {cell for cell, count in table.counts.items() if count and (key, cell.quantity) in totals}
        for key, table in tables.items()
    }
    for dimension in sorted({cell.dimension for table in tables.values() for cell in table.counts}):
        stages = [Stage(tables, totals), *past]
        pattern = suppress(stages, dimension, settings.min_count, settings.time_limit, forced)
        for key, cells in pattern.items():
            hiding.cells.setdefault(key, set()).update(cells)
    return hiding


def choose_totals(
    tables: Mapping[Key, Table], settings: DisclosureSettings, ledger: pd.DataFrame | None
) -> frozenset[tuple[Key, str]]:
    """Choose the totals to hide: small ones, and what else keeps placed = new + regular - both from giving them."""
    stages = [Stage(tables), *told_before(ledger, HORIZON)]
    pattern = suppress(stages, TOTAL, settings.min_count, settings.time_limit)
    return frozenset((key, cell.quantity) for key, cells in pattern.items() for cell in cells)


def hidden_rows(
    exact: pd.DataFrame, tables: Mapping[Key, Table], hiding: Hiding, settings: DisclosureSettings
) -> pd.DataFrame:
    """Return the rows as everybody may read them: ``exact`` or ``suppressed``; order as :func:`rounded_rows`."""
    order = ["period", "mode", "kpi", "dimension", "member"]
    rows = exact.sort_values(order, kind="stable", ignore_index=True)
    for column in ("numerator", "denominator", "value"):
        rows[column] = pd.to_numeric(rows[column])
    hidden = np.array([
        _is_hidden(tables.get((period, mode)), hiding, settings.min_count, kpi, dimension, member, (top, bottom))
        for period, mode, kpi, dimension, member, top, bottom in zip(
            *(rows[name] for name in (*order, "numerator", "denominator")), strict=True
        )
    ])  # fmt: skip
    for column in ("numerator", "denominator", "value"):
        rows[column] = rows[column].mask(hidden)
    if "target_met" in rows.columns:
        rows["target_met"] = rows["target_met"].astype(object).where(~hidden, None)
    return rows.assign(protection=np.where(hidden, "suppressed", "exact"))


def _is_hidden(
    table: Table | None,
    hiding: Hiding,
    min_count: int,
    kpi: str,
    dimension: str,
    member: str,
    counts: tuple[float, float],
) -> bool:
    sides = dict(zip(("numerator", "denominator"), counts, strict=True))
    if kpi in STOCKS_OF_PERSONS:
        return any(0 < sides[side] < min_count for side in STOCKS_OF_PERSONS[kpi])
    # Nobody but the county knows what its own query counts: taken for persons.
    if OWN_MARK in kpi and any(0 < count < min_count for count in counts):
        return True
    if table is None or not any(name == kpi for name, _ in table.source):
        return False
    if any(0 < count < min_count for count in counts):
        return True
    key = (table.period, table.mode)
    return any(
        hiding.hides(key, Cell(table.source[kpi, side], dimension, member))
        for side, count in sides.items()
        if (kpi, side) in table.source and not pd.isna(count)
    )
