"""The memory of disclosure control: every release with what was true and what was said.

The ledger is a frame in the schema ``internal``; it holds exact aggregates and no
persons. Grain: one row per (release_no, period, mode, kpi, dimension, member).
"""

from collections.abc import Iterator

import pandas as pd

from tasks.publish.disclosure.quantities import TOTAL, Cell, Table, read_tables
from tasks.publish.disclosure.rounding import Wishes, total_cell
from tasks.publish.disclosure.settings import DisclosureSettings
from tasks.publish.disclosure.stages import Stage

KEY = ["period", "mode", "kpi", "dimension", "member"]
COLUMNS = [
    "release_no", "release_id", *KEY, "numerator", "denominator", "value", "protection",
    "true_numerator", "true_denominator", "base", "method",
]  # fmt: skip
Key = tuple[str, str]


def remember(
    ledger: pd.DataFrame | None,
    exact: pd.DataFrame,
    published: pd.DataFrame,
    release_id: str,
    settings: DisclosureSettings | None = None,
) -> pd.DataFrame:
    """Return the ledger with one more release, numbered from 1 in the order of release.

    A release day that is published twice has two entries: somebody may have read
    the first. A repeat that says the same words adds nothing.

    Args:
        ledger: the frame this function returned before, or None at the first release.
        exact: what :func:`protect` was given.
        published: what it returned and the audit passed.
        release_id: name of the release, its as-of day.
        settings: method and base that protected it; None: the defaults.
    """
    truth = exact[[*KEY, "numerator", "denominator"]].rename(
        columns={"numerator": "true_numerator", "denominator": "true_denominator"}
    )
    rows = published[[*KEY, "numerator", "denominator", "value", "protection"]].merge(truth, on=KEY, how="left")
    settings = settings or DisclosureSettings()
    rows = rows.assign(release_id=release_id, base=settings.base, method=settings.method)
    if ledger is None or ledger.empty:
        return rows.assign(release_no=1)[COLUMNS]
    newest = int(ledger["release_no"].max())
    last = ledger[ledger["release_no"] == newest]
    if last["release_id"].iloc[0] == release_id and _says_the_same(last, rows):
        return ledger[COLUMNS]
    return pd.concat([ledger[COLUMNS], rows.assign(release_no=newest + 1)[COLUMNS]], ignore_index=True)


def _says_the_same(one: pd.DataFrame, two: pd.DataFrame) -> bool:
    names = [*KEY, "numerator", "denominator", "value", "protection"]
    first, second = (frame[names].sort_values(KEY, ignore_index=True) for frame in (one, two))
    if len(first) != len(second):
        return False
    for side in ("numerator", "denominator", "value"):
        left, right = (pd.to_numeric(frame[side]).round(12) for frame in (first, second))
        if not bool((left.eq(right) | (left.isna() & right.isna())).all()):
            return False
    return bool((first[[*KEY, "protection"]].astype(str) == second[[*KEY, "protection"]].astype(str)).all(axis=None))


def earlier_releases(ledger: pd.DataFrame | None) -> list[pd.DataFrame]:
    """Return what was published, one frame a release, oldest first, with its base and method."""
    if ledger is None or ledger.empty:
        return []
    keep = [*KEY, "numerator", "denominator", "value", "protection", "base", "method"]
    return [block[keep].reset_index(drop=True) for _, block in ledger.groupby("release_no", sort=True)]


class Memory:
    """What was said last of each count, and what was true then, by table.

    A day that is released again remembers its own last words, not what later days said.
    """

    def __init__(self, ledger: pd.DataFrame | None, release_id: str) -> None:
        self.releases: list[tuple[dict[Key, Table], dict[Key, dict[Cell, int]]]] = []
        self._unread: list[pd.DataFrame] = []
        if ledger is None or ledger.empty:
            return
        same = ledger[ledger["release_id"] == release_id]
        newest = (ledger if same.empty else same)["release_no"].max()
        told = ledger[ledger["release_no"] <= newest]
        self._unread = [rows for _, rows in told.groupby("release_no", sort=True)]

    def _older(self) -> Iterator[tuple[dict[Key, Table], dict[Key, dict[Cell, int]]]]:
        """Yield what was true and what was said, newest release first; each is read once, when it is needed."""
        number = 0
        while number < len(self.releases) or self._unread:
            if number == len(self.releases):
                rows = self._unread.pop()
                truth = read_tables(rows.assign(numerator=rows["true_numerator"], denominator=rows["true_denominator"]))
                self.releases.append((truth, {key: _said(rows, table) for key, table in truth.items()}))
            yield self.releases[number]
            number += 1

    def wishes(self, table: Table) -> Wishes:
        """Return the values to keep: where the truth stands, or its total says to all that it stands.

        A count that waited in the last release has the value it had before it waited.
        """
        wishes, key = Wishes(), (table.period, table.mode)
        open_cells = {*table.counts, *(total_cell(quantity) for quantity in table.totals)}
        for truth, said in self._older():
            if not open_cells or key not in truth:
                break
            for cell in open_cells & said[key].keys():
                place = wishes.keep if _stands(cell, table, truth[key]) else wishes.stay
                place[cell] = said[key][cell]
            open_cells -= said[key].keys()
        return wishes


def _stands(cell: Cell, table: Table, before: Table) -> bool:
    is_total_same = table.totals.get(cell.quantity) == before.totals.get(cell.quantity)
    return is_total_same or (cell in table.counts and table.counts[cell] == before.counts.get(cell))


def told_before(ledger: pd.DataFrame | None, count: int) -> list[Stage]:
    """Return the last ``count`` releases, newest first, with what was true and what can be read of it."""
    if ledger is None or ledger.empty:
        return []
    stages = []
    for number in sorted(ledger["release_no"].unique(), reverse=True)[:count]:
        rows = ledger[ledger["release_no"] == number]
        tables = read_tables(rows.assign(numerator=rows["true_numerator"], denominator=rows["true_denominator"]))
        rounding = rows["method"].iloc[0] == "rounding"
        shown = {key: _said(rows, table, "rounded" if rounding else "exact") for key, table in tables.items()}
        hidden = frozenset(
            (key, quantity)
            for key, table in tables.items()
            for quantity in table.totals
            if not rounding and Cell(quantity, TOTAL, TOTAL) not in shown[key]
        )
        stages.append(Stage(tables, hidden, shown, int(rows["base"].iloc[0]) - 1 if rounding else 0))
    return stages


def _said(last: pd.DataFrame, table: Table, protection: str = "rounded") -> dict[Cell, int]:
    said: dict[Cell, int] = {}
    rows = last[(last["period"] == table.period) & (last["mode"] == table.mode) & (last["protection"] == protection)]
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
