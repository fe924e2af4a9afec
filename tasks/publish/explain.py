"""Who or what counted in a figure, by which fact, and who or what did not, by which rule.

Everybody who is known stands in the list of a figure of persons exactly once; the
amounts of all rows add up to its numerator, their weights to its denominator, and
the rows by reason to everything that is known. A figure of things (needs, runs,
communes, meetings, rows) lists those things the same way.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import pandas as pd

from config.county import County
from config.kpis import KpiDefinition
from schemas.errors import StepFailed, UsageError
from tasks.publish.figures import binds_in, binds_of, compute_figures
from tasks.publish.membership import MEMBERSHIP, PARTS, Row, reason_against, reason_for
from tasks.publish.own import list_own
from tasks.publish.periods import windows
from tasks.warehouse.session import CountySession

PERSONS = "persons"
THINGS = (
    "caseload_per_fte",
    "dropout_rate",
    "unmet_needs",
    "seat_use",
    "offers_fresh",
    "network_coverage",
    "meetings_held",
    "new_measures",
    "rows_rejected",
)
"""Figures with a list of their own: ``sql/marts/explain/<kpi>.sql``."""
BRIDGE = ("placed_new", "placed_regular", "placed_both", "placed")
COLUMNS = [
    "person_uid",
    "thing",
    "counted",
    "amount",
    "weight",
    "reason",
    "day",
    "source",
    "file",
    "sheet",
    "row",
    "flags",
]


@dataclass(frozen=True)
class Explanation:
    """A figure and the rows behind it (columns ``COLUMNS``); ``bridge`` is new, regular, both, placed."""

    kpi: str
    kpi_version: str
    period: str
    mode: str
    numerator: float
    denominator: float | None
    value: float | None
    bridge: Mapping[str, int]
    rows: pd.DataFrame


def explain_figure(
    session: CountySession, county: County, kpi: str, period: str | None, mode: str, as_of: date, known_on: date
) -> Explanation:
    """Explain one total; the session is the caller's to roll back.

    Raises:
        UsageError: E721 the KPI has no explanation, E723 no such school year, E726 its own query brings no list,
            E727 the programme has not begun.
        StepFailed: E722 the list does not add up to the figure.
    """
    own = any(one.kpi == kpi and one.sql for one in county.kpis)
    if kpi not in PARTS and kpi not in THINGS and not own:
        raise UsageError("E721", kpi=kpi, known=", ".join([*PARTS, *THINGS]))
    known = _periods(county, as_of, known_on)
    if not known:
        raise UsageError("E727", as_of=as_of, starts_on=county.programme.starts_on)
    chosen = period or known[-1]
    if chosen not in known:
        raise UsageError("E723", period=chosen, known=", ".join(known))
    compute_figures(session, county, as_of, known_on)
    totals = {
        row["kpi"]: row
        for row in session.rows(
            "SELECT kpi, kpi_version, numerator, denominator, value FROM figure WHERE period = :period AND "
            "mode = :mode AND dimension = 'all'",
            period=chosen,
            mode=mode,
        )
    }
    if kpi not in totals:
        raise UsageError("E721", kpi=kpi, known=", ".join(totals))
    total = totals[kpi]
    definition = next(one for one in county.kpis if (one.kpi, str(one.version)) == (kpi, total["kpi_version"]))
    if definition.sql and not definition.explain:
        raise UsageError("E726", kpi=kpi, version=definition.version)
    explanation = Explanation(
        kpi=kpi,
        kpi_version=total["kpi_version"],
        period=chosen,
        mode=mode,
        numerator=float(total["numerator"]),
        denominator=None if total["denominator"] is None else float(total["denominator"]),
        value=None if total["value"] is None else float(total["value"]),
        bridge={name: int(totals[name]["numerator"]) for name in BRIDGE if name in totals},
        rows=_listed(session, county, definition, chosen, mode, as_of, known_on),
    )
    _add_up(explanation)
    return explanation


def has_period(county: County, period: str, day: date) -> bool:
    """Tell whether a school year of the programme had begun by ``day``."""
    return period in _periods(county, day, day)


def nothing_yet(later: Explanation) -> Explanation:
    """Return the explanation of a figure on a day on which its school year had not begun: nobody, nothing."""
    empty = pd.DataFrame([], columns=COLUMNS, dtype=object)
    part = None if later.denominator is None else 0.0
    return replace(
        later, numerator=0.0, denominator=part, value=None, bridge=dict.fromkeys(later.bridge, 0), rows=empty
    )


def _periods(county: County, as_of: date, known_on: date) -> list[str]:
    found = windows(county.programme.starts_on, county.programme.ends_on, as_of, known_on)
    return list(dict.fromkeys(window.period for window in found))


def _listed(
    session: CountySession,
    county: County,
    definition: KpiDefinition,
    period: str,
    mode: str,
    as_of: date,
    known_on: date,
) -> pd.DataFrame:
    kpi = definition.kpi
    binds = {"period": period, "mode": mode}
    files = {
        row["file_id"]: row["name"] for row in session.rows("SELECT file_id, name FROM raw.file WHERE county = :county")
    }
    if definition.sql:
        found = list_own(
            session, definition, lambda sql: binds_in(sql, county, as_of, known_on), period=period, mode=mode
        )
        rows = [_thing(row, files) for row in records(found)]
    elif kpi in PARTS:
        people = session.frame("marts/explain/persons", **binds)
        rows = [_person(row, *PARTS[kpi], files) for row in records(people)]
    else:
        name = f"marts/explain/{kpi}"
        things = session.frame(name, **binds, **binds_of(name, county, as_of, known_on, without=tuple(binds)))
        rows = [_thing(row, files) for row in records(things)]
    return pd.DataFrame(rows, columns=COLUMNS, dtype=object)


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows of a frame as dictionaries with text keys."""
    return [{str(name): value for name, value in row.items()} for row in frame.to_dict("records")]


