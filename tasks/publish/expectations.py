"""Does today look like the last weeks? Great Expectations on the exact aggregates, before they publish.

Only totals are shown to it, never rows of people, with results as booleans. The
bounds come from the last published days: a total may leave their range by a
third of it plus a few persons, a rate by ten points. What looks unusual is a
warning on the run and a line on the data admin's page, which shows every figure
with its range; it holds nothing back, because a good month looks unusual too.
"""

import os
from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

import pandas as pd

from schemas.gates import GateResult
from tasks.warehouse.session import CountySession

FEWEST_DAYS = 5
"""Fewer published days than this say nothing about what is usual."""
LAST_DAYS = 28
SLACK_SHARE = 1 / 3
SLACK_COUNT = 5
SLACK_RATE = 0.10
RATES = ("entry_rate", "placement_rate", "placement_rate_of_contacted", "dropout_rate", "seat_use", "offers_fresh")
COUNTS = (
    "contacted",
    "entered",
    "placed_new",
    "placed_regular",
    "placed",
    "caseload_per_fte",
    "unmet_needs",
    "rows_rejected",
)


class Bounds(NamedTuple):
    """What one column of today's totals is expected to lie between."""

    column: str
    low: float
    high: float


def expect_usual_day(session: CountySession, as_of: date) -> GateResult | None:
    """Hold the day's totals against the last weeks; None while there is too little history."""
    totals = session.frame("publish/recent_totals", as_of=as_of, days=LAST_DAYS)
    wide = widen(totals)
    today = wide[wide["as_of"] == pd.Timestamp(as_of)].drop(columns="as_of")
    history = wide[wide["as_of"] != pd.Timestamp(as_of)].drop(columns="as_of")
    if len(history) < FEWEST_DAYS or len(today) != 1:
        return None
    bounds = usual_bounds(history)
    results = judge_day(today.reset_index(drop=True), bounds)
    unusual = sorted(name for name, passed in results.items() if not passed)
    figures = [
        {
            "kpi": bound.column,
            "is_rate": bound.column in RATES,
            "value": float(today[bound.column].iloc[0]),
            "low": round(max(bound.low, 0.0), 4),
            "high": round(bound.high, 4),
            "passed": results[bound.column],
        }
        for bound in bounds
        if bound.column in results and pd.notna(today[bound.column].iloc[0])
    ]
    detail = {
        "warning": bool(unusual),
        "unusual": unusual,
        "checked": len(results),
        "days": len(history),
        "figures": figures,
    }
    return GateResult("usual_day", passed=True, detail=detail)


def widen(totals: pd.DataFrame) -> pd.DataFrame:
    """Return one row a day with the numerator of counts and the value of rates; column as_of is a timestamp."""
    chosen = totals[totals["kpi"].isin([*RATES, *COUNTS])]
    shown = chosen.assign(
        shown=chosen["value"].where(chosen["kpi"].isin(RATES), chosen["numerator"]),
        as_of=pd.to_datetime(chosen["as_of"]),
    )
    wide = shown.pivot_table(index="as_of", columns="kpi", values="shown", aggfunc="first").reset_index()
    wide.columns.name = None
    return wide


def usual_bounds(history: pd.DataFrame) -> list[Bounds]:
    """Return the range of the last days with its slack, a column each; columns never filled are left out."""
    found = []
    for name in history.columns:
        values = history[name].dropna()
        if values.empty:
            continue
        slack = SLACK_RATE if name in RATES else SLACK_COUNT + SLACK_SHARE * float(values.max())
        found.append(Bounds(str(name), float(values.min()) - slack, float(values.max()) + slack))
    return found


def judge_day(today: pd.DataFrame, bounds: list[Bounds]) -> Mapping[str, bool]:
    """Return for each column whether the day's total lies within its bounds, as Great Expectations says."""
    # Its import costs seconds: only a night that publishes and has a history pays for it.
    os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")
    import great_expectations as gx

    expectations: Any = gx.expectations
    context: Any = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    source = context.data_sources.add_pandas("aggregates")
    batch = source.add_dataframe_asset("day").add_batch_definition_whole_dataframe("today")
    suite = context.suites.add(gx.ExpectationSuite("usual_day"))
    for bound in bounds:
        if bound.column in today.columns:
            suite.add_expectation(
                expectations.ExpectColumnValuesToBeBetween(
                    column=bound.column, min_value=bound.low, max_value=bound.high
                )
            )
    definition = context.validation_definitions.add(gx.ValidationDefinition(data=batch, suite=suite, name="usual_day"))
    result = definition.run(batch_parameters={"dataframe": today}, result_format="BOOLEAN_ONLY")
    return {each.expectation_config.kwargs["column"]: bool(each.success) for each in result.results}
