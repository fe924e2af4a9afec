"""KPIs that a definition counts by a query of its own (``sql:`` beside the YAML), and the list behind them.

A query is one SELECT below ours, so it can only read. It returns period, mode,
dimension, member, numerator, denominator; ``sql/marts/kpi/own_figure.sql`` fills
what it leaves out with 0. An ``explain:`` query returns the columns of
``sql/marts/explain/<kpi>.sql`` and may bind ``:period`` and ``:mode``.
"""

from collections.abc import Callable, Iterable, Mapping

import pandas as pd

from config.kpis import KpiDefinition
from schemas.errors import ConfigInvalid, PipelineError
from tasks.publish.disclosure.quantities import OWN_MARK
from tasks.warehouse.session import CountySession

Binds = Callable[[str], dict[str, object]]
"""Returns the days and thresholds that a query names as binds."""


def count_own(session: CountySession, kpis: Iterable[KpiDefinition], binds: Binds) -> None:
    """Make the temporary table ``own_count`` from the queries of all definitions.

    Raises:
        ConfigInvalid: E158, a query does not run; the KPI is named.
    """
    session.do(
        "CREATE TEMPORARY TABLE own_count (kpi text, period text, mode text, dimension text, member text, "
        "numerator numeric, denominator numeric) ON COMMIT DROP"
    )
    for one in kpis:
        if one.sql:
            _run(
                session,
                one,
                "INSERT INTO own_count SELECT CAST(:own_kpi AS text), q.period, q.mode, q.dimension, q.member, "
                "CAST(q.numerator AS numeric), CAST(q.denominator AS numeric) "
                f"FROM ({_inner(one.sql)}\n) AS q INNER JOIN cfg_kpi AS c ON "
                "c.kpi = :own_kpi AND c.version = :own_version AND q.period = c.period",
                {"own_kpi": one.kpi, "own_version": str(one.version), **binds(one.sql)},
            )


def list_own(session: CountySession, one: KpiDefinition, binds: Binds, *, period: str, mode: str) -> pd.DataFrame:
    """Return the rows of the ``explain:`` query: person_uid, thing, amount, weight, reason, place of the fact."""
    chosen = {"period": period, "mode": mode}
    columns = "person_uid, thing, amount, weight, reason, day, source, file_id, sheet, row"
    _run(
        session,
        one,
        "CREATE TEMPORARY TABLE own_list ON COMMIT DROP AS SELECT "
        "CAST(q.person_uid AS uuid), CAST(q.thing AS text), CAST(q.amount AS numeric), CAST(q.weight AS numeric), "
        "CAST(q.reason AS text), CAST(q.day AS date), CAST(q.source AS text), CAST(q.file_id AS bigint), "
        "CAST(q.sheet AS text), CAST(q.row AS integer) "
        f"FROM ({_inner(one.explain)}\n) AS q",
        {**binds(one.explain), **{name: value for name, value in chosen.items() if f":{name}" in one.explain}},
    )
    return session.frame(f"SELECT {columns} FROM own_list")


def set_apart(rows: pd.DataFrame, kpis: Iterable[KpiDefinition]) -> pd.DataFrame:
    """Name rows of own queries ``kpi@version``: the protection must not take them for the figures it knows.

    A redefined ``contacted`` is another count than the denominator of ``entry_rate``;
    two values for one name would look like a slip.
    """
    own = {(one.kpi, str(one.version)) for one in kpis if one.sql}
    if not own or rows.empty:
        return rows
    names = [
        f"{kpi}{OWN_MARK}{version}" if (kpi, str(version)) in own else kpi
        for kpi, version in zip(rows["kpi"], rows["kpi_version"], strict=True)
    ]
    return rows.assign(kpi=names)


def put_back(rows: pd.DataFrame) -> pd.DataFrame:
    """Undo :func:`set_apart`."""
    return rows.assign(kpi=rows["kpi"].str.split(OWN_MARK).str[0])


def _inner(sql: str) -> str:
    return sql.strip().rstrip(";")


def _run(session: CountySession, one: KpiDefinition, sql: str, binds: Mapping[str, object]) -> None:
    try:
        session.do(sql, **binds)
    except PipelineError as error:
        if error.code != "E505":
            raise
        raise ConfigInvalid("E158", kpi=one.kpi, version=one.version, why=str(error)) from None