def _person(row: Row, counting: str, among: str | None, files: Mapping[int, str]) -> dict[str, Any]:
    counted = MEMBERSHIP[counting](row)
    reason, fact = reason_for(row, counting) if counted else (reason_against(row), "person")
    day = {"anchor": row["anchor_on"], "entry": row["entered_on"]}.get(fact, row.get(f"{fact}_on"))
    flags = [
        name
        for name, is_set in (
            ("exception", row["is_exception"]),
            ("entry_before_contact", row["anchored_by_entry"]),
            ("anchor_moved", row["anchor_moved"]),
        )
        if is_set
    ]
    place = {name: row.get(f"{fact}_{name}") for name in ("source", "file_id", "sheet", "row")}
    return {
        "person_uid": row["person_uid"],
        "thing": None,
        "counted": counted,
        "amount": int(counted),
        "weight": int(among is not None and MEMBERSHIP[among](row)),
        "reason": reason,
        **_placed({"day": day, **place}, files),
        "flags": ",".join(flags),
    }


def _thing(row: Row, files: Mapping[int, str]) -> dict[str, Any]:
    return {
        "person_uid": _absent(row["person_uid"]),
        "thing": _absent(row["thing"]),
        "counted": bool(row["amount"]),
        "amount": _number(row["amount"]),
        "weight": _number(row["weight"]),
        "reason": row["reason"],
        **_placed(row, files),
        "flags": "",
    }


def _placed(row: Row, files: Mapping[int, str]) -> dict[str, Any]:
    """Return day, source, file, sheet and row of a fact."""
    day, file_id, number = row["day"], row["file_id"], row["row"]
    return {
        "day": None if pd.isna(day) else pd.Timestamp(day).date(),
        "source": _absent(row["source"]),
        "file": None if file_id is None or pd.isna(file_id) else files.get(int(file_id)),
        "sheet": _absent(row["sheet"]),
        "row": None if number is None or pd.isna(number) else int(number),
    }


def _absent(value: Any) -> Any:
    return None if value is None or pd.isna(value) else value


def _number(value: Any) -> int | float:
    return int(value) if float(value).is_integer() else float(value)


def _add_up(explanation: Explanation) -> None:
    """Raise E722 when the rows do not add up to the figure."""
    sums = {name: float(explanation.rows[name].sum()) for name in ("amount", "weight")}
    wanted = {"amount": explanation.numerator, "weight": explanation.denominator}
    for name, figure in wanted.items():
        if figure is not None and abs(sums[name] - figure) > 1e-6:
            raise StepFailed("E722", listed=sums[name], figure=figure)
