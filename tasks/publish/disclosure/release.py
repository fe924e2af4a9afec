"""One release: exact figures in, publishable rows out."""

from collections.abc import Mapping

import pandas as pd

from schemas.errors import GateClosed
from tasks.publish.disclosure.audit import AuditRule, audit_release, read_releases
from tasks.publish.disclosure.hiding import Hiding, choose_hiding, choose_totals, hidden_rows
from tasks.publish.disclosure.ledger import Memory, earlier_releases
from tasks.publish.disclosure.mending import Mending
from tasks.publish.disclosure.quantities import NOT_ADDITIVE, TOTAL, Cell, Table, read_tables
from tasks.publish.disclosure.rounding import Rounding, Wishes, moved_totals, round_table, total_cell
from tasks.publish.disclosure.rows import pass_through, rounded_rows
from tasks.publish.disclosure.settings import DisclosureSettings

# Cumulative first: the other modes of a year take over its values where the truth is the same.
MODE_ORDER = {"cumulative": 0, "period": 1, "cohort": 2}
HORIZON = 4
"""Earlier releases that are looked at while a rounding is being mended."""
Key = tuple[str, str]


def protect(
    exact: pd.DataFrame, settings: DisclosureSettings, ledger: pd.DataFrame | None, release_id: str
) -> pd.DataFrame:
    """Return what may be published of one county's exact figures on a release date.

    Rows of the dimension ``all`` pass as they are (``exact``), save small ones under
    suppression. Breakdowns are protected by the method of ``settings``, with the memory of ``ledger``.

    Args:
        exact: rows of ``internal.kpi``; key period, mode, kpi, dimension, member; numerator and denominator
            are persons (enrolments for dropout_rate), NULL where the KPI has none.
        ledger: what :func:`remember` returned after the last release; None at the first.
        release_id: name of this release; written into ``release_id`` of every row.

    Returns:
        The columns of ``exact`` plus ``protection`` and ``release_id``, with extra rows of member
        ``rounded_total`` under rounding; ``target_met``, if given, is NULL on protected rows.

    Raises:
        GateClosed: E703, members do not add up to the total beside them; E702, the audit refuses what is left.
    """
    tables = read_tables(exact)
    for table in tables.values():
        _require_additive(table)
    if not tables:
        return pass_through(exact).assign(release_id=release_id).reset_index(drop=True)
    if settings.method == "suppression":
        return _hide_until_clean(exact, tables, settings, ledger, release_id)
    return _round_until_clean(exact, tables, settings, ledger, release_id)


def _round_until_clean(
    exact: pd.DataFrame,
    tables: Mapping[Key, Table],
    settings: DisclosureSettings,
    ledger: pd.DataFrame | None,
    release_id: str,
) -> pd.DataFrame:
    """Round, ask the audit, mend; what cannot be shown safely waits (is suppressed in this release).

    The audit is asked about the last releases while there is something to mend, and about all of them in the end.
    """
    memory, earlier = Memory(ledger, release_id), read_releases(earlier_releases(ledger))
    rule = AuditRule(settings.base, settings.min_count, strict=True)
    mending = Mending({key: memory.wishes(table).keep for key, table in tables.items()})
    published = pd.DataFrame()
    rounded: dict[Key, dict[Cell, int]] = {}
    doubtful: set[str] | None = None
    back = HORIZON
    while True:
        release = round_release(tables, settings, memory, mending, rounded)
        rounded = {key: found.counts for key, found in release.items()}
        before = published
        shown = {key: mending.open_cells(key, found) for key, found in release.items()}
        published = rounded_rows(exact, tables, shown, settings).assign(release_id=release_id)
        touched = _changed_dimensions(before, published)
        doubtful = None if doubtful is None else doubtful | touched
        result = audit_release(published, earlier[-back:], rule, doubtful)
        if result.clean and back < len(earlier):
            back, doubtful = len(earlier), None
            result = audit_release(published, earlier, rule)
        if result.clean:
            return published
        if rule.strict and result.is_mendable:
            if not mending.aim(result.findings, tables, rounded):
                rule = AuditRule(settings.base, settings.min_count)
            doubtful = {finding.dimension for finding in result.findings}
            continue
        if not result.is_mendable or not mending.mend(result.findings, tables, rounded):
            result.refuse(release_id)
        doubtful = {finding.dimension for finding in result.findings}


