"""Which counts a KPI row shows, and what binds them.

A row of ``internal.kpi`` shows one or two counts (numerator, denominator). The
same count stands in several rows: ``entered`` is a KPI of its own, the numerator
of ``entry_rate`` and the denominator of ``placement_rate``. Here it is one
*quantity*, so that it gets one published value wherever it appears.
Source: DOMAIN.md section 2, CONTRACT.md section 5 "Counting".
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

import pandas as pd

OWN_MARK = "@"
"""Stands in the name of a KPI that a county's own query counts: it shares no count with the program's KPIs."""
TOTAL = "all"
ROUNDED_TOTAL = "rounded_total"
# A person may attend several modules, so members of this dimension do not add up.
NOT_ADDITIVE = frozenset({"module"})
MEDIANS = frozenset({"days_to_entry", "days_to_placement"})

# KPI -> (quantity of the numerator, quantity of the denominator)
SHOWN: Mapping[str, tuple[str, str]] = {
    "contacted": ("contacted", ""),
    "entered": ("entered", ""),
    "placed_new": ("placed_new", ""),
    "placed_regular": ("placed_regular", ""),
    "placed_both": ("placed_both", ""),
    "placed": ("placed", ""),
    "entry_rate": ("entered", "contacted"),
    "placement_rate": ("placed", "entered"),
    "placement_rate_of_contacted": ("placed", "contacted"),
    "days_to_entry": ("entered", "contacted"),
    "days_to_placement": ("placed", "entered"),
    "dropout_rate": ("dropped", "enrolled"),
}

# Smaller <= larger, member by member: a subset cannot be larger than the set.
NESTED: tuple[tuple[str, str], ...] = (
    ("entered", "contacted"),
    ("placed", "entered"),
    ("placed_both", "placed_new"),
    ("placed_both", "placed_regular"),
    ("placed_new", "placed"),
    ("placed_regular", "placed"),
    ("placed", "enrolled"),
    ("dropped", "enrolled"),
)
# placed + both = new + regular: coefficients that sum to zero, member by member.
IDENTITY: Mapping[str, int] = {"placed": 1, "placed_both": 1, "placed_new": -1, "placed_regular": -1}

# Who was contacted up to a year's end was contacted up to the end of the year before, or in the year, on the same day
# and so for the same member: cumulative <= cumulative before + the year. Nobody counts in both: then they are equal.
CHAINED = "contacted"


class Cell(NamedTuple):
    """One count of one member: the unit that is protected."""

    quantity: str
    dimension: str
    member: str


@dataclass
class Table:
    """All counts of one (period, mode): exact or published, whoever builds it.

    ``counts`` holds the members' counts, ``totals`` those of the dimension ``all``;
    ``source`` says for a row's (kpi, side) which quantity it shows in this table.
    """

    period: str
    mode: str
    counts: dict[Cell, int] = field(default_factory=dict)
    totals: dict[str, int] = field(default_factory=dict)
    source: dict[tuple[str, str], str] = field(default_factory=dict)

    def members(self) -> dict[tuple[str, str], list[Cell]]:
        """Return the cells by (quantity, dimension), in a fixed order."""
        groups: dict[tuple[str, str], list[Cell]] = {}
        for cell in sorted(self.counts):
            groups.setdefault((cell.quantity, cell.dimension), []).append(cell)
        return groups

    def places(self) -> list[tuple[str, str]]:
        """Return each (dimension, member) once, in a fixed order."""
        return sorted({(cell.dimension, cell.member) for cell in self.counts})


def read_tables(rows: pd.DataFrame) -> dict[tuple[str, str], Table]:
    """Split the rows of one release into tables by (period, mode).

    Rows whose count is absent (suppressed, or a KPI without a denominator) give no
    cell; rows with member ``rounded_total`` are left out.
    """
    tables: dict[tuple[str, str], Table] = {}
    protected = set(rows.loc[rows["dimension"] != TOTAL, "kpi"])
    wanted = rows[rows["kpi"].isin(protected) & (rows["member"] != ROUNDED_TOTAL)]
    for (period, mode), block in wanted.groupby(["period", "mode"], sort=True):
        tables[str(period), str(mode)] = _table(str(period), str(mode), block)
    return tables


def _table(period: str, mode: str, block: pd.DataFrame) -> Table:
    table = Table(period, mode)
    sides = _read_sides(block)
    # Counts that are KPIs of their own come first; a rate's side is then the same quantity if its
    # figures are, and otherwise a quantity of its own (never two values for one name).
    for kpi, side in sorted(sides, key=lambda key: (bool(SHOWN.get(key[0], ("", "x"))[1]), key)):
        figures = sides[kpi, side]
        name = SHOWN.get(kpi, ("", ""))[side == "denominator"] or f"{kpi}:{side}"
        if not _agrees(table, name, figures):
            name = f"{kpi}:{side}"
        table.source[kpi, side] = name
        for (dimension, member), count in figures.items():
            if dimension == TOTAL:
                table.totals[name] = count
            else:
                table.counts[Cell(name, dimension, member)] = count
    return table


def _read_sides(block: pd.DataFrame) -> dict[tuple[str, str], dict[tuple[str, str], int]]:
    sides: dict[tuple[str, str], dict[tuple[str, str], int]] = {}
    for side in ("numerator", "denominator"):
        given = block[block[side].notna()]
        columns = (given["kpi"], given["dimension"], given["member"], given[side])
        for kpi, dimension, member, count in zip(*columns, strict=True):
            sides.setdefault((str(kpi), side), {})[str(dimension), str(member)] = round(float(count))
    return sides


def _agrees(table: Table, name: str, figures: Mapping[tuple[str, str], int]) -> bool:
    for (dimension, member), count in figures.items():
        known = table.totals.get(name) if dimension == TOTAL else table.counts.get(Cell(name, dimension, member))
        if known is not None and known != count:
            return False
    return True
