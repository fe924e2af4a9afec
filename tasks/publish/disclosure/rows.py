"""From protected counts back to the rows of ``mart.kpi``."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from tasks.publish.disclosure.quantities import MEDIANS, NOT_ADDITIVE, ROUNDED_TOTAL, TOTAL, Cell, Table
from tasks.publish.disclosure.rounding import total_cell
from tasks.publish.disclosure.settings import DisclosureSettings

Counts = Mapping[tuple[str, str], Mapping[Cell, int]]


def rounded_rows(
    exact: pd.DataFrame,
    tables: Mapping[tuple[str, str], Table],
    rounded: Counts,
    settings: DisclosureSettings,
) -> pd.DataFrame:
    """Replace the breakdowns' figures by rounded ones and add the rounded totals.

    Rows whose count has no rounded value are ``suppressed`` (NULL numerator,
    denominator, value). Rates come from rounded counts; denominator 0 gives NULL.
    ``target_met`` is NULL on every protected row: who fills it compares the
    published value. Shape and columns as ``exact``, plus ``protection``.
    """
    parts = exact[exact["dimension"] != TOTAL]
    heads = parts.drop_duplicates(["period", "mode", "kpi", "dimension"])
    heads = heads[~heads["dimension"].isin(NOT_ADDITIVE)].assign(member=ROUNDED_TOTAL)
    rows = pd.concat([parts, heads], ignore_index=True)
    sides = {side: _counts(rows, side, tables, rounded) for side in ("numerator", "denominator")}
    shows_denominator = np.array(
        [
            (kpi, "denominator") in tables[period, mode].source
            for kpi, period, mode in zip(rows["kpi"], rows["period"], rows["mode"], strict=True)
        ]
    )
    hidden = np.isnan(sides["numerator"]) | (shows_denominator & np.isnan(sides["denominator"]))
    rows["numerator"] = np.where(hidden, np.nan, sides["numerator"])
    rows["denominator"] = np.where(hidden, np.nan, sides["denominator"])
    rows["value"] = _values(rows, settings)
    rows["protection"] = np.where(hidden, "suppressed", "rounded")
    return _stack(exact, rows)


def pass_through(exact: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of the dimension ``all`` as they are, marked ``exact``."""
    return exact[exact["dimension"] == TOTAL].assign(protection="exact")


def _stack(exact: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    if "target_met" in rows.columns:
        rows["target_met"] = None
    totals = pass_through(exact)
    order = ["period", "mode", "kpi", "dimension", "member"]
    stacked = pd.concat([totals.astype(object), rows.astype(object)], ignore_index=True)
    for column in ("numerator", "denominator", "value"):
        stacked[column] = pd.to_numeric(stacked[column])
    return stacked.sort_values(order, kind="stable", ignore_index=True)


def _counts(
    rows: pd.DataFrame, side: str, tables: Mapping[tuple[str, str], Table], rounded: Counts
) -> "np.ndarray[tuple[int], np.dtype[np.float64]]":
    figures = np.full(len(rows), np.nan)
    places = (rows["period"], rows["mode"], rows["kpi"], rows["dimension"], rows["member"])
    for number, (period, mode, kpi, dimension, member) in enumerate(zip(*places, strict=True)):
        quantity = tables[period, mode].source.get((kpi, side))
        if quantity is None:
            continue
        cell = Cell(quantity, dimension, member)
        known = rounded[period, mode]
        if member == ROUNDED_TOTAL:
            # A total is said only where the members that make it up are.
            open_table = any(key.quantity == quantity and key.dimension == dimension for key in known)
            figures[number] = known.get(total_cell(quantity), np.nan) if open_table else np.nan
        else:
            figures[number] = known.get(cell, np.nan)
    return figures


def _values(rows: pd.DataFrame, settings: DisclosureSettings) -> "pd.Series[float]":
    numerator, denominator = rows["numerator"], rows["denominator"]
    values = (numerator / denominator.where(denominator != 0)).where(denominator.notna(), numerator)
    median = rows["kpi"].isin(MEDIANS)
    exact = pd.to_numeric(rows["value"])
    # A median of few is somebody's own figure. Two multiples of the base mean at least base + 1 persons,
    # whatever the rounding did, and whether it is shown follows from the published count alone.
    enough = (numerator >= 2 * settings.base) & (rows["member"] != ROUNDED_TOTAL)
    blurred = (exact / settings.base).round() * settings.base
    return values.where(~median, blurred.where(enough))