def _hide_until_clean(
    exact: pd.DataFrame,
    tables: Mapping[Key, Table],
    settings: DisclosureSettings,
    ledger: pd.DataFrame | None,
    release_id: str,
) -> pd.DataFrame:
    """Hide, ask the audit, let wait what it finds."""
    hiding, earlier = choose_hiding(tables, settings, ledger), read_releases(earlier_releases(ledger))
    rule = AuditRule(settings.base, settings.min_count)
    while True:
        published = hidden_rows(exact, tables, hiding, settings).assign(release_id=release_id)
        result = audit_release(published.assign(base=settings.base, method=settings.method), earlier, rule)
        if result.clean:
            return published
        if not result.is_mendable or not hiding.mend(result.findings, tables):
            result.refuse(release_id)


def protect_totals(exact: pd.DataFrame, settings: DisclosureSettings, ledger: pd.DataFrame | None) -> pd.DataFrame:
    """Return the rows of the dimension ``all`` alone, as they are shown on a night between releases."""
    if settings.method == "rounding":
        return pass_through(exact)
    tables = read_tables(exact)
    rows = hidden_rows(exact, tables, Hiding(totals=choose_totals(tables, settings, ledger)), settings)
    return rows[rows["dimension"] == TOTAL].reset_index(drop=True)


def _changed_dimensions(before: pd.DataFrame, after: pd.DataFrame) -> set[str]:
    if before.empty:
        return set()
    columns = ["numerator", "denominator", "value", "protection"]
    same = before[columns].eq(after[columns]) | (before[columns].isna() & after[columns].isna())
    return set(after.loc[~same.all(axis=1), "dimension"])


def round_release(
    tables: Mapping[Key, Table],
    settings: DisclosureSettings,
    memory: Memory,
    mending: Mending,
    attempt: Mapping[Key, Mapping[Cell, int]],
) -> dict[Key, Rounding]:
    """Round all tables of a release, one after the other; a table without a rounding stays empty.

    ``attempt`` is the rounding that the audit found wanting: what it did not
    find wanting stays where that can be.
    """
    rounded: dict[Key, Rounding] = {}
    mending.moved.clear()
    for key in sorted(tables, key=lambda key: (MODE_ORDER.get(key[1], 9), key)):
        wishes = memory.wishes(tables[key])
        wishes.forbid = mending.forbidden.get(key, set())
        wishes.hide = set(mending.cells.get(key, ()))
        wishes.stay = {**wishes.stay, **attempt.get(key, {})}
        _add_linked(wishes, tables, key, rounded)
        found = round_table(tables[key], settings.base, wishes, settings.time_limit)
        if found is None and wishes.forbid:
            # Every rounding uses a forbidden value: better the cells found wait than the whole table.
            wishes.forbid = set()
            found = round_table(tables[key], settings.base, wishes, settings.time_limit)
        rounded[key] = found or Rounding({}, frozenset())
        mending.note_moved(key, moved_totals(rounded[key].counts, wishes.keep), tables[key])
    return rounded


def _add_linked(wishes: Wishes, tables: Mapping[Key, Table], key: Key, rounded: Mapping[Key, Rounding]) -> None:
    """Wish for the value that the same truth already has in another mode or the year before; wait with it."""
    table = tables[key]
    for other in reversed(list(rounded)):
        if other[0] != key[0] and not (other[1] == key[1] == "cumulative"):
            continue
        twin, counts = tables[other], rounded[other].counts
        for cell, count in table.counts.items():
            if cell not in counts or twin.counts.get(cell) != count:
                continue
            if twin.totals.get(cell.quantity) != table.totals.get(cell.quantity):
                wishes.same.setdefault(cell, counts[cell])
            elif cell in rounded[other].waiting:
                wishes.hide.add(cell)
            else:
                wishes.keep.setdefault(cell, counts[cell])
        for quantity, total in table.totals.items():
            cell = total_cell(quantity)
            if cell in counts and twin.totals.get(quantity) == total:
                wishes.keep.setdefault(cell, counts[cell])


def _require_additive(table: Table) -> None:
    for (quantity, dimension), cells in table.members().items():
        total = table.totals.get(quantity)
        if dimension in NOT_ADDITIVE or total is None:
            continue
        if sum(table.counts[cell] for cell in cells) != total:
            raise GateClosed("E703", kpi=quantity, dimension=dimension, period=table.period, mode=table.mode)
