"""Columns of facts: plain arrays with a mark for what is not known.

Numbers, booleans and levels are float64 or int8, dates are days since 1970-01-01,
texts are codes into ``labels``. ``known`` is False where the delivery says nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeAlias

import numpy as np
import pandas as pd

from config.rule_tree import CEFR

Array: TypeAlias = np.ndarray[Any, np.dtype[Any]]

EPOCH = date(1970, 1, 1)
LEVEL_RANK = {code: rank - 1 for rank, code in enumerate(CEFR)}
_YES = frozenset({"true", "1", "1.0", "ja", "yes", "x"})
_NO = frozenset({"false", "0", "0.0", "nein", "no"})


@dataclass(frozen=True)
class FactColumn:
    """Values of one fact; ``side`` is ``const``, ``need``, ``run`` or ``pair``."""

    side: str
    values: Array
    known: Array
    labels: tuple[str, ...] | None = None


def day_number(day: date) -> int:
    """Return the days since 1970-01-01."""
    return (day - EPOCH).days


def days_of(series: "pd.Series[Any]") -> tuple[Array, Array]:
    """Read dates (date, datetime or ISO text) as day numbers and a mark of what is known."""
    stamps = pd.to_datetime(series, errors="coerce").to_numpy().astype("datetime64[D]")
    known = ~np.isnat(stamps)
    return np.where(known, stamps.astype(np.int64), 0).astype(np.float64), known


def numbers_of(series: "pd.Series[Any]") -> tuple[Array, Array]:
    """Read numbers and a mark of what is known."""
    values = pd.to_numeric(series, errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
    known = ~np.isnan(values)
    return np.where(known, values, 0.0), known


def flags_of(series: "pd.Series[Any]") -> tuple[Array, Array]:
    """Read yes/no (also as text) and a mark of what is known."""
    words = series.map(lambda value: str(value).strip().lower(), na_action="ignore")
    yes = words.isin(_YES).to_numpy(dtype=bool)
    known = yes | words.isin(_NO).to_numpy(dtype=bool)
    return yes.astype(np.int8), known


def levels_of(series: "pd.Series[Any]") -> tuple[Array, Array]:
    """Read CEFR codes as ranks (ALPHA −1, A0 0 … C2 6) and a mark of what is known."""
    ranks = series.map(LEVEL_RANK)
    return numbers_of(ranks)


def text_column(side: str, series: "pd.Series[Any]") -> FactColumn:
    """Read texts as codes into their sorted labels; empty texts are unknown."""
    present = series.notna() & (series.astype(str).str.strip() != "")
    codes, labels = pd.factorize(series.where(present), sort=True)
    return FactColumn(side, codes.astype(np.int32), np.asarray(codes >= 0), tuple(str(label) for label in labels))


def column_of(frame: pd.DataFrame, name: str) -> "pd.Series[Any]":
    """Return a column of ``frame``, all missing when the frame lacks it."""
    if name in frame.columns:
        return frame[name]
    return pd.Series([None] * len(frame), index=frame.index, dtype=object)


def require_columns(frame: pd.DataFrame, table: str, names: Sequence[str]) -> None:
    """Refuse a frame that lacks a key column.

    Raises:
        StepFailed: E620, names of the missing columns.
    """
    from schemas.errors import StepFailed

    missing = [name for name in names if name not in frame.columns]
    if missing:
        raise StepFailed("E620", table=table, columns=", ".join(missing))
